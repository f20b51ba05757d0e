"""What would move a customer: the smallest change of one feature, or of two, that reaches another persona.

Where a customer belongs to the nearest of some points (the centres of K-means, or several points a segment), the
border of another persona is found exactly in the prepared space (see `geometry`). For every other rule each feature
is tried alone at 201 values across the range seen, and the first one in the other persona is brought to its border by
halving; an even narrower part of a persona can be missed. Both are taken back to original units through the recipe,
which is monotone in every feature, and every move is scored before it is told. Distances are in standard deviations
of the prepared features.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from segmentation.errors import SegmentationError
from segmentation.geometry import nearest_in_interval, nearest_in_polygon, passed
from segmentation.model import Segmentation
from segmentation.placing import Centres, Points
from segmentation.scanning import met_on_the_way, nearest_by_steps
from segmentation.scoring import assign
from segmentation.text import value_text

__all__ = ["Move", "Step", "borders", "change_text", "move_sentence", "moves_table", "smallest_moves"]

Floats = NDArray[np.float64]

_INWARD = (1e-9, 1e-7, 1e-5, 1e-3, 1e-2)
"""How far past the border, as shares of the way to the middle of the other persona's reach, until it surely lands."""
_ROUNDINGS = (0.02, 0.002, 0.0002)
"""Round values are tried in steps of about this share of the observed range, the coarsest first."""
_SAME = 1e-9
_MOST_POINTS = 50
"""With more points than that, two features at once would take too long."""


@dataclass(frozen=True)
class Step:
    """The change of one feature, in original units.

    before: the customer's value (the filled one where it was missing). border: where the other persona begins,
    exactly. after: the first round value beyond the border; scoring it gives the other persona.
    """

    feature: str
    before: float
    border: float
    after: float


@dataclass(frozen=True)
class Move:
    """A smallest change that reaches `target`.

    size: length of the change up to the border, in standard deviations of the prepared features.
    through: segments that are crossed on the straight way to it, in order (neither the first nor the target).
    """

    target: int
    steps: tuple[Step, ...]
    size: float
    through: tuple[int, ...] = ()


@dataclass(frozen=True)
class Border:
    """A border point in the prepared space: the changed columns, their new values, and values further inside."""

    target: int
    columns: tuple[int, ...]
    point: tuple[float, ...]
    inner: tuple[float, ...]
    size: float


@dataclass(frozen=True)
class _Customer:
    """One customer with the box in which features may move; places are columns of the prepared space.

    points: of which it belongs to the nearest (p, d), owners: their segments (p,); both None for every other rule.
    """

    seg: Segmentation
    points: Floats | None
    owners: NDArray[np.int32] | None
    x: Floats
    z: Floats
    own: int
    x_low: Floats
    x_high: Floats
    z_low: Floats
    z_high: Floats
    free: tuple[int, ...]
    flips: tuple[int, ...]
    whole: tuple[bool, ...]

    def place(self, rows: Floats) -> NDArray[np.int32]:
        """Segments of prepared rows."""
        return self.seg.rule.place(rows).segment


def smallest_moves(
    seg: Segmentation,
    row: pd.DataFrame | Mapping[str, Any],
    *,
    features: int = 1,
    locked: Collection[str] = (),
    targets: Collection[int] | None = None,
    most: int = 5,
) -> tuple[Move, ...]:
    """One customer in original units → the smallest changes of `features` (1 or 2) features, the smallest first.

    At most `most` moves for each target segment (all others by default). A result stays inside the range that the
    training customers had (a value already outside may stay where it is); `locked` features do not change; features
    of kind boolean flip, counts and days end on whole numbers. A persona that cannot be reached has no move.
    Raises SegmentationError for a wrong number of features, unknown locked names, more than one customer, and two
    features where the rule is not one of few nearest points.
    """
    customer = _customer(seg, row if isinstance(row, pd.DataFrame) else pd.DataFrame([dict(row)]), features, locked)
    moves: list[Move] = []
    by_target: dict[int, list[Border]] = {}
    for border in sorted(_borders(customer, features), key=lambda item: item.size):
        if targets is None or border.target in targets:
            by_target.setdefault(border.target, []).append(border)
    for candidates in by_target.values():
        landed = (move for move in (_land(customer, border) for border in candidates) if move is not None)
        moves += [move for move, _ in zip(landed, range(most), strict=False)]
    return tuple(sorted(moves, key=lambda move: (move.size, move.target)))


def borders(
    seg: Segmentation, row: pd.DataFrame | Mapping[str, Any], *, features: int = 1, locked: Collection[str] = ()
) -> tuple[Border, ...]:
    """Every nearest border point of one or two changed features, before any rounding, the nearest first."""
    frame = row if isinstance(row, pd.DataFrame) else pd.DataFrame([dict(row)])
    return tuple(sorted(_borders(_customer(seg, frame, features, locked), features), key=lambda item: item.size))


