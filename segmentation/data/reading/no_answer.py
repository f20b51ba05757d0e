"""Values that stand for "no answer" (99, 999, −99) and dates that stand for none (1970-01-01).

Nobody can know them by their look alone: 99 may be an age. They are suspected by what they do to the distribution, far
from everything else or far too frequent, and asked about; what was answered becomes missing marks of that one column.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa

from segmentation.core.errors import Problem
from segmentation.core.tables import Question
from segmentation.core.text import agree, count_text, plain_text
from segmentation.data.reading.codes import words_of
from segmentation.data.reading.distinct import Distinct
from segmentation.data.reading.numbers import parse_both
from segmentation.data.reading.values import Values

__all__ = [
    "SHORT_CODES",
    "Suspect",
    "ask",
    "codes_among",
    "question_of",
    "suspects",
    "two_digit_years",
    "without_codes",
]

_CODES = {sign * float(digit * length) for sign in (1, -1) for digit in ("9", "8", "7") for length in range(2, 7)} | {
    97.0,
    98.0,
    997.0,
    998.0,
    9997.0,
    9998.0,
    -97.0,
    -98.0,
    -997.0,
    -998.0,
}
SHORT_CODES = {7.0, 8.0, 9.0}
"""Codes for no answer beside answers from 0 to 6."""
_BELOW = {-1.0, -2.0, -7.0, -8.0, -9.0}
_EVERY = np.array(sorted(_CODES | SHORT_CODES | _BELOW))
_PLACEHOLDERS = np.array(
    ["0001-01-01", "1753-01-01", "1899-12-30", "1899-12-31", "1900-01-01", "1901-01-01", "1970-01-01", "2099-12-31",
     "2999-12-31", "9999-12-31"],
    dtype="datetime64[D]",
)  # fmt: skip
_FEWEST = 10
_LATE = np.datetime64("2030-01-01")
_SHORT_YEAR = re.compile(r"^[0-9]{1,2}[./-][0-9]{1,2}[./-][0-9]{2}$")
_DAY = np.timedelta64(1, "D")
_BIRTH = {"birth", "born", "birthday", "birthdate", "birthyear", "yob", "dob", "geburtsjahr", "jahrgang",
          "geburtsdatum", "geboren", "naissance", "nacimiento", "nascimento", "geboortejaar",
          "geboortedatum"}  # fmt: skip


@dataclass(frozen=True)
class Suspect:
    """One value of a column that may stand for no answer: the cells that hold it, how often, and the rest's range."""

    column: str
    cells: tuple[str, ...]
    rows: int
    value: str
    low: str
    high: str

    @property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """The (column, cell) pairs as `ReadSettings.no_answer` has them."""
        return tuple((self.column, cell) for cell in self.cells)


def suspects(column: Distinct, values: Values) -> list[Suspect]:
    """The distinct cells of one column and their values → the values that may stand for no answer."""
    known = ~values.missing
    if not known.any() or isinstance(values.typed, pa.Array) or values.typed.dtype == object:
        return []
    numbers, rows = values.typed[known], column.rows[known]
    if np.issubdtype(numbers.dtype, np.datetime64):
        days = numbers.astype("datetime64[D]")
        placeholders = _dates(days, rows)
        cells = _texts(column, known) if placeholders else _NO_TEXTS
        return [_suspect(column.name, cells, rows, days, day, placeholders, str) for day in placeholders]
    if not np.issubdtype(numbers.dtype, np.floating) or not np.isfinite(numbers).all():
        return []
    chosen = _numbers(numbers, rows)
    cells = _texts(column, known) if chosen else _NO_TEXTS
    return [_suspect(column.name, cells, rows, numbers, value, chosen, _number) for value in chosen]


_NO_TEXTS = np.array([], dtype=object)


def _texts(column: Distinct, known: np.ndarray) -> np.ndarray:
    """The different cells that are values, as text."""
    texts: np.ndarray = np.array(column.trimmed.to_pylist(), dtype=object)[known]
    return texts


