"""Nearest points of segments along an axis and in a plane: by hand, and against brute force."""

from __future__ import annotations

from itertools import combinations, pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from segmentation.scoring.counterfactuals.half_spaces import nearest_in_interval, nearest_in_polygon, passed

LOW, HIGH = np.full(2, -10.0), np.full(2, 10.0)


def nearest(points: np.ndarray, centres: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Row of the nearest centre, and how much nearer it is than the next one (squared distances)."""
    squares = ((points[:, None, :] - centres[None]) ** 2).sum(axis=2)
    ordered = np.sort(squares, axis=1)
    return squares.argmin(axis=1), ordered[:, 1] - ordered[:, 0]


def test_the_border_between_two_centres_is_half_way() -> None:
    centres = np.array([[0.0, 0.0], [4.0, 0.0]])
    points, inner = nearest_in_interval(np.array([1.0, 3.0]), centres, LOW, HIGH)
    assert points[1, 0] == 2.0  # the first feature crosses at 2
    assert np.isnan(points[1, 1])  # the second never does: both centres have 0 there
    assert points[0].tolist() == [1.0, 3.0]  # it is already in its own segment
    assert inner[1, 0] == 6.0  # from 2 to the end of the box at 10


def test_a_border_beyond_the_box_cannot_be_reached() -> None:
    centres = np.array([[0.0, 0.0], [4.0, 0.0]])
    points, _ = nearest_in_interval(np.array([1.0, 0.0]), centres, LOW, np.array([1.9, 10.0]))
    assert np.isnan(points[1, 0])


def test_a_segment_hidden_behind_another_has_an_interval_of_its_own() -> None:
    centres = np.array([[0.0, 0.0], [2.0, 0.0], [6.0, 0.0]])
    points, inner = nearest_in_interval(np.array([0.0, 0.0]), centres, LOW, HIGH)
    assert points[:, 0].tolist() == [0.0, 1.0, 4.0]
    assert inner[1, 0] == 2.5  # its interval is 1 … 4


def test_two_features_go_straight_to_the_line_half_way() -> None:
    centres = np.array([[0.0, 0.0], [2.0, 2.0]])
    pairs = np.array([[0, 1]])
    points, _ = nearest_in_polygon(np.zeros(2), centres, 1, pairs, LOW, HIGH)
    np.testing.assert_allclose(points[0], [1.0, 1.0])
    # With the first feature held to at most 0.5 the second must do the rest: on x + y = 2.
    points, _ = nearest_in_polygon(np.zeros(2), centres, 1, pairs, LOW, np.array([0.5, 10.0]))
    np.testing.assert_allclose(points[0], [0.5, 1.5])
    points, _ = nearest_in_polygon(np.zeros(2), centres, 1, pairs, LOW, np.array([0.5, 1.0]))
    assert np.isnan(points).all()


def test_two_features_in_which_the_centres_agree_cannot_help() -> None:
    centres = np.array([[0.0, 0.0, 0.0], [0.0, 0.0, 4.0]])
    box = (np.full(3, -9.0), np.full(3, 9.0))
    points, _ = nearest_in_polygon(np.zeros(3), centres, 1, np.array([[0, 1], [0, 2]]), *box)
    assert np.isnan(points[0]).all()
    np.testing.assert_allclose(points[1], [0.0, 2.0])


def test_the_segments_on_the_way_are_named_in_order() -> None:
    centres = np.array([[0.0, 0.0], [2.0, 0.0], [6.0, 0.0]])
    assert passed(np.array([0.0, 0.0]), np.array([7.0, 0.0]), centres) == (2, 3)
    assert passed(np.array([0.0, 0.0]), np.array([3.0, 0.0]), centres) == (2,)
    assert passed(np.array([7.0, 0.0]), np.array([-1.0, 1.0]), centres) == (2, 1)
    assert passed(np.array([0.0, 0.0]), np.array([0.5, 5.0]), centres) == ()


def test_a_way_through_a_point_where_three_segments_meet_takes_the_far_one() -> None:
    centres = np.array([[0.0, 0.0], [2.0, 2.0], [4.0, 0.0]])
    # On y = 0 the borders 1|2 (x + y = 2) and 2|3 (x − y = 2) meet at x = 2.
    assert passed(np.array([0.0, 0.0]), np.array([4.0, 0.0]), centres) == (3,)


@st.composite
def cases(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    seed = draw(st.integers(0, 10_000))
    k, d = draw(st.integers(2, 6)), draw(st.integers(2, 4))
    rng = np.random.default_rng(seed)
    centres, z = rng.normal(size=(k, d)) * 2, rng.normal(size=d) * 2
    return z, centres, np.minimum(z, rng.uniform(-5, -1, d)), np.maximum(z, rng.uniform(1, 5, d))


@settings(max_examples=60, deadline=None)
@given(cases())
def test_no_smaller_change_of_one_feature_reaches_the_segment(case: tuple[np.ndarray, ...]) -> None:
    z, centres, low, high = case
    points, inner = nearest_in_interval(z, centres, low, high)
    for target in range(len(centres)):
        for place in range(len(z)):
            rows = np.repeat(z[None], 400, axis=0)
            rows[:, place] = np.linspace(low[place], high[place], 400)
            owner, lead = nearest(rows, centres)
            reached = rows[(owner == target) & (lead > 1e-9), place]
            if np.isnan(points[target, place]):
                assert not len(reached)
                continue
            size = abs(points[target, place] - z[place])
            assert (np.abs(reached - z[place]) >= size - 1e-9).all()
            assert low[place] <= points[target, place] <= high[place]
            moved = np.repeat(z[None], 2, axis=0)
            moved[:, place] = points[target, place], inner[target, place]
            squares = ((moved[:, None] - centres) ** 2).sum(axis=2)
            assert (squares[:, target] <= squares.min(axis=1) + 1e-7).all()


@settings(max_examples=60, deadline=None)
@given(cases())
def test_no_smaller_change_of_two_features_reaches_the_segment(case: tuple[np.ndarray, ...]) -> None:
    z, centres, low, high = case
    pairs = np.array(list(combinations(range(len(z)), 2)))
    grid = np.stack(np.meshgrid(np.linspace(0, 1, 25), np.linspace(0, 1, 25)), axis=-1).reshape(-1, 2)
    for target in range(len(centres)):
        points, inner = nearest_in_polygon(z, centres, target, pairs, low, high)
        for row, pair in enumerate(pairs):
            rows = np.repeat(z[None], len(grid), axis=0)
            rows[:, pair] = low[pair] + grid * (high[pair] - low[pair])
            owner, lead = nearest(rows, centres)
            reached = rows[(owner == target) & (lead > 1e-9)]
            if np.isnan(points[row]).any():
                assert not len(reached)
                continue
            size = np.linalg.norm(points[row] - z[pair])
            assert (np.linalg.norm(reached[:, pair] - z[pair], axis=1) >= size - 1e-9).all()
            for values in (points[row], inner[row]):
                moved = z.copy()
                moved[pair] = values
                squares = ((moved - centres) ** 2).sum(axis=1)
                assert squares[target] <= squares.min() + 1e-6
                assert (values >= low[pair] - 1e-6).all()
                assert (values <= high[pair] + 1e-6).all()


@settings(max_examples=60, deadline=None)
@given(cases(), st.integers(0, 10_000))
def test_the_way_is_the_one_that_small_steps_take(case: tuple[np.ndarray, ...], seed: int) -> None:
    z, centres, _, _ = case
    end = np.random.default_rng(seed).normal(size=len(z)) * 4
    owner, _ = nearest(z + np.linspace(0, 1, 2_000)[:, None] * (end - z), centres)
    walked = [int(owner[0])] + [int(now) for before, now in pairwise(owner) if now != before]
    way = [number - 1 for number in passed(z, end, centres)]
    # Small steps may jump over a segment that is only grazed.
    assert [number for number in way if number in walked[1:]] == walked[1:]
