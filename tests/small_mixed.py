"""A small table of numbers and categories with three planted groups, for tests."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd

import segmentation as seg
from segmentation.clustering.model import Segmentation
from segmentation.core.settings import PrepSettings
from segmentation.core.tables import FeatureTable
from segmentation.evaluation.final import fit
from segmentation.preparation import Recipe, learn

__all__ = ["ROLES", "Mixed", "mixed", "mixed_table"]

ROLES = {
    "id": "identifier",
    "spend": "feature",
    "Contract": "category",
    "Internet": "category",
    "Satisfaction": "category",
    "Region": "category",
}


@dataclass(frozen=True)
class Mixed:
    """The planted customers as a file has them, as features, prepared and in segments."""

    frame: pd.DataFrame
    group: np.ndarray
    features: FeatureTable
    recipe: Recipe
    made: Segmentation


def mixed_table(rows: int = 600, seed: int = 0) -> tuple[pd.DataFrame, np.ndarray]:
    """Customers with an amount, a contract, an internet access (rare kinds, gaps), an ordered word, a region code."""
    rng = np.random.default_rng(seed)
    group = rng.choice(3, rows, p=[0.5, 0.3, 0.2])
    contract = np.array(["Month-to-month", "One year", "Two year"])[group].astype(object)
    internet = np.array(["DSL", "Fiber optic", "No"])[group].astype(object)
    for column, levels in ((contract, ["Month-to-month", "One year", "Two year"]), (internet, ["DSL", "No"])):
        mixed = rng.random(rows) < 0.15
        column[mixed] = rng.choice(levels, mixed.sum())
    internet[rng.random(rows) < 0.01] = "Satellite"
    internet[rng.random(rows) < 0.02] = "Radio link"
    contract[rng.random(rows) < 0.03] = None
    words = np.array(["low", "medium", "high"])[np.clip(group + rng.integers(-1, 2, rows), 0, 2)]
    frame = pd.DataFrame(
        {
            "id": [f"c{number:04}" for number in range(rows)],
            "spend": (100 + 40 * group + 10 * rng.normal(size=rows)).round(2),
            "Contract": contract,
            "Internet": internet,
            "Satisfaction": words,
            "Region": rng.integers(1, 4, rows).astype(float),
        }
    )
    return frame, group


@lru_cache(1)
def mixed() -> Mixed:
    """The table read with its categories, prepared plainly, in three segments."""
    frame, group = mixed_table()
    features = seg.features(frame, roles=ROLES)
    recipe = learn(features, PrepSettings())
    return Mixed(frame, group, features, recipe, fit(features, recipe, k=3))
