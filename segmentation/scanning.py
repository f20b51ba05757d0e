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


def nearest_by_steps(place: Place, z: Floats, columns: Sequence[int], low: Floats, high: Floats) -> Iterator[Found]:
    """One row z (d,), the columns that may change and their limits (d,) → the nearest value of each column alone that
    lies in each segment."""
    for column in columns:
        values = np.linspace(low[column], high[column], STEPS + 1)
        segments, away = place(_with(z, column, values)), np.abs(values - z[column])
        for segment in np.unique(segments[segments > 0]).tolist():
            there = np.flatnonzero(segments == segment)
            inner = float(values[there[away[there].argmin()]])
            step = min((high[column] - low[column]) / STEPS, abs(inner - z[column]))
            # The value one step nearer to the customer is not in the segment: the border lies between.
            outside, inside = inner - np.sign(inner - z[column]) * step, inner
            for _ in range(_HALVINGS):
                middle = (outside + inside) / 2
                if place(_with(z, column, np.array([middle])))[0] == segment:
                    inside = middle
                else:
                    outside = middle
            yield Found(segment, column, float(inside), inner)


def met_on_the_way(place: Place, start: Floats, end: Floats) -> list[int]:
    """Segments (0: none) met at 201 steps on the straight way from one row (d,) to another."""
    met = place(start + np.linspace(0.0, 1.0, STEPS + 1)[:, None] * (end - start))
    return list(dict.fromkeys(met.tolist()))


def _with(z: Floats, column: int, values: Floats) -> Floats:
    """The row once for each value of one column."""
    rows = np.repeat(z[None], len(values), axis=0)
    rows[:, column] = values
    return rows
