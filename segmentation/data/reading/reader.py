"""`read`: bytes of a file → a typed table, and everything that was done to get there."""

from __future__ import annotations

import hashlib
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pandas as pd
import pyarrow.compute as pc

from segmentation.core.errors import Problem
from segmentation.core.settings import Progress
from segmentation.core.tables import Note, Table
from segmentation.core.text import agree, count_text, counted, plain_text
from segmentation.data.reading import layout
from segmentation.data.reading.columnar import frame_grid, parquet_grid
from segmentation.data.reading.convert import convert
from segmentation.data.reading.gather import MOST_LEFT_OUT, Grid, TooManyLines, name_columns
from segmentation.data.reading.guards import kind_of_file, refuse
from segmentation.data.reading.headings import keep_headings, leave_out_pages, leave_out_repeated
from segmentation.data.reading.inputs import Readable, opened
from segmentation.data.reading.outline import repeat_values
from segmentation.data.reading.records import Refused
from segmentation.data.reading.rows import Header, gathered
from segmentation.data.reading.settings import ReadSettings
from segmentation.data.reading.source import Record, Source, text_source
from segmentation.data.reading.subtotals import leave_out_subtotals
from segmentation.data.reading.summary_rows import leave_out_footnotes, leave_out_totals, totals_inside
from segmentation.data.reading.tables_inside import beside_each_other, find_regions, narrowed
from segmentation.data.reading.values import text_series

__all__ = ["MOST_LOOKED_THROUGH", "grid_of", "read", "refused_problem", "sheets"]

MOST_LOOKED_THROUGH = 200_000
"""Rows among which a further table is looked for."""


def read(
    data: Readable, name: str = "", settings: ReadSettings = ReadSettings(), progress: Progress | None = None
) -> Table:
    """A CSV, Excel or Parquet file (its path or its bytes), or a table in memory → a `Table` with typed columns.

    name: what the table is called; the name of the file, unless it is given. settings: how it is read; what they leave
    open is found out. Everything is read as text first; columns are converted one by one and each conversion is a note
    with examples. Lines that do not fit are refused with their number, never shifted. The settings of the table are
    complete:
    `read(next_month, name, table.settings)` reads the next file of that form in the same way.

    Raises `DataProblems`, one sentence with a remedy each, for a file that cannot be read.
    """
    tell = progress or (lambda share, text: None)
    tell(0.0, "Looking at the file")
    data, name = opened(data, name)
    kind = "frame" if isinstance(data, pd.DataFrame) else kind_of_file(data, name)
    digest = _digest_of(data)
    if isinstance(data, pd.DataFrame) or kind == "parquet":
        source = Source([], lambda first, width, refused: iter(()), settings)
        grid = frame_grid(data, name) if isinstance(data, pd.DataFrame) else parquet_grid(data, name)
        problems, header_line = list[Problem](), 1
    else:
        source, tell = (
            (text_source(data, name, settings), tell) if kind == "text" else _workbook(data, name, settings, tell)
        )
        source, grid, problems, header_line = grid_of(source, name, tell)
    keep_totals = settings.total_rows is False
    if not keep_totals:
        if header_line:
            keep_headings(grid)
        leave_out_pages(grid)
        leave_out_footnotes(grid)
        leave_out_totals(grid)
        leave_out_subtotals(grid)
        leave_out_totals(grid, last=True)
        problems += totals_inside(grid)
    asked, questions = repeat_values(grid, settings.blanks_below) if header_line else ([], [])
    problems += asked
    done = convert(grid, source.settings, lambda share, text: tell(0.6 + 0.4 * share, text))
    text = {name: text_series(cells) for name, cells in zip(grid.names, grid.columns, strict=True)}
    tell(1.0, f"{count_text(grid.rows)} rows, {count_text(len(grid.names))} columns")
    return Table(
        name=name,
        frame=done.frame,
        text=pd.DataFrame(text, copy=False),
        notes=(*source.notes, *grid.notes, *done.notes),
        problems=(*source.problems, *problems, *done.problems),
        settings=replace(
            done.settings,
            header_row=header_line,
            total_rows=not keep_totals,
            short_lines=settings.short_lines or "refuse",
        ),
        refused=pd.DataFrame(grid.refused.rows, columns=["line", "reason", "text"]),
        sha256=digest.result(),
        questions=(*source.questions, *questions, *done.questions),
        labels=grid.labels,
        units=grid.units | done.units,
    )


