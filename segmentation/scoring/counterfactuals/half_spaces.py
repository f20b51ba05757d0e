"""Nearest points of K-means segments along one axis or in a plane, exactly, inside a box.

The segment of centre b is where b is the nearest centre. For centres b and s that is a half-space,
2 (c_b − c_s) · z ≥ |c_b|² − |c_s|². Along one axis the half-spaces cut out an interval, in the plane of two axes a
convex polygon; the nearest point of a convex polygon to an outside point lies on an edge (as the foot of the
perpendicular) or is a corner, and both are few enough to look at all of them.
"""

from __future__ import annotations

from itertools import combinations

import numpy as np
from numpy.typing import NDArray

__all__ = ["nearest_in_interval", "nearest_in_polygon", "passed"]

Floats = NDArray[np.float64]

_TOLERANCE = 1e-9
_PAIRS_AT_ONCE = 512


def nearest_in_interval(z: Floats, centres: Floats, low: Floats, high: Floats) -> tuple[Floats, Floats]:
    """The smallest change of each feature alone that reaches each segment.

    z (d,), centres (k, d), box low and high (d,) → points (k, d): the new value of the one changed feature, NaN where
    the segment cannot be reached in the box; inner (k, d): the middle of the reachable interval.
    """
    squares = (z - centres) ** 2
    rest = squares.sum(axis=1, keepdims=True) - squares
    points, inner = np.full_like(centres, np.nan), np.full_like(centres, np.nan)
    for target, centre in enumerate(centres):
        slope = 2 * (centre - centres)
        bound = centre**2 - centres**2 + rest[target] - rest
        with np.errstate(divide="ignore", invalid="ignore"):
            cut = bound / slope
        begin = np.maximum(low, np.where(slope > 0, cut, -np.inf).max(axis=0))
        end = np.minimum(high, np.where(slope < 0, cut, np.inf).min(axis=0))
        blocked = ((slope == 0) & (bound > _TOLERANCE)).any(axis=0)
        reachable = (begin <= end) & ~blocked
        points[target] = np.where(reachable, np.clip(z, begin, np.maximum(begin, end)), np.nan)
        inner[target] = np.where(reachable, (begin + end) / 2, np.nan)
    return points, inner


def nearest_in_polygon(
    z: Floats, centres: Floats, target: int, pairs: NDArray[np.intp], low: Floats, high: Floats
) -> tuple[Floats, Floats]:
    """The smallest change of each pair of features that reaches one segment.

    z (d,), centres (k, d), target row of centres, pairs (p, 2) of columns, box (d,) each → points (p, 2): the new
    values of the pair, NaN where the segment cannot be reached in the box; inner (p, 2): a point inside the polygon.
    """
    points, inner = np.full((len(pairs), 2), np.nan), np.full((len(pairs), 2), np.nan)
    for start in range(0, len(pairs), _PAIRS_AT_ONCE):
        block = slice(start, start + _PAIRS_AT_ONCE)
        points[block], inner[block] = _polygons(z, centres, target, pairs[block], low, high)
    return points, inner


