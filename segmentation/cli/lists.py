"""Lists of customers as files for others, and what was done to their cells on the way."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pyarrow as pa

from segmentation.core.csv_export import altered, csv_text
from segmentation.core.list_sink import Sink
from segmentation.core.notices import Notice

__all__ = ["write_list"]


def write_list(path: Path, table: pd.DataFrame) -> tuple[Notice, ...]:
    """Write a table without its index → what was done to its cells, for a spreadsheet's sake.

    As CSV; packed with gzip where the name ends in .gz, as Parquet where it ends in .parquet. Raises
    `SegmentationError` where the file cannot be written; then none is there.
    """
    with Sink(path) as sink:
        if path.suffix.lower() == ".parquet":
            sink.write(pa.Table.from_pandas(table, preserve_index=False), list(table.columns))
        else:
            sink.write_text(csv_text(table).encode())
    return altered(table)
