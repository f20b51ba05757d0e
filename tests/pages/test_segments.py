"""The Segments page: from the comparison to personas, edited, compared, downloaded and saved."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from pages.parts.segments import make
from pages.parts.shared.memory import SegmentsMemory
from segmentation import store
from segmentation.charts.palette import SEGMENT_COLOURS
from segmentation.core.errors import SegmentationError
from segmentation.core.own_process import run_behind
from segmentation.core.settings import PREP_PRESETS, KSettings
from segmentation.core.tables import FeatureTable
from segmentation.core.text import safe_label
from segmentation.data.vocabulary import describe_column
from segmentation.evaluation.choose_k import search
from segmentation.evaluation.final import fit
from segmentation.personas import customer_list, describe, match_segments, recognise, with_edits
from segmentation.personas.told import as_told
from segmentation.preparation import learn

TABS = ["Profiles", "Compare features", "Distances", "Picture", "Rules", "Descriptors"]


@pytest.fixture(scope="module")
def made(request: pytest.FixtureRequest) -> dict[str, Any]:
    """Features, recipe and comparison of the small table, with a hostile descriptor."""
    fast: pd.DataFrame = request.getfixturevalue("fast")
    frame = fast.set_index("CUST_ID").astype(np.float64)
    words = pd.DataFrame({"=region": np.where(frame["BALANCE"] > 1000, "=1+1", "<b>south")}, index=frame.index)
    info = tuple(describe_column(name, frame[name]) for name in frame)
    features = FeatureTable(frame, info, words, fingerprint="x")
    recipe = learn(features, PREP_PRESETS["plain"])
    comparison = search(recipe.transform(frame), KSettings(k_max=4))
    return {"features": features, "recipe": recipe, "comparison": comparison}


@pytest.fixture(autouse=True)
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder of saved models."""
    monkeypatch.setenv("SEGMENTATION_MODELS", str(tmp_path))
    return tmp_path


@pytest.fixture
def page(app: Callable[..., AppTest], made: dict[str, Any]) -> AppTest:
    test = app("segments", **made, k=3)
    assert not test.exception
    return test


def text_of(test: AppTest) -> str:
    return "\n".join(item.value for kind in (test.markdown, test.header, test.caption) for item in kind)


def open_tab(test: AppTest, name: str) -> AppTest:
    test.session_state["segments-tabs"] = name
    return test.run()


def test_without_customers_the_page_says_what_will_be_here_and_leads_there(app: Callable[..., AppTest]) -> None:
    test = app("segments")
    assert [button.label for button in test.button] == ["Load your customers"]


def test_without_a_comparison_the_page_leads_to_the_choice_of_k(
    app: Callable[..., AppTest], made: dict[str, Any]
) -> None:
    test = app("segments", features=made["features"], recipe=made["recipe"])
    assert [button.label for button in test.button] == ["Choose the number of groups"]


def test_the_segments_are_the_very_fit_of_the_comparison(page: AppTest, made: dict[str, Any]) -> None:
    comparison, seg = made["comparison"], page.session_state["studio"].segmentation
    assert seg.k == 3
    np.testing.assert_array_equal(seg.labels.to_numpy(), comparison.fits[seg.k].labels)
    assert seg.silhouette == comparison.table.loc[seg.k, "silhouette"]
    assert f"Mean silhouette {comparison.table.loc[seg.k, 'silhouette']:.3f}: 1 would be groups far apart" in text_of(
        page
    )


def test_the_answer_names_every_persona(page: AppTest) -> None:
    answer = page.markdown[0].value
    assert answer.startswith("Your 240 customers are divided into 3 personas")
    for persona in page.session_state["studio"].personas:
        assert safe_label(persona.name) in answer


def test_a_card_shows_sentences_evidence_and_what_speaks_against_it(page: AppTest) -> None:
    shown = text_of(page)
    for persona in page.session_state["studio"].personas:
        assert persona.sentences[0].split(":")[0] in shown
    assert shown.count("**What speaks against it**") == 3
    assert shown.count("**Ideas to test, not findings**") == 3


