"""Excel workbooks (.xlsx), read with python-calamine after the archive was found to be safe.

calamine, not openpyxl: it reads half a million rows in seconds where openpyxl takes a minute. It unpacks without
limits of its own, though, and holds a sheet as a full rectangle, so `archive` looks at every part of it first.
"""

from __future__ import annotations

import datetime
import io
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import chain, islice
from typing import Any

import python_calamine as calamine

from segmentation.core.progress import part
from segmentation.core.settings import Progress
from segmentation.core.tables import Note
from segmentation.core.text import count_text, plain_text
from segmentation.data.reading.archive import DAMAGED, check_archive
from segmentation.data.reading.guards import check_width, refuse
from segmentation.data.reading.joined_sheets import ALL_SHEETS, MOST_SHEETS, join_sheets
from segmentation.data.reading.layout import SAMPLE_RECORDS
from segmentation.data.reading.records import Refused
from segmentation.data.reading.settings import ReadSettings
from segmentation.data.reading.sheet_marks import SheetMarks, apply_marks, sheet_marks
from segmentation.data.reading.source import Record, Source

__all__ = ["sheet_names", "workbook_source"]


def sheet_names(data: bytes, name: str) -> tuple[str, ...]:
    """The names of the sheets in order; raises `DataProblems` for an archive that is no workbook or not safe."""
    check_archive(data, name)
    return tuple(_open(data, name).sheet_names)


def workbook_source(data: bytes, name: str, settings: ReadSettings, tell: Progress) -> Source:
    """The records of one sheet: the one that the settings name, or the first visible one with two rows and two columns.

    A sheet with a single column, such as a cover, is read only when there is no other. tell: hears which sheet of a
    long workbook it is at.
    """
    errors = check_archive(data, name, part(tell, 0.0, 0.5))
    book = _open(data, name)
    sheet = _choose(book, None if settings.sheet == ALL_SHEETS else settings.sheet, name)

    others = _others(book, sheet, settings)
    marks_of = sheet_marks(data)
    rows, notes, from_1904 = _read_sheet(book, marks_of, sheet, name)

    def read(other: str) -> list[Record]:
        number, last = others.index(other) + 2, len(others) + 1
        tell(0.5 + 0.5 * number / last, f"Reading sheet {count_text(number)} of {count_text(last)}")
        return _read_sheet(book, marks_of, other, name)[0]

    joined = join_sheets(rows, sheet, read, others)
    rows, taken = joined.rows, ALL_SHEETS if joined.sheets else sheet
    if not rows:
        raise refuse(name, "has no cells that hold anything.", "Upload a workbook with a header and at least one row.")
    check_width(max(len(row) for _, row in rows[:SAMPLE_RECORDS]), name)

    def open_records(first: int, width: int, refused: Refused) -> Iterator[Record]:
        return (record for record in rows if record[0] >= first)

    notes += joined.notes
    not_read = [other for other in book.sheet_names if other != sheet]
    if not_read and not joined.sheets:
        listed = ", ".join(f"“{plain_text(other, longest=40)}”" for other in not_read[:8])
        notes.append(Note("Sheet", f"Read from the sheet “{plain_text(sheet, longest=40)}”; the others are {listed}."))
    if errors:
        notes.append(
            Note("Sheet", f"Cells with a formula error, read as missing values: {count_text(errors)}.", errors)
        )
    complete = replace(settings, sheet=taken, days_from=settings.days_from or ("1904" if from_1904 else None))
    return Source(list(islice(rows, SAMPLE_RECORDS)), open_records, complete, notes, questions=joined.questions)


def _read_sheet(
    book: Any, marks_of: Callable[[str], SheetMarks], sheet: str, name: str
) -> tuple[list[Record], list[Note], bool]:
    """The rows of a sheet as a person sees them, what was done to them, and whether its days count from 1904."""
    rows = [(line, [_text(cell) for cell in row]) for line, row in _rows(book, sheet, name)]
    marks = marks_of(sheet)
    return rows, apply_marks(rows, marks), marks.from_1904


def _others(book: Any, sheet: str, settings: ReadSettings) -> list[str]:
    """The first visible sheets that may go on with the table of the first; none where one sheet was chosen."""
    if settings.sheet not in (None, ALL_SHEETS):
        return []
    shown = calamine.SheetVisibleEnum.Visible
    names = (about.name for about in book.sheets_metadata if about.visible == shown and about.name != sheet)
    return list(islice(names, MOST_SHEETS))


def _open(data: bytes, name: str) -> Any:
    try:
        return calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    except BaseException as error:
        raise _damaged(error, name) from error


def _rows(book: Any, sheet: str, name: str) -> Iterator[tuple[int, list[Any]]]:
    """(row number, cells) of a sheet, blank rows and columns before the first cell included."""
    try:
        cells = book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
    except BaseException as error:
        raise _damaged(error, name) from error
    return enumerate(cells, start=1)


def _damaged(error: BaseException, name: str) -> BaseException:
    """A sentence for what calamine raises, a panic of its Rust code included; anything else is passed on."""
    if isinstance(error, MemoryError):
        return error
    if isinstance(error, Exception) or type(error).__name__ == "PanicException":
        return refuse(name, "cannot be read as a workbook: it is damaged or protected by a password.", DAMAGED)
    return error


def _choose(book: Any, wanted: str | None, name: str) -> str:
    names = book.sheet_names
    if wanted is not None:
        if wanted not in names:
            listed = ", ".join(f"“{plain_text(sheet, longest=40)}”" for sheet in names[:10])
            raise refuse(name, f"has no sheet “{plain_text(wanted, longest=40)}”.", f"Choose one of {listed}.")
        return wanted
    visible = [about.name for about in book.sheets_metadata if about.visible == calamine.SheetVisibleEnum.Visible]
    written = ""
    for sheet in chain(visible, names):
        cells = book.get_sheet_by_name(sheet)
        if cells.height > 1 and cells.width > 1:
            return str(sheet)
        written = written or (sheet if cells.height > 0 else "")
    if written:
        return written
    raise refuse(name, "has no sheet that holds anything.", "Upload a workbook with a header and at least one row.")


def _text(cell: Any) -> str:
    """A cell as the text that a person would type: whole numbers without a point, dates as ISO."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return f"{cell:.0f}" if cell.is_integer() and abs(cell) < 1e21 else repr(cell)
    if isinstance(cell, datetime.timedelta):  # more than a day is not written "1 day, 2:00:00"
        minutes, seconds = divmod(round(cell.total_seconds()), 60)
        return f"{minutes // 60}:{minutes % 60:02d}:{seconds:02d}"
    if isinstance(cell, datetime.datetime):
        return cell.isoformat(" ").removesuffix(" 00:00:00")
    return str(cell)
