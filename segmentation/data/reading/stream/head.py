"""The first lines of a big file: its layout, its columns, and for each column the lane that its cells must keep to."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import Enum
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from segmentation.core.errors import DataProblems
from segmentation.core.tables import Note
from segmentation.data.reading import dates, numbers
from segmentation.data.reading.columns import Conventions, decide
from segmentation.data.reading.distinct import Distinct, distinct_cells
from segmentation.data.reading.gather import Grid
from segmentation.data.reading.headings import keep_headings
from segmentation.data.reading.marks import MARKS
from segmentation.data.reading.reader import grid_of
from segmentation.data.reading.remarks import column_notes
from segmentation.data.reading.settings import ReadSettings
from segmentation.data.reading.source import text_source
from segmentation.data.reading.stream.blocks import NotPlain
from segmentation.data.reading.subtotals import columns_of_text
from segmentation.data.reading.values import read_values

__all__ = ["LEAST", "LINES", "WHOLE", "WITH_FRACTION", "Column", "Head", "Lane", "find_head", "head_of_rows"]

LINES = 1_200
"""So many lines are read in full; the layout of a file is found from its first thousand."""
LEAST = 300
_FIRST = 200
"""So many different values of a column decide whether it may hold dates (`columns.decide`)."""
_CLEAR_POINT = r"^[+-]?(?:[0-9]+\.[0-9]{1,2}|0\.[0-9]+|[0-9]+\.[0-9]{4,})$"
"""Cells that only a decimal point explains, and that no column of codes has."""
WHOLE = r"^(?:0|-?[1-9][0-9]{0,14})$"
WITH_FRACTION = r"^-?(?:0|[1-9][0-9]{0,9})\.(?:[1-9]|[0-9][1-9]|[1-9][0-9]|[0-9]{3,}[1-9])$"
"""Cells that may come later in a column that began with whole numbers: a decimal point that nothing else explains."""
_CODE = re.compile(r"^([A-Za-z]{1,3}[-_]?)[0-9]+$")
_PACKED = r"^[0-9]{6}(?:[0-9]{2})?$"


class Lane(Enum):
    """What all cells of a column have to be like."""

    DECIMAL = "numbers as a computer writes them, some with a decimal point"
    WHOLE = "whole numbers without leading zeros, later perhaps with a fraction"
    CODE = "the same few letters and then digits"
    WORDS = "anything, as long as its different cells can be held in memory"


_NUMBERS = (Lane.DECIMAL, Lane.WHOLE)


@dataclass(frozen=True)
class Column:
    """One column as the first lines show it.

    first: the different cells of the first lines. prefix: the letters of a code.
    """

    name: str
    lane: Lane
    first: Distinct
    prefix: str = ""

    @cached_property
    def strays(self) -> bool:
        """Whether cells that are no numbers may follow among numbers without making dates or codes of them."""
        return _may_have_strays(self.first)


@dataclass(frozen=True)
class Head:
    """The layout of a file and its columns. texts: positions of the columns in which labels of totals are looked for.

    skip: bytes of the first block up to the first row of data. header: the cells of the first line. notes: what is said
    of the file whatever stands in it.
    """

    name: str
    settings: ReadSettings
    header: list[str]
    columns: tuple[Column, ...]
    texts: tuple[int, ...]
    skip: int
    notes: tuple[Note, ...] = ()

    @property
    def whole(self) -> list[str]:
        """The columns that began with whole numbers."""
        return [column.name for column in self.columns if column.lane is Lane.WHOLE]

    @property
    def words_only(self) -> bool:
        """Whether no column holds numbers, among which the cell of a repeated header would be found."""
        return not any(column.lane in _NUMBERS for column in self.columns)

    @property
    def separator(self) -> str:
        """What stands between two cells."""
        return str(self.settings.separator)


def find_head(block: bytes, name: str) -> Head:
    """The first block of a file of text → its `Head`; `NotPlain` where the first lines need more than that."""
    lines = block.split(b"\n", LINES)
    first = b"\n".join(lines[:LINES]) + b"\n" if len(lines) > LINES else block
    try:
        settings, header, grid = _first_rows(first, name)
    except DataProblems:  # `read` says it of the whole file
        raise NotPlain from None
    if b'"' in lines[0] or b"\r" in lines[0].rstrip(b"\r"):
        raise NotPlain
    return head_of_rows(Head(name, settings, header, (), (), len(lines[0]) + 1), grid)


def head_of_rows(head: Head, grid: Grid) -> Head:
    """The head of a file with its columns as the first rows show them; `NotPlain` where a row may be something else."""
    columns = tuple(_column(name, cells) for name, cells in zip(grid.names, grid.columns, strict=True))
    texts = tuple(columns_of_text(grid))
    if any(columns[at].lane in _NUMBERS for at in texts):
        raise NotPlain
    numbers = [cell for cell, column in zip(head.header, columns, strict=True) if column.lane in _NUMBERS]
    if numbers and all(map(_is_number, numbers)):
        raise NotPlain  # a repeated header could not be told from a row
    return replace(head, columns=columns, texts=texts)


def _first_rows(first: bytes, name: str) -> tuple[ReadSettings, list[str], Grid]:
    """The first lines → how they are read, their header, and the rows; the header on line 1 with a name a column."""
    source = text_source(first, name, ReadSettings())
    settings = source.settings
    plain = settings.encoding == "utf-8" and settings.quote == '"' and settings.separator in (",", ";", "\t", "|")
    if not plain or source.notes or source.problems or source.questions:
        raise NotPlain
    whole, grid, _, header_line = grid_of(source, name, lambda share, text: None)
    header, rows = source.head[0][1], grid.rows
    keep_headings(grid)
    if whole is not source or header_line != 1 or grid.rows != rows or rows < LEAST:
        raise NotPlain
    if len(grid.names) != len(header) or len(header) < 2 or not all(cell.strip() for cell in header):
        raise NotPlain
    return settings, header, grid


def _is_number(cell: str) -> bool:
    """Whether a cell could stand in a column of numbers."""
    try:
        float(cell)
    except ValueError:
        return not re.search("[A-Za-z]", cell) or cell.strip().lower() in MARKS
    return True


def _column(name: str, cells: pa.LargeStringArray) -> Column:
    first = distinct_cells(name, cells, ReadSettings())
    if len(first.values) and not first.zero.any():
        if (lane := _lane_of_numbers(first)) is not None:
            return Column(name, lane, first)
        if prefix := _prefix_of_codes(first):
            return Column(name, Lane.CODE, first, prefix)
    return Column(name, Lane.WORDS, first)


_POINT = Conventions(".", True, "dmy", True)


def _lane_of_numbers(first: Distinct) -> Lane | None:
    """The lane of a column of numbers that later numbers cannot make dates, codes or numbers with a comma; else None.

    A date needs every cell to be one, a code needs that no cell has a decimal point: one cell that is none settles it.
    """
    values = first.written.read(".")
    if not first.written.plain.all() or not np.isfinite(values).all():
        return None
    if not decide(first, ReadSettings(), _POINT).kind.startswith("number") or _could_be_dates(first, values):
        return None
    if pc.any(pc.match_substring_regex(first.values, _CLEAR_POINT)).as_py():
        return Lane.DECIMAL
    return Lane.WHOLE if pc.all(pc.match_substring_regex(first.values, WHOLE)).as_py() else None


def _could_be_dates(first: Distinct, values: np.ndarray) -> bool:
    """Whether every cell so far could be a date packed into digits, or one that is counted."""
    packed = pc.all(pc.match_substring_regex(first.values, _PACKED)).as_py()
    if packed and not all(np.isnat(dates.parse_dates(first.values, order)).any() for order in ("yyyymmdd", "yymmdd")):
        return True
    counted = (
        dates.parse_serials(values),
        dates.parse_unix(values, per_second=1),
        dates.parse_unix(values, per_second=1_000),
    )
    return not all(np.isnat(moments).any() for moments in counted)


def _may_have_strays(first: Distinct) -> bool:
    """Whether the first values say that the column holds no dates, whatever words come later."""
    cells = first.values.slice(0, _FIRST)
    shares = [np.isnat(dates.parse_dates(cells, order)).mean() for order in ("dmy", "mdy")]
    return min(shares) == 1.0 or (len(cells) == _FIRST and min(shares) > 0.5)


def _prefix_of_codes(first: Distinct) -> str:
    """The letters that all cells begin with, where digits follow and nobody could take them for a number or date."""
    cells = first.values.to_pylist()
    match = _CODE.match(cells[0])
    prefix = match.group(1) if match else ""
    if not prefix or len(cells) < _FIRST or re.fullmatch(f"(?i:{numbers.CURRENCY})[-_]?", prefix):
        return ""
    if not all(cell.startswith(prefix) and cell[len(prefix) :].isdigit() and cell.isascii() for cell in cells):
        return ""
    decision = decide(first, ReadSettings(), _POINT)
    notes = column_notes(first, decision, read_values(first, decision.kind))
    return prefix if decision.kind == "trimmed" and not decision.mixed and not any(note.kind for note in notes) else ""
