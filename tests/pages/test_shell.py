"""The frame around the pages: every page opens, and what the kit promises holds."""

from __future__ import annotations

import ast
import asyncio
import gc
import logging
import re
import tomllib
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from pages.ui import samples, show, tables
from pages.ui.sitemap import PAGES
from segmentation.charts.palette import SEGMENT_COLOURS
from segmentation.core.errors import DataProblems, Problem

ROOT = Path(__file__).resolve().parents[2]
CONFIG = tomllib.loads((ROOT / ".streamlit/config.toml").read_text(encoding="utf-8"))
SCRIPTS = sorted((ROOT / "pages").glob("*.py"))
KEEPERS = {"state.py", "jobs.py", "widgets.py"}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.key)
def test_every_page_opens_empty_through_the_router(page, app) -> None:
    test = app(page.key)
    assert not test.exception
    assert [item.value for item in test.title] == [page.question]


def test_every_script_is_in_the_page_table_and_every_page_has_its_script() -> None:
    assert {path.stem for path in SCRIPTS} - {"__init__"} == {page.key for page in PAGES}


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.stem)
def test_a_page_is_short_and_leaves_the_work_to_the_library(path) -> None:
    text = path.read_text(encoding="utf-8")
    imported = {
        name.split(".")[0]
        for node in ast.walk(ast.parse(text))
        for name in (
            [item.name for item in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    assert not imported & {"pandas", "numpy", "sklearn", "plotly"}
    assert len(text.splitlines()) <= 120


@pytest.mark.parametrize("path", sorted((ROOT / "pages").rglob("*.py")), ids=lambda path: path.stem)
def test_only_the_keepers_touch_the_session(path) -> None:
    if path.name not in KEEPERS:
        assert "session_state" not in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("section", ["light", "dark"])
def test_the_theme_has_the_colours_of_the_segments(section) -> None:
    assert tuple(CONFIG["theme"][section]["chartCategoricalColors"]) == SEGMENT_COLOURS


def test_the_server_is_private() -> None:
    assert CONFIG["server"]["address"] == "127.0.0.1"
    assert set(CONFIG["server"]["allowedHosts"]) == {"localhost", "127.0.0.1"}
    assert CONFIG["browser"]["gatherUsageStats"] is False
    assert CONFIG["client"]["showErrorDetails"] == "none"
    assert CONFIG["client"]["showErrorLinks"] is False


def test_the_journey_line_shows_what_was_cleared(app) -> None:
    test: AppTest = app("start", message="The files changed, so the segments were cleared.")
    assert [item.value for item in test.info] == ["The files changed, so the segments were cleared."]


@pytest.mark.parametrize("sample", samples.SAMPLES, ids=lambda sample: sample.key)
def test_a_sample_is_one_click_away(sample, app) -> None:
    test = app("start")
    test.button(key=f"sample-{sample.key}").click().run()
    studio = test.session_state["studio"]
    assert set(studio.files) == set(sample.read())  # of a database, what was read of it
    assert studio.source == sample.source
    assert [item.value for item in test.title] == ["What is in your data?"]
    assert not test.exception


def shown(script) -> AppTest:
    return AppTest.from_function(script, default_timeout=30).run()


def test_a_table_shows_labels_and_formats_numbers_for_a_reader() -> None:
    frame = pd.DataFrame({"n": [1234.0], "part": [0.123], "small": [0.01234], "who": ["x"]})
    columns = {"n": show.Column("Customers", "count"), "part": show.Column("Share", "share"), "small": "Inertia"}

    def config(name: str, values: pd.Series) -> dict:
        about = columns[name] if isinstance(columns[name], show.Column) else show.Column(columns[name])
        return tables._config(about, values)

    assert config("n", frame["n"])["label"] == "Customers"
    assert config("n", frame["n"])["type_config"]["format"] == "%,d"
    assert config("part", frame["part"] * 100)["type_config"]["format"] == "%,.1f\u00a0%%"
    assert config("small", frame["small"])["type_config"]["format"] == "%,.4f"


@pytest.mark.parametrize(
    ("values", "pattern"),
    [
        ([1, 2, 3], "%,d"),
        ([1.0, 2.0, None], "%,.0f"),
        ([1234.5, 99999.9], "%,.0f"),
        ([12.5, 13.25], "%,.1f"),
        ([0.5, 0.25], "%,.3f"),
        ([0.0001, 0.0002], "%,.4f"),
        ([None, None], "%,.0f"),
    ],
)
def test_a_column_of_numbers_has_one_number_of_decimals(values, pattern) -> None:
    assert tables._pattern(pd.Series(values, dtype="float64" if None in values else None)) == pattern


def test_text_from_data_stays_plain_text() -> None:
    def script() -> None:
        from pages.ui import show
        from segmentation.core.errors import Problem
        from segmentation.core.tables import Note

        show.problem(Problem("![x](http://evil.example/a.png)", "<b>$x$</b> :material/bug: is wrong."))
        show.notes([Note("[link](http://evil.example)", "done", 1, (("*a*", "`b`"),))])

    test = shown(script)
    texts = [test.error[0].value, *[item.value for item in test.markdown]]
    for text in texts:
        assert not re.search(r"(?<!\\)[\[\]<>$`]", text), text


def test_all_problems_are_shown_at_once_and_warnings_apart() -> None:
    def script() -> None:
        from pages.ui import show
        from tests.pages.test_shell import PROBLEMS

        show.problem(PROBLEMS)

    test = shown(script)
    assert len(test.error) == 1
    assert test.error[0].value.count("\n") == 1
    assert len(test.warning) == 1


PROBLEMS = DataProblems([Problem("A", "is bad."), Problem("B", "is bad."), Problem("C", "is odd.", fatal=False)])


def test_a_script_error_becomes_one_sentence(monkeypatch) -> None:
    import app as server

    said: list[str] = []
    monkeypatch.setattr("streamlit.error", said.append)
    assert server._on_script_error(ValueError("customer 17850 owes 12.34")) is True
    assert len(said) == 1
    assert "17850" not in said[0]


def test_garbage_is_not_looked_for_in_the_libraries_after_every_run() -> None:
    import app as server

    async def started() -> int:
        async with server._lifespan(None):
            return gc.get_freeze_count()

    try:
        assert asyncio.run(started()) > 10_000
    finally:
        gc.unfreeze()


def test_the_log_says_where_a_page_failed_but_not_what_the_data_was(caplog) -> None:
    import app as server

    assert server.PlacesOnly in {type(item) for item in logging.getLogger("streamlit.error_util").filters}
    with pytest.raises(ValueError, match="17850") as caught:
        raise ValueError("customer 17850 owes 12.34")
    logger = logging.getLogger("streamlit.error_util")
    logger.error("Uncaught app execution", exc_info=caught.value)
    assert "17850" not in caplog.text
    assert "ValueError at test_shell.py:" in caplog.text


def test_a_widget_made_from_a_setting_follows_a_preset_and_keeps_a_click() -> None:
    def script() -> None:
        from dataclasses import replace

        import streamlit as st

        from pages.ui import state, widgets
        from segmentation.core.settings import PREP_PRESETS, PrepSettings

        studio = state.studio()
        if st.button("Plain", key="plain"):
            state.put(studio, "prep", PREP_PRESETS["plain"])
        if st.button("Recommended", key="preset"):
            state.put(studio, "prep", PREP_PRESETS["recommended"])
        for name in ("fill", "cap", "cap_low", "drop_correlated"):
            value = widgets.from_option(PrepSettings, name, getattr(studio.prep, name), f"prep-{name}")
            state.put(studio, "prep", replace(studio.prep, **{name: value}))

    test = shown(script)
    test.button(key="plain").click().run()
    assert test.selectbox(key="prep-cap").value == "off"
    test.selectbox(key="prep-fill").select("zero").run()
    test.slider(key="prep-cap_low").set_value(0.05).run()
    assert test.session_state["studio"].prep.fill == "zero"
    assert test.session_state["studio"].prep.cap_low == 0.05
    test.button(key="preset").click().run()
    assert test.selectbox(key="prep-fill").value == "median"
    assert test.selectbox(key="prep-cap").value == "auto"
    assert test.toggle(key="prep-drop_correlated").value is True
    assert not test.exception


def test_on_a_new_visit_a_widget_starts_from_the_setting_whatever_the_server_still_knows_of_it() -> None:
    def script() -> None:
        import streamlit as st

        from pages.ui import widgets

        widgets.opened(st.session_state.get("test-page", "first"))
        st.number_input("Most", min_value=2, key=widgets.bound("most", 12))

    test = shown(script)
    test.number_input(key="most").set_value(5).run()
    assert test.number_input(key="most").value == 5
    test.session_state["test-page"] = "first"
    test.run()
    assert test.number_input(key="most").value == 5  # the same visit: what was typed stays
    test.session_state["test-page"] = "second"
    test.run()
    assert test.number_input(key="most").value == 12


def test_what_may_not_have_left_for_the_browser_is_given_to_a_widget_again(monkeypatch) -> None:
    def script() -> None:
        import streamlit as st

        from pages.ui import widgets

        st.number_input("Most", min_value=2, key=widgets.bound("most", 12))

    now = 100.0
    monkeypatch.setattr("pages.ui.widgets.monotonic", lambda: now)
    test = shown(script)
    test.run()  # a run that follows at once: Streamlit drops what the first one had not sent
    sent = test.number_input(key="most").proto
    assert (sent.set_value, sent.value) == (True, 12)
    test.number_input(key="most").set_value(5).run()
    assert test.number_input(key="most").value == 5  # what was typed meanwhile stays
    test.number_input(key="most").set_value(12).run()
    now = 103.0
    test.run()
    assert test.number_input(key="most").value == 12
    assert not test.number_input(key="most").proto.set_value  # the browser has it: what is being typed is not touched


def test_a_former_address_is_never_that_of_a_page() -> None:
    addresses = [page.address for page in PAGES] + [page.former for page in PAGES if page.former]
    assert len(addresses) == len(set(addresses))
    assert [page.key for page in PAGES if page.former == "deep"] == ["learned"]
