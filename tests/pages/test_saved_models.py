"""Saved models are opened without their data, managed on Start, and tell a customer's persona by its id."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

import segmentation as seg
from pages.ui import browser, projects
from pages.ui.open_projects import flush, open_now
from pages.ui.saved_models import is_opened, opened
from pages.ui.state import Studio
from segmentation import store
from segmentation.personas import with_edits
from segmentation.store.projects import Shelf, steps
from tests.pages.test_present import at as at_present
from tests.pages.test_score import said

ROOT = Path(__file__).resolve().parents[2]
CANARY = "Wilhelmina-0042"


def rows(seed: int, ids: str = "C") -> bytes:
    """Sixty customers of three kinds, with a column that is no feature."""
    rng = np.random.default_rng(seed)
    kinds = np.repeat([0, 1, 2], [30, 20, 10])
    amounts = np.array([10, 50, 90])[kinds] + rng.normal(0, 2, 60)
    visits = np.array([5, 1, 9])[kinds] + rng.normal(0, 0.3, 60)
    lines = [f"{ids}{100 + row},{'NS'[row % 2]},{amounts[row]:.3f},{visits[row]:.3f}" for row in range(60)]
    return ("id,region,amount,visits\n" + "\n".join([*lines, f"{CANARY},N,10.5,5.25"]) + "\n").encode()


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Folders of their own, and a browser with a cookie."""
    monkeypatch.setenv("SEGMENTATION_MODELS", str(tmp_path / "models"))
    monkeypatch.setenv("SEGMENTATION_PROJECTS", str(tmp_path / "projects"))
    monkeypatch.setenv("SEGMENTATION_KEY", str(tmp_path / "key"))
    monkeypatch.setattr(browser, "owner", lambda: "browser one")
    yield tmp_path
    flush()


@pytest.fixture(scope="module")
def made() -> tuple[Any, Any]:
    customers = seg.features({"cards.csv": rows(1)})
    segments = seg.fit(customers, "plain", k=3)
    return segments, seg.describe(segments, customers)


@pytest.fixture
def saved(made: tuple[Any, Any]) -> str:
    return store.save(*made, "cards", note={"verdict": "none", "headline": "No gaps found: one crowd."})


def studio_of(test: AppTest) -> Studio:
    found: Studio = test.session_state["studio"]
    return found


def press(test: AppTest, key: str) -> AppTest:
    return test.button(key=key).click().run()


def visit(address: dict[str, str], key: str = "segments") -> AppTest:
    """A new session at an address, as F5 and a bookmark are."""
    test = AppTest.from_file(str(ROOT / "pages/ui/main.py"), default_timeout=120)
    test.query_params.update(address)
    test.run()
    test.switch_page(str(ROOT / f"pages/{key}.py"))
    test.query_params.update(address)
    return test.run()


def test_a_saved_model_is_opened_from_start_without_its_data(app: Any, saved: str) -> None:
    test = press(app("start"), "model-open-cards-47-v1")
    assert not test.exception
    assert studio_of(test).features is None
    assert test.title[0].value == "Who are they?"
    text = said(test)
    assert "Opened from the saved model **cards, version 1**." in text
    assert "No gaps found: one crowd." in text
    assert "need the data: load the file" in text
    for persona in studio_of(test).personas:
        assert persona.name in text
    table = test.dataframe[0].value
    assert table["label"].tolist() == ["Amount", "Visits"]
    assert {"1", "2", "3", "everyone"} <= set(table.columns)


@pytest.mark.parametrize("key", ["segments", "share", "score", "present"])
def test_the_address_opens_the_model_again_on_every_page(app: Any, saved: str, key: str, made: Any) -> None:
    store.save(*made, "newer")
    test = visit({"model": "cards/v1"}, key)
    assert not test.exception
    assert not test.error
    assert studio_of(test).saved == "cards/v1"
    shown = said(test) + "".join(item.proto.body for item in test.get("html"))
    if key != "share":
        assert made[1][0].name in shown
    if key != "score":
        assert "cards, version 1" in shown


def test_a_model_that_is_not_there_is_said_and_nothing_is_opened(app: Any) -> None:
    for address in ("cards/v1", "../../etc/passwd", "x" * 400):
        test = visit({"model": address})
        assert not test.exception
        assert len(test.warning) == 1
        assert not is_opened(studio_of(test))


def test_an_edit_of_an_opened_model_is_work_that_is_kept_and_undone(app: Any, saved: str, made: Any) -> None:
    test = press(app("start"), "model-open-cards-47-v1")
    assert studio_of(test).project.id == ""
    before = made[1][0].name
    edit(test, 1, "Patient savers")
    mine = studio_of(test)
    flush()
    assert (mine.personas[0].name, mine.saved) == ("Patient savers", "")
    shelf = Shelf("browser one", projects.kinds())
    assert [step.what for step in steps(shelf.folder(mine.project.id))] == [
        "Opened the saved model “cards/v1”",
        f"“{before}” is called “Patient savers”",
    ]
    assert (shelf.about(mine.project.id).name, shelf.about(mine.project.id).customers) == ("cards", 61)
    assert store.load("cards").personas[0].name == before
    open_now.clear()
    again = visit({"project": mine.project.id})
    assert studio_of(again).personas[0].name == "Patient savers"
    assert "cards, version 1" in said(again)
    press(again, "history-undo")
    assert (studio_of(again).personas[0].name, studio_of(again).saved) == (before, "cards/v1")


