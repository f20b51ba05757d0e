"""The segmentation: numbers, centres and percentiles worked out by hand, and the published credit-card segments."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from segmentation.clustering.assignment import nearest, squared_distances
from segmentation.clustering.methods import Fit
from segmentation.clustering.model import build
from segmentation.core.errors import SegmentationError
from segmentation.core.settings import PREP_PRESETS
from segmentation.evaluation.final import fit
from segmentation.preparation import learn
from tests.small import UNSCALED, credit_card_features, credit_card_segmentation, features_of, two_segments


def test_segment_one_is_the_largest_and_every_training_customer_has_a_number():
    made = two_segments()
    assert made.sizes == (3, 2)
    assert made.shares == (0.6, 0.4)
    assert made.labels.to_dict() == {"c1": 1, "c2": 1, "c3": 1, "c4": 2, "c5": 2}
    assert made.centres.tolist() == [[1.0, 0.0], [9.0, 0.0]]
    # (0-1)² + 0 + (2-1)² + (8-9)² + 1 + (10-9)² + 1 = 6
    assert made.inertia == 6.0
    assert made.settings == {"method": "kmeans", "k": 2, "n_init": 10, "seed": 42}
    assert made.metrics["reproduced"] == 1.0


def test_training_percentiles_leave_missing_values_out():
    seen = two_segments().training
    assert seen.index.tolist() == list(range(101))
    assert seen.loc[[0, 50, 100], "age"].tolist() == [0.0, 2.0, 10.0]
    assert seen.loc[[0, 50, 100], "spend"].tolist() == [-1.0, 0.0, 1.0]


def test_typical_values_are_the_centres_in_original_units():
    typical = two_segments().typical
    assert typical.loc[2].to_dict() == {"age": 9.0, "spend": 0.0}


def test_distances_and_the_nearest_centre_by_hand():
    squared = squared_distances(np.array([[1.0, 1.0], [5.0, 0.0]]), np.array([[1.0, 0.0], [9.0, 0.0]]))
    assert squared.tolist() == [[1.0, 65.0], [16.0, 16.0]]
    assert nearest(squared).tolist() == [1, 1]  # a tie goes to the larger segment


def test_a_customer_exactly_between_two_centres_is_counted_where_scoring_puts_it():
    features = features_of({"x": [0, 2, 4]})
    recipe = learn(features, UNSCALED)
    tied = Fit(2, np.array([1, 2, 2], dtype=np.int32), np.array([[0.0], [4.0]]), 4.0, 1)
    made = build(features, recipe, tied)
    assert made.labels.tolist() == [1, 1, 2]
    assert made.sizes == (2, 1)
    assert made.metrics["reproduced"] == pytest.approx(2 / 3)


@pytest.mark.parametrize(
    ("columns", "k", "words"),
    [
        ({"x": [1, 1, 2, 2]}, 3, "differ from each other"),
        ({"x": [5, 5, 5]}, 2, "No feature is left"),
        ({"x": [1, 2]}, 5, "number of customers"),
        ({"x": [1, math.inf]}, 2, "infinite"),
    ],
)
def test_what_cannot_be_segmented_is_said_in_one_sentence(columns, k, words):
    with pytest.raises(SegmentationError, match=words):
        fit(features_of(columns), None, k)


def test_an_unknown_method_names_those_there_are():
    with pytest.raises(SegmentationError, match="kmeans"):
        fit(features_of({"x": [1, 2, 3]}), None, 2, method="magic")


def test_a_fit_of_other_features_is_refused():
    features = features_of({"x": [1, 2, 3], "y": [3, 1, 2]})
    other = Fit(2, np.array([1, 1, 2], dtype=np.int32), np.array([[0.0], [4.0]]), 1.0, 1)
    with pytest.raises(SegmentationError, match="other features"):
        build(features, learn(features, PREP_PRESETS["plain"]), other)


def test_the_published_credit_card_segments_come_out(shared_data: Path):
    made, features = credit_card_segmentation(shared_data), credit_card_features(shared_data)
    assert made.sizes == (6114, 1561, 1275)
    assert f"{made.inertia:.4g}" == f"{111975.04:.4g}"
    assert f"{made.silhouette:.4f}" == "0.2510"
    shown = ["BALANCE", "PURCHASES", "CASH_ADVANCE", "CREDIT_LIMIT"]
    fills = {item.name: item.fill for item in made.recipe.features}
    means = features.frame[shown].fillna(fills).groupby(made.labels).mean()
    published = pd.DataFrame(
        [
            [807.72, 496.06, 339.00, 3267.02],
            [4023.79, 389.05, 3917.25, 6729.47],
            [2182.35, 4187.02, 449.75, 7642.78],
        ],
        index=means.index,
        columns=shown,
    )
    # The published means are rounded to the cent; a missing limit counts as the 3,000 it was filled with.
    pd.testing.assert_frame_equal(means.round(2), published, rtol=0, atol=0.0051)