def test_another_number_of_personas_makes_other_segments(page: AppTest, made: dict[str, Any]) -> None:
    page.selectbox("segments-k").set_value(4).run()
    seg = page.session_state["studio"].segmentation
    assert seg.k == 4
    np.testing.assert_array_equal(seg.labels.to_numpy(), made["comparison"].fits[4].labels)
    assert len(page.session_state["studio"].personas) == 4


def test_a_persona_keeps_its_colour_when_the_number_changes(page: AppTest, made: dict[str, Any]) -> None:
    before = page.session_state["studio"].segmentation
    page.selectbox("segments-k").set_value(4).run()
    seg = page.session_state["studio"].segmentation
    assert (before.slots, seg.slots) == (made["comparison"].slots[3], made["comparison"].slots[4])
    styles = "".join(item.proto.body for item in page.get("html"))
    for number, slot in enumerate(seg.slots, start=1):
        assert f".st-key-persona-{number} {{ border-top: 5px solid {SEGMENT_COLOURS[slot - 1]}; }}" in styles
    kept = match_segments(before.labels, seg.labels)
    assert all(seg.slots[new - 1] == before.slots[old - 1] for new, (old, _) in kept.items())
    assert len(kept) == 3


def test_another_choice_on_the_comparison_wins_over_the_segments_in_use(page: AppTest) -> None:
    page.selectbox("segments-k").set_value(4).run()
    page.session_state["studio"].k = 2
    assert page.run().session_state["studio"].segmentation.k == 2
    page.selectbox("segments-k").set_value(3).run()
    assert page.run().session_state["studio"].segmentation.k == 3


def test_edited_names_and_texts_are_kept_and_follow_a_refit(page: AppTest, settle: Callable[..., AppTest]) -> None:
    page.text_input("edit-name-1").set_value("![x](http://h) Sleepers")
    page.text_area("edit-texts-1").set_value("They sleep.\n\nAlways.")
    next(button for button in page.button if button.label == "Keep these texts").click().run()
    first = page.session_state["studio"].personas[0]
    assert (first.name, first.sentences, first.edited) == (
        "![x](http://h) Sleepers", ("They sleep.", "Always."), ("name", "sentences")
    )  # fmt: skip
    assert "![x]" not in text_of(page)
    next(button for button in page.button if button.label == "Fit again" and button.key != "segments-refit").click()
    page.number_input("segments-seed").set_value(7)
    page.run()
    settle(page)
    again = page.session_state["studio"]
    assert again.segmentation.settings["seed"] == 7
    assert again.personas[0].name == "![x](http://h) Sleepers"
    assert not page.exception


def test_stability_measured_later_reaches_the_cards_and_keeps_the_edits(page: AppTest) -> None:
    page.text_input("edit-name-1").set_value("Sleepers")
    next(button for button in page.button if button.label == "Keep these texts").click().run()
    table = pd.DataFrame({"jaccard": [(0.9, 0.9), (0.92, 0.55, 0.8)]}, index=[2, 3])
    page.session_state["studio"].evidence = SimpleNamespace(
        table=table, verdict="slices", state="slices", method="kmeans", headline="", recommended_k=3, reasons=()
    )
    page.run()
    personas = page.session_state["studio"].personas
    assert [persona.stability for persona in personas] == [0.92, 0.55, 0.8]
    assert personas[0].name == "Sleepers"
    assert "mean Jaccard of 0.55" in text_of(page)
    assert any("often does not come back" in text for text in personas[1].against)


def test_two_personas_cannot_have_one_name(page: AppTest) -> None:
    other = page.session_state["studio"].personas[1].name
    page.text_input("edit-name-1").set_value(other)
    next(button for button in page.button if button.label == "Keep these texts").click().run()
    assert "Two personas would be called" in page.error[0].value


@pytest.mark.parametrize("name", TABS)
def test_every_tab_opens(page: AppTest, name: str) -> None:
    test = open_tab(page, name)
    assert not test.exception
    assert not test.error


