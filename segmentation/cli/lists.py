"""Lists of customers as CSV files for spreadsheets, and what was done to their cells on the way."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from segmentation.core.csv_export import csv_text, guarded
from segmentation.core.errors import SegmentationError
from segmentation.core.notices import Notice
from segmentation.core.text import plain_text

__all__ = ["write_list"]


def write_list(path: Path, table: pd.DataFrame) -> tuple[Notice, ...]:
    """Write a table without its index as CSV → one notice where cells were kept from starting a formula, else none.

    Raises `SegmentationError` where the file cannot be written.
    """
    try:
        path.write_text(csv_text(table), encoding="utf-8", newline="")
    except OSError as error:
        raise SegmentationError(f"Cannot write {plain_text(path)}: {error.strerror}. Choose another file.") from error
    where, count = guarded(table)
    return (Notice("guarded", where, count),) if count else ()
