"""Excel workbooks (.xlsx), read with python-calamine after the archive was found to be safe.

calamine, not openpyxl: it reads half a million rows in seconds where openpyxl takes a minute. It unpacks without
limits of its own, though, and holds a sheet as a full rectangle, so the unpacked sizes and the extent of the cells
are checked first: a workbook of a few kilobytes can hold gigabytes of zeros, or one cell in the last corner.
"""

from __future__ import annotations

import datetime
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain, islice
from typing import Any

import python_calamine as calamine

from segmentation.core.tables import Note
from segmentation.core.text import count_text, plain_text
from segmentation.data.reading.guards import check_width, refuse, size_text
from segmentation.data.reading.joined_sheets import ALL_SHEETS, join_sheets
from segmentation.data.reading.layout import SAMPLE_RECORDS
from segmentation.data.reading.records import Refused
from segmentation.data.reading.settings import ReadSettings
from segmentation.data.reading.sheet_marks import apply_marks, sheet_marks
from segmentation.data.reading.source import Record, Source

__all__ = ["sheet_names", "workbook_source"]

MAX_UNPACKED = 600 * 2**20
MAX_MEMBERS = 10_000
MAX_EXTENT = 5_000_000
_BLOCK = 2**20
_CELL = re.compile(rb'<c [^>/]*?\br="([A-Z]{1,3})[0-9]+"[^>/]*>')
_FAR_CELL = re.compile(rb'<c [^>/]*?\br="[A-Z]{1,3}([0-9]{5,})"[^>/]*>')
_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml")
_DAMAGED = "Open it in Excel and save it again as an Excel workbook (.xlsx) or as CSV."


def sheet_names(data: bytes, name: str) -> tuple[str, ...]:
    """The names of the sheets in order; raises `DataProblems` for an archive that is no workbook or not safe."""
    _check_archive(data, name)
    return tuple(_open(data, name).sheet_names)


def workbook_source(data: bytes, name: str, settings: ReadSettings) -> Source:
    """The records of one sheet: the one that the settings name, or the first visible one with two rows and two columns.

    A sheet with a single column, such as a cover, is read only when there is no other.
    """
    errors = _check_archive(data, name)
    book = _open(data, name)
    sheet = _choose(book, None if settings.sheet == ALL_SHEETS else settings.sheet, name)
    rows, notes, from_1904 = _read_sheet(book, data, sheet)
    joined = join_sheets(rows, sheet, lambda other: _read_sheet(book, data, other)[0], _others(book, sheet, settings))
    rows, taken = joined.rows, ALL_SHEETS if joined.sheets else sheet
    if not rows:
        raise refuse(name, "has no cells that hold anything.", "Upload a workbook with a header and at least one row.")
    check_width(max(len(row) for _, row in rows[:SAMPLE_RECORDS]), name)

    def open_records(first: int, width: int, refused: Refused) -> Iterator[Record]:
        return (record for record in rows if record[0] >= first)

    notes += joined.notes
    others = [other for other in book.sheet_names if other != sheet]
    if others and not joined.sheets:
        listed = ", ".join(f"“{plain_text(other, longest=40)}”" for other in others[:8])
        notes.append(Note("Sheet", f"Read from the sheet “{plain_text(sheet, longest=40)}”; the others are {listed}."))
    if errors:
        notes.append(
            Note("Sheet", f"Cells with a formula error, read as missing values: {count_text(errors)}.", errors)
        )
    found = replace(settings, sheet=taken, days_from=settings.days_from or ("1904" if from_1904 else None))
    return Source(list(islice(rows, SAMPLE_RECORDS)), open_records, found, notes, questions=joined.questions)


def _read_sheet(book: Any, data: bytes, sheet: str) -> tuple[list[Record], list[Note], bool]:
    """The rows of a sheet as a person sees them, what was done to them, and whether its days count from 1904."""
    rows = [(line, [_text(cell) for cell in row]) for line, row in _rows(book, sheet)]
    marks = sheet_marks(data, sheet)
    return rows, apply_marks(rows, marks), marks.from_1904


def _others(book: Any, sheet: str, settings: ReadSettings) -> list[str]:
    """The visible sheets that may go on with the table of the first; none where one sheet was chosen."""
    if settings.sheet not in (None, ALL_SHEETS):
        return []
    shown = calamine.SheetVisibleEnum.Visible
    return [about.name for about in book.sheets_metadata if about.visible == shown and about.name != sheet]


