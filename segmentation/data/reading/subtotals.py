"""Totals and subtotals anywhere in a table: recognised by their label and by what they leave blank or add up."""

from __future__ import annotations

import re

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from segmentation.core.tables import Note
from segmentation.core.text import count_text, counted, plain_text
from segmentation.data.reading.gather import Grid
from segmentation.data.reading.long_patterns import NOTHING, any_of, may_hold
from segmentation.data.reading.numbers import best_numbers, filled_cells, share_of_numbers
from segmentation.data.reading.total_words import TOTAL_WORDS

__all__ = ["FILLED", "any_label", "columns_of_text", "leave_out_subtotals"]

_EXACT = rf"(?i)^\W*(?:{TOTAL_WORDS})\W*$"
_OF_GROUPS = "count|average|max|min|anzahl|nombre|mittelwert|moyenne"  # as Excel labels its subtotals
_ENDS = rf"(?i)^.{{1,60}}\s(?:{TOTAL_WORDS}|{_OF_GROUPS})\W*$"
_BEGINS = rf"(?i)^\W*(?:{TOTAL_WORDS})[\s:]+.{{1,60}}$"
_BEGINS_WITH = rf"(?i)^\W*(?:{TOTAL_WORDS})[\s:]+"
_BALANCE = (
    r"(?i)^\W*(?:(?:opening|closing|starting|ending|final|initial|previous|new) balance|"
    r"balance (?:at|as of|on|brought|carried)|(?:anfangs|end|alter |neuer )?saldo\b|solde (?:initial|final|au)|"
    r"(?:brought|carried) forward|übertrag|vortrag)"
)
_STARS = r"^\*{1,4}(?:\s.{0,60})?$"  # as SAP marks the levels of its totals
_LABELS = "|".join((_EXACT, _ENDS, _BEGINS, _BALANCE, _STARS))
_IN_LABELS = any_of(rf"{TOTAL_WORDS}|{_OF_GROUPS}|balance|saldo|solde|forward|übertrag|vortrag|^\*")
_SAMPLE, _COLUMNS = 200, 6
FILLED = 0.95
"""Share of the rows from which a column counts as one that nearly every row fills."""
_MOST = 0.5
_TOLERANCE = 0.005


def leave_out_subtotals(grid: Grid) -> None:
    """Drop labelled totals between, above and below the rows of a table, and list them.

    A row goes when its label says total (Region 0 Total, Summe, Subtotal North, Closing balance) and either its numbers
    add up the rows above it, below it or all of them, or it leaves a cell blank that nearly every other row fills. A
    label that names the group beside it ("Total North" below North) may be the total of a single row.
    A row without a label goes when the columns of text are blank and all its numbers are such sums.
    """
    if grid.rows < 4 or len(grid.columns) < 2:
        return
    measured = _measured(grid)
    texts = _of_text(grid, measured)
    labelled = _find_labelled(grid, texts)
    suspects = sorted({*labelled, *_find_nameless(grid, texts)})
    if not suspects or len(suspects) > _MOST * grid.rows:
        return
    evidence = _Evidence(grid, measured, suspects)
    labels = {row: evidence.label_of(row, labelled.get(row)) for row in suspects}
    gone = {row: label for row, label in labels.items() if label}
    gone |= {row: labelled[row][0] for row in labelled if any(evidence.same(row, other) for other in gone)}
    if gone:
        _drop(grid, gone)


def columns_of_text(grid: Grid) -> list[int]:
    """Positions of the columns in which labels are looked for: the first that hold no numbers in the first rows."""
    return _of_text(grid, _measured(grid))


def _of_text(grid: Grid, measured: list[int]) -> list[int]:
    return [at for at in range(len(grid.columns)) if at not in measured][:_COLUMNS]


def any_label(cells: pa.Array) -> bool:
    """Whether any of the cells is the label of a total or a balance."""
    return bool(pc.any(_are_labels(cells)).as_py())


def _are_labels(cells: pa.Array) -> pa.Array:
    """Which cells are labels of a total or a balance."""
    return pc.match_substring_regex(cells, _LABELS if may_hold(cells, _IN_LABELS) else NOTHING)


def _measured(grid: Grid) -> list[int]:
    return [
        at for at, cells in enumerate(grid.columns) if share_of_numbers(filled_cells(cells.slice(0, _SAMPLE))) >= 0.8
    ]


