"""Known columns are described in full; every other name gets something a person can read."""

from __future__ import annotations

import re
from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segmentation.data.known_columns import _KNOWN_ROWS
from segmentation.data.sources.rfm import RFM_FEATURES
from segmentation.data.vocabulary import describe_column, meaning_of, readable_label, with_units

CREDIT_CARD = [
    "BALANCE",
    "BALANCE_FREQUENCY",
    "PURCHASES",
    "ONEOFF_PURCHASES",
    "INSTALLMENTS_PURCHASES",
    "CASH_ADVANCE",
    "PURCHASES_FREQUENCY",
    "ONEOFF_PURCHASES_FREQUENCY",
    "PURCHASES_INSTALLMENTS_FREQUENCY",
    "CASH_ADVANCE_FREQUENCY",
    "CASH_ADVANCE_TRX",
    "PURCHASES_TRX",
    "CREDIT_LIMIT",
    "PAYMENTS",
    "MINIMUM_PAYMENTS",
    "PRC_FULL_PAYMENT",
    "TENURE",
]
KINDS = {"number", "money", "count", "days", "share", "boolean"}


@pytest.mark.parametrize("name", [*CREDIT_CARD, "Annual Income (k$)", "spending_score", "CreditScore"])
def test_every_known_column_has_a_label_a_meaning_phrases_and_name_parts(name: str) -> None:
    info = describe_column(name)
    assert info.name == name
    assert info.about
    assert info.kind in KINDS
    assert all((info.label, info.high, info.low, info.trait_high, info.trait_low))
    assert not info.high.startswith("have a high value of")


def test_no_two_known_columns_share_a_key_and_every_label_is_short() -> None:
    keys = [row[0] for row in _KNOWN_ROWS]
    assert len(keys) == len(set(keys))
    assert all(len(describe_column(key).label) <= 30 for key in keys)


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("PRC_FULL_PAYMENT", "Paying in full"),
        ("CASH_ADVANCE", "Cash-advance heavy"),
        ("INSTALLMENTS_PURCHASES", "Instalment-focused"),
        ("PURCHASES", "High-spending"),
    ],
)
def test_a_high_value_gives_the_name_part_of_the_published_personas(name: str, part: str) -> None:
    assert describe_column(name).trait_high == part


@pytest.mark.parametrize(
    "name", ["annual income", "AnnualIncome", "ANNUAL_INCOME", "annual-income", "Income", "salary"]
)
def test_spellings_of_one_column_are_one_column(name: str) -> None:
    assert describe_column(name).label == "Annual income"


@pytest.mark.parametrize(
    ("name", "label", "unit", "kind"),
    [
        ("CASH_ADVANCE_XYZ", "Cash advance xyz", "", "number"),
        ("customerLifetimeValue", "Customer lifetime value", "", "number"),
        ("days_in_app", "Days in app", "days", "days"),
        ("num_logins", "Num logins", "", "count"),
        ("churn pct", "Churn pct", "%", "number"),
        ("Height (cm)", "Height", "cm", "number"),
        ("Mood (1-10)", "Mood", "", "number"),
        ("2023", "2023", "", "number"),
        ("amount (2)", "Amount (2)", "", "number"),  # the second column of that heading
        ("Sales [2024]", "Sales [2024]", "", "number"),
        ("", "(no name)", "", "number"),
        ("Umsatz (12 Mon.) in €", "Umsatz (12 Mon.)", "€", "number"),
        ("umsatz_eur", "Umsatz", "€", "number"),
        ("Rabatt %", "Rabatt", "%", "number"),
        ("Max try", "Max try", "", "number"),  # a word, no Turkish lira
    ],
)
def test_an_unknown_column_gets_a_readable_label_unit_and_kind(name: str, label: str, unit: str, kind: str) -> None:
    info = describe_column(name)
    assert (info.label, info.unit, info.kind) == (label, unit, kind)


@pytest.mark.parametrize(
    "name",
    [
        "spend_last_30_days",
        "Share returned within thirty days",
        "Logins90Days",
        "visits of the past months",
        "Spend (last 12 months)",
        "Spend (90 days)",
    ],
)
def test_the_time_that_was_looked_at_is_no_unit(name: str) -> None:
    info = describe_column(name, pd.Series([1.5, 22.25]))
    assert (info.unit, info.kind) == ("", "number")
    assert re.search("(?i)days|months", info.label)


def test_a_unit_in_brackets_wins_over_the_usual_unit() -> None:
    assert describe_column("Annual Income (k$)").unit == "k$"
    assert describe_column("Spending Score (1-100)").unit == "points"


@pytest.mark.parametrize(
    ("name", "values", "kind", "unit"),
    [
        ("PRC_FULL_PAYMENT", [0.0, 0.5, 1.0], "share", ""),
        ("PRC_FULL_PAYMENT", [0.0, 50.0, 100.0], "number", "%"),
        ("PRC_FULL_PAYMENT", [0.0, 0.4, 0.9, 1.1, 1.2], "number", ""),
        ("PRC_FULL_PAYMENT", [0.0, 500.0], "number", ""),
        ("CASH_ADVANCE_FREQUENCY", [*[0.5] * 300, 1.5], "share", ""),
        ("subscribed", [0.0, 1.0, None], "boolean", ""),
        ("score", [0.0, 0.5, 1.0], "number", ""),
        ("PURCHASES_TRX", [0.0, 2.5], "number", "purchases"),
        ("PURCHASES_TRX", [0.0, 2.0], "count", "purchases"),
        ("BALANCE", [], "money", ""),
    ],
)
def test_values_that_contradict_the_kind_mend_it(name: str, values: list, kind: str, unit: str) -> None:
    info = describe_column(name, pd.Series(values, dtype="float64"))
    assert (info.kind, info.unit) == (kind, unit)


