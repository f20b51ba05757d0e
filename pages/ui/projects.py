"""Work that is never lost: every session's work is kept in a project as it goes, and opened again from its address.

`begin` is called before a page is drawn, `keep` after it. In this server the newest snapshot of every open project is
in memory, so that F5 and a second tab go on from it at once; a thread writes it to the disk (`segmentation.store`),
outside the run of any page. Whoever comes with the address of a project opens it only in the browser that made it.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pathlib import Path

import streamlit as st

from pages.ui import browser, jobs, left_out, state
from pages.ui.open_projects import Live, Waiting, changing, flush, open_now, write_waiting, writer
from pages.ui.snapshot import Snapshot, of_root
from pages.ui.state import Studio
from segmentation.core.errors import SegmentationError
from segmentation.core.text import plain_text
from segmentation.store.projects import (
    Shelf,
    Step,
    decisions,
    is_project_id,
    linked,
    new_id,
    steps,
    with_kinds,
)

__all__ = ["address", "begin", "go_back", "history", "keep", "kinds", "shelf", "show_address", "trouble", "undo"]

_LOG = logging.getLogger(__name__)
_PARAMETER, _MODEL, _KEY = "project", "model", "key"
_ELSEWHERE = (
    "The address names work that is not here: it was deleted, or it was made in another browser. Open it where it was "
    "made; to bring it here, save it there as a file or make a link."
)
_PARTS = Path(__file__).resolve().parents[1] / "parts"
_DELETED = "This work was deleted in another tab."


def shelf() -> Shelf | None:
    """The projects of whoever this session belongs to; None where that is not known (a browser without cookies)."""
    who = browser.owner()
    return None if who is None else Shelf(who, kinds())


@cache
def kinds() -> Mapping[str, type]:
    """What may stand in a project: the library's classes, and those that the memory of a page names in `KEPT`."""
    memories = sorted(_PARTS.glob("*/memory.py"))
    modules = [import_module(f"pages.parts.{path.parent.name}.memory") for path in memories]
    return with_kinds(kind for module in modules for kind in getattr(module, "KEPT", ()))


def begin() -> None:
    """Take up what the address names, or what another tab of this project did since."""
    own = shelf()
    if own is None:
        return
    studio, wanted = state.studio(), st.query_params.get(_PARAMETER, "")
    key = st.query_params.get(_KEY, "")
    if wanted and key and not own.has(wanted):
        wanted = _copy_of(own, wanted, key)
    live = studio.project.live
    if live is not None and live.closed:
        state.fresh()
        studio = state.studio()
        studio.project.notes = (_DELETED,)
        st.query_params.pop(_PARAMETER, None)
    elif wanted and wanted not in (studio.project.id, studio.project.refused, studio.project.left):
        _take_up(studio, own, wanted)
    elif live is not None and live.version > studio.project.version and live.latest is not None:
        live.latest.put_into(studio)
        studio.project.version, studio.project.taken = live.version, live.latest
    if wanted == studio.project.id:
        studio.project.left = ""
    show_address()


def keep() -> None:
    """Remember what the session holds now, if it changed; the disk is written elsewhere. Never raises."""
    try:
        own = shelf()
        if own is not None and own.keeps():
            _keep(state.studio(), own)
    except Exception as error:  # noqa: BLE001  what goes wrong here must not take the page with it
        _LOG.error("A project was not kept: %s", type(error).__name__)


def address() -> dict[str, str]:
    """What the address of every page of this session carries: its project, else the saved model that it shows."""
    studio = state.studio()
    if studio.project.id:
        return {_PARAMETER: studio.project.id}
    return {_MODEL: studio.saved} if studio.saved else {}


def show_address() -> None:
    """Have the browser show the project or model in its address, so that F5 and a bookmark come back to it."""
    mine = address()
    if any(st.query_params.get(name) != value for name, value in mine.items()):
        st.query_params.from_dict(mine)


def trouble() -> str:
    """Why the work of this session cannot be kept at present, as a sentence; empty when it can."""
    live = state.studio().project.live
    return "" if live is None else live.trouble


def go_back(number: int) -> None:
    """Take up an earlier step of this session's project; that becomes the newest step, and none is lost."""
    own, studio = shelf(), state.studio()
    if own is None or not studio.project.id:
        return
    flush()
    live = studio.project.live
    what = next((step.what for step in steps(own.folder(studio.project.id)) if step.number == number), "")
    _, root, _ = own.open(studio.project.id, number)
    jobs.forget_all()
    files, tables = studio.files, studio.tables
    of_root(root).put_into(studio)
    if studio.left_out and left_out.fits(studio, files):  # this tab still has them
        left_out.take(studio, files, tables)
    live.basis, studio.project.decided = number, plain_text(f"Back to: {what.removeprefix('Back to: ')}", longest=160)


