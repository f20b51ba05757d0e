"""Categories on the pages: one click lets them take part, Prepare shows and weighs them, Score offers their levels."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from pages.parts.compare.memory import CompareMemory
from segmentation.core.settings import ColumnPrep, KSettings, PrepSettings
from segmentation.evaluation.choose_k import compare
from segmentation.evaluation.evidence import Evidence, EvidenceSettings, gather, under_limits
from segmentation.evaluation.evidence.verdict import Decision
from segmentation.personas import describe
from segmentation.preparation import learn
from segmentation.store import save
from tests.small_mixed import mixed

Open = Callable[..., AppTest]
QUICK = EvidenceSettings(references=5, resamples=5, n_init=1)
PAGES = Path(__file__).resolve().parents[2] / "pages"


@pytest.fixture(autouse=True)
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder of saved models."""
    monkeypatch.setenv("SEGMENTATION_MODELS", str(tmp_path / "models"))
    return tmp_path / "models"


@pytest.fixture(scope="module")
def stages() -> dict[str, Any]:
    m = mixed()
    return {
        "features": m.features,
        "recipe": m.recipe,
        "comparison": compare(m.features, m.recipe, KSettings(k_max=4, n_init=3)),
    }


@pytest.fixture(scope="module")
def gathered(stages: dict[str, Any]) -> Evidence:
    return gather(stages["features"], stages["recipe"], stages["comparison"], QUICK)


def said(test: AppTest) -> str:
    kinds = ("title", "header", "subheader", "markdown", "caption", "info", "warning", "error")
    return "\n".join(str(item.value) for kind in kinds for item in test.get(kind)).replace("\\", "")


def test_one_click_lets_the_columns_of_few_values_take_part(app: Open) -> None:
    test = app("data")
    test.file_uploader[0].upload("customers.csv", mixed().frame.to_csv(index=False).encode()).run()
    assert "3 columns of few values only describe the segments: Contract, Internet and Satisfaction." in said(test)
    test.button(key="roles-take-part").click().run()
    assert not test.exception
    studio = test.session_state["studio"]
    assert {studio.roles[name] for name in ("Contract", "Internet", "Satisfaction")} == {"category"}
    assert [block.column for block in studio.features.blocks] == ["Contract", "Internet", "Satisfaction"]
    assert "roles-take-part" not in {button.key for button in test.button}


def test_prepare_shows_the_levels_and_a_weight_is_taken_and_told(app: Open, stages: dict[str, Any]) -> None:
    test = app("prepare", features=stages["features"])
    assert not test.exception
    test.selectbox(key=f"prepare-column-{stages['features'].fingerprint[:8]}").set_value("Contract").run()
    assert not test.exception
    assert "All levels of Contract together count as one column." in said(test)
    place = stages["features"].inputs.index("Contract")
    key = f"prepare-own-{stages['features'].fingerprint[:8]}-{place}-weight"
    test.slider(key=key).set_value(2.0).run()
    assert not test.exception
    studio = test.session_state["studio"]
    assert studio.prep.columns == {"Contract": ColumnPrep(weight=2.0)}
    assert studio.recipe.weighed == ("Contract",)
    assert "It counts as 2 columns, as you chose." in said(test)
    assert "With this weight, 4 segments agree to" in said(test)


def test_a_category_that_was_left_out_can_be_kept_again(app: Open, stages: dict[str, Any]) -> None:
    test = app("prepare", features=stages["features"], prep=PrepSettings(columns={"Region": ColumnPrep(keep=False)}))
    assert not test.exception
    place = stages["features"].inputs.index("Region")
    test.button(key=f"keep-{stages['features'].fingerprint[:8]}-{place}").click().run()
    assert not test.exception
    assert test.session_state["studio"].recipe.inputs[-1] == "Region"


def test_segments_tell_shares_of_levels(app: Open, stages: dict[str, Any]) -> None:
    test = app("segments", **stages, k=3)
    assert not test.exception
    assert "have “Month-to-month” as Contract, against 43.4" in said(test)
    assert "600 customers · 5 features · 3 segments" in said(test)


