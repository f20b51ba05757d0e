"""Preparation: what each step learns, worked out by hand, and what must hold for every table."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st
from sklearn.preprocessing import PowerTransformer

from segmentation.core.errors import DataProblems, SegmentationError
from segmentation.core.settings import PREP_PRESETS, ColumnPrep, PrepSettings
from segmentation.core.tables import FeatureInfo, FeatureTable
from segmentation.preparation import Recipe, learn, to_sklearn
from tests.conftest import cases

PLAIN, RECOMMENDED = PREP_PRESETS["plain"], PREP_PRESETS["recommended"]


def table(**columns: list[float]) -> FeatureTable:
    frame = pd.DataFrame({name: np.array(values, dtype=float) for name, values in columns.items()})
    frame.index = pd.Index([f"c{row}" for row in range(len(frame))], name="customer")
    return FeatureTable(frame, tuple(FeatureInfo(name, name.title()) for name in frame), frame[[]])


def only(settings: PrepSettings, **columns: list[float]):
    (item,) = learn(table(**columns), settings).features
    return item


def test_missing_values_become_the_middle_value_and_the_scale_follows():
    item = only(PLAIN, age=[1.0, 3.0, math.nan, 8.0])
    # median of 1, 3, 8 is 3; then 1, 3, 3, 8: mean 3.75, variance (7.5625 + .5625 + .5625 + 18.0625) / 4 = 6.6875
    assert (item.fill, item.fill_rule, item.mean) == (3.0, "median", 3.75)
    assert item.scale == pytest.approx(math.sqrt(6.6875), rel=1e-15)
    assert item.reasons == ("1 missing value filled with 3 (the middle value).",)


@pytest.mark.parametrize(("rule", "expected"), [("median", 4.0), ("zero", 0.0), ("constant", -2.5), ("larger", 10.0)])
def test_every_way_of_filling(rule, expected):
    item = only(replace(PLAIN, fill=rule, fill_value=-2.5), days=[1.0, 4.0, 9.0, math.nan])
    assert item.fill == expected


def test_a_column_may_be_filled_in_its_own_way():
    own = replace(PLAIN, columns={"days": ColumnPrep(fill="constant", fill_value=99.0)})
    assert only(own, days=[1.0, math.nan, 5.0]).fill == 99.0


def test_caps_are_the_two_percentiles_of_the_filled_values():
    values = [*range(101)]
    item = only(replace(PLAIN, cap="all"), spend=values)
    assert (item.low, item.high) == (1.0, 99.0)
    assert item.reasons == ("2 values beyond the 1st and 99th percentile capped.",)
    assert item.used(np.array([-5.0, 50.0, 1e9])).tolist() == [1.0, 50.0, 99.0]
    assert item.is_capped(np.array([0.5, 1.0, 99.0, 99.5, math.nan])).tolist() == [True, False, False, True, False]


def test_automatic_caps_are_for_columns_with_values_far_outside():
    even, far = [*range(200)], [*range(199), 5000]
    assert only(replace(PLAIN, cap="auto"), spend=even).high is None
    assert only(replace(PLAIN, cap="auto"), spend=far).high == pytest.approx(197.01)


def test_true_and_false_are_never_capped_nor_transformed():
    item = only(replace(RECOMMENDED, cap="all", log="all", power="all"), loan=[0.0] * 99 + [1.0])
    assert (item.low, item.high, item.transform) == (None, None, "none")


def test_capping_never_makes_a_column_constant():
    item = only(replace(PLAIN, cap="all"), rare=[0.0] * 998 + [3.0, 7.0])
    assert (item.low, item.high) == (None, None)
    assert "Not capped" in item.reasons[0]


def test_skewed_values_from_zero_up_get_a_logarithm_and_others_stay():
    skewed = [float(2**power) for power in range(12)]
    item = only(replace(PLAIN, log="auto"), spend=skewed)
    assert item.transform == "log1p"
    # Above the lowest, 1, lie 1, 3, 7 … 2047: eleven distances, and a tenth of the way up stands the second, 3.
    assert (item.low, item.origin, item.step) == (1.0, 1.0, 3.0)
    assert item.before_scaling(np.array([1.0, 1 + 3 * (math.e - 1)])).tolist() == pytest.approx([0.0, 1.0])
    assert only(replace(PLAIN, log="auto"), age=[*range(12)]).transform == "none"


def test_a_later_negative_value_counts_as_zero_where_a_logarithm_is_taken():
    item = only(replace(PLAIN, log="all"), spend=[0.0, 1.0, 100.0])
    assert np.isfinite(item.apply(np.array([-1.0, -500.0]))).all()
    assert item.apply(np.array([-500.0])) == item.apply(np.array([0.0]))


def test_skewed_values_with_negatives_get_the_exponent_that_scikit_learn_finds():
    rng = np.random.default_rng(3)
    values = rng.exponential(10, 400) - 3
    item = only(replace(PLAIN, power="auto"), net=values.tolist())
    assert item.origin == np.median(values)
    assert item.step == np.median(np.abs(values - np.median(values)))  # none of the 400 is the middle itself
    measured = (values - item.origin) / item.step
    fitted = PowerTransformer(standardize=False).fit(measured.reshape(-1, 1))
    assert item.transform == "yeo-johnson"
    assert item.lmbda == fitted.lambdas_[0]
    np.testing.assert_allclose(
        item.before_scaling(values), fitted.transform(measured.reshape(-1, 1)).ravel(), rtol=1e-12, atol=1e-12
    )


@pytest.mark.parametrize("lmbda", [-1.5, 0.0, 0.5, 1.0, 2.0, 3.0])
def test_yeo_johnson_is_undone(lmbda):
    base = only(PLAIN, net=[-1.0, 2.0])
    item = replace(base, transform="yeo-johnson", lmbda=lmbda, mean=0.3, scale=2.0)
    values = np.array([-40.0, -1.0, -1e-9, 0.0, 1e-9, 0.7, 12.0])
    np.testing.assert_allclose(item.undo(item.apply(values)), values, rtol=1e-9, atol=1e-12)


def test_a_nearly_constant_column_is_not_blown_up_by_a_power():
    # As they are, the likelihood wants an exponent far beyond 5 for these values, and one lies 22 deviations out.
    values = np.array([-0.1] + [5.0 + 1e-4 * (place % 3) for place in range(500)])
    item = only(replace(PLAIN, power="all"), net=values.tolist())
    assert item.transform == "yeo-johnson"
    assert abs(item.lmbda) < 3
    assert np.abs(item.apply(values)).max() < 6


def test_no_power_is_taken_where_the_values_are_nearly_all_the_same():
    item = only(replace(PLAIN, power="all"), net=[-1.0] + [0.0] * 500 + [1e9])
    assert item.transform == "none"
    assert "No power transformation" in item.reasons[-1]


def test_one_of_each_pair_that_says_almost_the_same_goes_whatever_the_column_order():
    rng = np.random.default_rng(0)
    base = rng.normal(size=300)
    columns = {
        "total": base,
        "part": base + 0.1 * rng.normal(size=300),
        "copy": base + 0.15 * rng.normal(size=300),
        "other": rng.normal(size=300),
    }
    wish = replace(PLAIN, drop_correlated=True, correlated_from=0)
    found = {}
    for order in (["total", "part", "copy", "other"], ["other", "copy", "total", "part"]):
        recipe = learn(table(**{name: columns[name].tolist() for name in order}), wish)
        found[tuple(order)] = {item.name: (item.stand_in, item.correlation) for item in recipe.dropped}
        assert set(recipe.names) == {"total", "other"}
    first, second = found.values()
    assert first == second
    assert {name: partner for name, (partner, _) in first.items()} == {"part": "total", "copy": "total"}
    assert first["part"][1] == pytest.approx(np.corrcoef(columns["total"], columns["part"])[0, 1], abs=1e-9)


def test_with_few_columns_none_is_left_out_unless_asked():
    base = np.random.default_rng(0).normal(size=300)
    few = {"income": base, "score": base + 0.1, "spend": -base, "age": base**2, "size": base**3}
    wish = replace(PLAIN, drop_correlated=True)
    assert learn(table(**{name: values.tolist() for name, values in few.items()}), wish).dropped == ()
    more = few | {"copy": 2 * base}
    assert learn(table(**{name: values.tolist() for name, values in more.items()}), wish).dropped != ()


def test_a_column_is_only_dropped_for_one_that_stays():
    # a–b and b–c are close, a–c is not: b stands for both, so neither end is lost to a partner that goes too.
    angle = math.acos(0.92)
    rng = np.random.default_rng(1)
    x, y = np.linalg.qr(rng.normal(size=(500, 2)) - 0)[0].T
    x, y = x - x.mean(), y - y.mean()
    y = y - x * (x @ y) / (x @ x)
    x, y = x / np.linalg.norm(x), y / np.linalg.norm(y)
    at = {name: (math.cos(turn) * x + math.sin(turn) * y) for name, turn in (("a", -angle), ("b", 0.0), ("c", angle))}
    assert abs(at["a"] @ at["c"]) < 0.9
    recipe = learn(
        table(**{name: values.tolist() for name, values in at.items()}),
        replace(PLAIN, drop_correlated=True, correlated_from=0),
    )
    assert recipe.names == ("b",)
    assert {item.stand_in for item in recipe.dropped} == {"b"}


def test_the_user_may_keep_or_leave_out_a_column_against_the_rule():
    values = [1.0, 2.0, 3.0, 4.5]
    wish = replace(
        PLAIN, drop_correlated=True, correlated_from=0, columns={"a": ColumnPrep(keep=True), "b": ColumnPrep(keep=True)}
    )
    assert learn(table(a=values, b=values), wish).names == ("a", "b")
    out = replace(PLAIN, columns={"a": ColumnPrep(keep=False)})
    recipe = learn(table(a=values, b=values), out)
    assert recipe.names == ("b",)
    assert recipe.dropped[0].reason == "You left it out."


def test_constant_and_empty_columns_are_left_out_with_the_reason():
    nothing = [math.nan] * 4
    recipe = learn(table(same=[5.0] * 4, empty=nothing, age=[1.0, 2.0, 3.0, 9.0]), PLAIN)
    assert recipe.names == ("age",)
    reasons = {item.name: item.reason for item in recipe.dropped}
    assert reasons["same"].startswith("It is the same for every customer")
    assert reasons["empty"] == "It has no value at all."


def test_unscaled_features_keep_their_unit():
    recipe = learn(table(age=[1.0, 2.0, 6.0]), replace(PLAIN, scale=False))
    assert recipe.transform(pd.DataFrame({"age": [4.0]})).tolist() == [[4.0]]


@pytest.mark.parametrize(
    ("columns", "wish", "words"),
    [
        ({"age": [1.0, math.inf]}, PLAIN, "infinite"),
        ({"age": [3.0, 3.0]}, PLAIN, "No feature is left"),
        ({"age": []}, PLAIN, "no customer"),
        ({"net": [-5.0, 2.0, 9.0]}, replace(PLAIN, columns={"net": ColumnPrep(transform="log1p")}), "from 0 up"),
        ({"age": [1e308, -1e308, 1e308]}, PLAIN, "too large"),
    ],
)
def test_what_cannot_be_prepared_is_said_in_a_sentence(columns, wish, words):
    with pytest.raises(SegmentationError, match=words):
        learn(table(**columns), wish)


def test_missing_columns_are_all_named_with_the_closest_that_is_there():
    recipe = learn(table(balance=[1.0, 2.0], tenure=[3.0, 9.0]), PLAIN)
    with pytest.raises(DataProblems) as raised:
        recipe.transform(pd.DataFrame({"Balance ": [1.0], "x": [2.0]}))
    first, second = raised.value.problems
    assert (first.where, second.where) == ('Column "balance"', 'Column "tenure"')
    assert '"Balance"' in first.fix


def test_text_in_a_column_is_a_problem_and_true_false_is_not():
    recipe = learn(table(age=[1.0, 2.0], loan=[0.0, 1.0]), PLAIN)
    with pytest.raises(DataProblems, match="holds text"):
        recipe.transform(pd.DataFrame({"age": ["old"], "loan": [1.0]}))
    flags = pd.DataFrame({"age": [1], "loan": pd.array([True], dtype="boolean")})
    assert recipe.transform(flags).tolist() == recipe.transform(pd.DataFrame({"age": [1.0], "loan": [1.0]})).tolist()


def test_the_table_is_readable_and_tells_what_was_left_out():
    recipe = learn(table(same=[5.0] * 3, age=[1.0, math.nan, 6.0]), PLAIN)
    shown = recipe.table()
    assert shown["label"].tolist() == ["Age", "Same"]
    assert shown["missing becomes"].iloc[0] == 3.5
    assert shown["transformation"].tolist() == ["As it is", "Left out"]


FLOATS = st.floats(-1e6, 1e6, allow_nan=False).map(lambda value: round(value, 3)) | st.just(math.nan)
TABLES = st.integers(3, 30).flatmap(
    lambda rows: st.lists(st.lists(FLOATS, min_size=rows, max_size=rows), min_size=1, max_size=4)
)


def learned(columns: list[list[float]], wish: PrepSettings) -> tuple[pd.DataFrame, Recipe]:
    """A table and its recipe; tables that leave no feature are drawn again, and too many of them are a failure."""
    features = table(**{f"f{place}": values for place, values in enumerate(columns)})
    try:
        return features.frame, learn(features, wish)
    except SegmentationError:
        reject()


@settings(max_examples=cases(25, 60), deadline=None)
@given(TABLES, st.sampled_from([PLAIN, RECOMMENDED, replace(RECOMMENDED, cap="all", log="all", power="all")]))
def test_one_row_any_batch_and_any_order_of_rows_and_columns_give_the_same_bits(columns, wish):
    frame, recipe = learned(columns, wish)
    everyone = recipe.transform(frame)
    assert np.isfinite(everyone).all()
    one_by_one = np.vstack([recipe.transform(frame.iloc[[row]]) for row in range(len(frame))])
    turned = recipe.transform(frame[frame.columns[::-1]].iloc[::-1].assign(extra=1.0))[::-1]
    assert one_by_one.tobytes() == everyone.tobytes() == turned.tobytes()
    assert Recipe.from_dict(recipe.to_dict()) == recipe


@settings(max_examples=cases(12, 30), deadline=None)
@given(TABLES, st.sampled_from([PLAIN, RECOMMENDED]))
def test_the_notebook_pipeline_prepares_alike(columns, wish):
    frame, recipe = learned(columns, wish)
    np.testing.assert_allclose(to_sklearn(recipe).transform(frame), recipe.transform(frame), rtol=1e-9, atol=1e-9)


@settings(max_examples=cases(12, 30), deadline=None)
@given(TABLES)
def test_undoing_gives_the_filled_and_capped_values_back(columns):
    frame, recipe = learned(columns, RECOMMENDED)
    back = recipe.inverse_transform(recipe.transform(frame))
    for item in recipe.features:
        used = item.used(frame[item.name].to_numpy())
        np.testing.assert_allclose(back[item.name], used, rtol=1e-6, atol=1e-6 * max(1.0, np.abs(used).max()))


def test_the_published_credit_card_preparation_comes_out(shared_data: Path):
    frame = pd.read_csv(shared_data / "credit_card/CC GENERAL.csv").set_index("CUST_ID").astype(float)
    recipe = learn(FeatureTable(frame, tuple(FeatureInfo(name) for name in frame), frame[[]]), PLAIN)
    fills = {item.name: item.fill for item in recipe.features}
    assert fills["MINIMUM_PAYMENTS"] == pytest.approx(312.343947, abs=1e-9)
    assert fills["CREDIT_LIMIT"] == 3000.0
    assert float((recipe.transform(frame) ** 2).sum()) == pytest.approx(152150, rel=1e-12)
