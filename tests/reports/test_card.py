"""The customer card: its sentences, its form, two customers side by side, and the page to print."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from segmentation.core.settings import PrepSettings
from segmentation.core.tables import FeatureInfo
from segmentation.evaluation.final import fit
from segmentation.personas import Persona
from segmentation.reports.card import (
    answer,
    contributions_alt,
    distances_alt,
    find_customer,
    fixed_features,
    form_fields,
    most_telling,
    notices,
    printed_card,
    segment_names,
    shown_contributions,
    side_by_side,
    similar_ids,
    starting_values,
    typed_text,
)
from segmentation.scoring import explain
from tests.small import features_of, two_segments

NAMES = {1: "Young", 2: "Old"}
HOSTILE = '<script>alert(1)</script>"'


@pytest.mark.parametrize(
    ("age", "expected"),
    [
        (
            4.0,
            "This customer belongs with “Young”. The call is clear: “Old”, the next persona, is 1.7 times as far away.",
        ),
        (
            4.5,
            "This customer belongs with “Young”. The call is fairly clear: “Old”, the next persona, is 1.3 times as "
            "far away.",
        ),
        (
            4.9,
            "This customer belongs with “Young”, but on the border with “Old”: almost as near to one as to the other.",
        ),
        (9.0, "This customer belongs with “Old”, exactly where it is most typical; the next persona is “Young”."),
    ],
)
def test_the_answer_in_one_sentence(age, expected):
    assert answer(explain(two_segments(), {"age": age, "spend": 0.0}), NAMES) == expected


@pytest.mark.parametrize(
    ("row", "what"),
    [({"age": 99.0, "spend": 0.0}, "Age lies"), ({"age": 99.0, "spend": 7.0}, "2 values lie")],
)
def test_an_answer_that_is_not_to_be_relied_on_says_so_itself(row, what):
    assert answer(explain(two_segments(), row), NAMES) == (
        f"Do not rely on this answer: {what} far outside what was usual in training. "
        "This customer would belong with “Old”."
    )


def test_the_only_persona_is_said_to_be_that():
    made = fit(features_of({"x": [1, 2, 6]}), PrepSettings(scale=False), 1)
    assert answer(explain(made, {"x": 4.0}), {1: "All"}).endswith("“All”, the only persona of this model.")


def test_personas_without_a_name_have_their_number_and_equal_names_are_told_apart():
    made = two_segments()
    twin = Persona(1, "Savers", "Savers", (), 3, 0.6)
    assert segment_names(made, ()) == {1: "Segment 1", 2: "Segment 2"}
    assert segment_names(made, (twin, replace(twin, segment=2))) == {1: "Savers (1)", 2: "Savers (2)"}
    assert segment_names(made, (twin, replace(twin, segment=2, name=" "))) == {1: "Savers", 2: "Segment 2"}


def test_contributions_are_shown_in_original_units_with_their_share():
    shown = shown_contributions(explain(two_segments(), {"age": 4.0, "spend": 1.0})).iloc[0]
    assert shown["label"] == "Age"
    assert (shown["value"], shown["typical_own"], shown["typical_other"]) == ("4 years", "1 year", "9 years")
    assert shown["share"] == 1.0
    assert 0 < shown["percentile"] < 1


def test_many_missing_values_become_one_sentence():
    features = features_of({name: [0, 1, 5, 7] for name in "abcde"})
    made = fit(features, None, 2)
    said = notices(explain(made, {"a": 99.0}))
    assert len(said) == 3
    assert said[0].startswith("This customer is unlike all personas")
    assert said[1].startswith("a: 99 is far outside")
    assert said[2] == "4 of 5 values are not known; each is filled with what was learned in training."
    assert notices(explain(made, dict.fromkeys("abcde", 1.0))) == ()


def test_pictures_have_their_words():
    explanation = explain(two_segments(), {"age": 4.0, "spend": 0.0})
    assert distances_alt(explanation, NAMES) == "Distance to each persona, nearest first: Young 3, Old 5."
    assert contributions_alt(explanation, NAMES) == "Towards Young: Age. Towards Old: nothing."


def test_the_form_says_unit_typical_value_and_range():
    features = features_of(
        {"net_spend": [0, 10, 20, 400], "share": [0, 0.5, 0.5, 1], "loan": [0, 1, 1, 1]},
        net_spend=FeatureInfo("net_spend", "Net spend", "€", "money", "What came in."),
        share=FeatureInfo("share", "Paid in full", kind="share"),
        loan=FeatureInfo("loan", "Loan", kind="boolean"),
    )
    made = fit(features, None, 2)
    spend, share, loan = form_fields(made)
    assert (spend.label, spend.placeholder) == ("Net spend (€)", "typical 15 · seen 0 to 400")
    assert (spend.about, loan.boolean) == ("What came in.", True)
    # Typed as it is shown: half is 50.
    assert (share.label, share.placeholder) == ("Paid in full (%)", "typical 50 · seen 0 to 100")
    assert [typed_text(value, made.about("share")) for value in (0.5, 0.12345)] == ["50", "12.35"]
    assert typed_text(12345.6, made.about("net_spend")) == "12346"


def test_the_form_asks_first_for_what_tells_the_personas_apart():
    far = [0, 0, 0, 9, 9, 9]
    made = fit(
        features_of({"same": [1, 2, 3, 1, 2, 3], "far": far, "still": [5] * 6, "near": [0, 3, 3, 5, 5, 8]}), None, 2
    )
    assert most_telling(made, 1) == {"far"}
    assert most_telling(made, 2) == {"far", "near"}


def test_a_form_may_start_from_a_typical_customer_inside_the_range_seen():
    made = two_segments()
    assert starting_values(made) == {"age": 2.0, "spend": 0.0}
    assert starting_values(made, 2) == {"age": 9.0, "spend": 0.0}
    assert explain(made, starting_values(made, 2)).segment == 2


@pytest.mark.parametrize(
    ("label", "fixed"), [("Age", True), ("Tenure", True), ("Average spend", False), ("Usage", False)]
)
def test_what_nobody_can_change_is_recognised(label, fixed):
    about = {"x": FeatureInfo("x", label)}
    assert bool(fixed_features(fit(features_of({"x": [1, 2, 9]}, **about), None, 2))) is fixed


def test_a_customer_is_found_by_id_as_people_type_it():
    ids = pd.Index(["C10001", "C10002", "c20001", "C20001"])
    assert find_customer(ids, " C10001 ") == "C10001"
    assert find_customer(ids, "c10002") == "C10002"
    assert find_customer(ids, "c20001") == "c20001"
    assert find_customer(ids, "C2000") is None
    assert similar_ids(ids, "c1") == ("C10001", "C10002")
    assert similar_ids(ids, "002") == ("C10002",)
    assert similar_ids(ids, "(") == ()


def test_two_customers_side_by_side_name_first_what_parts_them():
    made = two_segments()
    two = [explain(made, {"age": 1.0, "spend": 0.0}), explain(made, {"age": 4.0, "spend": 1.0})]
    table = side_by_side(made, two)
    assert table["label"].tolist() == ["Age", "Spend"]
    assert table.loc[0, ["value_1", "value_2"]].tolist() == [1.0, 4.0]
    # (4-1)² and 1²: nine tenths and one tenth
    assert table["apart"].tolist() == pytest.approx([0.9, 0.1])
    # A third at 2.5 years is in the middle of the other two: the sums of squares are 4.5 and, with spend 0, 2/3.
    table = side_by_side(made, [*two, explain(made, {"age": 2.5, "spend": 0.0})])
    assert table["apart"].tolist() == pytest.approx([4.5 / (4.5 + 2 / 3), (2 / 3) / (4.5 + 2 / 3)])
    assert table["value_3"].tolist() == [2.5, 0.0]


def test_the_printed_card_is_complete_needs_nothing_else_and_escapes_every_text():
    made = two_segments()
    persona = Persona(1, HOSTILE, "x", (HOSTILE,), 3, 0.6)
    page = printed_card(explain(made, {"age": 4.0}), made, (persona,), customer=HOSTILE, model=HOSTILE)
    assert page.startswith("<!doctype html>")
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert "http" not in page
    assert "4 years" in page
    assert "Spend is missing" in page
    assert page.count("<tr>") == 3


def test_a_card_of_the_only_persona_prints_as_well():
    made = fit(features_of({"x": [1, 2, 6]}), PrepSettings(scale=False), 1)
    assert "Segment 1" in printed_card(explain(made, {"x": 4.0}), made, ())
