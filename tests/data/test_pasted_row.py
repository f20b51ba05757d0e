"""One customer pasted as text: the forms that are understood, and what is said of the others."""

from __future__ import annotations

import math

import pytest

from segmentation.core.errors import SegmentationError
from segmentation.core.tables import FeatureInfo
from segmentation.data.pasted_row import parse_row, typed_number

INFO = (
    FeatureInfo("BALANCE", "Balance"),
    FeatureInfo("PAID_FULL", "Months paid in full", kind="share"),
    FeatureInfo("LOAN", "Has a loan", kind="boolean"),
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("BALANCE,PAID_FULL,LOAN,CITY\n1234.5,0.25,1,Rome", {"BALANCE": 1234.5, "PAID_FULL": 0.25, "LOAN": 1.0}),
        ("loan\tbalance\nyes\t2", {"LOAN": 1.0, "BALANCE": 2.0}),
        ("Months paid in full;Balance\n12,5 %;1.234,5", {"PAID_FULL": 0.125, "BALANCE": 1234.5}),
        ("Balance\t7\nHas a loan\tno", {"BALANCE": 7.0, "LOAN": 0.0}),
        ("5,0.5,0", {"BALANCE": 5.0, "PAID_FULL": 0.5, "LOAN": 0.0}),
        ("C10001\t5\t0.5\t0", {"BALANCE": 5.0, "PAID_FULL": 0.5, "LOAN": 0.0}),
        ("5\n0.5\n1\n", {"BALANCE": 5.0, "PAID_FULL": 0.5, "LOAN": 1.0}),
        ('"1,500",0.5,0', {"BALANCE": 1500.0, "PAID_FULL": 0.5, "LOAN": 0.0}),
        ("-\tn/a\t1", {"BALANCE": math.nan, "PAID_FULL": math.nan, "LOAN": 1.0}),
    ],
)
def test_what_is_understood(text, expected):
    found = parse_row(text, INFO)
    assert found == pytest.approx(expected, nan_ok=True)
    assert list(found) == list(expected)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "not one customer"),
        ("1,2", "not one customer"),
        ("hello", "not one customer"),
        ("BALANCE,LOAN\n1,0\n2,1", "several customers"),
        ("BALANCE,LOAN\nmuch,0", 'Balance: "much" is not a number'),
        ("5,half,maybe", "Has a loan"),
    ],
)
def test_what_is_not_is_said_in_a_sentence(text, words):
    with pytest.raises(SegmentationError, match=words):
        parse_row(text, INFO)


ORDER = ("CUST_ID", "CITY", "PAID_FULL", "BALANCE", "NOTE", "LOAN")


def test_a_row_of_the_file_is_understood_without_its_header():
    # The file has other columns and another order than the form.
    found = parse_row("C10001,Rome,0.5,1234.5,x,1", INFO, ORDER)
    assert found == {"PAID_FULL": 0.5, "BALANCE": 1234.5, "LOAN": 1.0}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1.234,50", 1234.5),
        ("1,234.50", 1234.5),
        ("1234,5", 1234.5),
        ("1,234", 1234.0),
        ("0,25", 0.25),
        ("\u22123", -3.0),
    ],
)
def test_either_decimal_mark_may_be_typed(text, value):
    assert typed_number(text, INFO[0]) == value


def test_a_share_is_typed_as_it_is_shown():
    paid = next(item for item in INFO if item.kind == "share")
    assert typed_number("25", paid) == typed_number("25 %", paid) == typed_number("25,0", paid) == 0.25
    assert math.isnan(typed_number("  ", paid))


def test_a_percent_sign_at_a_plain_figure_from_0_to_1_is_heard():
    balance = INFO[0]
    assert typed_number("40 %", balance, of_one=True) == 0.4
    assert typed_number("0.4", balance, of_one=True) == 0.4
    assert typed_number("40 %", balance) == 40.0
    assert parse_row("Balance\t40%\nHas a loan\tno", INFO, of_one={"BALANCE"}) == {"BALANCE": 0.4, "LOAN": 0.0}


@pytest.mark.parametrize("text", ["1.2.3", "much", "1,2,3", "12 34"])
def test_what_is_no_number_is_refused_by_name(text):
    with pytest.raises(SegmentationError, match="is not a number"):
        typed_number(text, INFO[0])
