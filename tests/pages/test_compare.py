"""The Compare page: a method is one entry, one click makes its segments the ones in use, nothing is lost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from pages.parts.shared.memory import SegmentsMemory
from segmentation.clustering.methods import METHODS, Fit, Method
from segmentation.clustering.methods.base import number_by_size
from segmentation.core.settings import PREP_PRESETS, KSettings, Progress, option
from segmentation.core.tables import FeatureTable
from segmentation.data.vocabulary import describe_column
from segmentation.evaluation.choose_k import search
from segmentation.preparation import learn
from segmentation.reports import FORMATS

Settle = Callable[..., AppTest]


@dataclass(frozen=True)
class ToySettings:
    """A toy with one setting that no other method has."""

    k: int = option(3, "Number of segments", low=1, high=50)
    lean: float = option(0.5, "How far the slices lean (lean)", low=0.0, high=1.0)


def _toy(Z: np.ndarray, settings: ToySettings, progress: Progress | None) -> Fit:
    """Slices of equal size along the first feature."""
    raw = np.argsort(np.argsort(Z[:, 0] + settings.lean * Z[:, 1])) * settings.k // len(Z)
    centres = np.array([Z[raw == number].mean(axis=0) for number in range(settings.k)])
    labels, centres, _ = number_by_size(raw, centres)
    return Fit(settings.k, labels, centres, float(((Z - centres[labels - 1]) ** 2).sum()), 1)


TOY = Method("toy", "Slices", "Slices of equal size.", ToySettings, _toy, "the segment with the nearest middle")


@pytest.fixture(scope="module")
def made(fast: pd.DataFrame) -> dict[str, Any]:
    """Features, recipe and comparison of the small table."""
    frame = fast.set_index("CUST_ID").astype(np.float64)
    features = FeatureTable(frame, tuple(describe_column(name, frame[name]) for name in frame), frame[[]])
    recipe = learn(features, PREP_PRESETS["plain"])
    comparison = search(recipe.transform(frame), KSettings(k_max=4))
    return {"features": features, "recipe": recipe, "comparison": comparison}


@pytest.fixture(autouse=True)
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder of saved models."""
    monkeypatch.setenv("SEGMENTATION_MODELS", str(tmp_path))
    return tmp_path


@pytest.fixture
def page(app: Callable[..., AppTest], made: dict[str, Any], settle: Settle) -> AppTest:
    """The page with the comparison's three segments judged."""
    test = settle(app("compare", **made, k=3))
    assert not test.exception
    return test


def said(test: AppTest) -> str:
    kinds = ("title", "header", "markdown", "caption", "info", "warning", "error")
    return (
        "\n".join(str(item.value) for kind in kinds for item in test.get(kind)).replace("\\", "").replace("\xa0", " ")
    )


def table(test: AppTest) -> pd.DataFrame:
    return test.dataframe[0].value


def add(test: AppTest, settle: Settle, method: str, **values: Any) -> AppTest:
    test.selectbox(key="compare-method").set_value(method).run()
    for name, value in values.items():
        key = f"compare-{method}-{name}"
        next(item for kind in (test.number_input, test.slider) for item in kind if item.key == key).set_value(value)
    test.run()
    return settle(test.button(key="compare-go").click().run())


def take(test: AppTest, settle: Settle, title: str) -> AppTest:
    box = test.selectbox(key="compare-looked-at")
    box.set_value(next(key for key, shown in zip(_keys(test), box.options, strict=True) if title in shown)).run()
    return settle(test.button(key="compare-take").click().run())


def _keys(test: AppTest) -> list[str]:
    from pages.parts.compare.memory import CompareMemory

    return test.session_state["studio"].memory_of(CompareMemory).seen


def test_without_a_comparison_the_page_says_what_will_be_here(app) -> None:
    test = app("compare")
    assert [button.label for button in test.button] == ["Load your customers"]
    assert "results stand side by side" in said(test)


def test_the_comparisons_segments_are_there_from_the_start(page) -> None:
    assert len(table(page)) == 1
    assert "K-means, 3 segments – chosen on “How many groups”" in table(page).iloc[0, 0]
    assert "Add another way to see how far they agree" in said(page)


