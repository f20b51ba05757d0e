"""A small segmentation that can be checked by hand, and the real one, for the tests of scoring, saving and showing."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from segmentation.clustering.model import Segmentation
from segmentation.core.settings import PREP_PRESETS, PrepSettings
from segmentation.core.tables import FeatureInfo, FeatureTable, Table
from segmentation.data.sources import Source, guess_columns
from segmentation.evaluation.final import fit

__all__ = ["credit_card_features", "credit_card_segmentation", "features_of", "guessed", "two_segments"]

UNSCALED = PrepSettings(scale=False)


def guessed(source: Source, tables: Mapping[str, Table]) -> dict[str, dict[str, str]]:
    """What each table's columns are taken for; tables are named as the source names them."""
    return {spec.name: guess_columns(spec, tables[spec.name].frame) for spec in source.tables if spec.name in tables}


def features_of(columns: Mapping[str, list[float]], **about: FeatureInfo) -> FeatureTable:
    """Columns of numbers → a feature table whose customers are called c1, c2, …"""
    frame = pd.DataFrame({name: np.array(values, dtype=float) for name, values in columns.items()})
    frame.index = pd.Index([f"c{row + 1}" for row in range(len(frame))], name="customer")
    return FeatureTable(frame, tuple(about.get(name, FeatureInfo(name)) for name in frame), frame[[]])


def two_segments() -> Segmentation:
    """Age and spend of five customers, not scaled: centres (1, 0) of three and (9, 0) of two; one spend is missing."""
    about = {"age": FeatureInfo("age", "Age", "years"), "spend": FeatureInfo("spend", "Spend", "€", "money")}
    features = features_of({"age": [0, 1, 2, 8, 10], "spend": [0, 0, 0, -1, 1]}, **about)
    features.frame.loc["c2", "spend"] = np.nan
    return fit(features, UNSCALED, 2)


@cache
def credit_card_features(folder: Path) -> FeatureTable:
    """The 8,950 customers of the public credit-card file, 17 features."""
    frame = pd.read_csv(folder / "credit_card/CC GENERAL.csv").set_index("CUST_ID").astype(float)
    return FeatureTable(frame, tuple(FeatureInfo(name) for name in frame), frame[[]], fingerprint="real data")


@cache
def credit_card_segmentation(folder: Path, preset: str = "plain", k: int = 3) -> Segmentation:
    """The public credit-card file in k segments."""
    return fit(credit_card_features(folder), PREP_PRESETS[preset], k)
