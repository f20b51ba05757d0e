"""The Present page: overview first, one persona a screen, moved by buttons and keys."""

from __future__ import annotations

from typing import Any

from pages.parts.share.memory import ShareMemory
from tests.pages.test_share import ready


def shown(test: Any) -> str:
    return next(item.proto.body for item in test.get("html") if "<section" in item.proto.body)


def test_without_personas_it_says_what_will_appear(app) -> None:
    test = app("present")
    assert "First there must be personas." in test.markdown[-1].value


def test_the_overview_comes_first_and_each_step_shows_one_persona(app) -> None:
    test = app("present", **ready())
    assert not test.exception
    assert "<h1>135 customers fall into 3 personas, by 6 features.</h1>" in shown(test)
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
