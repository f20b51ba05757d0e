"""Outcomes compared between segments: shares and averages worked by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from segmentation.personas.descriptors import wilson
from segmentation.personas.outcomes import outcome_table, outcome_texts, outcome_values


def test_the_rarer_of_two_answers_is_compared_with_its_interval() -> None:
    # Segment 1: 1 of 4 left, segment 2: 2 of 2; the customer in no segment counts for everyone only: 3 of 7.
    outcomes = pd.DataFrame({"Churn": ["no", "no", "no", "yes", "yes", "yes", "no"]})
    table = outcome_table(outcomes, [1, 1, 1, 1, 2, 2, 0]).set_index("segment")
    assert table["figure"].unique().tolist() == ["share with yes"]
    assert table["value"].to_dict() == {0: pytest.approx(3 / 7), 1: 0.25, 2: 1.0}
    assert table["size"].to_dict() == {0: 7, 1: 4, 2: 2}
    low, high = wilson(np.array([1]), 4)
    assert table.loc[1, ["low", "high"]].tolist() == pytest.approx([low[0], high[0]])


def test_numbers_are_compared_by_their_average_and_missing_ones_do_not_count() -> None:
    scores = pd.DataFrame({"p": [*np.arange(12.0), np.nan]})
    table = outcome_table(scores, [1] * 6 + [2] * 7).set_index("segment")
    assert table["figure"].unique().tolist() == ["average"]
    assert table["value"].to_dict() == {0: 5.5, 1: 2.5, 2: 8.5}
    assert table.loc[2, "size"] == 6


def test_the_texts_have_one_row_an_outcome_and_one_column_a_segment() -> None:
    outcomes = pd.DataFrame({"Churn": [0.0, 0.0, 1.0, 1.0, 0.0], "<b>": [None] * 5})
    texts = outcome_texts(outcome_table(outcomes, [1, 1, 1, 2, 2]))
    assert list(texts.columns) == ["outcome", "figure", "0", "1", "2"]
    assert len(texts) == 1
    assert texts["figure"].tolist() == ["share with 1"]
    assert texts["1"].iloc[0].startswith("33.3 % (")
    values = outcome_values(outcome_table(outcomes, [1, 1, 1, 2, 2]))
    assert list(values.columns) == list(texts.columns)
    assert values.iloc[0, 2:].tolist() == [0.4, pytest.approx(1 / 3), 0.5]


@pytest.mark.parametrize("kind", [object, bool, "boolean"])
def test_truth_values_are_told_as_yes_and_no(kind: object) -> None:
    # A column of Yes and No is read as truth values: the page must not say "True".
    few = pd.DataFrame({"Churn": pd.Series([True, False, False, False]).astype(kind)})  # type: ignore[call-overload]
    assert outcome_table(few, [1, 1, 2, 2])["figure"].unique().tolist() == ["share with yes"]
    most = pd.DataFrame({"Churn": pd.Series([False, True, True, True]).astype(kind)})  # type: ignore[call-overload]
    assert outcome_table(most, [1, 1, 2, 2])["figure"].unique().tolist() == ["share with no"]


def test_nothing_to_compare_is_an_empty_table() -> None:
    empty = outcome_table(pd.DataFrame({"a": [np.nan, np.nan]}), [1, 2])
    assert empty.empty
    assert outcome_texts(empty).empty
    assert outcome_values(empty).empty
