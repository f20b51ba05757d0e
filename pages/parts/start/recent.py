"""Recent work: every project of this browser, to open, rename, copy, take along as a file, share by a link, delete."""

from __future__ import annotations

from functools import partial
from urllib.parse import urlencode, urlsplit, urlunsplit

import streamlit as st

from pages.parts.start.memory import StartMemory
from pages.ui import access, open_projects, projects, show, state, widgets
from pages.ui.sitemap import page_file
from pages.ui.state import Studio
from segmentation.core.errors import SegmentationError
from segmentation.core.text import count_text, counted, moment_text, plain_text, safe_label
from segmentation.store.projects import ENDING, About, Shelf, take_along, take_in

__all__ = ["draw", "is_there"]

_FIRST = 5
_WORDS = (
    "Everything is kept as you go, in a folder of yours on this machine: close the page, and go on from here. "
    "Only this browser opens it."
)


def is_there(studio: Studio) -> bool:
    """Whether there is work to go on with, or word of some that was deleted or could not be opened."""
    own, mine = projects.shelf(), studio.memory_of(StartMemory)
    return own is not None and bool(own.listed() or mine.deleted is not None or mine.problem)


def draw(studio: Studio) -> None:
    """The list with its actions, and the way to open a project from a file."""
    own = projects.shelf()
    if own is None:
        return
    own.empty_deleted()
    mine, listed = studio.memory_of(StartMemory), own.listed()
    if not is_there(studio):
        _open_file(studio, own)
        return
    show.section("Recent work", _WORDS if own.keeps() else "Work is not kept at present. What was kept before is here.")
    if mine.problem:
        show.problem(mine.problem)
    _bring_back(own, mine)
    _offer(own, mine)
    every = len(listed) <= _FIRST or bool(widgets.value("recent-every"))
    for about in listed if every else listed[:_FIRST]:
        _row(studio, own, about)
    if len(listed) > _FIRST:
        st.toggle(f"Show all {count_text(len(listed))}", key="recent-every")
    _open_file(studio, own)


def _row(studio: Studio, own: Shelf, about: About) -> None:
    here = about.id == studio.project.id
    with (
        st.container(border=True, key=f"recent-{about.id}"),
        st.container(horizontal=True, wrap=False, vertical_alignment="center"),
    ):
        mark = " :gray[(open in this tab)]" if here else ""
        st.markdown(f"**{safe_label(about.name)}**{mark}  \n:gray[{_said(about)}]", width="stretch")
        if about.problem:
            st.caption(safe_label(about.problem))
        elif st.button("Open", key=f"recent-open-{about.id}", help=f"Open {safe_label(about.name)}"):
            _open(about)
        with st.popover("More", key=f"recent-more-{about.id}", help=f"More for {safe_label(about.name)}"):
            _more(studio, own, about)


def _said(about: About) -> str:
    """Data, customers, personas and when, in a line."""
    parts = [safe_label(about.data, longest=60)] if about.data else []
    if about.customers:
        parts.append(f"{counted(about.customers, 'customer')}")
    if about.personas:
        parts.append(safe_label(" · ".join(about.personas), longest=160))
    parts.append(moment_text(about.changed))
    return ", ".join(filter(None, parts))


def _more(studio: Studio, own: Shelf, about: About) -> None:
    if not about.problem:
        with st.form(f"recent-name-{about.id}", border=False):
            name = st.text_input("Name", about.name, max_chars=60, key=f"recent-rename-{about.id}")
            if st.form_submit_button("Rename"):
                _do(studio, own.rename, about.id, name)
        st.download_button(
            "Save as a file",
            partial(take_along, own, about.id),
            f"{plain_text(about.name, longest=60)}.{ENDING}",
            "application/zip",
            key=f"recent-file-{about.id}",
            on_click="ignore",
            icon=":material/download:",
            help="Everything in one file, the customers too. Open it here or on another machine: the same screens.",
        )
        if st.button("Make a copy", key=f"recent-copy-{about.id}", icon=":material/content_copy:"):
            _do(studio, own.duplicate, about.id)
        _link(studio, own, about)
    if st.button("Delete", key=f"recent-delete-{about.id}", icon=":material/delete:"):
        _delete(studio, own, about)


