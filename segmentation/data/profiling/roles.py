"""The role that each column probably plays, with the reason in words.

The rules stand in `_RULES` in the order in which they are asked; the first that answers decides. A new rule is one
function and its name in that list.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from segmentation.core.tables import ColumnRole, Table
from segmentation.core.text import count_text, counted, number_text, plain_text, share_text
from segmentation.data.profiling.categories import category_of
from segmentation.data.profiling.meanings import (
    identifier_form,
    identifier_name,
    never_code,
    no_amount,
    outcome_kind,
)
from segmentation.data.profiling.sensitive import sensitive_kind
from segmentation.data.profiling.statistics import profile

__all__ = ["suggest_roles"]

_ID_WORDS = {"id", "ids", "uid", "uuid", "guid", "identifier", "custid", "customerid", "clientid", "userid", "memberid",
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
_NEAR_UNIQUE = 0.9
_MOST_TEXTS = 100
_FEW_BAD = 0.2
_FEWEST_ROWS = 20


@dataclass(frozen=True)
class _Column:
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


def _bad_name(column: _Column) -> _Answer:
    if not _SHEET_ERROR.match(column.name.strip()):
        return None
    return "left out", f"Its name is a spreadsheet error ({column.name.strip()}), so nobody can say what it holds."


def _empty(column: _Column) -> _Answer:
    return ("left out", "Every cell is empty.") if column.kind == "empty" else None


def _constant(column: _Column) -> _Answer:
    if column.distinct != 1:
        return None
    who = "Every customer has" if not column.missing else "All customers with a value have"
    return "left out", f"{who} the same value ({plain_text(column.top, longest=30)}), so it cannot tell them apart."


def _copy(column: _Column) -> _Answer:
    if not column.same_as:
        return None
    return "left out", f"It is the same as {plain_text(column.same_as, longest=40)} in every row."


def _row_number(column: _Column) -> _Answer:
    if not column.whole or column.missing or column.distinct != column.rows or column.rows < _FEWEST_ROWS:
        return None
    values = column.values.to_numpy(dtype=np.float64)
    low, high = values.min(), values.max()
    if high - low + 1 != column.rows:
        return None
    span = f"{count_text(low)} to {count_text(high)}"
    if _ID_WORDS & set(column.words) or _PEOPLE & {" ".join(column.words)}:
        return "identifier", f"It numbers the customers {span} and its name says that it identifies them."
    return "left out", f"It only numbers the rows, {span}."


def _identifier(column: _Column) -> _Answer:
    words = column.words
    if column.kind not in ("number", "text") or not words:
        return None
    named = bool(_ID_WORDS & {words[0], words[-1], "".join(words)}) or identifier_name(column.name)
    if column.kind == "number" and not column.whole and not named:
        return None
    hinted = bool(_WEAK_ID_WORDS & {words[0], words[-1]})
    unique = column.distinct == column.known
    if named and unique:
        return "identifier", "Its name says so and every value appears once."
    if named and column.distinct_share < _NEAR_UNIQUE:
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


def _outcome(column: _Column) -> _Answer:
    if column.kind in ("date", "empty"):
        return None
    kind = outcome_kind(column.name, column.distinct)
    if kind == "score":
        return "outcome", "A model's guess: segments made with it would repeat the model. Compared between segments."
    if kind:
        return "outcome", "Known only afterwards: kept out, then compared between segments."
    return None


def _no_amount(column: _Column) -> _Answer:
    if column.kind != "number":
        return None
    reason = no_amount(column.name, column.values) or never_code(column.values)
    return ("descriptor", f"{reason} Is it an amount after all? Then make it a feature.") if reason else None


def _date(column: _Column) -> _Answer:
    if column.kind != "date":
        return None
    first, last = column.values.min(), column.values.max()
    return "date", f"It holds dates from {first:%Y-%m-%d} to {last:%Y-%m-%d}."


def _sensitive(column: _Column) -> _Answer:
    kind = sensitive_kind(column.name, column.values)
    unique_id = column.distinct == column.known and bool(_ID_WORDS & set(column.words[-1:]))
    if not kind or unique_id:
        return None
    if kind == "postcode":
        return "sensitive", "Stands for where one lives: kept out, but audited."
    return "sensitive", f"Personal ({kind}): kept out, but audited."


def _earlier_answer(column: _Column) -> _Answer:
    words = column.words
    if not words or words[-1] not in _EARLIER_ANSWERS or column.distinct > _MOST_TEXTS:
        return None
    return "descriptor", "It looks like the answer of an earlier grouping; kept to compare with."


def _mostly_missing(column: _Column) -> _Answer:
    share = column.missing / column.rows
    if share <= _MOST_MISSING:
        return None
    return "left out", f"{share_text(share)} of its cells are missing, so most values would be invented."


def _nearly_constant(column: _Column) -> _Answer:
    if column.top_share < _ALL_ALIKE or column.kind == "date":
        return None
    same = f"{share_text(column.top_share)} of customers have the same value ({plain_text(column.top, longest=30)})"
    return "left out", f"{same}, so it tells few apart."


def _code(column: _Column) -> _Answer:
    if column.kind != "number" or not column.whole or not _CODES & set(column.words):
        return None
    return "descriptor", "Its name says that it is a code, not an amount."


def _bad_cells(column: _Column) -> _Answer:
    if column.kind != "text":
        return None
    bad = _not_numbers(column)
    if bad.empty or len(bad) > _FEW_BAD * column.known:
        return None
    cells = "one cell" if len(bad) == 1 else f"{count_text(len(bad))} cells, such as"
    return "left out", f"Numbers but for {cells} “{plain_text(bad.iloc[0], longest=20)}”; mend the file to use it."


def _not_numbers(column: _Column) -> pd.Series:
    cells = column.values.dropna()
    return cells[pd.to_numeric(cells, errors="coerce").isna()]


def _unnamed_identifier(column: _Column) -> _Answer:
    if column.kind != "text" or column.missing or column.rows < _FEWEST_ROWS or column.distinct != column.rows:
        return None
    if column.values.str.len().max() > 40 or column.values.str.contains(r"\s").any():
        return None
    return "identifier", "Every value appears once."


def _text(column: _Column) -> _Answer:
    if column.kind != "text":
        return None
    count = count_text(column.distinct)
    if column.distinct_share > _NEAR_UNIQUE and column.known >= _FEWEST_ROWS:
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


def _yes_no(column: _Column) -> _Answer:
    return ("feature", "Yes or no; used as 1 and 0.") if column.kind == "boolean" else None


def _number(column: _Column) -> _Answer:
    if not column.missing:
        return "feature", "A number for every customer."
    return "feature", f"A number; {counted(column.missing, 'is', 'are')} missing."


_RULES: tuple[Callable[[_Column], _Answer], ...] = (
    _bad_name, _empty, _constant, _copy, _row_number, _sensitive, _identifier, _date, _outcome, _earlier_answer,
    _mostly_missing, _nearly_constant, _no_amount, _code, _bad_cells, _unnamed_identifier, _text, _yes_no, _number,
)  # fmt: skip


def suggest_roles(table: Table, about: pd.DataFrame | None = None) -> tuple[ColumnRole, ...]:
    """The likely role of every column with its reason: table in → one `ColumnRole` a column out, in column order.

    about: the result of `profile(table.frame)` when it is already there. At most one column is the identifier; further
    candidates are left out. The order of the columns changes nothing but ties between equally good identifiers.
    """
    about = profile(table.frame) if about is None else about
    columns = _columns(table, about)
    roles = []
    for column in columns:
        role, reason = next(answer for rule in _RULES if (answer := rule(column)) is not None)
        roles.append(ColumnRole(column.name, role, reason))
    return _one_identifier(roles, columns)


def _one_identifier(roles: list[ColumnRole], columns: list[_Column]) -> tuple[ColumnRole, ...]:
    candidates = [at for at, item in enumerate(roles) if item.role == "identifier"]
    if len(candidates) < 2:
        return tuple(roles)

    def fitness(at: int) -> tuple[float, ...]:
        column, words = columns[at], set(columns[at].words)
        named = bool(_ID_WORDS & words)
        customer = any(word.startswith(("cust", "client", "user", "member", "account", "person")) for word in words)
        return (named and column.distinct_share >= _NEAR_UNIQUE, customer, named, column.distinct_share, -at)

    best = max(candidates, key=fitness)
    chosen = plain_text(roles[best].name, longest=40)
    for at in candidates:
        if at != best:
            roles[at] = replace(roles[at], role="left out", reason=f"Another identifier; {chosen} is used.")
    return tuple(roles)


def _columns(table: Table, about: pd.DataFrame) -> list[_Column]:
    seen: dict[tuple[str, bytes], str] = {}
    found = []
    for position, facts in enumerate(about.to_dict("records")):
        values = table.frame.iloc[:, position]
        name, kind, distinct = str(facts["column"]), str(facts["kind"]), int(facts["distinct"])
        known = values.dropna()
        same_as, top, top_share = "", "", 0.0
        if distinct > 1 and kind in ("number", "boolean"):
            cells = pd.util.hash_pandas_object(values, index=False).to_numpy()
            first = seen.setdefault((kind, hashlib.sha256(cells.tobytes()).digest()), name)
            same_as = first if first != name else ""
        if distinct and distinct <= len(known) / 2:
            counts = known.value_counts()
            top, top_share = _shown(counts.index[0]), float(counts.iloc[0]) / len(known)
        elif distinct:
            top, top_share = _shown(known.iloc[0]), 1 / distinct
        found.append(_Column(name, kind, len(values), int(facts["missing"]), distinct, values, top, top_share, same_as))
    return found


def _shown(value: object) -> str:
    return number_text(value) if isinstance(value, float) else str(value)
