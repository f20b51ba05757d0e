"""The sentences of the exploration say what the figures say, in correct number and without jargon."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from segmentation.core.settings import PREP_PRESETS, ColumnPrep, PrepSettings
from segmentation.core.tables import FeatureInfo, FeatureTable
from segmentation.data.exploration import missing_table, negative_table, outlier_table
from segmentation.data.findings import (
    correlation_finding,
    distribution_finding,
    missing_finding,
    negative_finding,
    outlier_finding,
    own_writers,
    relation_finding,
    repeated_ids,
    summary,
)
from segmentation.data.profiling import profile
from segmentation.preparation import Recipe, learn
from segmentation.preparation.findings import column_finding, preparation_finding, readable_recipe

PAIRS = ["first", "second", "correlation"]


def table_of(frame: pd.DataFrame) -> FeatureTable:
    return FeatureTable(frame, tuple(FeatureInfo(name) for name in frame), pd.DataFrame(index=frame.index))


@pytest.mark.parametrize(
    ("frame", "sentence"),
    [
        ({"a": [1.0, 2.0]}, "2 customers with 1 usable feature; nothing is missing."),
        ({"a": [np.nan], "b": [1.0]}, "1 customer with 2 usable features; 1 feature has missing values (1 cell)."),
        (
            {"a": [np.nan, 1.0, np.nan], "b": [1.0, 2.0, np.nan]},
            "3 customers with 2 usable features; 2 features have missing values (3 cells).",
        ),
    ],
)
def test_the_data_set_is_summed_up_in_one_sentence(frame: dict, sentence: str) -> None:
    assert summary(table_of(pd.DataFrame(frame))) == sentence


def test_the_real_file_is_summed_up_as_the_page_says_it(shared_data) -> None:
    frame = pd.read_csv(shared_data / "credit_card" / "CC GENERAL.csv").set_index("CUST_ID").astype("float64")
    assert summary(table_of(frame)) == (
        "8,950 customers with 17 usable features; 2 features have missing values (314 cells)."
    )


@pytest.mark.parametrize(
    ("values", "kind", "words"),
    [
        ([1.0, 2, 3, 4, 5], "number", ["Half of the customers have 3 or less", "largest value is 5."]),
        ([0.0, 0, 1, 1, 1000], "money", ["40.0 % of customers have 0.", "far above the rest"]),
        ([-1000.0, 1, 1, 2, 2], "money", ["far below the rest"]),
        ([0.0, 1, 1, 1], "boolean", ["75.0 % of customers have it."]),
        ([7.0, 7, 7], "number", ["Every customer has the same value, 7."]),
        ([np.nan, np.nan], "number", ["There are no values."]),
    ],
)
def test_a_distribution_is_told_by_its_middle_reach_and_tail(values: list, kind: str, words: list) -> None:
    row = profile(pd.DataFrame({"x": values})).iloc[0]
    said = distribution_finding(row, FeatureInfo("x", kind=kind))
    assert all(word in said for word in words), said


def test_missing_negative_and_skewed_columns_are_counted() -> None:
    frame = pd.DataFrame({"a": [np.nan, 1.0, 2.0, 3.0, 90.0], "b": [-1.0, 0.0, 1.0, 2.0, 3.0]})
    about = profile(frame)
    assert missing_finding(missing_table(about), 2) == "1 of 2 columns has missing values; Prepare fills them in."
    assert missing_finding(missing_table(about[1:]), 2) == "Nothing is missing."
    assert negative_finding(negative_table(about), {"b": "Net"}).startswith("Net has negative values.")
    assert negative_finding(negative_table(about[:1]), {}) == "No feature has negative values."
    assert outlier_finding(outlier_table(frame)).startswith("1 of 2 features is strongly skewed")
    assert outlier_finding(outlier_table(frame[["b"]])).startswith("No feature is strongly skewed")


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([], "no two features"),
        ([("a", "b", 0.4)], "No two features say the same; the most alike are a and b (correlation 0.40)."),
        (
            [("a", "b", -0.95)],
            "a and b say almost the same (correlation -0.95). Prepare can keep one of each, by the correlation of the "
            "prepared values.",
        ),
        ([("a", "b", 0.95), ("a", "c", 0.91), ("b", "c", 0.3)], "and 1 other pair."),
        ([("a", "b", np.nan)], "No two features can be compared."),
    ],
)
def test_the_strongest_pair_is_named(rows: list, words: str) -> None:
    assert words in correlation_finding(pd.DataFrame(rows, columns=PAIRS), {})


def test_each_kind_of_correlation_has_its_own_words() -> None:
    pair = pd.DataFrame([("a", "b", 0.95)], columns=PAIRS)
    assert correlation_finding(pair, {}, "prepared") == (
        "a and b say almost the same (correlation 0.95 of the prepared values). Prepare can keep one of each."
    )
    assert "(rank correlation 0.95)" in correlation_finding(pair, {}, "spearman")
    assert relation_finding(0.2, "A", "B", "prepared") == (
        "A and B rise together, slightly (correlation 0.20 of the prepared values)."
    )


def test_a_table_with_many_rows_for_one_id_is_recognised() -> None:
    assert "4.0 rows on average" in repeated_ids(pd.Series(["a", "b"] * 4))
    assert repeated_ids(pd.Series(["a", "b", "c", None])) == ""
    assert repeated_ids(pd.Series([], dtype="str")) == ""


def test_figures_are_written_in_the_units_of_their_feature() -> None:
    infos = [FeatureInfo("a", "Paid", kind="share"), FeatureInfo("b", "Spend", kind="money")]
    spend, paid, again = own_writers(infos, ["b", "a", "b"])
    assert (spend(1234.5), paid(0.25)) == ("1,234", "25.0 %")
    assert again is spend  # rows that are written alike are written together


@pytest.fixture
def prepared() -> tuple[FeatureTable, Recipe]:
    rng = np.random.default_rng(1)
    spend = rng.lognormal(3, 1.5, 300)
    frame = pd.DataFrame({"spend": spend, "twin": 2 * spend + 1, "calm": rng.normal(size=300), "flat": 4.0})
    frame.loc[5, "calm"] = np.nan
    features = table_of(frame)
    return features, learn(features, replace(PREP_PRESETS["recommended"], correlated_from=0))


def test_preparation_is_told_in_one_sentence(prepared) -> None:
    said = preparation_finding(prepared[1])
    assert said.startswith("2 of 4 features take part: 1 had gaps filled,")
    assert "1 left out for saying almost the same as another." in said
    assert said.endswith("All are on one scale.")
    one = learn(table_of(pd.DataFrame({"x": [1.0, 2, 3]})), PrepSettings(scale=False))
    assert preparation_finding(one) == "The feature takes part."


def test_the_sentence_counts_what_was_done_not_what_is_said() -> None:
    """`gift` is not capped, and says so; `uncapped filled` only sounds as if something had been done to it."""
    frame = pd.DataFrame({"gift": [7.0] * 299 + [100.0], "uncapped filled": np.arange(300.0)})
    wish = PrepSettings(columns={name: ColumnPrep(cap=True) for name in ("gift", "spend")})
    recipe = learn(table_of(frame), wish)
    assert column_finding(recipe, "gift").startswith("Not capped, because almost all values are the same")
    assert preparation_finding(recipe) == "All 2 features take part. All are on one scale."
    capped = learn(table_of(frame.assign(spend=[*np.arange(299.0), 9_000.0])), wish)
    assert preparation_finding(capped) == "All 3 features take part: 1 had extremes capped. All are on one scale."


def test_each_feature_says_what_was_done_to_it_or_why_it_takes_no_part(prepared) -> None:
    features, recipe = prepared
    assert "Logarithm taken" in " ".join(column_finding(recipe, name) for name in recipe.names)
    assert "same for every customer" in column_finding(recipe, "flat")
    assert column_finding(recipe, "unknown") == "It takes no part."
    calm = learn(table_of(features.frame[["twin", "spend"]]), PREP_PRESETS["plain"])
    assert column_finding(calm, "spend") == "There is nothing to mend; only its scale changes."


def test_the_recipe_is_readable_with_one_row_a_feature(prepared) -> None:
    _, recipe = prepared
    table = readable_recipe(recipe)
    assert set(table["feature"]) == {"spend", "twin", "calm", "flat"}
    rows = table.set_index("feature")
    assert rows.at["flat", "transformation"] == "Left out"
    assert rows.loc["flat", ["fill", "low", "high", "mean", "scale"]].isna().all()
    assert "1 missing value filled" in rows.loc["calm", "why"]
    # Figures stay numbers, so that the table sorts by them.
    assert rows.at["calm", "fill"] == pytest.approx(recipe.features[list(recipe.names).index("calm")].fill)
    assert table.dtypes[["fill", "low", "high", "mean", "scale"]].eq("float64").all()


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0.05, "hardly anything to do"),
        (0.2, "A and B rise together, slightly (rank correlation 0.20)."),
        (-0.4, "A and B move in opposite directions, clearly (rank correlation -0.40)."),
        (0.9, "rise together, strongly"),
        (np.nan, "cannot be compared"),
    ],
)
def test_a_relation_is_said_with_its_direction_and_strength(value: float, words: str) -> None:
    assert words in relation_finding(value, "A", "B")
