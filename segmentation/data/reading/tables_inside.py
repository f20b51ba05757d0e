"""Several tables in one sheet or file, one below the other or side by side: where each of them stands.

A further table below begins after a gap (a blank line, or lines of another width) with a line of names above values.
One beside it is set apart by a blank column with names on both sides, and has other lines or the same names again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from segmentation.core.tables import Note, Question
from segmentation.core.text import count_text, counted, plain_text
from segmentation.data.reading.guards import refuse
from segmentation.data.reading.layout import SAMPLE_RECORDS, find_header, is_value, word_above_values
from segmentation.data.reading.marks import MARKS
from segmentation.data.reading.records import Refused
from segmentation.data.reading.settings import AS_IT_STANDS, STACKED
from segmentation.data.reading.source import Record, Source

__all__ = ["Region", "beside_each_other", "find_regions", "narrowed"]

_MOST_TITLES = 4
_MOST_TABLES = 20
_MOST_GAPS = 2_000
_NUMERIC = 0.9


@dataclass(frozen=True)
class Region:
    """One table: its records, cut to its columns, the position of its header among them, and its names.

    sure: whether it cannot be a part of the table before it.
    """

    records: list[Record]
    header: int
    sure: bool = True

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the columns, without blanks at the end."""
        cells = [" ".join(cell.split()) for cell in self.records[self.header][1]]
        while cells and not cells[-1]:
            cells.pop()
        return tuple(cells)

    @property
    def body(self) -> list[Record]:
        """The records below the header that hold anything."""
        return [record for record in self.records[self.header + 1 :] if _filled(record[1])]


def beside_each_other(rows: Sequence[Record]) -> bool:
    """Whether a blank column divides the names and all of these records: reason enough to look at every record."""
    header = find_header([row for _, row in rows])
    return header is not None and len(_column_groups([row for _, row in rows[header:]])) > 1


def find_regions(rows: Sequence[Record]) -> list[Region]:
    """All records of a sheet → its tables from top to bottom and left to right; one of them for an ordinary table."""
    regions: list[Region] = []
    for block in _blocks(rows):
        regions += _side_by_side(block)
    return regions[:_MOST_TABLES]


def narrowed(source: Source, regions: list[Region], name: str) -> Source | None:
    """The source with only the table that is to be read; None where it is read as it stands.

    Without a choice, tables of the same names are put below one another, else the one with most cells is read. It is
    said and asked; where a blank column only divides the columns of one table, that is a remark and no notice.
    Raises one sentence for the number of a table that there is not.
    """
    regions = _worth_telling(regions)
    if len(regions) < 2:
        return None
    chosen = source.settings.table or _usual(regions)
    question = Question("table", "Several tables stand in this sheet. Which is read?", _choices(regions), chosen)
    if chosen == AS_IT_STANDS:
        source.questions.append(question)
        if not source.settings.table:
            own = any(map(_has_own_rows, regions[1:]))
            what = f"A blank column divides what may be {count_text(len(regions))} tables; they were read as one."
            source.notes.append(Note("Tables", what, len(regions), kind="tables" if own else ""))
        return None
    if chosen == STACKED:
        records = _stacked(regions)
        done = "all were read as one, each below the one before"
    elif chosen.isdecimal() and 0 < int(chosen) <= len(regions):
        records = regions[int(chosen) - 1].records
        done = f"“{_label(regions[int(chosen) - 1])}” was read"
    else:
        there = f"1 to {len(regions)}, {STACKED} or {AS_IT_STANDS}"
        what = f"has no table “{plain_text(chosen, longest=20)}”; there are {len(regions)}."
        raise refuse(name, what, f"Choose one of {there}.")
    listed = "; ".join(f"“{_label(region)}”" for region in regions[:4]) + (" …" if len(regions) > 4 else "")
    what = f"{count_text(len(regions))} tables stand in one sheet ({listed}): {done}."
    notes = [*source.notes, Note("Tables", what, len(regions), kind="tables")]

    def open_records(first: int, width: int, refused: Refused) -> Iterator[Record]:
        return (record for record in records if record[0] >= first)

    settings = replace(source.settings, table=chosen)
    questions = [*source.questions, question]
    return replace(
        source,
        text=None,
        head=records[:SAMPLE_RECORDS],
        open=open_records,
        settings=settings,
        notes=notes,
        done=lambda: 1.0,
        questions=questions,
    )