def test_one_customer_is_typed_with_select_boxes_and_explained(app: Open, models: Path) -> None:
    m = mixed()
    save(m.made, describe(m.made, m.features), "plans", models)
    test = app("score")
    assert not test.exception
    boxes = {box.key: box for box in test.selectbox}
    key = next(name for name in boxes if name.endswith("-Contract"))
    prefix = key.removesuffix("Contract")
    assert boxes[key].options == ["Month-to-month", "One year", "Two year"]
    test.selectbox(key=key).set_value("One year")
    test.selectbox(key=f"{prefix}Internet").set_value("Radio link")
    test.selectbox(key=f"{prefix}Satisfaction").set_value("low")
    test.text_input(key=f"{prefix}spend").set_value("120").run()
    assert not test.exception
    assert "4 of 5 values" in said(test)
    assert "Region is not known, so it counts as the mix of everyone." in said(test)
    assert "Contract from “One year” to “Month-to-month”" in said(test)


def test_a_typical_customer_fills_the_select_boxes(app: Open, models: Path) -> None:
    m = mixed()
    save(m.made, describe(m.made, m.features), "plans", models)
    test = app("score")
    start = next(box for box in test.selectbox if str(box.key).endswith("-start"))
    start.set_value(2).run()
    assert not test.exception
    contract = next(box for box in test.selectbox if str(box.key).endswith("-Contract"))
    assert contract.value == "One year"


def test_where_most_columns_are_categories_latent_classes_are_recommended_and_one_click_away(
    app: Open, stages: dict[str, Any], gathered: Evidence
) -> None:
    test = app("choose_k", **stages, evidence=gathered)
    assert not test.exception
    assert "Most columns are categories: *latent classes* are recommended for them" in said(test)
    k = gathered.recommended_k
    button = test.button(key="verdict-compare")
    assert button.label == f"Compare with the latent classes of {k}"
    button.click().run()
    assert not test.exception
    assert next(box.value for box in test.selectbox if box.label == "Method") == "classes"
    (wanted,) = test.session_state["studio"].memory_of(CompareMemory).suggested
    assert (wanted.method, wanted.settings["k"]) == ("classes", k)


def test_the_number_of_latent_classes_the_segments_and_their_evidence_agree(
    app: Open, stages: dict[str, Any], gathered: Evidence, settle: Callable[..., AppTest]
) -> None:
    facts = {**gathered.facts, "classes_named": 3, "classes_smallest": 120, "classes_gain": 0.8, "trait_gain": 0.3}
    facts["classes_gains"] = (0.0, 0.5, 0.8, 0.6, 0.4)
    changed = replace(gathered, verdict="classes", decision=Decision("classes", 3, "classes"), facts=facts)
    evidence = under_limits(changed, stages["comparison"])
    test = app("choose_k", **stages, evidence=evidence)
    assert not test.exception
    assert "Groups by categories: 3 groups, told by the categories that go together" in said(test)
    assert "The personas that K-means would give at this number" in said(test)
    less = "so many latent classes describe less well which levels go together (penalised likelihood 0.800 → 0.500)"
    assert f"**Why not 2?** Because {less}." in said(test)
    assert "silhouette 0" not in said(test).partition("**Why not 2?**")[2][:400]
    test.button(key="next-segments").click().run()
    assert not test.exception
    settle(test)
    test.switch_page(str(PAGES / "segments.py")).run()
    studio = test.session_state["studio"]
    assert studio.segmentation.settings["method"] == "classes"
    assert studio.segmentation.k == 3
    assert "600 customers fall into 3 personas" in said(test)
    assert "Groups by categories: 3 groups" in said(test)
    assert "has not been tested" not in said(test)


def test_the_verdict_says_which_columns_count_otherwise(app: Open, stages: dict[str, Any]) -> None:
    recipe = learn(stages["features"], PrepSettings(columns={"Contract": ColumnPrep(weight=2.0)}))
    comparison = compare(stages["features"], recipe, KSettings(k_max=3, n_init=1))
    evidence = gather(stages["features"], recipe, comparison, QUICK)
    test = app("choose_k", features=stages["features"], recipe=recipe, comparison=comparison, evidence=evidence)
    assert not test.exception
    assert "Counted otherwise than as one column, by choice: Contract as 2." in said(test)
