"""One customer pasted as text: the forms that are understood, and what is said of the others."""

from __future__ import annotations

import math

import pytest

from segmentation.core.errors import SegmentationError
from segmentation.core.tables import FeatureInfo
from segmentation.data.pasted_row import parse_row

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
