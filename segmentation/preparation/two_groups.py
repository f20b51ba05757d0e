"""Is a column skewed because a few customers stand apart in it? Then straightening it would hide them."""

from __future__ import annotations

import numpy as np

__all__ = ["best_cut", "stand_apart"]

_LEAST_SHARE = 0.05
"""Fewer customers than this are extremes, not a group."""
_WINDOW = 0.1
"""Customers are counted so far to either side, as a share of the way between the two means."""
_VALLEY = 0.2
"""A gap: at most so many customers half way for one around the emptier mean."""
_COUNTED = 10
_MOST = 20_000
"""Of more values every so many-th in order tells as much."""
_DIFFERENT = 20
"""So many different values from mean to mean: whole numbers have gaps of their own."""


def stand_apart(values: np.ndarray, limit: float) -> bool:
    """Whether the values (n,) are two groups with a gap between them, neither of them itself skewed from `limit` on.

    One long tail is no group: towards its end there are ever fewer customers, so half way to the mean of those cut off
    there are more than around it.
    """
    from scipy.stats import skew

    ordered = np.sort(values)[:: max(1, len(values) // _MOST)]
    cut = best_cut(ordered)
    groups = ordered[:cut], ordered[cut:]
    if min(len(group) for group in groups) < max(_LEAST_SHARE * len(ordered), 2):
        return False
    low, high = (float(group.mean()) for group in groups)
    from_mean_to_mean = ordered[(ordered >= low) & (ordered <= high)]
    reach = _WINDOW * (high - low)

    def around(place: float) -> int:
        return int(np.searchsorted(ordered, place + reach, "right") - np.searchsorted(ordered, place - reach))

    emptier = min(around(low), around(high))
    if emptier < _COUNTED or around((low + high) / 2) > _VALLEY * emptier:
        return False
    if len(np.unique(from_mean_to_mean)) < _DIFFERENT:
        return False
    return all(abs(float(skew(group, bias=False))) < limit for group in groups)


def best_cut(ordered: np.ndarray) -> int:
    """Sorted values (n,) → how many lie below the cut into two pieces of the least spread within (K-means, exact)."""
    n = len(ordered)
    centred = ordered - ordered.mean()
    sums, below = np.cumsum(centred)[:-1], np.arange(1, n)
    between = sums**2 / below + (centred.sum() - sums) ** 2 / (n - below)
    return int(between.argmax()) + 1 if n > 1 else 0
