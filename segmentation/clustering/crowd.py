"""What the training customers were like, in counts: enough to see later whether other customers are alike.

No customer is in it: how many values of each feature fell between its deciles, and how many customers between the
deciles of some directions across the features, which is where columns that go together show.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from segmentation.clustering.assignment import Floats
from segmentation.core.schema import Each
from segmentation.preparation import Recipe

__all__ = ["Bins", "Crowd", "learn_crowd", "project"]

_MOST_BINS, _LEAST_IN_BIN = 10, 10
_DIRECTIONS = 10
_NUMBERS = 2_000
"""With very many features fewer directions are kept: so many figures each for the first and the last ones."""
_FLAT = 1e-9
_MOST_CORRELATED = 150
_BINS = {"edges": Each(float), "counts": Each(int), "missing": int}


@dataclass(frozen=True, eq=False)
class Bins:
    """Values counted between edges: bin i holds what is above edges[i − 1] and up to edges[i] (b − 1 edges, b counts).

    missing: how many values were not there; they are in no bin.
    """

    edges: tuple[float, ...]
    counts: tuple[int, ...]
    missing: int = 0

    @property
    def known(self) -> int:
        """How many values were counted."""
        return sum(self.counts)

    def count(self, values: Floats) -> Bins:
        """Other values (NaN where missing) in the same bins."""
        known = len(values) - int(np.count_nonzero(np.isnan(values)))
        above = [known, *(int(np.count_nonzero(values > edge)) for edge in self.edges), 0]  # NaN is above nothing
        return Bins(self.edges, tuple(more - less for more, less in pairwise(above)), len(values) - known)


@dataclass(frozen=True, eq=False)
class Crowd:
    """The training customers in counts.

    features: name → `Bins` of its values in original units. directions: m × d, unit vectors in the prepared space; the
    first `main` are those along which customers differ most. along: one `Bins` a direction, of the prepared customers
    projected on it. far: how many training customers lie beyond `metrics["far_distance"]`, each measured without its
    own part in the centre. correlation: d × d, of the normal scores of the features (0 × d where they are too many).
    """

    features: Mapping[str, Bins]
    directions: Floats
    along: tuple[Bins, ...]
    main: int
    far: int
    correlation: Floats

    shape: ClassVar[Mapping[str, Any]] = {
        "features": Each(_BINS),
        "directions": Each(Each(float)),
        "along": Each(_BINS),
        "main": int,
        "far": int,
        "correlation": Each(Each(float)),
    }

    def to_dict(self) -> dict[str, Any]:
        """Plain values in the form of `shape`, features in their order without names; `from_dict` is the way back."""
        return {
            "features": [_plain(bins) for bins in self.features.values()],
            "directions": self.directions.tolist(),
            "along": [_plain(bins) for bins in self.along],
            "main": self.main,
            "far": self.far,
            "correlation": self.correlation.tolist(),
        }

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any], names: tuple[str, ...]) -> Crowd:
        """The crowd again; `ValueError` when its parts do not fit each other or the features."""
        features = [_bins(item) for item in plain["features"]]
        along = tuple(_bins(item) for item in plain["along"])
        if len(features) != len(names):
            raise ValueError("the crowd is about other features")
        directions = np.array(plain["directions"], dtype=np.float64).reshape(len(along), len(names))
        correlation = np.array(plain["correlation"], dtype=np.float64).reshape(-1, len(names))
        if len(correlation) not in (0, len(names)):
            raise ValueError("the correlations are about other features")
        return cls(dict(zip(names, features, strict=True)), directions, along, plain["main"], plain["far"], correlation)


def learn_crowd(frame: pd.DataFrame, prepared: Floats, recipe: Recipe, far: int) -> Crowd:
    """Training values (original units), the same prepared (n × d), the recipe, customers far away → `Crowd`.

    The directions are principal axes, the first and the last (up to ten each): columns that go together show in
    both. They are learned from every second customer and counted on the others, since an axis fits best those it
    was learned from.
    """
    features = {name: _counted(frame[name].to_numpy(dtype=np.float64)) for name in recipe.names}
    directions, main = _axes(prepared[::2])
    projected = project(prepared[1::2], directions)
    along = tuple(_counted(projected[:, index]) for index in range(len(directions)))
    return Crowd(features, directions, along, main, far, _correlation(frame[list(recipe.names)].to_numpy()))


def _correlation(values: Floats) -> Floats:
    """Correlations of the normal scores of n × d values (NaN where missing) → d × d; 0 × d with too many features.

    Over the customers who have both values, moved towards independence until no combination of features has less than
    a thousandth of its own spread.
    """
    from scipy.special import ndtri
    from scipy.stats import rankdata

    width = values.shape[1]
    if width > _MOST_CORRELATED:
        return np.empty((0, width))
    scores = np.zeros(values.shape)
    for index in range(width):
        there = ~np.isnan(values[:, index])
        ranks = rankdata(values[there, index])
        scores[there, index] = ndtri((ranks - 0.5) / max(len(ranks), 1))
    size = np.sqrt((scores**2).sum(axis=0))
    scores = scores / np.where(size > 0, size, 1)
    matrix = scores.T @ scores
    np.fill_diagonal(matrix, 1.0)
    least = float(np.linalg.eigvalsh(matrix)[0])
    share = min(1.0, max(0.0, (1e-3 - least) / (1 - least))) if least < 1 else 0.0
    return np.round((1 - share) * matrix + share * np.eye(width), 5)


def project(prepared: Floats, directions: Floats) -> Floats:
    """Prepared customers (n × d) along unit vectors (m × d) → n × m; rounded, so that equal customers stay equal."""
    along: Floats = prepared @ directions.T
    return np.round(along, 6, out=along)


def _axes(prepared: Floats) -> tuple[Floats, int]:
    """Half of the customers → unit vectors (m × d, rounded as they are saved), and how many of them are main axes."""
    n, d = prepared.shape
    if d < 2 or n < 2 * _LEAST_IN_BIN:
        return np.empty((0, d)), 0
    values, vectors = np.linalg.eigh(np.cov(prepared, rowvar=False))
    order = [index for index in np.argsort(-values, kind="stable") if values[index] > _FLAT * values.max()]
    ends = max(2, min(_DIRECTIONS, _NUMBERS // d))
    chosen = order if len(order) <= 2 * ends else order[:ends] + order[-ends:]
    return np.round(vectors[:, chosen].T, 5), min(3, len(chosen))


def _counted(values: Floats) -> Bins:
    there = values[~np.isnan(values)]
    bins = min(_MOST_BINS, max(len(there) // _LEAST_IN_BIN, 1))
    edges = np.unique(np.quantile(there, np.arange(1, bins) / bins)) if len(there) and bins > 1 else np.empty(0)
    if len(edges) and edges[-1] >= there.max():
        edges = edges[:-1]
    return Bins(tuple(edges.tolist()), ()).count(values)


def _plain(bins: Bins) -> dict[str, Any]:
    return {"edges": list(bins.edges), "counts": list(bins.counts), "missing": bins.missing}


def _bins(plain: Mapping[str, Any]) -> Bins:
    edges, counts = plain["edges"], plain["counts"]
    if len(counts) != len(edges) + 1 or min(*counts, plain["missing"], 0) < 0 or sorted(set(edges)) != edges:
        raise ValueError("bins do not fit their counts")
    return Bins(tuple(map(float, edges)), tuple(counts), plain["missing"])