def _polygons(
    z: Floats, centres: Floats, target: int, pairs: NDArray[np.intp], low: Floats, high: Floats
) -> tuple[Floats, Floats]:
    at, own = z[pairs], centres[target]
    normals, bounds = _half_planes(z, centres, target, pairs, low, high)
    # Feet of the perpendiculars on all edges, then all corners.
    away = bounds - (normals * at[:, None, :]).sum(axis=2)
    feet = at[:, None, :] + away[:, :, None] * normals
    first, second = np.array(list(combinations(range(normals.shape[1]), 2))).T
    a, b = normals[:, first], normals[:, second]
    cross = a[:, :, 0] * b[:, :, 1] - a[:, :, 1] * b[:, :, 0]
    with np.errstate(divide="ignore", invalid="ignore"):
        left = (bounds[:, first] * b[:, :, 1] - bounds[:, second] * a[:, :, 1]) / cross
        right = (bounds[:, second] * a[:, :, 0] - bounds[:, first] * b[:, :, 0]) / cross
    corners = np.stack([left, right], axis=2)
    corners[np.abs(cross) < 1e-12] = np.nan
    candidates = np.concatenate([at[:, None, :], feet, corners], axis=1)
    slack = np.einsum("pcx,pmx->pcm", candidates, normals) - bounds[:, None, :]
    scale = _TOLERANCE * max(1.0, float(np.abs(own).max()))
    inside = (slack >= -scale).all(axis=2)
    length = np.where(inside, ((candidates - at[:, None, :]) ** 2).sum(axis=2), np.inf)
    best = length.argmin(axis=1)
    rows = np.arange(len(pairs))
    reachable = np.isfinite(length[rows, best])
    points = np.where(reachable[:, None], candidates[rows, best], np.nan)
    corner_inside = inside[:, -corners.shape[1] :]
    weight = corner_inside.sum(axis=1, keepdims=True)
    middle = np.where(corner_inside[:, :, None], corners, 0.0).sum(axis=1) / np.maximum(weight, 1)
    return points, np.where(weight > 0, middle, points)


def _half_planes(
    z: Floats, centres: Floats, target: int, pairs: NDArray[np.intp], low: Floats, high: Floats
) -> tuple[Floats, Floats]:
    """Unit normals (p, m, 2) and bounds (p, m) with normal · point ≥ bound: other centres first, then the box."""
    own, others = centres[target], np.delete(centres, target, axis=0)
    squares = (z - centres) ** 2
    rest = squares.sum(axis=1)[:, None] - squares[:, pairs[:, 0]] - squares[:, pairs[:, 1]]
    rest_own, rest_others = rest[target], np.delete(rest, target, axis=0)
    normals = 2 * (own[pairs] - others[:, pairs])
    bounds = (own[pairs] ** 2 - others[:, pairs] ** 2).sum(axis=2) + rest_own - rest_others
    length = np.linalg.norm(normals, axis=2)
    flat = length < 1e-12
    # Centres that agree in both features: the pair can never be enough against that segment (1), or need not (-1).
    unit = np.divide(normals, length[:, :, None], out=np.zeros_like(normals), where=~flat[:, :, None])
    cut = np.divide(bounds, length, out=np.where(bounds > _TOLERANCE, 1.0, -1.0), where=~flat)
    ones, shape = np.eye(2), (len(pairs), 2)
    box = np.broadcast_to(np.concatenate([ones, -ones])[None], (len(pairs), 4, 2))
    limits = np.concatenate([low[pairs].reshape(shape), -high[pairs].reshape(shape)], axis=1)
    return np.concatenate([unit.transpose(1, 0, 2), box], axis=1), np.concatenate([cut.T, limits], axis=1)


def passed(start: Floats, end: Floats, centres: Floats) -> tuple[int, ...]:
    """Segments (1…k) met on the straight way from `start` to `end`, in order, without the one at the start.

    The squared distances to the centres differ along a line by linear terms, so the nearest centre follows the lower
    envelope of k lines.
    """
    direction = end - start
    height = ((start - centres) ** 2).sum(axis=1)
    slope = -2 * centres @ direction
    current, index = int(height.argmin()), 0.0
    met: list[int] = []
    while True:
        with np.errstate(divide="ignore", invalid="ignore"):
            meets = (height - height[current]) / (slope[current] - slope)
        meets = np.where((slope < slope[current]) & (meets >= index - _TOLERANCE), meets, np.inf)
        following = int(meets.argmin())
        if not meets[following] < 1.0:
            return tuple(met)
        # Of several lines that cross at one place the steepest lies below afterwards.
        tied = np.flatnonzero(meets <= meets[following] + _TOLERANCE)
        current, index = int(tied[slope[tied].argmin()]), float(meets[following])
        met.append(current + 1)
