"""Columns of figures and words → the lines of a CSV file, letter for letter as `csv_text` writes them."""

from __future__ import annotations

import string

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from segmentation.core.csv_export import csv_text, safe_cell
from segmentation.core.number_texts import few_number_texts, number_texts

__all__ = ["csv_header", "csv_lines", "csv_rows", "safe_texts", "text_cells", "untouched"]

_NEXT, _END = '","', '"\r\n"'
_TEXT = pa.large_string()
_MOST_JOINED = 4_096
"""So many texts that two columns make together are written once each."""
_UNTOUCHED = r"^[A-Za-z0-9][A-Za-z0-9 ._-]*$|^$"
"""Cells that `safe_cell` leaves as they are, and that need no quotation mark doubled."""
_FIRST, _INSIDE = (
    np.isin(np.arange(256), [ord(letter) for letter in string.ascii_letters + string.digits + marks])
    for marks in ("", " ._-")
)
"""The same byte by byte: which may begin such a cell, and which may stand in it."""


def csv_header(names: list[str]) -> bytes:
    """The first line."""
    return ('"' + _NEXT.join(_quoted(str(safe_cell(name))) for name in names) + '"\r\n').encode()


def csv_lines(table: pa.Table) -> bytes:
    """Rows of texts, whole numbers and floats (NaN is an empty cell) → lines, every cell in quotation marks."""
    if not table.num_rows:
        return b""
    columns = [_decoded(column) for column in _joined([_texts(column) for column in table.columns])]
    lines = pc.binary_join_element_wise(*columns, pa.scalar(_NEXT, _TEXT))
    offsets = np.frombuffer(lines.buffers()[1], dtype=np.int64)[lines.offset : lines.offset + len(lines) + 1]
    return b'"' + memoryview(lines.buffers()[2])[offsets[0] : offsets[-1] - 1]


def safe_texts(cells: pa.Array) -> pa.Array:
    """Cells of text as a spreadsheet may have them (`safe_cell`), and quotation marks doubled."""
    if untouched(cells):
        return cells
    encoded = cells.dictionary_encode()
    safe = pa.array([_quoted(str(safe_cell(cell))) for cell in encoded.dictionary.to_pylist()], _TEXT)
    return safe.take(encoded.indices)


def untouched(cells: pa.Array) -> bool:
    """Whether every cell is written as it is: letters, digits and a few marks, none of which begins it."""
    if cells.null_count or not pa.types.is_large_string(cells.type) or not len(cells):
        return pc.all(pc.match_substring_regex(cells, _UNTOUCHED)).as_py() is not False
    ends = np.frombuffer(cells.buffers()[1], dtype=np.int64)[cells.offset : cells.offset + len(cells) + 1]
    if ends[-1] == ends[0]:
        return True
    letters = np.frombuffer(cells.buffers()[2], dtype=np.uint8)
    starts = ends[:-1][np.diff(ends) > 0]
    return bool(_INSIDE[letters[ends[0] : ends[-1]]].all() and _FIRST[letters[starts]].all())


def _quoted(text: str) -> str:
    return text.replace('"', '""')


def _texts(column: pa.ChunkedArray) -> pa.Array:
    """The cells as texts; a dictionary of them where few different ones stand in many places."""
    whole = column.combine_chunks()
    whole = whole if isinstance(whole, pa.Array) else pa.concat_arrays(whole.chunks)
    if pa.types.is_floating(whole.type):
        values = whole.to_numpy(zero_copy_only=False)
        few = few_number_texts(values)
        return number_texts(values) if few is None else few
    if pa.types.is_integer(whole.type):
        whole = whole.dictionary_encode()
    if pa.types.is_dictionary(whole.type):
        return pa.DictionaryArray.from_arrays(whole.indices, safe_texts(whole.dictionary.cast(_TEXT)))
    return safe_texts(whole)


def _joined(columns: list[pa.Array]) -> list[pa.Array]:
    """Neighbours with few different texts become one column of what both make; the last column gets the line's end."""
    ends = pa.DictionaryArray.from_arrays(np.zeros(len(columns[0]), dtype=np.int32), pa.array([_END], _TEXT))
    joined = columns[:1]
    for column in columns[1:]:
        if (both := _together(joined[-1], _NEXT, column)) is None:
            joined.append(column)
        else:
            joined[-1] = both
    last = _together(joined[-1], "", ends)
    if last is None:
        last = pc.binary_join_element_wise(_decoded(joined[-1]), pa.scalar("", _TEXT), pa.scalar(_END, _TEXT))
    return [*joined[:-1], last]


def _together(left: pa.Array, mark: str, right: pa.Array) -> pa.Array | None:
    """Two columns with a mark between, where both have few different texts; else None."""
    if not all(pa.types.is_dictionary(column.type) and not column.null_count for column in (left, right)):
        return None
    width = len(right.dictionary)
    if len(left.dictionary) * width > _MOST_JOINED:
        return None
    texts = [f"{a}{mark}{b}" for a in left.dictionary.to_pylist() for b in right.dictionary.to_pylist()]
    first, second = (column.indices.to_numpy().astype(np.int32) for column in (left, right))
    return pa.DictionaryArray.from_arrays(first * np.int32(width) + second, pa.array(texts, _TEXT))


def _decoded(column: pa.Array) -> pa.Array:
    return column.dictionary.take(column.indices) if pa.types.is_dictionary(column.type) else column


def csv_rows(frame: pd.DataFrame) -> pa.Table | None:
    """A table without its index as rows for `csv_lines`; None where a column is of another kind than it writes.

    Dates and yes and no come as the texts that `csv_text` writes of them.
    """
    columns = [_column(frame.iloc[:, place]) for place in range(frame.shape[1])]
    if not columns or any(column is None for column in columns):
        return None
    return pa.Table.from_arrays(columns, names=[str(name) for name in frame.columns])


def _column(values: pd.Series) -> pa.Array | None:
    kind = values.dtype
    if isinstance(kind, np.dtype) and (kind == np.float64 or kind.kind in "iu"):
        return pa.array(values.to_numpy())
    if isinstance(kind, np.dtype) and kind.kind in "Mb":
        lines = csv_text(values.to_frame()).split("\r\n")[1:-1]
        return pa.array([line[1:-1] for line in lines], _TEXT)
    return text_cells(values) if isinstance(kind, pd.StringDtype) else None


def text_cells(values: pd.Series) -> pa.Array:
    """A column of text as Arrow has it; a missing cell is an empty one."""
    cells = pa.array(values, type=_TEXT, from_pandas=True)
    cells = cells.combine_chunks() if isinstance(cells, pa.ChunkedArray) else cells
    return cells.fill_null("") if cells.null_count else cells