def _blocks(rows: Sequence[Record]) -> list[Region]:
    """The records cut where a further table begins below; each piece with its header."""
    first = find_header([row for _, row in rows[:SAMPLE_RECORDS]])
    if first is None:
        return []
    above = [_header_after(rows, gap, -1) for gap in (0, *_gaps(rows[:first], 1))]
    starts = [(0, index) for index in above if index is not None and _is_large_enough(rows[index:first])][:1]
    starts = starts or [(0, first)]
    for gap in _gaps(rows, starts[0][1] + 1)[:_MOST_GAPS]:
        header = _header_after(rows, gap, starts[-1][1])
        if header is not None:
            starts.append((gap, header))
        if len(starts) > _MOST_TABLES:
            break
    ends = [start for start, _ in starts[1:]] + [len(rows)]
    return [Region(list(rows[start:end]), header - start) for (start, header), end in zip(starts, ends, strict=True)]


def _gaps(rows: Sequence[Record], after: int) -> list[int]:
    """Positions of the records that follow a blank line or have another number of cells than the one before."""
    return [
        at
        for at, (before, now) in enumerate(pairwise(rows[after:]), after + 1)
        if _filled(now[1]) and (not _filled(before[1]) or len(before[1]) != len(now[1]) or now[0] - before[0] > 1)
    ]


def _is_large_enough(rows: Sequence[Record]) -> bool:
    """Whether lines above the table of most columns are one of their own, not a few facts about the file."""
    return len([row for _, row in rows if _filled(row) > 1]) > 2 + (_filled(rows[0][1]) < 3 if rows else 0)


def _header_after(rows: Sequence[Record], gap: int, before: int) -> int | None:
    """The header of a further table that begins at a position, after at most a few lines of title; else None."""
    if gap <= before:
        return None
    for at in range(gap, min(gap + _MOST_TITLES, len(rows))):
        row = rows[at][1]
        if not _filled(row):
            return None
        body = [other for _, other in rows[at + 1 : at + 1 + SAMPLE_RECORDS]]
        end = next((index for index, other in enumerate(body) if not _filled(other)), len(body))
        if _are_names(row, body[:end]):
            return at
        if _filled(row) > 1:
            return None
    return None


def _are_names(row: Sequence[str], body: Sequence[Sequence[str]]) -> bool:
    """Whether words stand above columns of values: every column that holds numbers or dates below has its name."""
    cells = [cell.strip() for cell in row if cell.strip()]
    plain = [cell.lower() for cell in cells]
    if len(cells) < 2 or len(body) < 2 or len(set(plain)) < len(plain):
        return False
    if any(is_value(cell) or cell.lower() in MARKS for cell in cells):
        return False
    counted = [index for index in range(len(row)) if _is_counted(index, body)]
    return bool(counted) and all(word_above_values(row, index, body) for index in counted)


def _is_counted(index: int, body: Sequence[Sequence[str]]) -> bool:
    below = [other[index] for other in body if index < len(other) and other[index].strip()]
    return len(below) > 1 and sum(map(is_value, below)) >= _NUMERIC * len(below)


def _side_by_side(block: Region) -> list[Region]:
    """The tables that stand beside one another in a piece of a sheet."""
    groups = _column_groups([row for _, row in block.records[block.header :]])
    if len(groups) < 2:
        return [block]
    pieces = [_cut(block, left, right) for left, right in groups]
    if any(piece is None for piece in pieces):
        return [block]
    whole = [piece for piece in pieces if piece is not None]
    lengths = {max((line for line, _ in piece.body), default=0) for piece in whole}
    names = [name.lower() for piece in whole for name in piece.names]
    sure = len(lengths) > 1 or len(set(names)) < len(names)
    return [replace(piece, sure=sure) for piece in whole]


