"""How far a customer is from the points that stand for segments: the distance that every page and report shows."""

from __future__ import annotations

import numpy as np

from segmentation.clustering.assignment.base import Floats

__all__ = ["squared_distances"]

_FEW, _MANY, _ROWS = 256, 64, 4_096
"""Fewer rows, or more points, are not worth columns of their own; rows whose columns fit into the fastest memory."""


def squared_distances(prepared: Floats, points: Floats) -> Floats:
    """n × d prepared values and p × d points → n × p squared Euclidean distances.

    Added up feature by feature, so that one row gets the same bits as a million (a matrix product would not).
    """
    total = np.zeros((len(prepared), len(points)))
    with np.errstate(over="ignore", invalid="ignore"):
        if len(prepared) < _FEW or len(points) > _MANY:
            for index in range(points.shape[1]):
                total += (prepared[:, index, None] - points[None, :, index]) ** 2
            return total
        for start in range(0, len(prepared), _ROWS):
            total[start : start + _ROWS] = _by_columns(prepared[start : start + _ROWS], points).T
    return total


def _by_columns(prepared: Floats, points: Floats) -> Floats:
    """The same sums in the same order, p × n: long runs that stay in the fastest memory."""
    total, apart = np.zeros((len(points), len(prepared))), np.empty(len(prepared))
    for index, column in enumerate(np.ascontiguousarray(prepared.T)):
        for number, sums in enumerate(total):
            np.subtract(column, points[number, index], out=apart)
            np.multiply(apart, apart, out=apart)
            sums += apart
    return total
