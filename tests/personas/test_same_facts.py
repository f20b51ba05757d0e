"""One fact that several columns tell is said once, by the column with the fewest words for it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import segmentation as seg
from segmentation.clustering.methods import kmeans
from segmentation.core.settings import PrepSettings
from segmentation.core.tables import FeatureInfo
from segmentation.evaluation.final import fit
from segmentation.personas import describe
from segmentation.personas.preview import preview
from segmentation.personas.same_facts import correlations, telling
from segmentation.preparation import learn
from tests.conftest import cases


def level(column: str, text: str) -> FeatureInfo:
    return FeatureInfo(f"{column}: {text}", kind="boolean", column=column, level=text)


def test_no_internet_is_told_by_internet_alone() -> None:
    # Six customers: two without internet; backup and phone agree with it or not as the columns say.
    none = np.array([1.0, 1.0, 0.0, 0.0, 0.0, 0.0])
    backup_yes = np.array([0.0, 0.0, 1.0, 1.0, 0.0, 0.0])
    Z = np.column_stack([none, backup_yes, none, 1 - none, np.arange(6.0), none])
    info = (
        level("Backup", "No internet service"),
        level("Backup", "Yes"),
        level("Internet", "No"),
        level("Internet", "DSL"),
        FeatureInfo("age"),
        FeatureInfo("Without internet", kind="boolean"),
    )
    assert [item.name for item in telling(Z, info)] == ["Backup: Yes", "Internet: No", "Internet: DSL", "age"]


def test_what_hardly_differs_is_one_fact_and_what_differs_is_two() -> None:
    # 200 customers, 100 with A: one other customer makes a correlation of 0.99, three of 0.97.
    a = np.repeat([1.0, 0.0], 100)
    for others, names in ((1, ["A: a"]), (3, ["A: a", "Bb: b"])):
        b = a.copy()
        b[:others] = 0.0
        assert correlations(np.column_stack([a, b]))[0, 1] == pytest.approx(np.corrcoef(a, b)[0, 1])
        assert [item.name for item in telling(np.column_stack([a, b]), [level("A", "a"), level("Bb", "b")])] == names


@settings(max_examples=cases(6, 15))
@given(seed=st.integers(0, 2**20), copies=st.integers(1, 4))
def test_no_persona_says_one_fact_of_the_customers_twice(seed: int, copies: int) -> None:
    rng = np.random.default_rng(seed)
    group = rng.choice(3, 240, p=[0.5, 0.3, 0.2])
    service = np.where(rng.random(240) < 0.9, np.array(["DSL", "Fibre", "No"])[group], "DSL")
    frame = pd.DataFrame({"id": [f"c{number}" for number in range(240)], "Internet": service})
    for number in range(copies):
        extra = np.where(rng.random(240) < rng.random(), "Yes", "No")
        frame[f"Extra {number}"] = np.where(service == "No", "No internet service", extra)
    frame["spend"] = (10 * group + rng.normal(size=240)).round(2)
    roles = {name: "category" for name in frame.columns if name not in ("id", "spend")}
    features = seg.features(frame, roles={"id": "identifier", **roles})
    recipe = learn(features, PrepSettings())
    made = fit(features, recipe, k=3)
    raw = features.frame
    shown = preview(features, recipe, kmeans(recipe.transform(features.frame), 3))["traits"]
    for persona, traits in zip(describe(made, features), shown, strict=True):
        of_name = [part.strip().casefold() for part in persona.name.split(", ")]
        named = [name for name in raw.columns if made.about(name).trait_high.casefold() in of_name]
        for told in ([claim.feature for claim in persona.claims], named):
            whom = [tuple(raw[name] == 1) for name in told if made.about(name).level]
            assert len(set(whom)) == len(whom)
        assert traits.count("No internet service") + traits.count("Internet: No") <= 1
