"""`gather` for lines that need no care: cut into cells by a fast reader, with the result of the careful one.

A block of lines is plain where no cell is quoted, every line has as many cells as the table has columns, none may be
blank or repeat the header. Lines with quotation marks are taken one by one; a block that is not plain goes the careful
way, record by record. A file in which a record may go over several lines is left to `gather` as a whole.
"""

from __future__ import annotations

import csv
import io
from codecs import BOM_UTF8
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pcsv

from segmentation.core.ahead import in_order
from segmentation.data.reading.gather import Grid, Sieve, joined
from segmentation.data.reading.records import Dialect, Refused, TextFile, records

__all__ = ["LONGEST", "gather_plain", "has_long_line"]

BLOCK, FIRST_BLOCK = 2 * 2**20, 16_384
_STAND_IN = b"\x1f"
LONGEST = 100_000
"""Bytes of a line; Python's csv module refuses cells a little longer than that."""
_SEPARATORS = (",", ";", "\t", "|")
_LETTERS = pa.large_string()


class _NotByLines(Exception):
    """A record may go over several lines, or the lines are not what they seem."""


def gather_plain(
    text: TextFile,
    first: int,
    header: Sequence[str],
    refused: Refused,
    *,
    width: int,
    fill_short: bool = False,
    rows_done: Callable[[int, int], None] | None = None,
) -> Grid | None:
    """The lines of a file from number `first` on as `gather` makes columns of them; None where it has to be asked.

    Where it is None, nothing was put into `refused`. rows_done: called with the rows and the bytes so far.
    """
    if width < 2 or not _may_be_plain(text, first):
        return None
    sieve = Sieve(header, Refused(), width=width, fill_short=fill_short)
    parts: list[list[pa.Array]] = [[] for _ in range(width)]
    lines: list[np.ndarray] = []
    rows = 0
    try:
        for piece in in_order(partial(_cut_block, dialect=text.dialect, sieve=sieve), _blocks(text.data, first)):
            columns, numbers = _rows_of(piece, text.dialect, sieve)
            rows += len(numbers)
            for part, cells in zip(parts, columns, strict=True):
                part.append(cells)
            lines.append(numbers)
            if rows_done:
                rows_done(rows, piece.done)
    except _NotByLines:
        return None
    for row in sieve.refused.rows:
        refused.add(*row)
    refused.count = sieve.refused.count
    numbers = np.concatenate(lines) if lines else np.zeros(0, dtype=np.int64)
    return Grid([], list(in_order(joined, parts)), numbers, refused, sieve.notes())


def _may_be_plain(text: TextFile, first: int) -> bool:
    """Whether the lines can be told by their ends alone; the mark of byte order is part of the first one."""
    dialect = text.dialect
    if first == 1 and text.data.startswith(BOM_UTF8):
        return False
    if (
        text.encoding != "utf-8"
        or text.wrapped
        or dialect.quote != '"'
        or dialect.separator not in (",", ";", "\t", "|")
    ):
        return False
    return b"\r" not in text.data or text.data.count(b"\r") == text.data.count(b"\r\n")


def _check_letters(text: bytes) -> None:
    """Raise where bytes that end with a line are no UTF-8."""
    try:
        if not text.isascii():
            text.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _NotByLines from error


@dataclass(frozen=True)
class _Block:
    """Lines of the file: number of the first, how many, bytes of the file up to the last; their columns, if cut."""

    text: bytes
    line: int
    count: int
    done: int
    columns: list[pa.Array] | None = None


def _blocks(data: bytes, first: int) -> Iterator[_Block]:
    """The lines from number `first` on, some at a time."""
    place = 0
    for _ in range(first - 1):
        place = data.find(b"\n", place) + 1
        if not place:
            _check_letters(data)
            return
    _check_letters(data[:place])
    line, size = first, FIRST_BLOCK  # few lines until the first row is there
    while place < len(data):
        end = data.rfind(b"\n", place, place + size) + 1
        if not end:
            end = data.find(b"\n", place) + 1 or len(data)
        block = data[place:end]
        count = block.count(b"\n")
        yield _Block(block, line, count + (not block.endswith(b"\n")), end)
        place, line, size = end, line + count, BLOCK


def _cut_block(block: _Block, *, dialect: Dialect, sieve: Sieve) -> _Block:
    """A block with its lines as columns of text, where every line of it is plain; any block may come first."""
    text = block.text
    _check_letters(text)
    if has_long_line(text):
        raise _NotByLines
    filled, are_plain = frozenset[int](), True
    if b'"' in text:
        text, filled, are_plain = _without_marks(text, dialect, sieve)
    columns = _cut(text, dialect.separator, sieve, block.count) if are_plain else None
    if columns is not None:
        for place in filled:
            columns[place] = pc.replace_substring(columns[place], _STAND_IN.decode(), dialect.separator)
    return replace(block, columns=columns)


