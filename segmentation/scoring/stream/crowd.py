"""The customers of a big file as counts: all that the verdict needs, and none of them is kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import starmap

import numpy as np
import pandas as pd

from segmentation.clustering.crowd import Bins, project
from segmentation.clustering.model import Segmentation
from segmentation.scoring import BORDER
from segmentation.scoring.assign import outside

__all__ = ["Counted", "count"]


@dataclass
class Counted:
    """How many of the scored customers were what; added up block by block.

    features, along: the values of each feature, and along each axis, in the bins of the training. tallies: feature →
    how many were filled, capped, outside.
    """

    rows: int = 0
    placed: int = 0
    noise: int = 0
    far: int = 0
    border: int = 0
    segments: Counter[int] = field(default_factory=Counter)
    how_sure: Counter[str] = field(default_factory=Counter)
    features: dict[str, Bins] = field(default_factory=dict)
    along: list[Bins] = field(default_factory=list)
    tallies: dict[str, np.ndarray] = field(default_factory=dict)

    def add(self, new: Counted) -> None:
        """The next block."""
        for name in ("rows", "placed", "noise", "far", "border"):
            setattr(self, name, getattr(self, name) + getattr(new, name))
        self.segments += new.segments
        for word, number in new.how_sure.items():  # in the order in which they came
            self.how_sure[word] += number
        self.features = {name: _sum(self.features.get(name), bins) for name, bins in new.features.items()}
        self.along = list(starmap(_sum, zip(self.along, new.along, strict=True))) if self.along else new.along
        self.tallies = {name: self.tallies.get(name, 0) + counts for name, counts in new.tallies.items()}

    def tally(self, made: Segmentation) -> pd.DataFrame:
        """One row a feature: feature, filled, capped, outside, as `scoring.tally` has it."""
        names = ["filled", "capped", "outside"]
        none = np.zeros(3, dtype=np.int64)
        rows = [(info.name, *map(int, self.tallies.get(info.name, none))) for info in made.info]
        return pd.DataFrame(rows, columns=["feature", *names])


def _sum(known: Bins | None, new: Bins) -> Bins:
    if known is None:
        return new
    counts = tuple(a + b for a, b in zip(known.counts, new.counts, strict=True))
    return Bins(new.edges, counts, known.missing + new.missing)


def count(
    made: Segmentation, values: Mapping[str, np.ndarray], prepared: np.ndarray, scored: Mapping[str, np.ndarray]
) -> Counted:
    """Customers of one block: values, the same prepared, and the finished columns of `assign` → `Counted`."""
    assert made.crowd is not None
    noise, segment = scored["noise"], scored["segment"]
    placed = (segment > 0) | noise
    if not placed.all():
        values, prepared = {name: column[placed] for name, column in values.items()}, prepared[placed]
    limit = float(made.metrics.get("far_distance", np.inf))
    projected = project(prepared, made.crowd.directions).T.copy() if made.crowd.along else prepared[:, :0].T
    numbers, sizes = np.unique(segment, return_counts=True)
    tallies = {}
    for item in made.recipe.features:
        column = values[item.name]
        marks = (np.isnan(column), item.is_capped(column), outside(made, item.name, column))
        tallies[item.name] = np.array([int(np.count_nonzero(mark)) for mark in marks])
    return Counted(
        rows=len(segment),
        placed=int(placed.sum()),
        noise=int(noise.sum()),
        far=int((scored["distance"] > limit).sum()),
        border=int((scored["margin"] < BORDER).sum()),
        segments=Counter(dict(zip(numbers.tolist(), sizes.tolist(), strict=True))),
        features={name: made.crowd.features[name].count(values[name]) for name in made.feature_names},
        along=[bins.count(values) for bins, values in zip(made.crowd.along, projected, strict=True)],
        tallies=tallies,
    )
