"""Rules place customers as worked by hand, the same for one row and for many, and come back from plain values."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.mixture import GaussianMixture

from segmentation.clustering.assignment import (
    Centres,
    Mixture,
    Prototypes,
    Rule,
    learn_prototypes,
    rule_faults,
    rule_from_dict,
    rule_to_dict,
    squared_distances,
)
from segmentation.clustering.methods import Fit
from segmentation.clustering.model import Segmentation, build
from segmentation.core.errors import SegmentationError
from segmentation.core.settings import PREP_PRESETS
from segmentation.preparation import learn
from segmentation.scoring import assign, explain
from segmentation.store import load, save
from segmentation.store.form import from_plain
from tests.matrices import blobs
from tests.small import UNSCALED, features_of

# Segment 1 has the points (0, 0) and (10, 0), segment 2 has (4, 3).
POINTS = Prototypes(np.array([[0.0, 0], [10, 0], [4, 3]]), np.array([1, 1, 2], dtype=np.int32), np.array([2.0, 1, 1.5]))
ROWS = np.array([[0.0, 0], [7, 0], [2, 1.5], [2, 0], [4, 4]])


def test_the_nearest_of_several_points_by_hand() -> None:
    placed = replace(POINTS, reach=None).place(ROWS)
    # Squared distances to the three points: (0, 100, 25), (49, 9, 18), (6.25, 66.25, 6.25), (4, 64, 13), (32, 52, 1).
    assert placed.segment.tolist() == [1, 1, 1, 1, 2]  # the third row is a tie: the lower number
    assert placed.distance.tolist() == [0, 3, 2.5, 2, 1]
    assert placed.second.tolist() == [2, 2, 2, 2, 1]
    assert placed.second_distance.tolist() == [5, math.sqrt(18), 2.5, math.sqrt(13), math.sqrt(32)]
    assert placed.margin.tolist() == [1, 1 - 3 / math.sqrt(18), 0, 1 - 2 / math.sqrt(13), 1 - 1 / math.sqrt(32)]


def test_beyond_the_reach_of_every_point_is_noise_by_hand() -> None:
    placed = POINTS.place(ROWS)
    # (7, 0) is 3 from (10, 0), which reaches 1; (2, 1.5) is 2.5 from both its nearest points, which reach 2 and 1.5;
    # (2, 0) is exactly 2 from (0, 0), which reaches 2.
    assert placed.segment.tolist() == [1, 0, 0, 1, 2]
    assert placed.second.tolist() == [2, 1, 1, 2, 1]
    assert placed.second_distance.tolist()[1:3] == [3, 2.5]
    assert np.isnan(placed.distance[1:3]).all()
    assert np.isnan(placed.margin[1:3]).all()


def test_contributions_of_points_by_hand() -> None:
    # (2, 0): own point (0, 0), other point (4, 3): (−2)² − 2² = 0 and (−3)² − 0² = 9.
    assert POINTS.contributions(ROWS[3], 1, 2).tolist() == [0, 9]
    assert POINTS.contributions(ROWS[3], 2, 1).tolist() == [0, -9]
    # (7, 0) is in no segment: what keeps it away from segment 1 is 3² along the first feature.
    assert POINTS.contributions(ROWS[1], 0, 1).tolist() == [9, 0]


def test_points_say_what_they_do() -> None:
    assert POINTS.words.endswith("nearest of 3 points, each the mean of some customers, and to none when it is beyond "
                                 "the reach of all of them")  # fmt: skip
    assert Prototypes(np.eye(2), np.array([1, 2], dtype=np.int32)).words == "the segment with the nearest mean"


def test_a_mixture_on_a_line_by_hand() -> None:
    # Three quarters around 0 with deviation 1, a quarter around 4 with deviation 2; the customer is at 2.
    rule = Mixture(np.array([0.75, 0.25]), np.array([[0.0], [4.0]]), np.array([[1.0], [0.5]]))
    first, second = 0.75 * math.exp(-2), 0.25 * math.exp(-0.5) / 2
    placed = rule.place(np.array([[2.0]]))
    assert (placed.segment[0], placed.second[0]) == (1, 2)
    assert (placed.distance[0], placed.second_distance[0]) == pytest.approx((2.0, 1.0))  # in deviations: 2 / 1, 2 / 2
    assert placed.margin[0] == pytest.approx(1 - second / first, rel=1e-12)
    assert rule.probabilities(np.array([[2.0]]))[0] == pytest.approx(
        [first / (first + second), second / (first + second)]
    )
    assert rule.contributions(np.array([2.0]), 1, 2).tolist() == [1 - 4]


def test_the_contributions_of_a_mixture_add_up_by_hand() -> None:
    # U = [[1, 1], [0, 1]], so P = U Uᵀ = [[2, 1], [1, 1]]; (z − μ) = (1, 2): P (z − μ) = (4, 3), parts 1 · 4 and 2 · 3.
    roots = np.array([[[1.0, 1], [0, 1]], [[1, 0], [0, 1]]])
    rule = Mixture(np.array([0.5, 0.5]), np.array([[0.0, 0], [1, 0]]), roots)
    # The other one: P = 1 and (z − μ) = (0, 2), so parts 0 and 4.
    assert rule.contributions(np.array([1.0, 2.0]), 1, 2).tolist() == [0 - 4, 4 - 6]
    assert rule.distances(rule.costs(np.array([[1.0, 2.0]])))[0] == pytest.approx([math.sqrt(10), 2])


@pytest.mark.parametrize("covariance", ["full", "tied", "diag", "spherical"])
def test_the_mixture_is_that_of_scikit_learn(covariance: str) -> None:
    Z = blobs(400, 3, apart=3.0)[0] @ np.array([[1.0, 0.4, 0], [0, 1, 0.2], [0, 0, 2]])
    model = GaussianMixture(3, covariance_type=covariance, random_state=0).fit(Z)
    rule = Mixture.learned(model)
    assert np.abs(rule.probabilities(Z) - model.predict_proba(Z)).max() < 1e-10
    assert (rule.place(Z).segment - 1 == model.predict(Z)).all()
    away = Z[7] - model.means_[1]
    precision = np.linalg.inv(np.atleast_2d(_covariance(model, 1)))
    assert rule.distances(rule.costs(Z[7:8]))[0, 1] == pytest.approx(math.sqrt(away @ precision @ away))


def _covariance(model: GaussianMixture, place: int) -> np.ndarray:
    found = model.covariances_ if model.covariance_type == "tied" else model.covariances_[place]
    return {"full": found, "tied": found, "diag": np.diag(np.atleast_1d(found)), "spherical": np.eye(3) * found}[
        model.covariance_type
    ]


@st.composite
def rules(draw: st.DrawFn) -> Rule:
    """Any rule with up to 4 segments of up to 3 features."""
    rng = np.random.default_rng(draw(st.integers(0, 10_000)))
    k, d = draw(st.integers(1, 4)), draw(st.integers(1, 3))
    kind = draw(st.sampled_from(["centres", "points", "reach", "full", "diagonal"]))
    if kind == "centres":
        return Centres(rng.normal(size=(k, d)))
    if kind in ("points", "reach"):
        owners = np.concatenate([np.arange(1, k + 1), rng.integers(1, k + 1, 3)]).astype(np.int32)
        reach = rng.uniform(0, 2, len(owners)) if kind == "reach" else None
        return Prototypes(rng.normal(size=(len(owners), d)).round(1), owners, reach)
    roots = rng.uniform(0.5, 2, (k, d))
    if kind == "full":
        roots = np.triu(rng.normal(size=(k, d, d)), 1) + np.array([np.diag(row) for row in roots])
    return Mixture(rng.dirichlet(np.ones(k)), rng.normal(size=(k, d)), roots)


def bits(rule: Rule, Z: np.ndarray) -> list[bytes]:
    """All figures of an answer, exactly, one entry a row."""
    placed = [*vars(rule.place(Z)).values(), rule.costs(Z)]
    chances = rule.probabilities(Z)
    placed += [] if chances is None else [chances]
    return [b"".join(np.ascontiguousarray(values[row]).tobytes() for values in placed) for row in range(len(Z))]


@settings(max_examples=60, deadline=None)
@given(rules(), st.integers(0, 10_000))
def test_every_rule_places_one_row_as_it_places_many_and_survives_plain_values(rule: Rule, seed: int) -> None:
    rng = np.random.default_rng(seed)
    Z = rng.normal(scale=1.5, size=(40, rule.width)).round(1)
    whole = bits(rule, Z)
    assert [bits(rule, Z[row : row + 1])[0] for row in range(len(Z))] == whole
    order = rng.permutation(len(Z))
    assert bits(rule, Z[order]) == [whole[row] for row in order]

    plain = json.loads(json.dumps(rule_to_dict(rule)))
    assert rule_faults(plain) == []
    assert bits(rule_from_dict(plain), Z) == whole

    turned = rng.permutation(rule.k)
    again, placed = rule.renumbered(turned), rule.place(Z)
    clear = (placed.margin > 1e-9) | (rule.k == 1) | (placed.segment == 0)
    old = np.where(again.place(Z).segment > 0, turned[again.place(Z).segment - 1] + 1, 0)
    assert (old == placed.segment)[clear].all()
    for own, other in ((1, rule.k), (rule.k, 1)):
        new = [int(np.flatnonzero(turned == number - 1)[0]) + 1 for number in (own, other)]
        assert again.contributions(Z[0], *new).tobytes() == rule.contributions(Z[0], own, other).tobytes()


def test_round_groups_need_one_point_each() -> None:
    Z, truth = blobs(300, 3)
    rule = learn_prototypes(Z, truth + 1)
    assert rule.owners.tolist() == [1, 2, 3]
    assert np.array_equal(rule.points, [Z[truth == group].mean(axis=0) for group in range(3)])
    assert rule.reach is None
    assert (rule.place(Z).segment == truth + 1).all()


def ring() -> tuple[np.ndarray, np.ndarray]:
    """100 customers in the middle of a ring of 200: the means of both are the same point."""
    rng = np.random.default_rng(4)
    angle = np.linspace(0, 2 * np.pi, 200, endpoint=False)
    around = 6 * np.column_stack([np.cos(angle), np.sin(angle)]) + rng.normal(scale=0.3, size=(200, 2))
    return np.concatenate([around, rng.normal(scale=0.5, size=(100, 2))]), np.repeat([1, 2], [200, 100])


def test_other_shapes_get_as_many_points_as_they_need_and_no_point_is_a_customer() -> None:
    Z, labels = ring()
    rule = learn_prototypes(Z, labels)
    assert (rule.place(Z).segment == labels).mean() >= 0.99
    assert 4 < len(rule.points) <= 32
    assert np.sqrt(squared_distances(rule.points, Z)).min() > 1e-3
    again = learn_prototypes(Z, labels)
    assert rule_to_dict(again) == rule_to_dict(rule)
    few = learn_prototypes(Z, labels, most=4)
    assert len(few.points) <= 4


def test_a_segment_of_few_customers_has_its_mean_only() -> None:
    Z = np.concatenate([ring()[0], [[0.0, 20.0], [1.0, 20.0], [2.0, 20.0]]])
    rule = learn_prototypes(Z, np.concatenate([ring()[1], [3, 3, 3]]))
    assert len(rule.points) > 4
    assert rule.points[rule.owners == 3].tolist() == [[1.0, 20.0]]


def test_a_small_segment_that_comes_back_badly_gets_more_points_though_nearly_all_customers_are_right() -> None:
    # 2,000 customers around 0; segment 2 is 8 customers at −5 and 8 at 3, with the mean −1: those at 3 are nearer to 0.
    # One point each gives 2,008 of 2,016 labels back (99.6 %), but only half of segment 2.
    middle = np.tile([-0.1, 0.1], 1000)
    Z = np.concatenate([middle, [-5.0] * 8, [3.0] * 8])[:, None]
    labels = np.repeat([1, 2], [2000, 16])
    one_each = learn_prototypes(Z, labels, most=2)
    assert one_each.points.ravel().tolist() == pytest.approx([0.0, -1.0])
    assert int((one_each.place(Z).segment == labels).sum()) == 2008
    rule = learn_prototypes(Z, labels)
    assert sorted(rule.points[rule.owners == 2].ravel().tolist()) == [-5.0, 3.0]
    assert (rule.place(Z).segment == labels).all()


def test_little_noise_that_comes_back_badly_shortens_the_reach_by_more_points() -> None:
    # 400 customers at −4 and 400 at 4, five of noise at 0.5: from the mean 0 they lie within reach of everybody.
    Z = np.concatenate([np.tile([-4.1, -3.9], 200), np.tile([3.9, 4.1], 200), [0.5] * 5])[:, None]
    labels = np.repeat([1, 0], [800, 5])
    one = learn_prototypes(Z, labels, most=1)
    assert int((one.place(Z).segment == labels).sum()) == 800
    rule = learn_prototypes(Z, labels)
    assert sorted(rule.points.ravel().round(9).tolist()) == [-4.0, 4.0]
    assert (rule.place(Z).segment == labels).all()


def test_the_reach_ends_between_the_members_and_the_noise_and_is_rounded() -> None:
    # Ten customers around 0, the farthest 1.2345 away, noise at 3: the reach is 1.2345, rounded up to three digits.
    Z = np.array([[-1.2345], [1.2345], *[[0.0]] * 8, [3.0], [-40.0]])
    labels = np.array([1] * 10 + [0, 0])
    rule = learn_prototypes(Z, labels)
    assert rule.points.tolist() == [[0.0]]
    assert rule.reach is not None
    assert rule.reach.tolist() == [1.24]
    assert rule.place(Z).segment.tolist() == labels.tolist()


def test_much_noise_between_the_farthest_members_shortens_the_reach() -> None:
    # 18 customers within 1, two at 10, and 30 noise customers at 5: better lose two members than take the noise in.
    Z = np.array([[-1.0]] * 9 + [[1.0]] * 9 + [[-10.0], [10.0]] + [[5.0]] * 15 + [[-5.0]] * 15)
    labels = np.array([1] * 20 + [0] * 30)
    rule = learn_prototypes(Z, labels, most=1)
    assert rule.reach is not None
    assert 1 <= rule.reach[0] < 5
    assert rule.place(Z).segment.tolist() == [1] * 18 + [0] * 32


def test_only_noise_is_no_segment() -> None:
    with pytest.raises(SegmentationError, match="all customers are noise"):
        learn_prototypes(np.ones((5, 2)), np.zeros(5, dtype=np.int32))


def with_rule(
    rule_of: Callable[[np.ndarray], tuple[Rule, np.ndarray]], rows: int = 120
) -> tuple[pd.DataFrame, Segmentation]:
    """120 customers in three groups, segments by a rule learned from them."""
    Z, _ = blobs(rows, 3, features=2, apart=4.0)
    features = features_of({"visits": Z[:, 0].tolist(), "spend": (10 * Z[:, 1]).tolist()})
    recipe = learn(features, PREP_PRESETS["plain"])
    prepared = recipe.transform(features.frame)
    rule, labels = rule_of(prepared)
    fit = Fit(rule.k, labels.astype(np.int32), np.zeros((rule.k, 2)), 1.0, 1, rule=rule)
    return features.frame, build(features, recipe, fit)


def points_and_noise(prepared: np.ndarray) -> tuple[Rule, np.ndarray]:
    labels = (np.arange(len(prepared)) % 3) + 1
    labels[np.abs(prepared).max(axis=1) > 1.6] = 0
    return learn_prototypes(prepared, labels), labels


def points_only(prepared: np.ndarray) -> tuple[Rule, np.ndarray]:
    labels = (np.arange(len(prepared)) % 3) + 1
    return learn_prototypes(prepared, labels), labels


def clouds(prepared: np.ndarray) -> tuple[Rule, np.ndarray]:
    model = GaussianMixture(3, random_state=0).fit(prepared)
    return Mixture.learned(model), model.predict(prepared) + 1


@pytest.mark.parametrize("make", [points_and_noise, points_only, clouds])
def test_a_saved_model_places_every_customer_as_before_in_every_way_of_asking(make, tmp_path: Path) -> None:
    frame, made = with_rule(make)
    batch = assign(made, frame)
    assert batch["segment"].tolist() == made.labels.tolist()
    again = load(save(made, (), "any", tmp_path), tmp_path).segmentation
    pd.testing.assert_frame_equal(assign(again, frame), batch, check_exact=True)
    alone = pd.concat([assign(again, frame.iloc[[row]]) for row in range(len(frame))])
    pd.testing.assert_frame_equal(alone, batch, check_exact=True)
    pd.testing.assert_frame_equal(assign(again, frame.iloc[::-1, ::-1]).iloc[::-1], batch, check_exact=True)

    kept = joblib.load(tmp_path / "any/v1/model.joblib")
    if make is points_and_noise:
        assert made.noise > 0
        assert kept["holds"].startswith("Preparation only")
        assert np.allclose(kept["pipeline"].transform(frame), made.recipe.transform(frame))
    else:
        assert kept["pipeline"].predict(frame).tolist() == made.labels.tolist()
    if make is clouds:
        chances = kept["pipeline"].predict_proba(frame)
        assert np.abs(chances - made.rule.probabilities(made.recipe.transform(frame))).max() < 1e-10
        assert np.allclose(batch["probability"], chances.max(axis=1), atol=1e-10)


def test_noise_says_why_and_a_row_that_cannot_be_scored_says_something_else() -> None:
    frame, made = with_rule(points_and_noise)
    asked = pd.DataFrame({"visits": [frame["visits"].mean(), 1e3, np.inf], "spend": [1e3, 1e3, 0.0]})
    scored = assign(made, asked)
    assert scored["segment"].tolist() == [0, 0, 0]
    assert scored["noise"].tolist() == [True, True, False]
    assert scored["second"].iloc[2] == 0
    assert scored["second"].iloc[0] > 0
    assert scored["reason"].iloc[0].startswith("Fits none of the segments: beyond the reach of all of them, segment ")
    assert scored["reason"].iloc[2] == "visits is infinite."
    shown = explain(made, asked.iloc[0])
    assert (shown.segment, shown.noise, shown.second) == (0, True, scored["second"].iloc[0])
    assert (shown.contributions["contribution"] >= 0).all()
    assert shown.contributions["contribution"].sum() == pytest.approx(shown.second_distance**2)
    assert shown.distances["segment"].iloc[0] == shown.second
    huge = assign(made, pd.DataFrame({"visits": [1e300], "spend": [0.0]}))
    assert (huge["reason"].iloc[0], huge["noise"].iloc[0]) == ("A value is too large to compute with.", False)


def test_the_explanation_knows_the_probabilities() -> None:
    frame, made = with_rule(clouds)
    shown, scored = explain(made, frame.iloc[0]), assign(made, frame.iloc[[0]])
    assert shown.probability == scored["probability"].iloc[0]
    assert shown.distances["probability"].sum() == pytest.approx(1.0)
    assert shown.distances["segment"].tolist()[:2] == [shown.segment, shown.second]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda r: r["owners"].__setitem__(0, 9), "recipe, rule or personas"),
        (lambda r: r["owners"].__setitem__(0, 10**30), r"owners\[0\] is too large a number"),
        (lambda r: r["owners"].__setitem__(0, 0), "recipe, rule or personas"),
        (lambda r: r["owners"].__setitem__(0, 1.5), r"owners\[0\] must be a whole number"),
        (lambda r: r["owners"].pop(), "recipe, rule or personas"),
        (lambda r: r["reach"].__setitem__(0, -1.0), "recipe, rule or personas"),
        (lambda r: r["reach"].pop(), "recipe, rule or personas"),
        (lambda r: r["reach"].__setitem__(0, None), r"reach\[0\] must be a number"),
        (lambda r: r["points"][0].pop(), "recipe, rule or personas"),
        (lambda r: [row.append(1.0) for row in r["points"]], "recipe, rule or personas"),
        (lambda r: r.update(points=[], owners=[], reach=[]), "recipe, rule or personas"),
        (lambda r: r.update(points=[[]] * 3, owners=[1, 2, 3], reach=[1, 1, 1]), "recipe, rule or personas"),
        (lambda r: r.update(reach=None), "probe customers"),
    ],
)
def test_hostile_points_are_refused_in_a_sentence(change, words: str, tmp_path: Path) -> None:
    refused(points_and_noise, change, words, tmp_path)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda r: r["weights"].pop(), "recipe, rule or personas"),
        (lambda r: r["weights"].__setitem__(0, 0.0), "recipe, rule or personas"),
        (lambda r: r["weights"].__setitem__(0, -0.2), "recipe, rule or personas"),
        (lambda r: r["means"].pop(), "recipe, rule or personas"),
        (lambda r: r["roots"].pop(), "recipe, rule or personas"),
        (lambda r: r["roots"][0][0].append(1.0), "recipe, rule or personas"),
        (lambda r: r["roots"][0][1].append(1.0), "recipe, rule or personas"),
        (lambda r: r["roots"][0][0].__setitem__(0, -1.0), "recipe, rule or personas"),
        (lambda r: r["roots"][0][0].__setitem__(0, "1"), r"must be a number"),
        (lambda r: r["means"].reverse(), "probe customers"),
    ],
)
def test_a_hostile_mixture_is_refused_in_a_sentence(change, words: str, tmp_path: Path) -> None:
    refused(clouds, change, words, tmp_path)


def refused(make: Any, change: Callable[[dict[str, Any]], object], words: str, tmp_path: Path) -> None:
    path = tmp_path / save(with_rule(make)[1], (), "any", tmp_path) / "params.json"
    plain = json.loads(path.read_text())
    change(plain["rule"])
    with pytest.raises(SegmentationError, match=words):
        from_plain(plain)


def test_unscaled_values_are_placed_by_points_too() -> None:
    features = features_of({"age": [0, 1, 2, 8, 10, 9, 1, 9, 8, 2]})
    recipe = learn(features, UNSCALED)
    prepared = recipe.transform(features.frame)
    labels = np.where(prepared[:, 0] < 5, 1, 2).astype(np.int32)
    made = build(features, recipe, Fit(2, labels, np.zeros((2, 1)), 1.0, 1, rule=learn_prototypes(prepared, labels)))
    assert made.centres.tolist() == [[1.2], [8.8]]
    assert made.metrics["reproduced"] == 1.0