def _rows_of(block: _Block, dialect: Dialect, sieve: Sieve) -> tuple[list[pa.Array], np.ndarray]:
    """The next block → its rows as columns of text, and the line of each."""
    if block.columns is None or not sieve.started:
        return _one_by_one(block.text, block.line, dialect, sieve)
    return block.columns, np.arange(block.line, block.line + block.count, dtype=np.int64)


def _without_marks(block: bytes, dialect: Dialect, sieve: Sieve) -> tuple[bytes, frozenset[int], bool]:
    """A block with its lines in quotation marks written without: a separator inside a cell becomes a letter of its own.

    Also the columns with such a letter, and whether every one of these lines is plain; where the block has that letter
    already, none counts as plain.
    """
    pieces, lines, done = [], [], 0
    while (mark := block.find(b'"', done)) >= 0:
        start = block.rfind(b"\n", done, mark) + 1 or done
        end = block.find(b"\n", mark) + 1 or len(block)
        pieces.append(block[done:start])
        lines.append(block[start:end].decode("utf-8"))
        done = end
    rows = _alone(lines, dialect)
    if _STAND_IN in block or not all(map(sieve.is_plain, rows)):
        return block, frozenset(), False
    filled = frozenset(at for row in rows for at, cell in enumerate(row) if dialect.separator in cell)
    letter = _STAND_IN.decode()
    written = [dialect.separator.join(cell.replace(dialect.separator, letter) for cell in row) for row in rows]
    between = (part for piece, text in zip(pieces, written, strict=True) for part in (piece, text.encode(), b"\n"))
    return b"".join(between) + block[done:], filled, True


def _alone(lines: list[str], dialect: Dialect) -> list[list[str]]:
    """The cells of lines with quotation marks in them, each of which closes all its marks itself."""
    try:
        rows = list(dialect.reader(lines, strict=True))
    except csv.Error as error:  # a mark that does not close
        raise _NotByLines from error
    if len(rows) != len(lines):
        raise _NotByLines
    return rows


def _cut(plain: bytes, separator: str, sieve: Sieve, count: int) -> list[pa.Array] | None:
    """Lines without quotation marks → columns of text; None where one has to be looked at."""
    names = [str(at) for at in range(sieve.width)]
    if not count:
        return [pa.array([], _LETTERS) for _ in names]
    try:
        table = pcsv.read_csv(
            pa.py_buffer(plain),
            pcsv.ReadOptions(use_threads=False, block_size=len(plain) + 1, column_names=names),
            pcsv.ParseOptions(delimiter=separator, quote_char=False, ignore_empty_lines=False),
            pcsv.ConvertOptions(
                check_utf8=False, column_types=dict.fromkeys(names, _LETTERS), null_values=[], strings_can_be_null=False
            ),
        )
    except pa.ArrowInvalid:
        return None
    if table.num_rows != count:
        return None
    columns = [column.combine_chunks() for column in table.columns]
    columns = [cells if isinstance(cells, pa.Array) else cells.chunk(0) for cells in columns]
    first = columns[0]
    if pc.any(pc.equal(pc.utf8_trim_whitespace(first), "")).as_py() or (
        sieve.header and pc.any(pc.equal(first, sieve.header[0])).as_py()
    ):
        return None
    return columns


def _one_by_one(block: bytes, line: int, dialect: Dialect, sieve: Sieve) -> tuple[list[pa.Array], np.ndarray]:
    """The block as `gather` takes it; every record stands on a line of its own, which was seen before."""
    text = block.decode("utf-8")
    stream = io.StringIO(text if text.endswith("\n") else text + "\n", newline="")
    unclosed = Refused()
    kept = [
        (number, row)
        for number, record in records(stream, dialect, first=line, width=sieve.width, refused=unclosed)
        if (row := sieve.row(number, record)) is not None
    ]
    if unclosed.count:
        raise _NotByLines
    cells = zip(*(row for _, row in kept), strict=True) if kept else ([] for _ in range(sieve.width))
    return [pa.array(column, _LETTERS) for column in cells], np.array([number for number, _ in kept], dtype=np.int64)


def has_long_line(block: bytes) -> bool:
    """Whether a line is longer than fast readers are given."""
    place = 0
    while place + LONGEST < len(block):
        end = block.rfind(b"\n", place, place + LONGEST)
        if end < 0:
            return True
        place = end + 1
    return False
