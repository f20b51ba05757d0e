"""Further heading lines below the names: labels (as surveys have them), units, years, what a machine wrote there."""

from __future__ import annotations

import re

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from segmentation.core.tables import Note
from segmentation.core.text import count_text, plain_text
from segmentation.data.reading.dates import looks_like_date
from segmentation.data.reading.gather import Grid
from segmentation.data.reading.marks import MARKS
from segmentation.data.reading.numbers import CURRENCY, looks_like_number, parse_numbers

__all__ = ["keep_headings", "leave_out_repeated"]

_UNIT = (
    rf"{CURRENCY}|%|percent|prozent|kg|g|t|km|m|cm|l|pcs|pieces|stück|count|anzahl|number|numeric|integer|int|float|"
    r"text|string|date|dd[./-]mm[./-]yyyy|mm/dd/yyyy|yyyy-mm-dd|"
    r"(?:day|month|year|week|hour|minute|second)s?|tage?|monate?|jahre?|wochen?|stunden?|min|sec|s|h|d|-|n/a"
)
_UNITS = re.compile(
    rf"^(?:[\[(].{{1,20}}[\])]|(?:per )?(?:{_UNIT})(?: ?(?:/|per|pro|p\.) ?\w{{1,10}})?)$", re.IGNORECASE
)
_NO_UNIT = {"number", "numeric", "integer", "int", "float", "text", "string", "date", "-", "n/a", "count", "anzahl"}
_IMPORT = '{"ImportId"'
_YEAR = re.compile(r"^(?:19|20)[0-9]{2}$")
_SAMPLE = 200
_MOST = 3


def keep_headings(grid: Grid) -> None:
    """Take heading lines directly below the names out of the rows; labels and units stay in `grid.labels`, `.units`.

    A line is one when, in most columns that hold numbers or dates below, it holds words, a unit, or the same years with
    the columns of text left blank.
    """
    if grid.rows < 3:
        return
    start = min(_MOST, grid.rows - 2)
    counted = [at for at, cells in enumerate(grid.columns) if _is_counted(cells.slice(start, _SAMPLE))]
    found: list[str] = []
    machine = [at for at in range(start) if any(cell.startswith(_IMPORT) for cell in grid.row(at))]
    for at in range(start):
        row = [cell.strip() for cell in grid.row(at)]
        kind = "machine" if at in machine else _kind_of(row, counted, after_heading=bool(found) or bool(machine))
        if not kind and not (machine and at < machine[-1]):
            break
        found.append(kind or "labels")
        _remember(grid, row, found[-1])
    if not found:
        return
    if found == ["units"]:
        what = f"The line of units below the header was left out (line {count_text(grid.lines[0])})."
        shown = plain_text(" | ".join(cell.strip() for cell in grid.row(0) if cell.strip()), longest=80)
        note = Note("Rows", what, 1, ((shown, "left out"),), undo="total row")
    else:
        lines = ", ".join(count_text(grid.lines[at]) for at in range(len(found)))
        are = "1 further heading line" if len(found) == 1 else f"{len(found)} further heading lines"
        kept = " and ".join(kind for kind in ("labels", "units") if kind in found)
        what = f"{are} below the names (line {lines}): no row of data" + (f"; {kept} are kept." if kept else ".")
        note = Note("Header", what, len(found), undo="total row")
    grid.notes.append(note)
    grid.keep_rows(np.arange(grid.rows) >= len(found))


def _kind_of(row: list[str], counted: list[int], *, after_heading: bool) -> str:
    """What a line below the names is: units, labels, years, or "" for a row of data."""
    filled = [cell for cell in row if cell]
    here = [row[at] for at in counted if row[at]]
    if not filled or not counted:
        return ""
    units = all(map(_UNITS.match, filled)) and not all(cell in ("-", "n/a") for cell in filled)
    if units and 2 * len(here) >= len(counted) and not any(map(looks_like_number, filled)):
        return "units"
    if len(counted) < 2 or 3 * len(here) < 2 * len(counted):
        return ""
    if not any(looks_like_number(cell) or looks_like_date(cell) or cell.lower() in MARKS for cell in here):
        return "labels"
    rest = [row[at] for at in range(len(row)) if at not in counted]
    if after_heading and not any(rest) and all(map(_YEAR.match, here)):
        return "years"
    return ""


def _remember(grid: Grid, row: list[str], kind: str) -> None:
    for name, cell in zip(grid.names, row, strict=True):
        if kind == "units" and cell and cell.lower() not in _NO_UNIT:
            grid.units[name] = cell.strip("[]() ")
        elif kind == "labels" and cell:
            grid.labels[name] = " ".join(cell.split())


def _is_counted(cells: pa.Array) -> bool:
    trimmed = pc.utf8_trim_whitespace(cells)
    filled = trimmed.filter(pc.not_equal(trimmed, ""))
    if not len(filled):
        return False
    most = max(int(np.isfinite(parse_numbers(filled, mark)).sum()) for mark in ".,")
    return most >= 0.9 * len(filled) or sum(map(looks_like_date, filled.to_pylist())) >= 0.9 * len(filled)


def leave_out_repeated(grid: Grid, header: list[str]) -> None:
    """Drop rows that repeat the header in other case, with blanks or with a mark of byte order before it."""
    wanted = [_plain(cell) for cell in header]
    if not wanted or not wanted[0] or not grid.rows:
        return
    first = pc.utf8_lower(pc.utf8_trim(grid.columns[0], " \t\ufeff\u200b"))
    places = np.flatnonzero(pc.equal(first, wanted[0]).to_numpy(zero_copy_only=False))
    gone = [int(at) for at in places if [_plain(cell) for cell in grid.row(int(at))] == wanted]
    if not gone:
        return
    lines = ", ".join(count_text(grid.lines[at]) for at in gone[:8]) + (" …" if len(gone) > 8 else "")
    are = "1 line between the rows repeats" if len(gone) == 1 else f"{count_text(len(gone))} lines repeat"
    what = f"{are} the header in another spelling and {'was' if len(gone) == 1 else 'were'} left out (line {lines})."
    grid.notes.append(Note("Rows", what, len(gone), kind="headings"))
    keep = np.ones(grid.rows, dtype=bool)
    keep[gone] = False
    grid.keep_rows(keep)


def _plain(cell: str) -> str:
    return " ".join(cell.strip(" \t\ufeff\u200b").lower().split())
