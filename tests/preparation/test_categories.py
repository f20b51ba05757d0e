"""How a category is prepared: as much as one number, missing at the mix of everyone, the same bits for one row."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import segmentation as seg
from segmentation.core.errors import DataProblems, SegmentationError
from segmentation.core.settings import ColumnPrep, PrepSettings
from segmentation.preparation import Recipe, learn, to_sklearn
from segmentation.preparation.saved import prep_from_json, prep_to_json
from tests.conftest import cases
from tests.small_mixed import ROLES, mixed, mixed_table


def table_of(values: list[object], roles: str = "category") -> pd.DataFrame:
    return pd.DataFrame({"n": np.arange(len(values), dtype=float), "c": values})


def test_two_levels_count_exactly_as_yes_or_no_on_one_scale() -> None:
    frame = table_of(["a"] * 3 + ["b"] * 1).assign(flag=[0.0, 0.0, 0.0, 1.0])
    features = seg.features(frame, roles={"n": "feature", "c": "category", "flag": "feature"})
    recipe = learn(features, PrepSettings())
    Z = pd.DataFrame(recipe.transform(features.frame), columns=list(recipe.names))
    # Shares 3/4 and 1/4: each level has a variance of 3/16, together 3/8; a and b differ by (1 + 1) / (3/8) = 16/3.
    levels = Z[["c: a", "c: b"]].to_numpy()
    assert ((levels[0] - levels[3]) ** 2).sum() == pytest.approx(16 / 3)
    assert (Z["flag"][0] - Z["flag"][3]) ** 2 == pytest.approx(16 / 3)


def test_every_category_differs_as_much_between_two_customers_as_a_number() -> None:
    made = mixed()
    Z = made.recipe.transform(made.features.frame)
    assert len(made.recipe.blocks) == 4
    for block in made.recipe.blocks:
        places = [made.recipe.names.index(name) for name in block.features]
        assert Z[:, places].var(axis=0).sum() == pytest.approx(1.0)
        assert Z[:, places].mean(axis=0) == pytest.approx(0.0, abs=1e-12)


def test_what_is_missing_or_no_level_lies_at_the_mean_of_the_category() -> None:
    made = mixed()
    row = {"spend": 100.0, "Contract": None, "Internet": "Satellite", "Satisfaction": "vast", "Region": 9.0}
    z = made.recipe.transform(pd.DataFrame([row]))[0]
    assert z[1:].tolist() == [0.0] * 12


def test_columns_of_the_file_and_their_levels_are_prepared_to_the_same_bits_alone_and_together() -> None:
    made = mixed()
    Z = made.recipe.transform(made.features.frame)
    shuffled = made.frame.sample(frac=1.0, random_state=1)[list(made.frame.columns)[::-1]]
    assert (made.recipe.transform(made.frame) == Z).all()
    assert (made.recipe.transform(shuffled) == Z[shuffled.index]).all()
    alone = np.vstack([made.recipe.transform(made.frame.iloc[[place]]) for place in range(60)])
    assert (alone == Z[:60]).all()


def test_the_notebook_pipeline_prepares_alike() -> None:
    made = mixed()
    odd = pd.DataFrame(
        [{"spend": np.nan, "Contract": "?", "Internet": None, "Satisfaction": "high", "Region": 7.0},
         {"spend": 1.0, "Contract": "Two year", "Internet": "No", "Satisfaction": None, "Region": 1.0}]
    )  # fmt: skip
    for frame in (made.frame, odd):
        assert to_sklearn(made.recipe).transform(frame) == pytest.approx(made.recipe.transform(frame), abs=1e-12)


def test_the_notebook_pipeline_knows_other() -> None:
    frame = table_of(["a"] * 30 + ["b"] * 20 + [f"rare {number}" for number in range(20)] + [None] * 5)
    features = seg.features(frame, roles={"n": "feature", "c": "category"})
    recipe = learn(features, PrepSettings())
    assert recipe.blocks[0].answers == ("a", "b", "other")
    assert to_sklearn(recipe).transform(frame) == pytest.approx(recipe.transform(frame), abs=1e-12)


def test_a_recipe_read_back_from_plain_values_prepares_to_the_same_bits() -> None:
    made = mixed()
    again = Recipe.from_dict(made.recipe.to_dict())
    assert again == made.recipe
    assert (again.transform(made.frame) == made.recipe.transform(made.frame)).all()


def test_a_weight_of_four_doubles_a_column_and_one_changes_nothing() -> None:
    made = mixed()
    plain = made.recipe.transform(made.frame)
    for name, places in (("spend", [0]), ("Contract", [1, 2, 3])):
        weighed = learn(made.features, PrepSettings(columns={name: ColumnPrep(weight=4.0)}))
        Z = weighed.transform(made.frame)
        others = [place for place in range(Z.shape[1]) if place not in places]
        assert Z[:, places] == pytest.approx(2 * plain[:, places])
        assert (Z[:, others] == plain[:, others]).all()
        assert weighed.weighed == (name,)
        assert "counts as 4 columns" in " ".join(weighed.features[places[0]].reasons)
    one = learn(made.features, PrepSettings(columns={"spend": ColumnPrep(weight=1.0)}))
    assert (one.transform(made.frame) == plain).all()


@pytest.mark.parametrize("weight", [0.0, 0.2, 11.0, -1.0, float("nan")])
def test_a_weight_out_of_range_is_one_sentence(weight: float) -> None:
    with pytest.raises(SegmentationError, match="Weight of this column"):
        ColumnPrep(weight=weight)


def test_weights_are_saved_with_the_choices() -> None:
    prep = PrepSettings(columns={"Contract": ColumnPrep(weight=2.5, keep=True)})
    assert prep_from_json(prep_to_json(prep)) == prep


def test_a_category_can_be_left_out_and_comes_back_as_a_whole() -> None:
    made = mixed()
    recipe = learn(made.features, PrepSettings(columns={"Internet": ColumnPrep(keep=False)}))
    assert [item.name for item in recipe.dropped] == ["Internet"]
    assert recipe.inputs == ("spend", "Contract", "Satisfaction", "Region")
    assert learn(made.features, PrepSettings()) == made.recipe


def test_caps_fills_and_logarithms_leave_levels_alone() -> None:
    made = mixed()
    hard = PrepSettings(fill="zero", cap="all", log="all", power="all", drop_correlated=True, correlated_from=0)
    recipe = learn(made.features, hard)
    levels = [item for item in recipe.features if item.name != "spend"]
    plain = [item for item in made.recipe.features if item.name != "spend"]
    assert levels == plain


def test_without_one_scale_levels_are_plain_zeros_and_ones() -> None:
    made = mixed()
    Z = learn(made.features, PrepSettings(scale=False)).transform(made.frame.dropna())
    assert set(np.unique(Z[:, 1:4])) == {0.0, 1.0}


def test_a_table_without_the_column_is_told_the_column_and_not_its_levels() -> None:
    made = mixed()
    with pytest.raises(DataProblems) as caught:
        made.recipe.transform(made.frame.drop(columns="Contract"))
    assert str(caught.value).count("Contract") == 1


@settings(max_examples=cases(10, 25))
@given(st.integers(2, 9), st.integers(0, 10_000), st.floats(0, 0.4))
def test_no_category_outweighs_a_number_whatever_its_levels(levels: int, seed: int, missing: float) -> None:
    rng = np.random.default_rng(seed)
    codes = rng.choice(levels, 200, p=0.5 / levels + 0.5 * rng.dirichlet(np.ones(levels))).astype(object)
    codes = np.array([f"l{code}" for code in codes], dtype=object)
    codes[:2], codes[2:][rng.random(198) < missing] = ["l0", "l1"], None
    frame = pd.DataFrame({"n": rng.normal(size=200), "c": codes})
    features = seg.features(frame, roles={"n": "feature", "c": "category"})
    Z = learn(features, PrepSettings()).transform(features.frame)
    assert Z[:, 1:].var(axis=0).sum() == pytest.approx(1.0)


def test_numbers_are_prepared_to_the_same_bits_beside_categories_and_without_them() -> None:
    frame, _ = mixed_table()
    alone = seg.features(frame, roles={name: role for name, role in ROLES.items() if role != "category"})
    recipe = learn(replace(alone), PrepSettings())
    both = mixed().recipe
    assert recipe.features[0] == both.features[0]
    assert recipe.blocks == ()
    assert "blocks" not in recipe.to_dict()
