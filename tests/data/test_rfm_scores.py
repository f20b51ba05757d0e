"""RFM scores cut at values, so equal customers are equal, and every code has exactly one name."""

from __future__ import annotations

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from segmentation.data.sources.rfm_scores import RFM_SEGMENTS, cut_points, rfm_scores, scores, segment_of


def test_every_code_has_one_name_and_every_name_is_reachable() -> None:
    names = {segment_of(r, f, m): (r, f, m) for r in range(1, 6) for f in range(1, 6) for m in range(1, 6)}
    assert set(names) == {name for row in RFM_SEGMENTS.values() for name in row}
    assert len(names) == 11
    assert all(len(row) == 5 for row in RFM_SEGMENTS.values())
    assert segment_of(5, 5, 5) == "Champions"
    assert segment_of(1, 1, 1) == "Lost"


def test_scores_by_hand() -> None:
    values = pd.Series([1.0, 1, 1, 2, 3, 4, 5, 6, 7, 8])
    cuts = cut_points(values)
    assert cuts == (1, 3, 5, 7)
    assert scores(values, cuts).tolist() == [1, 1, 1, 2, 2, 3, 3, 4, 4, 5]
    assert scores(values, cuts, low_is_good=True).tolist() == [5, 5, 5, 4, 4, 3, 3, 2, 2, 1]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 6), min_size=1, max_size=60))
def test_equal_customers_get_equal_scores_and_better_ones_never_lower(values: list[int]) -> None:
    frame = pd.DataFrame({"recency": values, "frequency": values, "monetary": values}, dtype=float)
    made = rfm_scores(frame, {name: cut_points(frame[name]) for name in frame})
    assert made["frequency_score"].between(1, 5).all()
    by_value = made.groupby(frame["monetary"])
    assert (by_value.nunique() == 1).all(axis=None)
    assert by_value["monetary_score"].first().is_monotonic_increasing
    assert by_value["recency_score"].first().is_monotonic_decreasing
