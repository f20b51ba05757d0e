"""The journey line: where one is, what is done, what became stale; and the status strip below it."""

from __future__ import annotations

import streamlit as st

from pages.ui import access, history, left_out, projects
from pages.ui.sitemap import JOURNEY, PAGES, Page
from pages.ui.state import Studio
from segmentation.core.text import counted, safe_label

__all__ = ["STATE_ICONS", "STATE_WORDS", "bar", "first_missing", "next_page", "status", "step_state"]

STATE_ICONS = {
    "done": ":material/check_circle:",
    "stale": ":material/sync_problem:",
    "next": ":material/radio_button_checked:",
    "open": ":material/radio_button_unchecked:",
}
STATE_WORDS = {
    "done": "Done",
    "stale": "Cleared by an earlier change",
    "next": "Next step",
    "open": "Not yet",
}


def step_state(page: Page, studio: Studio) -> str:
    """The state of a step: "done", "stale", "next" (the one to do now) or "open"."""
    if _made(page, studio):
        return "done"
    if page.makes in studio.stale:
        return "stale"
    return "next" if page == next_page(studio) else "open"


def next_page(studio: Studio) -> Page:
    """The first step of the journey that is not done."""
    return next((page for page in JOURNEY if not _made(page, studio)), JOURNEY[-1])


def first_missing(studio: Studio) -> tuple[str, str]:
    """What Choose k or a page after it lacks first: the words of the button and the page that it opens."""
    if studio.features is None:
        return "Load your customers", "data"
    if studio.recipe is None:
        return "Prepare the data", "prepare"
    return "Choose the number of groups", "choose_k"


def status(studio: Studio) -> str:
    """Data set, rows, features, k and model in use, as one line of Markdown; empty at the start."""
    parts = []
    if studio.tables:
        parts.append(safe_label(", ".join(studio.tables)))
    if studio.features is not None:
        rows, columns = len(studio.features.frame), len(studio.features.inputs)
        parts += [counted(rows, "customer"), counted(columns, "feature")]
    if studio.segmentation is not None:
        parts.append(counted(studio.segmentation.k, "segment"))
    if studio.saved:
        parts.append(f"model {safe_label(studio.saved)}")
    return " · ".join(parts)


def bar(studio: Studio, current: str) -> None:
    """Draw the journey as links with their state, the status strip, and what the last change cleared."""
    with st.container(horizontal=True, gap=None, vertical_alignment="center", key="journey"):
        for page in PAGES:
            if not page.listed or not access.allows(page.action):
                continue
            state = step_state(page, studio) if page in JOURNEY else "home" if page.key == "start" else "page"
            here = page.key == current
            with st.container(key=f"step-{page.key}-{state}{'-here' if here else ''}", width="content"):
                states = ", ".join(filter(None, (STATE_WORDS.get(state, "").lower(), "you are here" if here else "")))
                # The grey words are for screen readers: style.css hides them from the eye.
                st.page_link(
                    page.file,
                    label=f"{page.title if state != 'home' else 'Segmentation Studio'} :gray[{states}]",
                    icon=STATE_ICONS.get(state),
                    query_params=projects.address(),
                )
    line = status(studio)
    if line:
        with st.container(horizontal=True, vertical_alignment="center", key="status"):
            st.caption(line)
            if studio.project.id:
                history.buttons()
    if missing := left_out.asked_for(studio):
        st.info(safe_label(missing, longest=400), icon=":material/upload_file:")
    for note in studio.project.notes:
        st.warning(safe_label(note, longest=500))
    if trouble := projects.trouble():
        st.warning(safe_label(trouble, longest=300))
    if studio.message:
        st.info(studio.message, icon=":material/info:")


def _made(page: Page, studio: Studio) -> bool:
    return bool(page.makes) and getattr(studio, page.makes) is not None
