"""What an exploration shows, in sentences: finished tables in, plain text out (not yet escaped for Markdown)."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence

import pandas as pd

from segmentation.core.tables import FeatureInfo, FeatureTable
from segmentation.core.text import agree, count_text, counted, listed, plain_text, share_text, value_text, value_writer

__all__ = [
    "CORRELATION_WORDS",
    "correlation_finding",
    "distribution_finding",
    "missing_finding",
    "negative_finding",
    "outlier_finding",
    "own_writers",
    "relation_finding",
    "repeated_ids",
    "summary",
]

_SKEWED = 1.0
_ALIKE = 0.9
# How strong a correlation is said to be (Cohen 1988: 0.1 small, 0.3 medium, 0.5 large).
_LOOSE, _CLEAR, _STRONG = 0.1, 0.3, 0.5
CORRELATION_WORDS = {
    "prepared": "correlation {:.2f} of the prepared values",
    "spearman": "rank correlation {:.2f}",
    "pearson": "correlation {:.2f}",
}
"""How a correlation of each kind is written."""


def summary(features: FeatureTable) -> str:
    """The data set in one sentence: how many customers, how many features, how much is missing."""
    later = [name for block in features.blocks for name in block.features[1:]]  # all levels of a category are one
    rows, columns = len(features.frame), len(features.inputs)
    missing = features.frame.drop(columns=later).isna().sum()
    holes = missing[missing > 0]
    start = f"{counted(rows, 'customer')} with {counted(columns, 'usable feature')}"
    if holes.empty:
        return f"{start}; nothing is missing."
    have = counted(len(holes), "feature has", "features have")
    return f"{start}; {have} missing values ({counted(int(holes.sum()), 'cell')})."


def missing_finding(table: pd.DataFrame, columns: int) -> str:
    """What `missing_table` of a table with so many columns says."""
    if table.empty:
        return "Nothing is missing."
    have = agree(len(table), "has", "have")
    some = f"{count_text(len(table))} of {counted(columns, 'column')}"
    return f"{some} {have} missing values; Prepare fills them in."


def own_writers(infos: Sequence[FeatureInfo], columns: Iterable[str]) -> list[Callable[[float], str]]:
    """How the row of each feature is written, by its kind: a share as a percentage, the mean of yes and no as one."""
    about = {info.name: info.kind.replace("boolean", "number") for info in infos}
    return [value_writer(about.get(name, "number")) for name in columns]  # a category has no figures to write


def distribution_finding(row: pd.Series, info: FeatureInfo) -> str:
    """One feature in a sentence or two: typical value, reach, zeros, skew. `row` is its row of `profile`."""
    if row["kind"] == "empty" or math.isnan(row["median"]):
        return "There are no values."

    def said(value: float) -> str:
        return plain_text(value_text(value, kind=info.kind, unit=info.unit))

    known = row["rows"] - row["missing"]
    if info.kind == "boolean":
        return f"{share_text(row['mean'])} of customers have it."
    if row["min"] == row["max"]:
        return f"Every customer has the same value, {said(row['min'])}."
    words = [f"Half of the customers have {said(row['median'])} or less; the largest value is {said(row['max'])}."]
    zeros = row["zeros"] / known
    if zeros >= 0.1:
        words = [f"{share_text(zeros)} of customers have 0. {words[0]}"]
    if row["skew"] >= _SKEWED:
        words.append("A few customers are far above the rest.")
    elif row["skew"] <= -_SKEWED:
        words.append("A few customers are far below the rest.")
    return " ".join(words)


def outlier_finding(table: pd.DataFrame) -> str:
    """What `outlier_table` says about skew: how many features have a long tail, and which most."""
    skewed = table[table["skew"].abs() >= _SKEWED]
    if skewed.empty:
        return "No feature is strongly skewed, so no handful of customers decides the result."
    many = f"{count_text(len(skewed))} of {counted(len(table), 'feature')} {agree(len(skewed), 'is', 'are')}"
    return (
        f"{many} strongly skewed: a few customers with extreme values would pull the segments towards themselves. "
        "Prepare can cap such values and use a logarithm."
    )


def negative_finding(table: pd.DataFrame, labels: Mapping[str, str]) -> str:
    """What `negative_table` says: which features have values below zero."""
    if table.empty:
        return "No feature has negative values."
    names = listed([plain_text(labels.get(name, name), longest=40) for name in table["column"]], most=3)
    return f"{names} {agree(len(table), 'has', 'have')} negative values. Check that they are meant."


def correlation_finding(pairs: pd.DataFrame, labels: Mapping[str, str], kind: str = "pearson") -> str:
    """What `strongest_pairs` says: which two features say almost the same, or which are most alike.

    kind: of the correlation, a key of `CORRELATION_WORDS`.
    """
    if pairs.empty:
        return "There are no two features to compare."
    first = pairs.iloc[0]
    one, other = (plain_text(labels.get(name, name), longest=40) for name in (first["first"], first["second"]))
    value = first["correlation"]
    alike = int((pairs["correlation"].abs() >= _ALIKE).sum())
    if math.isnan(value):
        return "No two features can be compared."
    figure = CORRELATION_WORDS[kind].format(value)
    if not alike:
        return f"No two features say the same; the most alike are {one} and {other} ({figure})."
    others = f", and {counted(alike - 1, 'other pair')}" if alike > 1 else ""
    by = "" if kind == "prepared" else ", by the correlation of the prepared values"
    return f"{one} and {other} say almost the same ({figure}){others}. Prepare can keep one of each{by}."


def relation_finding(value: float, x: str, y: str, kind: str = "spearman") -> str:
    """What one correlation says of two features, by their labels; kind: a key of `CORRELATION_WORDS`."""
    one, other = plain_text(x, longest=40), plain_text(y, longest=40)
    if math.isnan(value):
        return f"{one} and {other} cannot be compared, because one of them does not vary."
    figure = CORRELATION_WORDS[kind].format(value)
    if abs(value) < _LOOSE:
        return f"{one} and {other} have hardly anything to do with each other ({figure})."
    words = "strongly" if abs(value) >= _STRONG else "clearly" if abs(value) >= _CLEAR else "slightly"
    how = "rise together" if value > 0 else "move in opposite directions"
    return f"{one} and {other} {how}, {words} ({figure})."


def repeated_ids(ids: pd.Series) -> str:
    """A warning when a table has many rows for one id, so it is not one row a customer; else empty text."""
    known = ids.dropna()
    again = len(known) - known.nunique()
    if not len(known) or again / len(known) < 0.1:
        return ""
    each = len(known) / known.nunique()
    return (
        f"Each customer has {each:,.1f} rows on average, so this looks like a list of purchases or events, "
        "not one row a customer."
    )
