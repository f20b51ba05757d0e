"""Do the segments come back when customers are drawn anew, or when only the seed changes?

Hennig (2007), "Cluster-wise assessment of cluster stability", Comput. Stat. Data Anal. 52: the Jaccard similarity of a
segment with the segment most like it in each repetition, and the bands in words that go with its mean.
"""

from __future__ import annotations

import numpy as np
from sklearn.metrics import adjusted_rand_score

from segmentation.clustering.methods import Floats, Labels

__all__ = ["BANDS", "STABLE", "TRUSTED", "VERY_STABLE", "agreement", "band", "jaccard", "nearest_centre"]

VERY_STABLE, STABLE, TRUSTED = 0.85, 0.75, 0.60
BANDS = (
    (VERY_STABLE, "very stable"),
    (STABLE, "stable"),
    (TRUSTED, "a pattern whose border moves"),
    (0.50, "doubtful"),
    (-np.inf, "dissolves"),
)
"""Smallest mean Jaccard similarity, and what it says of a segment; below TRUSTED it is not to be relied on."""


def band(value: float) -> str:
    """The word for a mean Jaccard similarity; empty when it is missing."""
    return next((word for low, word in BANDS if value >= low), "")


def agreement(first: Labels, second: Labels) -> float:
    """The adjusted Rand index of two labellings: 1 the same, about 0 what chance gives (Hubert, Arabie 1985)."""
    return float(adjusted_rand_score(first, second))


def jaccard(reference: Labels, other: Labels) -> Floats:
    """For each segment 1…k of `reference`: shared customers over all customers of it and its best match in `other`."""
    counts = np.zeros((int(reference.max()), int(other.max())))
    np.add.at(counts, (reference - 1, other - 1), 1)
    either = counts.sum(axis=1, keepdims=True) + counts.sum(axis=0, keepdims=True) - counts
    similarity: Floats = np.max(counts / np.maximum(either, 1), axis=1)
    return similarity


def nearest_centre(Z: Floats, centres: Floats) -> Labels:
    """The number 1…k of the nearest centre of every row."""
    numbers: Labels = (np.argmin((centres**2).sum(axis=1) - 2 * Z @ centres.T, axis=1) + 1).astype(np.int32)
    return numbers
