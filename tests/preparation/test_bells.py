"""A column that is skewed because groups lie side by side in it is left as it is; a long tail is straightened."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm
from sklearn.mixture import GaussianMixture

from segmentation.core.settings import PREP_PRESETS, ColumnPrep
from segmentation.core.tables import FeatureInfo, FeatureTable
from segmentation.preparation import learn
from segmentation.preparation.bells import _log_slope, criterion

RNG = np.random.default_rng(3)
FIFTH = np.concatenate([RNG.normal(0, 1, 240), RNG.normal(7, 1, 60)])
LARGE_SMALL_TINY = np.concatenate([RNG.normal(0, 1, 320), RNG.normal(4, 1, 60), RNG.normal(7, 1, 20)])
GROUPS = {
    "a fifth": FIFTH,
    "80, 15 and 5 %": LARGE_SMALL_TINY,
    "a twentieth": np.append(RNG.normal(size=380), RNG.normal(6, 1, 20)),
}
TAILS = {
    "lognormal": np.exp(RNG.normal(size=400)),
    "exponential": RNG.exponential(size=400),
    "many with nothing": np.where(RNG.random(400) < 0.5, 0.0, np.exp(RNG.normal(size=400))),
    "t": RNG.standard_t(2, size=400),
    "counts": RNG.poisson(np.exp(RNG.normal(0.5, 1, 400))).astype(float),
    "a few extremes": np.concatenate([RNG.normal(size=390), np.full(10, 9.0) + RNG.normal(size=10)]),
    "a code": np.append(RNG.normal(40, 12, 114), np.full(6, 999.0)),
    "groups of one width in the logarithm": np.exp(np.append(RNG.normal(size=300), RNG.normal(5, 1, 100))),
    "two long tails": np.concatenate([np.exp(RNG.normal(0, 0.8, 300)), 40 + 9 * np.exp(RNG.normal(0, 0.8, 100))]),
}


def recipe_of(values: np.ndarray, **changes: object):
    frame = pd.DataFrame({"spend": values}, index=[f"c{row}" for row in range(len(values))])
    settings = PREP_PRESETS["recommended"]
    columns = {"spend": ColumnPrep(**changes)} if changes else {}  # type: ignore[arg-type]
    features = FeatureTable(frame, (FeatureInfo("spend"),), frame[[]])
    (item,) = learn(features, type(settings)(**{**settings.__dict__, "columns": columns})).features
    return item


def item_stays(values: np.ndarray) -> bool:
    return "Not straightened" in " ".join(recipe_of(values).reasons)


@pytest.mark.parametrize("name", GROUPS)
def test_groups_side_by_side_are_not_straightened_away(name: str) -> None:
    item = recipe_of(GROUPS[name])
    assert item.transform == "none"
    assert item.reasons[-1].startswith("Not straightened (skewness ")


def test_a_fifth_stays_as_far_apart_as_it_is() -> None:
    item = recipe_of(FIFTH)
    chosen = recipe_of(FIFTH, transform="yeo-johnson")  # who chooses it gets it
    kept, straightened = item.apply(FIFTH), chosen.apply(FIFTH)
    apart = [(one[240:].mean() - one[:240].mean()) / one[:240].std() for one in (kept, straightened)]
    assert apart[0] > 6
    assert apart[1] < 3


@pytest.mark.parametrize("name", TAILS)
def test_a_tail_is_no_group(name: str) -> None:
    assert not item_stays(TAILS[name])


@pytest.mark.parametrize(("factor", "shift"), [(0.01, 0.0), (1_000.0, -3.0), (-1.0, 5.0)])
@pytest.mark.parametrize("values", [*GROUPS.values()], ids=[*GROUPS])
def test_the_unit_and_the_direction_do_not_matter(values: np.ndarray, factor: float, shift: float) -> None:
    assert item_stays(factor * values + shift)


def test_what_is_missing_and_filled_is_no_curve() -> None:
    assert item_stays(np.append(FIFTH, np.full(100, np.nan)))


def test_of_many_customers_as_much_is_told_in_any_order() -> None:
    many = np.tile(FIFTH, 200) + np.random.default_rng(0).normal(0, 0.05, 200 * len(FIFTH))
    assert item_stays(many)
    assert item_stays(many[::-1])
    assert not item_stays(np.exp(np.random.default_rng(0).normal(size=60_000)))


def test_one_curve_is_worked_by_hand() -> None:
    # Mean 2, standard deviation 1: the values 1 and 3 have density φ(1) each; two numbers are fitted.
    assert criterion(np.array([1.0, 3.0]), 1) == pytest.approx(-2 * 2 * norm.logpdf(1.0) + 2 * np.log(2))


def test_three_curves_are_those_of_scikit_learn() -> None:
    model = GaussianMixture(3, covariance_type="tied", n_init=20, tol=1e-7, max_iter=1_000, random_state=0)
    theirs = model.fit(LARGE_SMALL_TINY[:, None]).bic(LARGE_SMALL_TINY[:, None])
    assert criterion(LARGE_SMALL_TINY, 3) == pytest.approx(theirs, abs=0.1)


@pytest.mark.parametrize("values", [TAILS["lognormal"], TAILS["lognormal"] - 2, LARGE_SMALL_TINY])
def test_the_slope_is_that_of_the_curve(values: np.ndarray) -> None:
    negative = values.min() < 0
    item = recipe_of(values, transform="yeo-johnson" if negative else "log1p", cap=False)
    at = np.quantile(values, [0.05, 0.3, 0.6, 0.95])
    step = 1e-6 * values.std()
    slope = (item.before_scaling(at + step) - item.before_scaling(at - step)) / (2 * step)
    assert _log_slope(at, item) == pytest.approx(np.log(slope), abs=1e-4)
