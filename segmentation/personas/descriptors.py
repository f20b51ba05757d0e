"""Descriptors: what is known of the customers but did not make the segments, compared between segments.

Because descriptors took no part in the grouping, intervals and effect sizes may be read as evidence here.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from segmentation.core.text import yes_or_no
from segmentation.personas.profiles import segment_numbers

__all__ = ["compare_descriptors", "cramers_v", "descriptor_table", "eta_squared", "strength", "wilson"]

MOST_VALUES = 10
_OTHERS = "all others"
_MISSING = "missing"
# Cohen (1988): from these effect sizes on a difference is called small, medium, large.
_STRENGTHS = {"Cramér's V": (0.1, 0.3, 0.5), "eta²": (0.01, 0.06, 0.14)}
_WORDS = ("hardly any difference", "small", "medium", "large")

Floats = NDArray[np.float64]


def wilson(count: ArrayLike, size: ArrayLike, *, level: float = 0.95) -> tuple[Floats, Floats]:
    """Interval of a share by Wilson (1927): counts and sizes in → lower and upper ends (0…1); NaN for size 0."""
    count, size = np.asarray(count, dtype=np.float64), np.asarray(size, dtype=np.float64)
    z = float(stats.norm.ppf(0.5 + level / 2))
    n = np.where(size > 0, size, np.nan)
    share = count / n
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * np.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return np.clip(middle - half, 0, 1), np.clip(middle + half, 0, 1)


def descriptor_table(values: pd.Series, labels: ArrayLike, *, level: float = 0.95) -> pd.DataFrame:
    """One descriptor in every segment and for everyone (segment 0), with intervals.

    Words (the ten most frequent, then "all others" and "missing") → columns segment, value, size (customers in the
    segment), count, share, low, high (Wilson interval of the share), everyone (share of all customers).
    Numbers → columns segment, size (customers with a value), missing, mean, low, high (interval of the mean by
    Student's t), median, everyone (mean of all). Dates are compared by year, or by month within two years.
    """
    labels = np.asarray(labels)
    if _is_number(values):
        return _number_table(values.astype(np.float64), labels, level)
    words = _as_words(values)
    numbers = [0, *segment_numbers(labels)]
    order = list(words.cat.categories)
    parts = []
    for number in numbers:
        own = words if number == 0 else words[labels == number]
        counts = own.value_counts().reindex(order, fill_value=0)
        low, high = wilson(counts, len(own), level=level)
        part = {"segment": number, "value": order, "size": len(own), "count": counts.to_numpy()}
        parts.append(pd.DataFrame({**part, "share": counts.to_numpy() / max(len(own), 1), "low": low, "high": high}))
    table = pd.concat(parts, ignore_index=True)
    table["everyone"] = np.tile(parts[0]["share"].to_numpy(), len(numbers))
    return table


def compare_descriptors(descriptors: pd.DataFrame, labels: ArrayLike) -> pd.DataFrame:
    """How strongly each descriptor differs between the segments, the strongest first.

    Columns: descriptor, measure ("Cramér's V", bias-corrected after Bergsma 2013, for words; "eta²" for numbers),
    effect (0…1), strength (in words, after Cohen 1988), values (distinct ones), missing, note (why a descriptor could
    not be compared: then effect is NaN).
    """
    labels = np.asarray(labels)
    assigned = labels > 0
    rows = [_compare(name, descriptors[name][assigned], labels[assigned]) for name in descriptors.columns]
    columns = ["descriptor", "measure", "effect", "strength", "values", "missing", "note"]
    table = pd.DataFrame(rows, columns=columns)
    return table.sort_values("effect", ascending=False, na_position="last", kind="stable", ignore_index=True)


def _is_number(values: pd.Series) -> bool:
    kind = values.dtype
    return pd.api.types.is_numeric_dtype(kind) and not pd.api.types.is_bool_dtype(kind)


def _as_words(values: pd.Series) -> pd.Series:
    """Text, truth values and dates as ordered categories: the most frequent first, then others, then missing."""
    if pd.api.types.is_bool_dtype(values.dtype):
        words = values.map(yes_or_no, na_action="ignore").astype(object)
    elif pd.api.types.is_datetime64_any_dtype(values.dtype):
        years = values.dt.year.max() - values.dt.year.min()
        words = values.dt.strftime("%Y-%m" if years < 2 else "%Y").astype(object)
    else:
        words = values.map(str, na_action="ignore").astype(object)
    counts = words.value_counts()
    ranked = sorted(counts.index, key=lambda word: (-counts[word], word))
    top = ranked if len(ranked) <= MOST_VALUES + 1 else ranked[:MOST_VALUES]
    order = [*top, *([_OTHERS] if len(top) < len(ranked) else []), *([_MISSING] if words.isna().any() else [])]
    known = words.where(words.isin(top) | words.isna(), _OTHERS).fillna(_MISSING)
    return pd.Series(pd.Categorical(known, categories=list(dict.fromkeys(order))), index=values.index)


def _number_table(values: pd.Series, labels: NDArray[np.integer], level: float) -> pd.DataFrame:
    rows = []
    for number in [0, *segment_numbers(labels)]:
        own = values if number == 0 else values[labels == number]
        seen = own.dropna()
        size, mean = len(seen), seen.mean()
        half = stats.t.ppf(0.5 + level / 2, size - 1) * seen.std() / np.sqrt(size) if size > 1 else np.nan
        rows.append(
            {
                "segment": number,
                "size": size,
                "missing": len(own) - size,
                "mean": mean,
                "low": mean - half,
                "high": mean + half,
                "median": seen.median(),
            }
        )
    table = pd.DataFrame(rows)
    table["everyone"] = table["mean"].iloc[0]
    return table


def _compare(name: Hashable, values: pd.Series, labels: NDArray[np.integer]) -> dict[str, Any]:
    missing, distinct = int(values.isna().sum()), int(values.nunique())
    row = {"descriptor": name, "measure": "", "effect": np.nan, "strength": "", "values": distinct, "missing": missing}
    seen = values.notna().to_numpy()
    if distinct < 2:
        return {**row, "note": "has only one value"}
    if not _is_number(values) and distinct > 0.5 * seen.sum():
        return {**row, "note": "nearly every customer has another value"}
    if _is_number(values):
        measure, effect = "eta²", eta_squared(values[seen].to_numpy(dtype=np.float64), labels[seen])
    else:
        words = _as_words(values[seen])
        measure, effect = "Cramér's V", cramers_v(pd.crosstab(words.to_numpy(), labels[seen]).to_numpy())
    return {**row, "measure": measure, "effect": effect, "strength": strength(measure, effect), "note": ""}


def strength(measure: str, effect: float) -> str:
    """An effect size ("Cramér's V" or "eta²") in words, after Cohen (1988)."""
    return _WORDS[sum(effect >= limit for limit in _STRENGTHS[measure])]


def eta_squared(values: Floats, labels: NDArray[np.integer]) -> float:
    """Share of the variance of the values that lies between the labels (the squared correlation ratio), 0…1."""
    centred = values - values.mean()
    total = float((centred**2).sum())
    between = sum((labels == number).sum() * centred[labels == number].mean() ** 2 for number in np.unique(labels))
    return float(between / total) if total > 0 else 0.0


def cramers_v(counts: NDArray[np.integer]) -> float:
    """Bias-corrected Cramér's V of a table of counts (Bergsma 2013)."""
    n = counts.sum()
    rows, columns = counts.shape
    if n < 2 or rows < 2 or columns < 2:
        return 0.0
    expected = counts.sum(axis=1, keepdims=True) * counts.sum(axis=0, keepdims=True) / n
    phi2 = ((counts - expected) ** 2 / expected).sum() / n
    corrected = max(0.0, phi2 - (rows - 1) * (columns - 1) / (n - 1))
    small_rows = rows - (rows - 1) ** 2 / (n - 1)
    small_columns = columns - (columns - 1) ** 2 / (n - 1)
    limit = min(small_rows - 1, small_columns - 1)
    return float(np.sqrt(corrected / limit)) if limit > 0 else 0.0
