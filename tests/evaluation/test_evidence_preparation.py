"""Does preparation matter? Each step in use is switched off in turn, and the change is said in words."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from segmentation.core.settings import PREP_PRESETS, ColumnPrep, KSettings
from segmentation.core.tables import FeatureTable
from segmentation.data.vocabulary import describe_column
from segmentation.evaluation.choose_k import compare
from segmentation.evaluation.evidence import preparation_matters, what_matters
from segmentation.evaluation.evidence.preparation import steps_off, words_for_agreement
from segmentation.preparation import learn


@pytest.fixture
def features(fast: pd.DataFrame) -> FeatureTable:
    frame = fast.set_index("CUST_ID").astype(np.float64)
    frame["NOISE"] = 1e6 * np.random.default_rng(1).normal(size=len(frame))
    info = tuple(describe_column(name, frame[name]) for name in frame)
    return FeatureTable(frame, info, pd.DataFrame(index=frame.index))


def test_only_steps_in_use_are_switched_off() -> None:
    plain = dict(steps_off(PREP_PRESETS["plain"]))
    assert list(plain) == ["Bringing all columns to one scale", "Filling missing values differently (zero)"]
    assert plain["Bringing all columns to one scale"].scale is False
    recommended = dict(steps_off(PREP_PRESETS["recommended"]))
    assert recommended["Capping extreme values"].cap == "off"
    assert recommended["Transforming skewed columns"].log == "off"
    assert recommended["Transforming skewed columns"].power == "off"
    assert recommended["Leaving out near-copies"].drop_correlated is False


def test_a_step_asked_for_in_one_column_is_switched_off_too() -> None:
    prep = replace(PREP_PRESETS["plain"], columns={"BALANCE": ColumnPrep(cap=True, transform="log1p", keep=True)})
    steps = dict(steps_off(prep))
    assert steps["Capping extreme values"].columns["BALANCE"] == ColumnPrep(cap=False, transform="log1p", keep=True)
    assert steps["Transforming skewed columns"].columns["BALANCE"].transform == "none"


def test_the_scale_decides_where_one_column_is_larger_than_all_others(features: FeatureTable) -> None:
    prep = PREP_PRESETS["plain"]
    comparison = compare(features, learn(features, prep), KSettings(k_max=3))
    table = preparation_matters(features, prep, comparison, 3).set_index("step")
    assert table.at["Another random start", "agreement"] == pytest.approx(1.0)
    assert table.at["Bringing all columns to one scale", "agreement"] < 0.1
    assert all(len(sizes) == 3 for sizes in table["sizes"])
    assert (table["note"] == "").all()


@pytest.mark.parametrize(
    ("value", "words"), [(1.0, "hardly"), (0.7, "some customers"), (0.4, "a lot"), (0.0, "other segments")]
)
def test_an_agreement_has_words(value: float, words: str) -> None:
    assert words in words_for_agreement(value)
    assert words_for_agreement(float("nan")) == ""


@pytest.mark.parametrize(
    ("capping", "scale", "start", "sentence"),
    [
        (0.95, 0.2, 0.97, "What matters most is “Scale”: switching it off makes other segments (agreement 0.20)."),
        (0.95, 0.91, 1.0, "No step changes the segments much, so none of them decides the result."),
        (
            0.4,
            np.nan,
            0.7,
            "What matters most is “Capping”: switching it off changes the segments a lot (agreement 0.40).",
        ),
        (np.nan, np.nan, 1.0, "No step could be switched off."),
    ],
)
def test_the_step_that_matters_most_is_named(capping: float, scale: float, start: float, sentence: str) -> None:
    assert what_matters(switched(capping, scale, start)) == sentence


def test_where_chance_alone_changes_the_segments_no_step_is_blamed() -> None:
    assert what_matters(switched(0.2, 0.5, 0.46)).startswith(
        "Another random start alone changes the segments a lot (agreement 0.46), so much of what the other rows "
        "show is chance"
    )


def switched(capping: float, scale: float, start: float) -> pd.DataFrame:
    table = pd.DataFrame({"step": ["Capping", "Scale", "Another random start"], "agreement": [capping, scale, start]})
    return table.assign(words=[words_for_agreement(value) for value in table["agreement"]])