def _column_groups(rows: Sequence[Sequence[str]]) -> list[tuple[int, int]]:
    """(first, end) of runs of columns between columns that are blank in every record, if each has two names."""
    width = max(map(len, rows), default=0)
    used = [False] * width
    for row in rows:
        for index, cell in enumerate(row):
            if cell and not used[index] and cell.strip():
                used[index] = True
    edges = [index for index in range(width + 1) if (index < width and used[index]) != (index > 0 and used[index - 1])]
    groups = list(zip(edges[::2], edges[1::2], strict=True))
    return groups if all(sum(1 for cell in rows[0][left:right] if cell.strip()) > 1 for left, right in groups) else []


def _cut(block: Region, left: int, right: int) -> Region | None:
    records = [(line, [*row[left:right], *[""] * (right - left - len(row[left:right]))]) for line, row in block.records]
    while records and not _filled(records[-1][1]):
        records.pop()
    header = find_header([row for _, row in records[:SAMPLE_RECORDS]])
    return None if header is None or header + 1 >= len(records) else Region(records, header)


def _has_own_rows(region: Region) -> bool:
    """Whether the first column of a piece tells its rows apart, so that they may be others than those beside them.

    Where it does not, a blank column is there for the eye alone, and nothing is in doubt.
    """
    cells = [row[0].strip() for _, row in region.body if row and row[0].strip()]
    return len(cells) > 1 and len(set(cells)) == len(cells) and not any(map(is_value, cells))


def _worth_telling(regions: list[Region]) -> list[Region]:
    """The tables; none where a heading is only repeated below a blank line, as reports on several pages have it."""
    same = {tuple(name.lower() for name in region.names) for region in regions}
    titled = any(region.header for region in regions[1:])
    beside = len({region.records[0][0] for region in regions}) < len(regions)
    return [] if len(same) == 1 and not titled and not beside else regions


def _usual(regions: list[Region]) -> str:
    """What is read without a choice: all where the names agree, one of different ones, all as it stands in doubt."""
    if not all(region.sure for region in regions):
        return AS_IT_STANDS
    if len({tuple(name.lower() for name in region.names) for region in regions}) == 1:
        return STACKED
    return str(1 + max(range(len(regions)), key=lambda at: (len(regions[at].body) * len(regions[at].names), -at)))


def _choices(regions: list[Region]) -> tuple[tuple[str, str], ...]:
    each = [(str(at), f"{at}: {_label(region)}") for at, region in enumerate(regions, 1)]
    alike = len({tuple(sorted(name.lower() for name in region.names)) for region in regions}) == 1
    together = [(STACKED, "All of them, one below the other")] if alike else []
    return (*together, *each, (AS_IT_STANDS, "All of it as one table"))


def _label(region: Region) -> str:
    """What a table is called: the title above it or its first names, and how many rows it has."""
    title = next((cell for _, row in region.records[: region.header] for cell in row if cell.strip()), "")
    shown = plain_text(title or ", ".join(filter(None, region.names[:3])), longest=40)
    return f"{shown}: {counted(len(region.body), 'row')}"


def _stacked(regions: list[Region]) -> list[Record]:
    """The records of the first table, then those below the headers of the others, in its order of columns."""
    first = regions[0]
    records = list(first.records)
    for region in regions[1:]:
        theirs = [name.lower() for name in region.names]
        order = [theirs.index(name.lower()) for name in first.names]
        records += [(line, [row[at] if at < len(row) else "" for at in order]) for line, row in region.body]
    return records


def _filled(row: Sequence[str]) -> int:
    return sum(1 for cell in row if cell and cell.strip())
