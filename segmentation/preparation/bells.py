"""Is a column skewed because groups lie side by side in it? Then straightening it would push them together.

Values are told by normal curves of one width: by two or three as they are, and by up to three once they are
straightened. Both are likelihoods of the values themselves, and the Bayesian information criterion (Schwarz 1978) says
which tells them better. One long tail needs a single curve once it is straightened, and is told badly by three of one
width; groups of one width are of one width only as they are. That the right scale is the one on which a mixture fits is
from Lo, Gottardo (2012), "Flexible mixture modeling via the multivariate t distribution with the Box-Cox
transformation", Statistics and Computing 22.
"""

from __future__ import annotations

import math

import numpy as np

from segmentation.preparation.recipe import FeatureRecipe

__all__ = ["criterion", "side_by_side"]

_MOST = 1_000
"""Of more values every so many-th in order tells as much."""
_LEAST_SHARE, _LEAST_SIZE = 0.03, 8
"""Fewer customers than this are extremes, not a group."""
_HELD = 0.03
"""Where more share one value, it is a step of whole numbers, nothing at all, or a code: no curve."""
_NARROWEST = 0.02
"""The width of a curve, in standard deviations of all values."""
_ROUNDS, _STILL = 200, 1e-3
"""Rounds of a fit at most; it ends where the likelihood rises by less."""


def side_by_side(values: np.ndarray, straight: FeatureRecipe) -> bool:
    """Whether the values (n, none missing) are told better by groups than by what `straight` makes of them."""
    ordered = np.sort(straight.used(values))[:: max(1, len(values) // _MOST)]
    if np.unique(ordered, return_counts=True)[1].max() > max(_HELD * len(ordered), 1.0):
        return False
    least = max(_LEAST_SHARE, _LEAST_SIZE / len(values))
    groups = min(criterion(ordered, k, least=least) for k in (2, 3))
    moved, of_scale = straight.before_scaling(ordered), 2 * float(_log_slope(ordered, straight).sum())
    return all(groups < criterion(moved, k) - of_scale for k in (1, 2, 3))


def criterion(values: np.ndarray, k: int, *, least: float = 0.0) -> float:
    """The Bayesian information criterion of k (1 to 3) normal curves of one width for values (n,); small is good.

    The best of a few starts of expectation and maximisation. Infinite where one of the curves has less than the share
    `least` in each of them.
    """
    spread = float(values.std())
    x = (values - values.mean()) / spread
    found = [_fitted(x, centres) for centres in _starts(x, k)]
    best = max((likelihood for likelihood, share in found if share >= least), default=-math.inf)
    return 2 * (len(x) * math.log(spread) - best + k * math.log(len(x)))


def _starts(x: np.ndarray, k: int) -> list[np.ndarray]:
    """Centres to begin k curves at: evenly from the lowest to the highest, and with few customers at either end."""
    if k == 1:
        return [np.zeros(1)]
    low, high = np.quantile(x, [0.02, 0.98])
    few = np.array([0.5, 0.97] if k == 2 else [0.4, 0.87, 0.98])
    return [low + (np.arange(k) + 0.5) / k * (high - low), np.quantile(x, few), np.quantile(x, 1 - few)]


def _fitted(x: np.ndarray, centres: np.ndarray) -> tuple[float, float]:
    """The log-likelihood of the curves begun at these centres, and the smallest share that one of them has."""
    shares, width, likelihood = np.full(len(centres), 1 / len(centres)), 0.5, -math.inf
    for _ in range(_ROUNDS):
        power = np.log(shares) - 0.5 * ((x[:, None] - centres) / width) ** 2
        top = power.max(axis=1, keepdims=True)
        weight = np.exp(power - top)
        total = weight.sum(axis=1, keepdims=True)
        before, likelihood = likelihood, float((top + np.log(total)).sum()) - len(x) * math.log(width)
        if likelihood - before < _STILL:
            break
        weight /= total
        sizes = np.maximum(weight.sum(axis=0), 1e-9)
        shares, centres = sizes / len(x), (weight * x[:, None]).sum(axis=0) / sizes
        width = max(math.sqrt(float((weight * (x[:, None] - centres) ** 2).sum()) / len(x)), _NARROWEST)
    return likelihood - 0.5 * len(x) * math.log(2 * math.pi), float(shares.min())


def _log_slope(values: np.ndarray, straight: FeatureRecipe) -> np.ndarray:
    """The logarithm of how fast each straightened value (n,) changes with the value."""
    away = (values - straight.origin) / straight.step
    power = -1.0 if straight.lmbda is None else np.sign(away) * (straight.lmbda - 1)
    slope: np.ndarray = power * np.log1p(np.abs(away)) - math.log(straight.step)
    return slope
