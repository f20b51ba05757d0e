"""Text columns of few values as categories: their levels, in order where one is known, counts, and a share of other."""

from __future__ import annotations

from collections.abc import Collection

import pandas as pd

from segmentation.core.blocks import OTHER
from segmentation.core.tables import CategoryInfo
from segmentation.data.profiling.scales import in_order
from segmentation.data.profiling.statistics import column_kind

__all__ = ["OTHER", "as_category", "categories_of", "category_of"]

MOST_LEVELS = 12
_MOST_DISTINCT = 100
_FEWEST_EACH = 3
_SMALLEST_SHARE = 0.01


def category_of(name: str, values: pd.Series) -> CategoryInfo | None:
    """A column → what is known of it as a category; None for numbers, dates, texts of many values, or one value.

    Levels are in their order where one is known (yes before no never matters: no, then yes), else the most frequent
    first. Of a category without an order, levels beyond the twelve most frequent or below 1 % are "other".
    """
    kind = column_kind(values)
    if kind == "boolean":
        counts = values.dropna().astype("bool").value_counts()
        sizes = tuple(int(counts.get(level, 0)) for level in (False, True))
        return CategoryInfo(name, "yes/no", ("no", "yes"), sizes, int(values.isna().sum()))
    known = values.dropna()
    if kind != "text" or not len(known):
        return None
    counts = known.astype("str").value_counts()
    levels = [str(level) for level in counts.index]
    if not 2 <= len(levels) <= _MOST_DISTINCT:
        return None
    missing = len(values) - len(known)
    ordered = in_order(levels)
    if ordered is not None and len(known) > len(levels):
        return CategoryInfo(name, "ordered", ordered, tuple(int(counts[level]) for level in ordered), missing)
    if len(known) < _FEWEST_EACH * len(levels):
        return None
    kept = [level for level in levels[:MOST_LEVELS] if counts[level] >= _SMALLEST_SHARE * len(known)]
    sizes = tuple(int(counts[level]) for level in kept)
    return CategoryInfo(name, "named", tuple(kept), sizes, missing, len(known) - sum(sizes))


def categories_of(frame: pd.DataFrame, without: Collection[str] = ()) -> tuple[CategoryInfo, ...]:
    """The categories among the columns of a table, in column order, without those named (ids, sensitive ones)."""
    categories = (category_of(str(name), frame[name]) for name in frame.columns if name not in without)
    return tuple(info for info in categories if info is not None)


def as_category(values: pd.Series, info: CategoryInfo) -> pd.Series:
    """A column, of these customers or of next month's → the same as a pandas category with the levels of `info`.

    A value that is none of the levels is "other"; a missing one stays missing. Ordered where the category is.
    """
    words = values.astype("str").where(values.notna(), None)
    if info.kind == "yes/no":
        # 1 and 0, which true and false become in a feature, are the same keys.
        truth = values.map({True: "yes", False: "no"}, na_action="ignore")
        words = truth.where(truth.notna(), words)
    words = words.where(words.isin(info.levels) | words.isna(), OTHER)
    more = () if info.kind == "ordered" and not words.eq(OTHER).any() else (OTHER,)
    levels = [*info.levels, *(level for level in more if level not in info.levels)]
    return pd.Series(
        pd.Categorical(words, categories=levels, ordered=info.kind == "ordered" and levels == list(info.levels)),
        index=values.index,
        name=values.name,
    )