@pytest.mark.parametrize("kind", ["radar", "spread", "means"])
def test_every_comparison_opens(page: AppTest, kind: str) -> None:
    open_tab(page, "Compare features")
    page.session_state["segments-comparison"] = kind
    assert not page.run().exception


def test_the_picture_says_that_it_is_not_the_model(page: AppTest) -> None:
    assert "A picture, not the model" in text_of(open_tab(page, "Picture"))


def test_the_rules_can_be_copied_as_a_filter(page: AppTest) -> None:
    open_tab(page, "Rules")
    assert page.code[0].value.startswith('("')
    assert "of them are this persona (precision)" in text_of(page)


def test_a_saved_model_keeps_the_edited_names(page: AppTest, models: Path) -> None:
    page.text_input("edit-name-2").set_value("Our own name")
    next(button for button in page.button if button.label == "Keep these texts" and "2" in str(button.form_id)).click()
    page.run()
    page.text_input("segments-name").set_value("cards")
    next(button for button in page.button if button.label == "Save as a new version").click()
    page.run()
    assert page.success[0].value == "Saved as cards/v1."
    saved = store.load("cards/v1", models)
    studio = page.session_state["studio"]
    assert saved.personas == as_told(studio.segmentation, studio.personas, studio.features)
    assert [item.name for item in saved.personas] == [item.name for item in studio.personas]
    assert saved.personas[1].name == "Our own name"
    next(button for button in page.button if button.label == "Save as a new version").click()
    page.run()
    assert "Nothing changed since cards/v1 was saved" in page.info[0].value
    assert store.saved_refs(models) == ("cards/v1",)


def saved_as(made: dict[str, Any], k: int, name: str, **changes: Any) -> store.SavedModel:
    """A model of the comparison at k, saved by another session whose user called segment 1 "Sleepers"."""
    seg = replace(fit(made["features"], made["recipe"], k, comparison=made["comparison"]), **changes)
    personas = with_edits(describe(seg, made["features"]), {1: {"name": "Sleepers", "sentences": "They sleep."}})
    return store.load(store.save(seg, personas, name))


def spelt_otherwise(made: dict[str, Any]) -> dict[str, Any]:
    """The same customers from a file with headings such as "Balance " where they were BALANCE."""
    before: FeatureTable = made["features"]
    spelt = {name: f"{name.capitalize().replace('_', ' ')} " for name in before.names}
    info = tuple(replace(item, name=spelt[item.name]) for item in before.info)
    features = replace(before, frame=before.frame.rename(columns=spelt), info=info)
    return {**made, "features": features, "recipe": learn(features, PREP_PRESETS["plain"])}


def names_of(test: AppTest) -> list[str]:
    return [persona.name for persona in test.session_state["studio"].personas]


def test_a_new_session_with_the_same_data_has_the_saved_names_by_itself(
    app: Callable[..., AppTest], made: dict[str, Any]
) -> None:
    saved = saved_as(made, 3, "cards")
    test = app("segments", **made, k=3)
    personas = test.session_state["studio"].personas
    assert personas[0].name == "Sleepers"
    assert personas[0].sentences == ("They sleep.",)
    assert names_of(test) == [persona.name for persona in saved.personas]
    assert "All 3 personas are the ones of cards, version 1" in text_of(test)
    test.selectbox("segments-names").set_value("").run()
    assert test.session_state["studio"].personas[0] == describe(
        test.session_state["studio"].segmentation, made["features"]
    )[0]  # fmt: skip
    assert "are the ones of" not in text_of(test)
    assert test.run().selectbox("segments-names").value == ""


