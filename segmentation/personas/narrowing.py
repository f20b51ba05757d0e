"""A list of customers narrowed to those that are wanted: by words, by one column, by the persona."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import pandas as pd
from pandas.api.types import is_numeric_dtype

from segmentation.core.text import word_key

__all__ = ["Wanted", "choices_of", "narrowed"]

_MOST_CHOICES = 60


@dataclass(frozen=True)
class Wanted:
    """Which customers: everything that is given must hold.

    segment: their persona, 0 for everyone's. words: each is part of the id or of a text of the row. column with low and
    high (numbers, both included, None for no limit) or with values (one of them).
    """

    segment: int = 0
    words: str = ""
    column: str = ""
    low: float | None = None
    high: float | None = None
    values: Collection[str] = ()


def narrowed(table: pd.DataFrame, wanted: Wanted) -> pd.DataFrame:
    """A `customer_list` → the rows that are wanted, in their order, with every column."""
    keep = pd.Series(True, index=table.index)
    if wanted.segment:
        keep &= table["segment"] == wanted.segment
    if words := word_key(wanted.words).split():
        texts = [name for name in table if name != "persona" and not is_numeric_dtype(table[name])]
        rows = (
            table.loc[keep, list(dict.fromkeys([table.columns[0], *texts]))]
            .fillna("")
            .astype("str")
            .agg(" ".join, axis=1)
        )
        matching = [all(word in word_key(row) for word in words) for row in rows]
        keep &= pd.Series(matching, rows.index).reindex(table.index, fill_value=False)
    if wanted.column:
        column = table[wanted.column]
        if wanted.low is not None:
            keep &= column >= wanted.low
        if wanted.high is not None:
            keep &= column <= wanted.high
        if wanted.values:
            keep &= column.astype("str").isin(list(wanted.values))
    return table[keep]


def choices_of(column: pd.Series) -> list[str]:
    """The values to choose from in a column of words, the most frequent first; empty for a column of numbers."""
    if is_numeric_dtype(column):
        return []
    return [str(value) for value in column.dropna().astype("str").value_counts().index[:_MOST_CHOICES]]
