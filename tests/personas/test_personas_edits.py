"""Edited names and texts survive, and segments are recognised after a refit."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segmentation.core.errors import SegmentationError
from segmentation.personas import Persona, carry_over, match_segments, with_edits

CARDS = tuple(
    Persona(number, name, name, (f"About {name}.",), 10, 0.5, actions=("Idea: try.",))
    for number, name in ((1, "Low activity"), (2, "Cash users"))
)


def test_an_edited_name_keeps_the_suggestion_beside_it() -> None:
    first, second = with_edits(CARDS, {1: {"name": "  Sleepers \n"}})
    assert (first.name, first.suggested_name, first.edited) == ("Sleepers", "Low activity", ("name",))
    assert second == CARDS[1]


def test_texts_may_be_given_line_by_line_and_blank_lines_fall_away() -> None:
    (first, _) = with_edits(CARDS, {1: {"sentences": "One.\n\nTwo.", "actions": ["Call them."]}})
    assert (first.sentences, first.actions) == (("One.", "Two."), ("Call them.",))
    assert first.edited == ("sentences", "actions")


def test_a_blank_or_the_suggested_name_goes_back_to_the_suggestion() -> None:
    edited = with_edits(CARDS, {1: {"name": "Sleepers"}})
    for text in ("", "  ", "Low activity"):
        assert with_edits(edited, {1: {"name": text}})[0] == CARDS[0]


def test_long_and_hostile_texts_become_one_short_visible_line() -> None:
    (first, _) = with_edits(CARDS, {1: {"name": "a\u202eb\x00" + "x" * 200}})
    assert len(first.name) == 60
    assert not any(character in first.name for character in "\u202e\x00")


@pytest.mark.parametrize(
    ("edits", "message"),
    [
        ({3: {"name": "x"}}, "no segment 3 to edit"),
        ({1: {"size": 3}}, "'size' cannot be edited"),
        ({1: {"name": "cash users"}}, "Two personas would be called"),
    ],
)
def test_wrong_edits_get_one_sentence(edits: dict, message: str) -> None:
    with pytest.raises(SegmentationError, match=message):
        with_edits(CARDS, edits)


def test_segments_are_matched_by_overlap_by_hand() -> None:
    old = pd.Series([1, 1, 1, 2, 2, 3], index=list("abcdef"))
    new = pd.Series([2, 2, 1, 1, 1, 3], index=list("abcdef"))
    # New 1 = {c, d, e} shares d, e with old 2 = {d, e}: 2 of 3. New 2 = {a, b} shares both with old 1 = {a, b, c}.
    assert match_segments(old, new) == {1: (2, pytest.approx(2 / 3)), 2: (1, pytest.approx(2 / 3)), 3: (3, 1.0)}


def test_only_customers_of_both_fits_count_and_a_segment_left_over_has_no_match() -> None:
    old = pd.Series([1, 1, 2, 2], index=list("abcd"))
    new = pd.Series([1, 1, 2, 3, 3], index=list("abcxy"))
    assert match_segments(old, new) == {1: (1, 1.0), 2: (2, 1.0)}


@given(st.lists(st.integers(1, 4), min_size=4, max_size=40), st.permutations([1, 2, 3, 4]))
def test_a_renumbered_fit_is_recognised_in_full(labels: list[int], order: list[int]) -> None:
    old = pd.Series(labels)
    new = old.map(dict(zip([1, 2, 3, 4], order, strict=True)))
    matched = match_segments(old, new)
    assert {number: was for number, (was, _) in matched.items()} == {order[was - 1]: was for was in sorted(set(labels))}
    assert all(overlap == 1.0 for _, overlap in matched.values())


def test_edits_travel_to_the_matching_segment_of_a_refit() -> None:
    edited = with_edits(CARDS, {2: {"name": "Cash first", "sentences": ["Mine."]}})
    fresh = tuple(replace(card, segment=3 - card.segment, sentences=("New.",)) for card in reversed(CARDS))
    carried = carry_over(edited, fresh, {1: (2, 0.95), 2: (1, 0.9)})
    assert (carried[0].name, carried[0].sentences, carried[0].edited) == (
        "Cash first",
        ("Mine.",),
        ("name", "sentences"),
    )
    assert carried[1] == fresh[1]


def test_edits_stay_behind_when_the_segment_became_another() -> None:
    edited = with_edits(CARDS, {2: {"name": "Cash first"}})
    assert carry_over(edited, CARDS, {2: (2, 0.4)}) == CARDS
    assert carry_over(edited, CARDS, {}) == CARDS


def test_a_carried_name_that_is_taken_is_left_as_suggested() -> None:
    edited = with_edits(CARDS, {2: {"name": "Sleepers"}})
    fresh = (replace(CARDS[0], name="Sleepers", suggested_name="Sleepers"), CARDS[1])
    carried = carry_over(edited, fresh, {2: (2, 1.0)})
    assert [card.name for card in carried] == ["Sleepers", "Cash users"]
    assert len({card.name for card in carried}) == 2
    assert np.isclose(carried[1].share, 0.5)
