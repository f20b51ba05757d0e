"""Do neighbours stay together? A figure that does not care about the shape of a group, as a silhouette does."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from sklearn.neighbors import NearestNeighbors

from segmentation.clustering.methods import Floats, Labels
from segmentation.core.parallel import one_thread
from segmentation.core.settings import Progress

__all__ = ["MANY", "between", "nearest_rows", "together"]

MANY = 10
"""How many neighbours of a customer are looked at."""

_CHUNK = 2_000

Rows = NDArray[np.intp]


def nearest_rows(Z: Floats, *, rows: Rows | None = None, progress: Progress | None = None) -> Rows:
    """Prepared rows (n × d) → positions of the ten nearest others (fewer if few) of each row, or of each of `rows`."""
    rows = np.arange(len(Z)) if rows is None else rows
    many = min(MANY, len(Z) - 1)
    nearest = np.empty((len(rows), many), dtype=np.intp)
    if many == 0:
        return nearest
    with one_thread():
        search = NearestNeighbors(n_neighbors=many + 1, algorithm="brute").fit(Z)
        for start in range(0, len(rows), _CHUNK):
            if progress is not None:
                progress(start / len(rows), "Looking for each customer's neighbours")
            own = rows[start : start + _CHUNK]
            near = search.kneighbors(Z[own], return_distance=False)
            # The row itself is among its nearest, unless more than ten others are equal to it: then the last one goes.
            itself = near == own[:, None]
            itself[~itself.any(axis=1), -1] = True
            nearest[start : start + _CHUNK] = near[~itself].reshape(len(own), many)
    return nearest


def together(labels: Labels, near: Rows, *, rows: Rows | None = None) -> float:
    """How far neighbours share a segment: 1 always, 0 as often as by chance, below 0 less; NaN for a single segment.

    labels: (n,) 1…k, 0 = in no segment (such customers are left out). near: result of `nearest_rows` for `rows`.
    The assortativity coefficient of the graph of nearest neighbours, (Σ e_ii − Σ a_i b_i) / (1 − Σ a_i b_i), with
    e_ij the share of neighbour pairs from segment i to segment j and a, b its sums (Newman 2003, Phys. Rev. E 67).
    """
    own, others, inside = _pairs(labels, near, rows)
    k = int(labels.max(initial=0))
    if k < 2 or not inside.any():
        return float("nan")
    pairs = np.zeros((k, k))
    np.add.at(pairs, (np.broadcast_to(own, others.shape)[inside] - 1, others[inside] - 1), 1)
    pairs /= pairs.sum()
    chance = float(pairs.sum(axis=1) @ pairs.sum(axis=0))
    return float((np.trace(pairs) - chance) / (1 - chance)) if chance < 1 else float("nan")


def between(labels: Labels, near: Rows, *, rows: Rows | None = None) -> float:
    """The share of customers who, with their nearest neighbours, are in more than one segment; NaN for a single one.

    A customer in no segment counts, too, when neighbours are in different ones: leaving out those in between does not
    make a gap.
    """
    if int(labels.max(initial=0)) < 2:
        return float("nan")
    own, others, _ = _pairs(labels, near, rows)
    circle = np.hstack([own, others])
    lowest = np.where(circle > 0, circle, np.iinfo(np.int32).max).min(axis=1)
    return float((circle.max(axis=1) > lowest).mean())


def _pairs(labels: Labels, near: Rows, rows: Rows | None) -> tuple[Labels, Labels, NDArray[np.bool_]]:
    """Segment of each scored customer (s × 1), those of its neighbours (s × m), and which pairs are both in one."""
    own = (labels if rows is None else labels[rows])[:, None]
    others = labels[near]
    return own, others, (own > 0) & (others > 0)