def undo() -> bool:
    """Go back to the step before the present one; False when there is none."""
    own, mine = shelf(), state.studio().project
    if own is None or not mine.id:
        return False
    flush()
    present = mine.live.basis or mine.live.number or 0
    before = [step.number for step in history() if step.number < present]
    if not before:
        return False
    go_back(before[-1])
    return True


def history() -> tuple[Step, ...]:
    """The steps of this session's project, the oldest first."""
    own, mine = shelf(), state.studio().project
    return () if own is None or not mine.id else steps(own.folder(mine.id))


def _take_up(studio: Studio, own: Shelf, wanted: str) -> None:
    """Open the project of the address in this session, or say why that cannot be."""
    mine = studio.project
    if not is_project_id(wanted) or not own.has(wanted):
        mine.refused, mine.notes = wanted, (_ELSEWHERE,)
        return
    with changing:
        live = open_now.get(wanted)
    notes: tuple[str, ...] = ()
    try:
        if live is None or live.latest is None:
            live, notes = _read(own, wanted)
    except SegmentationError as error:
        mine.refused, mine.notes = wanted, (plain_text(error, longest=400),)
        return
    latest = live.latest
    assert latest is not None
    latest.put_into(studio)
    studio.derived.clear()
    studio.project = state.Project(wanted, live.version, latest, live, notes=notes)
    jobs.share(wanted, opened=True)


def _copy_of(own: Shelf, project: str, key: str) -> str:
    """The id of this owner's copy of the project that a link leads to; the id as it is when the link opens nothing."""
    try:
        return linked(project, key, kinds()).duplicate(project, owner=own)
    except SegmentationError as error:
        state.studio().project.refused, state.studio().project.notes = project, (str(error),)
        return project


def _read(own: Shelf, project: str) -> tuple[Live, tuple[str, ...]]:
    """A project from the disk, and what was found wrong with it."""
    number, root, wrong = own.open(project)
    snapshot = of_root(root)
    what = next((step.what for step in steps(own.folder(project)) if step.number == number), "")
    made = Live(1, snapshot, snapshot, number, what, root.get("basis"))
    notes = tuple(f"The newest state of this work could not be read; this is the one before. {line}" for line in wrong)
    with changing:
        return open_now.setdefault(project, made), notes[:1]


def _keep(studio: Studio, own: Shelf) -> None:
    mine, now = studio.project, Snapshot.of(studio)
    if not mine.id or _is_other_data(mine.taken, now):
        if not _is_work(now):
            return
        mine = _new_project(studio, own, opened=None if now.values["files"] else mine.taken)
    elif mine.taken is not None and now.is_same(mine.taken) and not mine.decided:
        return
    live = mine.live
    with live.lock:
        if live.closed:
            return
        decided = decisions({} if live.latest is None else live.latest.values, now.values)
        if mine.decided:
            decided = mine.decided
        elif decided:
            live.basis = None
        live.version, live.latest = live.version + 1, now
        mine.version, mine.taken, mine.decided = live.version, now, ""
        if decided and live.kept is not None:
            mine.notes = ()
        if live.kept is not None and now.keeps_the_same(live.kept) and not decided:
            return
        if live.waiting and not decided:  # the step that waits goes on
            decided = live.waiting.pop().decided
        live.kept = now
        live.waiting.append(Waiting(now, decided, live.basis))
    writer.submit(write_waiting, live, own, mine.id)


def _is_work(now: Snapshot) -> bool:
    """Whether there is something to keep: files, or a saved model that was opened and is no longer as it was saved."""
    return bool(now.values["files"]) or (now.values["segmentation"] is not None and not now.values["saved"])


def _new_project(studio: Studio, own: Shelf, opened: Snapshot | None) -> state.Project:
    """Begin a project for this session. opened: a saved model as it was opened, which becomes the first step."""
    live = Live()
    studio.project = mine = state.Project(new_id(), live=live, left=studio.project.id, notes=studio.project.notes)
    with changing:
        open_now[mine.id] = live
    jobs.share(mine.id, opened=False)
    if opened is not None:
        said = f"Opened the saved model “{plain_text(opened.values['saved'], longest=60)}”"
        live.version, live.latest, live.kept = 1, opened, opened
        live.waiting.append(Waiting(opened, said, None))
        writer.submit(write_waiting, live, own, mine.id)
    return mine


def _is_other_data(before: Snapshot | None, now: Snapshot) -> bool:
    """Whether other files were loaded in the place of those before: they begin work of their own."""
    old = {} if before is None else before.values["files"]
    new = now.values["files"]
    if before is not None and before.values["left_out"]:
        return bool(new) and left_out.is_other(before.values["left_out"], new)
    if before is not None and not old and before.values["segmentation"] is not None:
        return bool(new)  # in the place of a saved model that was opened
    return bool(old) and bool(new) and not any(new.get(name) == data for name, data in old.items())
