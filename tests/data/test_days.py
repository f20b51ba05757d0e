"""Moments as numbers: the same on every engine, right in every century."""

from __future__ import annotations

import duckdb
import narwhals as nw
import numpy as np
import pandas as pd
import pytest

from segmentation.core.errors import SegmentationError
from segmentation.data.sources.days import as_second, day_after, day_number, second_number


def test_days_are_right_across_leap_years_and_centuries() -> None:
    dates = pd.to_datetime(
        ["1969-12-31", "1970-01-01", "2000-02-29", "2000-03-01", "2023-12-31 23:59:59", "2100-03-01"], format="ISO8601"
    )
    frame = pd.DataFrame({"at": dates})
    for native in (frame, duckdb.from_df(frame)):
        made = nw.from_native(native).select(day=day_number(nw.col("at")), second=second_number(nw.col("at")))
        table = made.to_native() if isinstance(native, pd.DataFrame) else made.to_native().df()
        np.testing.assert_array_equal(table["day"], (dates.normalize() - pd.Timestamp(0)).days)
        np.testing.assert_array_equal(table["second"], (dates - pd.Timestamp(0)).total_seconds())


def test_a_date_without_a_time_is_the_whole_day() -> None:
    assert as_second("1970-01-01") == 86_399
    assert as_second("1970-01-02T00:00:00") == 86_400
    assert day_after(pd.Timestamp("2024-02-28")) == "2024-02-29"
    assert day_after(pd.Timestamp("2024-02-29 10:30:05")) == "2024-03-01T10:30:05"


@pytest.mark.parametrize("text", ["soon", "", "2024-13-01", "31.12.2024"])
def test_what_is_no_date_is_one_sentence(text: str) -> None:
    with pytest.raises(SegmentationError, match="must be a date such as 2024-12-31"):
        as_second(text)
