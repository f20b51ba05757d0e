"""Work is kept as it goes: loaded again, in a second tab, after the server ended; only for whom it belongs to."""

from __future__ import annotations

import asyncio
import gc
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from pages.parts.score.memory import ScoreMemory
from pages.ui import browser, open_projects, projects
from pages.ui.job_panel import Job
from pages.ui.snapshot import Snapshot
from pages.ui.state import Studio
from segmentation.core.settings import PREP_PRESETS
from segmentation.store.projects import Shelf, steps, take_along

ROOT = Path(__file__).resolve().parents[2]
CANARY = "Wilhelmina-Zwitscher"
FILE = ("id,city,amount,visits\n" + "\n".join(f"C{row},{CANARY},{row % 7},{row % 11}" for row in range(60))).encode()


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A browser with a cookie, and a folder for its projects."""
    monkeypatch.setenv("SEGMENTATION_PROJECTS", str(tmp_path / "projects"))
    monkeypatch.setattr(browser, "owner", lambda: "browser one")
    yield tmp_path / "projects"
    open_projects.flush()


def studio_of(test: AppTest) -> Studio:
    made: Studio = test.session_state["studio"]
    return made


def stop_server() -> None:
    """What a server knows goes; what is on the disk stays."""
    open_projects.flush()
    open_projects.open_now.clear()


@pytest.fixture
def work(app: Callable[..., AppTest]) -> AppTest:
    """A session with a file loaded and one role changed."""
    test = app("data", files={"cards.csv": FILE})
    roles = dict(studio_of(test).roles)
    studio_of(test).roles = roles | {"visits": "left out"}
    studio_of(test).arrived += 1
    return test.run()


def again(app: Callable[..., AppTest], key: str, project: str) -> AppTest:
    """A new session at the address of a project, as F5 and a second tab are."""
    test = AppTest.from_file(str(ROOT / "pages/ui/main.py"), default_timeout=120)
    test.query_params["project"] = project
    test.run()
    if key != "start":
        test.switch_page(str(ROOT / f"pages/{key}.py"))
        test.query_params["project"] = project
        test.run()
    return test


def test_work_is_there_again_after_the_page_was_loaded_again(app: Any, work: AppTest) -> None:
    mine = studio_of(work)
    assert work.query_params["project"] in (mine.project.id, [mine.project.id])
    other = studio_of(again(app, "data", mine.project.id))
    assert other.roles["visits"] == "left out"
    assert other.features.frame is mine.features.frame  # from the memory of this server, not read again


def test_work_is_there_again_after_the_server_ended(app: Any, work: AppTest) -> None:
    mine = studio_of(work)
    stop_server()
    other = studio_of(again(app, "data", mine.project.id))
    assert other.features.frame is not mine.features.frame
    pd.testing.assert_frame_equal(other.features.frame, mine.features.frame, check_exact=True)
    assert (other.roles, other.files, other.prep) == (mine.roles, mine.files, mine.prep)


def test_a_tab_takes_up_what_another_one_did(app: Any, work: AppTest) -> None:
    second = again(app, "data", studio_of(work).project.id)
    studio_of(second).prep = PREP_PRESETS["plain"]
    second.run()
    assert studio_of(work).prep == PREP_PRESETS["recommended"]
    work.run()
    assert studio_of(work).prep == PREP_PRESETS["plain"]


def test_another_browser_does_not_open_it_and_is_told(app: Any, work: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(browser, "owner", lambda: "browser two")
    other = again(app, "start", studio_of(work).project.id)
    assert studio_of(other).files == {}
    assert "made in another browser" in other.warning[0].value


def test_a_link_brings_a_copy_of_one_s_own(
    app: Any, work: AppTest, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_projects.flush()
    project = studio_of(work).project.id
    key = Shelf("browser one", projects.kinds()).make_link(project)
    monkeypatch.setattr(browser, "owner", lambda: "browser two")
    test = AppTest.from_file(str(ROOT / "pages/ui/main.py"), default_timeout=120)
    test.query_params["project"], test.query_params["key"] = project, key
    test.run()
    assert studio_of(test).files == {"cards.csv": FILE}
    assert studio_of(test).project.id != project


def test_other_data_begin_a_project_of_their_own(app: Any, work: AppTest) -> None:
    first = studio_of(work).project.id
    studio_of(work).files, studio_of(work).tables = {"more.csv": FILE.replace(b"C1,", b"D1,")}, {}
    work.run()
    open_projects.flush()
    shelf = Shelf("browser one", projects.kinds())
    assert studio_of(work).project.id != first
    assert {about.data for about in shelf.listed()} == {"cards.csv", "more.csv"}
    assert shelf.open(first)[1]["roles"]["visits"] == "left out"


def test_other_data_in_one_tab_leave_the_work_of_another_tab_at_work(app: Any, work: AppTest) -> None:
    second = again(app, "data", studio_of(work).project.id)
    at_work = work.session_state["jobs"]
    assert second.session_state["jobs"] is at_work
    at_work["evidence"] = job = Job("evidence", "Testing", future=Future())
    sample = next(button.key for button in second.button if str(button.key).startswith("load-sample-"))
    press(second, sample)
    assert not job.cancel.is_set()
    assert "evidence" not in second.session_state["jobs"]  # else its result would be taken for that of the other data
    press(work, sample)  # no tab is left that waits for it
    del at_work
    gc.collect()
    assert job.cancel.is_set()


def test_steps_are_undone_and_come_back(app: Any, work: AppTest) -> None:
    assert [step.what for step in history(work)] == ["Loaded “cards.csv”", "Role of “visits”: left out"]
    press(work, "history-undo")
    assert studio_of(work).roles["visits"] == "feature"
    press(work, "history-undo")
    assert studio_of(work).roles["visits"] == "feature"
    assert [step.what for step in history(work)][-1] == "Back to: Loaded “cards.csv”"


def press(test: AppTest, key: str) -> None:
    test.button(key=key).click()
    test.run()


def history(test: AppTest) -> Any:
    open_projects.flush()
    mine = studio_of(test).project
    return projects.steps(Shelf("browser one", projects.kinds()).folder(mine.id))


def test_what_only_goes_on_within_a_step_does_not_fill_the_history(work: AppTest) -> None:
    work.run()
    work.run()
    assert len(history(work)) == 2


def test_no_page_waits_for_the_writer(app: Any, work: AppTest) -> None:
    own, project = Shelf("browser one", projects.kinds()), studio_of(work).project.id
    open_projects.flush()
    before, gate = steps(own.folder(project)), threading.Event()
    open_projects.writer.submit(gate.wait, 20)
    try:
        studio_of(work).roles = studio_of(work).roles | {"amount": "left out"}
        studio_of(work).arrived += 1
        assert not work.run().exception
        assert studio_of(again(app, "data", project)).roles["amount"] == "left out"  # F5 does not wait for it either
        assert steps(own.folder(project)) == before
    finally:
        gate.set()
    open_projects.flush()
    assert len(steps(own.folder(project))) == len(before) + 1
    assert own.open(project)[1]["roles"]["amount"] == "left out"


def test_nothing_is_written_while_the_switch_is_off(app: Any, home: Path) -> None:
    Shelf("browser one", {}).set_keeps(False)
    test = app("data", files={"cards.csv": FILE})
    assert studio_of(test).features is not None
    assert studio_of(test).project.id == ""
    open_projects.flush()
    assert [path.name for path in home.rglob("*") if path.is_file()] == ["settings.json"]


def test_customers_are_in_the_project_s_folder_and_nowhere_else(
    app: Any, work: AppTest, home: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    open_projects.flush()
    with_customers = [
        path for path in home.parent.rglob("*") if path.is_file() and CANARY.encode() in path.read_bytes()
    ]
    assert with_customers
    assert all(studio_of(work).project.id in path.parts for path in with_customers)
    assert CANARY not in "".join(capfd.readouterr())
    assert CANARY not in str(work.query_params)


def test_work_that_cannot_be_written_is_said_and_the_page_goes_on(
    app: Any, work: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*args: object, **kwargs: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Shelf, "save", full)
    studio_of(work).prep = PREP_PRESETS["plain"]
    work.run()
    open_projects.flush()
    work.run()
    assert not work.exception
    assert "No space left on device" in " ".join(item.value for item in work.warning)
    monkeypatch.undo()


def test_a_value_that_cannot_be_kept_is_said_and_the_page_goes_on(work: AppTest) -> None:
    studio_of(work).source_settings = {"x": object()}
    work.run()
    open_projects.flush()
    work.run()
    assert "not kept at present" in " ".join(item.value for item in work.warning)


def test_a_damaged_project_is_said_and_the_others_stay(app: Any, work: AppTest, home: Path) -> None:
    stop_server()
    project = studio_of(work).project.id
    for path in home.rglob("states/*.json"):
        path.write_text("damaged")
    test = again(app, "start", project)
    assert not test.exception
    assert "cannot be opened" in test.warning[0].value
    assert studio_of(test).files == {}


def test_recent_work_is_opened_renamed_copied_deleted_and_brought_back(app: Any, work: AppTest) -> None:
    open_projects.flush()
    project = studio_of(work).project.id
    start = app("start")
    start.text_input(key=f"recent-rename-{project}").set_value("Spring campaign")
    next(button for button in start.button if button.label == "Rename").click()
    start.run()
    assert any("Spring campaign" in item.value for item in start.markdown)
    press(start, f"recent-copy-{project}")
    assert any("Copy of Spring campaign" in item.value for item in start.markdown)
    press(start, f"recent-delete-{project}")
    assert [about.id == project for about in Shelf("browser one", {}).listed()] == [False]
    work.run()
    assert studio_of(work).files == {}
    assert "deleted in another tab" in work.warning[0].value
    press(start, "recent-undo")
    press(start, f"recent-open-{project}")
    assert studio_of(start).roles["visits"] == "left out"


def test_whoever_comes_back_finds_the_work_before_the_samples(app: Any, work: AppTest) -> None:
    project = studio_of(work).project.id
    stop_server()
    keys = [button.key for button in app("start").button]
    assert keys.index(f"recent-open-{project}") < keys.index("sample-credit_card")


def test_everything_is_forgotten(app: Any, work: AppTest, home: Path) -> None:
    open_projects.flush()
    start = app("start")
    press(start, "keeping-forget-yes")
    work.run()
    open_projects.flush()
    assert list(home.rglob("*")) == []
    assert studio_of(work).files == {}


def test_a_project_from_a_file_is_the_same_on_another_machine(
    app: Any, work: AppTest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_projects.flush()
    data = take_along(Shelf("browser one", projects.kinds()), studio_of(work).project.id)
    monkeypatch.setenv("SEGMENTATION_PROJECTS", str(tmp_path / "another machine"))
    start = app("start")
    start.file_uploader(key="recent-upload-0").upload("cards.segproject", data)
    start.run()
    other = studio_of(start)
    assert other.roles == studio_of(work).roles
    np.testing.assert_array_equal(other.features.frame, studio_of(work).features.frame)
    start = app("start")
    start.file_uploader(key="recent-upload-0").upload("cards.segproject", data)
    start.run()
    assert [about.name for about in Shelf("browser one", {}).listed()] == ["cards"]
    assert any("what is here already, as **cards**" in item.value for item in start.markdown)
    press(start, "recent-open-here")
    assert studio_of(start).project.id == other.project.id


def test_a_file_that_is_no_project_is_one_sentence(app: Any) -> None:
    start = app("start")
    start.file_uploader(key="recent-upload-0").upload("cards.segproject", FILE)
    start.run()
    assert "cannot be opened as a project" in start.error[0].value


def test_a_snapshot_is_the_same_until_something_changes() -> None:
    studio = Studio(files={"a.csv": b"1"})
    before = Snapshot.of(studio)
    assert Snapshot.of(studio).is_same(before)
    studio.roles["a"] = "feature"
    assert not Snapshot.of(studio).is_same(before)


@pytest.mark.parametrize(
    ("header", "kept"),
    [("", False), ("other=1", False), (f"studio_browser={'a' * 43}", True), ("studio_browser=short", False)],
)
def test_a_browser_keeps_its_cookie(header: str, kept: bool) -> None:
    scope = {"type": "http", "headers": [(b"accept", b"text/html"), (b"cookie", header.encode())]}
    lines = []

    async def page(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": []})

    async def send(message):
        lines.extend(value.decode() for name, value in message["headers"] if name == b"set-cookie")

    asyncio.run(browser.BrowserCookie(page)(scope, None, send))
    assert [line.startswith(f"studio_browser={'a' * 43};") for line in lines] == [kept]


def test_what_is_passing_stays_so_in_a_tab_that_has_not_opened_its_page() -> None:
    first, second = Studio(), Studio()
    first.memory_of(ScoreMemory).files = ("a file", 3)
    snapshot = Snapshot.of(first)
    snapshot.put_into(second)
    again = Snapshot.of(second)  # before any page of the second tab asked for what it keeps
    assert again.is_same(snapshot)
    assert {"files", "choices", "scored"}.isdisjoint(again.memory.get("ScoreMemory", {}))
    assert second.memory_of(ScoreMemory).files == ("a file", 3)
