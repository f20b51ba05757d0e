"""K-means over all rows: a few full passes of Lloyd's algorithm (1957/1982), each one aggregation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from segmentation.api.spark.drawing import prepared_of
from segmentation.api.spark.passes import Values, summed
from segmentation.clustering.assignment import Centres, Floats
from segmentation.core.settings import Progress
from segmentation.preparation import Recipe

__all__ = ["Passes", "lloyd", "moved"]

_TOLERANCE = 1e-4
"""Of the mean variance of the features, as in scikit-learn: when the centres move less, they are at rest."""


@dataclass(frozen=True, eq=False)
class Passes:
    """centres: k × d, after the last pass. inertias: at the beginning of each pass. at_rest: whether they stand."""

    centres: Floats
    inertias: tuple[float, ...]
    at_rest: bool


def lloyd(
    numbers: Any,
    names: Sequence[str],
    recipe: Recipe,
    centres: Floats,
    *,
    most: int,
    variance: float,
    progress: Progress | None = None,
) -> Passes:
    """All rows (`numbers_of`), how they are prepared, centres to begin with → the centres after at most so many passes.

    variance: the mean variance of the prepared features. A centre that no row is nearest to stays where it is.
    """
    k, width = centres.shape
    inertias: list[float] = []
    for number in range(most):
        if progress is not None:
            progress(number / most, f"Pass {number + 1} over all rows")
        rule = Centres(centres)

        def sums(values: Values, rule: Centres = rule) -> Floats:
            ready = prepared_of(recipe, values)
            costs = rule.costs(ready)
            nearest = costs.argmin(axis=1)
            added = np.zeros((k, width))
            for own in np.unique(nearest):
                added[own] = ready[nearest == own].sum(axis=0)
            sizes = np.bincount(nearest, minlength=k).astype(np.float64)
            return np.concatenate([added.ravel(), sizes, [costs.min(axis=1).sum()]])

        total = summed(numbers, names, sums, k * width + k + 1)
        sizes = total[k * width : -1, None]
        new = np.where(sizes > 0, total[: k * width].reshape(k, width) / np.maximum(sizes, 1), centres)
        inertias.append(float(total[-1]))
        step = float(((new - centres) ** 2).sum())
        centres = new
        if step <= _TOLERANCE * variance:
            return Passes(centres, tuple(inertias), True)
    return Passes(centres, tuple(inertias), False)


def moved(numbers: Any, names: Sequence[str], recipe: Recipe, before: Centres, after: Centres) -> int:
    """How many rows are nearest to another centre afterwards."""

    def differ(values: Values) -> Floats:
        ready = prepared_of(recipe, values)
        return np.array([float((before.place(ready).segment != after.place(ready).segment).sum())])

    return int(summed(numbers, names, differ, 1)[0])