def test_colours_of_other_data_are_taken_over_with_the_names_and_given_back(
    app: Callable[..., AppTest], made: dict[str, Any]
) -> None:
    saved = saved_as(made, 3, "cards", fingerprint="last month", slots=(7, 9, 8))
    test = app("segments", **spelt_otherwise(made), k=3)
    assert "Balance " in test.session_state["studio"].segmentation.feature_names
    own = test.session_state["studio"].segmentation.slots
    assert own == made["comparison"].slots[3]
    test.selectbox("segments-names").set_value(saved.ref).run()
    assert not test.exception
    studio = test.session_state["studio"]
    assert studio.segmentation.slots == (7, 9, 8)
    assert "Names, edited texts and colours were kept" in text_of(test)
    test.selectbox("segments-k").set_value(4).run()
    matched = recognise(saved.segmentation, studio.segmentation)
    assert {number: studio.segmentation.slots[number - 1] for number in matched} == {
        number: (7, 9, 8)[was - 1] for number, was in matched.items()
    }
    test.selectbox("segments-k").set_value(3).run()
    assert studio.segmentation.slots == (7, 9, 8)
    test.selectbox("segments-names").set_value("").run()
    assert studio.segmentation.slots == own


def test_the_choice_of_k_shows_the_colours_that_the_segments_will_have(
    app: Callable[..., AppTest], made: dict[str, Any]
) -> None:
    saved_as(made, 3, "cards", slots=(7, 9, 8))
    styles = " ".join(str(item.proto) for item in app("choose_k", **made, k=3).get("html"))
    assert SEGMENT_COLOURS[6] in styles
    assert SEGMENT_COLOURS[0] not in styles


def test_names_of_segments_by_another_method_are_kept_on_request_only(
    app: Callable[..., AppTest], made: dict[str, Any]
) -> None:
    saved = saved_as(made, 3, "cards", settings={"method": "spectral", "k": 3})
    test = app("segments", **made, k=3)
    assert "Sleepers" not in names_of(test)
    test.selectbox("segments-names").set_value(saved.ref).run()
    assert "Sleepers" in names_of(test)


def test_names_of_other_data_are_kept_on_request_only_and_an_edit_of_this_session_wins(
    app: Callable[..., AppTest], made: dict[str, Any]
) -> None:
    saved = saved_as(made, 3, "cards", fingerprint="last month")
    test = app("segments", **made, k=3)
    suggested = names_of(test)
    assert "Sleepers" not in suggested
    test.text_input("edit-name-2").set_value("Mine")
    [button for button in test.button if button.label == "Keep these texts"][1].click().run()
    test.selectbox("segments-names").set_value(saved.ref).run()
    assert names_of(test) == ["Sleepers", "Mine", suggested[2]]
    test.selectbox("segments-names").set_value("").run()
    assert names_of(test) == [suggested[0], "Mine", suggested[2]]


def test_with_another_k_the_personas_that_are_the_same_keep_their_names_and_the_others_are_new(
    app: Callable[..., AppTest], made: dict[str, Any]
) -> None:
    saved = saved_as(made, 3, "cards")
    test = app("segments", **made, k=4)
    studio = test.session_state["studio"]
    matched = recognise(saved.segmentation, studio.segmentation)
    assert 1 <= len(matched) <= 3
    before = {persona.segment: persona.name for persona in saved.personas}
    for persona in studio.personas:
        if persona.segment in matched:
            assert persona.name == before[matched[persona.segment]]
    assert len({name.casefold() for name in names_of(test)}) == 4
    assert f"{len(matched)} of 4 personas are the ones of cards, version 1;" in text_of(test)
    test.selectbox("segments-k").set_value(3).run()
    assert names_of(test) == list(before.values())


def test_stability_measured_later_keeps_the_names_of_the_saved_model(
    app: Callable[..., AppTest], made: dict[str, Any]
) -> None:
    saved = saved_as(made, 3, "cards")
    test = app("segments", **made, k=3)
    table = pd.DataFrame({"jaccard": [(0.9, 0.9), (0.92, 0.55, 0.8)]}, index=[2, 3])
    test.session_state["studio"].evidence = SimpleNamespace(
        table=table, verdict="slices", state="slices", method="kmeans", headline="", recommended_k=3, reasons=()
    )
    test.run()
    assert test.session_state["studio"].personas[1].stability == 0.55
    assert names_of(test) == [persona.name for persona in saved.personas]


