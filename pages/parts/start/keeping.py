"""Whether work is kept on this machine, and how to forget all of it."""

from __future__ import annotations

import streamlit as st

from pages.parts.start.memory import StartMemory
from pages.ui import access, open_projects, projects, show, state, widgets
from segmentation.core.errors import SegmentationError
from segmentation.core.text import safe_label
from segmentation.store.projects import Shelf, projects_root

__all__ = ["switch"]


def switch() -> None:
    """The sentence of the start page on where data goes, with the switch and the button that forgets everything."""
    st.caption("Your data stays on this machine. Nothing is sent anywhere.")
    own = projects.shelf()
    if own is None and access.switched_on():
        st.caption("You may look at what is shared here; work of your own is not kept.")
        return
    if own is None:
        st.caption("Your browser takes no cookies, so your work cannot be kept: it is gone with the tab.")
        return
    with st.container(horizontal=True, vertical_alignment="center", key="keeping"):
        st.toggle(
            "Keep my work on this machine",
            key=widgets.bound("keeping-switch", own.keeps()),
            on_change=_turn,
            args=(own,),
            help="Files, choices and results, in a folder that only you can read: "
            f"{safe_label(projects_root(), longest=200)}. Off: nothing is written, and a page that is closed or loaded "
            "again starts anew.",
        )
        if own.keeps():
            _data(own)
        with st.popover("Forget everything", key="keeping-forget"):
            st.markdown("Removes all work that was kept here, deleted work too. Saved models stay.")
            if st.button("Forget it for good", key="keeping-forget-yes", type="primary"):
                _forget(own)


def _data(own: Shelf) -> None:
    """Whether the data are kept with the work; leaving them out takes away what was kept of them, after a yes."""
    if not own.keeps_data():
        st.caption("Kept without the data: the file is asked for again, and known by its digest.")
        if st.button("Keep the data too", key="keeping-data"):
            own.set_keeps_data(True)
            st.rerun()
        return
    with st.popover("Leave the data out", key="keeping-lean"):
        st.markdown(
            "Then only choices, names and segments are kept, and nothing of a customer. The file is asked for again "
            "when you come back. What was kept of customers so far is removed, and so are the steps of every history."
        )
        if st.button("Leave the data out", key="keeping-lean-yes", type="primary"):
            _leave_out(own)


def _leave_out(own: Shelf) -> None:
    own.set_keeps_data(False)
    own.empty_deleted(older=0)
    open_projects.flush()  # work that is written for the first time at this moment is in the list, too
    mine = state.studio().memory_of(StartMemory)
    for about in own.listed():
        try:
            open_projects.leave_data_out(own, about.id)
        except (SegmentationError, OSError) as error:
            mine.problem = f"“{about.name}” could not be reduced, so its data are still there: {error}"
    st.rerun()


def _turn(own: Shelf) -> None:
    own.set_keeps(bool(widgets.value("keeping-switch")))


def _forget(own: Shelf) -> None:
    try:
        access.require("keep work", "forgets all work that was kept")
    except SegmentationError as error:
        show.problem(error)
        return
    open_projects.flush()
    for about in own.listed():
        open_projects.close(about.id)
    own.forget_everything()
    state.fresh()
    st.query_params.clear()
    st.rerun()
