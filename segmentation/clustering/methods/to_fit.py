"""From the cluster numbers of scikit-learn to a `Fit`: numbered by size, with middles, and with a rule."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from segmentation.clustering.assignment import Rule, learn_prototypes
from segmentation.clustering.methods.base import Fit, Floats, number_by_size
from segmentation.core.parallel import part
from segmentation.core.sampling import random_rows
from segmentation.core.settings import Progress

__all__ = ["MOST_SEGMENTS", "as_fit", "sampled"]

MOST_SEGMENTS = 50
"""More than anyone can tell apart, and more than a number of segments that can be chosen."""
_FITTED = 0.8
"""Share of the progress bar that the fit itself has; the rest belongs to learning the rule."""


def sampled(rows: int, *, most: int, seed: int) -> NDArray[np.intp] | None:
    """Positions of `most` of the rows, drawn without replacement and in their order; None when there are no more."""
    return random_rows(rows, most, seed) if rows > most else None


def as_fit(
    Z: Floats,
    raw: NDArray[np.integer],
    *,
    rows: NDArray[np.intp] | None = None,
    rule: Callable[[NDArray[np.intp]], Rule] | None = None,
    n_iter: int = 0,
    figures: Mapping[str, Any] | None = None,
    progress: Progress | None = None,
) -> Fit:
    """Prepared rows (n × d) and raw cluster numbers (below 0: noise) of all, or of the sampled `rows` → `Fit`.

    rule: from the order of the raw clusters by size to the rule; by default it is learned from the labels
    (`assignment.learn_prototypes`). At least one cluster must be there.
    """
    fitted = Z if rows is None else Z[rows]
    inside = raw >= 0
    _, numbers = np.unique(raw[inside], return_inverse=True)
    members = fitted[inside]
    k = int(numbers.max()) + 1
    centres = np.array([members[numbers == number].mean(axis=0) for number in range(k)])
    numbered, centres, order = number_by_size(numbers, centres)
    inertia = float(np.sum((members - centres[numbered - 1]) ** 2))
    labels = np.zeros(len(fitted), dtype=np.int32)
    labels[inside] = numbered
    made = rule(order) if rule is not None else learn_prototypes(fitted, labels, progress=part(progress, _FITTED, 1.0))
    if rows is not None:
        everyone = np.zeros(len(Z), dtype=np.int32)
        everyone[rows] = labels
        labels = everyone
    return Fit(k, labels, centres, inertia, n_iter, rule=made, rows=rows, figures=dict(figures or {}))
