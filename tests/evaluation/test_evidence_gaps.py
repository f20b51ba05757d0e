"""Gaps between segments: counted on customers that did not make them, worked by hand where that is possible."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segmentation.core.settings import KSettings
from segmentation.evaluation.choose_k import search
from segmentation.evaluation.evidence import assess
from segmentation.evaluation.evidence.gaps import (
    LEFT_OUT,
    atoms,
    between_steps,
    counts,
    least_apart,
    pair_table,
    pairs,
    weakest,
)
from segmentation.evaluation.evidence.nearness import nearness


def along_a_line(places: list[float], drawn: list[int]) -> tuple[np.ndarray, ...]:
    """Customers on the way from centre 0 to centre 10, nearest centre's segment, and how often each was drawn."""
    Z = np.array(places)[:, None] * 10
    return Z, (Z[:, 0] > 5).astype(np.intp), np.array([[0.0], [10.0]]), np.array(drawn)


def test_only_customers_who_were_left_out_are_counted() -> None:
    # Drawn: ten around each centre, none between. Left out: 3 at the first centre, 2 at the second, 1 half way.
    drawn = [0.0] * 10 + [1.0] * 10
    left = [0.02, -0.03, 0.04, 0.98, 1.02, 0.49]
    Z, labels, centres, often = along_a_line([*drawn, *left], [1] * 20 + [0] * 6)
    between, mode, middle, ends = counts(Z, labels, centres, often)[:, 0]
    assert (middle, ends) == (1, 2)
    assert (between, mode) == (1, 2)
    # With the roles of the two changed round there are ten at each end and none between.
    between, mode, middle, ends = counts(Z, labels, centres, 1 - np.minimum(often, 1))[:, 0]
    assert (middle, ends) == (0, 10)


def test_the_share_is_of_one_look_at_each_customer() -> None:
    # Two repetitions of 4 between and 20 around: 8 and 40, by 2 × 0.3679 looks at each customer.
    found = np.array([[4.0], [20.0], [6.0], [20.0]])
    table = pair_table([found, found], 2, 2)
    assert table["between"].tolist() == pytest.approx([8 / (2 * LEFT_OUT)])
    assert table["share"].tolist() == pytest.approx([0.2])  # of the two ways to look the emptier
    around, between = 40 / (2 * LEFT_OUT), 8 / (2 * LEFT_OUT)
    assert table["sure"].tolist() == pytest.approx([(around - between) / np.sqrt(around + between)])
    assert (table.loc[0, "first"], table.loc[0, "second"]) == (1, 2)


def test_nobody_anywhere_is_no_gap() -> None:
    assert pair_table([np.zeros((4, 1))], 1, 2)["share"].tolist() == [1.0]


def test_the_pairs_that_are_least_apart_for_one_of_theirs() -> None:
    first, second = pairs(3)
    assert list(zip(first, second, strict=True)) == [(0, 1), (0, 2), (1, 2)]
    table = pd.DataFrame({"first": first + 1, "second": second + 1, "share": [0.1, 0.3, 0.2]})
    assert least_apart(table) == (1, 3, 0.3)
    assert weakest(table, 3)["share"].tolist() == [0.3, 0.2]  # segment 1 and 3: (1, 3); segment 2: (2, 3)


def shares(Z: np.ndarray, labels: np.ndarray, k: int, seed: int = 0) -> np.ndarray:
    """The share between every two of the labelled groups, over ten random halves."""
    rng = np.random.default_rng(seed)
    centres = np.stack([Z[labels == number].mean(axis=0) for number in range(k)])
    drawn = [np.bincount(rng.integers(0, len(Z), len(Z)), minlength=len(Z)) for _ in range(10)]
    return pair_table([counts(Z, labels, centres, each) for each in drawn], 10, k)["share"].to_numpy()


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10_000), scale=st.floats(0.01, 100.0))
def test_the_share_does_not_depend_on_units_or_on_the_order_of_the_columns(seed: int, scale: float) -> None:
    rng = np.random.default_rng(seed)
    labels = np.arange(200) % 2
    Z = rng.normal(size=(200, 3)) + 5.0 * labels[:, None] * np.array([1.0, 0.0, 0.0])
    assert shares(Z * scale, labels, 2) == pytest.approx(shares(Z, labels, 2))
    assert shares(Z[:, ::-1], labels, 2) == pytest.approx(shares(Z, labels, 2))


def test_long_groups_side_by_side_are_apart_although_their_spread_is_large() -> None:
    rng = np.random.default_rng(0)
    labels = np.arange(600) % 2
    Z = np.stack([rng.normal(0, 8, 600) + 4 * labels, rng.normal(0, 0.5, 600) + 5 * labels], axis=1)
    assert shares(Z, labels, 2)[0] < 0.05
    cut = (Z[:, 0] > Z[:, 0].mean()).astype(np.intp)  # cut across their length instead
    assert shares(Z, cut, 2)[0] > 0.8


def test_columns_with_one_common_value_are_found_and_joined_where_they_tell_the_same() -> None:
    rng = np.random.default_rng(1)
    level, none = rng.integers(0, 3, 400), rng.random(400) < 0.4
    Z = np.column_stack(
        [
            rng.normal(size=400),  # no common value
            np.eye(3)[level],  # 1, 2, 3: levels of one category
            rng.random(400) < 0.5,  # 4: a fact of its own
            np.where(none, 0.0, rng.normal(9, 1, 400)),  # 5 and 6: nothing, for the same customers
            np.where(none, 0.0, rng.normal(7, 1, 400)),
            np.full(400, 2.0),  # 7: the same for everyone tells nobody apart
        ]
    )
    assert [block.tolist() for block in atoms(Z)] == [[1, 2, 3], [4], [5, 6]]


