"""Lists of customers as CSV files for spreadsheets, and what was done to their cells on the way."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from segmentation.core.csv_export import altered, csv_text
from segmentation.core.errors import SegmentationError
from segmentation.core.notices import Notice
from segmentation.core.text import plain_text

__all__ = ["write_list"]


def write_list(path: Path, table: pd.DataFrame) -> tuple[Notice, ...]:
    """Write a table without its index as CSV → what was done to its cells, for a spreadsheet's sake.

    Raises `SegmentationError` where the file cannot be written.
    """
    try:
        path.write_text(csv_text(table), encoding="utf-8", newline="")
    except OSError as error:
        raise SegmentationError(f"Cannot write {plain_text(path)}: {error.strerror}. Choose another file.") from error
    return altered(table)
