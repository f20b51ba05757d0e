"""Records → one column of text a name: blank rows, repeated headers and lines of the wrong length do not get in."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from segmentation.core.tables import Note
from segmentation.core.text import count_text, counted, plain_text
from segmentation.data.reading.records import Refused

__all__ = ["MOST_LEFT_OUT", "Grid", "Sieve", "TooManyLines", "gather", "joined", "name_columns", "visible"]

CHUNK = 20_000
_MOST_SHOWN = 8
MOST_LEFT_OUT = 2_000_000
_RULE = re.compile(r"^\s*+(?:[:+]?[-=]{2,}+[:+]?)?\s*+$")
_INVISIBLE = re.compile(r"[\x00-\x1f\x7f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")


@dataclass
class Grid:
    """The table as text: one Arrow array a column, and the line of the file that each row came from.

    totals: line → label of each total between the rows that was left out.
    """

    names: list[str]
    columns: list[pa.LargeStringArray]
    lines: np.ndarray
    refused: Refused
    notes: list[Note] = field(default_factory=list)
    labels: dict[str, str] = field(default_factory=dict)
    units: dict[str, str] = field(default_factory=dict)
    totals: dict[int, str] = field(default_factory=dict)
    _encoded: dict[int, tuple[pa.Array, pa.DictionaryArray]] = field(default_factory=dict, repr=False, compare=False)

    @property
    def rows(self) -> int:
        return len(self.lines)

    def row(self, position: int) -> list[str]:
        """The cells of one row as text."""
        return [column[position].as_py() for column in self.columns]

    def encoded(self, position: int) -> pa.DictionaryArray:
        """A column as its different cells and which of them each row has, made once for who looks at it next."""
        cells = self.columns[position]
        if position not in self._encoded or self._encoded[position][0] is not cells:
            self._encoded[position] = cells, cells.dictionary_encode()
        return self._encoded[position][1]

    def take_encoded(self, position: int) -> pa.DictionaryArray:
        """The same for the last who needs it: it is not kept."""
        encoded = self.encoded(position)
        del self._encoded[position]
        return encoded

    def rows_of(self, position: int, which: Callable[[pa.Array], pa.Array]) -> np.ndarray:
        """Positions of the rows whose cell in a column is one that `which` says of the different cells, in order."""
        encoded = self.encoded(position)
        there = which(encoded.dictionary).to_numpy(zero_copy_only=False).astype(bool)
        if not there.any():
            return np.zeros(0, dtype=np.int64)
        return np.flatnonzero(there[encoded.indices.to_numpy()])

    def keep_rows(self, mask: np.ndarray) -> None:
        """Keep the rows under a bool mask."""
        if not mask.all():
            keep = pa.array(mask)
            self.columns = [column.filter(keep) for column in self.columns]
            self.lines = self.lines[mask]


class TooManyLines(Exception):
    """More lines are no rows than a table ever has; its text says what they are: "are blank"."""


class _Lines:
    """Lines that were left out: how many, and the numbers of the first of them; are: what they are, in words."""

    def __init__(self, are: str) -> None:
        self._are = are
        self.count = 0
        self.first: list[int] = []

    def add(self, line: int) -> None:
        self.count += 1
        if self.count <= _MOST_SHOWN:
            self.first.append(line)
        elif self.count > MOST_LEFT_OUT:
            raise TooManyLines(self._are)

    def note(self, one: str, many: str) -> Note | None:
        if not self.count:
            return None
        where = ", ".join(map(count_text, self.first)) + (" …" if self.count > len(self.first) else "")
        return Note("Rows", f"{counted(self.count, one, many)} (line {where}).", self.count)


def name_columns(header: Sequence[str], places: Sequence[int]) -> tuple[list[str], list[Note]]:
    """Header cells → unique, visible names, and a note that lists every name that changed.

    places: position of each cell in the file, from 0; an empty name becomes "Column" and that position from 1.
    """
    names: list[str] = []
    changed: list[tuple[str, str]] = []
    taken: set[str] = set()
    plain = [" ".join(_INVISIBLE.sub(" ", cell).split()) for cell in header]
    wanted = set(plain)
    for index, cell, base in zip(places, header, plain, strict=True):
        base = base or f"Column {index + 1}"
        name, number = base, 2
        while name in taken or (name != base and name in wanted):
            name, number = f"{base} ({number})", number + 1
        taken.add(name)
        names.append(name)
        if name != cell:
            changed.append((visible(cell), plain_text(name, longest=60)))
    if not changed:
        return names, []
    listed = "; ".join(f"“{before}” → “{after}”" for before, after in changed[:40])
    more = f" and {count_text(len(changed) - 40)} more" if len(changed) > 40 else ""
    were = counted(len(changed), "column was", "columns were")
    what = f"{were} renamed (empty, repeated, or with stray blanks): {listed}{more}."
    return names, [Note("Header", what, len(changed), tuple(changed[:3]))]


def visible(cell: str) -> str:
    """A cell for an example of before and after: blanks around it, which nobody sees, become ␣."""
    cell = re.sub(r"\r\n|\r|\n", "⏎", cell)
    core = cell.strip()
    if core == cell:
        return plain_text(cell, longest=60)
    before = len(cell) - len(cell.lstrip())
    shown = plain_text(core, longest=50)
    return "␣" * min(before, 3) + shown + "␣" * min(len(cell) - before - len(core), 3)


class Sieve:
    """Records → rows of the width of the table; what is left out, cut, filled up or refused is counted.

    started: whether there was a row of data; before that a line of dashes is one that is drawn below the header.
    """

    def __init__(
        self, header: Sequence[str], refused: Refused, *, width: int, fill_short: bool, started: bool = False
    ) -> None:
        self.header, self.width, self._fill_short = list(header), width, fill_short
        self.refused = refused
        self._blank, self._repeated, self._ruled = map(_Lines, ("are blank", "repeat its header", "are only drawn"))
        self._cut = self._filled = 0
        self.started = started

    def row(self, line: int, record: list[str]) -> list[str] | None:
        """The record as a row of data, or None where it is none."""
        if (not record or not record[0] or record[0].isspace()) and _is_blank(record):
            self._blank.add(line)
            return None
        if len(record) != self.width:
            fitted = self._fit(line, record)
            if fitted is None:
                return None
            record = fitted
        if not self.started and all(_RULE.match(cell) for cell in record):
            self._ruled.add(line)
            return None
        if record == self.header:
            self._repeated.add(line)
            return None
        self.started = True
        return record

    def is_plain(self, record: list[str]) -> bool:
        """Whether a record after the first row is taken as it is."""
        return len(record) == self.width and bool(record[0].strip()) and record != self.header

    def _fit(self, line: int, record: list[str]) -> list[str] | None:
        """A record of another width at that of the table, or None and refused with its line number."""
        missing = self.width - len(record)
        if missing < 0 and _is_blank(record[self.width :]):
            self._cut += 1
            return record[: self.width]
        if missing > 0 and self._fill_short:
            self._filled += 1
            return record + [""] * missing
        few = "few" if missing > 0 else "many"
        self.refused.add(line, f"too {few} cells: {len(record)} instead of {self.width}", " | ".join(record))
        if self.refused.count > MOST_LEFT_OUT:
            raise TooManyLines("do not fit its header")
        return None

    def notes(self) -> list[Note]:
        """What was done to the records, for the reader of the file."""
        left_out = (
            self._blank.note("blank line was left out", "blank lines were left out"),
            self._ruled.note("line below the header is only drawn", "lines below the header are only drawn"),
            self._repeated.note(
                "line repeats the header and was left out", "lines repeat the header and were left out"
            ),
        )
        mended = (
            (self._cut, "with blank cells beyond the last column; they were dropped."),
            (self._filled, "with too few cells; blank cells were added at the end."),
        )
        notes = [note for note in left_out if note]
        return notes + [Note("Rows", f"{counted(count, 'row')} {what}", count) for count, what in mended if count]


class _Chunks:
    """Rows on their way into columns of text, a chunk at a time."""

    def __init__(self, width: int) -> None:
        self._parts: list[list[pa.Array]] = [[] for _ in range(width)]
        self._lines: list[np.ndarray] = []
        self._open_rows: list[list[str]] = []
        self._open_lines: list[int] = []

    def add(self, line: int, row: list[str]) -> int:
        """Take a row; the number of rows so far where it closes a chunk, else 0."""
        self._open_rows.append(row)
        self._open_lines.append(line)
        if len(self._open_rows) < CHUNK:
            return 0
        self._close()
        return len(self._lines) * CHUNK

    def _close(self) -> None:
        for parts, cells in zip(self._parts, zip(*self._open_rows, strict=True), strict=True):
            parts.append(pa.array(cells, pa.large_string()))
        self._lines.append(np.array(self._open_lines, dtype=np.int64))
        self._open_rows.clear()
        self._open_lines.clear()

    def join(self) -> tuple[list[pa.LargeStringArray], np.ndarray]:
        """The columns, and the line of the file of each row."""
        if self._open_rows:
            self._close()
        columns = [joined(parts) for parts in self._parts]
        pa.default_memory_pool().release_unused()
        return columns, np.concatenate(self._lines) if self._lines else np.zeros(0, dtype=np.int64)


def gather(
    records: Iterator[tuple[int, list[str]]],
    header: Sequence[str],
    refused: Refused,
    *,
    width: int,
    fill_short: bool = False,
    rows_done: Callable[[int], None] | None = None,
    started: bool = False,
) -> Grid:
    """Read all records below the header into columns of text.

    A record with too few or too many cells is refused with its line number, never shifted; cells beyond the last
    column that are blank are dropped and counted. fill_short: give short records blank cells at the end instead.
    started: rows of data came before, so that a line of dashes is no line drawn below the header.
    """
    sieve = Sieve(header, refused, width=width, fill_short=fill_short, started=started)
    chunks = _Chunks(width)
    for line, record in records:
        row = sieve.row(line, record)
        done = chunks.add(line, row) if row is not None else 0
        if done and rows_done:
            rows_done(done)
    columns, lines = chunks.join()
    return Grid([], columns, lines, refused, sieve.notes())


def _is_blank(cells: Sequence[str]) -> bool:
    return not any(cell.strip() for cell in cells)


def joined(parts: list[pa.Array]) -> pa.LargeStringArray:
    """Pieces of a column as one; the list is emptied."""
    whole = pa.concat_arrays(parts) if parts else pa.array([], pa.large_string())
    parts.clear()  # so that a big file is not held twice
    return whole
