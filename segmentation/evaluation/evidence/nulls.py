"""Data without groups that looks like the data in every other way, and the test that compares the two.

Two kinds. *One cloud*: columns made as normal as a monotone transformation can, then one cloud with the same
correlations and as many extreme customers. *Copula*: every column keeps exactly its own values, only their joint order
comes from one normal cloud with the same rank correlations; so skew, ties, zeros and outliers of single columns are
not mistaken for groups.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtri
from scipy.stats import rankdata
from sklearn.preprocessing import PowerTransformer

from segmentation.clustering.methods import Floats
from segmentation.core.parallel import run_all, workers
from segmentation.core.settings import Progress
from segmentation.evaluation.evidence.gap import first_k, gap_table
from segmentation.evaluation.evidence.work import Work, judged

__all__ = [
    "against_nulls",
    "copula_cloud",
    "copula_of_columns",
    "latent_correlation",
    "normal_scores",
    "pooled_test",
    "round_cloud",
    "straightened",
    "sure",
]

Draw = Callable[[np.random.Generator], Floats]
"""Makes one data set without groups."""

_FEW_VALUES = 3
_CLEARLY = 5.0
"""So many standard deviations of data without groups above their mean: a crowd is called uneven where the difference is
no near thing, and stays so without a tenth of its customers."""
_NEAR = (3.0, 7.5)
"""Where the standard deviation of a few sets might decide, three times as many are made."""
_FLOORS = (0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0)
"""How far above zero the smallest value is put before a logarithm is tried, in standard deviations."""


def straightened(Z: Floats) -> Floats:
    """Columns as nearly normal as they can be made, each with mean 0 and standard deviation 1.

    By Yeo-Johnson (2000) or a logarithm above the smallest value, whichever brings the sorted values closest to a
    straight line with normal quantiles (Filliben 1975). Yeo-Johnson alone leaves a tail in lognormal columns. A column
    of fewer than three different values is only scaled.
    """
    quantiles = ndtri((np.arange(len(Z)) + 0.5) / len(Z))
    return np.stack([_straightest(_scaled(column), quantiles) for column in Z.T], axis=1)


def _straightest(column: Floats, quantiles: Floats) -> Floats:
    if len(np.unique(column[:10_000])) < _FEW_VALUES:
        return column
    ways = [column, PowerTransformer(method="yeo-johnson").fit_transform(column[:, None])[:, 0]]
    ways += [np.log(column - column.min() + floor) for floor in _FLOORS]
    scaled = [_scaled(direction) for direction in ways if np.isfinite(direction).all() and direction.std() > 0]
    return max(scaled, key=lambda direction: float(np.sort(direction) @ quantiles))


def _scaled(column: Floats) -> Floats:
    spread = column.std()
    standard: Floats = (column - column.mean()) / (spread if spread > 0 else 1.0)
    return standard


def normal_scores(Z: Floats) -> Floats:
    """Every column as the normal quantiles of its ranks; equal values share their mean rank."""
    ranks = np.stack([rankdata(column) for column in Z.T], axis=1)
    scores: Floats = ndtri((ranks - 0.5) / len(Z))
    return scores


def round_cloud(X: Floats, rng: np.random.Generator) -> Floats:
    """As many rows as `X`, from one cloud with its mean, its covariance and its distances from the centre.

    Directions are those of a normal cloud; how far out a row lies, measured with the covariance (Mahalanobis), is one
    of the data's own distances. So heavy tails, with customers that are extreme in all columns at once, are no groups.
    """
    middle = X.mean(axis=0)
    values, axes = np.linalg.eigh(np.atleast_2d(np.cov(X, rowvar=False)))
    spread = np.sqrt(np.maximum(values, 1e-9 * max(values.max(), 1e-300)))
    distances = np.linalg.norm((X - middle) @ axes / spread, axis=1)
    cloud = rng.normal(size=X.shape)
    cloud *= (rng.permutation(distances) / np.linalg.norm(cloud, axis=1))[:, None]
    moved: Floats = cloud * spread @ axes.T + middle
    return moved


def copula_cloud(Z: Floats, correlation: Floats, rng: np.random.Generator) -> Floats:
    """The columns of `Z`, each with exactly its own values, in the joint order of a normal cloud."""
    cloud = rng.normal(size=Z.shape) @ _root(correlation).T
    order = cloud.argsort(axis=0).argsort(axis=0)
    return np.take_along_axis(np.sort(Z, axis=0), order, axis=0)


def copula_of_columns(Z: Floats, levels: Mapping[str, NDArray[np.intp]], rng: np.random.Generator) -> Draw:
    """Rows with categories (n × d) → a function that draws as many without groups.

    Every number keeps exactly its own values and every category its levels with their frequencies; only their joint
    order comes from a normal cloud with the same rank correlations, in which a category stands by one figure: how far
    its levels lie along the main axis of all columns. So two columns may go together, as one trait makes them, but no
    more than that.
    """
    inside = {int(column) for columns in levels.values() for column in columns}
    groups = [np.array([column]) for column in range(Z.shape[1]) if column not in inside] + list(levels.values())
    centred = Z - Z.mean(axis=0)
    axis = np.linalg.svd(centred, full_matrices=False)[2][0]
    score = centred @ axis
    keys = np.stack([_key(Z[:, columns], score) for columns in groups], axis=1)
    return partial(_drawn, Z, groups, keys, latent_correlation(keys, rng))


def _key(values: Floats, score: Floats) -> Floats:
    """One figure a row by which a group of columns is put in order: the value, or the mean score of its level."""
    if values.shape[1] == 1:
        return values[:, 0]
    place = np.unique(values, axis=0, return_inverse=True)[1].ravel()
    means: Floats = np.bincount(place, weights=score) / np.bincount(place)
    return means[place]


def _drawn(
    Z: Floats, groups: list[NDArray[np.intp]], keys: Floats, correlation: Floats, rng: np.random.Generator
) -> Floats:
    """One set: ranks of a normal cloud, and for each group of columns its rows in that order."""
    drawn = np.empty_like(Z)
    places = np.repeat(np.arange(len(Z), dtype=np.float64)[:, None], len(groups), axis=1)
    ranks = copula_cloud(places, correlation, rng)
    for place, columns in enumerate(groups):
        order = np.argsort(keys[:, place], kind="stable")
        drawn[:, columns] = Z[np.ix_(order, columns)][ranks[:, place].astype(np.intp)]
    return drawn


def latent_correlation(Z: Floats, rng: np.random.Generator, *, rounds: int = 4) -> Floats:
    """The correlation of the normal cloud whose `copula_cloud` has the same rank correlations as `Z`.

    Ties weaken rank correlations, so the cloud behind columns with many equal values must be more strongly
    correlated than their scores: corrected by what a simulated set still lacks, a few times over.
    """
    wanted = _correlation(normal_scores(Z))
    guess = wanted
    for _ in range(rounds):
        lacking = wanted - _correlation(normal_scores(copula_cloud(Z, guess, rng)))
        guess = _valid(np.clip(guess + lacking, -0.999, 0.999))
    return guess


def pooled_test(own: Floats, nulls: Floats) -> tuple[float, Floats]:
    """A figure by k of the data (m,) and of B data sets without groups (B × m) → p-value, z by k (m,).

    Each figure is measured in standard deviations from the mean over all B + 1 sets, so that no k outweighs the
    others; the data's largest over all k is then ranked among those of the sets. All sets are treated alike, so a
    data set without groups is called unusual with a probability of at most p. z is measured from the sets without
    groups alone. NaN columns are left out.
    """
    both = np.vstack([own, nulls])
    used = np.isfinite(both).all(axis=0)
    z = np.full(len(own), np.nan)
    if not used.any():
        return 1.0, z
    kept = both[:, used]
    spread = kept.std(axis=0)
    highest = ((kept - kept.mean(axis=0)) / np.where(spread > 0, spread, 1.0)).max(axis=1)
    apart = nulls[:, used].std(axis=0)
    z[used] = (own[used] - nulls[:, used].mean(axis=0)) / np.where(apart > 0, apart, 1.0)
    return float(np.mean(highest >= highest[0] - 1e-12)), z


def _root(covariance: Floats) -> Floats:
    values, vectors = np.linalg.eigh(covariance)
    axes: Floats = vectors * np.sqrt(np.maximum(values, 0.0))
    return axes


def _correlation(X: Floats) -> Floats:
    centred = X - X.mean(axis=0)
    length = np.sqrt((centred**2).sum(axis=0))
    unit = centred / np.where(length > 0, length, 1.0)
    correlation: Floats = unit.T @ unit
    np.fill_diagonal(correlation, 1.0)
    return correlation


def _valid(matrix: Floats) -> Floats:
    """The nearest matrix, roughly, that is a correlation: negative eigenvalues lifted, diagonal back to one."""
    values, vectors = np.linalg.eigh((matrix + matrix.T) / 2)
    lifted = (vectors * np.maximum(values, 1e-6)) @ vectors.T
    scale = np.sqrt(np.diag(lifted))
    shaped: Floats = lifted / np.outer(scale, scale)
    return shaped


def sure(p: float, z: float, level: float) -> bool:
    """Whether data passes beyond doubt: p at most `level`, and at some k the figure is far above those of the sets.

    A test that rejects in 5 % of data without groups would do so more often than that in half of all studies of it, and
    the best of twenty sets may be so by a hair. z: the largest over all k (see `pooled_test`); NaN passes nothing.
    """
    return p <= level + 1e-9 and z >= _CLEARLY


def against_nulls(work: Work, name: str, progress: Progress | None = None) -> tuple[pd.DataFrame, dict[str, Any]]:
    """The silhouettes of `work` against those of data without groups of the kind `name` ("copula" or "gaussian").

    → by k: {name}_mean, {name}_high and {name}_z; and the facts p_, z_, beaten_ and sets_{name}, for the copula
    tighter_k as well. Sets are made a few at a time, until two of them are as clear as the data (it is lost then:
    Besag, Clifford 1991, "Sequential Monte Carlo p-values", Biometrika 78) or there are `settings.nulls`; three times
    as many where it is near.
    """
    own, draw = _KINDS[name](work)
    text = "Comparing with data without groups"

    def one(number: int, tick: Progress) -> pd.DataFrame:
        if number < 0:
            return judged(work, own, tick, seed=work.settings.seed)
        return judged(work, draw(work.rng(name, number)), tick, seed=number)

    results, most, step = run_all(one, [-1], text=text), work.settings.nulls, 2 * workers()
    while len(results) - 1 < most:
        made = len(results) - 1
        results += run_all(one, range(made, min(made + step, most)), text=text)
        columns, facts = _collect(name, work, results)
        if progress is not None:
            progress((len(results) - 1) / most, text)
        if round(facts[f"p_{name}"] * len(results)) > 2:
            break
        low, high = _NEAR
        near = facts[f"p_{name}"] <= work.settings.level + 1e-9 and low < facts[f"z_{name}"] < high
        if len(results) - 1 == work.settings.nulls and near:
            most = 3 * work.settings.nulls + 2
    return columns, facts


def _gaussian(work: Work) -> tuple[Floats, Draw]:
    straight = straightened(work.Z)
    return straight, partial(round_cloud, straight)


def _copula(work: Work) -> tuple[Floats, Draw]:
    if work.levels:
        return work.Z, copula_of_columns(work.Z, work.levels, work.rng("correlation"))
    return work.Z, partial(copula_cloud, work.Z, latent_correlation(work.Z, work.rng("correlation")))


_KINDS: dict[str, Callable[[Work], tuple[Floats, Draw]]] = {"copula": _copula, "gaussian": _gaussian}


def _collect(name: str, work: Work, results: list[pd.DataFrame]) -> tuple[pd.DataFrame, dict[str, Any]]:
    own = results[0]["silhouette"]
    nulls = pd.DataFrame([result["silhouette"] for result in results[1:]])
    p, z = pooled_test(own.to_numpy(), nulls.to_numpy())
    columns = pd.DataFrame({f"{name}_mean": nulls.mean(), f"{name}_high": nulls.max(), f"{name}_z": z}, index=own.index)
    beaten = int(np.sum(nulls.max(axis=1) < own.max()))
    most = float(np.nanmax(z)) if np.isfinite(z).any() else float("nan")
    facts: dict[str, Any] = {f"p_{name}": p, f"z_{name}": most, f"beaten_{name}": beaten, f"sets_{name}": len(nulls)}
    if name == "copula":
        references = pd.DataFrame([result["inertia"].to_numpy() for result in results[1:]], columns=work.ks)
        facts["tighter_k"] = first_k(gap_table(results[0]["inertia"], references))
    return columns, facts