def test_models_of_other_features_and_damaged_ones_are_not_offered(
    app: Callable[..., AppTest], made: dict[str, Any], models: Path
) -> None:
    assert not [box for box in app("segments", **made).selectbox if box.key == "segments-names"]
    saved_as(made, 3, "cards")
    (models / "cards/v1/params.json").write_text("{}")
    assert not [box for box in app("segments", **made).selectbox if box.key == "segments-names"]


def test_the_customer_list_has_every_column_of_the_file_and_no_formula(made: dict[str, Any], page: AppTest) -> None:
    from pages.parts.segments.keep import _customers

    studio = page.session_state["studio"]
    text = _customers(studio.segmentation, made["features"], studio.personas)
    frame = pd.read_csv(BytesIO(text))
    assert list(frame.columns) == ["CUST_ID", "segment", "persona", *made["features"].names, "'=region"]
    assert len(frame) == 240
    assert set(frame["'=region"]) == {"'=1+1", "<b>south"}
    plain = customer_list(studio.segmentation, made["features"], studio.personas)
    assert frame["segment"].tolist() == studio.segmentation.labels.tolist()
    assert plain["persona"].nunique() == 3
    assert frame["MINIMUM_PAYMENTS"].isna().sum() == 3


def test_a_rerun_without_new_work_is_quick(page: AppTest) -> None:
    page.run()
    begin = time.process_time()  # other work on the machine does not count
    page.run()
    assert time.process_time() - begin < 2.0


def test_a_card_opens_the_list_of_its_customers_narrowed_and_ready_to_take_away(page: AppTest) -> None:
    persona = page.session_state["studio"].personas[1]
    page.button("customers-2").click().run()
    assert not page.exception
    assert f"**{safe_label(persona.name)}**: {persona.size} customers" in [text.value for text in page.markdown]
    listed = next(
        table.value for table in page.dataframe if "CUST_ID" in table.value and len(table.value) == persona.size
    )
    assert not {"segment", "persona"} & set(listed.columns)
    files = [button.label for button in page.get("download_button")]
    assert "List for a mailing (CSV)" in files
    # The list was asked for once: the next run does not open it again.
    assert page.session_state["studio"].memory_of(SegmentsMemory).list_of == 0


def test_features_stand_in_the_order_in_which_they_set_the_personas_apart(page: AppTest) -> None:
    table = next(item.value for item in page.dataframe if "everyone" in item.value)
    assert list(table.columns[:2]) == ["label", "everyone"]
    assert table["1"].dtype == np.float64  # numbers, so that it sorts by them


def test_segments_that_were_only_estimated_are_made_on_all_customers_once(
    app: Callable[..., AppTest], settle: Callable[..., AppTest], made: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    monkeypatch.setattr(make, "run_behind", lambda *args, **named: asked.append(args) or run_behind(*args, **named))
    table = made["comparison"].table.assign(estimated=True)
    test = app("segments", **{**made, "comparison": replace(made["comparison"], table=table)}, k=3)
    for _ in range(3):
        test = settle(test)
    assert test.session_state["studio"].segmentation.k == 3
    assert len(asked) == 1
    test.selectbox("segments-k").set_value(4).run()
    for _ in range(2):
        test = settle(test)
    assert test.session_state["studio"].segmentation.k == 4
    assert len(asked) == 2


def test_a_fit_that_failed_is_said_and_not_tried_again_by_itself(
    app: Callable[..., AppTest], settle: Callable[..., AppTest], made: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def refuse(*args: Any, **named: Any) -> None:
        asked.append(args)
        raise SegmentationError("There was no room. Choose fewer segments.")

    monkeypatch.setattr(make, "run_behind", refuse)
    table = made["comparison"].table.assign(estimated=True)
    test = app("segments", **{**made, "comparison": replace(made["comparison"], table=table)}, k=3)
    for _ in range(3):
        test = settle(test)
    assert len(asked) == 1
    assert [item.value for item in test.error] == ["There was no room\\. Choose fewer segments\\."]
    monkeypatch.setattr(make, "run_behind", run_behind)
    test.selectbox("segments-k").set_value(4).run()
    for _ in range(2):
        test = settle(test)
    assert test.session_state["studio"].segmentation.k == 4
    assert not test.error
