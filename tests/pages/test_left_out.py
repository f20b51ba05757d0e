"""Work that is kept without its data: nothing of a customer on the disk; the file is known again; names stay."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from pages.ui import projects
from pages.ui.left_out import without_data
from pages.ui.open_projects import flush, open_now
from segmentation.store.projects import Shelf, steps
from tests.pages.test_saved_models import CANARY, ROOT, edit, home, press, rows, studio_of, visit
from tests.pages.test_score import said

__all__ = ["home"]


def shelf() -> Shelf:
    return Shelf("browser one", projects.kinds())


@pytest.fixture
def work(app: Any, settle: Callable[..., AppTest]) -> AppTest:
    """A file, a role changed, four segments chosen, and a name edited."""
    test = app("data", files={"cards.csv": rows(1)})
    for page in ("prepare", "choose_k"):
        test.switch_page(str(ROOT / f"pages/{page}.py")).run()
        test = settle(test)
    test.pills(key="choose-k-k").set_value(4).run()
    test = settle(test)
    test.switch_page(str(ROOT / "pages/segments.py")).run()
    return edit(settle(test), 2, "Patient savers")


def holders(folder: Path) -> list[str]:
    flush()
    return [path.name for path in folder.rglob("*") if path.is_file() and CANARY.encode() in path.read_bytes()]


def leave_out(app: Any) -> None:
    press(app("start"), "keeping-lean-yes")


def test_nothing_of_a_customer_stays_on_the_disk(app: Any, work: AppTest, home: Path) -> None:
    assert holders(home)
    leave_out(app)
    assert holders(home) == []
    work.switch_page(str(ROOT / "pages/prepare.py")).run()
    edit(work.switch_page(str(ROOT / "pages/segments.py")).run(), 1, "Early birds")
    assert holders(home) == []
    assert studio_of(work).features is not None  # this tab goes on as if nothing had happened
    assert [item.name for item in studio_of(work).personas][:2] == ["Early birds", "Patient savers"]


def test_the_segments_are_seen_and_the_file_is_asked_for(app: Any, work: AppTest) -> None:
    leave_out(app)
    open_now.clear()
    again = visit({"project": studio_of(work).project.id})
    assert not again.exception
    assert "Load “cards.csv” again on the Data page" in said(again)
    assert "Patient savers" in said(again)
    assert studio_of(again).features is None


def test_the_same_file_under_another_name_brings_everything_back(
    app: Any, work: AppTest, settle: Callable[..., AppTest]
) -> None:
    before = studio_of(work)
    leave_out(app)
    open_now.clear()
    again = visit({"project": before.project.id}, "data")
    again.file_uploader(key="load-files-0").upload("cards (1).csv", rows(1))
    again = settle(again.run())
    for page in ("prepare", "choose_k", "segments"):
        again.switch_page(str(ROOT / f"pages/{page}.py")).run()
        again = settle(again)
    now = studio_of(again)
    assert not again.exception
    assert now.project.id == before.project.id
    assert (list(now.files), now.k, now.left_out) == (["cards.csv"], 4, {})
    pd.testing.assert_series_equal(now.segmentation.labels, before.segmentation.labels)
    assert [item.name for item in now.personas] == [item.name for item in before.personas]
    assert now.personas[1].name == "Patient savers"
    assert "again on the Data page" not in said(again)


def test_another_file_begins_work_of_its_own_and_says_so(app: Any, work: AppTest, settle: Any) -> None:
    first = studio_of(work).project.id
    leave_out(app)
    open_now.clear()
    again = visit({"project": first}, "data")
    again.file_uploader(key="load-files-0").upload("cards.csv", rows(2))
    again = settle(again.run())
    flush()
    assert studio_of(again).project.id not in ("", first)
    assert "another file than the one" in said(again)
    assert shelf().open(first)[1]["personas"][1].name == "Patient savers"
    assert holders(shelf().home) == []


def test_leaving_the_data_out_of_work_that_has_none_leaves_it_as_it_is(app: Any, work: AppTest) -> None:
    leave_out(app)
    _, first, _ = shelf().open(studio_of(work).project.id)
    assert "files" not in first
    shelf().reduce(studio_of(work).project.id, without_data)  # as for every work in the list, when it is wanted again
    _, again, _ = shelf().open(studio_of(work).project.id)
    assert again["left_out"] == first["left_out"] != {}
    assert again["personas"][1].name == "Patient savers"


def test_data_are_kept_again_when_that_is_wanted(app: Any, work: AppTest, home: Path) -> None:
    leave_out(app)
    press(app("start"), "keeping-data")
    edit(work, 1, "Early birds")
    assert holders(home)
    open_now.clear()
    assert studio_of(visit({"project": studio_of(work).project.id})).features is not None
    assert "not kept at present" not in said(work)


def test_going_back_a_step_keeps_the_data_that_this_tab_has(app: Any, work: AppTest) -> None:
    leave_out(app)
    edit(work, 1, "Early birds")
    flush()
    assert len(steps(shelf().folder(studio_of(work).project.id))) == 2
    press(work, "history-undo")
    assert list(studio_of(work).files) == ["cards.csv"]
    assert studio_of(work).left_out == {}