def without_codes(values: Values, name: str, answered: tuple[tuple[str, str], ...] | None) -> Values:
    """Numbers without those that stand for no answer, however the file writes them: 99, 99.0 and 99,00 are one code.

    name: the column. answered: (column, cell) pairs, as `ReadSettings.no_answer` has them.
    """
    cells = [cell for column, cell in answered or () if column == name]
    if not cells or isinstance(values.typed, pa.Array) or not np.issubdtype(values.typed.dtype, np.floating):
        return values
    written = pa.array(cells, type=pa.large_string())
    codes = np.concatenate(parse_both(written))
    gone = np.isin(values.typed, codes[np.isfinite(codes)]) & ~values.missing
    if not gone.any():
        return values
    numbers = np.where(gone, np.nan, values.typed)
    return replace(values, typed=numbers, missing=values.missing | gone, changed=values.changed | gone)


def codes_among(values: np.ndarray, low: float, high: float) -> dict[float, int]:
    """Numbers and their range → those of them that often stand for no answer, and how often each is there."""
    possible = _EVERY[np.searchsorted(_EVERY, low) : np.searchsorted(_EVERY, high, side="right")]
    counts = {float(code): int(np.count_nonzero(values == code)) for code in possible}
    return {code: count for code, count in counts.items() if count}


def ask(suspects: list[Suspect], stored: tuple[tuple[str, str], ...] | None) -> tuple[list[Problem], list[Question]]:
    """What is said and asked about suspects: one problem a column, one question for all of them.

    stored: what was answered before; columns and cells in it are known, and an empty answer means that all are values.
    """
    new = [one for one in suspects if not set(one.pairs) <= set(stored or ())]
    if not new or stored == ():
        return [], []
    problems = [
        Problem(
            plain_text(one.column, longest=60),
            f"{plain_text(one.value, longest=20)} stands {_times(one.rows)}, far from all other values "
            f"({one.low} to {one.high}); it may stand for no answer.",
            "Say whether it is a value or missing.",
            fatal=False,
            kind="no answer",
            count=one.rows,
            by=f"--read no_answer={plain_text(one.column, longest=40)}:{plain_text(one.value, longest=20)} "
            "or --read no_answer=none",
        )
        for one in new
    ]
    return problems, [question_of(tuple((one.column, cell, one.value) for one in new for cell in one.cells), stored)]


def question_of(codes: tuple[tuple[str, str, str], ...], stored: tuple[tuple[str, str], ...] | None) -> Question:
    """What is asked about (column, cell, how the value is written) of codes; stored: what was answered before."""
    pairs = tuple(dict.fromkeys((*(stored or ()), *((column, cell) for column, cell, _ in codes))))
    values = list(dict.fromkeys((column, value) for column, _, value in codes))
    listed = ", ".join(
        f"{plain_text(value, longest=20)} in {plain_text(column, longest=30)}" for column, value in values[:6]
    )
    more = f" and {count_text(len(values) - 6)} more" if len(values) > 6 else ""
    text = f"Do these stand for “no answer”: {listed}{more}?"
    return Question("no_answer", text, ((pairs, "Yes: count them as missing"), ((), "No: they are values")))


def two_digit_years(column: Distinct, values: Values) -> Problem | None:
    """The warning about years of birth that were written with two digits; None for any other column."""
    if not words_of(column.name) & _BIRTH or not (~values.missing).any():
        return None
    if isinstance(values.typed, pa.Array):
        return None
    days, cells = values.typed[~values.missing], column.trimmed.filter(pa.array(~values.missing)).to_pylist()
    where = plain_text(column.name, longest=60)
    if days.dtype != object and np.issubdtype(days.dtype, np.floating) and ((days >= 0) & (days < 100)).all():
        what = f"its years have two digits (such as {days[0]:02.0f}), so nobody can say which century is meant."
        return Problem(where, what, "Write all four digits of the year.", fatal=False, kind="birth years")
    if np.issubdtype(days.dtype, np.datetime64):
        late = [cell for cell, day in zip(cells, days, strict=True) if day > _LATE and _SHORT_YEAR.search(str(cell))]
        if late:
            what = f"years with two digits were read as 20 …, so that some were born in the future (“{late[0]}”)."
            return Problem(where, what, "Write all four digits of the year.", fatal=False, kind="birth years")
    return None


