"""A small group beside large ones: where the mixture begins when K-means has joined it to another segment.

K-means rather cuts a large group in two than it leaves a small one to itself, and a mixture that is begun there stays
there. So it also begins at one segment fewer, with those customers apart who lie farthest from the centres together:
a cloud is put where the others tell least (Verbeek, Vlassis, Kröse 2003, "Efficient greedy learning of Gaussian mixture
models", Neural Computation 15).
"""

from __future__ import annotations

import numpy as np
from sklearn.neighbors import NearestNeighbors

from segmentation.clustering.methods import Floats, Labels
from segmentation.evaluation.evidence.mixtures import Models, named, with_clouds
from segmentation.evaluation.evidence.verdict import smallest_group
from segmentation.evaluation.evidence.work import Work

__all__ = ["set_apart", "with_small_groups"]

_MOST = 6
"""Among more clouds than this a small one is no surprise."""
_SURELY = 10.0
"""A difference of BIC that is very strong evidence (Kass, Raftery 1995)."""


def with_small_groups(work: Work, models: Models) -> Models | None:
    """The mixtures of `work` also begun beside a small group; None where none of these tells the rows surely better."""
    key = named(models)
    if key[0] > _MOST:
        return None
    begun = models
    for k in range(2, _MOST + 1):
        if k == 2 or k - 1 in work.fits:
            labels = np.ones(len(work.Z), dtype=np.int32) if k == 2 else work.fits[k - 1].labels
            begun = with_clouds(begun, work.Z, set_apart(work.Z, labels, smallest_group(len(work.Z))))
    return begun if begun[named(begun)][0] < models[key][0] - _SURELY else None


def set_apart(Z: Floats, labels: Labels, size: int) -> Labels:
    """Labels 1…k of the rows (n × d) → the same, with `size` neighbours who are far from their centres as k + 1."""
    centres = np.stack([Z[labels == segment].mean(axis=0) for segment in range(1, labels.max() + 1)])
    far = np.linalg.norm(Z - centres[labels - 1], axis=1)
    near = NearestNeighbors(n_neighbors=min(size, len(Z))).fit(Z).kneighbors(Z, return_distance=False)
    apart = labels.copy()
    apart[near[far[near].mean(axis=1).argmax()]] = len(centres) + 1
    return apart