class _Evidence:
    """What the cells of a suspected row say: which of them add other rows up, and which are blank where others are not.

    measured: positions of the columns of numbers; suspects: positions of the rows in doubt, which add nothing up.
    """

    def __init__(self, grid: Grid, measured: list[int], suspects: list[int]) -> None:
        self._others = np.ones(grid.rows, dtype=bool)
        self._others[suspects] = False
        self._numbers = [_best_numbers(grid.columns[at]) for at in measured]
        self._groups = [grid.columns[at] for at in range(len(grid.columns)) if at not in measured][:_COLUMNS]
        self._usual = [cells for cells in grid.columns if _share_filled(cells, self._others) >= FILLED]

    def label_of(self, row: int, labelled: tuple[str, bool] | None) -> str:
        """The label of a row that is a total, "no label" where it has none, "" for a row of data."""
        least = 1 if labelled is not None and self._of_its_group(row, labelled[0]) else 2
        sums = sum(_adds_up(values, row, self._others, least) for values in self._numbers)
        if labelled is None:
            every = sums > 0 and sums == sum(bool(np.isfinite(values[row])) for values in self._numbers)
            return "no label" if every else ""
        label, strong = labelled
        strong = strong or self._of_its_group(row, label)
        blank = sum(not cells[row].as_py().strip() for cells in self._usual)
        return label if sums or (strong and blank) or blank > 1 else ""

    def same(self, row: int, other: int) -> bool:
        """Whether two rows are called alike and hold the same figures, as what is carried forward to the next page."""
        if row == other or not any(cells[row] == cells[other] and cells[row].as_py().strip() for cells in self._groups):
            return False
        return all(np.array_equal(values[row], values[other], equal_nan=True) for values in self._numbers)

    def _of_its_group(self, row: int, label: str) -> bool:
        """Whether a label names the group of the row above or below it: "Total North" beside North."""
        others = np.flatnonzero(self._others)
        above, below = others[others < row][-1:], others[others > row][:1]
        names = {cells[int(near)].as_py().strip().casefold() for cells in self._groups for near in (*above, *below)}
        rest = re.sub(_BEGINS_WITH, "", label, count=1).strip(" *:-–—").casefold()
        return bool(rest) and rest in names


def _find_labelled(grid: Grid, texts: list[int]) -> dict[int, tuple[str, bool]]:
    """Row → its label, and whether the label alone is strong enough beside a blank cell."""
    labelled: dict[int, tuple[str, bool]] = {}
    for at in texts:
        for row in grid.rows_of(at, _are_labels):
            label = grid.columns[at][int(row)].as_py().strip()
            strong = not re.match(_BEGINS, label) or bool(re.match(_EXACT, label) or re.match(_ENDS, label))
            labelled.setdefault(int(row), (label, strong))
    return labelled


def _find_nameless(grid: Grid, texts: list[int]) -> list[int]:
    """Rows that leave every column of text blank, where nearly all rows fill the first of them."""
    if not texts:
        return []
    blank = np.ones(grid.rows, dtype=bool)
    for index, at in enumerate(texts):
        empty = pc.equal(grid.columns[at], "").to_numpy(zero_copy_only=False).astype(bool)
        if not index and not 0 < empty.sum() <= max(3, (1 - FILLED) * 4 * grid.rows):
            return []
        blank &= empty
    return [int(row) for row in np.flatnonzero(blank)]


def _best_numbers(cells: pa.Array) -> np.ndarray:
    return best_numbers(pc.utf8_trim_whitespace(cells))


def _share_filled(cells: pa.Array, others: np.ndarray) -> float:
    kept = pc.utf8_trim_whitespace(cells.filter(pa.array(others)))
    return float(np.mean(pc.not_equal(kept, "").to_numpy(zero_copy_only=False)))


def _adds_up(values: np.ndarray, row: int, others: np.ndarray, least: int = 2) -> bool:
    """Whether the number in a row is the sum of the rows above it, below it, or of all of them, `least` or more."""
    wanted = values[row]
    if not np.isfinite(wanted) or wanted == 0:
        return False
    suspects = np.flatnonzero(~others)
    before, after = suspects[suspects < row], suspects[suspects > row]
    blocks = (
        slice(before[-1] + 1 if len(before) else 0, row),
        slice(row + 1, after[0] if len(after) else len(values)),
        slice(None),
    )
    for block in blocks:
        part = values[block][others[block]]
        part = part[np.isfinite(part)]
        if np.count_nonzero(part) >= least and abs(part.sum() - wanted) <= max(_TOLERANCE * abs(wanted) / 10, 0.006):
            return True
    return False


def _drop(grid: Grid, gone: dict[int, str]) -> None:
    lines = ", ".join(count_text(grid.lines[row]) for row in list(gone)[:8]) + (" …" if len(gone) > 8 else "")
    shown = list(dict.fromkeys(plain_text(label, longest=30) for label in gone.values()))
    listed = ", ".join(f"“{label}”" for label in shown[:3]) + (" …" if len(shown) > 3 else "")
    are = counted(len(gone), "row of totals was", "rows of totals were")
    what = f"{are} left out (line {lines}): {listed}."
    examples = tuple(
        (plain_text(" | ".join(cell.strip() for cell in grid.row(row) if cell.strip()), longest=80), "left out")
        for row in list(gone)[:3]
    )
    grid.notes.append(Note("Rows", what, len(gone), examples, undo="total row", kind="left out"))
    grid.totals |= {int(grid.lines[row]): label for row, label in gone.items()}
    keep = np.ones(grid.rows, dtype=bool)
    keep[list(gone)] = False
    grid.keep_rows(keep)
