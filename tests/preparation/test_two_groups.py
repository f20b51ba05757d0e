"""A column that is skewed because some customers stand apart in it is left as it is; a long tail is straightened."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from segmentation.clustering.methods import kmeans
from segmentation.core.settings import PREP_PRESETS, ColumnPrep
from segmentation.core.tables import FeatureInfo, FeatureTable
from segmentation.preparation import learn
from segmentation.preparation.two_groups import best_cut, stand_apart

RNG = np.random.default_rng(3)
FIFTH = np.concatenate([RNG.normal(0, 1, 240), RNG.normal(7, 1, 60)])
TAILS = {
    "lognormal": np.exp(RNG.normal(size=400)),
    "exponential": RNG.exponential(size=400),
    "many with nothing": np.where(RNG.random(400) < 0.5, 0.0, np.exp(RNG.normal(size=400))),
    "t": RNG.standard_t(2, size=400),
    "counts": RNG.poisson(np.exp(RNG.normal(0.5, 1, 400))).astype(float),
    "a few extremes": np.concatenate([RNG.normal(size=390), np.full(10, 9.0) + RNG.normal(size=10)]),
    "two long tails": np.concatenate([np.exp(RNG.normal(0, 0.8, 300)), 40 + 9 * np.exp(RNG.normal(0, 0.8, 100))]),
}


def recipe_of(values: np.ndarray, **changes: object):
    frame = pd.DataFrame({"spend": values}, index=[f"c{row}" for row in range(len(values))])
    settings = PREP_PRESETS["recommended"]
    columns = {"spend": ColumnPrep(**changes)} if changes else {}  # type: ignore[arg-type]
    features = FeatureTable(frame, (FeatureInfo("spend"),), frame[[]])
    (item,) = learn(features, type(settings)(**{**settings.__dict__, "columns": columns})).features
    return item


def test_the_best_cut_is_worked_by_hand() -> None:
    # After the third value, 2 + 2 = 4 is left within; after the second 0.5 + 44.7, after the fourth 50 + 0.
    assert best_cut(np.array([0.0, 1.0, 2.0, 9.0, 11.0])) == 3


@given(st.lists(st.integers(-50, 50), min_size=3, max_size=30))
def test_the_best_cut_is_that_of_k_means(values: list[int]) -> None:
    assume(len(set(values)) > 2)
    ordered = np.sort(np.array(values, dtype=float))
    cut = best_cut(ordered)
    within = ((ordered[:cut] - ordered[:cut].mean()) ** 2).sum() + ((ordered[cut:] - ordered[cut:].mean()) ** 2).sum()
    assert within <= kmeans(ordered[:, None], 2, n_init=5, seed=0).inertia + 1e-9 * (1 + within)


def test_a_fifth_that_stand_apart_are_seen_and_not_straightened_away() -> None:
    assert stand_apart(FIFTH, 1.0)
    item = recipe_of(FIFTH)
    assert item.transform == "none"
    assert item.reasons[-1].startswith("Not straightened (skewness 1.")
    chosen = recipe_of(FIFTH, transform="yeo-johnson")  # who chooses it gets it
    kept, straightened = item.apply(FIFTH), chosen.apply(FIFTH)
    apart = [(one[240:].mean() - one[:240].mean()) / one[:240].std() for one in (kept, straightened)]
    assert apart[0] > 6
    assert apart[1] < 3


@pytest.mark.parametrize("name", TAILS)
def test_a_tail_is_no_group(name: str) -> None:
    assert not stand_apart(TAILS[name], 1.0)


@pytest.mark.parametrize(("factor", "shift"), [(0.01, 0.0), (1_000.0, -3.0), (-1.0, 5.0)])
def test_the_unit_and_the_direction_do_not_matter(factor: float, shift: float) -> None:
    for values in (FIFTH, *TAILS.values()):
        assert stand_apart(factor * values + shift, 1.0) == stand_apart(values, 1.0)


def test_of_many_customers_as_much_is_told_in_any_order() -> None:
    many = np.tile(FIFTH, 200) + np.random.default_rng(0).normal(0, 0.05, 200 * len(FIFTH))
    assert stand_apart(many, 1.0)
    assert stand_apart(many[::-1], 1.0)
    assert not stand_apart(np.exp(np.random.default_rng(0).normal(size=60_000)), 1.0)
