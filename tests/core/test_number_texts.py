"""Numbers printed by array are the very texts that each number gets by itself."""

from __future__ import annotations

import math
import struct

import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st

from segmentation.core.csv_export import number_text
from segmentation.core.number_texts import number_texts


def near_ties() -> st.SearchStrategy[float]:
    """Numbers whose sixteenth digit is about a five, and numbers beside powers of ten."""
    halves = st.builds(lambda whole, power: whole / 2.0**power, st.integers(1, 10**16), st.integers(1, 40))
    fives = st.builds(
        lambda digits, power: float(f"{digits}5e{power}"), st.integers(10**14, 10**15), st.integers(-20, 0)
    )
    steps = st.builds(
        lambda power, step: np.nextafter(10.0**power, step).item(), st.integers(-6, 16), st.integers(0, 1)
    )
    return halves | fives | steps


any_float = st.floats() | st.integers(0, 2**64 - 1).map(lambda bits: struct.unpack("<d", struct.pack("<Q", bits))[0])


@given(st.lists(any_float | near_ties() | near_ties().map(lambda value: -value), min_size=1, max_size=200))
@example([0.3, 0.1 + 0.2, 2.5, 12.0, math.nan, -0.0, 1e-4, 9.9999999999999999e-5, 1e10, 12345678901.25, 1e15, math.inf])
@example([0.12345678901234550, 0.99999999999999950, 9.9999999999999995, 56913811771270.4, 0.5 + 2.0**-50])
def test_every_number_is_printed_as_it_is_by_itself(values: list[float]) -> None:
    expected = ["" if math.isnan(value) else number_text(value) for value in values]
    assert number_texts(np.array(values)).to_pylist() == expected


def test_few_different_numbers_and_many_are_printed_alike() -> None:
    rng = np.random.default_rng(1)
    few = rng.integers(0, 31, 3_000) / 30
    few[7] = math.nan
    many = rng.gamma(3, 1, 40_000)
    for values in (few, many):
        expected = ["" if math.isnan(value) else number_text(value) for value in values.tolist()]
        assert number_texts(values).to_pylist() == expected
