"""Colours stay with the customers when the number of segments changes."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segmentation.clustering.slots import handed_on, slots_by_k

TWO = np.array([1, 1, 1, 1, 2, 2, 2])
# The larger of the two groups is split: 1 was the smaller one and is the largest now.
THREE = np.array([2, 2, 3, 3, 1, 1, 1])
FOUR = np.array([1, 1, 2, 2, 3, 3, 4])


def test_a_group_that_stays_keeps_its_slot_and_a_new_one_gets_the_lowest_that_is_free() -> None:
    # Overlaps (Jaccard) of the new 1, 2, 3 with the old 1: 0, 2/4, 2/4, with the old 2: 3/3, 0, 0.
    assert handed_on(TWO, (), THREE, 3) == (2, 1, 3)
    assert handed_on(TWO, (2, 1), THREE, 3) == (1, 2, 3)


def test_going_back_to_fewer_groups_gives_back_their_colours() -> None:
    assert handed_on(THREE, (2, 1, 3), TWO, 2) == (1, 2)


def test_every_number_takes_over_from_the_one_before_it() -> None:
    # Of the three, 2 and 3 (slots 1, 3) are whole in the four; the largest, 1 (slot 2), loses a customer: 2/3 stay.
    assert slots_by_k({4: FOUR, 2: TWO, 3: THREE}) == {2: (1, 2), 3: (2, 1, 3), 4: (1, 3, 2, 4)}


def test_customers_in_no_segment_have_no_part_in_it() -> None:
    before, after = np.array([0, 0, 0, 1, 2, 2]), np.array([1, 1, 1, 2, 0, 0])
    assert handed_on(before, (), after, 2) == (2, 1)


@given(data=st.data(), rows=st.integers(4, 40))
def test_slots_are_a_numbering_that_shares_the_most_customers(data: st.DataObject, rows: int) -> None:
    was, now = data.draw(st.integers(1, 4)), data.draw(st.integers(1, 4))
    before, after = (
        np.array(data.draw(st.lists(st.integers(0, most), min_size=rows, max_size=rows))) for most in (was, now)
    )
    slots = handed_on(before, tuple(range(1, was + 1)), after, now)
    assert len(set(slots)) == now

    def shared(numbers: tuple[int, ...]) -> float:
        """The sum of overlaps if the new segments had these slots, counted pair by pair."""
        total = 0.0
        for segment, slot in enumerate(numbers, start=1):
            ours, theirs = set(np.flatnonzero(after == segment)), set(np.flatnonzero(before == slot))
            total += len(ours & theirs) / len(ours | theirs) if slot <= was and ours | theirs else 0.0
        return total

    assert shared(slots) == pytest.approx(max(map(shared, permutations(range(1, was + now + 1), now))))
