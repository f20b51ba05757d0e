"""The number that latent classes name: pairs of columns and one trait are no groups, planted ones are."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segmentation.evaluation.evidence import EvidenceSettings
from segmentation.evaluation.evidence.class_number import (
    against_one_trait,
    counted_columns,
    forest_gain,
    named_number,
)
from segmentation.evaluation.evidence.classes import asked_beside, classes_reasons
from segmentation.evaluation.evidence.verdict import Decision, by_classes, classes_finer
from segmentation.evaluation.evidence.work import Work

EVERYONE = np.ones((8, 1))


def prepared(*codes: np.ndarray, numbers: tuple[np.ndarray, ...] = ()) -> tuple[np.ndarray, dict[str, Any]]:
    """Categories as the indicators of their levels, numbers behind them."""
    blocks, levels, at = [], {}, 0
    for place, own in enumerate(codes):
        blocks.append(np.eye(int(own.max()) + 1)[own])
        levels[f"c{place}"] = np.arange(at, at + blocks[-1].shape[1])
        at += blocks[-1].shape[1]
    return np.column_stack([*blocks, *numbers]), levels


def planted(n: int = 400, seed: int = 0) -> tuple[np.ndarray, dict[str, Any]]:
    """Three groups, told by seven categories of three levels; two more tell nothing."""
    rng = np.random.default_rng(seed)
    group = rng.choice(3, n, p=[0.5, 0.3, 0.2])
    telling = [np.where(rng.random(n) < 0.7, (group + turn) % 3, rng.integers(0, 3, n)) for turn in range(7)]
    return prepared(*telling, *(rng.integers(0, 3, n) for _ in range(2)))


def test_two_columns_that_are_one_gain_what_a_hand_works_out() -> None:
    # 4 and 4 of 8: twice 8 · log 2, less log 8 for the one free figure
    column = np.eye(2)[np.repeat([0, 1], 4)]
    together, first = np.hstack([column, column]), np.array([0, 2])
    assert forest_gain(together, first, EVERYONE) == pytest.approx(16 * np.log(2) - np.log(8))
    # every class has one level only: nothing goes together within it
    assert forest_gain(together, first, column) == 0.0


def test_a_third_copy_is_joined_by_one_more_pair_not_two() -> None:
    column = np.eye(2)[np.repeat([0, 1], 4)]
    three = forest_gain(np.hstack([column] * 3), np.array([0, 2, 4]), EVERYONE)
    assert three == pytest.approx(2 * (16 * np.log(2) - np.log(8)))


def test_the_gain_is_that_of_scipys_mutual_information() -> None:
    from sklearn.metrics import mutual_info_score

    rng = np.random.default_rng(2)
    a = rng.integers(0, 3, 200)
    b = np.where(rng.random(200) < 0.6, a, rng.integers(0, 3, 200))
    own = forest_gain(np.hstack([np.eye(3)[a], np.eye(3)[b]]), np.array([0, 3]), np.ones((200, 1)))
    assert own == pytest.approx(2 * 200 * mutual_info_score(a, b) - 4 * np.log(200))


def test_planted_groups_are_named_and_more_clearly_than_one_trait_could() -> None:
    Z, levels = planted()
    facts = against_one_trait(Work(Z, {}, EvidenceSettings(nulls=19), {}, levels))
    assert facts["classes_named"] == facts["classes_tried"] == 3
    assert facts["trait_sets"] == 19
    assert facts["trait_gain"] < facts["classes_gain"]
    assert 400 * 0.12 < facts["classes_smallest"] < 400 * 0.3
    assert not facts["classes_last"]


@pytest.mark.parametrize("kind", ["independent", "one-hot", "rare one-hot", "pairs", "numbers"])
@pytest.mark.parametrize("seed", range(3))
def test_data_without_groups_names_one(kind: str, seed: int) -> None:
    rng = np.random.default_rng(seed)
    codes = [rng.integers(0, levels, 400) for levels in (2, 3, 4, 3, 2)]
    if "one-hot" in kind:  # of rare levels, two columns may exclude each other by chance; all of them may not
        most = 12 if "rare" in kind else 6
        level = rng.integers(0, most, 400)
        codes = [(level == own).astype(int) for own in range(most)]
    if kind == "pairs":
        codes[3] = np.where(rng.random(400) < 0.85, codes[1], codes[3])
    numbers = (rng.lognormal(size=400), rng.normal(size=400)) if kind == "numbers" else ()
    assert named_number(*prepared(*codes, numbers=numbers)).k == 1


def test_one_trait_is_no_groups() -> None:
    rng = np.random.default_rng(5)
    trait = rng.normal(size=500)
    codes = [np.digitize(trait + rng.normal(size=500), np.quantile(trait, [0.3, 0.7])) for _ in range(6)]
    facts = against_one_trait(Work(*_first(prepared(*codes))))
    assert facts["classes_tried"] > 1
    assert facts["classes_named"] == 1
    assert "one trait" in asked_beside(facts, None)


def _first(made: tuple[np.ndarray, dict[str, Any]]) -> tuple[Any, ...]:
    Z, levels = made
    return Z, {}, EvidenceSettings(nulls=19), {}, levels


def test_what_is_not_known_counts_as_the_mix_of_everyone_and_one_fact_counts_once() -> None:
    codes = np.array([0, 0, 1, 1] * 10)
    Z, levels = prepared(codes, codes)
    (column,) = counted_columns(Z, levels)  # the same category twice
    assert column.shape == (40, 2)
    rng = np.random.default_rng(0)
    Z, levels = prepared(codes, rng.integers(0, 3, 40))
    Z[0, :2] = Z[1:, :2].mean(axis=0)
    first, second = counted_columns(Z, levels)
    assert sorted(first[0]) == pytest.approx([19 / 39, 20 / 39])
    assert second.sum(axis=1) == pytest.approx(np.ones(40))


@given(seed=st.integers(0, 1_000))
def test_neither_the_order_of_rows_nor_of_columns_changes_what_pairs_gain(seed: int) -> None:
    rng = np.random.default_rng(seed)
    members = [np.eye(3)[rng.integers(0, 3, 60)] for _ in range(4)]
    belongs, order, rows = rng.dirichlet(np.ones(2), 60), rng.permutation(4), rng.permutation(60)
    first = np.array([0, 3, 6, 9])
    moved = forest_gain(np.hstack([members[place] for place in order])[rows], first, belongs[rows])
    assert moved == pytest.approx(forest_gain(np.hstack(members), first, belongs))


FACTS = {
    "classes_named": 3, "classes_tried": 3, "classes_last": False, "classes_smallest": 90, "classes_gain": 0.84,
    "trait_gain": 0.33, "trait_sets": 19, "categories": 0.8,
}  # fmt: skip


@pytest.mark.parametrize(
    ("before", "changes", "after"),
    [
        (Decision("none"), {}, Decision("classes", 3, "classes")),
        (Decision("slices"), {}, Decision("classes", 3, "classes")),
        (Decision("undecided", 2), {}, Decision("classes", 3, "classes")),
        (Decision("distinct", 4), {}, Decision("distinct", 4)),
        (Decision("distinct", 3), {}, Decision("distinct", 3, witnessed=True)),
        (Decision("none"), {"classes_named": 1}, Decision("none")),
        (Decision("none"), {"classes_last": True}, Decision("none")),
        (Decision("none"), {"classes_smallest": 9}, Decision("none")),
    ],
)
def test_the_number_of_classes_is_followed_where_k_means_shows_no_gaps(
    before: Decision, changes: dict[str, Any], after: Decision
) -> None:
    assert by_classes(before, {**FACTS, **changes}, 1_000) == after


@pytest.mark.parametrize(
    ("decision", "changes", "at_most", "finer"),
    [
        (Decision("distinct", 2), {}, 12, True),
        (Decision("distinct", 3), {}, 12, False),
        (Decision("distinct", 2, "mixture"), {}, 12, False),
        (Decision("slices"), {}, 12, False),
        (Decision("distinct", 2), {"classes_last": True}, 12, False),
        (Decision("distinct", 2), {"classes_smallest": 9}, 12, False),
        (Decision("distinct", 2), {}, 2, False),
    ],
)
def test_latent_classes_are_recommended_at_their_own_number_where_it_is_finer_than_the_gaps(
    decision: Decision, changes: dict[str, Any], at_most: int, finer: bool
) -> None:
    assert classes_finer(decision, {**FACTS, **changes}, 10, at_most) == finer


def test_the_reasons_say_on_which_evidence_the_number_stands() -> None:
    said = classes_reasons(FACTS, 500, 900, "")
    assert "better by 3 groups than by any other number" in said[0]
    assert "all 19 artificial data sets" in said[1]
    assert "0.84 a customer against at most 0.33" in said[1]
    assert said[-1] == "This rests on a random sample of 500 customers of 900."
    assert asked_beside(FACTS, 3).endswith("name the same number: 3.")
    assert asked_beside(FACTS, 2).endswith("name 3.")
    assert "columns that go together in pairs are enough" in asked_beside(
        FACTS | {"classes_named": 1, "classes_tried": 1}, 2
    )
    assert "need 3 or more" in asked_beside(FACTS | {"classes_last": True}, 2)
    assert asked_beside({}, 2) == ""


def test_a_table_of_one_customer_a_row_is_all_that_is_looked_at() -> None:
    Z, levels = planted(seed=3)
    frame = pd.DataFrame(Z)
    assert named_number(frame.to_numpy(), levels).k == named_number(Z, levels).k == 3
