"""The personas of every k, before one is chosen, are those of the Segments page."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from segmentation.clustering.model import build
from segmentation.core.settings import PREP_PRESETS, KSettings
from segmentation.core.tables import FeatureTable
from segmentation.data.vocabulary import describe_column
from segmentation.evaluation.choose_k import compare
from segmentation.personas import describe
from segmentation.personas.naming import name_segments
from segmentation.personas.preview import _standing, preview, preview_all
from segmentation.personas.profiles import standard_differences
from segmentation.preparation import learn


@pytest.fixture
def features(fast: pd.DataFrame) -> FeatureTable:
    frame = fast.set_index("CUST_ID").astype(np.float64)
    info = tuple(describe_column(name, frame[name]) for name in frame)
    return FeatureTable(frame, info, pd.DataFrame(index=frame.index))


def test_names_and_sizes_are_those_of_the_segments_page(features: FeatureTable) -> None:
    recipe = learn(features, PREP_PRESETS["plain"])
    comparison = compare(features, recipe, KSettings(k_max=4))
    every = preview_all(features, recipe, comparison)
    assert set(every) == {2, 3, 4}
    for k, table in every.items():
        personas = describe(build(features, recipe, comparison.fits[k]), features)
        assert table["name"].tolist() == [persona.suggested_name for persona in personas]
        assert table["size"].tolist() == list(comparison.fits[k].sizes)
        assert table["share"].sum() == pytest.approx(1.0)


def test_traits_are_what_the_name_rests_on_and_then_the_largest_differences(features: FeatureTable) -> None:
    recipe = learn(features, PREP_PRESETS["plain"])
    fit = compare(features, recipe, KSettings(k_max=4)).fits[4]
    table = preview(features, recipe, fit).set_index("segment")
    assert all(len(traits.split(", ")) == 3 for traits in table["traits"])
    heavy = table[table["name"].str.startswith("Cash-advance heavy")]
    assert heavy["traits"].str.contains("Cash advances? high", regex=True).all()

    effects = standard_differences(recipe.transform(features.frame), fit.labels, recipe.names)
    means = features.frame[list(recipe.names)].groupby(fit.labels).mean()
    named = name_segments(effects, means, features.info, dict(enumerate(fit.sizes, start=1)))
    labels = {item.name: item.label for item in features.info}
    moved = 0
    for segment, traits in table["traits"].items():
        rests = [labels[name] for name in named[segment].features[:3]]
        told = [trait.removesuffix(" high").removesuffix(" low") for trait in traits.split(", ")]
        assert [trait.removesuffix(" somewhat") for trait in told[: len(rests)]] == rests
        largest = effects.loc[segment].abs().sort_values(ascending=False).index[: len(rests)]
        moved += rests != [labels[name] for name in largest]
    assert moved > 0  # otherwise this data would not tell the two apart


def test_a_trait_is_called_high_or_low_only_where_the_difference_is_clear() -> None:
    told = [_standing(effect) for effect in (-1.2, -0.5, -0.4, -0.05, 0.0, 0.1, 0.49, 0.5)]
    assert told == ["low", "low", "somewhat low", "average", "average", "somewhat high", "somewhat high", "high"]
