"""The ends of a feature and the middles of small segments, as a saved model holds them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from segmentation.core.disclosure import coarse, shared_ends, spread_of, step_of, told, told_mean, told_mean_and_error


def test_an_end_that_ten_customers_have_is_told() -> None:
    assert shared_ends([0.0] * 10 + list(range(1, 40)) + [40.0] * 10) == (0.0, 40.0)


def test_an_end_that_stands_alone_is_the_mean_of_the_ten_outermost() -> None:
    values = [*range(1, 100), 9_000]  # the middle eight tenths: 10.9 to 90.1; the ten outermost: 91…99 and 9,000
    low, high = shared_ends(values)
    assert high == pytest.approx((sum(range(91, 100)) + 9_000) / 10)
    assert low == 0.0  # ten customers lie within 9 of it: 1 rounded outwards to a step of 2


def test_an_end_that_others_come_near_is_rounded_outwards() -> None:
    values = np.linspace(3.3, 96.7, 101)  # neighbours 0.934 apart: ten within 8.406, half of that is 4.203
    assert shared_ends(values) == (2.0, 98.0)


def test_fewer_than_ten_customers_have_nobody_to_hide_among() -> None:
    assert shared_ends([3.5, 1.25, 9.75]) == (1.25, 9.75)


@given(arrays(np.float64, st.integers(10, 60), elements=st.floats(-1e12, 1e12)))
def test_ends_are_in_order_and_no_lonely_value(values: np.ndarray) -> None:
    low, high = shared_ends(values)
    assert low <= high or np.isclose(low, high)
    ordered = np.sort(values)
    for end, ten in ((high, ordered[-10:]), (-low, -ordered[9::-1])):
        width = np.subtract(*np.percentile(values, (90, 10)))
        if ten[-1] - ten[0] > width:
            assert end <= ten[-1]  # trimmed
        else:
            assert end >= ten[-1] - 1e-9 * abs(ten[-1])  # rounded outwards: nobody lies beyond


@pytest.mark.parametrize(
    ("value", "step"),
    [(0.0, 0.0), (0.2, 0.0), (0.3, 0.5), (-0.8, -1.0), (1.4, 1.0), (1.6, 2.0), (-3.4, -2.0), (3.6, 5.0), (8.0, 10.0),
     (11.6, 10.0), (137.0, 100.0), (-160.0, -200.0)],
)  # fmt: skip
def test_the_middle_of_a_small_segment_is_kept_to_a_coarse_step(value: float, step: float) -> None:
    assert coarse([[value]]).tolist() == [[step]]


def test_a_mean_is_told_to_the_step_that_one_customer_can_move_it() -> None:
    # 2 × 33 / 60 = 1.1, up to 2; 2 × 0.5 / 10 = 0.1; 2 × 2,136 / 8,950 = 0.48, up to 0.5; nobody differs; nobody there.
    steps = step_of([33.0, 0.5, 2136.0, 0.0, 1.0], [60, 10, 8950, 7, 0])
    assert steps.tolist() == [2.0, 0.1, 0.5, 0.0, 0.0]
    assert told([77.3, 12.34, 1003.2048, 4.125, 5.5], steps).tolist() == [78.0, 12.3, 1003.0, 4.125, 5.5]
    assert told(-77.3, 2.0) == -78.0
    assert told_mean([1.0, 3.0, 5.0, 7.0]) == 4.0  # deviation 2.236, step 2


def test_a_mean_that_would_be_told_beyond_the_values_is_told_within_them() -> None:
    assert told_mean([1.234] + 12 * [0.41]) == 0.6  # mean 0.473, step 0.2: 0.4 is nobody's, 0.6 the next within
    assert told_mean([0.02] * 30 + [5.0]) == 0.5  # never nothing at all where everybody has some
    assert told_mean([4.1] * 3) == 4.1  # adding up gives 4.099999999999999
    assert told_mean([0.41, 0.43]) == 0.42  # step 0.02: within, and finer only where no multiple lies within
    assert told_mean([0.42, 0.58]) == 0.5  # a step of 0.2 has no multiple in between


@given(arrays(np.float64, st.integers(1, 60), elements=st.floats(-1e12, 1e12)))
def test_a_told_mean_lies_within_the_values_and_within_a_step_of_the_mean(values: np.ndarray) -> None:
    shown, step = told_mean(values), float(step_of(spread_of(values), len(values)))
    assert values.min() <= shown <= values.max()
    assert abs(shown - values.mean()) <= step * (1 + 1e-9) + 1e-9 * np.abs(values).max()


def test_of_two_values_the_distance_counts_and_missing_ones_do_not() -> None:
    values = np.array([[0.0, 2.0, np.nan], [1.0, 4.0, np.nan], [0.0, 9.0, np.nan], [np.nan, np.nan, np.nan]])
    assert spread_of(values).tolist() == [1.0, pytest.approx(2.9439, abs=1e-4), 0.0]
    assert spread_of(values[:, 0]) == 1.0


@pytest.mark.parametrize("columns", [1, 2, 4])
def test_one_quantity_in_several_columns_is_told_no_finer_than_a_third_of_its_deviation(columns: int) -> None:
    """SECURITY.md says so: each column is a multiple, and whoever has all takes the middle of what fits them all."""
    ratios, deviation = (1.0, 0.79, 0.53, 0.11)[:columns], 2.0

    def middle(values: np.ndarray) -> float:
        told_each = [(ratio, *told_mean_and_error(values * ratio)) for ratio in ratios]
        low = max((figure - error) / ratio for ratio, figure, error in told_each)
        high = min((figure + error) / ratio for ratio, figure, error in told_each)
        return (low + high) / 2

    for size in (20, 60, 135, 500):
        rng, misses = np.random.default_rng(size), []
        for _ in range(200):
            others = rng.normal(rng.uniform(10, 60), deviation, size)
            one = rng.normal(others.mean(), deviation)
            misses.append((size + 1) * middle(np.append(others, one)) - size * middle(others) - one)
        assert np.sqrt(np.mean(np.square(misses))) / deviation > (0.9, 0.5, 0, 1 / 3)[columns - 1], size
