"""Plain columns of numbers as the product prepares them when nothing is chosen."""

from __future__ import annotations

import numpy as np
import pandas as pd

from segmentation.core.settings import PREP_PRESETS
from segmentation.core.tables import FeatureInfo, FeatureTable
from segmentation.preparation import learn

__all__ = ["as_prepared", "features_of"]


def features_of(frame: pd.DataFrame) -> FeatureTable:
    """A table of numbers, one row a customer → the features of customers c0, c1 …"""
    named = frame.set_axis([f"c{place}" for place in range(len(frame))])
    return FeatureTable(named, tuple(FeatureInfo(str(name)) for name in named), named[[]])


def as_prepared(values: np.ndarray) -> np.ndarray:
    """Columns (n × d) → those of the recommended settings: near-copies left out, skewed ones straightened."""
    features = features_of(pd.DataFrame(values).add_prefix("x"))
    recipe = learn(features, PREP_PRESETS["recommended"])
    return np.asarray(recipe.transform(features.frame))
