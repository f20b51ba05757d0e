"""Further heading lines below the names: labels (as surveys have them), units, years, what a machine wrote there."""

from __future__ import annotations

import re

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from segmentation.core.tables import Note
from segmentation.core.text import agree, count_text, counted, listed, plain_text
from segmentation.data.reading.dates import looks_like_date
from segmentation.data.reading.gather import Grid
from segmentation.data.reading.marks import MARKS
from segmentation.data.reading.numbers import CURRENCY, filled_cells, looks_like_number, share_of_numbers

__all__ = ["AROUND", "keep_headings", "leave_out_pages", "leave_out_repeated"]

AROUND = " \t\ufeff\u200b"
"""What may stand around the cells of a header that is repeated."""
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
_PAGE = (
    r"(?i)^\W*(?:page|seite|página|pagina|strona|strana|stránka|oldal|sayfa|sivu|sida|side|страница|стр\.?|σελίδα|第?)"
    r"\s*[0-9]+\s*(?:(?:of|von|de|di|van|z|ze|/|из|από|av|af|ページ|页|頁)\s*[0-9]*\s*(?:ページ|页|頁)?)?\W*$"
)
_SAMPLE = 200
_MOST = 3


def keep_headings(grid: Grid) -> None:
    """Take heading lines directly below the names out of the rows; labels and units stay in `grid.labels`, `.units`.

    A line is one when, in most columns that hold numbers or dates below, it holds words, a unit, or the same years with
    the columns of text left blank.
    """
    if grid.rows < 3:
        return
    _name_the_index(grid)
    kinds = _kinds_of_lines(grid)
    for at, kind in enumerate(kinds):
        _remember(grid, [cell.strip() for cell in grid.row(at)], kind)
    if not kinds:
        return
    grid.notes.append(_units_note(grid) if kinds == ["units"] else _headings_note(grid, kinds))
    grid.keep_rows(np.arange(grid.rows) >= len(kinds))


def _name_the_index(grid: Grid) -> None:
    """Take the name of the index from a line below the other names, where tables of pandas have it."""
    row = [cell.strip() for cell in grid.row(0)]
    if grid.names[0] != "Column 1" or not row[0] or any(row[1:]) or _can_be_data(row[0]) or len(row) < 2:
        return
    if row[0] in grid.names or any(sum(map(bool, grid.row(at))) < 2 for at in range(1, min(grid.rows, _SAMPLE))):
        return
    what = f"Line {count_text(grid.lines[0])} holds only the name of the first column: no row of data."
    grid.notes.append(Note("Header", what, 1, undo="total row"))
    grid.names[0] = row[0]
    grid.keep_rows(np.arange(grid.rows) >= 1)


def _kinds_of_lines(grid: Grid) -> list[str]:
    """The kind of each heading line below the names; what stands above a line that a machine wrote is one too."""
    most = min(_MOST, grid.rows - 2)
    measured = [at for at, cells in enumerate(grid.columns) if _is_counted(cells.slice(most, _SAMPLE))]
    machine = [at for at in range(most) if any(cell.startswith(_IMPORT) for cell in grid.row(at))]
    kinds: list[str] = []
    for at in range(most):
        row = [cell.strip() for cell in grid.row(at)]
        kind = "machine" if at in machine else _kind_of(row, measured, after_heading=bool(kinds) or bool(machine))
        if not kind and not (machine and at < machine[-1]):
            break
        kinds.append(kind or "labels")
    return kinds


def _units_note(grid: Grid) -> Note:
    what = f"The line of units below the header was left out (line {count_text(grid.lines[0])})."
    shown = plain_text(" | ".join(cell.strip() for cell in grid.row(0) if cell.strip()), longest=80)
    return Note("Rows", what, 1, ((shown, "left out"),), undo="total row")


def _headings_note(grid: Grid, kinds: list[str]) -> Note:
    lines = ", ".join(count_text(line) for line in grid.lines[: len(kinds)])
    kept = listed(kind for kind in ("labels", "units") if kind in kinds)
    what = f"{counted(len(kinds), 'further heading line')} below the names (line {lines}): no row of data"
    return Note("Header", what + (f"; {kept} are kept." if kept else "."), len(kinds), undo="total row")


