"""Tables as files for others: CSV that no spreadsheet runs as a formula."""

from __future__ import annotations

import pandas as pd

from segmentation.core.text import formula_safe

__all__ = ["csv_bytes", "safe_frame"]


def safe_frame(frame: pd.DataFrame) -> pd.DataFrame:
    """The same table with every header and every text cell through `formula_safe`; numbers and dates as they are."""
    safe = {}
    for place in range(frame.shape[1]):
        column = frame.iloc[:, place]
        plain = pd.api.types.is_numeric_dtype(column) or pd.api.types.is_datetime64_any_dtype(column)
        safe[place] = column if plain else column.map(formula_safe, na_action="ignore")
    made = pd.DataFrame(safe, index=frame.index)
    made.columns = pd.Index([formula_safe(str(name)) for name in frame.columns])
    return made


def csv_bytes(frame: pd.DataFrame) -> bytes:
    """Table → CSV in UTF-8 with the mark that makes Excel read it as such; the index is not written."""
    return safe_frame(frame).to_csv(index=False).encode("utf-8-sig")