def moves_table(moves: Iterable[Move]) -> pd.DataFrame:
    """Moves as a table, one row a changed feature.

    Columns: move (1, 2 …), target, feature, before, border, after, change (after − before), size, through (text).
    """
    rows = [
        (
            number,
            move.target,
            step.feature,
            step.before,
            step.border,
            step.after,
            step.after - step.before,
            move.size,
            ", ".join(map(str, move.through)),
        )
        for number, move in enumerate(moves, start=1)
        for step in move.steps
    ]
    columns = ["move", "target", "feature", "before", "border", "after", "change", "size", "through"]
    return pd.DataFrame(rows, columns=columns)


def move_sentence(move: Move, seg: Segmentation, names: Mapping[int, str]) -> str:
    """A move in words: `Cash advances from 120 up to 1,850: Cash-advance heavy.`"""
    over = f" (by way of {', '.join(names[number] for number in move.through)})" if move.through else ""
    return f"{change_text(move, seg)}: {names[move.target]}{over}."


def change_text(move: Move, seg: Segmentation) -> str:
    """What changes, in words: `Cash advances from 120 up to 1,850`."""
    about = {item.name: item for item in seg.info}
    parts = []
    for step in move.steps:
        info = about[step.feature]
        way = "" if info.kind == "boolean" else "up " if step.after > step.before else "down "
        before, after = (value_text(value, kind=info.kind, unit=info.unit) for value in (step.before, step.after))
        parts.append(f"{info.label} from {before} {way}to {after}")
    return " and ".join(parts)


def _customer(seg: Segmentation, frame: pd.DataFrame, features: int, locked: Collection[str]) -> _Customer:
    if features not in (1, 2):
        raise SegmentationError(f"A move changes 1 or 2 features; {features} was asked for. Choose 1 or 2.")
    if len(frame) != 1:
        raise SegmentationError(f"Moves are for one customer at a time; {len(frame)} came. Choose one customer.")
    about = {item.name: item for item in seg.info}
    unknown = [name for name in locked if name not in about]
    if unknown:
        raise SegmentationError(f"{unknown[0]!r} cannot be locked: the model has no such feature. Use its own names.")
    points, owners = _points(seg)
    if features == 2 and (points is None or len(points) > _MOST_POINTS):
        raise SegmentationError(
            "Changes of two values at once are only worked out for segments around one centre each, or a few points. "
            "Choose one value."
        )
    recipe = seg.recipe
    values = recipe.columns(frame)
    x = np.array([item.fill if np.isnan(values[item.name][0]) else values[item.name][0] for item in recipe.features])
    z = recipe.apply(frame)[0]
    observed = seg.training.iloc[[0, -1]]
    box = recipe.apply(observed)
    x_low, x_high = observed[list(recipe.names)].to_numpy()
    free = [place for place, name in enumerate(recipe.names) if name not in locked and box[1, place] > box[0, place]]
    kinds = [about[name].kind for name in recipe.names]
    flips = tuple(place for place in free if kinds[place] == "boolean" and x[place] in (0.0, 1.0))
    return _Customer(
        seg=seg,
        points=points,
        owners=owners,
        x=x,
        z=z,
        own=int(seg.rule.place(z[None]).segment[0]),
        x_low=x_low,
        x_high=x_high,
        z_low=np.minimum(box[0], z),
        z_high=np.maximum(box[1], z),
        free=tuple(place for place in free if place not in flips),
        flips=flips,
        whole=tuple(kind in ("count", "days") for kind in kinds),
    )


def _points(seg: Segmentation) -> tuple[Floats | None, NDArray[np.int32] | None]:
    """The points of which a customer belongs to the nearest, and their segments; None for any other rule."""
    if isinstance(seg.rule, Centres):
        return seg.rule.centres, np.arange(1, seg.k + 1, dtype=np.int32)
    if isinstance(seg.rule, Points) and seg.rule.reach is None:
        return seg.rule.points, seg.rule.owners
    return None, None


def _borders(customer: _Customer, features: int) -> Iterator[Border]:
    """The nearest border of each other segment by the features that change; of several points only the nearest."""
    best: dict[tuple[int, tuple[int, ...]], Border] = {}
    for border in _singles(customer, customer.z) if features == 1 else _pairs(customer):
        if border.target not in (0, customer.own) and border.size > _SAME:
            key = border.target, border.columns
            best[key] = min(best.get(key, border), border, key=lambda item: item.size)
    yield from best.values()


def _singles(customer: _Customer, z: Floats, flipped: tuple[int, ...] = ()) -> Iterator[Border]:
    """Nearest border points when one feature of the prepared row `z` changes; `flipped` ones already did."""
    if customer.points is None or customer.owners is None:
        for found in nearest_by_steps(customer.place, z, customer.free, customer.z_low, customer.z_high):
            yield _border(customer, found.segment, z, (*flipped, found.column), found.value, found.inner)
    else:
        points, inner = nearest_in_interval(z, customer.points, customer.z_low, customer.z_high)
        for row, target in enumerate(customer.owners.tolist()):
            for place in customer.free:
                point = points[row, place]
                if np.isfinite(point) and (not flipped or abs(point - z[place]) > _SAME):
                    yield _border(customer, target, z, (*flipped, place), point, inner[row, place])
    for place in customer.flips:
        # Two flips are one move, told once: the later one joins the earlier.
        if not flipped or place > flipped[-1]:
            turned = _flip(customer, z, place)
            target = int(customer.place(turned[None])[0])
            yield _border(customer, target, z, (*flipped, place), turned[place], turned[place])


