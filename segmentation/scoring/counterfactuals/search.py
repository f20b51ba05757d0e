"""What would move a customer: the smallest change of one feature, or of two, that reaches another persona.

Where a customer belongs to the nearest of some points (the centres of K-means, or several points a segment), the
border of another persona is found exactly in the prepared space (see `geometry`). For every other rule each feature
is tried alone at 201 values across the range seen, and the first one in the other persona is brought to its border by
halving; an even narrower part of a persona can be missed. Both are taken back to original units through the recipe,
which is monotone in every feature, and every move is scored before it is told. Distances are in standard deviations
of the prepared features.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from itertools import combinations, islice
from typing import Any

import numpy as np
import pandas as pd

from segmentation.clustering.model import Segmentation
from segmentation.core.errors import SegmentationError
from segmentation.scoring.counterfactuals.change import Move, surest_first
from segmentation.scoring.counterfactuals.customer import SAME, Border, Customer, Floats, customer_of, land, points_of
from segmentation.scoring.counterfactuals.half_spaces import nearest_in_interval, nearest_in_polygon
from segmentation.scoring.counterfactuals.line_search import nearest_by_steps

__all__ = ["borders", "smallest_moves", "two_at_once"]

_MOST_POINTS = 50
"""With more points than that, two features at once would take too long."""
_WEIGHED = 40
"""So many of the smallest changes to each segment are weighed where the surest are asked for."""


def smallest_moves(
    seg: Segmentation,
    row: pd.DataFrame | Mapping[str, Any],
    *,
    features: int = 1,
    locked: Collection[str] = (),
    targets: Collection[int] | None = None,
    most: int = 5,
    surest: bool = False,
) -> tuple[Move, ...]:
    """One customer in original units → the smallest changes of `features` (1 or 2) features, the smallest first.

    At most `most` moves for each target segment (all others by default). surest: of each segment those after which
    most refits name it, the surest first; what only just passes a border is seldom sure. A result stays inside the
    range that the training customers had (a value already outside may stay where it is); `locked` features do not
    change; features of kind boolean flip, a category gets another level, counts and days end on whole numbers. A
    persona that cannot be reached has no move.
    Raises SegmentationError for a wrong number of features, unknown locked names, more than one customer, and two
    features where the rule is not one of few nearest points.
    """
    customer = _asked(seg, row, features, locked)
    moves: list[Move] = []
    by_target: dict[int, list[Border]] = {}
    for border in sorted(_borders(customer, features, every_level=surest), key=lambda item: item.size):
        if targets is None or border.target in targets:
            by_target.setdefault(border.target, []).append(border)
    for candidates in by_target.values():
        if surest:
            weighed = (land(customer, border) for border in candidates[:_WEIGHED])
            moves += sorted((move for move in weighed if move is not None), key=surest_first)[:most]
        else:
            landed = (move for move in (land(customer, border) for border in candidates) if move is not None)
            moves += islice(landed, most)
    if surest:
        return tuple(sorted(moves, key=surest_first))
    return tuple(sorted(moves, key=lambda move: (move.size, move.target)))


def borders(
    seg: Segmentation, row: pd.DataFrame | Mapping[str, Any], *, features: int = 1, locked: Collection[str] = ()
) -> tuple[Border, ...]:
    """Every nearest border point of one or two changed features, before any rounding, the nearest first."""
    return tuple(sorted(_borders(_asked(seg, row, features, locked), features), key=lambda item: item.size))


def two_at_once(seg: Segmentation) -> bool:
    """Whether changes of two features at once can be worked out for a model: those of few nearest points."""
    points, _ = points_of(seg)
    return points is not None and len(points) <= _MOST_POINTS


def _asked(
    seg: Segmentation, row: pd.DataFrame | Mapping[str, Any], features: int, locked: Collection[str]
) -> Customer:
    """The customer, once it is sure that so many features can be changed at once."""
    if features not in (1, 2):
        raise SegmentationError(f"A move changes 1 or 2 features; {features} was asked for. Choose 1 or 2.")
    customer = customer_of(seg, row if isinstance(row, pd.DataFrame) else pd.DataFrame([dict(row)]), locked)
    if features == 2 and not two_at_once(seg):
        raise SegmentationError(
            "Changes of two values at once are only worked out for segments around one centre each, or a few points. "
            "Choose one value."
        )
    return customer


def _borders(customer: Customer, features: int, *, every_level: bool = False) -> Iterator[Border]:
    """The nearest border of each other segment by the features that change; of several points only the nearest.

    every_level: of several levels of a category that lead there all of them.
    """
    best: dict[tuple[int, tuple[int, ...], tuple[float, ...]], Border] = {}
    for border in _singles(customer, customer.z) if features == 1 else _pairs(customer):
        if border.target not in (0, customer.own) and border.size > SAME:
            between = border.inner != border.point  # of levels there is nothing in between
            key = border.target, border.columns, () if between or not every_level else border.point
            best[key] = min(best.get(key, border), border, key=lambda item: item.size)
    yield from best.values()


def _singles(customer: Customer, z: Floats, flipped: tuple[int, ...] = ()) -> Iterator[Border]:
    """Nearest border points when one feature of the prepared row `z` changes; `flipped` ones already did."""
    if customer.points is None or customer.owners is None:
        for step in nearest_by_steps(customer.place, z, customer.free, customer.z_low, customer.z_high):
            yield _border(customer, step.segment, z, (*flipped, step.column), step.value, step.inner)
    else:
        points, inner = nearest_in_interval(z, customer.points, customer.z_low, customer.z_high)
        for row, target in enumerate(customer.owners.tolist()):
            for index in customer.free:
                point = points[row, index]
                if np.isfinite(point) and (not flipped or abs(point - z[index]) > SAME):
                    yield _border(customer, target, z, (*flipped, index), point, inner[row, index])
    for index in customer.flips:
        # Two flips are one move, told once: the later one joins the earlier.
        if not flipped or index > flipped[-1]:
            turned = _flip(customer, z, index)
            target = int(customer.place(turned[None])[0])
            yield _border(customer, target, z, (*flipped, index), turned[index], turned[index])
    for jump in customer.jumps:
        if not flipped or jump.places[0] > flipped[-1]:
            turned = jump.made(z)
            target = int(customer.place(turned[None])[0])
            yield _jumped(customer, target, turned, (*flipped, *jump.places))


def _pairs(customer: Customer) -> Iterator[Border]:
    assert customer.points is not None
    assert customer.owners is not None
    couples = np.array(list(combinations(customer.free, 2)), dtype=np.intp).reshape(-1, 2)
    for row, target in enumerate(customer.owners.tolist()):
        if target == customer.own:
            continue
        points, inner = nearest_in_polygon(customer.z, customer.points, row, couples, customer.z_low, customer.z_high)
        change = np.abs(points - customer.z[couples])
        # Where one of the two need not change, the move is listed among those of one feature.
        for pair in np.flatnonzero((change > SAME).all(axis=1)):
            columns = tuple(couples[pair].tolist())
            size = float(np.linalg.norm(change[pair]))
            yield Border(target, columns, tuple(points[pair]), tuple(inner[pair]), size)
    for index in customer.flips:
        yield from _singles(customer, _flip(customer, customer.z, index), (index,))
    for jump in customer.jumps:
        yield from _singles(customer, jump.made(customer.z), jump.places)


def _border(customer: Customer, target: int, z: Floats, columns: tuple[int, ...], point: float, inner: float) -> Border:
    kept = tuple(float(z[index]) for index in columns[:-1])
    new = (*kept, float(point))
    size = float(np.linalg.norm(np.array(new) - customer.z[list(columns)]))
    return Border(target, columns, new, (*kept, float(inner)), size)


def _jumped(customer: Customer, target: int, turned: Floats, columns: tuple[int, ...]) -> Border:
    """What is reached by another level, and by what changed before it, as a border: there is nothing in between."""
    new = tuple(turned[list(columns)].tolist())
    return Border(target, columns, new, new, float(np.linalg.norm(np.array(new) - customer.z[list(columns)])))


def _flip(customer: Customer, z: Floats, index: int) -> Floats:
    turned = z.copy()
    turned[index] = customer.seg.recipe.features[index].apply(np.array([1.0 - customer.x[index]]))[0]
    return turned
