"""Whether work is kept on this machine, and how to forget all of it."""

from __future__ import annotations

import streamlit as st

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
        with st.popover("Forget everything", key="keeping-forget"):
            st.markdown("Removes all work that was kept here, deleted work too. Saved models stay.")
            if st.button("Forget it for good", key="keeping-forget-yes", type="primary"):
                _forget(own)


def _turn(own: Shelf) -> None:
    own.set_keeps(bool(widgets.value("keeping-switch")))


def _forget(own: Shelf) -> None:
    try:
        access.require("keep work", "forgets all work that was kept")
    except SegmentationError as error:
        show.problem(error)
        return
    for about in own.listed():
        open_projects.close(about.id)
    own.forget_everything()
    state.fresh()
    st.query_params.clear()
    st.rerun()