def _pairs(customer: _Customer) -> Iterator[Border]:
    assert customer.points is not None
    assert customer.owners is not None
    couples = np.array(list(combinations(customer.free, 2)), dtype=np.intp).reshape(-1, 2)
    for row, target in enumerate(customer.owners.tolist()):
        if target == customer.own:
            continue
        points, inner = nearest_in_polygon(customer.z, customer.points, row, couples, customer.z_low, customer.z_high)
        change = np.abs(points - customer.z[couples])
        # Where one of the two need not change, the move is listed among those of one feature.
        for pair in np.flatnonzero((change > _SAME).all(axis=1)):
            columns = tuple(couples[pair].tolist())
            size = float(np.linalg.norm(change[pair]))
            yield Border(target, columns, tuple(points[pair]), tuple(inner[pair]), size)
    for place in customer.flips:
        yield from _singles(customer, _flip(customer, customer.z, place), (place,))


def _border(
    customer: _Customer, target: int, z: Floats, columns: tuple[int, ...], point: float, inner: float
) -> Border:
    kept = tuple(float(z[place]) for place in columns[:-1])
    new = (*kept, float(point))
    size = float(np.linalg.norm(np.array(new) - customer.z[list(columns)]))
    return Border(target, columns, new, (*kept, float(inner)), size)


def _flip(customer: _Customer, z: Floats, place: int) -> Floats:
    turned = z.copy()
    turned[place] = customer.seg.recipe.features[place].apply(np.array([1.0 - customer.x[place]]))[0]
    return turned


def _land(customer: _Customer, border: Border) -> Move | None:
    """The border in original units with the first round values beyond it that score as the target, or None."""
    columns, recipe = list(border.columns), customer.seg.recipe
    before, point, inner = customer.x[columns], np.array(border.point), np.array(border.inner)
    exact = _original(customer, columns, point)
    trials = []
    for values in (exact, *(_original(customer, columns, point + share * (inner - point)) for share in _INWARD)):
        trials += [_rounded(customer, columns, values, part) for part in _ROUNDINGS] if values is exact else []
        trials.append(_rounded(customer, columns, values, 0.0))
    rows = np.repeat(customer.x[None, :], len(trials), axis=0)
    rows[:, columns] = np.array(trials)
    inside = ((rows >= np.minimum(customer.x_low, customer.x)) & (rows <= np.maximum(customer.x_high, customer.x))).all(
        axis=1
    )
    lands = assign(customer.seg, pd.DataFrame(rows, columns=list(recipe.names)))["segment"].to_numpy() == border.target
    good = np.flatnonzero(inside & lands)
    if not len(good):
        return None
    after = rows[good[0], columns]
    steps = tuple(
        Step(recipe.names[place], float(before[i]), float(exact[i]), float(after[i])) for i, place in enumerate(columns)
    )
    end = customer.z.copy()
    end[columns] = point
    return Move(border.target, steps, border.size, _through(customer, end, border.target))


def _through(customer: _Customer, end: Floats, target: int) -> tuple[int, ...]:
    """Segments met on the straight way to the border, in order, without the own one and the target."""
    if customer.points is not None and customer.owners is not None:
        met = [int(customer.owners[number - 1]) for number in passed(customer.z, end, customer.points)]
    else:
        met = met_on_the_way(customer.place, customer.z, end)
    return tuple(number for number in dict.fromkeys(met) if number not in (0, customer.own, target))


def _original(customer: _Customer, columns: list[int], values: Floats) -> Floats:
    """Prepared values of some columns in original units."""
    features = customer.seg.recipe.features
    return np.array([features[place].undo(values[i : i + 1])[0] for i, place in enumerate(columns)])


def _rounded(customer: _Customer, columns: list[int], values: Floats, part: float) -> Floats:
    """Values rounded away from the customer's own: to whole numbers where only these exist, else to about `part`."""
    new = values.copy()
    for i, place in enumerate(columns):
        if place in customer.flips:
            new[i] = round(values[i])
            continue
        step = 1.0 if customer.whole[place] else _round_step(part * (customer.x_high[place] - customer.x_low[place]))
        if step > 0:
            outward = np.ceil if values[i] > customer.x[place] else np.floor
            new[i] = float(f"{outward(values[i] / step - np.sign(values[i] - customer.x[place]) * _SAME) * step:.12g}")
    return new


def _round_step(size: float) -> float:
    """The power of ten at or below a size; 0 for none."""
    return 10.0 ** np.floor(np.log10(size)) if size > 0 else 0.0
