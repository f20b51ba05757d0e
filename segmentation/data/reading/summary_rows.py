"""Rows that are no data: totals and footnotes at the bottom; recognised so that they become no customers."""

from __future__ import annotations

import re

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from segmentation.core.errors import Problem
from segmentation.core.tables import Note
from segmentation.core.text import count_text, counted, plain_text
from segmentation.data.reading.gather import Grid
from segmentation.data.reading.long_patterns import any_of, may_hold
from segmentation.data.reading.numbers import best_numbers, parse_both
from segmentation.data.reading.total_words import AVERAGE_WORDS, SHORT_WORDS, TOTAL_WORDS

__all__ = ["any_total", "leave_out_footnotes", "leave_out_totals", "may_be_total", "totals_inside"]

_LABEL = re.compile(rf"^\W*(?:{TOTAL_WORDS}|{SHORT_WORDS})\W*$", re.IGNORECASE)
_AVERAGE = re.compile(rf"^\W*(?:{AVERAGE_WORDS})\W*$", re.IGNORECASE)
_INSIDE = rf"(?i)^\W*(?:{TOTAL_WORDS}|{SHORT_WORDS}|{AVERAGE_WORDS})\W*$"
_WORDS_INSIDE = any_of(f"{TOTAL_WORDS}|{SHORT_WORDS}|{AVERAGE_WORDS}")
_FOOTNOTE = re.compile(r"^\W*(?:source|note|notes|please note|quelle|hinweis|anmerkung|fonte|fuente)\b", re.IGNORECASE)
_TAIL = 25
_TOLERANCE = 0.005
_FEW_ROWS, _MANY_ROWS = 4, 8  # in so few rows the last may be the sum by chance, in two columns of numbers, or in one
_NEAR = 100


def leave_out_footnotes(grid: Grid) -> None:
    """Drop lines of text below the table: at most one cell filled, no number, after a gap or a word such as Source."""
    if len(grid.columns) < 3:
        return
    start = _start_of_texts(grid)
    texts = [_filled(grid, at)[0] for at in range(start, grid.rows)]
    if not texts or not start:
        return
    gap = grid.lines[start] - grid.lines[start - 1] > 1
    if not gap and not _FOOTNOTE.match(texts[0]):
        return
    examples = tuple((plain_text(text, longest=60), "left out") for text in texts[:3])
    lines = ", ".join(count_text(line) for line in grid.lines[start:])
    what = f"{counted(len(texts), 'line')} of text below the table left out (line {lines})."
    grid.notes.append(Note("Rows", what, len(texts), examples, kind="left out"))
    grid.keep_rows(np.arange(grid.rows) < start)


def _start_of_texts(grid: Grid) -> int:
    """The first of the rows at the bottom that hold one cell of text each and call themselves no total."""
    start = grid.rows
    while start > 0 and grid.rows - start < _TAIL:
        cells = _filled(grid, start - 1)
        if len(cells) != 1 or _numbers(cells) or _LABEL.match(cells[0].strip()):
            break
        start -= 1
    return start


def _filled(grid: Grid, row: int) -> list[str]:
    return [cell for cell in grid.row(row) if cell.strip()]


def leave_out_totals(grid: Grid, *, last: bool = False) -> None:
    """Drop total rows at the bottom and list them.

    A row is a total when a cell says so (Total, Sum, Grand total …) and its numbers are sums or it holds few other
    cells; or when it has no label, leaves most cells blank, and all its numbers are the sums of their columns; or when
    it has another label and that can be no chance. last: totals between the rows are gone by now, so that one that says
    so goes, too, whose figures are no sums but larger than all others.
    """
    for _ in range(3):
        why = _total(grid, last=last) if grid.rows > 2 else ""
        if not why:
            break
        line = int(grid.lines[-1])
        shown = " | ".join(cell.strip() for cell in grid.row(grid.rows - 1) if cell.strip())
        what = f"The total row at the bottom was left out (line {count_text(line)}): {why}."
        grid.notes.append(
            Note("Rows", what, 1, ((plain_text(shown, longest=80), "left out"),), "total row", "left out")
        )
        grid.keep_rows(np.arange(grid.rows) < grid.rows - 1)


def _total(grid: Grid, *, last: bool) -> str:
    """Why the last row is a total, as the end of a sentence; "" when it is none."""
    row = [cell.strip() for cell in grid.row(grid.rows - 1)]
    label = next((cell for cell in row if _LABEL.match(cell)), "")
    average = next((cell for cell in row if _AVERAGE.match(cell)), "")
    if not label and not average:
        return _nameless_total(grid, row) or (_blank_total(grid, row) if last else "")
    return _labelled_total(grid, row, label, average) or (_larger_total(grid, row, label) if last and label else "")