def test_a_method_registered_in_one_entry_is_in_the_menu_and_makes_a_row(
    app, made, settle, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(METHODS, TOY.name, TOY)
    test = settle(app("compare", **made, k=3))
    assert "Slices" in test.selectbox(key="compare-method").options
    test.selectbox(key="compare-method").set_value("toy").run()
    assert "Slices of equal size. A new customer belongs to the segment with the nearest middle." in said(test)
    add(test, settle, "toy", lean=0.0)
    row = table(test).iloc[1]
    assert row.iloc[0] == "Slices (lean 0), 3 segments"
    assert (row["k"], row["sizes"], row["assignment"]) == (3, "80 · 80 · 80", "the segment with the nearest middle")
    shown = {"silhouette", "calinski_harabasz", "davies_bouldin", "together", "between", "seconds", "reproduced"}
    assert shown <= set(table(test).columns)
    assert row[list(shown)].notna().all()
    assert "Slices (lean 0), 3 segments puts" in said(test)
    take(test, settle, "Slices")
    assert not test.exception
    assert test.session_state["studio"].segmentation.settings["method"] == "toy"


def test_the_usual_ones_are_all_tried_and_who_cannot_says_why(
    app, made, settle, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = {name: METHODS[name] for name in ("kmeans", "agglomerative", "dbscan")} | {"toy": replace(TOY, most_rows=100)}
    for name in list(METHODS):
        monkeypatch.delitem(METHODS, name)
    for name, method in few.items():
        monkeypatch.setitem(METHODS, name, method)
    test = settle(app("compare", **made, k=3))
    settle(test.button(key="compare-usual").click().run())
    assert not test.exception
    titles = table(test).iloc[:, 0].tolist()
    assert [title.split(",")[0].split(" (")[0] for title in titles[:2]] == ["K-means", "Hierarchical"]
    assert "it works for up to 100" in said(test)


def test_a_method_that_cannot_run_here_says_so_and_cannot_be_started(
    app, made, settle, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(METHODS, "toy", replace(TOY, most_rows=100))
    test = settle(app("compare", **made, k=3))
    test.selectbox(key="compare-method").set_value("toy").run()
    assert "too much memory for 240 customers; it works for up to 100" in said(test)
    assert test.button(key="compare-go").disabled


def test_agreement_moves_and_pictures_are_shown_for_two_ways(page, settle) -> None:
    add(page, settle, "agglomerative")
    for tab in ("Agreement", "Who moves where", "Pictures"):
        page.session_state["compare-tabs"] = tab
        page.run()
        assert not page.exception
        assert page.get("plotly_chart")
    assert "A picture, not the model" in said(page)
    assert [button.label for button in page.button if button.key == "compare-scatter"] == []
    page.segmented_control(key="compare-axes").set_value("tsne").run()
    assert "it shows clumps even where there are none" in said(page)
    assert not page.get("plotly_chart")
    settle(page.button(key="compare-scatter").click().run())
    assert page.get("plotly_chart")
    assert "t-SNE of all" in said(page)


def test_stability_is_measured_on_request_and_becomes_a_column(page, settle) -> None:
    assert "stability" not in table(page).columns
    settle(page.button(key="compare-measure").click().run())
    assert 0.9 < table(page)["stability"].iloc[0] <= 1
    assert all(button.key != "compare-measure" for button in page.button)


def test_segments_taken_over_are_used_everywhere_and_the_ones_before_come_back_with_their_names(
    page, app, settle
) -> None:
    take(page, settle, "K-means")
    studio = page.session_state["studio"]
    kmeans = studio.segmentation
    assert len(studio.personas) == 3  # Share and Score may be the next page
    from segmentation.personas import with_edits

    studio.personas = with_edits(studio.personas, {1: {"name": "My own name"}})
    add(page, settle, "dbscan", eps=1.5, min_samples=5)
    take(page, settle, "DBSCAN")
    other = studio.segmentation
    assert (other.settings["method"], other.noise > 0) == ("dbscan", True)
    assert len(studio.personas) == other.k
    titles = table(page).iloc[:, 0].tolist()
    assert "in use now" in titles[0]
    assert titles[0].startswith("DBSCAN")
    assert any(title.startswith("K-means, 3") for title in titles[1:])
    take(page, settle, "K-means")
    assert studio.segmentation.labels.equals(kmeans.labels)
    assert studio.personas[0].name == "My own name"
    take(page, settle, "DBSCAN")
    ways = [item.segmentation.settings["method"] for item in studio.memory_of(SegmentsMemory).before]
    assert sorted(ways) == ["dbscan", "kmeans"]  # they came back as the same ones, not as others that resemble them


def test_files_and_models_of_another_way_claim_nothing_of_the_test_on_kmeans(page, settle) -> None:
    from pages.parts.share.model import shared

    studio = page.session_state["studio"]
    take(page, settle, "K-means")
    assert shared(studio).known["comparison"] is studio.comparison
    assert any("sheet to type" in line for line in FORMATS["workbook"].has(studio.segmentation))
    add(page, settle, "agglomerative")
    take(page, settle, "Hierarchical")
    assert "comparison" not in shared(studio).known
    assert shared(studio).known["evidence"] is None
    book = FORMATS["workbook"]
    assert book.has(studio.segmentation) == book.contents
    assert any("sheet to type" in line for line in book.by_formulas)


def test_a_way_is_removed_and_a_new_preparation_clears_the_comparison(page, settle) -> None:
    from pages.ui import state

    add(page, settle, "agglomerative")
    assert len(table(page)) == 2
    page.button(key="compare-remove").click().run()
    assert len(table(page)) == 1
    studio = page.session_state["studio"]
    assert len(studio.ways) == 2
    state.put(studio, "recipe", learn(studio.features, PREP_PRESETS["recommended"]))
    assert studio.ways == ()
    assert "ways of grouping" in studio.message


def test_the_aid_of_a_method_is_drawn_on_request_with_its_caption(page, settle) -> None:
    page.selectbox(key="compare-method").set_value("dbscan").run()
    assert not page.get("plotly_chart")
    settle(page.button(key="compare-aid-start").click().run())
    assert page.get("plotly_chart")
    assert "Where the curve turns from flat to steep" in said(page)
    page.selectbox(key="compare-method").set_value("kmeans").run()
    assert not page.get("plotly_chart")
