"""Placing and explaining customers: distances, margins, pulls and warnings worked out by hand."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from segmentation.core.errors import Cancelled, DataProblems
from segmentation.core.settings import PREP_PRESETS, PrepSettings
from segmentation.core.tables import FeatureInfo
from segmentation.evaluation.final import fit
from segmentation.scoring import assign, clarity, explain, percentile, tally
from tests.small import features_of, two_segments

CUSTOMERS = pd.DataFrame(
    {
        "spend": [0.0, 3.0, math.nan, 0.0],
        "extra": ["x", "y", "z", "w"],
        "age": [4.0, 9.0, 5.0, 12.0],
    },
    index=["near", "far", "tie", "old"],
)


def test_every_figure_of_a_batch_by_hand():
    # Centres are (age 1, spend 0) and (age 9, spend 0); a missing spend counts as its median, 0.
    scored = assign(two_segments(), CUSTOMERS)
    expected = pd.DataFrame(
        {
            "segment": [1, 2, 1, 2],
            "distance": [3.0, 3.0, 4.0, 3.0],
            "second": [2, 1, 2, 1],
            "second_distance": [5.0, math.sqrt(64 + 9), 4.0, 11.0],
            "margin": [1 - 3 / 5, 1 - 3 / math.sqrt(73), 0.0, 1 - 3 / 11],
            "certainty": [math.nan] * 4,  # this model holds no refits
            "filled": [0, 0, 1, 0],
            "capped": [0, 0, 0, 0],
            "outside": [0, 1, 0, 1],
            "beyond": [0, 0, 0, 0],  # spend was −1 to 1: 3 is just not farther out than that is wide
            "noise": [False, False, False, False],
            "reason": ["", "", "", ""],
        },
        index=CUSTOMERS.index,
    )
    pd.testing.assert_frame_equal(scored, expected, check_dtype=False, rtol=1e-15)


def test_the_columns_that_are_needed_are_named_when_they_are_not_there():
    with pytest.raises(DataProblems) as raised:
        assign(two_segments(), pd.DataFrame({"AGE": [1.0]}))
    assert [problem.where for problem in raised.value.problems] == ['Column "age"', 'Column "spend"']


def test_rows_that_cannot_be_scored_stay_with_their_reason():
    rows = pd.DataFrame({"age": ["4", "old", " ", "inf", "1e300"], "spend": [0.0, 1.0, math.inf, 0.0, 0.0]})
    scored = assign(two_segments(), rows)
    assert scored["segment"].tolist() == [1, 0, 0, 0, 0]
    assert scored["reason"].tolist() == [
        "",
        "Age is not a number.",
        "Spend is infinite.",
        "Age is infinite.",
        "A value is too large to compute with.",
    ]
    assert scored.loc[1:, ["distance", "second_distance", "margin"]].isna().all(axis=None)
    assert scored.loc[1:, "second"].eq(0).all()


@pytest.mark.parametrize("cell", ["1_0", "nan", "inf", " 9.5 ", "1e1", "0x1F", "", "٣"])
def test_a_cell_of_text_counts_the_same_whatever_stands_in_the_others(cell: str) -> None:
    """Read together, "1_0" was a ten among numbers and no number beside a word."""
    alone = assign(two_segments(), pd.DataFrame({"age": [cell], "spend": [0.0]})).iloc[0]
    for other in ("8", "abc"):
        for dtype in ("str", object):
            frame = pd.DataFrame({"age": pd.Series([other, cell], dtype=dtype), "spend": [0.0, 0.0]})
            pd.testing.assert_series_equal(assign(two_segments(), frame).iloc[1], alone, check_names=False)


def test_an_empty_table_gives_an_empty_answer():
    scored = assign(two_segments(), CUSTOMERS.iloc[:0])
    assert len(scored) == 0
    assert "margin" in scored


def test_progress_is_told_and_cancel_is_heard_between_blocks():
    many = pd.DataFrame({"age": np.zeros(150_000), "spend": 0.0})
    seen: list[float] = []

    def listen(share: float, text: str) -> None:
        seen.append(share)
        if len(seen) == 2:
            raise Cancelled()

    with pytest.raises(Cancelled):
        assign(two_segments(), many, progress=listen)
    assert seen[0] == 0.0
    assert 0 < seen[1] < 1


def test_a_single_segment_has_no_runner_up():
    made = fit(features_of({"x": [1, 2, 6]}), PrepSettings(scale=False), 1)
    scored = assign(made, pd.DataFrame({"x": [4.0]}))
    assert scored[["segment", "second"]].to_numpy().tolist() == [[1, 0]]
    assert scored[["second_distance", "margin"]].isna().all(axis=None)
    shown = explain(made, {"x": 4.0})
    assert shown.border_with is None
    assert math.isnan(shown.margin)


def test_contributions_add_up_exactly_and_are_ordered_by_strength():
    shown = explain(two_segments(), {"age": 4.0, "spend": 2.0})
    assert (shown.segment, shown.second) == (1, 2)
    contributions = shown.contributions.set_index("feature")
    # age: (4-9)² - (4-1)² = 16 towards segment 1; spend: both centres at 0, so no pull
    assert contributions["contribution"].to_dict() == {"age": 16.0, "spend": 0.0}
    assert shown.contributions["feature"].tolist() == ["age", "spend"]
    assert shown.second_distance**2 - shown.distance**2 == pytest.approx(16.0, rel=1e-12)
    assert contributions.loc["age", ["typical_own", "typical_other", "unit"]].tolist() == [1.0, 9.0, "years"]
    assert shown.distances["segment"].tolist() == [1, 2]
    assert shown.distances["distance"].tolist() == pytest.approx([math.sqrt(13), math.sqrt(29)])
    assert shown.distances["times"].tolist() == pytest.approx([1.0, math.sqrt(29 / 13)])


def test_values_filled_and_outside_are_said_in_words():
    shown = explain(two_segments(), {"age": 12, "spend": None})
    assert shown.contributions.set_index("feature")["state"].to_dict() == {"age": "outside", "spend": "filled"}
    assert shown.warnings == (
        "Age: 12 years is outside what was usual in training (0 years to 10 years).",
        "Spend is missing, so €0 is used.",
    )


@pytest.mark.parametrize(
    ("age", "state", "beyond"),
    [(10, "", 0), (12, "outside", 0), (20, "outside", 0), (20.1, "beyond", 1), (-10.1, "beyond", 1)],
)
def test_farther_out_than_the_range_is_wide_is_not_to_be_relied_on(age, state, beyond):
    # Ages of 0 to 10 were seen in training: 10 wide, so −10 to 20 is outside but near.
    made = two_segments()
    shown = explain(made, {"age": age, "spend": 0.0})
    assert shown.contributions.set_index("feature").at["age", "state"] == state
    assert shown.beyond == (("Age",) if beyond else ())
    assert assign(made, pd.DataFrame([{"age": age, "spend": 0.0}]))["beyond"].tolist() == [beyond]


def test_a_percentage_typed_for_a_share_is_recognised():
    about = FeatureInfo("paid", "Paid in full", kind="share")
    made = fit(features_of({"paid": [0, 0.1, 0.9, 1], "x": [0, 1, 8, 9]}, paid=about), PrepSettings(cap="off"), 2)
    said = "Paid in full: 2,500.0 % is far outside what was usual in training (0.0 % to 100.0 %)."
    assert explain(made, {"paid": 25, "x": 1}).warnings == (f"{said} If 25 % is meant, the value is 0.25.",)
    (more,) = explain(made, {"paid": 250, "x": 1}).warnings
    assert more.endswith("(0.0 % to 100.0 %).")


def test_a_capped_value_says_what_it_counts_as():
    features = features_of({"x": [*range(100), 1e4], "y": [*range(101)]})
    made = fit(features, PrepSettings(cap="all"), 2)
    shown = explain(made, {"x": 1000.0, "y": 50.0})  # up to 1,085.5, the mean of the ten largest, is usual
    row = shown.contributions.set_index("feature").loc["x"]
    assert (row["value"], row["used"], row["state"]) == (1000.0, 99.0, "capped")
    assert shown.warnings == ("x: 1,000 is extreme and counts as 99.",)


def test_a_customer_on_the_border_is_said_to_be_there():
    assert explain(two_segments(), {"age": 4.9, "spend": 0.0}).border_with == 2
    assert explain(two_segments(), {"age": 2.0, "spend": 0.0}).border_with is None


@pytest.mark.parametrize(
    ("margin", "words"),
    [
        (0.0, "On the border"),
        (0.0999, "On the border"),
        (0.1, "Close"),
        (0.2, "Fairly clear"),
        (0.35, "Clear"),
        (1, "Clear"),
    ],
)
def test_the_margin_in_words(margin, words):
    assert clarity(margin) == words


def test_text_that_is_no_number_is_a_problem_of_this_customer():
    with pytest.raises(DataProblems, match="Age is not a number"):
        explain(two_segments(), {"age": "old", "spend": 1.0})


def test_the_percentile_is_the_share_of_customers_below():
    made = fit(features_of({"x": [0, 0, 0, 0, 100, 200]}), None, 2)
    assert percentile(made, "x", 0.0) == 0.0
    assert percentile(made, "x", 100.0) == 80.0
    assert percentile(made, "x", 150.0) == pytest.approx(90.0)
    assert (percentile(made, "x", -1.0), percentile(made, "x", 201.0)) == (0.0, 100.0)
    assert math.isnan(percentile(made, "x", math.nan))


def test_the_tally_counts_values_by_feature():
    counts = tally(two_segments(), CUSTOMERS).set_index("feature")
    assert counts.loc["spend", ["filled", "capped", "outside"]].tolist() == [1, 0, 1]
    assert counts.loc["age", ["filled", "capped", "outside"]].tolist() == [0, 0, 1]


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.lists(st.integers(-50, 50), min_size=3, max_size=3), min_size=8, max_size=25),
    st.lists(st.floats(-100, 100), min_size=3, max_size=3),
)
def test_contributions_always_add_up_and_name_the_nearest(rows, customer):
    features = features_of({name: [row[place] for row in rows] for place, name in enumerate("abc")})
    assume(all(features.frame[name].nunique() >= 4 for name in "abc"))
    shown = explain(fit(features, PREP_PRESETS["recommended"], 3, n_init=1), dict(zip("abc", customer, strict=True)))
    assert shown.distances["distance"].is_monotonic_increasing
    assert shown.distances["segment"].iloc[0] == shown.segment
    total = shown.second_distance**2 - shown.distance**2
    assert shown.contributions["contribution"].sum() == pytest.approx(total, abs=1e-9 * (1 + shown.second_distance**2))
