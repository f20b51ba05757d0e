"""Columns of text → typed columns, with a note for everything that changed and a problem for every cell lost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from segmentation.errors import Problem
from segmentation.reading import dates, numbers
from segmentation.reading.columns import (
    Conventions,
    Distinct,
    decide,
    distinct_cells,
    find_conventions,
    votes,
    yes_no_words,
)
from segmentation.reading.gather import Grid, visible
from segmentation.reading.settings import ReadSettings
from segmentation.tables import Note
from segmentation.text import count_text, plain_text

__all__ = ["Converted", "convert", "text_series"]

_TEXT = pd.StringDtype("pyarrow", na_value=np.nan)
_VOTERS = 20_000  # rows that are asked how this file writes numbers and dates
_WRONG = {"number": "not numbers", "date": "not dates", "yes/no": "neither yes nor no"}


@dataclass
class Converted:
    """Typed columns with the notes, problems and settings that go with them."""

    series: dict[str, pd.Series] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    kinds: list[tuple[str, str]] = field(default_factory=list)
    settings: ReadSettings = field(default_factory=ReadSettings)


def text_series(cells: pa.Array) -> pd.Series:
    """Arrow text as a pandas column of text, without a copy."""
    return pd.Series(_TEXT.__from_arrow__(cells))  # type: ignore[attr-defined]


def convert(grid: Grid, settings: ReadSettings, step: Callable[[float, str], None]) -> Converted:
    """All columns of a grid, typed. `step(share, text)` is called once a column.

    Blank cells are missing values in every column. Decimal mark and date order are found once for the whole file
    and used where a column alone cannot tell; a guess that changes values is a problem that asks.
    """
    found = [
        votes(distinct_cells(name, cells.slice(0, _VOTERS), settings))
        for name, cells in zip(grid.names, grid.columns, strict=True)
    ]
    conventions = find_conventions(found, settings)
    done = Converted()
    plain: list[str] = []
    blanks: list[tuple[str, int]] = []
    for place, (name, cells) in enumerate(zip(grid.names, grid.columns, strict=True)):
        step(place / len(grid.names), f"Column {plain_text(name, longest=40)}")
        column = distinct_cells(name, cells, settings)
        kind, reason = decide(column, settings, conventions)
        reader = _READERS[kind.split(" ")[0] if kind.startswith("date") else kind]
        result = reader(column, kind)
        done.series[name] = result.series(column, cells)
        if kind:
            done.kinds.append((name, kind))
        if blank := int(column.rows[column.blank].sum()):
            blanks.append((name, blank))
        if kind.startswith("number") and not result.changed(column).any():
            plain.append(name)
        done.notes += _notes(column, kind, result)
        done.problems += _problems(column, kind, result, reason, grid)
        if reason.startswith("code:"):
            done.notes.append(Note(name, f"Kept as text: {reason[5:]}.", 0))
        done.problems += _asks(column, kind, conventions, settings)
    done.notes = _summary(plain, blanks) + done.notes
    done.settings = replace(
        settings, decimal=conventions.decimal, date_order=conventions.date_order, columns=tuple(done.kinds)
    )
    return done


@dataclass
class _Result:
    """Values of the distinct cells of one column, and what they look like to a reader."""

    values: Any
    """float64, datetime64[us], object of True/False/None, or Arrow text with nulls."""
    show: Callable[[Any], str]
    lost: np.ndarray
    """Distinct cells that hold something and became missing: bool."""

    def series(self, column: Distinct, cells: pa.Array) -> pd.Series:
        if isinstance(self.values, pa.Array | pa.ChunkedArray):
            if self.values.null_count == 0 and self.values.equals(column.cells):
                return text_series(cells)
            return text_series(self.values.take(column.codes))
        rows = column.codes.to_numpy()
        if self.values.dtype == object:
            return pd.Series(pd.array(self.values, dtype="boolean")[rows])
        return pd.Series(self.values[rows])

    def missing(self) -> np.ndarray:
        if isinstance(self.values, pa.Array | pa.ChunkedArray):
            return self.values.is_null().to_numpy(zero_copy_only=False).astype(bool)
        return np.asarray(pd.isna(self.values))

    def changed(self, column: Distinct) -> np.ndarray:
        """Distinct cells whose value is not what the cell says to a computer; blank cells do not count."""
        if isinstance(self.values, pa.Array | pa.ChunkedArray):
            same = pc.fill_null(pc.equal(self.values, column.cells), False)
            return ~same.to_numpy(zero_copy_only=False).astype(bool) & ~column.blank
        if self.values.dtype == np.float64:
            written = numbers.Written(column.cells)
            return ~column.blank & ~(written.plain & (written.read(".") == self.values))
        return ~column.blank


def _read_number(column: Distinct, kind: str) -> _Result:
    values = numbers.parse_numbers(column.trimmed, "," if kind.endswith(",") else ".")
    return _Result(values, lambda value: repr(float(value)).removesuffix(".0"), np.isnan(values) & column.value)


def _read_date(column: Distinct, kind: str) -> _Result:
    way = kind.removeprefix("date").strip() or "dmy"
    if way == "serial":
        values = dates.parse_serials(numbers.parse_numbers(column.trimmed, "."))
    else:
        values = dates.parse_dates(column.trimmed, way)
    return _Result(values, _date_text, np.isnat(values) & column.value)


def _read_yes_no(column: Distinct, kind: str) -> _Result:
    pair = yes_no_words(column)
    table = {pair[0]: True, pair[1]: False} if pair else {}
    if not pair:  # a forced column: every word for yes or no counts
        from segmentation.reading.marks import YES_NO

        for yes, no, _ in YES_NO:
            table |= {yes: True, no: False}
    found = [table.get(word) for word in column.lower.to_pylist()]
    values = np.array([None if mark else value for value, mark in zip(found, column.mark, strict=True)], dtype=object)
    return _Result(values, lambda value: "yes" if value else "no", pd.isna(values) & column.value)


def _read_text(column: Distinct, kind: str) -> _Result:
    empty = pa.array(column.blank | column.text_mark) if kind != "text" else pa.array(column.blank)
    base = column.trimmed if kind != "text" else column.cells
    values = pc.if_else(empty, pa.scalar(None, base.type), base)
    return _Result(values, str, np.zeros(len(base), dtype=bool))


def _read_nothing(column: Distinct, kind: str) -> _Result:
    values = pa.nulls(len(column.cells), pa.large_string())
    return _Result(values, str, np.zeros(len(values), dtype=bool))


_READERS: dict[str, Callable[[Distinct, str], _Result]] = {
    "": _read_nothing,
    "text": _read_text,
    "trimmed": _read_text,
    "number": _read_number,
    "number,": _read_number,
    "yes/no": _read_yes_no,
    "date": _read_date,
}


def _date_text(value: np.datetime64) -> str:
    text = str(value.astype("datetime64[s]")).replace("T", " ")
    return text.removesuffix(" 00:00:00")


def _notes(column: Distinct, kind: str, result: _Result) -> list[Note]:
    changed, missing = result.changed(column), result.missing()
    notes = []
    marks = changed & missing & ~result.lost
    if marks.any():
        shown = _pairs(column, marks, lambda at: "missing")
        words = ", ".join(f"“{before}”" for before, _ in shown)
        count = int(column.rows[marks].sum())
        more = " …" if marks.sum() > len(shown) else ""
        what = f"{_cells(count)} with {words}{more} read as missing."
        notes.append(Note(column.name, what, count, shown, undo=column.name))
    values = changed & ~missing
    if values.any():
        count = int(column.rows[values].sum())
        shown = _pairs(column, values, lambda at: result.show(result.values[at]))
        notes.append(Note(column.name, _what(column, kind, values, count), count, shown, undo=column.name))
    return notes


def _what(column: Distinct, kind: str, changed: np.ndarray, count: int) -> str:
    if kind == "trimmed":
        return f"Blanks around the text removed in {_cells(count)}."
    if kind == "yes/no":
        return f"{_cells(count)} read as yes or no."
    if kind.startswith("date"):
        order = {"date dmy": ", day first", "date mdy": ", month first", "date serial": " (days counted by Excel)"}
        return f"{_cells(count)} read as dates{order.get(kind, '')}."
    how = " with a decimal comma" if kind.endswith(",") else ""
    cells = column.trimmed.filter(pa.array(changed))
    percent = " (percent signs removed: 12.5 % is 12.5)" if numbers.has_percent(cells).any() else ""
    signs = numbers.currencies(cells)
    money = f" (currency {', '.join(signs)} removed)" if signs else ""
    return f"{_cells(count)} read as numbers{how}{percent}{money}."


def _pairs(column: Distinct, mask: np.ndarray, after: Callable[[int], str]) -> tuple[tuple[str, str], ...]:
    places = np.flatnonzero(mask)[:3]
    return tuple((visible(column.cells[int(at)].as_py()), plain_text(after(int(at)), longest=60)) for at in places)


def _problems(column: Distinct, kind: str, result: _Result, reason: str, grid: Grid) -> list[Problem]:
    found = []
    if result.lost.any():
        rows = np.flatnonzero(result.lost[column.codes.to_numpy()])
        codes = column.codes.to_numpy()[rows[:3]]
        cells = [plain_text(column.cells[int(code)].as_py(), longest=40) for code in codes]
        where = ", ".join(
            f"line {count_text(grid.lines[row])} “{cell}”" for row, cell in zip(rows[:3], cells, strict=True)
        )
        verb = "is" if len(rows) == 1 else "are"
        wrong = (
            _WRONG[kind.rstrip(",").split(" ")[0]]
            if len(rows) > 1
            else _WRONG[kind.rstrip(",").split(" ")[0]].removesuffix("s").replace("not ", "no ")
        )
        more = " …" if len(rows) > 3 else ""
        what = f"{_cells(len(rows))} {verb} {wrong} and became missing: {where}{more}."
        found.append(Problem(column.name, what, "Correct them in the file, or keep the column as text.", fatal=False))
    if reason.startswith("mixed:"):
        _, share, example = reason.split(":", 2)
        shown = plain_text(example, longest=40)
        what = f"{share} % of its cells are numbers and the others are not (“{shown}”), so it stays text."
        found.append(
            Problem(
                column.name, what, "Correct the other cells, or choose to read the column as a number.", fatal=False
            )
        )
    if kind.startswith("number"):
        found += _mixtures(column)
    return found


def _mixtures(column: Distinct) -> list[Problem]:
    cells = column.values
    found = []
    signs = numbers.currencies(cells)
    if len(signs) > 1:
        what = f"it holds amounts in different currencies ({', '.join(signs)}); they were read as they stand."
        found.append(
            Problem(column.name, what, "Convert them to one currency before you compare customers.", fatal=False)
        )
    percent = numbers.has_percent(cells)
    if percent.any() and not percent.all():
        what = "some cells have a percent sign and others have none; all were read as they stand."
        found.append(Problem(column.name, what, "Write all of them alike.", fatal=False))
    return found


def _asks(column: Distinct, kind: str, conventions: Conventions, settings: ReadSettings) -> list[Problem]:
    """The question for a column whose numbers or dates can be read in two ways, when nothing in the file decides."""
    name = column.name
    if name in dict(settings.columns) or not kind.startswith(("date ", "number")):
        return []
    vote = votes(column)
    clear_date = vote["dmy"] != vote["mdy"]
    if kind in ("date dmy", "date mdy") and vote["?"] and not clear_date and not conventions.date_order_sure:
        first = "day" if kind == "date dmy" else "month"
        what = f"its dates can be read with the day or the month first; the {first} was taken to come first."
        return [Problem(name, what, "Choose the order of day and month under “Change how it is read”.", fatal=False)]
    unsure = vote["?."] + vote["?,"]
    clear = vote["."] != vote[","]
    if kind.startswith("number") and unsure and not clear and not conventions.decimal_sure and vote["?."]:
        shown = "1.234 was read as 1.234 (one and a bit)" if kind == "number" else "1.234 was read as 1234"
        what = f"its numbers can be read in two ways; {shown}."
        return [Problem(name, what, "Choose the decimal mark under “Change how it is read”.", fatal=False)]
    return []


def _summary(plain: list[str], blanks: list[tuple[str, int]]) -> list[Note]:
    notes = []
    if plain:
        names = ", ".join(plain_text(name, longest=40) for name in plain)
        are = "column holds" if len(plain) == 1 else "columns hold"
        notes.append(Note("Columns", f"{count_text(len(plain))} {are} plain numbers: {names}.", len(plain)))
    if blanks:
        names = ", ".join(f"{plain_text(name, longest=40)} {count_text(count)}" for name, count in blanks)
        notes.append(
            Note("Blank cells", f"Blank cells are missing values: {names}.", sum(count for _, count in blanks))
        )
    return notes


def _cells(count: int) -> str:
    return "1 cell" if count == 1 else f"{count_text(count)} cells"
