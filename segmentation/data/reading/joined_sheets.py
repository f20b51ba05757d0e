"""A table that goes on on further sheets of a workbook: the same columns, one sheet a month or a year."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from segmentation.core.tables import Note, Question
from segmentation.core.text import count_text, plain_text
from segmentation.data.reading.dates import looks_like_date
from segmentation.data.reading.layout import SAMPLE_RECORDS, filled, find_header, is_value
from segmentation.data.reading.source import Record

__all__ = ["ALL_SHEETS", "MOST_SHEETS", "Joined", "join_sheets"]

ALL_SHEETS = "*"
"""What `ReadSettings.sheet` says where all sheets with the same columns are one table."""
MOST_SHEETS = 60
"""Further sheets that are looked at."""


@dataclass(frozen=True)
class Joined:
    """The rows of one or several sheets, the sheets that were added, what is said of it, and the question."""

    rows: list[Record]
    sheets: tuple[str, ...] = ()
    notes: list[Note] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)


def join_sheets(
    rows: list[Record], sheet: str, read_sheet: Callable[[str], list[Record]], others: Sequence[str]
) -> Joined:
    """Rows of the first sheet and the names of others → with the rows of every other sheet that has the same columns.

    The columns of another sheet may stand in another order, or its rows go on without a header of their own. A sheet
    whose rows are all those of an earlier one is a copy and is not added. Row numbers of further sheets count on.
    """
    names = _names(rows)
    if not others or len(names) < 2:
        return Joined(rows)
    all_rows, added, copies = list(rows), list[str](), list[str]()
    seen = {_body(rows)}
    for other in others:
        other_rows = read_sheet(other)
        theirs = _names(other_rows) or (names if _go_on(rows, other_rows, len(names)) else [])
        if sorted(theirs) != sorted(names) or len(set(names)) < len(names):
            continue
        body = _body(other_rows)
        if body in seen:
            copies.append(other)
            continue
        seen.add(body)
        order = [theirs.index(name) for name in names]
        last = all_rows[-1][0]
        for line, row in other_rows[_header(other_rows) + 1 :]:  # from the first where there is no header
            full = row + [""] * (len(theirs) - len(row))
            all_rows.append((last + line, [full[at] for at in order] + full[len(theirs) :]))
        added.append(other)
    notes = []
    if copies:
        listed = ", ".join(f"“{plain_text(name, longest=40)}”" for name in copies[:5])
        notes.append(Note("Sheet", f"Sheets that only repeat an earlier one were not read: {listed}.", len(copies)))
    if not added:
        return Joined(rows, notes=notes)
    listed = ", ".join(f"“{plain_text(name, longest=40)}”" for name in (sheet, *added)[:8])
    what = f"{count_text(len(added) + 1)} sheets have the same columns and were read as one table: {listed}."
    notes.append(Note("Sheet", what, len(added) + 1, kind="sheets"))
    choices = [(ALL_SHEETS, f"All {len(added) + 1} as one table")]
    choices += [(name, f"Only “{plain_text(name, longest=30)}”") for name in (sheet, *added)[:6]]
    text = "Several sheets have the same columns. Which are read?"
    return Joined(all_rows, tuple(added), notes, [Question("sheet", text, tuple(choices), ALL_SHEETS)])


def _header(rows: list[Record]) -> int:
    header_row = find_header([row for _, row in rows[:SAMPLE_RECORDS]])
    return -1 if header_row is None else header_row


def _names(rows: list[Record]) -> list[str]:
    """The names of the columns in one spelling; empty where a sheet has no header."""
    header_row = _header(rows)
    if header_row < 0:
        return []
    cells = [" ".join(cell.lower().split()) for cell in rows[header_row][1]]
    while cells and not cells[-1]:
        cells.pop()
    return cells


def _go_on(rows: list[Record], others: list[Record], width: int) -> bool:
    """Whether rows without a header go on with a table: as wide, with numbers and dates in the same columns."""
    body = _kinds([row for _, row in rows[_header(rows) + 1 :]], width)
    further = [row for _, row in others if filled(row)]
    if not further or max(map(len, further)) != width or not ({"number", "date"} & set(body)):
        return False
    return body == _kinds(further, width) == _kinds(further[:1], width)


def _kinds(rows: list[list[str]], width: int) -> list[str]:
    """What most cells of each column are: number, date or text."""
    kinds = []
    for at in range(width):
        cells = [row[at].strip() for row in rows[:SAMPLE_RECORDS] if at < len(row) and row[at].strip()]
        cell_kinds = ["date" if looks_like_date(cell) else "number" if is_value(cell) else "text" for cell in cells]
        kinds.append(max(("text", "number", "date"), key=cell_kinds.count))
    return kinds


def _body(rows: list[Record]) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(row) for _, row in rows[_header(rows) + 1 :] if filled(row))
