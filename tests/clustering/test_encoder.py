"""A saved encoder is plain arrays: numpy replays it exactly, explains it, and refuses what does not fit."""

from __future__ import annotations

import copy
import json
import time
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segmentation.clustering.assignment import Centres, rule_faults, rule_from_dict, rule_to_dict
from segmentation.clustering.assignment.encoder import EncodedCentres, Encoder, Layer

# Two features → two hidden values → one learned feature, by hand:
# hidden = (max(0, x), max(0, 2 − x + y)); learned = hidden₁ + 2·hidden₂ − 1.
BY_HAND = EncodedCentres(
    Encoder(
        (
            Layer(np.array([[1.0, -1.0], [0.0, 1.0]]), np.array([0.0, 2.0])),
            Layer(np.array([[1.0], [2.0]]), np.array([-1.0])),
        )
    ),
    Centres(np.array([[3.0], [7.0]])),
    np.zeros(2),
)


def made(seed: int, sizes: tuple[int, ...] = (17, 64, 32, 10), k: int = 4) -> EncodedCentres:
    """A rule with random weights, of the size that the credit-card data gets."""
    rng = np.random.default_rng(seed)
    pairs = pairwise(sizes)
    layers = tuple(Layer(rng.normal(0, 0.3, pair), rng.normal(size=pair[1])) for pair in pairs)
    return EncodedCentres(Encoder(layers), Centres(rng.normal(0, 2, (k, sizes[-1]))), rng.normal(0, 0.1, sizes[0]))


def test_a_network_worked_by_hand() -> None:
    # (1, 0): hidden (1, 1), learned 1 + 2 − 1 = 2. (−4, 1): hidden (0, 7), learned 13.
    # (3, 0): hidden (3, 0), learned 3 + 0 − 1 = 2.
    Z = np.array([[1.0, 0.0], [-4.0, 1.0], [3.0, 0.0]])
    assert BY_HAND.encoder.encode(Z).tolist() == [[2.0], [13.0], [2.0]]
    assert BY_HAND.costs(Z).tolist() == [[1.0, 25.0], [100.0, 36.0], [1.0, 25.0]]
    placed = BY_HAND.place(Z)
    assert placed.segment.tolist() == [1, 2, 1]
    assert placed.distance.tolist() == [1.0, 6.0, 1.0]
    assert (BY_HAND.k, BY_HAND.width) == (2, 2)
    assert BY_HAND.words == "the nearest centre among 1 learned features"


def test_contributions_worked_by_hand() -> None:
    # The average customer (0, 0) is learned as 3: its squared distances are 0 and 16, 16 in favour of segment 1.
    # (1, 0) is learned as 2: 1 and 25, 24 in favour of segment 1. Its first feature made all of the difference, 8.
    assert BY_HAND.contributions(np.array([1.0, 0.0]), 1, 2).tolist() == [8.0, 0.0]


def test_the_arrays_say_what_matrix_products_say() -> None:
    rule, Z = made(1), np.random.default_rng(2).normal(0, 3, (500, 17))
    values = Z
    for place, layer in enumerate(rule.encoder.layers):
        values = (np.maximum(values, 0) if place else values) @ layer.weights + layer.biases
    assert np.abs(rule.encoder.encode(Z) - values).max() < 1e-9
    costs = ((values[:, None, :] - rule.inner.centres[None]) ** 2).sum(axis=2)
    assert np.abs(rule.costs(Z) - costs).max() < 1e-9 * costs.max()


@settings(max_examples=20)
@given(st.integers(0, 10_000), st.lists(st.integers(1, 70), min_size=2, max_size=4), st.integers(1, 40))
def test_one_customer_gets_the_bits_of_the_batch(seed: int, sizes: list[int], rows: int) -> None:
    rule = made(seed, tuple(sizes))
    Z = np.random.default_rng(seed).normal(0, 5, (rows + 1024, sizes[0]))
    together = rule.costs(Z)
    for row in (0, 5, 1023, 1024, len(Z) - 1):
        assert rule.costs(Z[row : row + 1]).tobytes() == together[row : row + 1].tobytes()
    order = np.random.default_rng(seed + 1).permutation(len(Z))
    assert rule.costs(Z[order]).tobytes() == together[order].tobytes()
    again = rule_from_dict(json.loads(json.dumps(rule_to_dict(rule))))
    assert again.costs(Z).tobytes() == together.tobytes()


