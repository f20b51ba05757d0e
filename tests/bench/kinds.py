"""Planted groups that are not equal round clouds: the kinds that customers really come in, each with its number."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

__all__ = ["KINDS"]

Rng = np.random.Generator


def _centres(k: int, apart: float, features: int, rng: Rng) -> np.ndarray:
    """Random centres of which the closest two are `apart` apart."""
    centres = rng.normal(size=(k, features))
    distance = np.sqrt(((centres[:, None] - centres[None]) ** 2).sum(axis=2))
    return centres * apart / distance[np.triu_indices(k, 1)].min()


def _shares_80_15_5(rows: int, rng: Rng) -> np.ndarray:
    group = rng.choice(3, rows, p=[0.8, 0.15, 0.05])
    return rng.normal(size=(rows, 5)) + _centres(3, 6.0, 5, rng)[group]


def _in_4_of_12_columns(rows: int, rng: Rng) -> np.ndarray:
    values = rng.normal(size=(rows, 12))
    values[:, :4] += _centres(3, 6.0, 4, rng)[rng.integers(0, 3, rows)]
    return values


def _in_2_of_10_columns(rows: int, rng: Rng) -> np.ndarray:
    values = rng.normal(size=(rows, 10))
    values[:, :2] += 6.0 * rng.integers(0, 2, (rows, 2))
    return values


def _different_widths(rows: int, rng: Rng) -> np.ndarray:
    group, width = rng.integers(0, 3, rows), np.array([0.5, 1.0, 2.5])
    return rng.normal(size=(rows, 5)) * width[group][:, None] + _centres(3, 9.0, 5, rng)[group]


def _mixed_scales(rows: int, rng: Rng) -> np.ndarray:
    values = rng.normal(size=(rows, 5)) + _centres(3, 5.0, 5, rng)[rng.integers(0, 3, rows)]
    values[:, 3] = np.exp(values[:, 3])
    values[:, 4] *= 1_000
    return np.column_stack([values, np.exp(1.2 * rng.normal(size=rows))])


def _lognormal_groups(rows: int, rng: Rng) -> np.ndarray:
    return np.exp(0.35 * (rng.normal(size=(rows, 4)) + _centres(3, 5.0, 4, rng)[rng.integers(0, 3, rows)]))


def _binary_classes(rows: int, rng: Rng) -> np.ndarray:
    chance = np.full((3, 9), 0.12)
    for number in range(3):
        chance[number, 3 * number : 3 * number + 3] = 0.88
    return (rng.random((rows, 9)) < chance[rng.integers(0, 3, rows)]).astype(float)


def _background_noise(rows: int, rng: Rng) -> np.ndarray:
    values = rng.normal(size=(rows, 5)) + _centres(3, 7.0, 5, rng)[rng.integers(0, 3, rows)]
    few = int(0.2 * rows)
    values[:few] = rng.uniform(values.min(axis=0), values.max(axis=0), (few, 5))
    return values


def _along_one_column(rows: int, rng: Rng) -> np.ndarray:
    values = rng.normal(size=(rows, 4))
    values[:, 0] += 8.0 * (rng.random(rows) < 0.5)
    return values


def _few_along_one_column(rows: int, rng: Rng) -> np.ndarray:
    values = rng.normal(size=(rows, 6))
    values[:, 0] += 7.0 * (rng.random(rows) < 0.2)
    return values


def _corners(features: int) -> Callable[[int, Rng], np.ndarray]:
    return lambda rows, rng: rng.normal(size=(rows, features)) + 6.0 * rng.integers(0, 2, (rows, features))


KINDS: dict[str, tuple[int, Callable[[int, Rng], np.ndarray]]] = {
    "shares of 80, 15 and 5 %": (3, _shares_80_15_5),
    "in 4 of 12 columns": (3, _in_4_of_12_columns),
    "in 2 of 10 columns": (4, _in_2_of_10_columns),
    "different widths": (3, _different_widths),
    "mixed scales": (3, _mixed_scales),
    "lognormal groups": (3, _lognormal_groups),
    "classes of yes-or-no columns": (3, _binary_classes),
    "20 % background noise": (3, _background_noise),
    "along one column": (2, _along_one_column),
    "a fifth, along one column": (2, _few_along_one_column),
    "a grid of 2 × 2": (4, _corners(2)),
    "a cube": (8, _corners(3)),
}
"""Kind → its number of groups, and `(rows, rng) -> rows × features`."""
