"""What a weight changes: nothing at 1, everything where one column decides."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score

from segmentation.core.settings import ColumnPrep, PrepSettings
from segmentation.core.tables import FeatureTable
from segmentation.data.vocabulary import describe_column
from segmentation.evaluation.weights import WeightChange, weight_change, weight_words
from tests.small_mixed import mixed


def corners() -> FeatureTable:
    """Four equal groups in the corners of a square: either column cuts it in two as well as the other."""
    rng = np.random.default_rng(0)
    place = np.array([[0, 0], [0, 1], [1, 0], [1, 1]]).repeat(50, axis=0)
    frame = pd.DataFrame(place + 0.05 * rng.normal(size=place.shape), columns=["a", "b"])
    return FeatureTable(frame, tuple(describe_column(name) for name in frame), frame[[]])


def test_a_weight_of_one_changes_nothing() -> None:
    prep = PrepSettings(columns={"Contract": ColumnPrep(weight=1.0)})
    change = weight_change(mixed().features, prep, "Contract", 3)
    assert change.agreement == 1.0
    assert change.before == change.after


def test_a_heavy_column_decides_where_two_groups_are_cut() -> None:
    features = corners()
    heavy_a, heavy_b = (
        weight_change(features, PrepSettings(columns={name: ColumnPrep(weight=4.0)}), name, 2) for name in ("a", "b")
    )
    assert heavy_a.after == heavy_b.after == (0.5, 0.5)
    # Without weights a or b decides by a hair; with them each decides for itself, so one of the two must differ.
    assert sorted(round(change.agreement, 2) for change in (heavy_a, heavy_b)) == pytest.approx([0.0, 1.0], abs=0.02)


def test_it_is_what_scikit_learn_finds_with_the_prepared_column_doubled() -> None:
    m = mixed()
    change = weight_change(m.features, PrepSettings(columns={"Contract": ColumnPrep(weight=4.0)}), "Contract", 3)
    Z = m.recipe.transform(m.features.frame)
    heavy = Z.copy()
    heavy[:, 1:4] *= 2
    plain, other = (KMeans(3, n_init=10, random_state=1).fit_predict(values) for values in (Z, heavy))
    assert change.agreement == pytest.approx(adjusted_rand_score(plain, other), abs=1e-9)


def test_the_change_is_told_in_two_sentences() -> None:
    assert weight_words(WeightChange(2, 0.8234, (0.6, 0.4), (0.7, 0.3), 100, 100)).replace("\u00a0", " ") == (
        "With this weight, 2 segments agree to 0.82 with those without it (adjusted Rand index: 1 is the same, 0 is "
        "chance). Sizes: 70.0 % and 30.0 %, instead of 60.0 % and 40.0 %."
    )
    assert "from 5,000 customers drawn at random" in weight_words(WeightChange(2, 1.0, (1.0,), (1.0,), 5000, 9000))