def _labelled_total(grid: Grid, row: list[str], label: str, average: str) -> str:
    """Why a row with the word for a sum or a mean in it is one."""
    says = f"it says “{plain_text(label or average, longest=30)}”"
    of = "mean" if average else "sum"
    totals = _find_totals(grid, _numbers(row), of, _TOLERANCE)
    if totals:
        return f"{says} and holds the {of} of {_first_names(grid, totals)}"
    others = sum(bool(cell) and cell not in (label, average) for cell in row)
    return says if label and others <= max(1, len(row) // 3) else ""


def _larger_total(grid: Grid, row: list[str], label: str) -> str:
    """Why a row that says it is a total is one although its figures are no sums: they are larger than all above."""
    larger = [_is_larger(grid, place, values) for place, values in _numbers(row).items()]
    says = f"it says “{plain_text(label, longest=30)}” and its figures are larger than all above"
    return says if larger and all(larger) else ""


def _blank_total(grid: Grid, row: list[str]) -> str:
    """Why a row without such a word is a total although its figures are no sums: larger, and it names nobody."""
    blank = [at for at, cell in enumerate(row) if not cell and _filled_above(grid, at)]
    numbers = _numbers(row)
    if len(blank) < 2 or not numbers or not all(_is_larger(grid, at, values) for at, values in numbers.items()):
        return ""
    return (
        f"it leaves {_first_names(grid, blank)} blank, as no other row does, and its figures are larger than all above"
    )


def _filled_above(grid: Grid, at: int) -> bool:
    """Whether every cell of a column above the last row is filled."""
    above = pc.utf8_trim_whitespace(grid.columns[at].slice(0, grid.rows - 1))
    return bool(pc.all(pc.not_equal(above, "")).as_py())


def _nameless_total(grid: Grid, row: list[str]) -> str:
    """Why a row without such a word is the sum: each of its numbers is one, and it names nobody, or it is no chance."""
    gap = grid.lines[-1] - grid.lines[-2] > 1
    numbers = _numbers(row)
    nobody = not row[0] and (gap or 2 * sum(map(bool, row)) <= len(row))
    enough = (len(numbers) > 1 and grid.rows > _FEW_ROWS) or grid.rows > _MANY_ROWS
    worded = enough and 0 < len(numbers) < sum(map(bool, row)) and _may_be_sums(grid, numbers)
    totals = _find_totals(grid, numbers, "sum", 1e-9) if nobody or worded else []
    if not totals or len(totals) < len(numbers):
        return ""
    if nobody:
        return f"it holds the sum of {_first_names(grid, totals)} and names nobody"
    return f"each of its figures is the sum of those above ({_first_names(grid, totals)})"


def _may_be_sums(grid: Grid, numbers: dict[int, tuple[float, ...]]) -> bool:
    """Whether each number is at least the sum of the last rows above it, none of which is below zero: a quick look."""
    for place, values in numbers.items():
        near = grid.columns[place].slice(max(0, grid.rows - 1 - _NEAR), min(_NEAR, grid.rows - 1))
        known = best_numbers(near)
        known = known[np.isfinite(known)]
        if len(known) < 2 or known.min() < 0 or max(values) < known.sum() - 0.006:
            return False
    return True


def _is_larger(grid: Grid, place: int, values: tuple[float, ...]) -> bool:
    """Whether a number is larger than every one of the two or more above it."""
    above = best_numbers(grid.columns[place].slice(0, grid.rows - 1))
    known = above[np.isfinite(above)]
    return len(known) > 1 and max(values) > np.abs(known).max()


def _find_totals(grid: Grid, numbers: dict[int, tuple[float, ...]], of: str, tolerance: float) -> list[int]:
    return [index for index, values in numbers.items() if _is_total(grid, index, values, of, tolerance)]


def _first_names(grid: Grid, places: list[int]) -> str:
    return ", ".join(plain_text(grid.names[index], longest=40) for index in places[:3])


def _numbers(cells: list[str]) -> dict[int, tuple[float, ...]]:
    """Place → the number in that cell, read with a decimal point and with a decimal comma where both work."""
    array = pa.array([cell.strip() for cell in cells], pa.large_string())
    both = parse_both(array)
    values = {at: tuple({float(v[at]) for v in both if np.isfinite(v[at])}) for at in range(len(cells))}
    return {at: numbers for at, numbers in values.items() if numbers}


def _is_total(grid: Grid, index: int, wanted: tuple[float, ...], of: str, tolerance: float) -> bool:
    """Whether one of the numbers is the sum (or mean) of the two or more values other than zero above it."""
    above = grid.columns[index].slice(0, grid.rows - 1)
    for values in parse_both(above):
        values = values[np.isfinite(values)]
        if np.count_nonzero(values) < 2:
            continue
        total = values.sum() if of == "sum" else values.mean()
        room = max(tolerance * abs(total), 0.006)
        if total != 0 and any(abs(total - value) <= room for value in wanted):
            return True
    return False


def may_be_total(row: list[str]) -> bool:
    """Whether a cell of a row (without blanks around) says that it is a sum or a mean."""
    return any(_LABEL.match(cell) or _AVERAGE.match(cell) for cell in row)


def any_total(cells: pa.Array) -> bool:
    """Whether any of the cells says Total or Subtotal."""
    return may_hold(cells, _WORDS_INSIDE) and bool(pc.any(pc.match_substring_regex(cells, _INSIDE)).as_py())


def totals_inside(grid: Grid) -> list[Problem]:
    """A warning for rows between the others whose first or second cell says Total or Subtotal; they are kept."""
    places: set[int] = set()
    for cells in grid.columns[:2]:
        encoded = cells.dictionary_encode()  # most cells are repeated: only the distinct ones are looked at
        if not may_hold(encoded.dictionary, _WORDS_INSIDE):
            continue
        hits = np.flatnonzero(pc.match_substring_regex(encoded.dictionary, _INSIDE).to_numpy(zero_copy_only=False))
        if len(hits):
            places.update(np.flatnonzero(np.isin(encoded.indices.to_numpy(), hits)).tolist())
    if not places or len(places) * 2 > grid.rows:
        return []
    listed = ", ".join(count_text(grid.lines[index]) for index in sorted(places)[:5])
    more = " …" if len(places) > 5 else ""
    are = counted(len(places), "row is called a total and was kept", "rows are called totals and were kept")
    what = f"{are} (line {listed}{more})."
    return [
        Problem("Rows", what, "Delete such rows in the file if they are no customers.", False, "totals", len(places))
    ]
