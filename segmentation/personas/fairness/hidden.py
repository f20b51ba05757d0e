"""Which cells of a table of counts must be hidden so that no small one can be read or worked out from the totals."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import maximum_flow

from segmentation.core.disclosure import SMALLEST_GROUP, too_small

__all__ = ["SMALLEST_CELL", "hide", "room"]

SMALLEST_CELL = SMALLEST_GROUP
"""Counts below this are hidden; the same limit as for the figures of small segments in exports."""

Counts = NDArray[np.int64]


def hide(counts: Counts, *, smallest: int = SMALLEST_CELL) -> NDArray[np.bool_]:
    """Groups × segments of counts in → the cells to hide (True), same shape.

    The totals of rows and columns count as known. Hidden are all counts below `smallest` (zeros too: they say that
    nobody is there), then further cells until what may stand in each of those small ones spans at least `smallest`
    customers, or all that its totals allow (secondary suppression; Cox 1980). The further cells are taken as corners
    of a rectangle with the small one, the rectangle that hides the fewest customers first. No row and no column is
    left with a single hidden cell.
    """
    counts = np.asarray(counts, dtype=np.int64)
    small = too_small(counts, smallest)
    hidden = small.copy()
    if min(counts.shape) < 2:
        return np.full(counts.shape, bool(small.any()))
    free = _free(counts)
    for row, column in zip(*np.nonzero(small), strict=True):
        wanted = min(smallest, free[row, column])
        while _alone(hidden, row, column) or np.ptp(room(counts, hidden, row, column)) < wanted:
            corners = _rectangle(counts, hidden, row, column, smallest)
            if corners is None:
                break
            hidden[corners] = True
    return hidden


def room(counts: Counts, hidden: NDArray[np.bool_], row: int, column: int) -> tuple[int, int]:
    """The least and the most that may stand in a hidden cell, for whoever knows the totals and the shown cells.

    By maximum flow through the other hidden cells: a row gives to a column what a cell can lose (its count), a column
    gives to a row without limit (a cell may grow).
    """
    rows, columns = counts.shape
    others = hidden.copy()
    others[row, column] = False
    capacity = np.zeros((rows + columns, rows + columns), dtype=np.int32)
    capacity[:rows, rows:] = np.where(others, counts, 0)
    capacity[rows:, :rows] = np.where(others.T, counts.sum(), 0)
    network = csr_matrix(capacity)
    here = int(counts[row, column])
    up = maximum_flow(network, row, rows + column).flow_value
    down = maximum_flow(network, rows + column, row).flow_value
    return max(0, here - int(down)), here + int(up)


def _free(counts: Counts) -> Counts:
    """How far apart the least and the most of every cell are when only the totals are known."""
    own, across, total = counts.sum(axis=1)[:, None], counts.sum(axis=0)[None, :], counts.sum()
    width: Counts = np.minimum(own, across) - np.maximum(0, own + across - total)
    return width


def _alone(hidden: NDArray[np.bool_], row: int, column: int) -> bool:
    return bool(hidden[row].sum() < 2 or hidden[:, column].sum() < 2)


def _rectangle(
    counts: Counts, hidden: NDArray[np.bool_], row: int, column: int, smallest: int
) -> tuple[NDArray[np.intp], NDArray[np.intp]] | None:
    """The three other corners of the best rectangle that hides something new; None when all is hidden."""
    best, rectangle = None, None
    for other in range(counts.shape[0]):
        for across in range(counts.shape[1]):
            if other == row or across == column:
                continue
            corners = (np.array([row, other, other]), np.array([across, column, across]))
            new = ~hidden[corners]
            if not new.any():
                continue
            swing = min(counts[row, across], counts[other, column], smallest)
            rank = (-swing, counts[corners][new].sum(), other, across)
            if best is None or rank < best:
                best, rectangle = rank, corners
    return rectangle
