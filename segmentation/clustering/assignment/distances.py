"""How far a customer is from the points that stand for segments: the distance that every page and report shows."""

from __future__ import annotations

import numpy as np

from segmentation.clustering.assignment.base import Floats

__all__ = ["squared_distances"]


def squared_distances(prepared: Floats, points: Floats) -> Floats:
    """n × d prepared values and p × d points → n × p squared Euclidean distances.

    Added up feature by feature, so that one row gets the same bits as a million (a matrix product would not).
    """
    total = np.zeros((len(prepared), len(points)))
    with np.errstate(over="ignore", invalid="ignore"):
        for index in range(points.shape[1]):
            total += (prepared[:, index, None] - points[None, :, index]) ** 2
    return total
