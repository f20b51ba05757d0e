"""The most probable of k Gaussian clouds: the rule of the mixture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from segmentation.clustering.assignment.base import Floats, Rule
from segmentation.core.schema import Each

__all__ = ["Mixture"]


@dataclass(frozen=True, eq=False)
class Mixture(Rule):
    """A customer belongs to the Gaussian component that it most probably comes from.

    weights: (k,) shares of the components, above 0. means: k × d prepared values. roots: of the precision matrices
    P = U Uᵀ, as scikit-learn has them in `precisions_cholesky_`: k × d × d upper triangular U, or k × d when all
    matrices are diagonal (one over each standard deviation).
    """

    weights: Floats
    means: Floats
    roots: Floats

    kind: ClassVar[str] = "mixture"
    shape: ClassVar[Mapping[str, Any]] = {
        "weights": Each(float),
        "means": Each(Each(float)),
        "roots": Each(Each(Each(float))),
    }

    @classmethod
    def learned(cls, model: Any) -> Self:
        """A fitted scikit-learn `GaussianMixture` of any covariance type → the rule, components in its order."""
        k, d = model.means_.shape
        roots = model.precisions_cholesky_
        if model.covariance_type == "spherical":
            roots = np.repeat(roots[:, None], d, axis=1)
        elif model.covariance_type == "tied":
            roots = np.repeat(roots[None], k, axis=0)
        return cls(model.weights_.copy(), model.means_.copy(), roots.copy())

    @property
    def k(self) -> int:
        """Number of segments."""
        return len(self.means)

    @property
    def width(self) -> int:
        """Number of prepared features."""
        width: int = self.means.shape[1]
        return width

    @property
    def words(self) -> str:
        """What it does, in words."""
        return "the segment that it most probably comes from, by the size, the middle and the spread of each"

    def costs(self, Z: Floats) -> Floats:
        """Minus twice the logarithm of weight × density, moved by one constant so that it is never below 0."""
        return self._stretches(Z) + self.offsets

    def distances(self, costs: Floats) -> Floats:
        """Mahalanobis distances: how far from each middle, measured in the spread of that segment."""
        return np.sqrt(np.maximum(costs - self.offsets, 0.0))

    def margins(self, best: Floats, second: Floats) -> Floats:
        """1 − probability of the second-best / probability of the best segment."""
        with np.errstate(invalid="ignore"):
            return -np.expm1((best - second) / 2)

    def probabilities(self, Z: Floats) -> Floats:
        """Prepared rows (n × d) → n × k probabilities of having come from each component; they add up to 1."""
        costs = self.costs(Z)
        with np.errstate(invalid="ignore"):
            odds = np.exp((costs.min(axis=1, keepdims=True) - costs) / 2)
        total = np.zeros(len(odds))
        for number in range(self.k):
            total += odds[:, number]
        chances: Floats = odds / total[:, None]
        return chances

    def contributions(self, z: Floats, own: int, other: int) -> Floats:
        """By how much the squared Mahalanobis distance to the other middle is larger than to the own one, divided
        among the features: (z − μ)ⱼ · (P (z − μ))ⱼ. Size and spread of the segments, which no feature owns, are not
        in it."""
        return self._parts(z, other) - self._parts(z, own)

    def renumbered(self, order: Sequence[int] | NDArray[np.intp]) -> Self:
        """The components in another order."""
        order = np.asarray(order)
        return type(self)(*(np.ascontiguousarray(part[order]) for part in (self.weights, self.means, self.roots)))

    def to_dict(self) -> dict[str, Any]:
        """{"weights", "means", "roots"}; a root as its d rows from the diagonal on, a diagonal one as one row."""
        full = self.roots.ndim == 3
        rows = [
            [row[index:].tolist() for index, row in enumerate(root)] if full else [root.tolist()] for root in self.roots
        ]
        return {"weights": self.weights.tolist(), "means": self.means.tolist(), "roots": rows}

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> Self:
        """The mixture again; ValueError when lengths differ or a weight or a spread is not above 0."""
        weights = np.array(plain["weights"], dtype=np.float64)
        means = np.array(plain["means"], dtype=np.float64).reshape(len(plain["means"]), -1)
        k, d = means.shape
        lengths = [[len(row) for row in root] for root in plain["roots"]]
        diagonal = lengths == [[d]] * k
        if not k or not d or len(weights) != k or not (diagonal or lengths == [list(range(d, 0, -1))] * k):
            raise ValueError("weights, means and roots are not of one length")
        if diagonal:
            roots = np.array([root[0] for root in plain["roots"]], dtype=np.float64)
        else:
            roots = np.zeros((k, d, d))
            for number, root in enumerate(plain["roots"]):
                for index, row in enumerate(root):
                    roots[number, index, index:] = row
        rule = cls(weights, means, roots)
        if not ((weights > 0).all() and (rule._diagonals > 0).all()):
            raise ValueError("a weight or a spread is not above 0")
        return rule

    @property
    def _diagonals(self) -> Floats:
        return self.roots if self.roots.ndim == 2 else np.diagonal(self.roots, axis1=1, axis2=2)

    @cached_property
    def offsets(self) -> Floats:
        """What is added to each squared Mahalanobis distance: −log det P − 2 log weight, the smallest one as 0."""
        offsets = -2 * np.log(self._diagonals).sum(axis=1) - 2 * np.log(self.weights)
        return np.asarray(offsets - offsets.min())

    def _stretches(self, Z: Floats) -> Floats:
        """Squared Mahalanobis distances n × k, added up value by value as one row would be."""
        total = np.zeros((len(Z), self.k))
        with np.errstate(over="ignore", invalid="ignore"):
            if self.roots.ndim == 2:
                for index in range(self.width):
                    total += ((Z[:, index, None] - self.means[:, index]) * self.roots[:, index]) ** 2
                return total
            for number, (mean, root) in enumerate(zip(self.means, self.roots, strict=True)):
                away = np.ascontiguousarray((Z - mean).T)
                for column in range(self.width):
                    part = np.zeros(len(Z))
                    for index in range(column + 1):
                        part += away[index] * root[index, column]
                    total[:, number] += part**2
        return total

    def _parts(self, z: Floats, segment: int) -> Floats:
        """The squared Mahalanobis distance of one row (d,) to one middle, divided among the features (d,)."""
        away, root = z - self.means[segment - 1], self.roots[segment - 1]
        if root.ndim == 1:
            return np.asarray((away * root) ** 2)
        spread = [sum(away[index] * root[index, column] for index in range(column + 1)) for column in range(len(z))]
        distances: Floats = away * np.array(
            [sum(root[row, col] * spread[col] for col in range(row, len(z))) for row in range(len(z))]
        )
        return distances