def _kind_of(row: list[str], measured: list[int], *, after_heading: bool) -> str:
    """What a line below the names is: units, labels, years, or "" for a row of data.

    measured: positions of the columns that hold numbers or dates below.
    """
    above_numbers = [row[at] for at in measured if row[at]]
    if 2 * len(above_numbers) >= len(measured) > 0 and _are_units([cell for cell in row if cell]):
        return "units"
    if len(measured) < 2 or 3 * len(above_numbers) < 2 * len(measured):
        return ""
    if not any(map(_can_be_data, above_numbers)):
        return "labels"
    beside = [cell for at, cell in enumerate(row) if at not in measured]
    years = after_heading and not any(beside) and all(map(_YEAR.match, above_numbers))
    return "years" if years else ""


def _are_units(cells: list[str]) -> bool:
    """Whether all cells are units, at least one of which tells something."""
    units = all(map(_UNITS.match, cells)) and not any(map(looks_like_number, cells))
    return units and any(cell not in ("-", "n/a") for cell in cells)


def _can_be_data(cell: str) -> bool:
    return looks_like_number(cell) or looks_like_date(cell) or cell.lower() in MARKS


def _remember(grid: Grid, row: list[str], kind: str) -> None:
    for name, cell in zip(grid.names, row, strict=True):
        if kind == "units" and cell and cell.lower() not in _NO_UNIT:
            grid.units[name] = cell.strip("[]() ")
        elif kind == "labels" and cell:
            grid.labels[name] = " ".join(cell.split())


def _is_counted(cells: pa.Array) -> bool:
    """Whether nearly all cells that are filled are numbers, or nearly all are dates."""
    filled = filled_cells(cells)
    dated = len(filled) > 0 and sum(map(looks_like_date, filled.to_pylist())) >= 0.9 * len(filled)
    return share_of_numbers(filled) >= 0.9 or dated


def leave_out_repeated(grid: Grid, header: list[str]) -> None:
    """Drop rows that repeat the header in other case, with blanks or with a mark of byte order before it."""
    wanted = [_plain(cell) for cell in header]
    if not wanted or not wanted[0] or not grid.rows:
        return
    places = grid.rows_of(0, lambda cells: pc.equal(pc.utf8_lower(pc.utf8_trim(cells, AROUND)), wanted[0]))
    gone = [int(at) for at in places if [_plain(cell) for cell in grid.row(int(at))] == wanted]
    if not gone:
        return
    lines = ", ".join(count_text(grid.lines[at]) for at in gone[:8]) + (" …" if len(gone) > 8 else "")
    repeat = counted(len(gone), "line between the rows repeats", "lines repeat")
    were = agree(len(gone), "was", "were")
    what = f"{repeat} the header in another spelling and {were} left out (line {lines})."
    grid.notes.append(Note("Rows", what, len(gone), kind="headings"))
    keep = np.ones(grid.rows, dtype=bool)
    keep[gone] = False
    grid.keep_rows(keep)


def _plain(cell: str) -> str:
    return " ".join(cell.strip(AROUND).lower().split())


def _number_pages(cells: pa.Array) -> pa.Array:
    return pc.and_(pc.match_substring_regex(cells, _PAGE), pc.match_substring_regex(cells, r"[^0-9\s]"))


def leave_out_pages(grid: Grid) -> None:
    """Drop lines between the rows that only number a page (Page 2 of 3) and leave all other cells blank."""
    if len(grid.columns) < 2 or not grid.rows:
        return
    pages = grid.rows_of(0, _number_pages)
    gone = [int(at) for at in pages if not any(cell.strip() for cell in grid.row(int(at))[1:])]
    if not gone or len(gone) * 2 > grid.rows:
        return
    lines = ", ".join(count_text(grid.lines[at]) for at in gone[:8]) + (" …" if len(gone) > 8 else "")
    what = f"{counted(len(gone), 'line that only numbers a page was', 'lines that only number pages were')} left out "
    examples = ((plain_text(grid.row(gone[0])[0], longest=40), "left out"),)
    grid.notes.append(Note("Rows", f"{what}(line {lines}).", len(gone), examples, "total row", "left out"))
    keep = np.ones(grid.rows, dtype=bool)
    keep[gone] = False
    grid.keep_rows(keep)
