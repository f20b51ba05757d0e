"""Columns with the role category: which levels they get, what is rare, and what is said."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import segmentation as seg
from segmentation.core.errors import DataProblems
from segmentation.core.tables import FeatureTable
from tests.small_mixed import mixed

ROLES = {"n": "feature", "c": "category"}


def made(values: list[object], **more: str) -> FeatureTable:
    return seg.features(pd.DataFrame({"n": np.arange(len(values), dtype=float), "c": values}), roles=ROLES | more)


def test_the_most_frequent_level_comes_first_and_rare_ones_together_are_other() -> None:
    features = made(["b"] * 500 + ["a"] * 300 + ["x1"] * 9 + ["x2"] * 9 + ["x3"] * 2)
    (block,) = features.blocks
    assert block.answers == ("b", "a", "other")
    assert features.frame.iloc[-1].tolist() == [819.0, 0.0, 0.0, 1.0]
    assert [note.what for note in features.notes if note.where == "c"] == [
        "3 rare values of 20 customers count as “other”."
    ]


def test_too_few_rare_values_tell_nothing() -> None:
    features = made(["b"] * 500 + ["a"] * 300 + ["x"] * 3)
    (block,) = features.blocks
    assert block.answers == ("b", "a")
    assert features.frame.iloc[-1, 1:].isna().all()
    assert any("too few to tell anything" in note.what for note in features.notes)


def test_no_level_stands_for_fewer_than_ten_customers_of_many() -> None:
    (block,) = made(["b"] * 500 + ["a"] * 300 + ["x"] * 9 + ["y"] * 10).blocks
    assert block.levels == ("b", "a", "y")


def test_at_most_twelve_levels_are_told_apart() -> None:
    (block,) = made([f"v{number:02}" for number in range(20) for _ in range(20 - number // 2)]).blocks
    assert len(block.levels) == 12
    assert block.other


def test_words_in_an_order_and_codes_of_categories_are_levels() -> None:
    blocks = {block.column: block for block in mixed().features.blocks}
    assert (blocks["Satisfaction"].kind, blocks["Satisfaction"].levels) == ("ordered", ("low", "medium", "high"))
    assert (blocks["Region"].kind, blocks["Region"].levels) == ("named", ("1", "2", "3"))
    info = {item.name: item for item in mixed().features.info}
    assert info["Satisfaction: from medium"].label == "Satisfaction: medium or higher"
    assert info["Satisfaction: from high"].label == "Satisfaction: high"


def test_yes_and_no_are_one_feature_as_ever() -> None:
    frame = pd.DataFrame({"n": [1.0, 2.0, 3.0], "c": [True, False, True]})
    features = seg.features(frame, roles=ROLES)
    assert features.blocks == ()
    assert features.names == ("n", "c")


def test_the_column_itself_stays_beside_its_levels() -> None:
    features = mixed().features
    assert features.names[:4] == ("spend", "Contract: Month-to-month", "Contract: One year", "Contract: Two year")
    assert features.descriptors["Contract"].tolist() == mixed().frame["Contract"].tolist()
    assert features.inputs == ("spend", "Contract", "Internet", "Satisfaction", "Region")
    assert {item.name: item.role for item in features.roles}["Contract"] == "category"


def test_a_name_that_a_column_has_already_is_not_taken_twice() -> None:
    frame = pd.DataFrame({"c: a": [1.0, 2.0] * 20, "c": ["a", "b"] * 20})
    features = seg.features(frame, roles={"c: a": "feature", "c": "category"})
    assert len(set(features.names)) == 3


@pytest.mark.parametrize(
    ("values", "said"),
    [(["a"] * 40, "no two different values"), ([f"v{number}" for number in range(400)], "too many for a category")],
)
def test_a_column_without_levels_is_one_sentence(values: list[object], said: str) -> None:
    with pytest.raises(DataProblems, match=said):
        made(values)


def test_categories_alone_make_a_table() -> None:
    frame = pd.DataFrame({"c": ["a", "b"] * 20, "d": ["x", "y", "z", "z"] * 10})
    assert len(seg.features(frame, roles={"c": "category", "d": "category"}).names) == 5


def test_a_word_in_an_order_that_few_have_is_no_level() -> None:
    """A threshold that only three customers are beyond would tell of these three what they are."""
    words = ["low"] * 60 + ["medium"] * 80 + ["high"] * 57 + ["very high"] * 3
    made = seg.features(pd.DataFrame({"risk": words, "spent": np.arange(200.0)}), roles={"risk": "category"})
    (block,) = made.blocks
    assert (block.kind, block.levels) == ("ordered", ("low", "medium", "high"))
    assert made.frame["risk: from high"].isna().sum() == 3
    said = [note.what for note in made.notes if note.where == "risk"]
    assert said == ["1 rare value of 3 customers is too few to tell anything and counts as not known."]


def test_never_not_asked_and_not_applicable_are_told_apart_where_the_column_says_so() -> None:
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(
        {
            "spent": rng.normal(50, 9, 300).round(2),
            "asked": rng.choice(["Yes", "No", "Not asked"], 300),
            "insured": rng.choice(["Yes", "No", "not applicable", ""], 300),
            "days": rng.choice(["3", "12", "45", "never"], 300),
        }
    )
    data = frame.to_csv(index=False).encode()
    roles = {"asked": "category", "insured": "category", "contact": "category", "days": "descriptor"}
    table = seg.read(data, "survey.csv", columns=[("insured", "text")])
    features = seg.features(table, derive={"contact": "bands(days, 7, 30)"}, roles=roles)
    levels = {block.column: set(block.levels) for block in features.blocks}
    assert levels == {
        "asked": {"Yes", "No", "Not asked"},
        "insured": {"Yes", "No", "not applicable"},
        "contact": {"under 7", "7–30", "30+", "never"},
    }
    blank = frame["insured"].eq("").to_numpy()
    assert features.frame["insured: not applicable"].isna().to_numpy().tolist() == blank.tolist()
