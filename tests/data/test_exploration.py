"""The tables behind the exploration pictures, against figures worked out by hand."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from segmentation.data.exploration import (
    box_table,
    constant_columns,
    correlation_table,
    histogram_table,
    middle_ranges,
    missing_table,
    most_related,
    negative_table,
    outlier_table,
    outline,
    sample_rows,
    similar_first,
    strongest_pairs,
)
from segmentation.data.profiling import profile

NUMBERS = hnp.arrays(np.float64, st.integers(1, 200), elements=st.floats(-1e9, 1e9, allow_subnormal=False))


def test_whole_numbers_get_a_bar_each() -> None:
    table = histogram_table(np.array([6.0, 12, 12, 12, 8]))
    assert table["low"].tolist() == [5.5, 6.5, 7.5, 8.5, 9.5, 10.5, 11.5]
    assert table["high"].tolist() == [6.5, 7.5, 8.5, 9.5, 10.5, 11.5, 12.5]
    assert table["count"].tolist() == [1, 0, 1, 0, 0, 0, 3]
    assert table["share"].tolist() == [0.2, 0, 0.2, 0, 0, 0, 0.6]


def test_a_few_far_values_fall_into_one_open_bar() -> None:
    values = np.append(np.linspace(0, 10, 997), [500, 900, 4000.0])
    table = histogram_table(values)
    last = table.iloc[-1]
    assert last["tail"] == "above"
    assert last["high"] == 4000
    assert last["low"] < 11
    assert last["count"] >= 3
    assert (table["tail"] == "").sum() == len(table) - 1


@given(NUMBERS)
def test_every_value_is_in_exactly_one_bar_and_the_bars_touch(values: np.ndarray) -> None:
    table = histogram_table(values)
    assert table["count"].sum() == len(values)
    assert table["share"].sum() == pytest.approx(1)
    assert (table["low"].to_numpy()[1:] == table["high"].to_numpy()[:-1]).all()
    assert len(table) <= 42


def test_no_values_make_no_bars_and_one_value_makes_one() -> None:
    assert histogram_table(pd.Series([np.nan, np.inf])).empty
    assert histogram_table(np.array([3.0, 3.0]))["count"].tolist() == [2]


def test_given_edges_are_used_as_they_are() -> None:
    table = histogram_table(np.array([0.0, 1, 2, 3]), edges=np.array([0.0, 2, 4]))
    assert table[["low", "high", "count"]].to_numpy().tolist() == [[0, 2, 2], [2, 4, 2]]


def test_the_whiskers_end_at_the_furthest_values_inside_the_fences() -> None:
    # Quartiles 1.25 and 3.75, fences -2.5 and 7.5: the whiskers end at 0 and 4, and 100 lies outside.
    table = box_table(pd.DataFrame({"x": [0.0, 1, 2, 3, 4, 100], "empty": [np.nan] * 6}))
    assert table.to_numpy().tolist() == [["x", 0.0, 1.25, 2.5, 3.75, 4.0, 0, 1]]


def test_columns_with_missing_cells_come_most_first() -> None:
    frame = pd.DataFrame({"a": [1.0, np.nan], "b": [np.nan, np.nan], "c": [1.0, 2.0]})
    assert missing_table(profile(frame)).to_numpy().tolist() == [["b", 2, 1.0], ["a", 1, 0.5]]


def test_columns_with_negative_values_come_with_their_share_of_the_known_ones() -> None:
    frame = pd.DataFrame({"a": [-1.0, np.nan, 3.0], "b": [1.0, 2.0, 3.0], "t": ["x", "y", "z"]})
    assert negative_table(profile(frame)).to_numpy().tolist() == [["a", 1, 0.5, -1.0]]


def test_outliers_are_counted_and_an_undefined_count_has_its_reason() -> None:
    values = [0.0, 1, 2, 3, 4, 100]
    table = outlier_table(pd.DataFrame({"x": values, "same": [2.0] * 6, "half": [1.0, 1, 1, 1, 1, 9]}))
    rows = table.set_index("column")
    assert rows.loc["x", ["outliers", "low_fence", "high_fence"]].tolist() == [1, -2.5, 7.5]
    assert rows.loc["x", "beyond"] == 2
    assert rows.loc["same", "reason"] == "all values are equal"
    assert rows.loc["half", "reason"] == "the middle half of the values are equal"
    assert math.isnan(rows.loc["half", "outliers"])
    assert table["column"].tolist() == ["half", "x", "same"]


def test_correlations_are_those_worked_out_by_hand() -> None:
    # Pearson of (1,2,3) with (1,2,4): cov 1.5, variances 1 and 7/3 → 1.5 / sqrt(7/3). Ranks agree: Spearman 1.
    frame = pd.DataFrame({"a": [1.0, 2, 3], "b": [1.0, 2, 4], "c": [3.0, 2, 1]})
    pearson = correlation_table(frame, "pearson")
    assert pearson.loc["a", "b"] == pytest.approx(1.5 / math.sqrt(7 / 3))
    spearman = correlation_table(frame)
    assert spearman.loc["a"].tolist() == pytest.approx([1, 1, -1])


@pytest.mark.parametrize("method", ["spearman", "pearson"])
@pytest.mark.parametrize("holes", [False, True])
def test_correlations_agree_with_pandas(method: str, holes: bool) -> None:
    rng = np.random.default_rng(3)
    frame = pd.DataFrame(rng.integers(0, 9, (200, 4)).astype(float), columns=list("abcd"))
    if holes:
        frame = frame.mask(rng.random((200, 4)) < 0.1)
    ours = correlation_table(frame, method)
    for one in frame:
        for other in frame:
            both = frame[[one, other]].dropna().set_axis(["x", "y"], axis=1)
            expected = both["x"].corr(both["y"], method=method)
            assert ours.loc[one, other] == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("hole", [0.0, np.nan])
def test_a_constant_column_has_no_correlation_and_says_why(hole: float) -> None:
    frame = pd.DataFrame({"a": [1.0, 2, 3, hole], "flat": [0.1] * 4, "none": [np.nan] * 4})
    table = correlation_table(frame)
    assert table["flat"].isna().all()
    assert table.loc["a", "a"] == 1
    assert constant_columns(frame) == {"flat": "all values are equal", "none": "no values"}


@given(hnp.arrays(np.float64, (12, 3), elements=st.floats(-100, 100).map(lambda x: round(x, 2))))
def test_correlations_are_symmetric_and_between_minus_one_and_one(values: np.ndarray) -> None:
    for method in ("spearman", "pearson"):
        matrix = correlation_table(pd.DataFrame(values, columns=list("abc")), method).to_numpy()
        known = matrix[~np.isnan(matrix)]
        assert (np.abs(known) <= 1).all()
        assert np.allclose(matrix, matrix.T, equal_nan=True)


def test_the_strongest_pairs_are_named_once_strongest_first_without_undefined_ones() -> None:
    names = list("abc")
    table = pd.DataFrame([[1, 0.2, -0.9], [0.2, 1, np.nan], [-0.9, np.nan, 1]], index=names, columns=names)
    assert strongest_pairs(table).to_numpy().tolist() == [["a", "c", -0.9], ["a", "b", 0.2]]
    assert strongest_pairs(table, least=0.5).to_numpy().tolist() == [["a", "c", -0.9]]
    assert len(strongest_pairs(table, most=1)) == 1


def test_a_sample_is_the_same_each_time_in_order_and_never_larger_than_asked() -> None:
    frame = pd.DataFrame({"x": np.arange(100.0)})
    sample = sample_rows(frame, 10)
    assert len(sample) == 10
    assert sample.index.is_monotonic_increasing
    assert sample.equals(sample_rows(frame, 10))
    assert sample_rows(frame, 100) is frame


def test_the_strongest_pair_of_the_credit_card_file_is_cash_advances_counted_twice(shared_data) -> None:
    frame = pd.read_csv(shared_data / "credit_card" / "CC GENERAL.csv").drop(columns="CUST_ID")
    first = strongest_pairs(correlation_table(frame), most=1).iloc[0]
    assert (first["first"], first["second"]) == ("CASH_ADVANCE_FREQUENCY", "CASH_ADVANCE_TRX")
    assert first["correlation"] == pytest.approx(0.9834, abs=5e-5)


def test_columns_that_are_alike_stand_side_by_side_and_undefined_ones_last() -> None:
    rng = np.random.default_rng(0)
    a, b = rng.normal(size=(2, 500))
    frame = pd.DataFrame({"a": a, "b": b, "flat": 1.0, "like_a": -a + 0.1 * b, "like_b": b + 0.1 * a})
    order = list(similar_first(correlation_table(frame)).columns)
    assert order[-1] == "flat"
    assert abs(order.index("a") - order.index("like_a")) == 1
    assert abs(order.index("b") - order.index("like_b")) == 1
    assert similar_first(correlation_table(frame)).equals(correlation_table(frame).loc[order, order])


def test_a_small_outline_keeps_every_customer() -> None:
    table = histogram_table(np.arange(1000.0) ** 2)
    small = outline(table, 8)
    assert sum(small) == 1000
    assert len(small) <= 8
    assert outline(table.iloc[:0]) == []


def test_the_middle_range_holds_the_1st_to_99th_percentile_with_some_air() -> None:
    frame = pd.DataFrame({"x": np.arange(101.0), "flat": 3.0, "none": np.nan})
    ranges = middle_ranges(frame)
    assert ranges["x"] == pytest.approx((1 - 0.04 * 98, 99 + 0.04 * 98))
    assert ranges["flat"] == (2.5, 3.5)
    assert "none" not in ranges


def test_only_the_most_related_columns_are_drawn_when_there_are_many() -> None:
    names = list("abc")
    table = pd.DataFrame([[1, 0.1, -0.9], [0.1, 1, np.nan], [-0.9, np.nan, 1]], index=names, columns=names)
    assert list(most_related(table, 2).columns) == ["a", "c"]
    assert most_related(table, 3) is table