@settings(max_examples=40)
@given(st.integers(0, 10_000), st.floats(0, 1e4))
def test_contributions_add_up_to_what_the_average_customer_has_not(seed: int, far: float) -> None:
    rule = made(seed)
    z = np.random.default_rng(seed).normal(0, 1, 17) * far

    def favour(row: np.ndarray) -> float:
        costs = rule.costs(row[None])[0]
        return float(costs[2] - costs[1])

    contributions = rule.contributions(z, 2, 3)
    scale = rule.costs(np.array([z, rule.average])).max()
    assert contributions.sum() == pytest.approx(favour(z) - favour(rule.average), abs=1e-9 * scale)
    assert np.allclose(contributions, -rule.contributions(z, 3, 2))


def test_on_a_straight_network_contributions_are_slope_times_difference() -> None:
    weights = np.array([[2.0], [-1.0], [0.0]])
    rule = EncodedCentres(Encoder((Layer(weights, np.array([5.0])),)), Centres(np.array([[0.0], [1.0]])), np.ones(3))
    # 2 (own − other) = −2 for the one learned feature; from (1, 1, 1) to (4, 3, 9) the features change by 3, 2, 8.
    assert rule.contributions(np.array([4.0, 3.0, 9.0]), 1, 2).tolist() == pytest.approx([-12.0, 4.0, 0.0])


def test_other_segment_numbers_are_the_same_segments() -> None:
    rule, Z = made(3), np.random.default_rng(4).normal(size=(50, 17))
    turned = rule.renumbered([2, 0, 3, 1])
    assert turned.costs(Z).tobytes() == np.ascontiguousarray(rule.costs(Z)[:, [2, 0, 3, 1]]).tobytes()


def test_a_value_too_large_to_compute_with_is_infinitely_far() -> None:
    Z = np.zeros((2, 17))
    Z[0, :2] = 1e308, -1e308
    costs = made(5).costs(Z)
    assert np.isinf(costs[0]).all()
    assert np.isfinite(costs[1]).all()


def changed(path: list[Any], value: Any) -> dict[str, Any]:
    """The plain values of the rule worked by hand with one of them replaced."""
    plain: Any = copy.deepcopy(rule_to_dict(BY_HAND))
    place = plain
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    return plain


@pytest.mark.parametrize(
    ("path", "value", "fault"),
    [
        (["layers"], {}, "rule.layers must be a list."),
        (["layers", 0], [], "rule.layers[0] must be a group of named values."),
        (["layers", 0, "extra"], 1, "rule.layers[0].extra is not known."),
        (["layers", 0, "weights", 1, 0], "1", "rule.layers[0].weights[1][0] must be a number."),
        (["layers", 1, "biases", 0], float("nan"), "rule.layers[1].biases[0] must be a number."),
        (["activation"], 3, "rule.activation must be text."),
        (["average"], [True, 1.0], "rule.average[0] must be a number."),
        (["code"], "import os", "rule.code is not known."),
    ],
)
def test_wrong_kinds_of_values_are_named(path: list[Any], value: Any, fault: str) -> None:
    assert rule_faults(changed(path, value)) == [fault]


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (["layers"], []),
        (["layers", 0, "weights"], [[1.0, -1.0]]),
        (["layers", 0, "weights", 0], [1.0]),
        (["layers", 0, "biases"], []),
        (["layers", 1, "weights"], []),
        (["layers", 1], {"weights": [[], []], "biases": []}),
        (["activation"], "__import__"),
        (["centres"], []),
        (["centres"], [[1.0, 2.0]]),
        (["average"], [0.0]),
        (["average"], []),
    ],
)
def test_arrays_that_do_not_fit_each_other_are_refused(path: list[Any], value: Any) -> None:
    plain = changed(path, value)
    assert rule_faults(plain) == []
    with pytest.raises(ValueError, match=r".+"):
        rule_from_dict(plain)


def test_a_hundred_thousand_customers_are_scored_in_seconds() -> None:
    rule, Z = made(6), np.random.default_rng(7).normal(size=(100_000, 17))
    start = time.process_time()
    rule.place(Z)
    assert time.process_time() - start < 10
