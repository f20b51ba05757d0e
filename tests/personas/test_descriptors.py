"""Descriptors compared between segments: published intervals, hand-worked effect sizes, hostile columns."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.stats.contingency import association

from segmentation.personas.descriptors import (
    NOT_CLEAR,
    compare_descriptors,
    cramers_word,
    descriptor_table,
    eta_word,
    wilson,
)


def test_wilson_intervals_as_published() -> None:
    # Newcombe (1998), table I, method 3: 81 of 263, 15 of 148, 0 of 20, 1 of 29.
    low, high = wilson([81, 15, 0, 1], [263, 148, 20, 29])
    np.testing.assert_allclose(low, [0.2553, 0.0624, 0.0000, 0.0061], atol=5e-5)
    np.testing.assert_allclose(high, [0.3662, 0.1605, 0.1611, 0.1718], atol=5e-5)


def test_the_interval_of_nobody_is_unknown() -> None:
    low, high = wilson(0, 0)
    assert np.isnan(low)
    assert np.isnan(high)


def test_words_are_counted_per_segment_with_missing_ones_last() -> None:
    values = pd.Series(["b", "a", "a", None, "b", "b"])
    table = descriptor_table(values, [1, 1, 1, 1, 2, 2])
    assert table["value"].tolist() == ["b", "a", "missing"] * 3
    assert table["segment"].tolist() == [0] * 3 + [1] * 3 + [2] * 3
    assert table["count"].tolist() == [3, 2, 1, 1, 2, 1, 2, 0, 0]
    assert table.loc[table["segment"] == 1, "share"].tolist() == [0.25, 0.5, 0.25]
    assert table["everyone"].tolist() == [0.5, 2 / 6, 1 / 6] * 3


def test_rare_words_are_put_together() -> None:
    values = pd.Series([f"city {number}" for number in range(20) for _ in range(20 - number)])
    table = descriptor_table(values, np.ones(len(values), dtype=int))
    words = table.loc[table["segment"] == 1, "value"].tolist()
    assert words[0] == "city 0"
    assert words[-1] == "all others"
    assert len(words) == 11
    assert table.loc[table["segment"] == 1, "count"].sum() == len(values)


def test_numbers_get_a_mean_with_its_interval() -> None:
    table = descriptor_table(pd.Series([1.0, 2.0, 3.0, np.nan, 7.0]), [1, 1, 1, 1, 2])
    own = table.set_index("segment").loc[1]
    # t(2) at 97.5 % is 4.30265; standard error 1 / sqrt(3).
    assert (own["size"], own["missing"], own["mean"], own["median"]) == (3, 1, 2.0, 2.0)
    assert own["high"] - own["mean"] == pytest.approx(4.30265 / np.sqrt(3), abs=1e-5)
    assert np.isnan(table.set_index("segment").loc[2, "low"])
    assert table["everyone"].tolist() == [3.25] * 3


def test_dates_are_compared_by_year_and_truth_values_in_words() -> None:
    days = pd.Series(pd.to_datetime(["2019-05-01", "2024-02-01", None]))
    assert descriptor_table(days, [1, 1, 1])["value"].tolist()[:3] == ["2019", "2024", "missing"]
    months = pd.Series(pd.to_datetime(["2024-05-01", "2024-02-01"]))
    assert descriptor_table(months, [1, 1])["value"].tolist()[:2] == ["2024-02", "2024-05"]
    truth = pd.Series([True, None, False, True], dtype="boolean")
    assert descriptor_table(truth, [1, 1, 1, 1])["value"].tolist()[:3] == ["yes", "no", "missing"]


def test_effect_sizes_are_ordered_and_named() -> None:
    labels = np.repeat([1, 2], 50)
    frame = pd.DataFrame(
        {
            "noise": ["x", "y"] * 50,
            "region": ["north"] * 50 + ["south"] * 50,
            "age": np.r_[np.full(50, 30.0), np.full(50, 50.0)],
            "same": ["only"] * 100,
            "note": [f"text {number}" for number in range(100)],
        }
    )
    table = compare_descriptors(frame, labels).set_index("descriptor")
    assert table.loc["region", "measure"] == "Cramér's V"
    assert table.loc["region", "effect"] == pytest.approx(1.0)
    assert table.loc["age", "measure"] == "eta²"
    assert table.loc["age", "effect"] == 1.0
    assert table.loc["age", "strength"] == "large"
    assert table.loc["noise", "strength"] == "hardly any difference"
    assert table.loc["same", "note"] == "has only one value"
    assert table.loc["note", "note"] == "nearly every customer has another value"
    assert table["effect"].isna().tolist() == [False, False, False, True, True]


def test_cramers_v_tends_to_the_textbook_value_on_many_customers() -> None:
    random = np.random.default_rng(5)
    labels = random.integers(1, 4, 50_000)
    words = np.where(random.random(50_000) < 0.2 * labels, "yes", "no")
    table = compare_descriptors(pd.DataFrame({"answer": words}), labels)
    plain = association(pd.crosstab(words, labels).to_numpy(), method="cramer")
    assert table["effect"][0] == pytest.approx(plain, abs=0.001)


def test_unassigned_customers_do_not_make_a_segment() -> None:
    frame = pd.DataFrame({"word": ["a", "b"] * 30 + ["a", "b"] * 20})
    labels = np.r_[np.tile([1, 2], 30), np.zeros(40, dtype=int)]
    assert compare_descriptors(frame, labels)["effect"][0] == pytest.approx(1.0)
    assert set(descriptor_table(frame["word"], labels)["segment"]) == {0, 1, 2}


def test_independence_is_hardly_ever_called_a_difference_in_small_tables() -> None:
    rng = np.random.default_rng(3)
    named = [
        cramers_word(np.histogram2d(rng.integers(0, 3, 60), rng.integers(0, 3, 60), bins=3)[0]) for _ in range(400)
    ]
    assert sum(word in ("small", "medium", "large") for word in named) <= 20
    numbers = [eta_word(rng.normal(size=60), rng.integers(0, 3, 60)) for _ in range(400)]
    assert sum(word in ("small", "medium", "large") for word in numbers) <= 20


def test_words_follow_the_interval() -> None:
    assert cramers_word(np.array([[30, 10], [10, 30]])) == "medium"  # V is 0.5, corrected 0.49; chi² is 20
    assert cramers_word(np.array([[6, 4], [4, 6]])) == NOT_CLEAR
    assert cramers_word(np.array([[50_100, 49_900], [49_900, 50_100]])) == "hardly any difference"
