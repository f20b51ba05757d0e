"""The tables behind the pictures that explore a data set: one row a bar, a cell or a pair; nothing is drawn here."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
from scipy.cluster import hierarchy
from scipy.spatial import distance

from segmentation.core.blocks import Block
from segmentation.core.sampling import random_rows
from segmentation.data.profiling import skewness, tukey_fences

__all__ = [
    "CORRELATIONS",
    "MOST_POINTS",
    "box_table",
    "constant_columns",
    "correlation_table",
    "histogram_table",
    "level_table",
    "middle_ranges",
    "missing_table",
    "most_related",
    "negative_table",
    "outlier_table",
    "outline",
    "sample_rows",
    "similar_first",
    "strongest_pairs",
]

MOST_POINTS = 5_000
"""So many points are drawn at most."""

CORRELATIONS = {
    "spearman": "Spearman (by rank: any rising or falling relation, safe with outliers)",
    "pearson": "Pearson (by value: straight-line relations)",
}
_MOST_BINS = 40
_MOST_WHOLE = 30


def _finite(values: pd.Series | np.ndarray) -> np.ndarray:
    numbers = np.asarray(pd.Series(values).to_numpy(dtype=np.float64, na_value=np.nan))
    known: np.ndarray = numbers[np.isfinite(numbers)]
    return known


def histogram_table(values: pd.Series | np.ndarray, *, edges: np.ndarray | None = None) -> pd.DataFrame:
    """How often values occur: (n,) numbers in → one row a bar out, columns low, high, count, share, and tail.

    Bars have one width, by Freedman and Diaconis (1981) on the middle 98 %, between 10 and 40 of them; values beyond
    the 1st and 99th percentile fall into one open bar on that side (tail "below" or "above") when they would squeeze
    the picture (range more than twice that of the middle 98 %). Bars of whole numbers are whole numbers wide.
    Missing and infinite values are not counted; no values → no rows. `edges` (m + 1,) replaces the choice of bars;
    then there are no tails.
    """
    numbers = _finite(values)
    columns = ["low", "high", "count", "share", "tail"]
    if not len(numbers):
        return pd.DataFrame(columns=columns)
    low, high = float(numbers.min()), float(numbers.max())
    tails = ("", "")
    if edges is None:
        edges, tails = _edges(numbers, low, high)
    inside = np.histogram(numbers, edges)[0]
    table = pd.DataFrame({"low": edges[:-1], "high": edges[1:], "count": inside, "tail": ""})
    if tails[0]:
        first = pd.DataFrame({"low": [low], "high": [edges[0]], "count": [(numbers < edges[0]).sum()], "tail": "below"})
        table = pd.concat([first, table], ignore_index=True)
    if tails[1]:
        last = pd.DataFrame(
            {"low": [edges[-1]], "high": [high], "count": [(numbers > edges[-1]).sum()], "tail": "above"}
        )
        table = pd.concat([table, last], ignore_index=True)
    table["share"] = table["count"] / len(numbers)
    return table[columns]


def _edges(numbers: np.ndarray, low: float, high: float) -> tuple[np.ndarray, tuple[str, str]]:
    if low == high or not math.isfinite(high - low):
        return np.array([low, high if high > low else np.nextafter(low, np.inf)]), ("", "")
    p01, q25, q75, p99 = np.quantile(numbers, (0.01, 0.25, 0.75, 0.99))
    squeezed = p99 > p01 and high - low > 2 * (p99 - p01)
    start, stop = (p01, p99) if squeezed else (low, high)
    start = low if start - low < 0.02 * (stop - start) else start
    stop = high if high - stop < 0.02 * (stop - start) else stop
    width = 2 * (q75 - q25) / len(numbers) ** (1 / 3)
    bars = min(_MOST_BINS, max(10, math.ceil((stop - start) / width))) if width > 0 else _MOST_BINS // 2
    edges = np.linspace(start, stop, bars + 1)
    if stop - start < 2**50 and np.equal(numbers, np.floor(numbers)).all():
        step = max(1, round((stop - start) / bars)) if stop - start > _MOST_WHOLE else 1
        edges = np.arange(math.floor(start), math.floor(stop) + step + 1, step) - 0.5
    if not (np.diff(edges) > 0).all():
        edges = np.array([low, high])
    return edges, ("below" if edges[0] > low else "", "above" if edges[-1] < high else "")


def outline(histogram: pd.DataFrame, bars: int = 20) -> list[int]:
    """The counts of a histogram with neighbours joined to at most so many bars, for a small picture in a table cell."""
    counts = histogram["count"].to_numpy()
    join = max(1, math.ceil(len(counts) / bars))
    return [int(counts[start : start + join].sum()) for start in range(0, len(counts), join)]


def box_table(frame: pd.DataFrame) -> pd.DataFrame:
    """The five numbers of a box plot for every column: n × d numbers in → d rows out.

    Columns: column, low_whisker, q25, median, q75, high_whisker (the furthest values inside Tukey's fences; the minimum
    and maximum where the fences have no width), below, above (how many values lie outside the whiskers).
    """
    rows = []
    for name in frame.columns:
        numbers = _finite(frame[name])
        if not len(numbers):
            continue
        q25, median, q75 = np.quantile(numbers, (0.25, 0.5, 0.75))
        low, high = tukey_fences(q25, q75)
        inside = numbers if math.isnan(low) else numbers[(numbers >= low) & (numbers <= high)]
        start, stop = inside.min(), inside.max()
        rows.append((name, start, q25, median, q75, stop, int((numbers < start).sum()), int((numbers > stop).sum())))
    columns = ["column", "low_whisker", "q25", "median", "q75", "high_whisker", "below", "above"]
    return pd.DataFrame(rows, columns=columns)


def missing_table(about: pd.DataFrame) -> pd.DataFrame:
    """Columns with missing cells, most first: result of `profile` in → columns column, missing, share (0…1) out."""
    some = about.loc[about["missing"] > 0, ["column", "missing", "missing_share"]]
    some = some.sort_values(["missing", "column"], ascending=[False, True], ignore_index=True)
    return some.rename(columns={"missing_share": "share"})


def negative_table(about: pd.DataFrame) -> pd.DataFrame:
    """Numeric columns with values below zero, most first: result of `profile` in → column, negative, share, min out."""
    some = about.loc[about["negative"] > 0].assign(
        share=lambda rows: rows["negative"] / (rows["rows"] - rows["missing"])
    )
    some = some.sort_values(["negative", "column"], ascending=[False, True], ignore_index=True)
    return some[["column", "negative", "share", "min"]].astype({"negative": "int64"})


def outlier_table(frame: pd.DataFrame) -> pd.DataFrame:
    """How far the values of each column reach: n × d numbers in → one row a column out, most skewed first.

    Columns: column, skew, low_fence, high_fence (Tukey), outliers and outlier_share (outside the fences), beyond and
    beyond_share (outside the 1st and 99th percentile: what capping would change), median, p99, max, reason (why a
    figure is NaN).
    """
    rows = []
    for name in frame.columns:
        numbers = _finite(frame[name])
        if not len(numbers):
            rows.append((name, *([math.nan] * 10), "no values"))
            continue
        p01, q25, median, q75, p99 = np.quantile(numbers, (0.01, 0.25, 0.5, 0.75, 0.99))
        low, high = tukey_fences(q25, q75)
        beyond = int(((numbers < p01) | (numbers > p99)).sum())
        outliers = math.nan if math.isnan(low) else float(((numbers < low) | (numbers > high)).sum())
        skew = skewness(numbers)
        reason = "all values are equal" if math.isnan(skew) else "the middle half of the values are equal"
        reason = reason if math.isnan(low) else ""
        share = len(numbers)
        rows.append(
            (
                name,
                skew,
                low,
                high,
                outliers,
                outliers / share,
                beyond,
                beyond / share,
                median,
                p99,
                numbers.max(),
                reason,
            )
        )
    columns = ["column", "skew", "low_fence", "high_fence", "outliers", "outlier_share", "beyond", "beyond_share"]
    table = pd.DataFrame(rows, columns=[*columns, "median", "p99", "max", "reason"])
    order = table["skew"].abs().fillna(-1)
    return table.iloc[np.argsort(-order.to_numpy(), kind="stable")].reset_index(drop=True)


def constant_columns(frame: pd.DataFrame) -> dict[str, str]:
    """Columns without a correlation and why: n × d numbers in → column → reason out."""
    return {
        str(name): "no values" if frame[name].isna().all() else "all values are equal"
        for name in frame.columns
        if not frame[name].nunique() > 1
    }


def correlation_table(frame: pd.DataFrame, method: str = "spearman") -> pd.DataFrame:
    """Correlation of every two columns: n × d numbers in → d × d table out, −1…1, index and columns are the names.

    method: "spearman" (ranks, ties share their mean rank) or "pearson". Pairs use the rows where both are known;
    NaN where a column is constant or empty (`constant_columns` says which) or fewer than three rows are known.
    """
    numbers = frame.astype("float64").replace([np.inf, -np.inf], np.nan)
    whole = not numbers.isna().to_numpy().any()
    if whole and len(numbers) >= 3:
        values = numbers.rank().to_numpy() if method == "spearman" else numbers.to_numpy()
        values = values - values.mean(axis=0)
        largest = np.abs(values).max(axis=0)
        flat = numbers.nunique().to_numpy() < 2
        values = values / np.where(flat | (largest == 0), 1.0, largest)
        length = np.sqrt((values**2).sum(axis=0))
        with np.errstate(invalid="ignore", divide="ignore"):
            matrix = np.clip(values.T @ values / np.outer(length, length), -1, 1)
        matrix[flat, :] = math.nan
        matrix[:, flat] = math.nan
        table = pd.DataFrame(matrix, index=numbers.columns, columns=numbers.columns)
    else:
        table = numbers.corr(method=method, min_periods=3)  # type: ignore[arg-type]
    matrix = table.to_numpy(copy=True)
    own = np.diag(matrix)
    np.fill_diagonal(matrix, np.where(np.isnan(own), math.nan, 1.0))
    return pd.DataFrame(matrix, index=table.index, columns=table.columns)


def strongest_pairs(correlations: pd.DataFrame, *, least: float = 0.0, most: int = 10) -> pd.DataFrame:
    """The pairs of columns most alike, strongest first: d × d correlations in → first, second, correlation out."""
    names, matrix = list(correlations.columns), correlations.to_numpy()
    rows, columns = np.triu_indices(len(names), k=1)
    values = matrix[rows, columns]
    order = [at for at in np.argsort(-np.abs(np.nan_to_num(values)), kind="stable") if abs(values[at]) >= least]
    return pd.DataFrame(
        [(names[rows[at]], names[columns[at]], float(values[at])) for at in order[:most]],
        columns=["first", "second", "correlation"],
    )


def most_related(correlations: pd.DataFrame, most: int) -> pd.DataFrame:
    """The same d × d correlations with at most so many columns: those with the strongest one, in their order."""
    if len(correlations) <= most:
        return correlations
    others = np.abs(np.nan_to_num(correlations.to_numpy()))
    np.fill_diagonal(others, 0)
    kept = np.sort(np.argsort(-others.max(axis=1), kind="stable")[:most])
    return correlations.iloc[kept, kept]


def similar_first(correlations: pd.DataFrame) -> pd.DataFrame:
    """The same d × d correlations with columns that are alike beside each other, undefined ones last.

    Source: average linkage on 1 - |r| with the leaves in their best order (Bar-Joseph, Gifford and Jaakkola 2001).
    """
    known = correlations.columns[~np.isnan(np.diag(correlations.to_numpy()))]
    if len(known) < 3:
        return correlations
    apart = 1 - np.abs(np.nan_to_num(correlations.loc[known, known].to_numpy()))
    apart = (apart + apart.T) / 2
    np.fill_diagonal(apart, 0)
    tree = hierarchy.linkage(distance.squareform(apart, checks=False), "average", optimal_ordering=True)
    order: list[Any] = [known[leaf] for leaf in hierarchy.leaves_list(tree)]
    order += [name for name in correlations.columns if name not in order]
    return correlations.loc[order, order]


def middle_ranges(frame: pd.DataFrame) -> dict[str, tuple[float, float]]:
    """Column → interval around its 1st to 99th percentile with some air: n × d numbers in, empty columns skipped."""
    ranges = {}
    for name in frame.columns:
        numbers = _finite(frame[name])
        if len(numbers):
            low, high = (float(edge) for edge in np.quantile(numbers, (0.01, 0.99)))
            air = 0.04 * (high - low) or 0.5
            ranges[str(name)] = (low - air, high + air)
    return ranges


def sample_rows(frame: pd.DataFrame, most: int = MOST_POINTS, *, seed: int = 42) -> pd.DataFrame:
    """At most `most` rows for a picture, chosen at random with a seed, in their order; small tables come back whole."""
    return frame if len(frame) <= most else frame.iloc[random_rows(len(frame), most, seed)]


def level_table(frame: pd.DataFrame, block: Block) -> pd.DataFrame:
    """Customers of each level of a category: features of 0, 1, NaN in → column (the level), count, share (0…1) out.

    The last row, "no value", is those of whom nothing is known; it is missing where there are none.
    """
    values = frame[list(block.features)]
    unknown = int(values.isna().any(axis=1).sum())
    known = len(frame) - unknown
    shares = block.shares(values.mean().fillna(0.0).to_numpy())
    counts = {level: round(share * known) for level, share in shares.items()}
    counts |= {"no value": unknown} if unknown else {}
    table = pd.DataFrame({"column": list(counts), "count": list(counts.values())})
    return table.assign(share=table["count"] / max(len(frame), 1))
