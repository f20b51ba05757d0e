"""The Share page: what is in each file, made on request, never handed out for older segments."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from pptx import Presentation

from pages.parts.share.memory import ShareMemory
from segmentation import store
from segmentation.core.text import safe_label
from segmentation.reports import FORMATS, ReportSettings
from tests.reports.small import personas_of, planted, planted_comparison

SIZES = (60, 45, 4)


@pytest.fixture(autouse=True)
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty folder of saved models."""
    monkeypatch.setenv("SEGMENTATION_MODELS", str(tmp_path))


def ready(sizes: tuple[int, ...] = (60, 45, 30)) -> dict[str, Any]:
    table, seg = planted(sizes)
    return {
        "features": table,
        "recipe": seg.recipe,
        "comparison": planted_comparison(sizes),
        "segmentation": seg,
        "personas": personas_of(seg),
    }


def made(test: Any, kind: str) -> bytes | None:
    kept = test.session_state["studio"].memory_of(ShareMemory).made.get(kind)
    return None if kept is None else kept[1]


def downloads(test: Any) -> list[str]:
    return [item.proto.label for item in test.get("download_button")]


def test_without_personas_it_says_what_will_appear_and_leads_there(app) -> None:
    test = app("share")
    assert "First there must be personas." in test.markdown[-1].value
    assert [button.label for button in test.button if button.key.startswith("empty-")] == ["Load your customers"]


def test_a_saved_model_is_shared_with_what_the_evidence_said_of_it(app) -> None:
    _, seg = planted()
    store.save(seg, personas_of(seg), "cut", note={"verdict": "none", "headline": "No gaps found: one crowd."})
    said = "No gaps found: one crowd. 3 segments were asked for."
    assert any(item.value == f"**State of the evidence.** {safe_label(said)}" for item in app("share").markdown)
    overview = next(item.proto.body for item in app("present").get("html") if "<section" in item.proto.body)
    assert "<h1>135 customers are divided into 3 personas, by 6 features.</h1>" in overview
    assert f'<p class="state">{said}</p>' in overview


def test_a_session_without_segments_shares_a_saved_model_and_says_what_is_missing(app, settle) -> None:
    _, seg = planted()
    store.save(seg, personas_of(seg, ("A", "B", "C")), "older")
    newer = store.save(seg, personas_of(seg, ("D", "E", "F")), "newer")
    test = app("share")
    assert not test.exception
    assert test.selectbox(key="share-model").value == newer
    assert any("Made from the saved model alone" in item.value for item in test.caption)
    assert any("whether there are gaps between these groups was not looked at" in item.value for item in test.markdown)
    assert test.toggle(key="share-customers").disabled
    test.selectbox(key="share-model").set_value("older/v1").run()
    test.button(key="share-make-report").click().run()
    settle(test)
    assert not test.error
    data = made(test, "report")
    assert data is not None
    assert b"Made from a saved model without its customers" in data
    assert len(downloads(test)) == 1
    test.selectbox(key="share-model").set_value(newer).run()
    assert downloads(test) == []


def test_every_file_is_made_from_a_saved_model_too(app, settle) -> None:
    _, seg = planted()
    store.save(seg, personas_of(seg), "cards")
    test = app("share")
    for kind in ("slides", "workbook"):
        test.button(key=f"share-make-{kind}").click().run()
        settle(test)
        assert not test.error
        assert made(test, kind)


def test_a_model_without_personas_is_refused_in_a_sentence_beside_the_choice_of_another(app) -> None:
    _, seg = planted()
    store.save(seg, personas_of(seg), "good")
    store.save(seg, (), "bare")
    test = app("share")
    assert "has no personas" in test.error[0].value
    test.selectbox(key="share-model").set_value("good/v1").run()
    assert not test.error
    assert test.button(key="share-make-slides")


def test_the_session_wins_over_saved_models(app) -> None:
    _, seg = planted()
    store.save(seg, personas_of(seg), "cards")
    test = app("share", **ready())
    assert "share-model" not in [item.key for item in test.selectbox]


