"""The final segments are the very ones compared, unless another fit is asked for."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import silhouette_score

from segmentation.core.settings import KSettings, PrepSettings
from segmentation.core.tables import FeatureInfo, FeatureTable
from segmentation.evaluation.choose_k import KComparison, search
from segmentation.evaluation.final import fit, is_of_comparison
from segmentation.preparation import Recipe, learn


@pytest.fixture(scope="module")
def made() -> tuple[FeatureTable, Recipe, KComparison]:
    rng = np.random.default_rng(2)
    frame = pd.DataFrame({"x": rng.normal(size=90) + np.repeat([0, 6, 12], 30), "y": rng.normal(size=90)})
    features = FeatureTable(frame, (FeatureInfo("x"), FeatureInfo("y")), pd.DataFrame(index=frame.index))
    recipe = learn(features, PrepSettings())
    return features, recipe, search(recipe.transform(frame), KSettings(k_max=4, n_init=3, seed=5))


def test_the_final_segments_are_those_that_the_board_showed(made: tuple[FeatureTable, Recipe, KComparison]) -> None:
    features, recipe, comparison = made
    seg = fit(features, recipe, 3, comparison=comparison)
    np.testing.assert_array_equal(seg.labels, comparison.fits[3].labels)
    assert seg.inertia == comparison.fits[3].inertia
    assert seg.silhouette == comparison.table["silhouette"][3]
    assert (seg.settings["n_init"], seg.settings["seed"]) == (3, 5)
    assert is_of_comparison(seg, comparison)


def test_a_fit_that_was_only_estimated_is_made_in_full(made: tuple[FeatureTable, Recipe, KComparison]) -> None:
    features, recipe, comparison = made
    full = comparison.fits[3]
    poor = np.where(np.arange(90) % 2 == 0, full.labels, 1).astype(np.int32)  # every second customer misplaced
    estimate = replace(full, labels=poor, inertia=10 * full.inertia, estimated=True)
    fits = {**comparison.fits, 3: estimate}
    rough = replace(comparison, table=comparison.table.assign(estimated=True), fits=fits)
    seg = fit(features, recipe, 3, comparison=rough)
    assert seg.inertia == pytest.approx(full.inertia)
    np.testing.assert_array_equal(seg.labels, full.labels)


def test_another_seed_is_another_fit_with_a_silhouette_measured_the_same_way(
    made: tuple[FeatureTable, Recipe, KComparison],
) -> None:
    features, recipe, comparison = made
    seg = fit(features, recipe, 3, n_init=2, seed=9)
    assert (seg.settings["n_init"], seg.settings["seed"]) == (2, 9)
    peer = silhouette_score(recipe.transform(features.frame), seg.labels)
    assert seg.silhouette == pytest.approx(peer, abs=1e-6)
    assert not is_of_comparison(fit(features, recipe, 6, n_init=1), comparison)
