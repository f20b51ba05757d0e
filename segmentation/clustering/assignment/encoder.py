"""The nearest centre among learned features: a small neural network written as plain arrays and replayed by numpy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from segmentation.clustering.assignment.base import Floats, Rule
from segmentation.clustering.assignment.centres import Centres
from segmentation.core.schema import Each

__all__ = ["ACTIVATIONS", "EncodedCentres", "Encoder", "Layer"]

_BLOCK = 1024
"""Rows taken at once: a layer's values for so many stay in the processor's cache."""
_STEPS = 64


def _relu(values: Floats) -> Floats:
    return np.maximum(values, 0.0, out=values)


ACTIVATIONS = {"relu": _relu}
"""What happens between two layers, by name. Only exact arithmetic: the same bits on every machine, row by row."""


@dataclass(frozen=True, eq=False)
class Layer:
    """Weights (inputs × outputs) and biases (outputs,) of one layer."""

    weights: Floats
    biases: Floats


@dataclass(frozen=True, eq=False)
class Encoder:
    """A network of fully connected layers: prepared features → learned features; no activation after the last layer."""

    layers: tuple[Layer, ...]
    activation: str = "relu"

    @property
    def width(self) -> int:
        """Number of prepared features."""
        return len(self.layers[0].weights)

    @property
    def features(self) -> int:
        """Number of learned features."""
        return len(self.layers[-1].biases)

    def equals(self, other: Encoder) -> bool:
        """Whether both are the same network: the same bits in every layer."""
        return (self.activation, len(self.layers)) == (other.activation, len(other.layers)) and all(
            np.array_equal(mine.weights, theirs.weights) and np.array_equal(mine.biases, theirs.biases)
            for mine, theirs in zip(self.layers, other.layers, strict=True)
        )

    def encode(self, Z: Floats) -> Floats:
        """Prepared rows (n × d) → learned features (n × m), the same bits for one row and for a million.

        Every output is its bias and then one product an input, added in order: a matrix product would add up in
        another order for another number of rows.
        """
        encoded = np.empty((len(Z), self.features))
        with np.errstate(over="ignore", invalid="ignore"):
            for start in range(0, len(Z), _BLOCK):
                encoded[start : start + _BLOCK] = self._sums(Z[start : start + _BLOCK])[-1].T
        return encoded

    def slopes(self, start: Floats, end: Floats, direction: Floats) -> Floats:
        """How the learned features in `direction` (m,) change on the way from one customer to another (n × d each).

        n × d: the change is exactly the sum over the features of slope × (end − start). Through each activation the
        slope is the one of the chord, so nothing is lost where the way passes a kink.
        """
        before, after = self._sums(start), self._sums(end)
        slope = np.tile(direction, (len(start), 1))
        for index in range(len(self.layers) - 1, -1, -1):
            slope = slope @ self.layers[index].weights.T
            if index:
                slope *= self._chord(before[index - 1].T, after[index - 1].T)
        return slope

    def _sums(self, Z: Floats) -> list[Floats]:
        """outputs × n for every layer, before its activation."""
        act = ACTIVATIONS[self.activation]
        sums: list[Floats] = []
        values = np.ascontiguousarray(Z.T)
        for index, layer in enumerate(self.layers):
            if index:
                values = act(sums[-1].copy())
            total = np.repeat(layer.biases[:, None], values.shape[1], axis=1)
            product = np.empty_like(total)
            for row, weights in zip(values, layer.weights, strict=True):
                np.multiply(weights[:, None], row, out=product)
                total += product
            sums.append(total)
        return sums

    def _chord(self, before: Floats, after: Floats) -> Floats:
        act, change = ACTIVATIONS[self.activation], after - before
        rise = act(after.copy()) - act(before.copy())
        slopes: Floats = np.divide(rise, change, out=(after > 0).astype(float), where=change != 0)
        return slopes


@dataclass(frozen=True, eq=False)
class EncodedCentres(Rule):
    """A customer is encoded, then belongs to the nearest centre among the learned features.

    inner: k × m centres of learned features. average: (d,) the average customer's prepared values, where the
    explanation of a customer starts.
    """

    encoder: Encoder
    inner: Centres
    average: Floats

    kind: ClassVar[str] = "encoded"
    shape: ClassVar[Mapping[str, Any]] = {
        "layers": Each({"weights": Each(Each(float)), "biases": Each(float)}),
        "activation": str,
        "centres": Each(Each(float)),
        "average": Each(float),
    }

    @property
    def k(self) -> int:
        """Number of segments."""
        return self.inner.k

    @property
    def width(self) -> int:
        """Number of prepared features."""
        return self.encoder.width

    @property
    def words(self) -> str:
        """What it does, in words."""
        return f"the nearest centre among {self.encoder.features} learned features"

    def costs(self, Z: Floats) -> Floats:
        """Squared distances to the centres among the learned features; infinite where a value is too large."""
        costs = self.inner.costs(self.encoder.encode(Z))
        return np.where(np.isfinite(costs), costs, np.inf)

    def contributions(self, z: Floats, own: int, other: int) -> Floats:
        """What each feature adds on the way from the average customer to this one, towards `own` or `other`.

        The pulls add up to squared distance to `other` − squared distance to `own`, minus the same of the average
        customer: a network has no share for "nothing", so it is compared with the average. Path-integrated gradients
        (Sundararajan, Taly, Yan 2017) along the straight line in 64 steps; in each step the gradient through an
        activation is the chord's (as in Shrikumar et al. 2017), so that the sum is exact and not only nearly so.
        """
        # (e − other)² − (e − own)² is linear in the learned features e: its slope is 2 (own − other) everywhere.
        direction = 2 * (self.inner.centres[own - 1] - self.inner.centres[other - 1])
        path = self.average + np.linspace(0, 1, _STEPS + 1)[:, None] * (z - self.average)
        with np.errstate(over="ignore", invalid="ignore"):
            slopes = self.encoder.slopes(path[:-1], path[1:], direction)
            along: Floats = (slopes * np.diff(path, axis=0)).sum(axis=0)
            return along

    def renumbered(self, order: Sequence[int] | NDArray[np.intp]) -> Self:
        """The same encoder, the centres in another order."""
        return replace(self, inner=self.inner.renumbered(order))

    def to_dict(self) -> dict[str, Any]:
        """Layers, activation, centres and the average customer as lists of numbers."""
        return {
            "layers": [
                {"weights": layer.weights.tolist(), "biases": layer.biases.tolist()} for layer in self.encoder.layers
            ],
            "activation": self.encoder.activation,
            "centres": self.inner.centres.tolist(),
            "average": self.average.tolist(),
        }

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> Self:
        """The rule again; ValueError when layers, centres and average do not fit each other."""
        layers = tuple(
            Layer(np.array(item["weights"], dtype=np.float64), np.array(item["biases"], dtype=np.float64))
            for item in plain["layers"]
        )
        average, inner = np.array(plain["average"], dtype=np.float64), Centres.from_dict(plain)
        if not layers or plain["activation"] not in ACTIVATIONS or not inner.k:
            raise ValueError("an encoder needs layers, a known activation and centres")
        wide = len(average)
        for layer in layers:
            if layer.weights.shape != (wide, len(layer.biases)) or 0 in layer.weights.shape:
                raise ValueError("a layer does not fit the one before it")
            wide = len(layer.biases)
        if inner.width != wide:
            raise ValueError("the centres are of other learned features")
        return cls(Encoder(layers, plain["activation"]), inner, average)
