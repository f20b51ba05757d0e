"""What a sheet of a workbook says beside its values: number formats, merged cells, hidden rows, days from 1904.

calamine gives values only. openpyxl would give the rest, at about 10 µs a cell; here the few tags that matter are
picked out of the sheet's text, at 0.4 to 0.8 µs a cell, as long again as calamine takes for the values (measured on
100,000 cells with one column of percent formats), and formats only where the workbook uses such a one at all.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from xml.etree import ElementTree

from openpyxl.styles.numbers import BUILTIN_FORMATS
from openpyxl.utils import column_index_from_string, range_boundaries

from segmentation.core.tables import Note
from segmentation.core.text import count_text, counted

__all__ = ["SheetMarks", "apply_marks", "sheet_marks"]

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_REL = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_NOT_UNDERSTOOD = (KeyError, ValueError, ElementTree.ParseError, zipfile.BadZipFile)
_LARGEST_PART = 8 * 2**20
_BLOCK = 2**20
_STYLED = re.compile(rb'<c r="([A-Z]{1,3})([0-9]{1,7})" s="([0-9]{1,5})"')
_STYLED_LATE = re.compile(rb'<c r="([A-Z]{1,3})([0-9]{1,7})" t="[a-z]{1,9}" s="([0-9]{1,5})"')
_HIDDEN = re.compile(rb'<row r="([0-9]{1,7})"[^<>]{0,300}? hidden="(?:1|true)"')
_UNSAVED = re.compile(rb"(?:</f>|<f [^<>]{0,300}/>)(?:<v ?/>|<v></v>)?</c>")
_MERGED = re.compile(rb'<mergeCell ref="([A-Z]{1,3}[0-9]{1,7}:[A-Z]{1,3}[0-9]{1,7})"')
_CURRENCY = re.compile(r"\[\$([^\]\-]{1,5})(?:-[0-9A-Fa-f]+)?\]|\"([^\"]{1,4})\"|([€$£¥₹])")
_CODES = ("€", "$", "£", "¥", "₹", "EUR", "USD", "GBP", "CHF", "JPY", "CNY", "INR", "SEK", "NOK", "DKK", "PLN", "CZK",
          "HUF", "kr", "zł", "Kč", "Ft", "Fr.", "R$", "TL", "₺", "₽", "₩", "US$", "A$", "C$", "CAD", "AUD")  # fmt: skip


@dataclass(frozen=True)
class SheetMarks:
    """Marks of one sheet; rows and columns count from 1.

    percent: cells shown as per cent. currency: (row, column) → the sign that its format shows. merged: (first row,
    first column, last row, last column) of ranges that span rows. hidden: rows that are not shown. from_1904: whether
    days count from 1904. unsaved: how many formulas have no result in the file.
    """

    percent: frozenset[tuple[int, int]] = frozenset()
    currency: dict[tuple[int, int], str] = field(default_factory=dict)
    merged: tuple[tuple[int, int, int, int], ...] = ()
    hidden: tuple[int, ...] = ()
    from_1904: bool = False
    unsaved: int = 0


def apply_marks(rows: list[tuple[int, list[str]]], marks: SheetMarks) -> list[Note]:
    """Write what a person sees into the cells of (row number, cells): 80% for 0.8, €100 for 100, merged values.

    rows is changed in place; the notes say what was done and which rows the sheet hides.
    """
    cells_of = dict(rows)
    for row, column in marks.percent:
        _write(cells_of, row, column, lambda text: f"{round(float(text) * 100, 10):.10g}%")
    for (row, column), sign in marks.currency.items():
        _write(cells_of, row, column, lambda text, sign=sign: f"{sign} {text}")  # type: ignore[misc]
    filled = 0
    last = max(cells_of, default=0)
    for top, left, bottom, right in marks.merged:
        cells = cells_of.get(top, [])
        if left > len(cells) or not cells[left - 1].strip():
            continue
        for row in range(top + 1, min(bottom, last) + 1):  # a range may span far more than the sheet holds
            below = cells_of.get(row, [])
            for column in range(left, min(right, len(below)) + 1):
                if not below[column - 1].strip() and any(cell.strip() for cell in below):
                    below[column - 1] = cells[left - 1]
                    filled += 1
    notes = []
    if filled:
        what = f"{count_text(filled)} blank cells of vertically merged ones got the value of the merged cell."
        notes.append(Note("Sheet", what, filled, kind="merged cells"))
    shown = [row for row in marks.hidden if any(cell.strip() for cell in cells_of.get(row, []))]
    if shown:
        are = counted(len(shown), "row is", "rows are")
        listed = ", ".join(map(count_text, shown[:5])) + (" …" if len(shown) > 5 else "")
        what = f"{are} hidden in the sheet, by a filter or by hand, and were read all the same (row {listed})."
        notes.append(Note("Sheet", what, len(shown), kind="hidden rows"))
    if marks.unsaved:
        hold = counted(marks.unsaved, "cell holds a formula", "cells hold formulas")
        what = f"{hold} without a saved result, read as missing values: open the file in Excel and save it once more."
        notes.append(Note("Sheet", what, marks.unsaved, kind="formulas"))
    return notes


def _write(cells_of: dict[int, list[str]], row: int, column: int, shown: Callable[[str], str]) -> None:
    """Write a number as its format shows it; a cell that holds no number stays."""
    cells = cells_of.get(row, [])
    if column > len(cells):
        return
    try:
        cells[column - 1] = shown(repr(float(cells[column - 1])).removesuffix(".0"))
    except ValueError:
        return


def sheet_marks(data: bytes) -> Callable[[str], SheetMarks]:
    """The bytes of a workbook → a function from the name of a sheet to its marks; none where parts are not understood.

    The archive is opened once, and what all sheets share is read once: a workbook may have thousands of them.
    """
    try:
        archive = zipfile.ZipFile(BytesIO(data))
        book, styles = _tree(archive, "xl/workbook.xml"), _styles(archive)
        paths = _paths(archive, book)
    except _NOT_UNDERSTOOD:
        return lambda _sheet: SheetMarks()
    properties = book.find(f"{_MAIN}workbookPr") if book is not None else None
    from_1904 = properties is not None and properties.get("date1904", "0") in ("1", "true")

    def marks(sheet: str) -> SheetMarks:
        if sheet not in paths:
            return SheetMarks(from_1904=from_1904)
        try:
            return _scan(archive, paths[sheet], styles, from_1904)
        except _NOT_UNDERSTOOD:
            return SheetMarks()

    return marks


def _tree(archive: zipfile.ZipFile, path: str) -> ElementTree.Element | None:
    """A small part as a tree; None where it is missing, large, or declares entities."""
    if path not in archive.namelist() or archive.getinfo(path).file_size > _LARGEST_PART:
        return None
    text = archive.read(path)
    return None if b"<!DOCTYPE" in text or b"<!ENTITY" in text else ElementTree.fromstring(text)


def _paths(archive: zipfile.ZipFile, book: ElementTree.Element | None) -> dict[str, str]:
    """The name of every sheet → its part of the archive."""
    links = _tree(archive, "xl/_rels/workbook.xml.rels")
    if book is None or links is None:
        return {}
    targets = {link.get("Id", ""): link.get("Target", "") for link in links}
    there, paths = set(archive.namelist()), dict[str, str]()
    for about in book.iter(f"{_MAIN}sheet"):
        target = targets.get(about.get(_REL, ""), "")
        path = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        if path in there:
            paths.setdefault(about.get("name", ""), path)
    return paths


def _styles(archive: zipfile.ZipFile) -> dict[int, str]:
    """Number of a cell style → "%" or the sign of a currency; styles of other formats are left out."""
    tree = _tree(archive, "xl/styles.xml")
    if tree is None:
        return {}
    formats: dict[int, str] = dict(BUILTIN_FORMATS)
    for item in tree.iter(f"{_MAIN}numFmt"):
        formats[int(item.get("numFmtId", "-1"))] = item.get("formatCode", "")
    cells = tree.find(f"{_MAIN}cellXfs")
    styles = [] if cells is None else [formats.get(int(style.get("numFmtId", "0")), "") for style in cells]
    return {number: sign for number, style in enumerate(styles) if (sign := _sign(style))}


def _sign(style: str) -> str:
    """What a number format shows beside the figure: "%", a currency, or nothing."""
    first = style.split(";")[0]
    if "%" in re.sub(r'"[^"]*"|\\.', "", first):
        return "%"
    for match in _CURRENCY.finditer(first):
        sign = next(part for part in match.groups() if part).strip()
        if sign in _CODES:
            return sign
    return ""


def _scan(archive: zipfile.ZipFile, path: str, styles: dict[int, str], from_1904: bool) -> SheetMarks:
    percent: set[tuple[int, int]] = set()
    currency: dict[tuple[int, int], str] = {}
    hidden: list[int] = []
    merged: list[tuple[int, int, int, int]] = []
    unsaved = 0
    wanted = {str(number).encode(): sign for number, sign in styles.items()}
    for block in _blocks(archive, path):
        if wanted:
            for pattern in (_STYLED, _STYLED_LATE):
                for letters, row, style in pattern.findall(block):
                    if sign := wanted.get(style):
                        cell = (int(row), column_index_from_string(letters.decode()))
                        if sign == "%":
                            percent.add(cell)
                        else:
                            currency[cell] = sign
        if b' hidden="' in block:
            hidden += [int(row) for row in _HIDDEN.findall(block)]
        if b"<f" in block:
            unsaved += len(_UNSAVED.findall(block))
        if b"<mergeCell " in block:
            for reference in _MERGED.findall(block):
                left, top, right, bottom = range_boundaries(reference.decode())
                if bottom > top:
                    merged.append((top, left, bottom, right))
    return SheetMarks(frozenset(percent), currency, tuple(merged), tuple(hidden), from_1904, unsaved)


def _blocks(archive: zipfile.ZipFile, path: str) -> Iterator[bytes]:
    """The text of a sheet in blocks that end at the end of a tag."""
    rest = b""
    with archive.open(path) as stream:
        while block := stream.read(_BLOCK):
            block = rest + block
            cut = block.rfind(b">") + 1
            rest = block[cut:] if len(block) - cut < 2**16 else b""
            yield block[:cut] if cut else block
