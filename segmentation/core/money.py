"""Currencies as data: which signs and codes are one, and how a reader is shown them beside an amount."""

from __future__ import annotations

import re
from collections.abc import Iterable

__all__ = [
    "BEFORE",
    "CODES",
    "code_of",
    "heading_unit",
    "is_currency",
    "is_name",
    "one_unit",
    "same_currency",
    "unit_of",
]

CODES = {
    "€": "EUR", "EURO": "EUR", "EUROS": "EUR", "£": "GBP", "POUND": "GBP", "POUNDS": "GBP", "POUND STERLING": "GBP",
    "¥": "JPY", "円": "JPY", "YEN": "JPY", "元": "CNY", "圓": "TWD", "원": "KRW",
    "₹": "INR", "RS": "INR", "RS.": "INR", "₽": "RUB", "РУБ": "RUB",
    "₺": "TRY", "TL": "TRY", "₩": "KRW", "₪": "ILS", "₴": "UAH", "₦": "NGN", "฿": "THB", "₱": "PHP", "US$": "USD",
    "R$": "BRL", "A$": "AUD", "C$": "CAD", "S$": "SGD", "ZŁ": "PLN", "KČ": "CZK", "FT": "HUF", "FR": "CHF",
    "SFR": "CHF", "LEI": "RON", "US DOLLAR": "USD", "US DOLLARS": "USD", "DOLLAR": "USD", "DOLLARS": "USD",
    "SWISS FRANC": "CHF",
}  # fmt: skip
"""A sign or another spelling, in capitals → the code of the currency. "$" alone is several and has none."""

BEFORE = frozenset("€£$¥₹₽₺₩₪₴₦฿₱") | {"US$", "R$", "A$", "C$", "S$"}
"""Signs that stand before the amount; a code such as CHF stands behind it."""

_SHARED = {
    "$": {"USD", "CAD", "AUD", "NZD", "SGD", "HKD", "MXN", "TWD"},
    "kr": {"SEK", "NOK", "DKK", "ISK"},
    "JPY": {"CNY"},
}
"""A unit whose sign stands for other currencies, too → those."""

_IN_HEADINGS = (
    {code for code in CODES.values() if len(code) == 3} | {"EURO", "EUROS", "DOLLAR", "DOLLARS"}
    | {"SEK", "NOK", "DKK", "MXN", "ZAR", "NZD", "HKD", "AED", "IDR", "SAR", "MYR", "ISK", "BGN", "ARS", "COP", "CLP"}
)  # fmt: skip
_ALSO_WORDS = {"TRY", "RUB", "RON"}
"""Codes that are words or names in small letters."""

_SHOWN = {"EUR": "€", "GBP": "£", "$": "$", "KR": "kr"}
"""Codes that every reader knows by their sign; crowns of which country is not known."""


def code_of(word: str) -> str:
    """A sign, code or word in a cell → the code of its currency; "$" and what is not known stay, in capitals."""
    text = word.strip().upper()
    return CODES.get(text.rstrip("."), CODES.get(text, text))


def unit_of(code: str) -> str:
    """The code of a currency, or "$" → what is shown beside an amount: € for EUR, else the code."""
    return _SHOWN.get(code, code)


def is_currency(unit: str) -> bool:
    """Whether the unit of a feature is one of those that `unit_of` gives, and no word such as "days"."""
    return unit in BEFORE or unit in _SHOWN.values() or (len(unit) == 3 and unit.isalpha() and unit.isupper())


def one_unit(words: Iterable[str]) -> str:
    """Signs and codes in the cells of a column → the unit of their one currency; "" for none or for several."""
    codes = {code_of(word) for word in words}
    unit = unit_of(codes.pop()) if len(codes) == 1 else ""
    return unit if is_currency(unit) else ""


def is_name(word: str) -> bool:
    """Whether a cell holds the name of a currency alone: EUR, €, US Dollar; not two letters, which may be a country."""
    text = word.strip().upper()
    return text in BEFORE or (len(text) > 2 and code_of(text) in _IN_HEADINGS)


def heading_unit(heading: str) -> str:
    """The unit of the one currency that a heading names: Spend (EUR), umsatz_usd, T€; "" for none or for several."""
    words = re.findall(rf"[^\W\d_]+|[{''.join(sign for sign in sorted(BEFORE) if len(sign) == 1)}]", heading)
    named = [
        word
        for word in words
        if word in BEFORE or (word.upper() in _IN_HEADINGS and (word.isupper() or word.upper() not in _ALSO_WORDS))
    ]
    return one_unit(named)


def same_currency(one: str, other: str) -> bool:
    """Whether two units may be the same currency: $ and USD are, $ and € are not."""
    return one == other or other in _SHARED.get(one, ()) or one in _SHARED.get(other, ())
