"""Records → one column of text a name: blank rows, repeated headers and lines of the wrong length do not get in."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from segmentation.core.tables import Note
from segmentation.core.text import count_text, plain_text
from segmentation.data.reading.guards import refuse
from segmentation.data.reading.records import Refused

__all__ = ["Grid", "gather", "name_columns", "visible"]

CHUNK = 20_000
_MOST_SHOWN = 8
_MOST_LEFT_OUT = 2_000_000
_RULE = re.compile(r"^\s*+(?:[:+]?[-=]{2,}+[:+]?)?\s*+$")
_INVISIBLE = re.compile(r"[\x00-\x1f\x7f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")


@dataclass
class Grid:
    """The table as text: one Arrow array a column, and the line of the file that each row came from."""

    names: list[str]
    columns: list[pa.LargeStringArray]
    lines: np.ndarray
    refused: Refused
    notes: list[Note] = field(default_factory=list)
    labels: dict[str, str] = field(default_factory=dict)
    units: dict[str, str] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        return len(self.lines)

    def row(self, position: int) -> list[str]:
        """The cells of one row as text."""
        return [column[position].as_py() for column in self.columns]

    def keep_rows(self, mask: np.ndarray) -> None:
        """Keep the rows under a bool mask."""
        if not mask.all():
            keep = pa.array(mask)
            self.columns = [column.filter(keep) for column in self.columns]
            self.lines = self.lines[mask]


class _Lines:
    """Lines that were left out: how many, and the numbers of the first of them."""

    def __init__(self) -> None:
        self.count = 0
        self.first: list[int] = []

    def add(self, line: int) -> None:
        self.count += 1
        if self.count <= _MOST_SHOWN:
            self.first.append(line)
        elif self.count > _MOST_LEFT_OUT:
            what = f"has more than {count_text(_MOST_LEFT_OUT)} lines that are blank."
            raise refuse("", what, "Delete the blank lines, or save the table afresh.")

    def note(self, one: str, many: str) -> Note | None:
        if not self.count:
            return None
        where = ", ".join(map(count_text, self.first)) + (" …" if self.count > len(self.first) else "")
        return Note("Rows", f"{count_text(self.count)} {one if self.count == 1 else many} (line {where}).", self.count)


def name_columns(header: Sequence[str], places: Sequence[int]) -> tuple[list[str], list[Note]]:
    """Header cells → unique, visible names, and a note that lists every name that changed.

    places: position of each cell in the file, from 0; an empty name becomes "Column" and that position from 1.
    """
    names: list[str] = []
    changed: list[tuple[str, str]] = []
    taken: set[str] = set()
    plain = [" ".join(_INVISIBLE.sub(" ", cell).split()) for cell in header]
    wanted = set(plain)
    for place, cell, base in zip(places, header, plain, strict=True):
        base = base or f"Column {place + 1}"
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
    what = f"{_columns(len(changed))} renamed (empty, repeated, or with stray blanks): {listed}{more}."
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


def gather(
    records: Iterator[tuple[int, list[str]]],
    header: Sequence[str],
    refused: Refused,
    *,
    width: int,
    fill_short: bool = False,
    rows_done: Callable[[int], None] | None = None,
) -> Grid:
    """Read all records below the header into columns of text.

    A record with too few or too many cells is refused with its line number, never shifted; cells beyond the last
    column that are blank are dropped and counted. fill_short: give short records blank cells at the end instead.
    """
    chunks: list[list[pa.Array]] = [[] for _ in range(width)]
    rows: list[list[str]] = []
    lines: list[int] = []
    all_lines: list[np.ndarray] = []
    blank, repeated, ruled = _Lines(), _Lines(), _Lines()
    trailing = filled = 0
    header = list(header)

    def flush() -> None:
        for place, cells in enumerate(zip(*rows, strict=True)):
            chunks[place].append(pa.array(cells, pa.large_string()))
        all_lines.append(np.array(lines, dtype=np.int64))
        rows.clear()
        lines.clear()

    for line, row in records:
        if len(row) != width:
            if not any(cell.strip() for cell in row):
                blank.add(line)
                continue
            if len(row) > width and not any(cell.strip() for cell in row[width:]):
                trailing += 1
                row = row[:width]
            elif len(row) < width and fill_short:
                filled += 1
                row = row + [""] * (width - len(row))
            else:
                few = "few" if len(row) < width else "many"
                refused.add(line, f"too {few} cells: {len(row)} instead of {width}", " | ".join(row))
                continue
        elif not (row[0] and not row[0].isspace()) and not any(cell.strip() for cell in row):
            blank.add(line)
            continue
        if not rows and not all_lines and all(_RULE.match(cell) for cell in row):
            ruled.add(line)
            continue
        if row == header:
            repeated.add(line)
            continue
        rows.append(row)
        lines.append(line)
        if len(rows) == CHUNK:
            flush()
            if rows_done:
                rows_done(len(all_lines) * CHUNK)
    if rows:
        flush()
    columns = [_join(chunks[place]) for place in range(width)]
    pa.default_memory_pool().release_unused()
    found = np.concatenate(all_lines) if all_lines else np.zeros(0, dtype=np.int64)
    notes = [
        blank.note("blank line was left out", "blank lines were left out"),
        ruled.note("line below the header is only drawn", "lines below the header are only drawn"),
        repeated.note("line repeats the header and was left out", "lines repeat the header and were left out"),
    ]
    if trailing:
        notes.append(
            Note("Rows", f"{_rows(trailing)} with blank cells beyond the last column; they were dropped.", trailing)
        )
    if filled:
        notes.append(Note("Rows", f"{_rows(filled)} with too few cells; blank cells were added at the end.", filled))
    return Grid([], columns, found, refused, [note for note in notes if note])


def _join(parts: list[pa.Array]) -> pa.LargeStringArray:
    joined = pa.concat_arrays(parts) if parts else pa.array([], pa.large_string())
    parts.clear()  # so that a big file is not held twice
    return joined


def _columns(count: int) -> str:
    return "1 column was" if count == 1 else f"{count_text(count)} columns were"


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count_text(count)} rows"