def test_a_rare_level_is_of_one_fact_with_all_others_of_its_category() -> None:
    """Ten of 200 have it: beside one other level chance alone might give both to nobody, beside all others not."""
    rng = np.random.default_rng(1)
    level = rng.permutation(np.repeat([0, 1, 2, 3], [10, 54, 89, 47]))
    Z = np.column_stack([rng.normal(size=200), np.eye(4)[level], rng.random(200) < 0.05])
    assert [block.tolist() for block in atoms(Z)] == [[1, 2, 3, 4], [5]]


def test_without_its_yes_or_no_column_a_gap_that_is_only_that_column_is_gone() -> None:
    rng = np.random.default_rng(2)
    labels = rng.integers(0, 2, 400)
    Z = np.column_stack([rng.normal(size=(400, 3)), 2.0 * labels - 1])
    centres = np.stack([Z[labels == number].mean(axis=0) for number in (0, 1)])
    drawn = np.bincount(rng.integers(0, 400, 400), minlength=400)
    table = pair_table([counts(Z, labels, centres, drawn)], 1, 2)
    bare = pair_table([counts(Z, labels, centres, drawn, blocks=atoms(Z))], 1, 2)
    assert table.loc[0, "share"] < 0.05
    assert bare.loc[0, "share"] > 0.5


def test_nothing_but_the_yes_or_no_columns_is_no_gap() -> None:
    Z = np.array([[0.0], [1.0]]).repeat(20, axis=0)
    labels = np.arange(40) // 20
    drawn = np.tile([0, 1], 20)
    found = counts(Z, labels, np.array([[0.0], [1.0]]), drawn, blocks=atoms(Z))
    assert pair_table([found], 1, 2)["share"].tolist() == [np.inf]


def test_in_a_gap_customers_are_thinned_out_and_on_a_ring_they_are_not() -> None:
    rng = np.random.default_rng(3)
    angle = rng.uniform(0, 2 * np.pi, 900)
    ring = np.stack([np.cos(angle), np.sin(angle)], axis=1) * (1 + rng.normal(0, 0.1, 900))[:, None]
    labels = (ring[:, 0] > 0).astype(np.intp)
    centres = np.stack([ring[labels == number].mean(axis=0) for number in (0, 1)])
    assert shares(ring, labels, 2)[0] < 0.8  # from the side, a ring has fewer in the middle
    on_the_ring = nearness(ring, labels, centres).loc[0]
    apart = rng.normal(size=(900, 2)) + np.array([3.4, 0.0]) * (np.arange(900) % 2)[:, None]
    labels = (apart[:, 0] > 1.7).astype(np.intp)
    centres = np.stack([apart[labels == number].mean(axis=0) for number in (0, 1)])
    found = nearness(apart, labels, centres).loc[0]
    assert min(found["n"], on_the_ring["n"]) > 10
    assert on_the_ring["farther"] < 0.12 < 0.2 < found["farther"]
    assert on_the_ring["aside"] > 1.0


def test_two_diamonds_that_touch_at_a_corner_are_groups() -> None:
    """As close together in the neck as anywhere, but few are there, and on the line between the centres."""
    rng = np.random.default_rng(3)
    square = rng.uniform(-1, 1, (1_600, 2))
    diamond = square[np.abs(square).sum(axis=1) < 1][:700]
    labels = (np.arange(700) >= 350).astype(np.intp)
    Z = diamond + np.array([[-1.02, 0.0], [1.02, 0.0]])[labels]
    neck = nearness(Z, labels, np.array([[-1.02, 0.0], [1.02, 0.0]])).loc[0]
    assert neck["aside"] < 0.3
    evidence = assess(Z, search(Z, KSettings(k_max=4)))
    assert (evidence.state, evidence.decision.k) == ("distinct", 2)


def test_whole_numbers_make_no_gap_of_their_own() -> None:
    """Three groups; the calls of the third are whole numbers around two. A cut at two and a half is no gap."""
    rng = np.random.default_rng(11)
    middles = np.array([[60.0, 30.0, 0.4], [10.0, 90.0, 0.8], [12.0, 30.0, 2.0]])
    kind = np.repeat([0, 1, 2], 200)
    frame = np.column_stack(
        [
            rng.normal(middles[kind, 0], 4.0),
            rng.normal(middles[kind, 1], 5.0),
            rng.poisson(middles[kind, 2]).astype(float),
        ]
    )
    Z = (frame - frame.mean(axis=0)) / frame.std(axis=0)
    evidence = assess(Z, search(Z, KSettings(k_max=6)))
    assert (evidence.state, evidence.recommended_k) == ("distinct", 3)


def test_the_steps_of_whole_numbers_are_filled_and_gaps_stay() -> None:
    steps = np.repeat([0.0, 1.0, 2.0, 10.0, 11.0], 40)
    filled = between_steps(steps[:, None], np.random.default_rng(0))[:, 0]
    assert (np.abs(filled - steps) <= np.where(np.isin(steps, [2.0, 10.0]), 1.0, 0.5)).all()
    assert filled[steps == 0].min() < -0.3 < 0.3 < filled[steps == 0].max()
    assert not ((filled > 3) & (filled < 9)).any()
    smooth, two = np.linspace(0, 1, 200)[:, None], np.repeat([0.0, 1.0], 100)[:, None]
    for same in (smooth, two):
        assert (between_steps(same, np.random.default_rng(0)) == same).all()
