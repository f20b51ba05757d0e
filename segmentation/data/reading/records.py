"""Lines of text → records of cells, exactly as Python's `csv` module reads them, with their line numbers."""

from __future__ import annotations

import csv
import io
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from segmentation.core.text import plain_text
from segmentation.data.reading.guards import refuse

__all__ = ["BACKSLASHED", "SPACED", "Dialect", "Refused", "TextFile", "open_text", "records"]

_MOST_LINES = 1_000  # a quoted cell that spans more lines was never closed
_MOST_UNCLOSED = 1_000
_MOST_KEPT = 10_000


BACKSLASHED = '\\"'
"""The quotation mark of files that write a mark inside a cell as \\" and not as two marks."""


SPACED = ' "'
"""The quotation mark of files that write a blank after each separator, also before a mark: 1, "Smith, Ann", 2."""


@dataclass(frozen=True)
class Dialect:
    """How cells are separated and quoted; separator " " means any run of blanks."""

    separator: str
    quote: str = '"'

    def reader(self, lines: Iterable[str], *, strict: bool = False) -> Iterator[list[str]]:
        """The `csv` reader of this dialect."""
        return csv.reader(
            lines,
            delimiter=self.separator,
            quotechar=self.quote[-1:] or None,
            doublequote=self.quote != BACKSLASHED,
            escapechar="\\" if self.quote == BACKSLASHED else None,
            quoting=csv.QUOTE_MINIMAL if self.quote else csv.QUOTE_NONE,
            skipinitialspace=self.separator == " " or self.quote == SPACED,
            strict=strict,
        )


@dataclass(frozen=True)
class TextFile:
    """A file of text as it lies there. wrapped: whole lines stand in quotation marks; first: its first line of text."""

    data: bytes
    encoding: str
    dialect: Dialect
    wrapped: bool = False
    first: int = 1


@dataclass
class Refused:
    """Lines that could not be read: all are counted, the first 10,000 are kept as (line, reason, text)."""

    rows: list[tuple[int, str, str]] = field(default_factory=list)
    count: int = 0

    def add(self, line: int, reason: str, text: str) -> None:
        self.count += 1
        if len(self.rows) < _MOST_KEPT:
            self.rows.append((line, reason, plain_text(text, longest=500)))


def open_text(data: bytes, encoding: str) -> tuple[io.TextIOWrapper, io.BytesIO]:
    """The lines of a file, decoded as they are asked for, and the bytes below, whose position tells how far one is.

    Every kind of line end, also the old Macintosh one, ends a line.
    """
    if encoding in ("utf-16-le", "utf-16-be") and data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encoding = "utf-16"
    raw = io.BytesIO(data)
    marked = "utf-8-sig" if encoding == "utf-8" else encoding
    return io.TextIOWrapper(raw, encoding=marked, errors="replace", newline=""), raw


class _Lines:
    """Lines that remember which of them the current record took, and can take them back."""

    def __init__(self, stream: Iterable[str], first: int) -> None:
        self._stream = iter(stream)
        self._back: deque[str] = deque()
        self.number = first - 1
        self.taken: list[str] = []

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        if len(self.taken) > _MOST_LINES:
            raise csv.Error("too many lines in one cell")
        line = self._back.popleft() if self._back else next(self._stream)
        self.number += 1
        self.taken.append(line)
        return line

    def give_back(self) -> None:
        """Keep the first line of the record as read; the others will be read again as records of their own."""
        self._back.extendleft(reversed(self.taken[1:]))
        self.number -= len(self.taken) - 1
        del self.taken[1:]


def records(
    stream: Iterable[str], dialect: Dialect, *, first: int = 1, width: int = 0, refused: Refused, name: str = "The file"
) -> Iterator[tuple[int, list[str]]]:
    """(line number, cells) of every record, from line number `first` on.

    A record that spans several lines must be well-formed, and have `width` cells where that is known. If not, a
    quotation mark was opened and never closed: its first line is refused and the next ones are read by themselves.
    """
    if dialect.separator == " ":
        stream = (line.strip(" \t\r\n") for line in stream)
    lines = _Lines(stream, first)
    reader = dialect.reader(lines)
    unclosed = 0
    while True:
        lines.taken.clear()
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error:
            row = []
            whole = False
        else:
            whole = len(lines.taken) == 1 or _well_formed(lines.taken, dialect, row, width)
        if whole:
            yield lines.number - len(lines.taken) + 1, row
            continue
        unclosed += 1
        if unclosed > _MOST_UNCLOSED:
            raise refuse(
                name,
                f"has more than {_MOST_UNCLOSED:,} quotation marks that open and never close (first lines: "
                + ", ".join(str(line) for line, _, _ in refused.rows[:3])
                + ").",
                "Export it again, or choose another quotation mark.",
                "--read quote=MARK",
            )
        lines.give_back()
        refused.add(lines.number, "a quotation mark opens here and does not close", lines.taken[0])


def _well_formed(taken: list[str], dialect: Dialect, row: list[str], width: int) -> bool:
    if width and len(row) != width:
        return False
    try:
        return len(list(dialect.reader(taken, strict=True))) == 1
    except csv.Error:
        return False