def test_the_answer_comes_first_and_every_file_says_what_is_in_it(app) -> None:
    test = app("share", **ready())
    assert not test.exception
    assert "3 personas, the same facts in each." in test.markdown[0].value
    text = "\n".join(item.value for item in test.markdown)
    for kind in FORMATS.values():
        assert kind.label in [item.value for item in test.subheader]
        assert all(line in text for line in (*kind.contents, *kind.by_formulas))
    assert downloads(test) == []


@pytest.mark.parametrize("kind", FORMATS)
def test_a_file_is_made_on_request_and_then_offered(kind: str, app, settle) -> None:
    test = app("share", **ready())
    test.button(key=f"share-make-{kind}").click().run()
    settle(test)
    assert not test.error
    data = made(test, kind)
    assert data is not None
    assert len(downloads(test)) == 1
    if kind == "slides":
        assert Presentation(io.BytesIO(data)).slides[0].shapes.title.text == "Customer segments"
    elif kind == "workbook":
        assert "Type customers in" in openpyxl.load_workbook(io.BytesIO(data)).sheetnames
    else:
        assert b"135 customers are divided into 3 personas" in data


def test_options_reach_the_file_and_a_file_of_older_options_is_not_offered(app, settle) -> None:
    test = app("share", **ready())
    test.button(key="share-make-workbook").click().run()
    settle(test)
    assert len(downloads(test)) == 1
    test.toggle(key="share-customers").set_value(True)
    test.text_input(key="share-title").set_value("Our cards").run()
    assert downloads(test) == []
    test.button(key="share-make-workbook").click().run()
    settle(test)
    data = made(test, "workbook")
    assert data is not None
    book = openpyxl.load_workbook(io.BytesIO(data))
    assert book["Summary"]["A1"].value == "Our cards"
    assert book["Customers"].max_row == 136


def test_edited_personas_need_a_new_file(app, settle) -> None:
    test = app("share", **ready())
    test.button(key="share-make-report").click().run()
    settle(test)
    assert len(downloads(test)) == 1
    studio = test.session_state["studio"]
    studio.personas = personas_of(studio.segmentation, ("A", "B", "C"))
    test.run()
    assert downloads(test) == []


def test_a_small_persona_is_announced_before_the_file_is_made(app) -> None:
    test = app("share", **ready(SIZES))
    assert "1 persona has fewer than 10 customers" in test.info[0].value
    test.number_input(key="share-min-size").set_value(2).run()
    assert not test.info


def test_a_minimum_above_every_segment_ends_in_a_sentence(app, settle) -> None:
    test = app("share", **ready())
    test.number_input(key="share-min-size").set_value(500).run()
    test.button(key="share-make-slides").click().run()
    settle(test)
    assert "Every segment has fewer than 500 customers" in test.error[0].value
    assert test.button(key="share-make-slides")


def test_the_minimum_starts_at_ten() -> None:
    assert ReportSettings().min_size == 10
    assert ReportSettings().customers is False


def test_sql_for_a_warehouse_is_offered_once_one_is_chosen_and_computes_there(app) -> None:
    _, seg = planted()
    store.save(seg, personas_of(seg, ("It's A", "B", "C")), "cards")
    test = app("share")
    assert downloads(test) == []
    test.selectbox(key="share-sql-dialect").set_value("sqlite").run()
    assert not test.exception
    assert downloads(test) == ["Download the SQL", "Download its test"]
    test.text_input(key="share-sql-table").set_value("crm.people").run()
    query = next(item.value for item in test.code if "SELECT" in item.value)
    assert 'FROM "crm"."people"' in query
    assert query.startswith("-- Which of 3 personas every customer is: cards/v1, for SQLite.")
    test.text_input(key="share-sql-table").set_value("a; DROP").run()
    assert downloads(test) == ["Download the SQL", "Download its test"]
    test.text_input(key="share-sql-table").set_value("..").run()
    assert downloads(test) == []
    assert "is not a table" in test.error[0].value