def _digest_of(data: bytes | pd.DataFrame) -> Future[str]:
    """The sha256 of a file, computed beside the reading; "" for a table in memory."""
    pool = ThreadPoolExecutor(1)
    digest = pool.submit(lambda: hashlib.sha256(data).hexdigest() if isinstance(data, bytes) else "")
    pool.shutdown(wait=False)
    return digest


def sheets(data: bytes, name: str) -> tuple[str, ...]:
    """The names of the sheets of a workbook, in order; empty for any other kind of file."""
    from segmentation.data.reading.workbook import sheet_names  # openpyxl, which text does not need

    return sheet_names(data, name) if kind_of_file(data, name) == "xlsx" else ()


def _workbook(data: bytes, name: str, settings: ReadSettings, tell: Progress) -> tuple[Source, Progress]:
    """The records of a workbook, and what is left of the progress bar: half of it was for finding them."""
    from segmentation.data.reading.workbook import workbook_source

    source = workbook_source(data, name, settings, lambda share, text: tell(share / 2, text))
    return source, lambda share, text: tell(0.5 + share / 2, text)


def _header(source: Source, name: str) -> Header:
    header_row = _header_place(source, name)
    typical = layout.typical_width([row for _, row in source.head[header_row + 1 :]])
    if header_row < 0:
        return Header(0, header_row, [], typical, typical, None, [])
    line, cells = source.head[header_row]
    cells = _without_empty_end(cells, typical)
    grouped = layout.group_names(source.head[header_row - 1][1] if header_row else [], cells)
    notes = _titles(source.head[: header_row - 1 if grouped else header_row], line)
    return Header(line, header_row, cells, len(cells), typical, grouped, notes)


def grid_of(source: Source, name: str, tell: Progress) -> tuple[Source, Grid, list[Problem], int]:
    """The records below the header as columns of text with their names, and the line of the header (0: none).

    Where several tables stand in the sheet, the source of the one that was read comes back.
    """
    settings = source.settings
    whole = settings.table is None and settings.header_row is None
    if settings.table or (whole and beside_each_other(source.head)):
        source, whole = _one_table(source, name), False
    header = _header(source, name)
    grid = _gathered(source, header, tell, name)
    if whole and (header.row > 2 or _has_gaps(grid)) and (inside := _one_table(source, name)) is not source:
        source, header = inside, _header(inside, name)
        grid = _gathered(source, header, tell, name)
    problems: list[Problem] = []
    if not header.cells:
        what = f"no header line was found, so the columns are called Column 1 to Column {header.width}."
        fix = "Add a line with names, or choose the header line."
        problems.append(Problem("Header", what, fix, False, by="--read header_row=LINE"))
    leave_out_repeated(grid, header.cells)
    _check_rows(grid, name, header.width, header.typical, header.line)
    kept = _drop_blank_columns(grid, header.cells)
    if header.grouped:
        grid.notes += _groups(header.cells, header.grouped)
    names = header.grouped or header.cells
    grid.names, renamed = name_columns([names[at] if names else f"Column {at + 1}" for at in kept], kept)
    grid.notes += renamed
    if grid.refused.count:
        problems.append(refused_problem(grid.refused, grid.rows))
    if len(grid.names) == 1:
        what = "only one column was found."
        fix = "If the file has more, export it with commas, or choose the separator."
        problems.append(Problem("Columns", what, fix, False, by="--read separator=MARK"))
    return source, grid, problems, header.line


def _one_table(source: Source, name: str) -> Source:
    """The source with the table of the sheet that is to be read; the same source where there is one."""
    return narrowed(source, find_regions(list(source.open(0, 0, Refused()))), name) or source


def _has_gaps(grid: Grid) -> bool:
    """Whether lines are missing between the rows, below which a further table may begin."""
    left_out = grid.refused.count > 0 or bool((np.diff(grid.lines) > 1).any())
    return left_out and grid.rows + grid.refused.count <= MOST_LOOKED_THROUGH


