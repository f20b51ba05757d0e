"""What is written for readers, once for all: counts, lists, decimals; and the one random sample of rows."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segmentation.core.notices import KINDS, Notice
from segmentation.core.sampling import random_rows
from segmentation.core.text import agree, counted, decimals, effect_text, listed, yes_or_no


@pytest.mark.parametrize(
    ("number", "words", "text"),
    [
        (0, ("customer",), "0 customers"),
        (1, ("customer",), "1 customer"),
        (1204, ("customer",), "1,204 customers"),
        (1, ("community", "communities"), "1 community"),
        (2, ("community", "communities"), "2 communities"),
        (1, ("line was", "lines were"), "1 line was"),
        (3, ("line was", "lines were"), "3 lines were"),
        (np.int64(1), ("segment",), "1 segment"),
    ],
)
def test_one_is_singular_and_everything_else_plural(number, words, text) -> None:
    assert counted(number, *words) == text


@pytest.mark.parametrize(
    ("items", "most", "text"),
    [
        ([], None, ""),
        (["a"], None, "a"),
        (["a", "b"], None, "a and b"),
        (["a", "b", "c"], None, "a, b and c"),
        (["a", "b", "c", "d"], 3, "a, b, c and d"),
        (["a", "b", "c", "d", "e"], 3, "a, b, c and 2 more"),
        (["a"] * 1003, 3, "a, a, a and 1,000 more"),
        (["a, b", "c"], None, "a, b and c"),
    ],
)
def test_a_list_is_written_as_a_person_says_it(items, most, text) -> None:
    assert listed(iter(items), most=most) == text


@pytest.mark.parametrize(
    ("values", "places"),
    [
        ([], 0),
        ([np.nan, 0.0, np.inf], 0),
        ([3.0, 12.0, -7.0], 0),
        ([0.5, 12.0, 1234.5], 1),  # the typical size is 12: 12.0
        ([1234.5, 2345.6], 0),
        ([1.5, 2.5], 2),
        ([0.012, 0.013], 4),
        ([0.0000123], 4),
    ],
)
def test_a_column_has_as_many_decimals_as_three_digits_of_its_typical_size_need(values, places) -> None:
    assert decimals(values) == decimals(pd.Series(values, dtype=float)) == places


def test_a_difference_of_none_has_no_sign() -> None:
    values = (1.46, -0.34, 0.04, -0.04, 0.0, np.nan)
    assert [effect_text(value) for value in values] == ["+1.5", "\u22120.3", "0", "0", "0", "–"]


def test_truth_is_yes_or_no_whatever_holds_it() -> None:
    assert [yes_or_no(value) for value in (True, False, 1, 0.0, np.True_)] == ["yes", "no", "yes", "no", "yes"]


@given(st.integers(0, 300), st.integers(0, 60), st.integers(0, 9))
def test_a_sample_is_in_order_without_repetition_and_the_same_for_a_seed(rows, most, seed) -> None:
    drawn = random_rows(rows, most, seed)
    assert len(drawn) == min(rows, most)
    assert (np.diff(drawn) > 0).all()
    assert not len(drawn) or 0 <= drawn[0] <= drawn[-1] < rows
    assert drawn.tolist() == random_rows(rows, most, np.random.default_rng(seed)).tolist()


def test_a_verb_agrees_with_a_number() -> None:
    assert [agree(number, "is", "are") for number in (0, 1, 2)] == ["are", "is", "are"]


def test_what_was_noticed_is_worded_for_one_and_for_several() -> None:
    assert Notice("percent", "Rate", 1).text == "Rate: 1 cell has a percent sign and others have none."
    assert Notice("percent", "Rate", 3).text == "Rate: 3 cells have a percent sign and others have none."
    assert Notice("headings", "Rows", 1).text == "Rows: 1 line between the rows repeats the header and was left out."
    assert Notice("vanished", "Lines", 1).text == "Lines: 1 customer of the file has no purchase and was left out."


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("count", [1, 2])
def test_every_kind_of_notice_has_its_words(kind: str, count: int) -> None:
    text = Notice(kind, "Column", count).text
    assert text.endswith(".")
    assert not set("{}|") & set(text)
