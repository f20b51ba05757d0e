"""Data sets with a known answer: families without any groups, and planted groups from clearly apart to overlapping."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

__all__ = ["APART", "NULLS", "planted"]

Rng = np.random.Generator
FEATURES = 5


def correlation(features: int, rng: Rng) -> np.ndarray:
    """A random correlation matrix with clearly correlated columns."""
    loadings = rng.normal(size=(features, 2))
    covariance = loadings @ loadings.T + 0.5 * np.eye(features)
    scale = np.sqrt(np.diag(covariance))
    return covariance / np.outer(scale, scale)


def cloud(rows: int, rng: Rng, features: int = FEATURES, correlated: bool = True) -> np.ndarray:
    """One normal cloud → (rows, features)."""
    matrix = correlation(features, rng) if correlated else np.eye(features)
    return rng.multivariate_normal(np.zeros(features), matrix, size=rows, method="cholesky")


def _t3(rows: int, rng: Rng) -> np.ndarray:
    """A multivariate t distribution with 3 degrees of freedom: extreme in all columns at once."""
    return cloud(rows, rng) / np.sqrt(rng.chisquare(3, size=(rows, 1)) / 3)


def _rfm(rows: int, rng: Rng) -> np.ndarray:
    """Recency, frequency, monetary as one correlated lognormal cloud."""
    matrix = np.array([[1.0, -0.5, -0.4], [-0.5, 1.0, 0.8], [-0.4, 0.8, 1.0]])
    return np.exp(rng.multivariate_normal([3.5, 1.0, 6.0], matrix * np.outer([1.2, 0.9, 1.1], [1.2, 0.9, 1.1]), rows))


def _rfm_counts(rows: int, rng: Rng) -> np.ndarray:
    """The same as whole days, whole purchases (many ties at 1) and money to the cent."""
    values = _rfm(rows, rng)
    return np.stack([np.minimum(np.ceil(values[:, 0]), 365), np.ceil(values[:, 1] / 2), values[:, 2].round(2)], axis=1)


NULLS: dict[str, Callable[[int, Rng], np.ndarray]] = {
    "single Gaussian": lambda rows, rng: cloud(rows, rng, correlated=False),
    "correlated Gaussian": lambda rows, rng: cloud(rows, rng),
    "uniform": lambda rows, rng: rng.uniform(size=(rows, FEATURES)),
    "lognormal": lambda rows, rng: np.exp(cloud(rows, rng, correlated=False)),
    "t(3)": _t3,
    "t(3), columns apart": lambda rows, rng: rng.standard_t(3, size=(rows, FEATURES)),
    "RFM, correlated lognormal": _rfm,
    "RFM, counts and ties": _rfm_counts,
    "with a 0/1 column": lambda rows, rng: np.column_stack(
        [cloud(rows, rng), rng.random(rows) < rng.uniform(0.1, 0.5)]
    ),
    "with 20 noise columns": lambda rows, rng: np.column_stack([cloud(rows, rng), rng.normal(size=(rows, 20))]),
}

APART = {"clearly apart": 8.0, "apart": 6.0, "touching": 4.5, "overlapping": 3.5, "strongly overlapping": 2.5}
"""Distance of the closest two centres in standard deviations of a group."""


def planted(
    rows: int, k: int, distance: float, rng: Rng, *, equal: bool = True, features: int = FEATURES
) -> tuple[np.ndarray, np.ndarray]:
    """`k` normal groups whose closest centres are `distance` standard deviations apart → (rows × features, group).

    Unequal sizes fall like 1, 1/2, 1/3 …; every group has at least 5 % of the rows.
    """
    centres = rng.normal(size=(k, features))
    apart = np.sqrt(((centres[:, None] - centres[None]) ** 2).sum(axis=2))
    centres *= distance / apart[np.triu_indices(k, 1)].min()
    weights = np.ones(k) if equal else 1.0 / np.arange(1, k + 1)
    weights = np.maximum(weights / weights.sum(), 0.05)
    group = rng.choice(k, size=rows, p=weights / weights.sum())
    return rng.normal(size=(rows, features)) + centres[group], group
