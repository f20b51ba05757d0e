"""The nearest of several points a segment, and beyond their reach no segment: the rule of every other shape."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from segmentation.clustering.assignment.base import Floats, Labels, Rule, nearest
from segmentation.clustering.assignment.distances import squared_distances
from segmentation.core.schema import Each, Maybe

__all__ = ["Prototypes"]

_CELLS = 2**18
"""Distances held at once: rows are taken in blocks, so that many points need little memory."""


@dataclass(frozen=True, eq=False)
class Prototypes(Rule):
    """A customer belongs to the segment that has the nearest of p points.

    points: p × d prepared values, each the mean of several customers. owners: (p,) the segment 1…k of each point;
    every segment has one. reach: (p,) distances; a customer farther than that from every point belongs to no segment.
    None: nobody is left out.
    """

    points: Floats
    owners: Labels
    reach: Floats | None = None

    kind: ClassVar[str] = "points"
    shape: ClassVar[Mapping[str, Any]] = {
        "points": Each(Each(float)),
        "owners": Each(int),
        "reach": Maybe(Each(float)),
    }

    @property
    def k(self) -> int:
        """Number of segments."""
        return int(self.owners.max())

    @property
    def width(self) -> int:
        """Number of prepared features."""
        width: int = self.points.shape[1]
        return width

    @property
    def words(self) -> str:
        """What it does, in words."""
        whose = "the segment with the nearest mean"
        if len(self.points) > self.k:
            whose = f"the segment that has the nearest of {len(self.points):,} points, each the mean of some customers"
        return whose if self.reach is None else f"{whose}, and to none when it is beyond the reach of all of them"

    def costs(self, Z: Floats) -> Floats:
        """Squared distances to the nearest point of each segment."""
        total = np.empty((len(Z), self.k))
        for rows in _blocks(len(Z), len(self.points)):
            distances = squared_distances(Z[rows], self.points)
            for number, places in enumerate(self._places):
                total[rows, number] = distances[:, places].min(axis=1)
        return total

    def left_out(self, Z: Floats) -> NDArray[np.bool_]:
        """Which rows are beyond the reach of every point."""
        if self.reach is None:
            return super().left_out(Z)
        with np.errstate(over="ignore"):
            limits = self.reach**2
        out = np.empty(len(Z), dtype=bool)
        for rows in _blocks(len(Z), len(self.points)):
            out[rows] = (squared_distances(Z[rows], self.points) > limits).all(axis=1)
        return out

    def contributions(self, z: Floats, own: int, other: int) -> Floats:
        """How much farther each feature lies from the other segment's nearest point than from the own one's, squared;
        the sum is the difference of the squared distances (without an own segment, the squared distance)."""
        away = (z - self._nearest_point(z, other)) ** 2
        return away - (z - self._nearest_point(z, own)) ** 2 if own else away

    def renumbered(self, order: Sequence[int] | NDArray[np.intp]) -> Self:
        """The same points under other segment numbers."""
        new = np.empty(self.k, dtype=np.int32)
        new[np.asarray(order)] = np.arange(1, self.k + 1, dtype=np.int32)
        return type(self)(self.points, new[self.owners - 1], self.reach)

    def to_dict(self) -> dict[str, Any]:
        """{"points": p lists of d numbers, "owners": p segments, "reach": p distances or None}."""
        return {
            "points": self.points.tolist(),
            "owners": self.owners.tolist(),
            "reach": None if self.reach is None else self.reach.tolist(),
        }

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> Self:
        """The points again; ValueError when lengths differ, a segment has no point or a reach is below 0."""
        points = np.array(plain["points"], dtype=np.float64).reshape(len(plain["points"]), -1)
        owners = [int(owner) for owner in plain["owners"]]
        reach = None if plain["reach"] is None else np.array(plain["reach"], dtype=np.float64)
        if len(owners) != len(points) or not len(points) or not points.shape[1]:
            raise ValueError("every point needs one owner")
        if set(owners) != set(range(1, len(set(owners)) + 1)):
            raise ValueError("the owners are not the segments 1…k")
        if reach is not None and (len(reach) != len(points) or (reach < 0).any()):
            raise ValueError("every point needs one reach of at least 0")
        return cls(points, np.array(owners, dtype=np.int32), reach)

    @cached_property
    def _places(self) -> list[NDArray[np.intp]]:
        """The rows of `points` of each segment."""
        return [np.flatnonzero(self.owners == number) for number in range(1, self.k + 1)]

    def _nearest_point(self, z: Floats, segment: int) -> Floats:
        """The point (d,) of a segment that is nearest to one prepared row (d,)."""
        places = self._places[segment - 1]
        point: Floats = self.points[places[nearest(squared_distances(z[None], self.points[places]))[0] - 1]]
        return point


def _blocks(rows: int, points: int) -> list[slice]:
    step = max(1, _CELLS // max(points, 1))
    return [slice(start, start + step) for start in range(0, rows, step)]
