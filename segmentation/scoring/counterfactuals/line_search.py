"""Nearest borders of segments of any shape along one axis, by steps and halving.

Where segments are no half-spaces (clouds, reaches) there is no formula as in `geometry`: values across the range are
tried one after the other, and the nearest one in a segment is brought to the border by halving. A part of a segment
narrower than a step can be missed; what is found is always in the segment.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["STEPS", "Found", "met_on_the_way", "nearest_by_steps"]

Floats = NDArray[np.float64]
Place = Callable[[Floats], NDArray[np.int32]]
"""Prepared rows (n × d) → segment numbers (n,), 0 for none."""

STEPS = 200
_HALVINGS = 50


@dataclass(frozen=True)
class Found:
    """A segment, the one column to change, its value just inside the border, and a value further inside."""

    segment: int
    column: int
    value: float
    inner: float


def nearest_by_steps(assign: Place, z: Floats, columns: Sequence[int], low: Floats, high: Floats) -> Iterator[Found]:
    """One row z (d,), the columns that may change and their limits (d,) → the nearest value of each column alone that
    lies in each segment."""
    changes: list[tuple[int, int]] = []
    inners: list[float] = []
    for column in columns:
        values = np.linspace(low[column], high[column], STEPS + 1)
        segments, away = assign(_with(z, np.full(len(values), column), values)), np.abs(values - z[column])
        for segment in np.unique(segments[segments > 0]).tolist():
            there = np.flatnonzero(segments == segment)
            changes.append((segment, column))
            inners.append(float(values[there[away[there].argmin()]]))
    if not changes:
        return
    wanted, changed = np.array(changes).T
    inner = np.array(inners)
    back = inner - z[changed]
    # The value one step nearer to the customer is not in the segment: the border lies between.
    inside, outside = inner, inner - np.sign(back) * np.minimum((high - low)[changed] / STEPS, np.abs(back))
    for _ in range(_HALVINGS):
        middle = (outside + inside) / 2
        hit = assign(_with(z, changed, middle)) == wanted
        inside, outside = np.where(hit, middle, inside), np.where(hit, outside, middle)
    for (segment, column), value, within in zip(changes, inside.tolist(), inners, strict=True):
        yield Found(segment, column, value, within)


def met_on_the_way(assign: Place, start: Floats, end: Floats) -> list[int]:
    """Segments (0: none) met at 201 steps on the straight way from one row (d,) to another."""
    met = assign(start + np.linspace(0.0, 1.0, STEPS + 1)[:, None] * (end - start))
    return list(dict.fromkeys(met.tolist()))


def _with(z: Floats, columns: NDArray[np.intp], values: Floats) -> Floats:
    """The row once for each value, which stands in the column beside it."""
    rows = np.repeat(z[None], len(values), axis=0)
    rows[np.arange(len(values)), columns] = values
    return rows
