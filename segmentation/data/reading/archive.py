"""What is checked of an Excel workbook before anything else opens it: the archive, and how far its cells reach.

A workbook of a kilobyte can hold gigabytes of zeros, one cell in the last corner, or one long text that a thousand
cells repeat. Every part is unpacked block by block, and every part that is a sheet, whatever it is called and
however it is written, goes through an XML parser: no spelling of a cell gets past it.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from xml.parsers import expat

from segmentation.core.settings import Progress
from segmentation.core.text import count_text
from segmentation.data.reading.guards import MAX_COLUMNS, check_width, refuse, size_text

__all__ = ["DAMAGED", "check_archive"]

DAMAGED = "Open it in Excel and save it again as an Excel workbook (.xlsx) or as CSV."
_SHEETS = "xl/worksheets/sheet"
MAX_UNPACKED = 600 * 2**20
MAX_MEMBERS = 10_000
MAX_EXTENT = 5_000_000
MAX_TEXT = 2**28
"""Letters in all cells together, shared texts counted once for each cell that shows them."""
_EXCEL_ROWS = 1_048_576
_EXCEL_COLUMNS = 16_384
_BLOCK = 2**18
_BROKEN = (zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError)


class _NotATable(Exception):
    """The part is no sheet and no list of texts; the rest of it need not be parsed."""


@dataclass
class _Extent:
    """How far the cells of one sheet reach, from 1; cells: how many there are; texts: how many show a shared text."""

    last_row: int = 0
    last_column: int = 0
    cells: int = 0
    texts: int = 0
    errors: int = 0


@dataclass
class _Texts:
    """The lengths of the shared texts of a workbook."""

    lengths: list[int] = field(default_factory=list)


def check_archive(data: bytes, name: str, tell: Progress | None = None) -> int:
    """Raise for an archive that is no workbook, or would need too much room; the number of cells with an error.

    tell: hears which of several sheets it is at.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        members = archive.infolist()
    except _BROKEN as error:
        raise refuse(name, "is a damaged workbook or archive.", DAMAGED) from error
    _check_kind({member.filename for member in members}, name)
    size = sum(member.file_size for member in members)
    if size > MAX_UNPACKED or len(members) > MAX_MEMBERS:
        what = f"would unpack into {size_text(size)}; the most is {size_text(MAX_UNPACKED)}."
        raise refuse(name, what, "Keep only the sheet you need, or save it as CSV.")
    texts, sheets = _Texts(), list[tuple[zipfile.ZipInfo, _Extent]]()
    parts = [member for member in members if member.filename.startswith(_SHEETS)]
    numbers = {id(member): number for number, member in enumerate(parts, start=1)}
    try:
        for member in members:
            if tell is not None and id(member) in numbers and len(parts) > 1:
                number = numbers[id(member)]
                tell(number / len(parts), f"Checking sheet {count_text(number)} of {count_text(len(parts))}")
            extent = _parse(archive, member, texts)
            if extent.cells:
                _check_extent(extent, name)
                sheets.append((member, extent))
        _check_text(archive, sheets, texts, name)
    except expat.ExpatError as error:
        raise refuse(name, "is a damaged workbook.", DAMAGED) from error
    except _BROKEN as error:
        raise refuse(name, "is a damaged workbook, or protected by a password.", DAMAGED) from error
    return sum(extent.errors for _, extent in sheets)


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


def _check_extent(extent: _Extent, name: str) -> None:
    """Raise when the rectangle around the cells is far larger than the cells in it; more columns than are read."""
    rows, columns = extent.last_row, extent.last_column
    if columns > MAX_COLUMNS:
        check_width(columns, name)
    if max(rows, 10_000) * columns > max(MAX_EXTENT, 50 * extent.cells):
        what = (
            f"has cells scattered over {count_text(rows)} rows and {count_text(columns)} columns, most of them empty."
        )
        raise refuse(name, what, "Delete the stray cells far from the table, or save the sheet as CSV.")


def _check_text(
    archive: zipfile.ZipFile, sheets: list[tuple[zipfile.ZipInfo, _Extent]], texts: _Texts, name: str
) -> None:
    """Raise when shared texts, written out once for each cell that shows them, would fill the memory."""
    longest = max(texts.lengths, default=0)
    for member, extent in sheets:
        if longest * extent.texts <= MAX_TEXT:
            continue
        shown = _shown_letters(archive, member, texts.lengths)
        if shown > MAX_TEXT:
            what = f"holds texts of {count_text(shown)} letters in all; the most is {count_text(MAX_TEXT)}."
            raise refuse(name, what, "Leave out the columns with long texts, or save it as CSV.")


