"""The telecom sample: with its text as categories the planted groups are found, with numbers alone they are not."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from sklearn.metrics import adjusted_rand_score

import segmentation as seg
from segmentation.core.settings import PREP_PRESETS, KSettings
from segmentation.core.tables import FeatureTable
from segmentation.data.profiling import suggest_roles
from segmentation.evaluation.choose_k import compare
from segmentation.evaluation.evidence import EvidenceSettings, gather
from segmentation.preparation import learn
from tests.data.test_samples import generator

FILE = Path(__file__).resolve().parents[2] / "sample_data" / "telecom_churn.csv"
QUICK = EvidenceSettings(references=5, resamples=8, n_init=2)


def agreement(features: FeatureTable, labels: object) -> float:
    truth: pd.Series = generator.truth("telecom")
    return float(adjusted_rand_score(truth.loc[features.frame.index], labels))


def test_the_planted_groups_are_recommended_and_found() -> None:
    features = seg.features(FILE)
    assert len(features.blocks) == 10
    assert (features.outcomes, features.sensitive) == (("Churn",), ("gender", "SeniorCitizen"))
    recipe = learn(features, PREP_PRESETS["recommended"])
    comparison = compare(features, recipe, KSettings(k_max=5, n_init=5))
    evidence = gather(features, recipe, comparison, QUICK)
    assert (evidence.verdict, evidence.recommended_k) == ("distinct", 4)
    assert agreement(features, comparison.fits[4].labels) >= 0.94


def test_numbers_alone_do_not_find_them() -> None:
    texts = {item.name: "descriptor" for item in suggest_roles(seg.read(FILE)) if item.role == "category"}
    features = seg.features(FILE, roles=texts)
    comparison = compare(features, learn(features, PREP_PRESETS["recommended"]), KSettings(k_min=4, k_max=4))
    assert agreement(features, comparison.fits[4].labels) < 0.6