def test_a_true_false_column_is_boolean() -> None:
    assert describe_column("opted_in", pd.Series([True, None], dtype="boolean")).kind == "boolean"
    assert describe_column("region", pd.Series(["a", "b"])).kind == "number"


@given(st.text(max_size=80))
def test_any_name_gets_a_short_visible_label_and_keeps_its_own_name(name: str) -> None:
    info = describe_column(name)
    assert info.name == name
    assert info.label.strip()
    assert len(info.label) <= 60
    assert "\n" not in info.label
    assert readable_label(info.label)


def test_transactions_and_customer_tables_use_the_same_words_for_the_same_feature() -> None:
    for info in RFM_FEATURES:
        alone = replace(describe_column(info.name), unit=info.unit, kind=info.kind, about=info.about)
        assert alone == info


def test_a_unit_in_brackets_stands_for_the_usual_one() -> None:
    assert (describe_column("Tenure").unit, describe_column("Tenure").kind) == ("months", "number")
    assert (describe_column("Tenure (days)").unit, describe_column("Tenure (days)").kind) == ("days", "days")
    assert describe_column("Tenure (days)").label == "Tenure"


def test_features_keep_their_unit_in_a_file_and_other_names_stay_as_they_are() -> None:
    frame = pd.DataFrame({name: [3.0, 40.0, 700.0] for name in ("recency", "frequency", "monetary", "tenure")})
    infos = [info for info in RFM_FEATURES if info.name in frame]
    named = with_units(frame, infos)
    assert list(named) == ["recency", "frequency", "monetary", "tenure (days)"]
    again = [describe_column(str(name), named[name]) for name in named]
    assert [(info.label, info.unit, info.kind) for info in again] == [
        (info.label, info.unit, info.kind) for info in infos
    ]
    percent = pd.DataFrame({"PURCHASES_FREQUENCY": [0.0, 55.0, 100.0], "TENURE": [6.0, 12.0, 12.0]})
    infos = [describe_column(str(name), percent[name]) for name in percent]
    assert list(with_units(percent, infos)) == ["PURCHASES_FREQUENCY", "TENURE"]


@pytest.mark.parametrize(
    ("name", "values", "holds"),
    [
        ("Recency", [1.0, 2.0, 3.0, 4.0, 5.0], False),
        ("Recency", [3.0, 90.0, 200.0], True),
        ("frequency", [1.0, 2.0, 3.0, 4.0, 5.0], False),
        ("frequency", [0.2, 1.5, 0.7], False),
        ("frequency", [1.0, 1.0, 1.0, 2.0, 5.0], True),
        ("Monetary", [1.0, 2.0, 3.0, 4.0, 5.0], False),
        ("age", [1.0, 4.0, 9.0], False),
        ("age", [19.0, 44.0, 90.0], True),
        ("credit_score", [1.0, 2.0, 3.0], False),
    ],
)
def test_a_known_name_holds_only_where_its_values_do(name: str, values: list[float], holds: bool) -> None:
    info = describe_column(name, pd.Series(values * 20))
    assert (meaning_of(info) != "") == holds
    assert (info.high == describe_column(name).high) == holds


def test_a_score_of_one_to_five_is_not_told_as_days() -> None:
    info = describe_column("recency", pd.Series([1.0, 2.0, 3.0, 4.0, 5.0] * 20))
    assert info.unit == ""
    assert "not bought" not in info.high
    assert meaning_of(info) == ""


def test_a_balance_is_a_debt_only_beside_a_cards_other_columns() -> None:
    assert "owe" in describe_column("BALANCE", beside=["BALANCE", "CREDIT_LIMIT"]).high
    assert "owe" not in describe_column("Balance", beside=["Balance", "EstimatedSalary", "Age"]).high
    assert describe_column("Tenure", beside=["Tenure", "Geography"]).unit == ""
    assert describe_column("Tenure (days)", beside=["Recency", "Geography"]).high == "have been customers for long"
    assert describe_column("Tenure (points)", beside=["Recency", "Geography"]).high == "have a high value of tenure"
    assert describe_column("Balance (EUR)", beside=["Balance (EUR)", "Geography"]).about == ""
    assert describe_column("TENURE", beside=["TENURE", "CASH_ADVANCE"]).unit == "months"


@pytest.mark.parametrize(
    ("values", "kind", "unit"), [([0.0, 0.2, 0.4], "share", ""), ([0.0, 20.0, 40.0], "number", "%")]
)
def test_a_percentage_written_as_a_share_is_a_share(values: list[float], kind: str, unit: str) -> None:
    info = describe_column("pct_returned", pd.Series(values))
    assert (info.kind, info.unit) == (kind, unit)
