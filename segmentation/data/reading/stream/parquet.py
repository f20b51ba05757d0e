"""A big Parquet file some rows at a time: numbers as they are stored where `read` would make the same of their text."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from segmentation.core.errors import DataProblems
from segmentation.data.reading.columnar import grid_of_parquet, values_as_text
from segmentation.data.reading.guards import check_width
from segmentation.data.reading.headings import keep_headings
from segmentation.data.reading.settings import ReadSettings
from segmentation.data.reading.stream.blocks import NotPlain
from segmentation.data.reading.stream.facts import Strays
from segmentation.data.reading.stream.head import LEAST, LINES, Column, Head, Lane, head_of_rows
from segmentation.data.reading.stream.pieces import Piece, counted

__all__ = ["is_parquet", "parquet_head", "parquet_pieces"]

_MAGIC = b"PAR1"
_CELL = 8
"""Bytes that a cell counts as when the rows of a block are chosen."""
_BUFFER = 2**20
_LEAST_SIZE, _LARGEST_SIZE = 1e-4, 1e10
"""Between these, a number is printed without an exponent."""
_KINDS = (
    pa.types.is_integer, pa.types.is_float32, pa.types.is_float64, pa.types.is_string, pa.types.is_large_string,
    pa.types.is_boolean, pa.types.is_date, pa.types.is_timestamp, pa.types.is_decimal,
)  # fmt: skip


def is_parquet(path: Path) -> bool:
    """Whether a file begins as one of this kind does."""
    with path.open("rb") as file:
        return file.read(len(_MAGIC)) == _MAGIC


def parquet_head(path: Path) -> Head:
    """The layout from the first rows; `NotPlain` where the file as a whole has to be looked at."""
    with _opened(path) as file:
        check_width(file.metadata.num_columns, path.name)
        if not all(_told_row_by_row(field.type) for field in file.schema_arrow):
            raise NotPlain
        first = next(file.iter_batches(LINES, use_threads=False), None)
    if first is None:
        raise NotPlain
    grid = grid_of_parquet(pa.Table.from_batches([first]))
    notes, rows, header = tuple(grid.notes), grid.rows, first.schema.names
    keep_headings(grid)
    if grid.rows != rows or rows < LEAST or list(grid.names) != header or not all(name.strip() for name in header):
        raise NotPlain
    head = head_of_rows(Head(path.name, ReadSettings(), header, (), (), 0, notes), grid)
    if head.words_only:
        raise NotPlain
    return head


def parquet_pieces(path: Path, head: Head, block: int) -> Iterator[tuple[Piece, float]]:
    """The rows in pieces of about so many bytes, each with the share of the file that was read with it."""
    before = 0
    with _opened(path) as file:
        whole = max(file.metadata.num_rows, 1)
        rows = max(block // (_CELL * len(head.columns)), LEAST)
        for batch in file.iter_batches(rows, use_threads=False):
            yield _piece(batch, head, before), min((before + batch.num_rows) / whole, 1.0)
            before += batch.num_rows


@contextmanager
def _opened(path: Path) -> Iterator[pq.ParquetFile]:
    """The file; one that is damaged is for `read`, which says so."""
    try:
        with closing(pq.ParquetFile(path, buffer_size=_BUFFER, pre_buffer=False)) as file:
            yield file
    except (pa.ArrowException, OSError, ValueError, DataProblems) as error:
        if isinstance(error, MemoryError):
            raise
        raise NotPlain from error


def _told_row_by_row(kind: pa.DataType) -> bool:
    """Whether the text of a value does not hang on the values of other rows."""
    kind = kind.value_type if pa.types.is_dictionary(kind) else kind
    return any(fits(kind) for fits in _KINDS)


def _piece(batch: pa.RecordBatch, head: Head, before: int) -> Piece:
    piece = Piece(batch.num_rows, batch.num_rows, {}, {}, {}, [])
    lines, strays = np.arange(before + 1, before + batch.num_rows + 1), dict[str, Strays]()
    blank = np.ones(batch.num_rows, dtype=bool)
    for column, array in zip(head.columns, batch.columns, strict=True):
        values = _stored(column, array)
        if values is not None:
            piece.numbers[column.name] = values
            blank &= np.isnan(values)
            continue
        piece.exact |= column.lane in (Lane.DECIMAL, Lane.WHOLE)
        cells = values_as_text(pa.chunked_array([array]))
        strays |= piece.take(column, cells, lines)
        if blank.any():
            blank &= pc.equal(pc.utf8_trim_whitespace(cells), "").to_numpy(zero_copy_only=False)
    if blank.any():
        raise NotPlain  # `read` keeps such rows, and looks for notes below them
    last = batch.slice(batch.num_rows - 1)
    piece.last = [values_as_text(pa.chunked_array([array]))[0].as_py() for array in last.columns]
    return counted(piece, head, strays)


def _stored(column: Column, array: pa.Array) -> np.ndarray | None:
    """The numbers of a column, NaN where it has none; None where their texts have to be looked at."""
    if column.lane not in (Lane.DECIMAL, Lane.WHOLE):
        return None
    if not (pa.types.is_float64(array.type) or pa.types.is_integer(array.type)):
        return None
    values: np.ndarray = pc.cast(array, pa.float64(), safe=False).to_numpy(zero_copy_only=False)
    size = np.abs(values)
    if column.lane is Lane.WHOLE:
        printed = (size < _LARGEST_SIZE) & (values == np.rint(values)) & ~(np.signbit(values) & (values == 0))
    else:
        printed = (values == 0) | ((size >= _LEAST_SIZE) & (size < _LARGEST_SIZE))
    missing = int(np.count_nonzero(np.isnan(values)))
    return values if missing == array.null_count and np.count_nonzero(printed) == len(values) - missing else None
