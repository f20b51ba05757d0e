"""Two versions side by side, with values that can be worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from segmentation.core.settings import PrepSettings
from segmentation.core.tables import FeatureInfo
from segmentation.evaluation.final import fit
from segmentation.personas import Persona
from segmentation.store import Difference, SavedModel, compare_models, load, save
from tests.small import features_of

ABOUT = {"age": FeatureInfo("age", "Age", "years"), "spend": FeatureInfo("spend", "Spend", "€", "money")}
UNSCALED = PrepSettings(scale=False)
NAMES = ("Young", "Old", "Rich")


def saved(root: Path, columns: dict[str, list[float]], k: int, names: tuple[str, ...], **prep: object) -> SavedModel:
    features = features_of(columns, **{name: ABOUT.get(name, FeatureInfo(name)) for name in columns})
    made = fit(features, replace(UNSCALED, **prep), k)  # type: ignore[arg-type]
    personas = tuple(
        Persona(number, names[number - 1], names[number - 1], (), made.sizes[number - 1], made.shares[number - 1])
        for number in made.segments
    )
    return load(save(made, personas, "people", root), root)


@pytest.fixture
def first(tmp_path: Path) -> SavedModel:
    """Three young customers around 1 year, two old ones around 9."""
    return saved(tmp_path, {"age": [0, 1, 2, 8, 10], "spend": [0, 0, 0, -1, 1]}, 2, NAMES)


def test_the_same_version_is_said_to_be_the_same(first: SavedModel) -> None:
    found = compare_models(first, first)
    assert found.sentences == ("Nothing changed but when they were saved, and their texts.",)
    assert not found.facts["changed"].any()
    assert not found.columns["changed"].any()
    assert found.segments["moved"].tolist() == [0.0, 0.0]


def test_columns_that_are_only_spelt_otherwise_are_the_same(first: SavedModel, tmp_path: Path) -> None:
    columns: dict[str, list[float]] = {"SPEND": [0, 0, 0, -1, 1], "Age ": [0, 1, 2, 8, 10]}
    found = compare_models(first, saved(tmp_path, columns, 2, NAMES))
    assert found.sentences == ("Nothing changed but when they were saved, and their texts.",)
    assert found.segments["moved"].tolist() == [0.0, 0.0]
    assert not found.columns["changed"].any()
    assert len(found.centres) == 4
    assert (found.centres["first"] == found.centres["second"]).all()


def test_names_sizes_and_centres_that_changed_are_said(first: SavedModel, tmp_path: Path) -> None:
    columns = {"age": [0.0, 1, 2, 9, 11, 10], "spend": [0.0, 0, 0, -1, 1, 0]}
    found = compare_models(first, saved(tmp_path, columns, 2, ("Young", "Elders")))
    assert found.sentences == (
        "Made from 6 customers instead of 5.",
        "“Old” is called “Elders”.",
        "Other sizes: “Young” from 60.0 % to 50.0 % of customers and “Elders” from 40.0 % to 50.0 % of customers.",
        "Other centres: “Elders”.",
    )
    rows = found.segments.set_index("second")
    assert rows.loc["Elders", ["first", "first_size", "second_size"]].tolist() == ["Old", 2, 3]
    assert rows.at["Elders", "moved"] == pytest.approx(1.0)  # from 9 to 10 years, not scaled
    assert rows.at["Young", "moved"] == pytest.approx(0.0)
    top = found.centres.iloc[0]
    assert top.tolist() == ["Elders", "Age", 9.0, 10.0, "9 years", "10 years", 1.0]
    assert len(found.centres) == 4
    assert not found.columns["changed"].any()  # the same steps, though the middle age is another
    assert found.columns["second"].tolist()[0] == "Gaps become 5.5 years; minus 0, divided by 1"


def test_a_persona_more_and_a_persona_less_are_named(first: SavedModel, tmp_path: Path) -> None:
    columns = {"age": [0.0, 1, 2, 8, 10, 9], "spend": [0.0, 0, 0, -1, 1, 90]}
    other = saved(tmp_path, columns, 3, NAMES)
    found = compare_models(first, other)
    assert found.sentences[0] == "3 personas instead of 2."
    assert "New: “Rich”." in found.sentences
    assert found.segments["second"].ne("").sum() == 3
    back = compare_models(other, first)
    assert back.sentences[0] == "2 personas instead of 3."
    assert "No longer there: “Rich”." in back.sentences


def test_other_features_are_named_and_nothing_is_matched(first: SavedModel, tmp_path: Path) -> None:
    other = saved(tmp_path, {"age": [0, 1, 2, 8, 10], "visits": [0, 0, 0, 5, 5]}, 2, NAMES)
    found = compare_models(first, other)
    assert found.sentences == (
        "New among the features: visits.",
        "No longer among the features: Spend.",
        "They do not use the same features, so their personas cannot be told from one another.",
    )
    assert found.centres.empty
    assert (found.segments["first"] == "").sum() == 2
    columns = found.columns.set_index("column")
    assert columns.at["Spend", "second"] == "Not in it"
    assert columns.at["visits", "first"] == "Not in it"


def test_another_preparation_is_said_by_column(first: SavedModel, tmp_path: Path) -> None:
    other = saved(tmp_path, {"age": [0, 1, 2, 8, 10], "spend": [0, 0, 0, -1, 1]}, 2, NAMES, scale=True)
    found = compare_models(first, other)
    assert found.sentences[-1] == "Prepared in another way: Age and Spend."
    age = found.columns.set_index("column").loc["Age"]
    assert age["first"] == "Gaps become 2 years; minus 0, divided by 1"
    # mean 21 / 5 = 4.2, variance (4.2² + 3.2² + 2.2² + 3.8² + 5.8²) / 5 = 16.16
    assert age["second"] == f"Gaps become 2 years; minus 4.2, divided by {np.sqrt(16.16):.2f}"


def test_hostile_names_are_plain_text(first: SavedModel) -> None:
    evil = replace(first.personas[0], name="\u202e=HYPERLINK()\n<script>")
    found: Difference = compare_models(first, replace(first, personas=(evil, *first.personas[1:])))
    assert "“Young” is called “=HYPERLINK() <script>”." in found.sentences
