"""Days and seconds as plain numbers, computed the same way by pandas, DuckDB, polars and Spark.

Subtracting dates needs functions that not every engine has, and small integer types that overflow. Here a moment is a
Float64 count from 1970-01-01, made of its calendar parts only.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import narwhals as nw
import numpy as np
import pandas as pd

from segmentation.core.errors import SegmentationError
from segmentation.core.text import plain_text

__all__ = ["DAY", "as_second", "day_after", "day_number", "moments", "second_number", "with_moments"]

DAY = 86_400.0
"""Seconds."""
_IN_A_SECOND = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}


def day_number(moment: nw.Expr) -> nw.Expr:
    """Whole days since 1970-01-01 (Float64) of a date or datetime column; the time of day does not count.

    Days of the Gregorian calendar: 365 a year, one more every 4th, not every 100th, but every 400th.
    """
    year = moment.dt.year().cast(nw.Float64) - 1.0
    leap_days = _floor(year, 4.0) - _floor(year, 100.0) + _floor(year, 400.0)
    return year * 365.0 + leap_days + moment.dt.ordinal_day().cast(nw.Float64) - float(date(1970, 1, 1).toordinal())


def second_number(moment: nw.Expr) -> nw.Expr:
    """Whole seconds since 1970-01-01 00:00 (Float64) of a datetime column."""
    hours = day_number(moment) * 24.0 + moment.dt.hour().cast(nw.Float64)
    minutes = hours * 60.0 + moment.dt.minute().cast(nw.Float64)
    return minutes * 60.0 + moment.dt.second().cast(nw.Float64)


def with_moments(lines: Any) -> Any:
    """Lines of any engine with day and second (see `day_number`, `second_number`) of their date.

    pandas counts them without taking the calendar apart; the numbers are the same.
    """
    native = lines.to_native()
    if (
        not isinstance(native, pd.DataFrame)
        or not isinstance(native["date"].dtype, np.dtype)
        or native["date"].isna().any()
    ):
        return lines.with_columns(day=day_number(nw.col("date")), second=second_number(nw.col("date")))
    dates = native["date"].to_numpy()
    seconds = dates.view(np.int64) // _IN_A_SECOND[np.datetime_data(dates.dtype)[0]]
    day = (seconds // int(DAY)).astype(np.float64)
    return nw.from_native(native.assign(day=day, second=seconds.astype(np.float64)))


def as_second(text: str, what: str = "The date") -> float:
    """ISO text → seconds since 1970-01-01. A date without a time means its last second, so the whole day counts.

    Raises one sentence when the text is neither a date nor a date with a time.
    """
    try:
        moment = datetime.fromisoformat(str(text).strip())
    except ValueError:
        raise SegmentationError(
            f"{what} must be a date such as 2024-12-31; it was “{plain_text(text, longest=40)}”. "
            "Write year, month and day."
        ) from None
    seconds = (moment.replace(tzinfo=None) - datetime(1970, 1, 1)).total_seconds()
    return seconds + DAY - 1.0 if len(str(text).strip()) <= len("2024-12-31") else seconds


def day_after(latest: pd.Timestamp) -> str:
    """One day after the latest moment of the data, as ISO text; only the date when no moment has a time of day."""
    following = latest.ceil("s") + pd.Timedelta(days=1)
    return following.strftime("%Y-%m-%d" if following == following.normalize() else "%Y-%m-%dT%H:%M:%S")


def moments(seconds: pd.Series) -> pd.Series:
    """Seconds since 1970-01-01 → datetimes."""
    return pd.to_datetime(seconds, unit="s")


def _floor(value: nw.Expr, by: float) -> nw.Expr:
    return (value / by).floor()
