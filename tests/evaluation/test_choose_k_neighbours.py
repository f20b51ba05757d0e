"""Why 4 and not 5: what splits, what is gained, what becomes tiny or unstable."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from segmentation.core.settings import KSettings
from segmentation.evaluation.choose_k import Change, KComparison, Neighbour, neighbours, search, what_splits
from tests.matrices import blobs


@pytest.fixture(scope="module")
def comparison() -> KComparison:
    Z, _ = blobs(400, 4, features=4, apart=8.0)
    return search(Z, KSettings(k_max=5, min_share=0.2))


def test_what_splits_is_worked_by_hand() -> None:
    fewer = np.array([1, 1, 1, 1, 1, 2, 2, 2], dtype=np.int32)
    more = np.array([1, 1, 1, 3, 3, 2, 2, 1], dtype=np.int32)
    # Segment 1 goes to 1 (3 customers) and 3 (2); segment 2 to 2 (2) and 1 (1): the first is cut more evenly.
    assert what_splits(fewer, more) == (1, (1, 3))


def test_the_sentence_compares_with_one_more_and_one_fewer(comparison: KComparison) -> None:
    more, fewer = neighbours(comparison, 4)
    assert (more.other, fewer.other) == (5, 3)
    assert more.sentence.startswith("5 instead of 4 would mainly split segment ")
    assert "the silhouette falls from" in more.sentence
    assert "inertia falls by" in more.sentence
    assert "only" in more.sentence  # a half of a group is below the limit of 20 %
    assert "would mainly join segment" in fewer.sentence
    assert "inertia rises by" in fewer.sentence


def test_names_and_stability_are_told_where_they_are_known(comparison: KComparison) -> None:
    names = {k: {segment: f"Kind {k}.{segment}" for segment in range(1, k + 1)} for k in range(2, 6)}
    stability = pd.Series({3: 0.8, 4: 1.0, 5: 0.6})
    more, fewer = neighbours(comparison, 4, stability, names)
    assert "“Kind 4." in more.sentence
    assert ": of its 100 customers, 52 to “Kind 5." in more.sentence
    assert " and 48 to “Kind 5." in more.sentence
    assert "stability falls from 1.000 to 0.600" in more.sentence
    assert "join “Kind 4." in fewer.sentence


def test_of_latent_classes_their_own_criterion_speaks_not_the_figures_of_k_means(comparison: KComparison) -> None:
    gains = pd.Series({1: 0.0, 2: 0.5, 3: 0.8, 4: 0.795})
    more, fewer = neighbours(comparison, 3, pd.Series({2: 1.0, 3: 0.1, 4: 1.0}), classes=gains)
    assert more.verdict.startswith("Nothing measured speaks for or against it.")
    assert fewer.question == "Why not 2?"
    assert fewer.verdict == (
        "Because so many latent classes describe less well which levels go together (penalised likelihood 0.800 → "
        "0.500)."
    )
    assert fewer.what.startswith("With K-means, 2 instead of 3 would mainly join segment ")
    assert [change.figure for change in (*more.changes, *fewer.changes)] == ["classes", "classes"]
    assert fewer.sentence.endswith("; what latent classes gain over one class falls from 0.800 to 0.500.")
    assert neighbours(comparison, 5, classes=gains)[0].changes == ()


def test_the_heading_asks_why_not_only_where_something_speaks_against_it(comparison: KComparison) -> None:
    more, fewer = neighbours(comparison, 4)
    assert (more.question, fewer.question) == ("Why not 5?", "Why not 3?")
    assert more.verdict.startswith("Because customers would be told apart less clearly (silhouette 0.")
    # A fifth of 400 customers is 80; four groups of 100 cut once more leave at most 50 in the smaller half.
    assert [change.figure for change in more.against] == ["silhouette", "smallest"]
    better, same = Change("silhouette", 0.4, 0.5, "for"), Change("silhouette", 0.4, 0.401)
    assert Neighbour(4, 5, (better,), "", "").question == "5 instead?"
    assert Neighbour(4, 5, (better,), "", "").verdict == (
        "Nothing measured speaks against it, and customers would be told apart more clearly (silhouette 0.400 → "
        "0.500). Choose by which personas are of more use."
    )
    assert Neighbour(4, 5, (same,), "", "").verdict.startswith("Nothing measured speaks for or against it.")


def test_the_number_that_the_test_recommends_is_offered_with_what_speaks_against_it(comparison: KComparison) -> None:
    more, fewer = neighbours(comparison, 4, recommended=5)
    assert (more.question, fewer.question) == ("5 instead?", "Why not 3?")
    assert more.verdict.startswith("The test recommends it. Against it: customers would be told apart less clearly (")
    better = Change("silhouette", 0.4, 0.5, "for")
    assert Neighbour(4, 5, (better,), "", "", recommended=True).verdict == (
        "The test recommends it. For it: customers would be told apart more clearly (silhouette 0.400 → 0.500)."
    )


def test_a_doubtful_segment_speaks_against_a_number(comparison: KComparison) -> None:
    returns = pd.Series({3: 0.9, 4: 0.8, 5: 0.59})
    more, fewer = neighbours(comparison, 4, None, None, returns)
    assert "one segment hardly comes back with customers drawn anew (0.59)" in more.verdict
    assert "comes back" not in fewer.verdict
    # Where the chosen number has a doubtful segment itself, the other number is no worse for having one.
    assert "comes back" not in neighbours(comparison, 4, None, None, returns - 0.3)[0].verdict


def test_at_the_ends_of_the_range_there_is_one_neighbour(comparison: KComparison) -> None:
    assert [item.other for item in neighbours(comparison, 2)] == [3]
    assert [item.other for item in neighbours(comparison, 5)] == [4]


def test_an_inertia_of_nothing_is_no_percentage() -> None:
    three = np.array([[row % 3, 5.0 * (row % 3 == 1)] for row in range(60)])
    (fewer,) = neighbours(search(three, KSettings(k_min=2, k_max=5)), 3)
    assert "inertia is no longer zero" in fewer.sentence
    (more, *_) = neighbours(search(three, KSettings(k_min=2, k_max=5)), 2)
    assert "inertia falls to nothing" in more.sentence
