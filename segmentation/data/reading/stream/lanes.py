"""Whether the cells of a block keep to the lane of their column, and their numbers.

What keeps to its lane cannot change what the first lines decided of the column: no cell makes a date, a code, a unit or
another decimal mark of it.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from segmentation.data.reading.distinct import distinct_cells
from segmentation.data.reading.settings import ReadSettings
from segmentation.data.reading.stream.blocks import NotPlain
from segmentation.data.reading.stream.facts import Strays
from segmentation.data.reading.stream.head import WHOLE, WITH_FRACTION, Column, Lane

__all__ = ["LARGEST", "keeps", "numbers_with_strays", "whole_numbers_in"]

LARGEST = 1e11
"""From here on a number may be one that Excel shortened, or a code of 16 digits."""
_CODE_LIKE = r"^\+?[0-9]{16,}$|^\+[0-9]{7,}$"


def keeps(column: Column, cells: pa.Array, *, blank: bool = False) -> bool:
    """Whether the cells keep to the lane of a column of codes or words; blank: cells may be so."""
    if column.lane is Lane.WORDS:
        return True
    if not blank and _letters_then_digits(column.prefix, cells):
        return True
    pattern = f"^{column.prefix}[0-9]+$" + ("|^$" if blank else "")
    return bool(pc.all(pc.match_substring_regex(cells, pattern)).as_py())


def _letters_then_digits(prefix: str, cells: pa.Array) -> bool:
    """Whether all cells are these letters (no digits) and then digits, counted byte by byte over the whole array."""
    if not len(cells) or cells.null_count:
        return False
    ends = np.frombuffer(cells.buffers()[1], dtype=np.int64)[cells.offset : cells.offset + len(cells) + 1]
    letters = np.frombuffer(cells.buffers()[2], dtype=np.uint8)[ends[0] : ends[-1]]
    starts = ends[:-1] - ends[0]
    if (np.diff(ends) <= len(prefix)).any():
        return False
    if not all((letters[starts + at] == letter).all() for at, letter in enumerate(prefix.encode())):
        return False
    others = len(letters) - int(np.count_nonzero(letters - np.uint8(48) < 10))
    return others == len(prefix) * len(cells)


def whole_numbers_in(cells: pa.DictionaryArray) -> np.ndarray | None:
    """Cells of a column of whole numbers → float64, NaN where empty; None where one does not keep to its lane."""
    different = cells.dictionary
    if not pc.all(pc.match_substring_regex(different, f"{WHOLE}|{WITH_FRACTION}|^$")).as_py():
        return None
    empty = pc.equal(different, "")
    filled = pc.if_else(empty, pa.scalar(None, different.type), different) if pc.any(empty).as_py() else different
    values: np.ndarray = pc.cast(filled, pa.float64()).to_numpy(zero_copy_only=False)
    by_row: np.ndarray = values[cells.indices.to_numpy()]
    return by_row


def numbers_with_strays(column: Column, cells: pa.Array, lines: np.ndarray) -> tuple[np.ndarray, Strays]:
    """Cells of a column of numbers, any of them, and their lines → float64 and the cells that are no numbers.

    Blank cells and missing marks are NaN. Raises `NotPlain` for a cell that could make something else of the column.
    """
    found = distinct_cells(column.name, cells, ReadSettings())
    if found.zero.any() or pc.any(pc.match_substring_regex(found.values, _CODE_LIKE)).as_py():
        raise NotPlain
    values = found.written.read(".").copy()
    plain, good = found.written.plain, np.isfinite(values)
    stray = ~plain
    if (
        (plain & ~good).any()
        or (np.abs(values[good]) >= LARGEST).any()
        or np.isfinite(found.written.read(",")[stray]).any()
    ):
        raise NotPlain
    if good[stray].any() or (stray.any() and not column.strays):
        raise NotPlain
    if column.lane is Lane.WHOLE:
        kept = (
            pc.match_substring_regex(found.values, f"{WHOLE}|{WITH_FRACTION}")
            .to_numpy(zero_copy_only=False)
            .astype(bool)
        )
        digits = pc.match_substring_regex(found.values, "[0-9]").to_numpy(zero_copy_only=False).astype(bool)
        if (plain & ~kept).any() or (stray & digits).any():
            raise NotPlain
    numbers = np.full(len(found.cells), np.nan)
    numbers[found.value] = values
    codes = found.codes.to_numpy()
    odd = np.zeros(len(found.cells), dtype=bool)
    odd[found.value] = stray
    rows = np.flatnonzero(odd[codes]).tolist()
    shown = found.cells.to_pylist() if rows else []
    strays = Strays(tuple(shown[codes[row]] for row in rows), tuple(int(lines[row]) for row in rows))
    return numbers[codes], strays


def _mask(cells: pa.Array, pattern: str) -> np.ndarray:
    flags: np.ndarray = pc.match_substring_regex(cells, pattern).to_numpy(zero_copy_only=False).astype(bool)
    return flags