def _open(data: bytes, name: str) -> Any:
    try:
        return calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    except BaseException as error:
        raise _damaged(error, name) from error


def _rows(book: Any, sheet: str) -> Iterator[tuple[int, list[Any]]]:
    """(row number, cells) of a sheet, blank rows and columns before the first cell included."""
    try:
        cells = book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
    except BaseException as error:
        raise _damaged(error, sheet) from error
    return enumerate(cells, start=1)


def _damaged(error: BaseException, name: str) -> BaseException:
    """A sentence for what calamine raises, a panic of its Rust code included; anything else is passed on."""
    if isinstance(error, Exception) or type(error).__name__ == "PanicException":
        return refuse(name, "cannot be read as a workbook: it is damaged or protected by a password.", _DAMAGED)
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
    if isinstance(cell, datetime.datetime):
        return cell.isoformat(" ").removesuffix(" 00:00:00")
    return str(cell)


def _check_archive(data: bytes, name: str) -> int:
    """Raise for an archive that is no workbook or would unpack into too much; the number of formula errors."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise refuse(name, "is a damaged workbook or archive.", _DAMAGED) from error
    members = archive.infolist()
    _check_kind({member.filename for member in members}, name)
    size = sum(member.file_size for member in members)
    if size > MAX_UNPACKED or len(members) > MAX_MEMBERS:
        what = f"would unpack into {size_text(size)}; the most is {size_text(MAX_UNPACKED)}."
        raise refuse(name, what, "Keep only the sheet you need, or save it as CSV.")
    errors = 0
    try:
        for member in members:
            errors += _check_member(archive, member, name)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, EOFError, OSError, RuntimeError, NotImplementedError) as error:
        raise refuse(name, "is a damaged workbook, or protected by a password.", _DAMAGED) from error
    except Exception as error:
        if type(error).__module__ == "zlib":
            raise refuse(name, "is a damaged workbook.", _DAMAGED) from error
        raise
    return errors


def _check_kind(names: set[str], name: str) -> None:
    if "xl/workbook.xml" in names:
        return
    if "xl/workbook.bin" in names:
        raise refuse(name, "is a binary Excel workbook (.xlsb).", "Save it in Excel as an Excel workbook (.xlsx).")
    if "mimetype" in names and "content.xml" in names:
        raise refuse(name, "is an OpenDocument file.", "Save it as an Excel workbook (.xlsx) or as CSV.")
    if "word/document.xml" in names or "ppt/presentation.xml" in names:
        raise refuse(name, "is a text document or a presentation, not a table.", "Save the table in it as CSV.")
    raise refuse(name, "is an archive (zip).", "Unpack it first and upload the file inside.")


def _check_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: str) -> int:
    """Unpack one member block by block and throw it away, so that a size that was a lie is found here.

    Of a sheet, the extent of its filled cells is checked; returns how many of them hold an error.
    """
    is_sheet = bool(_SHEET.fullmatch(member.filename))
    columns: set[bytes] = set()
    last_row, errors, cells, rest = 9_999, 0, 0, b""
    with archive.open(member) as stream:
        while block := stream.read(_BLOCK):
            if not is_sheet:
                continue
            block = rest + block
            found = _CELL.findall(block)
            cells += len(found)
            columns.update(found)
            last_row = max([last_row, *map(int, set(_FAR_CELL.findall(block)))])
            errors += block.count(b' t="e"')
            cut = block.rfind(b"<c ")
            rest = block[cut:] if cut >= 0 and len(block) - cut < 4096 else b""
            errors -= rest.count(b' t="e"')
            cells -= len(_CELL.findall(rest))
    if not columns:
        return 0
    errors += rest.count(b' t="e"')
    width = max(_column_number(column) for column in columns)
    check_width(width, name)
    if last_row * width > max(MAX_EXTENT, 50 * cells):
        what = (
            f"has cells scattered over {count_text(last_row)} rows and {count_text(width)} columns, most of them empty."
        )
        raise refuse(name, what, "Delete the stray cells far from the table, or save the sheet as CSV.")
    return errors


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number
