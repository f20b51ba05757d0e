"""Lists of customers as files for others, and what was done to their cells on the way."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pyarrow as pa

from segmentation.core.csv_export import altered, csv_text
from segmentation.core.csv_lines import csv_rows, text_cells, untouched
from segmentation.core.list_sink import Sink
from segmentation.core.notices import Notice

__all__ = ["write_list"]

_BLOCK = 50_000


def write_list(path: Path, table: pd.DataFrame) -> tuple[Notice, ...]:
    """Write a table without its index → what was done to its cells, for a spreadsheet's sake.

    As CSV; packed with gzip where the name ends in .gz, as Parquet where it ends in .parquet. Raises
    `SegmentationError` where the file cannot be written; then none is there.
    """
    with Sink(path) as sink:
        if path.suffix.lower() == ".parquet":
            sink.write(pa.Table.from_pandas(table, preserve_index=False), list(table.columns))
        else:
            _write_csv(sink, table)
    touched = [place for place in range(table.shape[1]) if not _as_it_is(table.iloc[:, place])]
    return altered(table.iloc[:, touched])


def _write_csv(sink: Sink, table: pd.DataFrame) -> None:
    """Block by block where a fast writer knows every kind of column, else as a whole; both write the same."""
    rows = csv_rows(table)
    if rows is None:
        return sink.write_text(csv_text(table).encode())
    for start in range(0, max(len(table), 1), _BLOCK):
        sink.write(sink.encoded(rows.slice(start, _BLOCK)), list(table.columns))
    return None


def _as_it_is(column: pd.Series) -> bool:
    """Whether no cell of a column of text was changed; of other columns none is."""
    if not isinstance(column.dtype, pd.StringDtype):
        return not pd.api.types.is_object_dtype(column) and not isinstance(column.dtype, pd.CategoricalDtype)
    return untouched(text_cells(column))
