"""What every rule that places customers promises, and the few lines that all of them share."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

__all__ = ["Floats", "Labels", "Placed", "Rule", "nearest"]

Floats = NDArray[np.float64]
Labels = NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class Placed:
    """Where n prepared customers belong; every array has n values.

    segment: 1…k, 0 when the rule leaves a customer out (noise). distance: to the own segment (NaN when left out).
    second, second_distance: the next segment (for a customer left out: the nearest one; 0 and NaN when there is none).
    margin: how clear the call is, 0…1 (NaN when there is no second segment or the customer is left out).
    """

    segment: Labels
    distance: Floats
    second: Labels
    second_distance: Floats
    margin: Floats


class Rule(ABC):
    """A fitted way to place customers: prepared values (n × d) → segments.

    Arithmetic goes feature by feature, never through a matrix product, so that one row gets the same bits as a
    million. A rule holds figures of groups of customers, never a customer.
    """

    kind: ClassVar[str]
    """Its name in a saved model."""
    shape: ClassVar[Mapping[str, Any]]
    """The shape of `to_dict` (see `schema.faults`), without "kind"."""

    @property
    @abstractmethod
    def k(self) -> int:
        """Number of segments."""

    @property
    @abstractmethod
    def width(self) -> int:
        """Number of prepared features that it expects (d)."""

    @property
    @abstractmethod
    def words(self) -> str:
        """What it does, to end the sentence "A customer belongs to …": `the nearest centre`."""

    @abstractmethod
    def costs(self, Z: Floats) -> Floats:
        """Prepared rows (n × d) → n × k: the smaller, the better the segment fits; a customer gets the smallest."""

    @abstractmethod
    def contributions(self, z: Floats, own: int, other: int) -> Floats:
        """One prepared row (d,) and two segments → (d,): how much each feature speaks for `own` (else for `other`).

        `own` is 0 for a customer in no segment: then how much each feature keeps it away from `other`.
        """

    @abstractmethod
    def renumbered(self, order: Sequence[int] | NDArray[np.intp]) -> Self:
        """The same rule with other segment numbers: the new segment i + 1 is the old segment order[i] + 1."""

    @abstractmethod
    def to_dict(self) -> dict[str, Any]:
        """Everything it learned as plain values, in the form `shape` says; `from_dict` is the way back."""

    @classmethod
    @abstractmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> Self:
        """The rule again; ValueError when the arrays do not fit each other."""

    def distances(self, costs: Floats) -> Floats:
        """Costs (n × k) → distances to each segment as they are shown."""
        return np.sqrt(costs)

    def probabilities(self, Z: Floats) -> Floats | None:
        """Prepared rows (n × d) → n × k probabilities of belonging to each segment; None for a rule without them."""
        return None

    def margins(self, best: Floats, second: Floats) -> Floats:
        """Costs of the best and the second-best segment → how clear the call is: 1 − distance / second distance."""
        distance, other = np.sqrt(best), np.sqrt(second)
        with np.errstate(invalid="ignore"):
            return np.where(other > 0, 1 - distance / np.where(other > 0, other, 1), 0.0)

    def left_out(self, Z: Floats) -> NDArray[np.bool_]:
        """Which prepared rows belong to no segment (noise); none, unless the rule knows noise."""
        return np.zeros(len(Z), dtype=bool)

    def place(self, Z: Floats) -> Placed:
        """Prepared rows (n × d) → where they belong. A tie goes to the larger segment (the lower number)."""
        costs = self.costs(Z)
        rows = np.arange(len(costs))
        segment = nearest(costs)
        best, shown = costs[rows, segment - 1], self.distances(costs)
        distance = shown[rows, segment - 1]
        if self.k > 1:
            others = costs.copy()
            others[rows, segment - 1] = np.inf
            second = nearest(others)
            second_distance = shown[rows, second - 1]
            margin = self.margins(best, costs[rows, second - 1])
        else:
            second = np.zeros(len(costs), dtype=np.int32)
            second_distance = np.full(len(costs), np.nan)
            margin = second_distance.copy()
        out = self.left_out(Z)
        if out.any():
            second[out], second_distance[out] = segment[out], distance[out]
            segment[out], distance[out], margin[out] = 0, np.nan, np.nan
        return Placed(segment, distance, second, second_distance, margin)


def nearest(costs: Floats) -> Labels:
    """n × k costs → segment numbers 1…k; a tie goes to the larger segment (the lower number)."""
    numbers: Labels = costs.argmin(axis=1).astype(np.int32) + np.int32(1)
    return numbers