@dataclass(frozen=True)
class _Ordinary:
    """The values of a column that no code is among: their range, and whether they are whole and few, as answers are."""

    low: float
    high: float
    whole: bool
    few: bool


def _numbers(values: np.ndarray, rows: np.ndarray) -> list[float]:
    """The codes among the values that lie apart from all others; values and rows: different numbers, how often each."""
    codes = list(np.unique(values[np.isin(values, _EVERY)]))
    far_codes = np.isin(values, [value for value in codes if value not in SHORT_CODES])
    rest = ~far_codes & ~np.isin(values, list(SHORT_CODES))
    if not rest.any() or rows[rest].sum() < _FEWEST:
        return []
    ordinary = _describe(values[rest])
    chosen = []
    for value in codes:
        others = values[~far_codes & (values != value)]
        gap = max(float(value - others.max()), float(others.min() - value))
        if gap > 0 and _is_suspicious(value, gap, int(rows[values == value].sum()), ordinary, int(rows.sum())):
            chosen.append(float(value))
    return chosen


def _describe(values: np.ndarray) -> _Ordinary:
    low, high = float(values.min()), float(values.max())
    whole = bool(np.equal(values, np.floor(values)).all())
    return _Ordinary(low, high, whole, few=whole and len(values) <= 7 and low >= 0 and high <= 6)


def _is_suspicious(value: float, gap: float, count: int, ordinary: _Ordinary, all_rows: int) -> bool:
    """Whether a code that `count` rows hold lies too far (by `gap`) from the ordinary values to be one of them."""
    if value in SHORT_CODES:
        return ordinary.few and gap >= 3 and count >= max(5, 0.02 * all_rows)
    if value in _BELOW:
        return ordinary.low >= 0 and ordinary.whole and count >= max(3, 0.01 * all_rows)
    span = ordinary.high - ordinary.low
    far = gap > 2 * max(span, 1.0) or (value < 0 <= ordinary.low and gap > span)
    return far and count >= 2


def _dates(days: np.ndarray, rows: np.ndarray) -> list[np.datetime64]:
    rest = ~np.isin(days, _PLACEHOLDERS)
    if not rest.any():
        return []
    first, last = days[rest].min(), days[rest].max()
    reach = max(int((last - first) / _DAY), 1_000)
    often = int(_per_day(days[rest], rows[rest]).max())
    chosen = []
    for day in np.unique(days[~rest]):
        count = int(rows[days == day].sum())
        gap = max(int((first - day) / _DAY), int((day - last) / _DAY))
        if gap > reach or (count >= 3 and count >= 5 * often):
            chosen.append(day)
    return chosen


def _per_day(days: np.ndarray, rows: np.ndarray) -> np.ndarray:
    _, inverse = np.unique(days, return_inverse=True)
    return np.bincount(inverse, weights=rows)


def _suspect(
    name: str,
    cells: np.ndarray,
    rows: np.ndarray,
    numbers: np.ndarray,
    value: Any,
    chosen: list[Any],
    shown: Callable[[Any], str],
) -> Suspect:
    mine = numbers == value
    rest = numbers[~np.isin(numbers, chosen)]
    return Suspect(
        name,
        tuple(str(cell) for cell in cells[mine]),
        int(rows[mine].sum()),
        shown(value),
        shown(rest.min()),
        shown(rest.max()),
    )


def _number(value: float) -> str:
    return repr(float(value)).removesuffix(".0")


def _times(count: int) -> str:
    return agree(count, "once", f"{count_text(count)} times")
