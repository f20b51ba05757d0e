"""The personas of every k, before one is chosen, are those of the Segments page."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from segmentation.ksearch import compare
from segmentation.model import build
from segmentation.personas import describe
from segmentation.preview import _standing, preview, preview_all
from segmentation.recipe import learn
from segmentation.settings import PREP_PRESETS, KSettings
from segmentation.tables import FeatureTable
from segmentation.vocabulary import describe_column


@pytest.fixture
def features(fast: pd.DataFrame) -> FeatureTable:
    frame = fast.set_index("CUST_ID").astype(np.float64)
    info = tuple(describe_column(name, frame[name]) for name in frame)
    return FeatureTable(frame, info, pd.DataFrame(index=frame.index))


def test_names_and_sizes_are_those_of_the_segments_page(features: FeatureTable) -> None:
    recipe = learn(features, PREP_PRESETS["plain"])
    board = compare(features, recipe, KSettings(k_max=4))
    every = preview_all(features, recipe, board)
    assert set(every) == {2, 3, 4}
    for k, table in every.items():
        personas = describe(build(features, recipe, board.fits[k]), features)
        assert table["name"].tolist() == [persona.suggested_name for persona in personas]
        assert table["size"].tolist() == list(board.fits[k].sizes)
        assert table["share"].sum() == pytest.approx(1.0)


def test_traits_name_the_largest_differences_from_everyone(features: FeatureTable) -> None:
    recipe = learn(features, PREP_PRESETS["plain"])
    table = preview(features, recipe, compare(features, recipe, KSettings(k_max=3)).fits[3])
    heavy = table[table["traits"].str.contains("Cash advances? high", regex=True)]
    assert len(heavy) == 1
    assert all(len(traits.split(", ")) == 3 for traits in table["traits"])


def test_a_trait_is_called_high_or_low_only_where_the_difference_is_clear() -> None:
    told = [_standing(effect) for effect in (-1.2, -0.5, -0.4, -0.05, 0.0, 0.1, 0.49, 0.5)]
    assert told == ["low", "low", "somewhat low", "average", "average", "somewhat high", "somewhat high", "high"]
