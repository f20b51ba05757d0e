"""The one way to show a heading, a picture, a table, a problem, an empty page, a next step."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from pages.ui.file_names import of_key
from pages.ui.sitemap import page_file
from pages.ui.tables import Column, Written, as_file, on_phone, table
from segmentation.charts.style import for_phone, percent_ticks
from segmentation.core.errors import DataProblems, Problem, SegmentationError
from segmentation.core.glossary import explained
from segmentation.core.notices import Notice
from segmentation.core.tables import Note
from segmentation.core.text import plain_text, safe_label

__all__ = [
    "Column",
    "Written",
    "actions",
    "altered",
    "as_file",
    "download",
    "empty",
    "facts",
    "figure",
    "method",
    "next_step",
    "notes",
    "page",
    "problem",
    "problems",
    "said",
    "section",
    "stroke",
    "table",
]

_CHART = {
    "displayModeBar": "hover",
    "displaylogo": False,
    "scrollZoom": False,
    "responsive": True,
    "modeBarButtonsToRemove": ["select2d", "lasso2d", "autoScale2d"],
}


def page(question: str, answer: str | None = None) -> None:
    """The heading of a page: its question, and the answer in one sentence once there is one (Markdown)."""
    st.title(question, anchor=False)
    if answer:
        with st.container(key="answer"):
            st.markdown(answer.replace(" %", "\u00a0%"), help=explained(answer) or None)


def section(title: str, text: str = "") -> None:
    """A heading inside a page, with an optional sentence below it."""
    st.header(title, anchor=False)
    if text:
        st.caption(text, help=explained(text) or None)


def actions(title: str) -> Any:
    """A section of buttons and fields alone, to draw them in: paper has no use for it, so it is not printed."""
    made = st.container(key=f"actions-{title.lower().replace(' ', '-')}")
    made.header(title, anchor=False)
    return made


_table = table  # `figure` has an argument of the same name


def figure(
    picture: go.Figure,
    key: str,
    alt: str,
    table: pd.DataFrame | None = None,
    columns: Mapping[str, str | Column] | None = None,
    *,
    on_select: Any = "ignore",
    selection_mode: Any = ("points", "box", "lasso"),
    answered: int = 0,
) -> Any:
    """A picture with its text alternative, and the table behind it one click away; returns the selection if asked.

    answered: how many selections in it were answered already; the picture then begins anew without one, and what was
    clicked can be clicked again.
    """
    picture = percent_ticks(picture)
    if on_phone():
        picture = for_phone(picture)
    if on_select != "ignore":
        picture = go.Figure(picture).update_layout(clickmode="event+select")
    chosen = st.plotly_chart(
        picture,
        key=f"{key}-again-{answered}" if answered else key,
        alt=plain_text(alt, longest=400),
        theme="streamlit",
        config=_CHART | {"toImageButtonOptions": {"filename": Path(of_key(key, "png")).stem, "scale": 2}},
        on_select=on_select,
        selection_mode=selection_mode,
    )
    if table is not None:
        with st.expander("The figures behind this picture"):
            _table(table, key=f"{key}-table", columns=columns)
    return chosen


def stroke(colour: str) -> None:
    """A bar in a colour (of a `Palette`), above what is said of a segment."""
    st.html(f'<div style="height:6px;border-radius:3px;background:{colour}"></div>')


def facts(items: Iterable[tuple[str, str]]) -> None:
    """A row of figures with their names: (label, value as text) each."""
    with st.container(horizontal=True, key=None, gap="medium"):
        for label, value in items:
            st.metric(safe_label(label), plain_text(value), width="content")


def problem(error: SegmentationError | Problem | str) -> None:
    """One problem, or all the problems of one error, each in its plain sentence."""
    if getattr(error, "problems", None):
        problems(error.problems)  # type: ignore[union-attr]
        return
    sentence = getattr(error, "sentence", None) or str(error)
    stops = getattr(error, "fatal", True)
    (st.error if stops else st.warning)(safe_label(sentence, longest=600))


def problems(items: Iterable[Problem] | DataProblems) -> None:
    """A list of problems: those that stop the work first, the others folded when there are many."""
    listed = list(items.problems if isinstance(items, DataProblems) else items)
    for fatal, draw in ((True, st.error), (False, st.warning)):
        lines = [safe_label(item.sentence, longest=600) for item in listed if item.fatal == fatal]
        if len(lines) == 1:
            draw(lines[0])
        elif lines:
            draw("\n".join(f"- {line}" for line in lines))


def notes(done: Sequence[Note], title: str = "What we did to your file") -> None:
    """Everything that reading or building did to the data, with examples of before and after."""
    if not done:
        return
    with st.expander(f"{title} ({len(done)})"):
        for note in done:
            st.markdown(f"- **{safe_label(note.where)}**: {safe_label(note.what, longest=400)}{_examples(note)}")


def empty(text: str, button_label: str, page: str) -> None:
    """An empty page: what will appear here, and the one action that fills it."""
    with st.container(border=True, key="empty"):
        st.markdown(text)
        if st.button(button_label, key=f"empty-{page}", type="primary"):
            st.switch_page(page_file(page))


def next_step(
    label: str,
    page: str,
    help: str = "",
    *,
    also: tuple[str, str] | None = None,
    before: Callable[[], None] | None = None,
    before_also: Callable[[], object] | None = None,
) -> None:
    """The button at the end of a page that leads on; also: (label, page) of a second, quieter way.

    before, before_also: done when the one or the other is pressed, ahead of its page.
    """
    st.divider()
    with st.container(horizontal=True, vertical_alignment="center", key="next-step"):
        if st.button(label, key=f"next-{page}", type="primary", icon=":material/arrow_forward:", icon_position="right"):
            if before is not None:
                before()
            st.switch_page(page_file(page))
        if also is not None and st.button(also[0], key=f"next-{also[1]}"):
            if before_also is not None:
                before_also()
            st.switch_page(page_file(also[1]))
        if help:
            st.caption(help)


def said(text: str, *, small: bool = False) -> None:
    """A sentence (Markdown), its technical words explained beside it; small: as a caption."""
    (st.caption if small else st.markdown)(text.replace(" %", "\u00a0%"), help=explained(text) or None)


def method(text: str) -> None:
    """How the figures of this page are computed, with formula and source, folded (Markdown)."""
    with st.expander("How this is computed"):
        st.markdown(text)


def download(label: str, data: Any, filename: str, mime: str, key: str, *, help: str | None = None) -> None:
    """A download; `data` may be a function that makes the bytes when the button is pressed."""
    st.download_button(label, data, filename, mime, key=key, help=help, on_click="ignore", icon=":material/download:")


def _examples(note: Note) -> str:
    if not note.examples:
        return ""
    pairs = ", ".join(
        f"{safe_label(before) or 'blank'} → {safe_label(after) or 'blank'}" for before, after in note.examples
    )
    return f" ({pairs})"


def altered(notices: Iterable[Notice]) -> None:
    """What is done to the cells of a list on its way out, below the button that gives it."""
    for notice in notices:
        st.caption(f"In the list, {safe_label(notice.text, longest=300)}")
