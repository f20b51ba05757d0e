"""The rule that places customers in SQL: from the prepared values z1 … zd to one cost a segment, c1 … ck.

The smaller a cost, the better the segment fits. Terms are added feature by feature, as in `assignment`, so that equal
costs are equal to the bit and a tie goes to the same segment.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from segmentation.clustering.assignment import Centres, Mixture, Prototypes, Rule
from segmentation.core.dialects import Dialect
from segmentation.core.errors import SegmentationError
from segmentation.core.sql_steps import Column, Step, added, lines_of
from segmentation.scoring.sql.prepare import CARRIED, TINY

__all__ = ["COSTS", "Costs", "costs_of"]


@dataclass(frozen=True)
class Costs:
    """The steps that compute c1 … ck, and what the answer needs to know of them.

    offsets: what is taken off each cost before its root is the distance (0 but for a mixture). noise: the condition
    that a customer is beyond the reach of every segment; "" where the rule leaves nobody out. chances: whether costs
    are twice the negative logarithm of a probability.
    """

    steps: tuple[Step, ...]
    offsets: tuple[float, ...]
    noise: str = ""
    chances: bool = False


@dataclass(frozen=True)
class _Arithmetic:
    """shrinks: whether figures of extreme customers are taken times the column `shrink`."""

    dialect: Dialect
    shrinks: bool

    @property
    def carried(self) -> tuple[str, ...]:
        """The columns that the answer needs beside the costs."""
        return (*CARRIED, *["shrink"] * self.shrinks)

    def constant(self, value: float, power: int = 1) -> str:
        """A constant of the size of the prepared values, or of their squares (power 2)."""
        near_zero = self.dialect.stops and abs(value) < TINY
        number = self.dialect.number(0.0 if near_zero else value)
        return " * ".join([number, *["shrink"] * (power if self.shrinks and not near_zero and value != 0 else 0)])

    def away(self, index: int, value: float) -> str:
        """How far the prepared value of a feature (its index from 0) lies from a constant."""
        return f"(z{index + 1} - {self.constant(float(value))})"

    def squares(self, point: np.ndarray) -> str:
        """The squared distance to a point."""
        return added([f"{self.away(index, value)} * {self.away(index, value)}" for index, value in enumerate(point)])


def costs_of(rule: Rule, dialect: Dialect, names: Mapping[int, str], *, shrinks: bool) -> Costs:
    """The rule of a model → its steps; one sentence for a rule that SQL cannot express."""
    make = COSTS.get(type(rule))
    if make is None:
        raise SegmentationError(
            "These segments are made of features that a neural network learned, which no SELECT can compute. Score "
            "with the command line, or compare with K-means on the customers' own columns and export that."
        )
    return make(rule, _Arithmetic(dialect, shrinks), names)


def _centres(rule: Centres, to: _Arithmetic, names: Mapping[int, str]) -> Costs:
    columns = [
        Column(f"c{number}", to.squares(centre), names[number]) for number, centre in enumerate(rule.centres, start=1)
    ]
    about = "The squared distance to the centre of every persona."
    return Costs((Step("costs", about, columns, to.carried),), (0.0,) * rule.k)


def _prototypes(rule: Prototypes, to: _Arithmetic, names: Mapping[int, str]) -> Costs:
    columns = [
        Column(f"m{index}", to.squares(point), names[int(owner)])
        for index, (point, owner) in enumerate(zip(rule.points, rule.owners, strict=True), start=1)
    ]
    nearest = [
        Column(
            f"c{number}",
            to.dialect.smallest([f"m{index}" for index in np.flatnonzero(rule.owners == number) + 1]),
            names[number],
        )
        for number in range(1, rule.k + 1)
    ]
    steps, noise = (
        [Step("points", "The squared distance to every point; each is the mean of some customers.", columns)],
        "",
    )
    if rule.reach is not None:
        inside = [f"m{index} <= {to.constant(float(limit), 2)}" for index, limit in enumerate(rule.reach**2, start=1)]
        nearest.append(Column("inside", f"CASE WHEN {lines_of(inside, 'OR')} THEN 1 ELSE 0 END", "in reach"))
        noise = "inside = 0"
    steps.append(Step("costs", "The nearest point of every persona.", nearest, to.carried))
    return Costs(tuple(steps), (0.0,) * rule.k, noise)


def _mixture(rule: Mixture, to: _Arithmetic, names: Mapping[int, str]) -> Costs:
    """Squared Mahalanobis distances plus what size and spread of a segment are worth."""
    steps, columns = [], []
    if rule.roots.ndim == 3:
        steps.append(Step("turned", "Distances along the axes of every persona, in its own spread.", _turned(rule, to)))
    for number in range(1, rule.k + 1):
        terms = []
        for index in range(rule.width):
            if rule.roots.ndim == 3:
                part = f"w{number}_{index + 1}"
            else:
                root = to.dialect.number(float(rule.roots[number - 1, index]))
                part = f"({to.away(index, rule.means[number - 1, index])} * {root})"
            terms.append(f"{part} * {part}")
        offset = float(rule.offsets[number - 1])
        stretch = added(terms)
        columns.append(Column(f"c{number}", f"({stretch}) + {to.constant(offset, 2)}", names[number]))
    about = "How improbable every persona is: the squared distance in its own spread, and its size."
    steps.append(Step("costs", about, columns, to.carried))
    return Costs(tuple(steps), tuple(float(offset) for offset in rule.offsets), chances=True)


def _turned(rule: Mixture, to: _Arithmetic) -> list[Column]:
    columns = []
    for number, (mean, root) in enumerate(zip(rule.means, rule.roots, strict=True), start=1):
        for column in range(rule.width):
            parts = [
                f"{to.away(index, mean[index])} * {to.dialect.number(float(root[index, column]))}"
                for index in range(column + 1)
            ]
            columns.append(Column(f"w{number}_{column + 1}", added(parts)))
    return columns


COSTS: dict[type[Rule], Callable[..., Costs]] = {Centres: _centres, Prototypes: _prototypes, Mixture: _mixture}
"""Rule → the function that writes it. A rule that is not here cannot be computed by a warehouse."""
