"""One block of lines → its columns: typed at once where every cell keeps to its lane, else cell by cell as `read` does.

What keeps neither way raises `NotPlain`.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pcsv

from segmentation.data.reading.gather import gather
from segmentation.data.reading.headings import AROUND, leave_out_repeated
from segmentation.data.reading.plain_lines import LONGEST, has_long_line
from segmentation.data.reading.records import Dialect, Refused, records
from segmentation.data.reading.stream.blocks import NotPlain
from segmentation.data.reading.stream.facts import FileFacts, Numbers, Strays, Words
from segmentation.data.reading.stream.head import Column, Head, Lane
from segmentation.data.reading.stream.lanes import LARGEST, keeps, numbers_with_strays, whole_numbers_in

__all__ = ["Piece", "counted", "piece_of"]

_TYPES = {Lane.DECIMAL: pa.float64(), Lane.WHOLE: pa.dictionary(pa.int32(), pa.large_string())}
_SENTINEL = "the end of the block"
_SAMPLE = 20_000
_LINE_FEED = np.uint8(10)
_IN_CACHE = 2**18
"""So many bytes and what is computed of them stay in the fastest memory."""
_TELEPHONE = re.compile(rb"(?<![0-9A-Za-z])\+[0-9]{7}")
_CODE = re.compile(rb"(?<![0-9.])0[0-9]{15}")


@dataclass
class Piece:
    """Rows of a file: float64 where a column holds numbers (NaN where missing), else its cells as text.

    facts: what is to be counted of them, in `Numbers` by column; lines: how many lines they stand on. exact: whether
    the block was read cell by cell.
    """

    rows: int
    lines: int
    numbers: dict[str, np.ndarray]
    cells: dict[str, pa.Array]
    facts: dict[str, Numbers]
    last: list[str]
    blank_texts: int = 0
    blank_first: int = 0
    blank_lines: int = 0
    refused: Refused = field(default_factory=Refused)
    exact: bool = False

    def only(self, numbers: list[str], cells: list[str]) -> Piece:
        """The same rows with these columns alone, and nothing that was counted."""
        kept = {name: self.numbers[name] for name in numbers}, {name: self.cells[name] for name in cells}
        return Piece(self.rows, self.lines, *kept, {}, [], exact=self.exact)

    def take(self, column: Column, cells: pa.Array, lines: np.ndarray) -> dict[str, Strays]:
        """Take in a column cell by cell; returns its strays by its name. Raises `NotPlain` for cells off its lane."""
        self.cells[column.name] = cells
        if column.lane in (Lane.DECIMAL, Lane.WHOLE):
            self.numbers[column.name], strays = numbers_with_strays(column, cells, lines)
            return {column.name: strays}
        if not keeps(column, cells, blank=True):
            raise NotPlain
        return {}

    def add_to(self, file: FileFacts, head: Head) -> None:
        """Count this piece, the next one of its file."""
        file.rows, file.lines = file.rows + self.rows, file.lines + self.lines
        file.blank_lines += self.blank_lines
        file.blank_texts, file.blank_first = file.blank_texts + self.blank_texts, file.blank_first + self.blank_first
        file.last = self.last or file.last
        file.add_refused(self.refused)
        for name, new in self.facts.items():
            file.add_numbers(name, new)
        for column in head.columns:
            if column.lane is Lane.WORDS:
                words = file.words.setdefault(column.name, Words())
                cells = self.cells[column.name]
                missing = _SAMPLE - sum(map(len, words.sample))
                if missing > 0:
                    words.sample.append(cells.slice(0, missing))
                encoded = cells.dictionary_encode()
                rows = np.bincount(encoded.indices.to_numpy(), minlength=len(encoded.dictionary))
                words.counts.add(encoded.dictionary, rows)


def piece_of(block: bytes, head: Head, line: int) -> Piece:
    """The lines of a block (of data only) and the number of the first of them → a `Piece`."""
    if not block.isascii():
        try:
            block.decode("utf-8")
        except UnicodeDecodeError:
            raise NotPlain from None
    ends = _count_of(_LINE_FEED, block) + (not block.endswith(b"\n"))
    if b"\0" in block or has_long_line(block):
        raise NotPlain
    piece = _typed(block, head, ends)
    return piece if piece is not None else _cell_by_cell(block, head, line, ends)


def _has_lone_return(block: bytes) -> bool:
    """Whether a carriage return stands anywhere but before a line feed: old Macintoshes end lines so."""
    return b"\r" in block and block.count(b"\r") != block.count(b"\r\n")


def _typed(block: bytes, head: Head, ends: int) -> Piece | None:
    """The block as a fast reader types it, None where it needs more care: quotes, blank rows, cells off their lane."""
    if b'"' in block or _has_lone_return(block) or _odd_digits(block):
        return None
    types = {str(at): _TYPES.get(column.lane, pa.large_string()) for at, column in enumerate(head.columns)}
    try:
        table = pcsv.read_csv(
            pa.py_buffer(block),
            pcsv.ReadOptions(use_threads=False, block_size=len(block) + 1, column_names=list(types)),
            pcsv.ParseOptions(delimiter=head.separator, quote_char=False, ignore_empty_lines=False),
            pcsv.ConvertOptions(check_utf8=False, column_types=types, null_values=[""], strings_can_be_null=False),
        )
    except pa.ArrowInvalid:
        return None
    if table.num_rows != ends:
        return None
    arrays = [column.chunk(0) if column.num_chunks == 1 else column.combine_chunks() for column in table.columns]
    if _may_be_no_row(arrays[0], head):
        return None
    numbers, cells = {}, {}
    for column, array in zip(head.columns, arrays, strict=True):
        if column.lane is Lane.DECIMAL:
            values = array.to_numpy(zero_copy_only=False)
            if np.count_nonzero(np.isnan(values)) != array.null_count:
                return None
            numbers[column.name] = values
            continue
        if column.lane is Lane.WHOLE:
            whole = whole_numbers_in(array)
            if whole is None:
                return None
            numbers[column.name] = whole
            continue
        if not keeps(column, array):
            return None
        cells[column.name] = array
    end = block[-LONGEST:].rstrip(b"\r\n")
    last = end[end.rfind(b"\n") + 1 :].decode().split(head.separator)
    piece = counted(Piece(len(table), ends, numbers, cells, {}, last), head, {})
    small = all(found.low > -LARGEST and found.high < LARGEST for found in piece.facts.values() if found.count)
    return piece if small else None


def _may_be_no_row(first: pa.Array, head: Head) -> bool:
    """Whether a row may be blank as a whole, or the header again, judged by its first cell."""
    if pa.types.is_floating(first.type):
        return bool(first.null_count)
    if pa.types.is_dictionary(first.type):
        first = first.dictionary
    if pc.any(pc.equal(pc.utf8_trim_whitespace(first), "")).as_py():
        return True
    header = head.header[0].strip(AROUND).lower()
    return head.words_only and bool(pc.any(pc.equal(pc.utf8_lower(pc.utf8_trim(first, AROUND)), header)).as_py())


def _odd_digits(block: bytes) -> bool:
    """Whether a cell may begin with + or 0 and go on for so long that it is a telephone number or a code."""
    if b"+" in block and _TELEPHONE.search(block):
        return True
    return _sixteen_digits_in_a_row(block) and bool(_CODE.search(block))


def _count_of(letter: np.uint8, block: bytes) -> int:
    """How often a byte stands in a block; where it stands in every line this is faster than `bytes.count`."""
    letters = np.frombuffer(block, dtype=np.uint8)
    return sum(
        int(np.count_nonzero(letters[start : start + _IN_CACHE] == letter))
        for start in range(0, len(letters), _IN_CACHE)
    )


def _sixteen_digits_in_a_row(block: bytes) -> bool:
    """Whether sixteen digits stand in a row anywhere: eight of such begin at a multiple of eight, where one looks."""
    words = np.frombuffer(block, dtype=np.uint64, count=len(block) // 8)
    high, zeros = np.uint64(0xF0F0F0F0F0F0F0F0), np.uint64(0x3030303030303030)
    step = _IN_CACHE // 8
    pieces = [
        start + np.flatnonzero((words[start : start + step] & high) == zeros)  # from 0 to ?
        for start in range(0, len(words), step)
    ]
    likely = np.concatenate(pieces) if pieces else np.empty(0, dtype=np.intp)
    digits = likely[((words[likely] + np.uint64(0x0606060606060606)) & high) == zeros]
    if not len(digits):
        return False
    padded = np.frombuffer(b"".join((bytes(8), block, bytes(16))), dtype=np.uint8)
    around = 8 * digits[:, None] + np.arange(8)
    before, after = ((padded[around + place] - np.uint8(48) < 10) for place in (0, 16))
    row = np.logical_and.accumulate(before[:, ::-1], axis=1).sum(axis=1) + 8
    return bool((row + np.logical_and.accumulate(after, axis=1).sum(axis=1) >= 16).any())


def _cell_by_cell(block: bytes, head: Head, line: int, ends: int) -> Piece:
    """The block as `read` takes it apart; a record on several lines, or without an end, is for the whole file."""
    if _has_lone_return(block):
        raise NotPlain
    refused, unclosed = Refused(), Refused()
    text = block.decode("utf-8")
    stream = io.StringIO(text if text.endswith("\n") else text + "\n", newline="")
    singles = _single_lines(stream, head, line, unclosed, ends)
    grid = gather(singles, head.header, refused, width=len(head.header), started=line > 2)
    rows = grid.rows
    leave_out_repeated(grid, head.header)
    if grid.rows != rows or unclosed.count:
        raise NotPlain
    last = grid.row(grid.rows - 1) if grid.rows else []
    piece = Piece(grid.rows, ends, {}, {}, {}, last, refused=refused, exact=True)
    piece.blank_lines = ends - grid.rows - refused.count
    strays = dict[str, Strays]()
    for column, array in zip(head.columns, grid.columns, strict=True):
        strays |= piece.take(column, array, grid.lines)
    return counted(piece, head, strays)


def _single_lines(
    stream: io.StringIO, head: Head, line: int, unclosed: Refused, ends: int
) -> Iterator[tuple[int, list[str]]]:
    """The records of a block; raises `NotPlain` unless every one stands on a line of its own and ends there."""

    def lines() -> Iterator[str]:
        yield from stream
        yield _SENTINEL + "\n"

    dialect, count = Dialect(head.separator, str(head.settings.quote)), 0
    for number, record in records(lines(), dialect, first=line, width=len(head.header), refused=unclosed):
        count += 1
        if count <= ends:
            yield number, record
        elif record != [_SENTINEL]:
            raise NotPlain
    if count != ends + 1:
        raise NotPlain


def counted(piece: Piece, head: Head, strays: dict[str, Strays]) -> Piece:
    """The piece with what is to be counted of it."""
    for name, values in piece.numbers.items():
        piece.facts[name] = Numbers.of(values, *([strays[name]] if name in strays else []))
    if head.texts and piece.rows:
        empty = np.ones(piece.rows, dtype=bool)
        for turn, at in enumerate(head.texts):
            cells = piece.cells[head.columns[at].name]
            empty &= pc.equal(cells, "").to_numpy(zero_copy_only=False)
            piece.blank_first += int(empty.sum()) if not turn else 0
            if not empty.any():
                break
        piece.blank_texts = int(empty.sum())
    return piece
