"""Statistics of every column of a table."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

__all__ = ["PROFILE_COLUMNS", "column_kind", "numbers", "profile", "skewness", "tukey_fences"]

_MOMENTS = ("mean", "std", "min", "p01", "q25", "median", "q75", "p99", "max", "skew", "zeros", "negative", "outliers")
PROFILE_COLUMNS = ("column", "kind", "rows", "missing", "missing_share", "distinct", *_MOMENTS)
_QUANTILES = (0.01, 0.25, 0.5, 0.75, 0.99)


def column_kind(column: pd.Series) -> str:
    """What a typed column holds: "number", "boolean", "date", "text", or "empty" when no cell has a value."""
    if column.isna().all():
        return "empty"
    if pd.api.types.is_bool_dtype(column.dtype):
        return "boolean"
    if pd.api.types.is_numeric_dtype(column.dtype):
        return "number"
    return "date" if pd.api.types.is_datetime64_any_dtype(column.dtype) else "text"


def numbers(column: pd.Series) -> np.ndarray:
    """The finite values of a numeric or boolean column as float64 (m,), in row order; missing cells are skipped."""
    values = column.to_numpy(dtype=np.float64, na_value=np.nan)
    known: np.ndarray = values[np.isfinite(values)]
    return known


def skewness(values: np.ndarray) -> float:
    """Sample skewness G1 of (m,) finite values: 0 symmetric, above 0 a long tail to the right.

    NaN when it is undefined: fewer than three values, or values that are equal but for rounding.
    Source: Joanes and Gill (1998), the bias-adjusted coefficient that pandas and Excel report.
    """
    n = len(values)
    if n < 3:
        return math.nan
    with np.errstate(all="ignore"):
        off = values - values.mean()
        spread = np.abs(off).max()
        if not np.isfinite(spread) or spread <= 1e-12 * max(1e-300, np.abs(values).max()):
            return math.nan
        off = off / spread
        third, second = np.mean(off**3), np.mean(off**2)
        return float(math.sqrt(n * (n - 1)) / (n - 2) * third / second**1.5)


def tukey_fences(q25: float, q75: float) -> tuple[float, float]:
    """Values beyond these two limits are outliers: 1.5 times the middle half's width outside it.

    (NaN, NaN) when the middle half has no width: every other value would be called an outlier.
    Source: Tukey (1977), Exploratory Data Analysis.
    """
    width = q75 - q25
    if not width > 0:
        return math.nan, math.nan
    return q25 - 1.5 * width, q75 + 1.5 * width


def _moments(values: np.ndarray) -> dict[str, float]:
    if not len(values):
        return dict.fromkeys(_MOMENTS, math.nan)
    p01, q25, median, q75, p99 = np.quantile(values, _QUANTILES)
    low, high = tukey_fences(q25, q75)
    outliers = math.nan if math.isnan(low) else float(np.count_nonzero((values < low) | (values > high)))
    with np.errstate(over="ignore", invalid="ignore"):
        mean, std = float(values.mean()), float(values.std(ddof=1)) if len(values) > 1 else math.nan
    return {
        "mean": mean,
        "std": std,
        "min": float(values.min()),
        "p01": float(p01),
        "q25": float(q25),
        "median": float(median),
        "q75": float(q75),
        "p99": float(p99),
        "max": float(values.max()),
        "skew": skewness(values),
        "zeros": float(np.count_nonzero(values == 0)),
        "negative": float(np.count_nonzero(values < 0)),
        "outliers": outliers,
    }


def profile(frame: pd.DataFrame) -> pd.DataFrame:
    """Statistics of every column: typed table in → one row a column out, in column order.

    Columns: column, kind (number, boolean, date, text, empty), rows, missing, missing_share (0…1), distinct
    (missing not counted); then for numbers and booleans, NaN for the rest: mean, std (n − 1), min, p01, q25,
    median, q75, p99, max, skew (G1), zeros, negative, outliers (outside Tukey's fences; NaN when at least half of
    the values are equal and the fences have no width). Counts are numbers of rows. Infinite values are skipped.
    """
    rows = []
    for position, name in enumerate(frame.columns):
        column = frame.iloc[:, position]
        kind, missing = column_kind(column), int(column.isna().sum())
        values = numbers(column) if kind in ("number", "boolean") else np.empty(0)
        facts = {
            "column": name,
            "kind": kind,
            "rows": len(column),
            "missing": missing,
            "missing_share": missing / len(column) if len(column) else math.nan,
            "distinct": int(column.nunique()),
        }
        rows.append(facts | _moments(values))
    return pd.DataFrame(rows, columns=list(PROFILE_COLUMNS))
