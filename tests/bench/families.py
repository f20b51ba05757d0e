"""Data sets with a known answer: families without any groups, and round groups from clearly apart to overlapping."""

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


def _bgnbd(rows: int, rng: Rng) -> np.ndarray:
    """Purchases in a window of 39 weeks (BG/NBD: Fader, Hardie, Lee 2005): repeats, last one, age, money."""
    rate, quits = rng.gamma(0.6, 0.4, rows), rng.beta(0.8, 2.4, rows)
    age = rng.uniform(27, 39, rows)
    repeats, last = np.zeros(rows), np.zeros(rows)
    for row in range(rows):
        now = rng.exponential(1 / rate[row])
        while now <= age[row]:
            repeats[row], last[row] = repeats[row] + 1, now
            if rng.random() < quits[row]:
                break
            now += rng.exponential(1 / rate[row])
    money = np.where(repeats > 0, np.exp(rng.normal(3.5, 0.6, rows)), 0.0)
    return np.column_stack([repeats, last, age, money])


def _spread_grows(rows: int, rng: Rng) -> np.ndarray:
    level = rng.normal(size=rows)
    return np.column_stack([level, rng.normal(size=(rows, 4)) * np.exp(0.8 * level)[:, None]])


def _with_total(rows: int, rng: Rng) -> np.ndarray:
    parts = np.exp(0.8 * rng.normal(size=(rows, 4)))
    return np.column_stack([parts, parts.sum(axis=1)])


def _duplicates(rows: int, rng: Rng) -> np.ndarray:
    values = cloud(rows, rng)
    values[: int(0.03 * rows)] = values[-1]
    return values


def _gross_outliers(rows: int, rng: Rng) -> np.ndarray:
    values, few = cloud(rows, rng), max(2, int(0.02 * rows))
    values[:few] *= rng.uniform(5, 20, size=(few, 1))
    return values


def _one_hot(rows: int, rng: Rng) -> np.ndarray:
    level = rng.choice(4, rows, p=rng.dirichlet(np.full(4, 8.0)))
    return np.column_stack([cloud(rows, rng, 3), np.eye(4)[level]])


def _likert(rows: int, rng: Rng) -> np.ndarray:
    return np.clip(np.round(1.1 * cloud(rows, rng, 8) + 3), 1, 5)


def _zero_inflated(rows: int, rng: Rng) -> np.ndarray:
    values = np.exp(0.8 * cloud(rows, rng) + 1)
    return np.where(rng.random((rows, FEATURES)) < rng.uniform(0.2, 0.6, FEATURES), 0.0, values)


def _nothing_at_all(rows: int, rng: Rng) -> np.ndarray:
    active = rng.random(rows) < rng.uniform(0.4, 0.8)
    return np.where(active[:, None], np.exp(0.7 * cloud(rows, rng, 4) + 1), 0.0)


def _seasonal(rows: int, rng: Rng) -> np.ndarray:
    """Twelve months with a season whose strength and peak vary from customer to customer."""
    phase, strength = rng.normal(0, 1.2, (rows, 1)), 0.5 * np.tanh(np.exp(rng.normal(0, 0.4, (rows, 1))))
    season = 1 + strength * np.cos(2 * np.pi * np.arange(12) / 12 + phase)
    return np.exp(rng.normal(2, 0.5, (rows, 1))) * season * np.exp(rng.normal(0, 0.2, (rows, 12)))


def _ring(rows: int, rng: Rng) -> np.ndarray:
    angle = rng.uniform(0, 2 * np.pi, rows)
    return np.column_stack([np.cos(angle), np.sin(angle)]) * (1 + rng.normal(0, 0.12, rows))[:, None]


def _bow(rows: int, rng: Rng) -> np.ndarray:
    along = rng.normal(size=rows)
    return np.column_stack([along, 0.7 * along**2 + rng.normal(0, 0.5, rows), rng.normal(size=rows)])


def _counts(rows: int, rng: Rng) -> np.ndarray:
    level = np.exp(rng.normal(1, 0.7, rows))
    return np.column_stack([rng.poisson(level * share) for share in (0.5, 1.0, 2.0)]).astype(float)


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
    "purchases in a window (BG/NBD)": _bgnbd,
    "spread grows with level": _spread_grows,
    "lognormal with its total": _with_total,
    "3 % duplicates": _duplicates,
    "2 % gross outliers": _gross_outliers,
    "one-hot columns": _one_hot,
    "Likert answers": _likert,
    "zero-inflated": _zero_inflated,
    "some with nothing at all": _nothing_at_all,
    "shares of a whole": lambda rows, rng: rng.dirichlet(rng.uniform(0.8, 3, FEATURES), rows),
    "seasonal": _seasonal,
    "ring": _ring,
    "bow": _bow,
    "counts": _counts,
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
