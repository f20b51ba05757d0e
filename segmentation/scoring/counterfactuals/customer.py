"""One customer whose values may change, and a border in the prepared space taken back to round original values."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import groupby

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from segmentation.clustering.assignment import Centres, Prototypes
from segmentation.clustering.model import Segmentation
from segmentation.core.errors import SegmentationError
from segmentation.preparation import Recipe
from segmentation.scoring import assign
from segmentation.scoring.counterfactuals.change import Move, Step
from segmentation.scoring.counterfactuals.half_spaces import passed
from segmentation.scoring.counterfactuals.line_search import met_on_the_way

__all__ = ["SAME", "Border", "Customer", "Floats", "Jump", "customer_of", "land", "points_of"]

Floats = NDArray[np.float64]

SAME = 1e-9
"""A change of a prepared value that is no change."""
_INWARD = (1e-9, 1e-7, 1e-5, 1e-3, 1e-2)
"""How far past the border, as shares of the way to the middle of the other persona's reach, until it surely lands."""
_ROUNDINGS = (0.02, 0.002, 0.0002)
"""Round values are tried in steps of about this share of the observed range, the coarsest first."""


@dataclass(frozen=True)
class Border:
    """A border point in the prepared space: the changed columns, their new values, and values further inside."""

    target: int
    columns: tuple[int, ...]
    point: tuple[float, ...]
    inner: tuple[float, ...]
    size: float


@dataclass(frozen=True)
class Jump:
    """Another level of a category: the columns of its levels and their values, original and prepared."""

    places: tuple[int, ...]
    values: tuple[float, ...]
    prepared: tuple[float, ...]

    def made(self, z: Floats) -> Floats:
        """A prepared row with this level."""
        turned = z.copy()
        turned[list(self.places)] = self.prepared
        return turned


