"""The nearest centre: the rule of K-means."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from segmentation.clustering.assignment.base import Floats, Rule
from segmentation.clustering.assignment.distances import squared_distances
from segmentation.core.schema import Each

__all__ = ["Centres"]


@dataclass(frozen=True, eq=False)
class Centres(Rule):
    """A customer belongs to the nearest of k centres (k × d prepared values; row i is segment i + 1)."""

    centres: Floats

    kind: ClassVar[str] = "centres"
    shape: ClassVar[Mapping[str, Any]] = {"centres": Each(Each(float))}

    @property
    def k(self) -> int:
        """Number of segments."""
        return len(self.centres)

    @property
    def width(self) -> int:
        """Number of prepared features."""
        width: int = self.centres.shape[1]
        return width

    @property
    def words(self) -> str:
        """What it does, in words."""
        return "the nearest centre"

    def costs(self, Z: Floats) -> Floats:
        """Squared distances to the centres."""
        return squared_distances(Z, self.centres)

    def contributions(self, z: Floats, own: int, other: int) -> Floats:
        """How much farther each feature lies from the other centre than from the own one, squared; the sum is the
        difference of the squared distances."""
        difference: Floats = (z - self.centres[other - 1]) ** 2 - (z - self.centres[own - 1]) ** 2
        return difference

    def renumbered(self, order: Sequence[int] | NDArray[np.intp]) -> Self:
        """The centres in another order."""
        return type(self)(np.ascontiguousarray(self.centres[np.asarray(order)]))

    def to_dict(self) -> dict[str, Any]:
        """{"centres": k lists of d numbers}."""
        return {"centres": self.centres.tolist()}

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> Self:
        """The centres again; ValueError when they are not of one length."""
        return cls(np.array(plain["centres"], dtype=np.float64).reshape(len(plain["centres"]), -1))
