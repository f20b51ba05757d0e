"""A flat picture of the prepared space by principal components: a picture, never the space of the model."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from sklearn.decomposition import PCA

from segmentation.core.errors import SegmentationError
from segmentation.core.sampling import random_rows
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
    axes, shares, mean = _components(Z, dimensions)
    rows = random_rows(len(Z), sample, seed)
    columns = ["x", "y", "z"][:dimensions]
    index = pd.RangeIndex(len(Z), name="customer") if index is None else index
    points = pd.DataFrame((Z[rows] - mean) @ axes, columns=columns, index=index[rows])
    points.insert(0, "segment", np.asarray(labels)[rows])
    middle = pd.DataFrame((centres - mean) @ axes, columns=columns)
    middle.index = pd.Index(range(1, len(centres) + 1), name="segment")
    loadings = pd.DataFrame(axes, index=pd.Index(list(names), name="feature"), columns=columns)
    return Projection(points, middle, shares, loadings, len(rows), len(Z))


def _components(
    Z: NDArray[np.float64], dimensions: int
) -> tuple[NDArray[np.float64], tuple[float, ...], NDArray[np.float64]]:
    """Prepared rows → the axes (d × dimensions, largest loading positive), their shares of the variance, the mean.

    With fewer rows than dimensions the further axes are zero.
    """
    # The covariance is d × d with d ≤ 500: cheaper than a decomposition of all rows, and the same axes.
    with np.errstate(invalid="ignore", divide="ignore"):  # customers who are all alike have no variance to share
        pca = PCA(min(dimensions, len(Z)), svd_solver="covariance_eigh").fit(Z)
    axes = np.zeros((Z.shape[1], dimensions))
    axes[:, : pca.n_components_] = pca.components_.T
    largest = axes[np.abs(axes).argmax(axis=0), np.arange(dimensions)]
    shares = np.zeros(dimensions)
    shares[: pca.n_components_] = np.nan_to_num(pca.explained_variance_ratio_)
    return axes * np.where(largest < 0, -1.0, 1.0), tuple(shares.tolist()), pca.mean_
