"""Few points that give a clustering back: how a method without a rule of its own learns to place new customers."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from segmentation.clustering.assignment.base import Floats, Labels, nearest
from segmentation.clustering.assignment.distances import squared_distances
from segmentation.clustering.assignment.prototypes import Prototypes
from segmentation.core.errors import SegmentationError
from segmentation.core.settings import SEED, Progress
from segmentation.core.text import count_text

__all__ = ["MOST_POINTS", "learn_prototypes"]

MOST_POINTS = 1000
_MOST_NUMBERS, _A_FEATURE = 25_000, 40
"""Points × features: about 500 kB of text in a saved model, which may have 1 MB; what it holds of each feature besides
takes as much as 40 numbers."""
_ENOUGH, _ENOUGH_EACH = 0.99, 0.9
_AS_GOOD = 0.001
_FEWEST = 5
"""A point is the mean of at least so many customers, so that no customer is kept in a model."""
_MOST_ROWS = 10_000
"""K-means inside a segment looks at so many of its customers, evenly taken; the means are those of all."""
_ROUNDS = 30
"""Rounds of K-means inside a segment: compact groups are enough, they need not be the best ones."""
_SHARES = (0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 0.98, 0.99, 1.0)
_DIGITS = 3


def learn_prototypes(
    Z: Floats,
    labels: Labels,
    *,
    most: int = MOST_POINTS,
    seed: int = SEED,
    progress: Progress | None = None,
) -> Prototypes:
    """Prepared rows (n × d) and their labels (n, 1…k; 0 is noise) → the fewest points that give the labels back.

    First one point a segment, its mean. While less than 99 % of the labels come back, or less than 90 % of any one
    segment or of the noise, each segment gets twice as many (K-means inside the segment), up to `most` in all and what
    a saved model can hold; of the rules tried the smallest is taken that is within 0.1 percentage points of the best.
    Every point is the mean of at least five customers (a smaller segment has its mean only): a point is never a
    customer.

    With noise among the labels every point has a reach. Of the distances within which 50, 60, 70, 80, 85, 90, 95, 98,
    99 and 100 % of the point's own customers lie, it is the one with the most of these customers inside and noise
    (of the rows nearest to this point) outside, rounded up to three digits; of equal ones the widest.
    """
    Z, labels = np.ascontiguousarray(Z, dtype=np.float64), np.asarray(labels, dtype=np.int32)
    k = int(labels.max())
    if k < 1:
        raise SegmentationError("No segment was found: all customers are noise. Change the settings of the method.")
    limit = max(k, min(most, _MOST_NUMBERS // Z.shape[1] - _A_FEATURE))
    members = [np.flatnonzero(labels == number) for number in range(1, k + 1)]
    tried: list[tuple[float, Prototypes]] = []
    each, count, before = 1, k, 0
    from segmentation.core.parallel import one_thread

    with one_thread():
        while before < count <= 2 * limit:  # many small groups join others: about half of the points may be left
            if progress is not None:
                progress(min(count / (2 * limit), 0.99), f"Placing new customers: {count_text(count)} points")
            rule = _rule(Z, labels, members, each, seed)
            if tried and len(rule.points) > limit:
                break
            share, weakest = _reproduced(rule, Z, labels)
            if share >= _ENOUGH and weakest >= _ENOUGH_EACH:
                return rule
            tried.append((share, rule))
            each, before = 2 * each, count
            count = sum(max(1, min(each, len(rows) // _FEWEST)) for rows in members)
    best = max(share for share, _ in tried)
    return next(rule for share, rule in tried if share >= best - _AS_GOOD)


def _rule(Z: Floats, labels: Labels, members: list[NDArray[np.intp]], each: int, seed: int) -> Prototypes:
    """`each` points a segment, fewer where the customers do not suffice."""
    groups = [part for rows in members for part in _parts(Z, rows, each, seed)]
    points = np.array([Z[rows].mean(axis=0) for rows in groups])
    owners = np.array([labels[rows[0]] for rows in groups], dtype=np.int32)
    noise = Z[labels == 0]
    return Prototypes(points, owners, _reach(Z, points, groups, noise) if len(noise) else None)


def _parts(Z: Floats, rows: NDArray[np.intp], parts: int, seed: int) -> list[NDArray[np.intp]]:
    """The customers of one segment in compact groups of at least five: those of too small a group join the nearest."""
    parts = min(parts, len(rows) // _FEWEST)
    sample = Z[rows[:: max(1, len(rows) // _MOST_ROWS)]]
    parts = min(parts, len(np.unique(sample, axis=0)))
    if parts <= 1:
        return [rows]
    from sklearn.cluster import KMeans

    centres = KMeans(parts, n_init=1, max_iter=_ROUNDS, random_state=seed).fit(sample).cluster_centers_
    group = nearest(squared_distances(Z[rows], centres)) - 1
    left = np.ones(len(centres), dtype=bool)
    while True:
        sizes = np.where(left, np.bincount(group, minlength=len(centres)), len(rows) + 1)
        smallest = int(sizes.argmin())
        if sizes[smallest] >= _FEWEST:
            return [rows[group == number] for number in np.flatnonzero(left)]
        left[smallest] = False
        moved = np.flatnonzero(group == smallest)  # only these have another nearest centre now
        group[moved] = np.flatnonzero(left)[nearest(squared_distances(Z[rows[moved]], centres[left])) - 1]


def _reach(Z: Floats, points: Floats, groups: list[NDArray[np.intp]], noise: Floats) -> Floats:
    """How far each point reaches: see `learn_prototypes`."""
    to_noise = squared_distances(noise, points)
    owner = to_noise.argmin(axis=1)
    to_noise = np.sqrt(to_noise[np.arange(len(noise)), owner])
    reach = np.empty(len(points))
    for index, rows in enumerate(groups):
        inside = np.sqrt(squared_distances(Z[rows], points[index : index + 1])[:, 0])
        tries = _rounded_up(np.quantile(inside, _SHARES))
        outside = to_noise[owner == index]
        right = [(inside <= reach).sum() + (outside > reach).sum() for reach in tries]
        reach[index] = tries[len(tries) - 1 - int(np.argmax(right[::-1]))]
    return reach


def _rounded_up(values: Floats) -> Floats:
    """Values at or above 0, up to the next number with three digits."""
    size = 10.0 ** (np.floor(np.log10(np.where(values > 0, values, 1.0))) - _DIGITS + 1)
    return np.array([float(f"{number:.12g}") for number in np.ceil(values / size) * size])


def _reproduced(rule: Prototypes, Z: Floats, labels: Labels) -> tuple[float, float]:
    """Share of the labels that the rule gives back (−1 when a segment would be left without a customer), and that of
    the segment, or the noise, that fares worst."""
    placed = rule.place(Z).segment
    if len(np.unique(placed[placed > 0])) < rule.k:
        return -1.0, 0.0
    right = placed == labels
    return float(right.mean()), min(float(right[labels == number].mean()) for number in np.unique(labels))
