"""What would move a customer: by hand, with every step of preparation, and on real customers."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from segmentation.clustering import model
from segmentation.clustering.assignment import Mixture, Prototypes, Rule, squared_distances
from segmentation.clustering.methods import Fit
from segmentation.clustering.model import Segmentation
from segmentation.core.errors import SegmentationError
from segmentation.core.settings import PREP_PRESETS, PrepSettings
from segmentation.core.tables import FeatureInfo, FeatureTable
from segmentation.data.vocabulary import describe_column
from segmentation.evaluation import final
from segmentation.preparation import learn
from segmentation.scoring import assign
from segmentation.scoring.counterfactuals import (
    Border,
    borders,
    change_text,
    smallest_moves,
    way_in,
)
from tests.conftest import cases


def table(frame: pd.DataFrame, **kinds: str) -> FeatureTable:
    frame = frame.astype(np.float64)
    info = [FeatureInfo(name, kind=kinds.get(name, "number")) for name in frame.columns]
    return FeatureTable(frame, tuple(info), pd.DataFrame(index=frame.index))


def by_hand(**kinds: str) -> Segmentation:
    """Two features on their own scale; centres (10, 0) and (30, 0); observed 0…40 and −5…5."""
    frame = pd.DataFrame({"spend": [0.0, 10.0, 20.0, 20.1, 30.0, 40.0], "age": [-5.0, 5, 0, 0, -5, 5]})
    features = table(frame, **kinds)
    recipe = learn(features, PrepSettings(scale=False))
    fit = Fit(2, np.array([1, 1, 1, 2, 2, 2]), np.array([[10.0, 0.0], [30.0, 0.0]]), 0.0, 1)
    return model.build(features, recipe, fit)


def test_the_smallest_change_of_one_feature_by_hand() -> None:
    (move,) = smallest_moves(by_hand(), {"spend": 12.0, "age": 3.0})
    assert (move.target, move.size, move.through) == (2, 8.0, ())
    (step,) = move.steps
    assert (step.feature, step.before, step.border) == ("spend", 12.0, 20.0)
    # 20 itself is a tie that goes to the larger segment; the first round value that lands is 20.01.
    assert step.after == pytest.approx(20.0, abs=0.1)
    assert assign(by_hand(), pd.DataFrame({"spend": [step.after], "age": [3.0]}))["segment"].tolist() == [2]


def test_counts_end_on_whole_numbers() -> None:
    (move,) = smallest_moves(by_hand(spend="count"), {"spend": 12.0, "age": 3.0})
    assert (move.steps[0].border, move.steps[0].after) == (20.0, 21.0)
    (back,) = smallest_moves(by_hand(spend="count"), {"spend": 33.0, "age": 3.0})
    assert (back.target, back.steps[0].after) == (1, 20.0)


def test_a_locked_feature_does_not_move() -> None:
    assert smallest_moves(by_hand(), {"spend": 12.0, "age": 3.0}, locked=["spend"]) == ()
    assert smallest_moves(by_hand(), {"spend": 12.0, "age": 3.0}, locked=["spend"], features=2) == ()


def test_a_missing_value_starts_from_what_preparation_fills_in() -> None:
    (move,) = smallest_moves(by_hand(), {"spend": np.nan, "age": 3.0})
    assert move.steps[0].before == pytest.approx(20.05)
    assert move.target == 1


def flags() -> Segmentation:
    frame = pd.DataFrame({"flag": [0.0, 0, 0, 1, 1, 1], "spend": [0.0, 1, 2, 2, 3, 4]})
    features = table(frame, flag="boolean")
    fit = Fit(2, np.array([1, 1, 1, 2, 2, 2]), np.array([[0.0, 1.0], [1.0, 3.0]]), 0.0, 1)
    return model.build(features, learn(features, PrepSettings(scale=False)), fit)


def test_a_truth_value_flips_or_stays() -> None:
    # The border is flag + 2 spend = 4.5. From (0, 2): a flip alone lands, and spend alone needs 2.25.
    moves = smallest_moves(flags(), {"flag": 0.0, "spend": 2.0})
    assert [move.steps[0].feature for move in moves] == ["spend", "flag"]
    assert (moves[1].steps[0].before, moves[1].steps[0].after, moves[1].size) == (0.0, 1.0, 1.0)
    # From (0, 1): a flip alone does not land; with it, spend must reach 1.75.
    (single,) = smallest_moves(flags(), {"flag": 0.0, "spend": 1.0})
    assert single.steps[0].feature == "spend"
    (pair,) = smallest_moves(flags(), {"flag": 0.0, "spend": 1.0}, features=2)
    assert {step.feature: step.border for step in pair.steps} == {"flag": 1.0, "spend": 1.75}
    assert pair.size == pytest.approx(1.25)


def test_a_move_by_hand_and_in_words() -> None:
    seg = by_hand(spend="count")
    (move,) = smallest_moves(seg, {"spend": 12.0, "age": 3.0})
    assert (move.target, move.size, move.through) == (2, 8.0, ())
    (step,) = move.steps
    assert (step.feature, step.before, step.border, step.after) == ("spend", 12.0, 20.0, 21.0)
    assert change_text(move, seg) == "spend from 12 up to 21"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"features": 3}, "changes 1 or 2 features; 3"),
        ({"locked": ["Age"]}, "'Age' cannot be locked"),
        ({"row": pd.DataFrame({"spend": [1.0, 2.0], "age": [1.0, 2.0]})}, "one customer at a time; 2 came"),
    ],
)
def test_wrong_questions_get_one_sentence(arguments: dict, message: str) -> None:
    row = arguments.pop("row", {"spend": 12.0, "age": 3.0})
    with pytest.raises(SegmentationError, match=message):
        smallest_moves(by_hand(), row, **arguments)


def moved(z: np.ndarray, border: Border, share: float) -> np.ndarray:
    """The prepared row after `share` of the change to the border; above 1 the rest of the way goes further inside."""
    columns, new = list(border.columns), z.copy()
    point = np.array(border.point)
    if share <= 1:
        new[columns] = z[columns] + share * (point - z[columns])
    else:
        new[columns] = point + (share - 1) * (np.array(border.inner) - point)
    return new


def first_borders(seg: Segmentation, frame: pd.DataFrame, features: int) -> tuple[np.ndarray, ...]:
    """Prepared rows just before and just beyond the nearest border, its target, and which customers have one."""
    before, beyond, targets, places = [], [], [], []
    prepared = seg.recipe.transform(frame)
    for place in range(len(frame)):
        found = borders(seg, frame.iloc[[place]], features=features)
        if found:
            before.append(moved(prepared[place], found[0], 1 - 1e-6))
            beyond.append(moved(prepared[place], found[0], 1 + 1e-6))
            targets.append(found[0].target)
            places.append(place)
    return np.array(before), np.array(beyond), np.array(targets), np.array(places)


@pytest.fixture(scope="module", params=["plain", "recommended"])
def cards(request: pytest.FixtureRequest, shared_data: Path) -> tuple[Segmentation, pd.DataFrame]:
    frame = pd.read_csv(shared_data / "credit_card" / "CC GENERAL.csv", index_col="CUST_ID").astype(np.float64)
    features = FeatureTable(
        frame, tuple(describe_column(name, frame[name]) for name in frame), pd.DataFrame(index=frame.index)
    )
    return final.fit(features, PREP_PRESETS[request.param], 4, n_init=1), frame


@pytest.mark.parametrize("features", [1, 2])
def test_one_step_further_changes_the_segment_and_one_step_less_does_not(
    cards: tuple[Segmentation, pd.DataFrame], features: int
) -> None:
    seg, frame = cards
    plain = seg.recipe.settings == PREP_PRESETS["plain"]
    chosen = frame.sample(cases(300, 1_000) if plain else cases(100, 200), random_state=6)
    before, beyond, targets, places = first_borders(seg, chosen, features)
    # Not everyone can reach another persona within the observed range; fewest on logarithms of one feature.
    assert len(targets) > 0.6 * len(chosen)
    own = assign(seg, chosen)["segment"].to_numpy()[places]
    reached = squared_distances(beyond, seg.centres).argmin(axis=1) + 1
    stayed = squared_distances(before, seg.centres).argmin(axis=1) + 1
    assert (reached == targets).all()
    assert (stayed == own).all()
    assert (targets != own).all()


@pytest.mark.parametrize("features", [1, 2])
def test_the_round_values_that_are_told_really_score_as_the_other_persona(
    cards: tuple[Segmentation, pd.DataFrame], features: int
) -> None:
    seg, frame = cards
    for place in range(0, 800, cases(40, 20)):
        row = frame.iloc[[place]]
        for move in smallest_moves(seg, row, features=features, most=2, locked=["TENURE"]):
            after = row.assign(**{step.feature: step.after for step in move.steps})
            assert assign(seg, after)["segment"].tolist() == [move.target]
            assert "TENURE" not in {step.feature for step in move.steps}
            for step in move.steps:
                low, high = seg.seen[step.feature]
                assert min(low, step.before) <= step.after <= max(high, step.before)
                assert abs(step.after - step.before) >= abs(step.border - step.before) * (1 - 1e-6)


def with_rule(rule: Rule) -> Segmentation:
    """Two features on their own scale, observed 0…40 and −5…5, placed by a rule."""
    frame = pd.DataFrame({"spend": [0.0, 10.0, 20.0, 20.1, 30.0, 40.0], "age": [-5.0, 5, 0, 0, -5, 5]})
    features = table(frame)
    recipe = learn(features, PrepSettings(scale=False))
    labels = rule.place(recipe.transform(features.frame)).segment
    return model.build(features, recipe, Fit(rule.k, labels, np.zeros((rule.k, 2)), 0.0, 1, rule=rule))


def numbers(*values: int) -> np.ndarray:
    return np.array(values, dtype=np.int32)


def test_with_several_points_the_border_is_that_of_the_nearest_point_by_hand() -> None:
    # Segment 1 has the points 0 and 40, segment 2 has 30: the borders of 2 are at 15 and at 35.
    seg = with_rule(Prototypes(np.array([[0.0, 0.0], [40.0, 0.0], [30.0, 0.0]]), numbers(1, 1, 2)))
    (move,) = smallest_moves(seg, {"spend": 36.0, "age": 0.0})
    assert (move.target, move.size, move.steps[0].border) == (2, 1.0, 35.0)
    (back,) = smallest_moves(seg, {"spend": 30.0, "age": 0.0})
    assert (back.target, back.size, back.steps[0].border) == (1, 5.0, 35.0)


def test_with_a_reach_the_border_is_found_by_steps_and_halving() -> None:
    # At age 0, segment 1 reaches from −2 to 14 in spend and segment 2 from 22 to 38; in between is noise.
    seg = with_rule(Prototypes(np.array([[6.0, 0.0], [30.0, 0.0]]), numbers(1, 2), np.array([8.0, 8.0])))
    assert seg.noise == 3  # the customers at 20, 20.1 and (40, 5)
    (move,) = smallest_moves(seg, {"spend": 10.0, "age": 0.0})
    assert (move.target, move.steps[0].feature) == (2, "spend")
    assert move.steps[0].border == pytest.approx(22.0)
    assert move.through == ()
    moves = smallest_moves(seg, {"spend": 17.0, "age": 0.0})  # a customer in no segment
    assert [(move.target, round(move.size, 6)) for move in moves] == [(1, 3.0), (2, 5.0)]


def test_the_fewest_values_that_bring_a_customer_in_by_hand() -> None:
    # Segment 1 reaches 8 from (6, 0). At (17, 9) it is √202 away; spend alone leaves 9 > 8, age alone leaves 11 > 8.
    seg = with_rule(Prototypes(np.array([[6.0, 0.0], [30.0, 0.0]]), numbers(1, 2), np.array([8.0, 8.0])))
    move = way_in(seg, {"spend": 17.0, "age": 9.0})
    assert move is not None
    assert (move.target, [step.feature for step in move.steps]) == (1, ["spend", "age"])
    part = 1 - 8 / math.sqrt(202)  # of the way to the point
    assert [step.border for step in move.steps] == pytest.approx([17 - 11 * part, 9 - 9 * part])
    assert [step.after for step in move.steps] == [12.1, 5.0]
    assert move.size == pytest.approx(math.sqrt(202) - 8)
    assert change_text(move, seg) == "spend from 17 down to 12.1 and age from 9 down to 5"
    one = way_in(seg, {"spend": 17.0, "age": 5.0})  # 25 of 64 are left for age, so spend may be √39 away
    assert one is not None
    assert [(step.feature, step.border) for step in one.steps] == [("spend", pytest.approx(6 + math.sqrt(39)))]
    assert way_in(seg, {"spend": 17.0, "age": 9.0}, locked=["age"]) is None
    assert way_in(seg, {"spend": 8.0, "age": 0.0}) is None  # in segment 1 already


def test_in_a_mixture_the_border_is_where_the_probabilities_meet() -> None:
    # Equal weights, deviation 1 in both features around 10 and 30: they meet at 20.
    rule = Mixture(np.array([0.5, 0.5]), np.array([[10.0, 0.0], [30.0, 0.0]]), np.ones((2, 2)))
    (move,) = smallest_moves(with_rule(rule), {"spend": 12.0, "age": 3.0})
    assert move.steps[0].border == pytest.approx(20.0)


@pytest.mark.parametrize("seed", range(3))
def test_every_move_under_any_rule_lands_where_it_says(seed: int) -> None:
    rng = np.random.default_rng(seed)
    points, spread = rng.uniform([0, -5], [40, 5], (7, 2)), np.array([[0.2, 0.5], [0.1, 1], [0.3, 0.4]])
    told = 0
    for rule in (
        Prototypes(points, numbers(1, 2, 3, 1, 2, 3, 1)),
        Prototypes(points, numbers(1, 2, 3, 1, 2, 3, 1), rng.uniform(8, 15, 7)),
        Mixture(np.array([0.5, 0.3, 0.2]), np.array([[5.0, 0], [20, 0], [35, 0]]), spread),
    ):
        try:
            seg = with_rule(rule)
        except SegmentationError:
            continue  # a segment without any of the six customers
        start = {"spend": float(rng.uniform(0, 40)), "age": float(rng.uniform(-5, 5))}
        for move in smallest_moves(seg, start):
            end = start | {step.feature: step.after for step in move.steps}
            assert assign(seg, pd.DataFrame([end]))["segment"].tolist() == [move.target]
            told += 1
    assert told >= 2


def test_two_values_at_once_are_refused_in_a_sentence_where_there_is_no_formula() -> None:
    seg = with_rule(Mixture(np.array([0.5, 0.5]), np.array([[10.0, 0.0], [30.0, 0.0]]), np.ones((2, 2))))
    with pytest.raises(SegmentationError, match="Choose one value"):
        smallest_moves(seg, {"spend": 12.0, "age": 3.0}, features=2)
