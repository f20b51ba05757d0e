"""What somebody sees who is not let in, and the line that says who is signed in."""

from __future__ import annotations

import streamlit as st

from pages.ui import access, show
from pages.ui.access import Person, Refusal
from pages.ui.sitemap import page_file
from segmentation.core.text import safe_label

__all__ = ["bar", "refused"]

_ROLES = {"look": "may look", "work": "works here", "manage": "manages this studio"}
_EVERY = 30
"""Seconds after which an open tab is asked whether its sign-in still holds."""


def refused(refusal: Refusal) -> None:
    """The whole page for somebody who is not let in: why, and the button that signs in."""
    show.page("Segmentation Studio")
    st.info(safe_label(refusal.why, longest=300))
    with st.container(horizontal=True, key="sign-in"):
        known = isinstance(access.person(), Person)
        label = "Sign in as somebody else" if known else "Sign in"
        if refusal.may_sign_in and st.button(label, key="sign-in-go", type="primary", icon=":material/login:"):
            st.login()
        if known and not refusal.may_sign_in:
            st.page_link(page_file("start"), label="Back to the start", icon=":material/arrow_back:")
        if known and st.button("Sign out", key="sign-in-out"):
            access.sign_out()


def bar() -> None:
    """Who is signed in and the way out; nothing where nobody signs in."""
    who = access.person() if access.switched_on() else None
    if not isinstance(who, Person):
        return
    with st.container(horizontal=True, horizontal_alignment="right", vertical_alignment="center", key="signed-in"):
        st.caption(f"{safe_label(who.name)} ({_ROLES[who.role]})", width="content")
        if st.button("Sign out", key="sign-out", type="tertiary", icon=":material/logout:"):
            access.sign_out()
    _watch()


@st.fragment(run_every=_EVERY)
def _watch() -> None:
    """A tab that nobody uses is cleared when its sign-in is over."""
    if not isinstance(access.person(), Person):
        st.rerun(scope="app")