@dataclass(frozen=True)
class Customer:
    """One customer with the box in which features may move; places are columns of the prepared space.

    points: of which it belongs to the nearest (p, d), owners: their segments (p,); both None for every other rule.
    unknown: places that were filled in.
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
    jumps: tuple[Jump, ...] = ()
    unknown: tuple[int, ...] = ()

    def place(self, rows: Floats) -> NDArray[np.int32]:
        """Segments of prepared rows."""
        return self.seg.rule.place(rows).segment


def customer_of(seg: Segmentation, frame: pd.DataFrame, locked: Collection[str]) -> Customer:
    """A table with one row → what may change; one sentence for more rows or unknown locked names."""
    if len(frame) != 1:
        raise SegmentationError(f"Moves are for one customer at a time; {len(frame)} came. Choose one customer.")
    about = {item.name: item for item in seg.info}
    unknown = [name for name in locked if name not in {item.name for item in seg.inputs}]
    if unknown:
        raise SegmentationError(f"{unknown[0]!r} cannot be locked: the model has no such feature. Use its own names.")
    points, owners = points_of(seg)
    recipe = seg.recipe
    values = recipe.columns(frame)
    x = np.array([item.fill if np.isnan(values[item.name][0]) else values[item.name][0] for item in recipe.features])
    z = recipe.transform(frame)[0]
    observed = seg.training.iloc[[0, -1]]
    box = recipe.transform(observed)
    x_low, x_high = observed[list(recipe.names)].to_numpy()
    free = [index for index in _numbers(recipe, locked) if box[1, index] > box[0, index]]
    kinds = [about[name].kind for name in recipe.names]
    flips = tuple(index for index in free if kinds[index] == "boolean" and x[index] in (0.0, 1.0))
    return Customer(
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
        free=tuple(index for index in free if index not in flips),
        flips=flips,
        whole=tuple(kind in ("count", "days") for kind in kinds),
        jumps=tuple(_jumps(recipe, x, locked)),
        unknown=tuple(place for place, name in enumerate(recipe.names) if np.isnan(values[name][0])),
    )


def _numbers(recipe: Recipe, locked: Collection[str]) -> list[int]:
    """The places of the numbers that may change; levels of a category change together (`_jumps`)."""
    levels = {name for block in recipe.blocks for name in block.features}
    return [index for index, name in enumerate(recipe.names) if name not in levels and name not in locked]


def _jumps(recipe: Recipe, x: Floats, locked: Collection[str]) -> Iterator[Jump]:
    """Every other level of every category that may change, for a customer with the values `x`."""
    for block in recipe.blocks:
        if block.column in locked:
            continue
        places = tuple(recipe.names.index(name) for name in block.features)
        for level in block.answers:
            values = tuple(float(made[0]) for made in block.indicators(pd.Series([level])).values())
            if values != tuple(x[list(places)].tolist()):
                items = [recipe.features[place] for place in places]
                prepared = (float(item.apply(np.array([value]))[0]) for item, value in zip(items, values, strict=True))
                yield Jump(places, values, tuple(prepared))


def points_of(seg: Segmentation) -> tuple[Floats | None, NDArray[np.int32] | None]:
    """The points of which a customer belongs to the nearest, and their segments; None for any other rule."""
    if isinstance(seg.rule, Centres):
        return seg.rule.centres, np.arange(1, seg.k + 1, dtype=np.int32)
    if isinstance(seg.rule, Prototypes) and seg.rule.reach is None:
        return seg.rule.points, seg.rule.owners
    return None, None


def land(customer: Customer, border: Border) -> Move | None:
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
    scored = assign(customer.seg, pd.DataFrame(rows, columns=list(recipe.names)))
    lands = scored["segment"].to_numpy() == border.target
    good = np.flatnonzero(inside & lands)
    if not len(good):
        return None
    after = rows[good[0], columns]
    steps = tuple(_steps(recipe, columns, before, exact, after))
    end = customer.z.copy()
    end[columns] = point
    certainty = float(scored["certainty"].iloc[good[0]])
    if unknown := [place for place in customer.unknown if place not in columns]:
        rows[good[0], unknown] = np.nan  # what was filled in makes nothing surer
        row = pd.DataFrame(rows[good[:1]], columns=list(recipe.names))
        certainty = float(assign(customer.seg, row)["certainty"].iloc[0])
    return Move(border.target, steps, border.size, _through(customer, end, border.target), certainty)


def _steps(recipe: Recipe, columns: list[int], before: Floats, exact: Floats, after: Floats) -> Iterator[Step]:
    """The changes of the columns, those of all levels of a category as one."""
    for block, run in groupby(range(len(columns)), key=lambda i: recipe.block_of(recipe.names[columns[i]])):
        at = list(run)
        if block is None:
            yield from (Step(recipe.names[columns[i]], float(before[i]), float(exact[i]), float(after[i])) for i in at)
            continue
        known = bool(np.isin(before[at], (0.0, 1.0)).all())
        level = block.answer(after[at])
        yield Step(block.column, block.answer(before[at]) if known else "not known", level, level)


def _through(customer: Customer, end: Floats, target: int) -> tuple[int, ...]:
    """Segments met on the straight way to the border, in order, without the own one and the target."""
    if customer.points is not None and customer.owners is not None:
        met = [int(customer.owners[number - 1]) for number in passed(customer.z, end, customer.points)]
    else:
        met = met_on_the_way(customer.place, customer.z, end)
    return tuple(number for number in dict.fromkeys(met) if number not in (0, customer.own, target))


def _original(customer: Customer, columns: list[int], values: Floats) -> Floats:
    """Prepared values of some columns in original units."""
    features = customer.seg.recipe.features
    return np.array([features[index].undo(values[i : i + 1])[0] for i, index in enumerate(columns)])


def _rounded(customer: Customer, columns: list[int], values: Floats, part: float) -> Floats:
    """Values rounded away from the customer's own: to whole numbers where only these exist, else to about `part`."""
    new = values.copy()
    for i, index in enumerate(columns):
        if index in customer.flips or any(index in jump.places for jump in customer.jumps):
            new[i] = round(values[i])
            continue
        step = 1.0 if customer.whole[index] else _round_step(part * (customer.x_high[index] - customer.x_low[index]))
        if step > 0:
            outward = np.ceil if values[i] > customer.x[index] else np.floor
            new[i] = float(f"{outward(values[i] / step - np.sign(values[i] - customer.x[index]) * SAME) * step:.12g}")
    return new


def _round_step(size: float) -> float:
    """The power of ten at or below a size; 0 for none."""
    return 10.0 ** np.floor(np.log10(size)) if size > 0 else 0.0
