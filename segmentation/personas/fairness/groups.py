"""The groups of a sensitive column: its values, or stated bands, none of them too small to be compared."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from segmentation.core.text import number_text, plain_text, yes_or_no
from segmentation.data.profiling import sensitive_kind

__all__ = ["MOST_GROUPS", "Groups", "group"]

MOST_GROUPS = 8
_SMALLEST_BAND = 0.05
_OTHERS = "all others"
_AGES, _YEARS = (0, 130), (1850, 2100)


@dataclass(frozen=True, eq=False)
class Groups:
    """words: an ordered categorical, one group a customer, missing where there is no value. how: one sentence that
    says how values were put together, "" when every value is its own group."""

    words: pd.Series
    how: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """The groups, in the order to show."""
        return tuple(self.words.cat.categories)


def group(values: pd.Series, *, name: str, least: int) -> Groups:
    """A sensitive column → its groups, each with at least `least` customers (a single one may have fewer).

    Words: the most frequent values, the rest as "all others". Ages and years of birth: bands of ten years; postcodes:
    by their first character; numbers with few whole values: each value; other numbers: quarters from low to high.
    Bands below `least` or 5 % of the customers join their smaller neighbour; words that are too rare join each other,
    or the rarest group.
    """
    kind, known = sensitive_kind(name, values), values.dropna()
    if pd.api.types.is_datetime64_any_dtype(values.dtype):
        return _years(values.dt.year.astype("float64"), kind, least)
    if not pd.api.types.is_numeric_dtype(values.dtype) or pd.api.types.is_bool_dtype(values.dtype):
        return _words(_as_text(values), kind, least)
    numbers = values.astype("float64").where(np.isfinite(values.astype("float64")))
    known = numbers.dropna()
    whole = bool((known == known.round()).all())
    if kind == "age" and len(known) and known.between(*_AGES).all():
        return _decades(numbers, least)
    if kind == "birth" and len(known) and whole and known.between(*_YEARS).all():
        return _years(numbers, kind, least)
    if kind == "postcode" or (whole and known.nunique() <= MOST_GROUPS):
        texts = numbers.map(lambda value: f"{value:.0f}" if whole else number_text(value), na_action="ignore")
        return _words(texts, kind, least)
    return _quarters(numbers, least)


def _as_text(values: pd.Series) -> pd.Series:
    if pd.api.types.is_bool_dtype(values.dtype):
        return values.map(yes_or_no, na_action="ignore").astype(object)
    texts = values.map(lambda value: plain_text(value, longest=40), na_action="ignore").astype(object)
    return texts.where(texts != "", None)


def _words(texts: pd.Series, kind: str, least: int) -> Groups:
    texts, words = texts.astype(object), []
    if kind == "postcode" and texts.nunique() > MOST_GROUPS:
        texts = texts.map(lambda text: f"{text[:1].upper()}…", na_action="ignore")
        words.append("Postcodes are compared by their first character.")
    counts = texts.value_counts()
    ranked = sorted(counts.index, key=lambda text: (-counts[text], text))
    common = [text for text in ranked[:MOST_GROUPS] if counts[text] >= least]
    rare = [text for text in ranked if text not in common]
    if len(rare) == 1 and counts[rare[0]] >= least:
        common, rare = ranked, []
    together = _OTHERS
    if rare and common and counts[rare].sum() < least:
        partner = common.pop()
        together = f"{partner} or {rare[0] if len(rare) == 1 else 'any other'}"
        rare = [partner, *rare]
    while together in common:
        together += "…"
    if rare:
        texts = texts.where(~texts.isin(rare), together).where(texts.notna(), None)
        words.append(f"Values too rare to be compared are put together as “{together}”.")
    order = [*common, *([together] if rare else [])]
    if kind in ("age", "postcode"):
        order.sort(key=_first_number)
    return Groups(_categorical(texts, order), " ".join(words))


def _first_number(text: str) -> tuple[float, str]:
    match = re.search(r"\d+", text)
    below = 0.5 if re.match(r"(<|under|below|unter|bis|up to)", text.lstrip(), re.IGNORECASE) else 0.0
    return (float(match.group()) - below if match else float("inf"), text)


def _decades(ages: pd.Series, least: int) -> Groups:
    edges = _merge(ages, np.arange(10, 130, 10, dtype=np.float64), least)
    texts = [
        f"under {edges[0]:.0f}" if len(edges) else "all ages",
        *(f"{low:.0f} to {high - 1:.0f}" for low, high in pairwise(edges)),
        *([f"{edges[-1]:.0f} and over"] if len(edges) else []),
    ]
    return Groups(_cut(ages, edges, texts), "Ages are compared in bands, of ten years where they are large enough.")


def _years(years: pd.Series, kind: str, least: int) -> Groups:
    known = years.dropna()
    first, last = (float(known.min()), float(known.max())) if len(known) else (1900.0, 1900.0)
    step = 10 if kind == "birth" or last - first >= 20 else 1
    edges = _merge(years, np.arange(first // step * step + step, last + 1, step), least)
    verb = "born " if kind == "birth" else ""
    texts = [
        f"{verb}before {edges[0]:.0f}" if len(edges) else "all years",
        *(f"{verb}{low:.0f}" + (f" to {high - 1:.0f}" if high - low > 1 else "") for low, high in pairwise(edges)),
        *([f"{verb}{edges[-1]:.0f} or later"] if len(edges) else []),
    ]
    words = "Years are compared in bands, of ten years where they are large enough."
    return Groups(_cut(years, edges, texts), words if step > 1 else "Dates are compared by year.")


def _quarters(numbers: pd.Series, least: int) -> Groups:
    known = numbers.dropna()
    quartiles = np.unique(known.quantile([0.25, 0.5, 0.75])) if len(known) else np.array([])
    # Bands hold their upper end: of equal values all fall into one band.
    edges = np.nextafter(quartiles[quartiles < known.max()], np.inf) if len(known) else quartiles
    edges = _merge(numbers, edges, least)
    ends = [number_text(edge) for edge in edges]
    texts = [
        f"up to {ends[0]}" if ends else "all values",
        *(f"above {low} to {high}" for low, high in pairwise(ends)),
        *([f"above {ends[-1]}"] if ends else []),
    ]
    return Groups(
        _cut(numbers, edges, texts),
        "Numbers are compared in quarters of the customers from low to high, as equal as equal values allow.",
    )


def _merge(numbers: pd.Series, edges: NDArray[np.float64], least: int) -> NDArray[np.float64]:
    """The edges that stay when bands below `least` customers join the smaller of their neighbours."""
    known = numbers.dropna().to_numpy()
    least = max(least, int(np.ceil(_SMALLEST_BAND * len(known))))
    edges = np.asarray(edges, dtype=np.float64)
    counts = list(np.bincount(np.searchsorted(edges, known, side="right"), minlength=len(edges) + 1))
    kept = list(edges)
    while len(counts) > 1 and min(counts) < least:
        at = counts.index(min(counts))
        left = counts[at - 1] if at else np.inf
        right = counts[at + 1] if at + 1 < len(counts) else np.inf
        low = at - 1 if left <= right else at
        counts[low : low + 2] = [counts[low] + counts[low + 1]]
        del kept[low]
    return np.array(kept)


def _cut(numbers: pd.Series, edges: NDArray[np.float64], texts: list[str]) -> pd.Series:
    if len(set(texts)) < len(texts):  # Bands so narrow that their rounded ends are the same.
        texts = [f"{text} ({number})" for number, text in enumerate(texts, 1)]
    codes = np.searchsorted(edges, numbers.to_numpy(dtype=np.float64), side="right")
    named = pd.Series(np.array(texts, dtype=object)[codes], index=numbers.index)
    return _categorical(named.where(numbers.notna(), None), texts)


def _categorical(texts: pd.Series, order: list[str]) -> pd.Series:
    return pd.Series(pd.Categorical(texts, categories=order, ordered=True), index=texts.index)
