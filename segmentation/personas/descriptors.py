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
from scipy.special import chdtr, chndtrinc, fdtrc

from segmentation.core.text import yes_or_no
from segmentation.personas.profiles import segment_numbers

__all__ = [
    "NOT_CLEAR",
    "compare_descriptors",
    "cramers_v",
    "cramers_word",
    "descriptor_table",
    "eta_squared",
    "eta_word",
    "strength",
    "wilson",
]

MOST_VALUES = 10
_OTHERS = "all others"
_MISSING = "missing"
NOT_CLEAR = "no clear difference"
_CHANCE = 0.025
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
        numbers, own = values[seen].to_numpy(dtype=np.float64), labels[seen]
        measure, effect, word = "eta²", eta_squared(numbers, own), eta_word(numbers, own)
    else:
        words = _as_words(values[seen])
        counts = pd.crosstab(words.to_numpy(), labels[seen]).to_numpy()
        measure, effect, word = "Cramér's V", cramers_v(counts), cramers_word(counts)
    return {**row, "measure": measure, "effect": effect, "strength": word, "note": ""}


def strength(measure: str, effect: float) -> str:
    """An effect size ("Cramér's V" or "eta²") in words, after Cohen (1988)."""
    return _WORDS[sum(effect >= limit for limit in _STRENGTHS[measure])]


def cramers_word(counts: NDArray[np.integer]) -> str:
    """How strongly a table of counts associates, in words that follow the 95 % interval of Cramér's V.

    Where the interval begins at 0, chance alone may have made the difference: then it is not called one, unless the
    whole interval lies below what is called small.
    """
    low, high = _cramers_interval(counts)
    if low <= 0:
        return NOT_CLEAR if high >= _STRENGTHS["Cramér's V"][0] else _WORDS[0]
    return strength("Cramér's V", cramers_v(counts))


def eta_word(values: NDArray[np.float64], labels: NDArray[np.integer]) -> str:
    """How strongly numbers differ between labels, in words; not called a difference where chance may have made it."""
    between, within = len(np.unique(labels)) - 1, len(labels) - len(np.unique(labels))
    effect = eta_squared(values, labels)
    if between < 1 or within < 1 or effect >= 1:
        return strength("eta²", effect)
    by_chance = float(fdtrc(between, within, effect / (1 - effect) * within / between))
    if by_chance >= _CHANCE:
        return NOT_CLEAR if effect >= _STRENGTHS["eta²"][0] else _WORDS[0]
    return strength("eta²", effect)


def _cramers_interval(counts: NDArray[np.integer]) -> tuple[float, float]:
    """95 % interval of Cramér's V from that of the noncentral χ² (Smithson 2003)."""
    counts = counts[counts.sum(axis=1) > 0][:, counts.sum(axis=0) > 0]
    n, (rows, columns) = counts.sum(), counts.shape
    if min(rows, columns) < 2:
        return 0.0, 0.0
    expected = counts.sum(axis=1, keepdims=True) * counts.sum(axis=0, keepdims=True) / n
    chi2, free = float(((counts - expected) ** 2 / expected).sum()), (rows - 1) * (columns - 1)
    ends = [
        float(chndtrinc(chi2, free, level)) if chdtr(free, chi2) > level else 0.0 for level in (1 - _CHANCE, _CHANCE)
    ]
    low, high = (np.sqrt(end / (n * min(rows - 1, columns - 1))) for end in ends)
    return float(low), float(min(high, 1.0))


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
