"""The rules by which a column gets its role, in the order in which they are asked; the first that answers decides.

A new rule is one function and its name in `RULES`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from segmentation.core.text import agree, count_text, counted, number_text, plain_text, share_text
from segmentation.data.heading_languages import says_customer
from segmentation.data.profiling.categories import category_of
from segmentation.data.profiling.meanings import (
    identifier_form,
    identifier_name,
    never_code,
    no_amount,
    outcome_kind,
)
from segmentation.data.profiling.sensitive import sensitive_kind

__all__ = ["ID_WORDS", "NEAR_UNIQUE", "RULES", "Column", "could_take_part", "is_mostly_levels"]

ID_WORDS = {"id", "ids", "uid", "uuid", "guid", "identifier", "custid", "customerid", "clientid", "userid", "memberid",
            "accountid", "personid", "cid", "kundennr", "kundennummer", "kundnr", "kdnr", "klantnummer"}  # fmt: skip
_WEAK_ID_WORDS = {"no", "nr", "num", "number", "code", "key", "customer", "cust", "client", "user", "member", "account",
                  "kunde", "cliente", "klient", "klant", "acct", "email", "mail", "phone", "mobile", "iban", "index",
                  "recnum", "row", "ref"}  # fmt: skip
_PEOPLE = {"customer", "client", "user", "member", "account", "kunde", "cliente", "klient", "klant"}
_CODES = {"zip", "zipcode", "postcode", "postal", "plz", "code", "phone", "mobile", "branch"}
_EARLIER_ANSWERS = {"cluster", "clusters", "segment", "segments", "persona", "label", "labels"}
_SHEET_ERROR = re.compile(r"^#(VALUE!|DIV/0!|REF!|NAME\?|N/A|NUM!|NULL!|SPILL!|CALC!)$", re.IGNORECASE)
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_MOST_MISSING = 0.5
_ALL_ALIKE = 0.995
NEAR_UNIQUE = 0.9
_MOST_TEXTS = 100
_FEW_BAD = 0.2
_FEWEST_ROWS = 20
_MOST_OTHER = 0.1


@dataclass(frozen=True)
class Column:
    """What the rules may look at."""

    name: str
    kind: str
    rows: int
    missing: int
    distinct: int
    values: pd.Series
    top: str
    top_share: float
    same_as: str

    @property
    def words(self) -> list[str]:
        return [word.lower() for word in _WORD.findall(self.name)]

    @property
    def known(self) -> int:
        return self.rows - self.missing

    @property
    def distinct_share(self) -> float:
        return self.distinct / self.known if self.known else 0.0

    @property
    def whole(self) -> bool:
        if self.kind != "number":
            return False
        values = self.values.dropna().to_numpy(dtype=np.float64)
        return bool(np.equal(values, np.floor(values)).all())


_Answer = tuple[str, str] | None


def _bad_name(column: Column) -> _Answer:
    if not _SHEET_ERROR.match(column.name.strip()):
        return None
    return "left out", f"Its name is a spreadsheet error ({column.name.strip()}), so nobody can say what it holds."


def _empty(column: Column) -> _Answer:
    return ("left out", "Every cell is empty.") if column.kind == "empty" else None


def _constant(column: Column) -> _Answer:
    if column.distinct != 1:
        return None
    who = "Every customer has" if not column.missing else "All customers with a value have"
    return "left out", f"{who} the same value ({plain_text(column.top, longest=30)}), so it cannot tell them apart."


def _copy(column: Column) -> _Answer:
    if not column.same_as:
        return None
    return "left out", f"It is the same as {plain_text(column.same_as, longest=40)} in every row."


def _row_number(column: Column) -> _Answer:
    if not column.whole or column.missing or column.distinct != column.rows or column.rows < _FEWEST_ROWS:
        return None
    values = column.values.to_numpy(dtype=np.float64)
    low, high = values.min(), values.max()
    if high - low + 1 != column.rows:
        return None
    span = f"{count_text(low)} to {count_text(high)}"
    named = identifier_name(column.name) or says_customer(column.name)
    if named or ID_WORDS & set(column.words) or _PEOPLE & {" ".join(column.words)}:
        return "identifier", f"It numbers the customers {span} and its name says that it identifies them."
    return "left out", f"It only numbers the rows, {span}."


def _named(column: Column) -> tuple[bool, bool]:
    """Whether a name says that the column numbers customers, and whether it hints at it."""
    words, says = column.words, says_customer(column.name)
    ends = {words[0], words[-1], "".join(words)} if words else set()
    named = bool(ID_WORDS & ends) or identifier_name(column.name) or says == "number"
    return named, bool(_WEAK_ID_WORDS & ends) or says == "name"


def _identifier(column: Column) -> _Answer:
    if column.kind not in ("number", "text") or not (column.words or says_customer(column.name)):
        return None
    named, hinted = _named(column)
    if column.kind == "number" and not column.whole and not named:
        return None
    unique = column.distinct == column.known
    if named and unique:
        return "identifier", "Its name says so and every value appears once."
    if named and column.distinct_share < NEAR_UNIQUE:
        again = column.known / max(1, column.distinct)
        return "identifier", f"Its name says so, but each value appears {number_text(again)} times on average."
    if named:
        return "identifier", f"Its name says so; {count_text(column.known - column.distinct)} values appear again."
    if hinted and column.known >= _FEWEST_ROWS and column.distinct_share > 0.98:
        return "identifier", "Every value appears once and its name hints at a number or key of the customer."
    digits = identifier_form(column.values) if column.kind == "number" and not column.missing else 0
    if digits:
        return "identifier", f"Whole numbers of {digits} digits, each of them once: numbers of customers, not amounts."
    return None


def _outcome(column: Column) -> _Answer:
    if column.kind in ("date", "empty"):
        return None
    kind = outcome_kind(column.name, column.distinct)
    if kind == "score":
        return "outcome", "A model's guess: segments made with it would repeat the model. Compared between segments."
    if kind:
        return "outcome", "Known only afterwards: kept out, then compared between segments."
    return None


def _no_amount(column: Column) -> _Answer:
    if column.kind != "number":
        return None
    reason = no_amount(column.name, column.values) or never_code(column.values)
    return ("descriptor", f"{reason} Is it an amount after all? Then make it a feature.") if reason else None


def _date(column: Column) -> _Answer:
    if column.kind != "date":
        return None
    first, last = column.values.min(), column.values.max()
    return "date", f"It holds dates from {first:%Y-%m-%d} to {last:%Y-%m-%d}."


def _sensitive(column: Column) -> _Answer:
    kind = sensitive_kind(column.name, column.values)
    unique_id = column.distinct == column.known and bool(ID_WORDS & set(column.words[-1:]))
    if not kind or unique_id:
        return None
    if kind == "postcode":
        return "sensitive", "Stands for where one lives: kept out, but audited."
    return "sensitive", f"Personal ({kind}): kept out, but audited."


def _earlier_answer(column: Column) -> _Answer:
    words = column.words
    if not words or words[-1] not in _EARLIER_ANSWERS or column.distinct > _MOST_TEXTS:
        return None
    return "descriptor", "It looks like the answer of an earlier grouping; kept to compare with."


def could_take_part(column: Column) -> bool:
    """Whether a column that only describes could make segments as a category: text of few values, no earlier answer."""
    return (
        column.kind == "text"
        and _earlier_answer(column) is None
        and category_of(column.name, column.values) is not None
    )


def is_mostly_levels(column: Column) -> bool:
    """Whether nearly everybody with a value has one that is frequent enough to be a level."""
    category = category_of(column.name, column.values)
    return category is not None and category.other_share <= _MOST_OTHER


def _mostly_missing(column: Column) -> _Answer:
    share = column.missing / column.rows
    if share <= _MOST_MISSING:
        return None
    return "left out", f"{share_text(share)} of its cells are missing, so most values would be invented."


def _nearly_constant(column: Column) -> _Answer:
    if column.top_share < _ALL_ALIKE or column.kind == "date":
        return None
    same = f"{share_text(column.top_share)} of customers have the same value ({plain_text(column.top, longest=30)})"
    return "left out", f"{same}, so it tells few apart."


def _code(column: Column) -> _Answer:
    if column.kind != "number" or not column.whole or not _CODES & set(column.words):
        return None
    return "descriptor", "Its name says that it is a code, not an amount."


def _bad_cells(column: Column) -> _Answer:
    if column.kind != "text":
        return None
    bad = _not_numbers(column)
    if bad.empty or len(bad) > _FEW_BAD * column.known:
        return None
    cells = agree(len(bad), "one cell", f"{count_text(len(bad))} cells, such as")
    return "left out", f"Numbers but for {cells} “{plain_text(bad.iloc[0], longest=20)}”; mend the file to use it."


def _not_numbers(column: Column) -> pd.Series:
    cells = column.values.dropna()
    return cells[pd.to_numeric(cells, errors="coerce").isna()]


def _unnamed_identifier(column: Column) -> _Answer:
    if column.kind != "text" or column.missing or column.rows < _FEWEST_ROWS or column.distinct != column.rows:
        return None
    if column.values.str.len().max() > 40 or column.values.str.contains(r"\s").any():
        return None
    return "identifier", "Every value appears once."


def _text(column: Column) -> _Answer:
    if column.kind != "text":
        return None
    count = count_text(column.distinct)
    if column.distinct_share > NEAR_UNIQUE and column.known >= _FEWEST_ROWS:
        return "left out", "Almost every customer has another text (a name, an address, a comment)."
    if column.distinct > _MOST_TEXTS:
        return "left out", f"It has {count} different texts, too many to describe segments with."
    if _not_numbers(column).empty:
        return "descriptor", f"Numbers kept as text, {count} different ones."
    category = category_of(column.name, column.values)
    if category is not None and category.kind == "ordered":
        levels = ", ".join(plain_text(level, longest=20) for level in category.levels[:6])
        return "descriptor", f"Text with {count} different values, in order: {levels}."
    return "descriptor", f"Text with {count} different values."


def _yes_no(column: Column) -> _Answer:
    return ("feature", "Yes or no; used as 1 and 0.") if column.kind == "boolean" else None


def _number(column: Column) -> _Answer:
    if not column.missing:
        return "feature", "A number for every customer."
    return "feature", f"A number; {counted(column.missing, 'is', 'are')} missing."


RULES: tuple[Callable[[Column], _Answer], ...] = (
    _bad_name, _empty, _constant, _copy, _row_number, _sensitive, _identifier, _date, _outcome, _earlier_answer,
    _mostly_missing, _nearly_constant, _no_amount, _code, _bad_cells, _unnamed_identifier, _text, _yes_no, _number,
)  # fmt: skip
