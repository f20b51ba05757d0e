"""A flat picture of the prepared space by principal components: a picture, never the space of the model."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from segmentation.core.errors import SegmentationError
from segmentation.core.settings import SEED

__all__ = ["SAMPLE", "Projection", "project"]

SAMPLE = 5_000
"""Most customers drawn; more would slow the browser and hide each other."""


@dataclass(frozen=True)
class Projection:
    """Coordinates for a picture.

    points: index customer; columns segment, x, y (and z with three dimensions); at most `SAMPLE` rows.
    centres: index segment, the same coordinates. shares: share of variance of each component (0…1).
    loadings: index feature, one column a component. shown, total: customers drawn, and all.
    """

    points: pd.DataFrame
    centres: pd.DataFrame
    shares: tuple[float, ...]
    loadings: pd.DataFrame
    shown: int
    total: int

    @property
    def sentence(self) -> str:
        """What the picture keeps, and that it is only a picture."""
        kept, drawn = sum(self.shares), ""
        if self.shown < self.total:
            drawn = f" It shows {self.shown:,} of {self.total:,} customers, drawn at random."
        return (
            f"A picture, not the model: its {len(self.shares)} axes keep {100 * kept:.1f} % of the variance, "
            f"so segments that overlap here can be apart in the full space.{drawn}"
        )


def project(
    Z: NDArray[np.float64],
    labels: ArrayLike,
    centres: NDArray[np.float64],
    names: list[str] | tuple[str, ...],
    *,
    index: pd.Index | None = None,
    dimensions: int = 2,
    sample: int = SAMPLE,
    seed: int = SEED,
) -> Projection:
    """Principal components of the prepared values (n × d), learned from all rows, drawn for a seeded sample.

    The sign of each component is fixed so that its largest loading is positive; the order of the rows does not
    matter to the axes. `dimensions` is 2 or 3; raises SegmentationError with fewer features than that.
    """
    Z = np.asarray(Z, dtype=np.float64)
    if dimensions not in (2, 3):
        raise SegmentationError(f"A picture has 2 or 3 dimensions; {dimensions} was asked for. Choose 2 or 3.")
    if Z.shape[1] < dimensions:
        raise SegmentationError(
            f"A picture with {dimensions} axes needs at least {dimensions} features; there are {Z.shape[1]}. "
            "Keep more features on the Prepare page."
        )
    mean = Z.mean(axis=0)
    centred = Z - mean
    # The covariance is d × d with d ≤ 500: cheaper than a decomposition of all rows, and the same axes.
    values, vectors = np.linalg.eigh(centred.T @ centred)
    values, vectors = values[::-1], vectors[:, ::-1]
    largest = np.abs(vectors).argmax(axis=0)
    signs = np.sign(vectors[largest, np.arange(vectors.shape[1])])
    axes = (vectors * signs)[:, :dimensions]
    total = values.sum()
    shares = tuple(float(value / total) if total > 0 else 0.0 for value in values[:dimensions])
    rows = np.arange(len(Z))
    if len(Z) > sample:
        rows = np.sort(np.random.default_rng(seed).choice(len(Z), size=sample, replace=False))
    columns = ["x", "y", "z"][:dimensions]
    index = pd.RangeIndex(len(Z), name="customer") if index is None else index
    points = pd.DataFrame(centred[rows] @ axes, columns=columns, index=index[rows])
    points.insert(0, "segment", np.asarray(labels)[rows])
    middle = pd.DataFrame((centres - mean) @ axes, columns=columns)
    middle.index = pd.Index(range(1, len(centres) + 1), name="segment")
    loadings = pd.DataFrame(axes, index=pd.Index(list(names), name="feature"), columns=columns)
    return Projection(points, middle, shares, loadings, len(rows), len(Z))
