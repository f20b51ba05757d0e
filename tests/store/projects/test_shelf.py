"""The list of projects of one owner: names, copies, deleting with undo, links, and that owners never meet."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from segmentation.core.errors import SegmentationError
from segmentation.store.projects import KINDS, About, Shelf, linked, new_id, projects_root, steps

ROOT = {"k": 4}


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf("browser one", KINDS, tmp_path)


def made(shelf: Shelf, name: str = "Card customers", value: int = 4) -> str:
    project = new_id()
    shelf.save(project, {"k": value}, About(project, name, data="cards.csv", customers=10), what="k = 4")
    return project


def test_a_project_is_listed_and_opened(shelf: Shelf) -> None:
    project = made(shelf)
    about = shelf.listed()[0]
    assert (about.id, about.name, about.data, about.customers, about.problem) == (
        project, "Card customers", "cards.csv", 10, "",
    )  # fmt: skip
    assert shelf.open(project) == (1, ROOT, ())
    assert shelf.has(project)


def test_the_last_changed_comes_first(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    times = iter(f"2026-01-0{day}" for day in (1, 2, 3))
    monkeypatch.setattr("segmentation.store.projects.shelf._now", lambda: next(times))
    first, second = made(shelf), made(shelf)
    assert [about.id for about in shelf.listed()] == [second, first]
    shelf.save(first, ROOT, About(first, "other"), what="")
    assert [about.id for about in shelf.listed()] == [first, second]
    assert shelf.about(first).created == "2026-01-01"
    assert shelf.about(first).name == "Card customers"


def test_another_owner_neither_sees_nor_opens_it(shelf: Shelf, tmp_path: Path) -> None:
    project = made(shelf)
    other = Shelf("browser two", KINDS, tmp_path)
    assert other.listed() == ()
    assert not other.has(project)
    with pytest.raises(SegmentationError, match="no such project"):
        other.open(project)
    assert b"browser one" not in b"".join(str(path).encode() for path in tmp_path.rglob("*"))


@pytest.mark.parametrize("text", ["", "..", "../../etc", "a" * 19, "A" * 20, "a" * 20 + "/..", "a" * 21])
def test_what_is_no_id_opens_nothing(shelf: Shelf, text: str) -> None:
    assert not shelf.has(text)
    with pytest.raises(SegmentationError, match="does not name a project"):
        shelf.open(text)
    with pytest.raises(SegmentationError):
        shelf.restore(text)


def test_a_project_gets_another_name(shelf: Shelf) -> None:
    project = made(shelf)
    shelf.rename(project, "  Spring \n campaign ")
    assert shelf.about(project).name == "Spring campaign"
    with pytest.raises(SegmentationError, match="needs a name"):
        shelf.rename(project, " \u200b ")


def test_a_copy_has_a_life_of_its_own(shelf: Shelf) -> None:
    project = made(shelf)
    shelf.make_link(project)
    copy = shelf.duplicate(project)
    shelf.save(copy, {"k": 5}, About(copy, ""), what="k = 5")
    assert shelf.open(project)[1] == {"k": 4}
    assert shelf.open(copy)[1] == {"k": 5}
    assert [step.what for step in steps(shelf.folder(copy))] == ["k = 4", "k = 5"]
    assert (shelf.about(copy).name, shelf.about(copy).links) == ("Copy of Card customers", ())


def test_no_two_new_projects_have_one_name(shelf: Shelf) -> None:
    first, second, third = made(shelf), made(shelf), made(shelf)
    copies = [shelf.duplicate(first), shelf.duplicate(first)]
    assert [shelf.about(project).name for project in (first, second, third, *copies)] == [
        "Card customers", "Card customers (2)", "Card customers (3)", "Copy of Card customers",
        "Copy of Card customers (2)",
    ]  # fmt: skip
    assert shelf.free_name("card customers") == "card customers (4)"
    assert shelf.free_name("card customers", besides=first) == "card customers"
    assert shelf.free_name("A" * 60) == "A" * 60
    shelf.rename(first, "A" * 60)
    assert shelf.free_name("a" * 60) == "a" * 56 + " (2)"
    shelf.save(second, {"k": 5}, About(second, "Card customers"), what="k = 5")  # it keeps its name
    assert shelf.about(second).name == "Card customers (2)"


def test_a_deleted_project_comes_back_for_a_day(shelf: Shelf) -> None:
    project = made(shelf)
    shelf.delete(project)
    assert shelf.listed() == ()
    shelf.empty_deleted()
    shelf.restore(project)
    assert shelf.open(project)[1] == ROOT
    shelf.delete(project)
    long_ago = time.time() - 25 * 3600
    os.utime(shelf.home / ".deleted" / project, (long_ago, long_ago))
    shelf.empty_deleted()
    with pytest.raises(SegmentationError, match="gone for good"):
        shelf.restore(project)


def test_a_damaged_project_is_named_and_the_others_stay(shelf: Shelf) -> None:
    good, bad = made(shelf), made(shelf)
    (shelf.folder(bad) / "about.json").write_text('{"name": 5}')
    problems = {about.id: about.problem for about in shelf.listed()}
    assert problems == {good: "", bad: "Its description cannot be read."}
    for path in (shelf.folder(good) / "states").iterdir():
        path.write_text("no state")
    with pytest.raises(SegmentationError, match="cannot be opened"):
        shelf.open(good)


def test_where_the_newest_state_is_damaged_the_one_before_is_opened_and_that_is_said(shelf: Shelf) -> None:
    project = made(shelf)
    shelf.save(project, {"k": 5}, About(project, ""), what="k = 5")
    (shelf.folder(project) / "states/000002.json").write_text("damaged")
    number, root, faults = shelf.open(project)
    assert (number, root) == (1, {"k": 4})
    assert len(faults) == 1


def test_a_link_opens_a_copy_until_it_is_withdrawn(shelf: Shelf, tmp_path: Path) -> None:
    project = made(shelf)
    key = shelf.make_link(project)
    other = Shelf("browser two", KINDS, tmp_path)
    copy = linked(project, key, KINDS, tmp_path).duplicate(project, owner=other)
    assert other.open(copy)[1] == ROOT
    assert not other.has(project)
    with pytest.raises(SegmentationError, match="opens nothing"):
        linked(project, key[:-1] + "~", KINDS, tmp_path)
    shelf.withdraw_links(project)
    with pytest.raises(SegmentationError, match="opens nothing"):
        linked(project, key, KINDS, tmp_path)
    assert other.open(copy)[1] == ROOT
    assert key.encode() not in b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())


def test_forgetting_everything_leaves_nothing_but_the_owner_s_no(shelf: Shelf, tmp_path: Path) -> None:
    made(shelf)
    shelf.delete(made(shelf))
    assert shelf.keeps()
    shelf.set_keeps(False)
    shelf.forget_everything()
    assert not shelf.keeps()
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["settings.json"]
    shelf.set_keeps(True)
    shelf.forget_everything()
    assert list(tmp_path.iterdir()) == []


def test_the_folder_is_the_user_s_own_unless_another_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SEGMENTATION_PROJECTS", str(tmp_path))
    assert projects_root() == tmp_path
    monkeypatch.delenv("SEGMENTATION_PROJECTS")
    assert projects_root().parts[-2:] == ("customer-segmentation-studio", "projects")
    assert str(Path.home()) in str(projects_root())
