"""Values that stand once above the rows they belong to, as in merged cells and reports, repeated in every row."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from segmentation.core.errors import Problem
from segmentation.core.tables import Note, Question
from segmentation.core.text import agree, count_text, counted, listed, plain_text
from segmentation.data.reading.gather import Grid
from segmentation.data.reading.numbers import filled_cells, parse_numbers

__all__ = ["FEWEST_BLANK", "repeat_values"]

FEWEST_BLANK = 0.2
"""Share of blank cells from which a column is looked at."""
_FEWEST_ROWS, _FEWEST_BLOCKS, _MOST_COLUMNS = 4, 2, 6
_PROVEN = 0.5


def repeat_values(grid: Grid, choice: str | None) -> tuple[list[Problem], list[Question]]:
    """Repeat the values of the first columns in the blank cells below them, where that is known; else ask.

    Looked at are the first columns of a table, as long as each begins with a value, leaves a fifth of its cells blank
    and says no value twice. Where lines of their own hold the values, or the totals that were left out name them, the
    blank cells are known to be the same; otherwise it is asked.

    choice: "repeat", "leave" or None (find out), as `ReadSettings.blanks_below` has it.
    """
    if choice == "leave" or grid.rows < _FEWEST_ROWS:
        return [], []
    places = _outlined(grid)
    if not places:
        return [], []
    headed = _lines_of_their_own(grid, places)
    if choice == "repeat" or headed is not None or _named_by_totals(grid, places[0]):
        _fill(grid, places, headed)
        return [], []
    return _ask(grid, places)


def _outlined(grid: Grid) -> list[int]:
    """The first columns whose blank cells may continue the value above."""
    places: list[int] = []
    masks: list[np.ndarray] = []
    for at in range(min(len(grid.columns) - 1, _MOST_COLUMNS)):
        blank = _blank(grid, at)
        if blank[0] or blank.mean() < FEWEST_BLANK or (~blank).sum() < _FEWEST_BLOCKS:
            break
        same = any(np.array_equal(blank, mask) for mask in masks)
        values = grid.columns[at].filter(pa.array(~blank))
        if _fractions(values) or (masks and not (blank <= masks[-1]).all()):
            break
        if not same and _says_twice(values, blank, masks[-1] if masks else None):
            break
        places.append(at)
        masks.append(blank)
    return places


def _blank(grid: Grid, at: int) -> np.ndarray:
    blank: np.ndarray = pc.equal(pc.utf8_trim_whitespace(grid.columns[at]), "").to_numpy(zero_copy_only=False)
    return blank.astype(bool)


def _fractions(values: pa.Array) -> bool:
    """Whether a column holds amounts, which belong to one row and must not be repeated."""
    numbers = parse_numbers(pc.utf8_trim_whitespace(filled_cells(values)), ".")
    known = numbers[np.isfinite(numbers)]
    return len(known) > 0.8 * len(values) and bool((known % 1 != 0).any())


def _says_twice(values: pa.Array, blank: np.ndarray, parent: np.ndarray | None) -> bool:
    """Whether a value begins two blocks (below one value of the column before it): then blank cells are missing."""
    if parent is None:
        return len(pc.unique(values)) < len(values)
    block = np.cumsum(~parent)[~blank]
    codes = values.dictionary_encode().indices.to_numpy()
    pairs = np.unique(np.column_stack([block, codes]), axis=0)
    return len(pairs) < len(values)


def _lines_of_their_own(grid: Grid, places: list[int]) -> np.ndarray | None:
    """The rows that hold nothing but the value of the first column, where all its values stand so; else None."""
    if len(places) != 1 or grid.rows < 2 * _FEWEST_BLOCKS:
        return None
    filled = ~_blank(grid, places[0])
    others = [at for at in range(len(grid.columns)) if at not in places]
    empty = np.logical_and.reduce([_blank(grid, at) for at in others])
    return filled if np.array_equal(filled, filled & empty) else None


def _named_by_totals(grid: Grid, at: int) -> bool:
    """Whether totals that were left out name the blocks that they end: "K1 Total" below the rows of K1."""
    blank = _blank(grid, at)
    starts = np.flatnonzero(~blank)
    ends = [*grid.lines[starts[1:]], np.inf]
    longer = np.diff([*starts, grid.rows]) > 1
    named = [
        any(begin < line <= end and name in label for line, label in _labels(grid))
        for begin, end, name in zip(grid.lines[starts], ends, _names(grid, at, starts), strict=True)
    ]
    return int(longer.sum()) > 0 and float(np.mean(np.array(named)[longer])) >= _PROVEN


def _labels(grid: Grid) -> Iterable[tuple[int, str]]:
    return ((line, label.casefold()) for line, label in grid.totals.items())


def _names(grid: Grid, at: int, rows: np.ndarray) -> list[str]:
    return [grid.columns[at][int(row)].as_py().strip().casefold() for row in rows]


def _fill(grid: Grid, places: list[int], headed: np.ndarray | None) -> None:
    """Repeat the values, drop the lines that held nothing else, and say both."""
    count = 0
    for at in places:
        blank = _blank(grid, at)
        count = max(count, int(blank.sum()))
        above = np.maximum.accumulate(np.where(blank, 0, np.arange(grid.rows)))
        grid.columns[at] = grid.columns[at].take(pa.array(above))
    names = listed([plain_text(grid.names[at], longest=40) for at in places])
    what = f"{counted(count, 'row')} took the value of {names} from above, as in merged cells and reports."
    first = grid.columns[places[0]]
    examples = ((plain_text(first[0].as_py(), longest=40), "repeated below"),)
    if headed is not None:
        what += f" {counted(int(headed.sum()), 'line')} with nothing else left out."
        grid.keep_rows(~headed)
    by = "--read blanks_below=leave"
    grid.notes.append(Note("Rows", what, count, examples, kind="repeated below", by=by))


def _ask(grid: Grid, places: list[int]) -> tuple[list[Problem], list[Question]]:
    name = plain_text(grid.names[places[0]], longest=60)
    count = int(_blank(grid, places[0]).sum())
    first = plain_text(grid.columns[places[0]][0].as_py(), longest=30)
    problem = Problem(
        name,
        f"{counted(count, 'blank cell stands', 'blank cells stand')} below a value that is there once, as in merged "
        f"cells; {agree(count, 'it was', 'they were')} taken as missing.",
        f"Say whether the value above is meant (such as “{first}”).",
        fatal=False,
        kind="blanks below",
        count=count,
        by="--read blanks_below=repeat or --read blanks_below=leave",
    )
    text = f"{name}: do the {count_text(count)} blank cells below a value mean the same value, as in merged cells?"
    choices = (("repeat", "Yes: repeat the value above"), ("leave", "No: they are missing"))
    return [problem], [Question("blanks_below", text, choices)]
