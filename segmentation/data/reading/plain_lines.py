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

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pcsv

from segmentation.data.reading.gather import Grid, Sieve, joined
from segmentation.data.reading.records import Dialect, Refused, TextFile, records

__all__ = ["LONGEST", "gather_plain", "has_long_line"]

BLOCK, FIRST_BLOCK = 2 * 2**20, 16_384
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
        for block, line, done in _blocks(text.data, first):
            columns, numbers = _block(block, line, text.dialect, sieve)
            rows += len(numbers)
            for part, cells in zip(parts, columns, strict=True):
                part.append(cells)
            lines.append(numbers)
            if rows_done:
                rows_done(rows, done)
    except _NotByLines:
        return None
    for row in sieve.refused.rows:
        refused.add(*row)
    refused.count = sieve.refused.count
    numbers = np.concatenate(lines) if lines else np.zeros(0, dtype=np.int64)
    return Grid([], [joined(part) for part in parts], numbers, refused, sieve.notes())


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
    if b"\r" in text.data and text.data.count(b"\r") != text.data.count(b"\r\n"):
        return False
    if text.data.isascii():
        return True
    try:
        text.data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _blocks(data: bytes, first: int) -> Iterator[tuple[bytes, int, int]]:
    """The lines from number `first` on, some at a time; the number of the first of them; bytes up to the last."""
    place = 0
    for _ in range(first - 1):
        place = data.find(b"\n", place) + 1
        if not place:
            return
    line, size = first, FIRST_BLOCK  # few lines until the first row is there
    while place < len(data):
        end = data.rfind(b"\n", place, place + size) + 1
        if not end:
            end = data.find(b"\n", place) + 1 or len(data)
        block = data[place:end]
        yield block, line, end
        place, line, size = end, line + block.count(b"\n"), BLOCK


def _block(block: bytes, line: int, dialect: Dialect, sieve: Sieve) -> tuple[list[pa.Array], np.ndarray]:
    """A block of lines → its rows as columns of text, and the line of each."""
    if has_long_line(block):
        raise _NotByLines
    quoted: list[int] = []
    plain = block
    if b'"' in block:
        each = block.split(b"\n")
        if each and not each[-1]:
            each.pop()
        quoted = [at for at, text in enumerate(each) if b'"' in text]
        rows = [_alone(each[at].decode("utf-8"), dialect) for at in quoted]
        marked = set(quoted)
        plain = b"".join(text + b"\n" for at, text in enumerate(each) if at not in marked)
        count = len(each)
    else:
        rows, count = [], block.count(b"\n") + (not block.endswith(b"\n"))
    fast = sieve.started and all(map(sieve.is_plain, rows))
    columns = _cut(plain, dialect.separator, sieve, count - len(quoted)) if fast else None
    if columns is None:
        return _one_by_one(block, line, dialect, sieve)
    numbers = np.arange(line, line + count, dtype=np.int64)
    if not quoted:
        return columns, numbers
    order = np.empty(count, dtype=np.int64)
    order[np.setdiff1d(np.arange(count), quoted)] = np.arange(count - len(quoted))
    order[quoted] = np.arange(count - len(quoted), count)
    place = pa.array(order)
    more = [pa.array(cells, _LETTERS) for cells in zip(*rows, strict=True)]
    return [pa.concat_arrays([cells, last]).take(place) for cells, last in zip(columns, more, strict=True)], numbers


def _alone(line: str, dialect: Dialect) -> list[str]:
    """The cells of a line with quotation marks in it, all of which close on that line."""
    try:
        rows = list(dialect.reader([line], strict=True))
    except csv.Error as error:  # a mark that does not close
        raise _NotByLines from error
    if len(rows) != 1:
        raise _NotByLines
    return rows[0]


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