def _header_place(source: Source, name: str) -> int:
    """Position of the header among the first records; −1 when there is none."""
    wanted = source.settings.header_row
    if wanted == 0:
        return -1
    if wanted is None:
        header_row = layout.find_header([row for _, row in source.head])
        return -1 if header_row is None else header_row
    for header_row, (line, row) in enumerate(source.head):
        if line >= wanted and layout.filled(row):
            return header_row
    what = f"has no line {count_text(wanted)} for the header."
    raise refuse(name, what, "Choose an earlier line.", "--read header_row=LINE")


def _without_empty_end(header: list[str], typical: int) -> list[str]:
    """The header without blank cells at its end that the rows do not have."""
    last = len(header)
    while typical and last > typical and not header[last - 1].strip():
        last -= 1
    return header[:last]


def _titles(above: list[Record], header_line: int) -> list[Note]:
    shown = [(line, " | ".join(cell.strip() for cell in row if cell.strip())) for line, row in above]
    texts = [(plain_text(text, longest=60), "left out") for _, text in shown if text]
    if not texts:
        return []
    what = f"The header is on line {count_text(header_line)}; {counted(len(texts), 'line')} above it left out."
    return [Note("Header", what, len(texts), tuple(texts[:3]))]


def _gathered(source: Source, header: Header, tell: Progress, name: str) -> Grid:
    try:
        return gathered(source, header, tell)
    except TooManyLines as error:
        what = f"has more than {count_text(MOST_LEFT_OUT)} lines that {error}."
        raise refuse(name, what, "Delete these lines, or save the table afresh.") from None


def _groups(header: list[str], grouped: list[str]) -> list[Note]:
    """What the line above the names gave: a part of the names that are repeated, a name where there is none."""
    pairs = [(name.strip(), full) for name, full in zip(header, grouped, strict=True) if name != full]
    repeated, nameless = [pair for pair in pairs if pair[0]], [pair for pair in pairs if not pair[0]]
    words = (
        (repeated, ("column with a repeated name", "columns with repeated names"), "part of "),
        (nameless, ("column without a name", "columns without a name"), ""),
    )
    return [
        Note(
            "Header",
            f"{counted(len(those), *kinds)} got the heading above {agree(len(those), 'it', 'them')} as "
            f"{part}{agree(len(those), 'its', 'their')} name.",
            len(those),
            tuple((plain_text(name, longest=40), plain_text(full, longest=60)) for name, full in those[:3]),
        )
        for those, kinds, part in words
        if those
    ]


def _drop_blank_columns(grid: Grid, header: list[str]) -> list[int]:
    """Drop columns without a name and without a value; positions of the columns that stay."""
    kept: list[int] = []
    dropped: list[int] = []
    for index, cells in enumerate(grid.columns):
        named = not header or header[index].strip()
        blank = not named and pc.all(pc.equal(pc.utf8_trim_whitespace(cells), "")).as_py() is not False
        (dropped if blank else kept).append(index)
    if dropped:
        grid.columns = [grid.columns[index] for index in kept]
        where = ", ".join(str(index + 1) for index in dropped)
        were = counted(len(dropped), "column without a name and values was", "columns without a name and values were")
        what = f"{were} left out (position {where})."
        grid.notes.append(Note("Columns", what, len(dropped)))
    return kept


def _check_rows(grid: Grid, name: str, width: int, typical: int, header_line: int) -> None:
    """Stop when there is nothing to read, or when most lines do not fit the header."""
    refused = grid.refused.count
    if refused > grid.rows and refused > 1:
        what = (
            f"does not fit its header: line {count_text(header_line)} has {count_text(width)} cells, "
            f"and {count_text(refused)} of {count_text(refused + grid.rows)} lines have another number of them"
        )
        what += f" (most often {count_text(typical)})." if typical != width else "."
        fix = "Give every column a name, one each, or choose the separator or the header line."
        raise refuse(name, what, fix, "--read separator=MARK or --read header_row=LINE")
    if grid.rows == 0:
        raise refuse(name, "has a header but no rows below it.", "Add at least one row a customer and upload it again.")


def refused_problem(refused: Refused, rows: int) -> Problem:
    """What is said of the refused lines of a file of which so many rows were read."""
    line, reason, _ = refused.rows[0]
    were = counted(refused.count, "line was", "lines were")
    what = f"{were} refused and {count_text(rows)} read; the first is line {count_text(line)} ({reason})."
    return Problem(
        "Rows",
        what,
        "Correct the lines in the file if they matter.",
        False,
        "refused",
        refused.count,
    )
