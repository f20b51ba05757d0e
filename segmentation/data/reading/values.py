"""Distinct cells of a column → values of one kind: one reader a kind, in the table `READERS`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from segmentation.core.text import yes_or_no
from segmentation.data.reading import dates, numbers
from segmentation.data.reading.columns import yes_no_words
from segmentation.data.reading.distinct import Distinct
from segmentation.data.reading.marks import YES_NO
from segmentation.data.reading.measures import measure_of, read_measure
from segmentation.data.reading.settings import MEASURES

__all__ = ["Values", "read_values", "text_series"]

_TEXT = pd.StringDtype("pyarrow", na_value=np.nan)


@dataclass(frozen=True)
class Values:
    """The values of the distinct cells of one column.

    typed: float64, datetime64[us], object of True/False/None, or Arrow text with nulls, one per distinct cell.
    missing: which are missing. lost: which of those held something that could not be read. changed: which differ
    from what the cell says to a computer; a blank cell that is missing does not count. All three are bool arrays.
    """

    typed: Any
    missing: np.ndarray
    lost: np.ndarray
    changed: np.ndarray

    def series(self, column: Distinct, cells: pa.LargeStringArray) -> pd.Series:
        """The values of all rows; the very memory of the file's text where nothing changed."""
        if isinstance(self.typed, pa.Array):
            unchanged = not self.changed.any() and not self.missing.any()
            return text_series(cells if unchanged else self.typed.take(column.codes))
        rows = column.codes.to_numpy()
        if self.typed.dtype == object:
            return pd.Series(pd.array(self.typed, dtype="boolean")[rows])
        return pd.Series(self.typed[rows])

    def shown(self, index: int) -> str:
        """One value as a reader sees it in an example."""
        if self.missing[index]:
            return "missing"
        value = self.typed[index]
        if isinstance(value, bool):
            return yes_or_no(value)
        if isinstance(value, np.datetime64):
            return str(value.astype("datetime64[s]")).replace("T", " ").removesuffix(" 00:00:00")
        return repr(float(value)).removesuffix(".0") if isinstance(value, float) else str(value)


def text_series(cells: pa.Array) -> pd.Series:
    """Arrow text as a pandas column of text, without a copy."""
    return pd.Series(_TEXT.__from_arrow__(cells))  # type: ignore[attr-defined]


def read_values(column: Distinct, kind: str) -> Values:
    """The values of a column read as one of `KINDS`; "" is a column without values."""
    return _READERS[kind.split(" ")[0] if kind.startswith("date") else kind](column, kind)


def _read_number(column: Distinct, kind: str) -> Values:
    values = numbers.parse_numbers(column.trimmed, "," if kind == "number," else ".").copy()
    values[column.mark] = np.nan
    values[column.zero] = 0.0
    missing = np.isnan(values)
    written = numbers.Written(column.cells)
    same = written.plain & (written.read(".") == values)
    return Values(values, missing, missing & column.value, ~same & ~column.blank)


def _read_measure(column: Distinct, kind: str) -> Values:
    values = read_measure(column.trimmed, measure_of(kind, column.values)).copy()
    values[column.mark] = np.nan
    values[column.zero] = 0.0
    missing = np.isnan(values)
    return Values(values, missing, missing & column.value, ~column.blank)


def _read_date(column: Distinct, kind: str) -> Values:
    form = kind.removeprefix("date").strip() or "dmy"
    if form.startswith("serial"):
        counts = numbers.parse_numbers(column.trimmed, ".")
        days = dates.parse_serials(counts + dates.DAYS_TO_1904 if form == "serial 1904" else counts)
    elif form.startswith("unix"):
        per_second = 1_000 if form == "unix ms" else 1
        days = dates.parse_unix(numbers.parse_numbers(column.trimmed, "."), per_second=per_second)
    elif form.endswith(" swapped"):
        days = dates.parse_dates(column.trimmed, form.removesuffix(" swapped"))
        days = dates.swap_back(column.trimmed, days)
    else:
        days = dates.parse_dates(column.trimmed, form)
    days[column.mark] = np.datetime64("NaT")
    missing = np.isnat(days)
    return Values(days, missing, missing & column.value, ~column.blank)


def _read_yes_no(column: Distinct, kind: str) -> Values:
    pairs = [(yes, no) for yes, no, _ in YES_NO]
    if own := yes_no_words(column):
        pairs = [own]
    words = {yes: True for yes, _ in pairs} | {no: False for _, no in pairs}
    known = [
        None if mark else words.get(word) for word, mark in zip(column.lower.to_pylist(), column.mark, strict=True)
    ]
    flags = np.array(known, dtype=object)
    missing = np.array([value is None for value in known], dtype=bool)
    return Values(flags, missing, missing & column.value, ~column.blank)


def _read_text(column: Distinct, kind: str) -> Values:
    as_it_is = kind == "text"
    missing = column.blank if as_it_is else column.blank | column.text_mark
    cells = column.cells if as_it_is else column.trimmed
    texts = pc.if_else(pa.array(missing), pa.scalar(None, cells.type), cells)
    same = pc.equal(cells, column.cells).to_numpy(zero_copy_only=False).astype(bool) & ~missing
    return Values(texts, missing, np.zeros(len(cells), dtype=bool), ~same & ~column.blank)


def _read_nothing(column: Distinct, kind: str) -> Values:
    every = np.ones(len(column.cells), dtype=bool)
    return Values(pa.nulls(len(every), pa.large_string()), every, ~every, ~column.blank)


_READERS: dict[str, Callable[[Distinct, str], Values]] = {
    "": _read_nothing,
    "text": _read_text,
    "trimmed": _read_text,
    "number": _read_number,
    "number,": _read_number,
    "yes/no": _read_yes_no,
    **dict.fromkeys(MEASURES, _read_measure),
    "date": _read_date,
}
