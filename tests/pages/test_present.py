"""The Present page: overview first, one persona a screen, moved by buttons and keys."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from streamlit.testing.v1 import AppTest

from pages.parts.share.memory import ShareMemory
from segmentation import store
from tests.pages.test_share import ready
from tests.reports.small import personas_of, planted

ROOT = Path(__file__).resolve().parents[2]


def shown(test: Any) -> str:
    return next(item.proto.body for item in test.get("html") if "<section" in item.proto.body)


def test_without_personas_it_says_what_will_appear(app) -> None:
    test = app("present")
    assert "First there must be personas." in test.markdown[-1].value


def test_the_overview_comes_first_and_each_step_shows_one_persona(app) -> None:
    test = app("present", **ready())
    assert not test.exception
    assert "<h1>135 customers are divided into 3 personas, by 6 features.</h1>" in shown(test)
    assert test.button(key="present-Left").disabled
    for number in (1, 2, 3):
        test.button(key="present-Right").click().run()
        assert f"Persona {number}</h1>" in shown(test)
    assert test.button(key="present-Right").disabled
    test.button(key="present-Left").click().run()
    assert "Persona 2</h1>" in shown(test)


def test_a_presenters_remote_moves_it(app) -> None:
    test = app("present", **ready())
    test.button(key="present-PageDown").click().run()
    assert "Persona 1</h1>" in shown(test)
    keys = {button.key: button.proto.shortcut for button in test.button if button.key.startswith("present-")}
    assert [keys[f"present-{key}"] for key in ("Left", "Right", "PageUp", "PageDown")] == [
        "left",
        "right",
        "pageup",
        "pagedown",
    ]


def test_fewer_personas_than_before_show_the_last_screen(app) -> None:
    given = ready()
    test = app("present", **given)
    mine = test.session_state["studio"].memory_of(ShareMemory)
    mine.screen_of, mine.screen = given["segmentation"], 40
    test.run()
    assert "Persona 3</h1>" in shown(test)


def test_other_segments_begin_with_the_overview(app) -> None:
    test = app("present", **ready())
    mine = test.session_state["studio"].memory_of(ShareMemory)
    mine.screen_of, mine.screen = None, 2
    test.run()
    assert "Persona 3</h1>" not in shown(test)


def test_leaving_leads_back_to_share(app) -> None:
    test = app("present", **ready())
    test.button(key="present-leave").click().run()
    assert [item.value for item in test.title] == ["How do I show this to others?"]


def at(address: dict[str, str]) -> Any:
    """A new session at an address, as F5 while presenting is."""
    test = AppTest.from_file(str(ROOT / "pages/ui/main.py"), default_timeout=120)
    test.query_params.update(address)
    test.run()
    test.switch_page(str(ROOT / "pages/present.py"))
    test.query_params.update(address)
    return test.run()


def of(test: Any, name: str) -> str:
    found = test.query_params.get(name, "")
    return found[0] if isinstance(found, list) else found


def test_loading_the_page_again_shows_the_same_screen_of_the_same_model(app, tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("SEGMENTATION_MODELS", str(tmp_path))
    _, seg = planted((60, 45, 30))
    store.save(seg, personas_of(seg, ("A", "B", "C")), "cards")
    test = app("present")
    test.button(key="present-Right").click().run()
    address = {"model": of(test, "model"), "screen": of(test, "screen")}
    assert address == {"model": "cards/v1", "screen": "2"}
    store.save(seg, personas_of(seg, ("D", "E", "F")), "newer")
    again = at(address)
    assert "A</h1>" in shown(again)
    assert shown(again) == shown(test)
    assert any("cards, version 1" in plain(item.value) for item in again.caption)
    test.run()
    assert shown(again) == shown(test)


def plain(markdown: str) -> str:
    return markdown.replace("\\", "")


def test_a_model_that_is_gone_is_said_and_no_other_takes_its_place(app, tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("SEGMENTATION_MODELS", str(tmp_path))
    _, seg = planted((60, 45, 30))
    store.save(seg, personas_of(seg), "other")
    again = at({"model": "cards/v1", "screen": "2"})
    assert "There is no saved model" in plain(again.error[0].value)
    assert not [item for item in again.get("html") if "<section" in item.proto.body]
    assert "is not a model" in plain(at({"model": "../../etc/passwd", "screen": "x"}).error[0].value)
