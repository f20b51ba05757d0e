"""Signs, codes and words of currencies, and how an amount is written with one."""

from __future__ import annotations

import pytest

from segmentation.core.money import code_of, is_currency, one_unit, unit_of
from segmentation.core.text import value_text, value_writer


@pytest.mark.parametrize(
    ("words", "unit"),
    [
        (("€",), "€"),
        (("EUR", "€", "eur", "Euro"), "€"),
        (("$",), "$"),
        (("US$", "USD"), "USD"),
        (("£", "gbp"), "£"),
        (("CHF", "Fr."), "CHF"),
        (("KR",), "kr"),
        (("€", "$"), ""),
        ((), ""),
        (("\\",), ""),
        (("DIN",), "DIN"),
        (("RSD", "ЛВ"), ""),
        (("ЛВ",), ""),
    ],
)
def test_the_one_currency_of_a_column(words: tuple[str, ...], unit: str) -> None:
    assert one_unit(words) == unit


def test_a_word_is_no_currency() -> None:
    assert not any(map(is_currency, ("days", "", "%", "k$", "cm", "points", "=1+1")))
    assert unit_of(code_of(" rs. ")) == "INR"


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (1234.5, "€", "€1,234"),
        (-1234.5, "€", "-€1,234"),
        (28.6, "€", "€28.60"),
        (-28.614, "$", "-$28.61"),
        (60.0, "£", "£60"),
        (0.0123, "$", "$0.0123"),
        (0.0, "€", "€0"),
        (1234.5, "CHF", "1,234 CHF"),
        (4.5, "kr", "4.50 kr"),
        (4.5, "k$", "4.5 k$"),
        (4.5, "months", "4.5 months"),
        (float("nan"), "€", "missing"),
    ],
)
def test_amounts_are_written_with_their_currency(value: float, unit: str, text: str) -> None:
    assert value_text(value, unit=unit) == text


def test_a_difference_has_its_sign_before_the_currency() -> None:
    writes = value_writer("money", "€", signed=True)
    assert (writes(5.5), writes(-5.5)) == ("+€5.50", "\u2212€5.50")