def _link(studio: Studio, own: Shelf, about: About) -> None:
    """A link for a colleague who uses the same server, made on purpose, and how to withdraw it."""
    mine = studio.memory_of(StartMemory)
    if mine.link is not None and mine.link[0] == about.id:
        st.caption("Whoever opens this address on this server gets a copy of this work, with the customers in it:")
        st.code(_address(about.id, mine.link[1]), language=None, wrap_lines=True)
    elif st.button("Make a link for a colleague", key=f"recent-link-{about.id}", icon=":material/link:"):
        try:
            access.require("keep work", "makes a link to a piece of work")
            mine.link = (about.id, own.make_link(about.id))
        except SegmentationError as error:
            mine.problem = str(error)
        st.rerun()
    if about.links and st.button("Withdraw all links", key=f"recent-unlink-{about.id}", icon=":material/link_off:"):
        mine.link = None
        _do(studio, own.withdraw_links, about.id)


def _address(project: str, key: str) -> str:
    """The whole address of a link, as this browser reaches the server."""
    here = urlsplit(st.context.url or "")
    return urlunsplit((here.scheme, here.netloc, here.path, urlencode({"project": project, "key": key}), ""))


def _delete(studio: Studio, own: Shelf, about: About) -> None:
    here = about.id == studio.project.id
    open_projects.close(about.id)
    own.delete(about.id)
    if here:
        state.fresh()
        st.query_params.clear()
    state.studio().memory_of(StartMemory).deleted = (about.id, about.name)
    st.rerun()


def _bring_back(own: Shelf, mine: StartMemory) -> None:
    if mine.deleted is None:
        return
    project, name = mine.deleted
    with st.container(horizontal=True, vertical_alignment="center", key="recent-deleted"):
        st.markdown(f"Deleted: **{safe_label(name)}**. It can be brought back for a day.", width="stretch")
        if st.button("Undo", key="recent-undo", icon=":material/undo:"):
            mine.deleted = None
            try:
                own.restore(project)
            except SegmentationError as error:
                mine.problem = str(error)
            st.rerun()


def _open_file(studio: Studio, own: Shelf) -> None:
    mine = studio.memory_of(StartMemory)
    with st.expander("Open work from a file"):
        given = st.file_uploader(
            "A project saved as a file",
            type=[ENDING],
            key=f"recent-upload-{mine.loads}",
            help="Up to 200 MB. It is checked before it is opened; nothing in it is run.",
        )
    if given is None:
        return
    mine.loads, mine.problem, mine.here = mine.loads + 1, "", ""
    try:
        taken = take_in(own, given.getvalue(), given.name, open_projects.about)
    except (SegmentationError, OSError) as error:
        mine.problem = str(error)
        st.rerun()
    if not taken.new:
        mine.here = taken.project
        st.rerun()
    _open(own.about(taken.project))


def _offer(own: Shelf, mine: StartMemory) -> None:
    """Lead to the work that a file holds, where it is here already."""
    if not mine.here or not own.has(mine.here):
        return
    about = own.about(mine.here)
    with st.container(horizontal=True, vertical_alignment="center", key="recent-here"):
        words = f"The file holds what is here already, as **{safe_label(about.name)}**. Nothing was added."
        st.markdown(words, width="stretch")
        if st.button("Open it", key="recent-open-here", type="primary"):
            mine.here = ""
            _open(about)


def _open(about: About) -> None:
    page = "segments" if about.segments else "choose_k" if about.customers else "data"
    st.switch_page(page_file(page), query_params={"project": about.id})


def _do(studio: Studio, action: object, *args: object) -> None:
    """Change something, and say what went wrong on the next run."""
    mine = studio.memory_of(StartMemory)
    mine.problem = ""
    try:
        action(*args)  # type: ignore[operator]
    except SegmentationError as error:
        mine.problem = str(error)
    st.rerun()