def edit(test: AppTest, number: int, name: str) -> AppTest:
    test.text_input(key=f"edit-name-{number}").set_value(name)
    [button for button in test.button if button.label == "Keep these texts"][number - 1].click()
    return test.run()


def test_an_edited_model_is_saved_as_a_new_version_with_what_the_evidence_said(app: Any, saved: str) -> None:
    test = edit(press(app("start"), "model-open-cards-47-v1"), 1, "Patient savers")
    next(button for button in test.button if button.label == "Save as a new version").click()
    test.run()
    assert studio_of(test).saved == "cards/v2"
    again = store.load("cards/v2")
    assert again.personas[0].name == "Patient savers"
    assert again.meta["note"]["headline"] == "No gaps found: one crowd."


def test_the_model_s_own_file_brings_everything_and_another_one_is_said(app: Any, settle: Any, saved: str) -> None:
    test = press(app("start"), "model-open-cards-47-v1")
    test.file_uploader(key="opened-files").upload("cards.csv", rows(1))
    test = settle(test.run())
    assert "cards.csv: the file that the model was made from, 61 customers." in said(test)
    assert opened(studio_of(test)).own
    assert "Profiles" in [tab.label for tab in test.tabs]
    assert not test.exception
    other = press(app("start"), "model-open-cards-47-v1")
    other.file_uploader(key="opened-files").upload("next.csv", rows(2, "D"))
    other = settle(other.run())
    assert "next.csv is another file than the model was made from." in said(other)
    third = press(app("start"), "model-open-cards-47-v1")
    third.file_uploader(key="opened-files").upload("other.csv", b"a,b\n1,2\n2,3\n")
    third = settle(third.run())
    assert third.error
    assert opened(studio_of(third)).features is None


def test_loading_a_file_in_the_place_of_a_model_begins_new_work(app: Any, saved: str) -> None:
    test = edit(press(app("start"), "model-open-cards-47-v1"), 1, "Patient savers")
    first = studio_of(test).project.id
    studio_of(test).files = {"more.csv": rows(3)}
    test.switch_page(str(ROOT / "pages/data.py")).run()
    flush()
    assert studio_of(test).project.id not in ("", first)
    shelf = Shelf("browser one", projects.kinds())
    assert shelf.open(first)[1]["personas"][0].name == "Patient savers"
    assert not is_opened(studio_of(test))


def test_opening_a_model_leaves_the_work_before_in_its_project(app: Any, saved: str) -> None:
    test = app("data", files={"more.csv": rows(3)})
    first = studio_of(test).project.id
    assert first
    test.switch_page(str(ROOT / "pages/start.py")).run()
    press(test, "model-open-cards-47-v1")
    assert is_opened(studio_of(test))
    flush()
    assert list(Shelf("browser one", projects.kinds()).open(first)[1]["files"]) == ["more.csv"]


def test_work_that_is_not_kept_is_given_up_only_after_a_yes(app: Any, saved: str) -> None:
    Shelf("browser one", {}).set_keeps(False)
    test = app("data", files={"more.csv": rows(3)})
    test.switch_page(str(ROOT / "pages/start.py")).run()
    assert "it would be gone" in said(test)
    assert not [button for button in test.button if button.key == "model-open-cards-47-v1"]
    press(test, "model-open-yes-cards-47-v1")
    assert is_opened(studio_of(test))


def test_a_model_is_noted_on_renamed_deleted_and_brought_back(app: Any, saved: str) -> None:
    test = app("start")
    test.text_input(key="model-note-cards-47-v1").set_value("For the *board*")
    next(button for button in test.button if button.label == "Keep the note").click()
    test.run()
    assert "For the *board*" in said(test)
    test.text_input(key="model-name-cards-47-v1").set_value("Clients 2024")
    next(button for button in test.button if button.label == "Rename all versions").click()
    test.run()
    assert store.saved_refs() == ("Clients 2024/v1",)
    test.text_input(key="model-name-Clients-32-2024-47-v1").set_value("../up")
    next(button for button in test.button if button.label == "Rename all versions").click()
    test.run()
    assert "cannot be called" in said(test)
    press(test, "model-delete-Clients-32-2024-47-v1")
    assert store.saved_refs() == ()
    assert "Deleted: **Clients 2024, version 1**" in said(test)
    press(test, "model-undo")
    assert store.saved_refs() == ("Clients 2024/v1",)


def test_a_model_that_is_deleted_while_it_is_shown_is_not_lost(app: Any, saved: str, made: Any) -> None:
    test = press(app("start"), "model-open-cards-47-v1")
    store.delete("cards/v1")
    test.run()
    assert "cards/v1 is no longer there" in said(test)
    assert made[1][0].name in said(test)
    assert studio_of(test).saved == ""
    flush()
    assert studio_of(test).project.id
    test.run()
    next(button for button in test.button if button.label == "Save as a new version").click()
    test.run()
    assert studio_of(test).saved == "cards/v2"


