"""The evidence where categories take part: artificial data keeps levels, and levels alone are no groups."""

from __future__ import annotations

import numpy as np
import pandas as pd

import segmentation as seg
from segmentation.core.settings import KSettings, PrepSettings
from segmentation.core.tables import FeatureTable
from segmentation.evaluation.choose_k import search
from segmentation.evaluation.evidence.categories import echoes, levels_of, with_categories
from segmentation.evaluation.evidence.nulls import copula_of_columns
from segmentation.evaluation.evidence.result import Evidence
from segmentation.evaluation.evidence.settings import EvidenceSettings
from segmentation.evaluation.evidence.tables import gather
from segmentation.preparation import learn
from tests.small_mixed import mixed

QUICK = EvidenceSettings(resamples=8, references=5, nulls=19, n_init=1)


def judged(features: FeatureTable) -> Evidence:
    recipe = learn(features, PrepSettings())
    Z = recipe.transform(features.frame)
    return gather(features, recipe, search(Z, KSettings(k_max=5, n_init=3)), QUICK)


def test_data_without_groups_keeps_every_level_with_its_frequency_and_every_number() -> None:
    m = mixed()
    Z, levels = m.recipe.transform(m.features.frame), levels_of(m.recipe)
    drawn = copula_of_columns(Z, levels, np.random.default_rng(0))(np.random.default_rng(1))
    assert sorted(drawn[:, 0]) == sorted(Z[:, 0])
    for columns in levels.values():
        for made in (Z, drawn):
            assert made[:, columns].shape == (600, len(columns))
        before, now = (np.unique(made[:, columns], axis=0, return_counts=True) for made in (Z, drawn))
        assert (before[0] == now[0]).all()
        assert (before[1] == now[1]).all()


def test_two_columns_go_together_in_data_without_groups_as_one_trait_makes_them() -> None:
    rng = np.random.default_rng(3)
    trait = rng.normal(size=2000)
    codes = np.digitize(trait + 0.5 * rng.normal(size=2000), [-0.5, 0.5])
    Z = np.column_stack([trait, np.eye(3)[codes]])
    drawn = copula_of_columns(Z, {"c": np.array([1, 2, 3])}, rng)(rng)
    own, artificial = (np.corrcoef(made[:, 0], made[:, 3])[0, 1] for made in (Z, drawn))
    assert abs(own - artificial) < 0.05
    assert own > 0.5


def test_independent_categories_are_no_groups() -> None:
    rng = np.random.default_rng(7)
    frame = pd.DataFrame({f"c{place}": rng.choice(list("abc"), 500, p=[0.5, 0.3, 0.2]) for place in range(5)})
    evidence = judged(seg.features(frame, roles=dict.fromkeys(frame, "category")))
    assert (evidence.verdict, evidence.recommended_k) == ("none", 1)


def test_planted_groups_of_numbers_and_categories_are_found() -> None:
    evidence = judged(mixed().features)
    assert (evidence.verdict, evidence.recommended_k) == ("distinct", 3)
    assert evidence.facts["p_copula"] <= 0.05


def test_segments_that_are_only_the_values_of_a_category_are_called_so() -> None:
    rng = np.random.default_rng(1)
    contract = rng.choice(["a", "b", "c"], 300)
    frame = pd.DataFrame({"Contract": contract, "n": rng.normal(size=300) * 0.1 + 5 * (contract == "a")})
    features = seg.features(frame, roles={"Contract": "category", "n": "feature"})
    recipe = learn(features, PrepSettings())
    Z = recipe.transform(features.frame)
    comparison = search(Z, KSettings(k_max=4, n_init=3))
    assert echoes(Z, comparison.fits, levels_of(recipe))[3] == "Contract"
    evidence = gather(features, recipe, comparison, QUICK)
    told = " ".join(evidence.reasons)
    assert evidence.recommended_k != 3 or "no more than the values of Contract" in told


def test_levels_that_follow_from_each_other_are_one_block_of_columns() -> None:
    blocks = (np.array([0]), np.array([1, 4]), np.array([5]))
    joined = with_categories(blocks, {"c": np.array([1, 2, 3])})
    assert [block.tolist() for block in joined] == [[0], [1, 2, 3, 4], [5]]