def _parse(archive: zipfile.ZipFile, member: zipfile.ZipInfo, texts: _Texts) -> _Extent:
    """Unpack one part and throw it away; the extent of its cells when it is a sheet, its texts into `texts`.

    What begins like XML is parsed until its first element says that it is something else.
    """
    extent = _Extent()
    parser = _parser(extent, texts)
    with archive.open(member) as stream:
        block = stream.read(_BLOCK)
        parsing = block.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"<", b"\xff\xfe", b"\xfe\xff", b"\x00<"))
        while block:
            if parsing:
                try:
                    parser.Parse(block, False)
                except _NotATable:
                    parsing = False
            block = stream.read(_BLOCK)
        if parsing:
            parser.Parse(b"", True)
    return extent


def _parser(extent: _Extent, texts: _Texts) -> expat.XMLParserType:
    """A parser whose first element decides what it counts: cells, letters of shared texts, or nothing."""
    parser = expat.ParserCreate()
    parser.buffer_text = True

    def first(element: str, attributes: dict[str, str]) -> None:
        kind = _local(element)
        if kind == "worksheet":
            parser.StartElementHandler = _cells(extent)
        elif kind == "sst":
            parser.StartElementHandler, parser.CharacterDataHandler = _letters(texts)
        else:
            raise _NotATable

    parser.StartElementHandler = first
    parser.EntityDeclHandler = _no_entities
    return parser


def _no_entities(*_: object) -> None:
    raise ValueError("a workbook declares no entities")


def _local(element: str) -> str:
    return element.rpartition(":")[2]


def _cells(extent: _Extent) -> Callable[[str, dict[str, str]], None]:
    """What is told of every element of a sheet: follows the cells, also those without a reference; empty ones, which
    people often format far below their table, do not count."""
    widths: dict[str, int] = {}
    row = column = 0
    reference, digits = "", ""
    cell: dict[str, str] = {}

    def start(element: str, attributes: dict[str, str]) -> None:
        nonlocal row, column, reference, digits, cell
        if element == "c" or element.endswith(":c"):
            cell = attributes
            before, reference = reference, attributes.get("r", "")
            if not reference:
                column = (_column(before.rstrip("0123456789")) if before else column) + 1
        elif element == "v" or element == "is" or element.endswith((":v", ":is")):
            extent.cells += 1
            if reference:
                letters = reference.rstrip("0123456789")
                column = widths.get(letters) or widths.setdefault(letters, _column(letters))
                if (below := reference[len(letters) :]) != digits:  # seldom: the cells of a row follow one another
                    digits = below
                    extent.last_row = max(extent.last_row, _whole(digits, row))
            elif row > extent.last_row:
                extent.last_row = row
            if column > extent.last_column:
                extent.last_column = column
            if kind := cell.get("t"):
                extent.texts += kind == "s"
                extent.errors += kind == "e"
        elif element == "row" or element.endswith(":row"):
            row, column, reference = _whole(attributes.get("r"), row + 1), 0, ""

    return start


def _whole(text: str | None, otherwise: int) -> int:
    """A row number; one that Excel does not have is an error."""
    if not text:
        return otherwise
    if len(text) > 7 or not text.isascii() or not text.isdigit() or not 0 < int(text) <= _EXCEL_ROWS:
        raise ValueError("no row of a sheet")
    return int(text)


def _column(letters: str) -> int:
    """A column's number from its letters; a column that Excel does not have is an error."""
    number = 0
    if not 0 < len(letters) <= 3:
        raise ValueError("no column of a sheet")
    for letter in letters.upper():
        if not "A" <= letter <= "Z":
            raise ValueError("no column of a sheet")
        number = number * 26 + ord(letter) - ord("A") + 1
    if number > _EXCEL_COLUMNS:
        raise ValueError("no column of a sheet")
    return number


def _letters(texts: _Texts) -> tuple[Callable[[str, dict[str, str]], None], Callable[[str], None]]:
    lengths = texts.lengths
    lengths.clear()

    def start(element: str, attributes: dict[str, str]) -> None:
        if element == "si" or element.endswith(":si"):
            lengths.append(0)

    def letters(text: str) -> None:
        if lengths:
            lengths[-1] += len(text)

    return start, letters


def _shown_letters(archive: zipfile.ZipFile, member: zipfile.ZipInfo, lengths: list[int]) -> int:
    """The letters of all shared texts that the cells of a sheet show; parses it once more, down to the numbers."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    shared, inside, total = False, False, 0

    def start(element: str, attributes: dict[str, str]) -> None:
        nonlocal shared, inside
        if (kind := _local(element)) == "c":
            shared = attributes.get("t") == "s"
        inside = kind == "v"

    def end(element: str) -> None:
        nonlocal inside
        inside = False

    def text(value: str) -> None:
        nonlocal total
        if shared and inside and value.isascii() and value.isdigit() and len(value) < 9 and int(value) < len(lengths):
            total += lengths[int(value)]

    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, text
    with archive.open(member) as stream:
        while block := stream.read(_BLOCK):
            parser.Parse(block, False)
    return total
