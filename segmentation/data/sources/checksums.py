"""Numbers that stand for what a whole line says: equal lines have equal ones, and others hardly ever."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd
import pyarrow as pa

__all__ = ["checksums", "of_texts"]

_FIRST, _SECOND = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xFF51AFD7ED558CCD)
_HALF = np.uint64(32)


def checksums(columns: Iterable[tuple[pa.Array, pa.Array]], rows: int) -> np.ndarray:
    """Columns as (different values, which of them each row holds) → one number a row (uint64)."""
    made = np.zeros(rows, dtype=np.uint64)
    for values, codes in columns:
        made = (made ^ _of(values)[codes.to_numpy()]) * _SECOND
        made ^= made >> _HALF
    return made


def of_texts(texts: pa.Array) -> np.ndarray:
    """One number a text (uint64), the same in every process; missing ones have the same."""
    cells = texts.fill_null("").to_numpy(zero_copy_only=False)
    return pd.util.hash_array(cells, categorize=False)


def _of(values: pa.Array) -> np.ndarray:
    if pa.types.is_large_string(values.type):
        return of_texts(values)
    if pa.types.is_floating(values.type):
        numbers = values.to_numpy(zero_copy_only=False) + 0.0  # −0 is 0
        bits = np.where(np.isnan(numbers), np.nan, numbers).view(np.uint64)
    else:
        bits = values.cast(pa.int64()).fill_null(-1).to_numpy(zero_copy_only=False).view(np.uint64)
    spread: np.ndarray = (bits ^ (bits >> _HALF)) * _FIRST
    return spread
