"""Parquet files and tables in memory: values are written as text, without loss, and go the way of any other file."""

from __future__ import annotations

import io

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from segmentation.core.tables import Note
from segmentation.core.text import count_text
from segmentation.data.reading.gather import Grid, name_columns
from segmentation.data.reading.guards import check_width, refuse, size_text
from segmentation.data.reading.records import Refused

__all__ = ["column_names", "frame_grid", "grid_of_parquet", "parquet_grid", "values_as_text", "with_index"]

MAX_UNPACKED = 2 * 2**30
MAX_CELLS = 30_000_000
MAX_TEXT = 2**28
"""Bytes of text in one column, a text of a dictionary counted once for each row that shows it."""


def parquet_grid(data: bytes, name: str) -> Grid:
    """A Parquet file as a grid of text, each cell as a person would write the value: 0.1, 2024-01-31, true.

    Raises `DataProblems` when it is damaged, would unpack into more than 2 GB, has too many columns or no rows.
    """
    try:
        file = pq.ParquetFile(io.BytesIO(data))
        _check_size(file.metadata, name)
        # Texts that repeat stay a dictionary until it is known how much they are when written out.
        texts = [
            name for name, kind in zip(file.schema_arrow.names, file.schema_arrow.types, strict=True) if _text(kind)
        ]
        table = pq.ParquetFile(io.BytesIO(data), read_dictionary=texts).read(use_threads=False)
        for column in table.columns:
            _check_dictionary(column, name)
    except (pa.ArrowException, OSError, ValueError) as error:
        if isinstance(error, MemoryError):
            raise
        raise refuse(name, "is a damaged Parquet file.", "Write it again, or save it as CSV.") from error
    if table.num_rows == 0 or table.num_columns == 0:
        raise refuse(name, "has no rows.", "Add at least one row a customer and upload it again.")
    return grid_of_parquet(table)


def grid_of_parquet(table: pa.Table) -> Grid:
    """What was read of a Parquet file as a grid of text; in a file of equal names they are made different."""
    names, renamed = name_columns(table.column_names, range(table.num_columns))
    columns = [values_as_text(column) for column in table.columns]
    note = Note("File", "Read as Parquet; each row number below is the row of the table.")
    return Grid(names, columns, np.arange(1, table.num_rows + 1), Refused(), [note, *renamed])


def frame_grid(frame: pd.DataFrame, name: str) -> Grid:
    """A table in memory as a grid of text, as if it had come from a file; an index with names becomes columns.

    Raises `DataProblems` when it has no rows or too many columns.
    """
    frame = with_index(frame)
    check_width(frame.shape[1], name)
    if frame.empty:
        raise refuse(name, "has no rows.", "Add at least one row a customer and try again.")
    names, renamed = column_names(frame)
    columns = [values_as_text(_arrow(frame.iloc[:, index])) for index in range(frame.shape[1])]
    note = Note("Table", "Taken from a table in memory; each row number below is the row of the table.")
    return Grid(names, columns, np.arange(1, len(frame) + 1), Refused(), [note, *renamed])


def with_index(frame: pd.DataFrame) -> pd.DataFrame:
    """The table with the named levels of its index as columns, but for those that a column is called like already."""
    there = {str(column) for column in frame.columns}
    levels = []
    for index, level in enumerate(frame.index.names):
        if level is not None and str(level) not in there:
            there.add(str(level))
            levels.append(index)
    return frame.reset_index(level=levels) if levels else frame


def column_names(frame: pd.DataFrame) -> tuple[list[str], list[Note]]:
    """What the columns of a table in memory are called once they are read: unique texts; and a note of what changed."""
    return name_columns([_heading(column) for column in frame.columns], range(frame.shape[1]))


def _heading(column: object) -> str:
    """The heading of a column as text; that of several levels, as a table of sums and means has it, in one line."""
    if isinstance(column, tuple):
        return " ".join(filter(None, map(_heading, column)))
    return "" if _is_missing(column) else str(column)


def _arrow(column: pd.Series) -> pa.ChunkedArray:
    """The values of a column; where kinds are mixed each one is its own text."""
    try:
        values = pa.array(column, from_pandas=True)
    except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError):
        values = pa.array([None if _is_missing(value) else str(value) for value in column], pa.large_string())
    return values if isinstance(values, pa.ChunkedArray) else pa.chunked_array([values])


def _is_missing(value: object) -> bool:
    return value is None or value is pd.NA or value is pd.NaT or bool(value != value)


def _text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_binary(kind))


def _check_size(about: pq.FileMetaData, name: str) -> None:
    """Raise when the file says of itself that it is too large; that it says the truth is for the limits to see."""
    check_width(about.num_columns, name)
    groups = [about.row_group(index) for index in range(about.num_row_groups)]
    size = sum(group.total_byte_size for group in groups)
    if size > MAX_UNPACKED:
        what = f"would unpack into {size_text(size)}; the most is {size_text(MAX_UNPACKED)}."
        raise refuse(name, what, "Keep the columns that describe customers, or fewer rows.")
    cells = max(about.num_rows, sum(group.num_rows for group in groups)) * about.num_columns
    if cells > MAX_CELLS:
        what = f"has {count_text(cells)} cells; the most is {count_text(MAX_CELLS)}."
        raise refuse(name, what, "Keep the columns that describe customers, or fewer rows.")


def _check_dictionary(column: pa.ChunkedArray, name: str) -> None:
    """Raise when a column of repeated texts would fill the memory once each row has its own."""
    if not pa.types.is_dictionary(column.type):
        return
    letters = 0
    for chunk in column.chunks:
        lengths = pc.binary_length(chunk.dictionary.cast(pa.large_binary())) if len(chunk.dictionary) else None
        if lengths is not None:
            letters += pc.sum(pc.take(lengths, chunk.indices)).as_py() or 0
    if letters > MAX_TEXT:
        what = f"has a column with {size_text(letters)} of text; the most is {size_text(MAX_TEXT)}."
        raise refuse(name, what, "Leave out the columns with long texts.")


def values_as_text(column: pa.ChunkedArray) -> pa.LargeStringArray:
    """Values as text; a missing value is an empty cell, a list or a record is its text."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        column = column.cast(kind.value_type)
    try:
        text = column.cast(pa.large_string())
    except (pa.ArrowNotImplementedError, pa.ArrowInvalid):
        values = ["" if value is None else str(value) for value in column.to_pylist()]
        text = pa.chunked_array([pa.array(values, pa.large_string())])
    whole = text.combine_chunks()
    whole = whole if isinstance(whole, pa.Array) else pa.concat_arrays(whole.chunks)
    return pc.fill_null(whole, "")
