"""Undo, and the history of decisions: a list in words, each step of which can be gone back to."""

from __future__ import annotations

import streamlit as st

from pages.ui import open_projects, projects
from segmentation.core.text import moment_text, safe_label

__all__ = ["buttons"]


def buttons() -> None:
    """The two small buttons beside the status line."""
    if st.button("Undo", key="history-undo", type="tertiary", icon=":material/undo:", help="Take the last step back"):
        if projects.undo():
            st.rerun()
        st.toast("There is nothing to undo: this is the first step.")
    if st.button("History", key="history-open", type="tertiary", icon=":material/history:", help="All steps so far"):
        _dialog()


@st.dialog("What was decided", width="medium")
def _dialog() -> None:
    """The steps, the newest first. Going back is a step of its own, so nothing is lost."""
    open_projects.flush()
    steps = projects.history()
    st.caption("Go back to any step: later ones stay in this list, so you can return to them.")
    for index, step in enumerate(reversed(steps)):
        with st.container(horizontal=True, wrap=False, vertical_alignment="center", key=f"history-{step.number}"):
            label = safe_label(step.what, longest=200) or "A step that cannot be read"
            st.markdown(f"{label}  \n:gray[{moment_text(step.saved)}]", width="stretch")
            if index == 0:
                st.caption("Now", width="content")
            elif step.what and st.button("Go back to this", key=f"history-to-{step.number}"):
                projects.go_back(step.number)
                st.rerun()