def test_a_renamed_model_keeps_its_place_in_the_session_that_shows_it(app: Any, saved: str) -> None:
    test = press(app("start"), "model-open-cards-47-v1")
    test.switch_page(str(ROOT / "pages/start.py")).run()
    test.text_input(key="model-name-cards-47-v1").set_value("clients")
    next(button for button in test.button if button.label == "Rename all versions").click()
    test.run()
    assert studio_of(test).saved == "clients/v1"
    assert not test.warning


def test_two_versions_stand_side_by_side(app: Any, saved: str, made: Any) -> None:
    store.save(made[0], with_edits(tuple(made[1]), {1: {"name": "Patient savers"}}), "cards")
    test = press(app("start"), "models-compare")
    assert not test.exception
    assert f"“{made[1][0].name}” is called “Patient savers”." in said(test)
    assert test.selectbox(key="compare-first").value == "cards/v1"


@pytest.mark.parametrize("kind", ["plain", "hashed"])
def test_a_customer_is_looked_up_without_a_file(app: Any, made: Any, kind: str) -> None:
    store.save(*made, "cards", who=kind)
    segment = int(made[0].labels[CANARY])
    test = app("score")
    test.segmented_control(key="score-way").set_value("id").run()
    field = (test.selectbox if kind == "plain" else test.text_input)(key=f"score-kept-{kind}-cards/v1")
    field.set_value(CANARY)
    test.run()
    assert not test.exception
    assert f"Customer {CANARY} belongs with {made[1][segment - 1].name}." in said(test)
    assert "Known from the ids that were kept" in said(test)
    if kind == "hashed":
        test.text_input(key="score-kept-hashed-cards/v1").set_value("=C<b>999").run()
        assert 'There was no customer "=C<b>999" when cards/v1 was saved.' in said(test)
    store.forget_ids("cards/v1")
    test.run()
    assert "Load the customers on the Data page" in said(test)


def test_who_is_who_is_kept_only_when_it_is_asked_for(app: Any, settle: Callable[..., AppTest], home: Path) -> None:
    test = app("data", files={"cards.csv": rows(1)})
    for page in ("prepare", "choose_k", "segments"):
        test.switch_page(str(ROOT / f"pages/{page}.py")).run()
        test = settle(test)
    for choice, kept in (("", ""), ("hashed", "hashed"), ("plain", "plain")):
        test.selectbox(key="segments-who").set_value(choice)
        next(button for button in test.button if button.label == "Save as a new version").click()
        test.run()
        assert not test.error
        assert store.ids_kept(studio_of(test).saved) == kept
    holders = [
        path.name for path in (home / "models").rglob("*") if path.is_file() and CANARY in path.read_text("latin-1")
    ]
    assert holders == ["who.txt"]
    assert CANARY not in str(test.query_params)


def test_a_key_of_another_machine_is_said_on_score(app: Any, made: Any, home: Path) -> None:
    store.save(*made, "cards", who="hashed")
    (home / "key").unlink()
    test = app("score")
    test.segmented_control(key="score-way").set_value("id").run()
    assert "on another machine" in test.error[0].value


def test_presenting_an_opened_model_begins_where_the_address_says(app: Any, saved: str, made: Any) -> None:
    again = at_present({"model": "cards/v1", "screen": "2"})
    assert f"{made[1][0].name}</h1>" in "".join(item.proto.body for item in again.get("html"))


def test_what_was_typed_on_score_is_there_after_f5(app: Any, settle: Callable[..., AppTest]) -> None:
    test = app("data", files={"cards.csv": rows(1)})
    for page in ("prepare", "choose_k", "segments"):
        test.switch_page(str(ROOT / f"pages/{page}.py")).run()
        test = settle(test)
    test.switch_page(str(ROOT / "pages/score.py")).run()
    test.text_input(key="score--amount").set_value("12,5").run()
    flush()
    open_now.clear()
    again = visit({"project": studio_of(test).project.id}, "score")
    assert again.text_input(key="score--amount").value == "12,5"
    assert again.text_input(key="score--visits").value == ""
    again.text_input(key="score--amount").set_value("").run()
    assert visit({"project": studio_of(test).project.id}, "score").text_input(key="score--amount").value == ""


def test_undo_takes_back_a_decision_and_not_what_was_computed_since(app: Any, settle: Callable[..., AppTest]) -> None:
    test = app("data", files={"cards.csv": rows(1)})
    for page in ("prepare", "choose_k"):
        test.switch_page(str(ROOT / f"pages/{page}.py")).run()
        test = settle(test)
    test.pills(key="choose-k-k").set_value(5).run()
    test = settle(test)
    flush()
    shelf = Shelf("browser one", projects.kinds())
    whats = [step.what for step in steps(shelf.folder(studio_of(test).project.id))]
    assert whats == ["Loaded “cards.csv”", "5 segments chosen"]
    press(test, "history-undo")
    assert studio_of(test).k != 5
