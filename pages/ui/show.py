"""The one way to show a heading, a picture, a table, a problem, an empty page, a next step."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import plotly.graph_objects as go
import streamlit as st
from pandas.api.types import is_numeric_dtype

from pages.ui.sitemap import page_file
from segmentation.core.errors import DataProblems, Problem, SegmentationError
from segmentation.core.notices import Notice
from segmentation.core.tables import Note
from segmentation.core.text import decimals, plain_text, safe_label

__all__ = [
    "Column",
    "altered",
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
    "section",
    "table",
]

_CHART = {"displayModeBar": False, "displaylogo": False, "scrollZoom": False, "responsive": True}
_FORMATS = {"count": "%,d", "share": "%,.1f %%", "plain": "%d"}


@dataclass(frozen=True)
class Column:
    """How a column of a table is shown.

    format: "auto" (by type), "number" (thousands separated, three significant digits), "count" (whole),
    "share" (0.123 → 12.3 %), "text", "right" (text that is a number with its unit, right-aligned), "bars" (each cell a
    list of numbers, drawn small), or a pattern such as "%,.2f". width: "small", "medium", "large" or None.
    """

    label: str
    format: str = "auto"
    help: str = ""
    width: Any = None


def page(question: str, answer: str | None = None) -> None:
    """The heading of a page: its question, and the answer in one sentence once there is one (Markdown)."""
    st.title(question, anchor=False)
    if answer:
        with st.container(key="answer"):
            st.markdown(answer.replace(" %", "\u00a0%"))


def section(title: str, text: str = "") -> None:
    """A heading inside a page, with an optional sentence below it."""
    st.header(title, anchor=False)
    if text:
        st.caption(text)


def figure(
    picture: go.Figure,
    key: str,
    alt: str,
    table: pd.DataFrame | None = None,
    columns: Mapping[str, str | Column] | None = None,
    *,
    on_select: Any = "ignore",
    selection_mode: Any = ("points", "box", "lasso"),
) -> Any:
    """A picture with its text alternative, and the table behind it one click away; returns the selection if asked."""
    chosen = st.plotly_chart(
        picture,
        key=key,
        alt=plain_text(alt, longest=400),
        theme="streamlit",
        config=_CHART,
        on_select=on_select,
        selection_mode=selection_mode,
    )
    if table is not None:
        with st.expander("The figures behind this picture"):
            _table(table, key=f"{key}-table", columns=columns)
    return chosen


def table(
    frame: pd.DataFrame,
    key: str,
    columns: Mapping[str, str | Column] | None = None,
    *,
    height: Any = "auto",
    alt: str | None = None,
    on_select: Any = "ignore",
    selection_mode: Any = "single-row",
) -> Any:
    """A sortable table: labels instead of column names, numbers right-aligned and thousands separated.

    columns: column → label or `Column`, in the order to show; columns that are not named keep their own name and
    follow when `columns` is None. A named index is shown first; an unnamed one is hidden.
    """
    shown = frame.reset_index() if frame.index.name is not None else frame
    named: Mapping[Any, str | Column] = columns or {name: str(name) for name in shown.columns}
    wanted = {name: _as_column(about) for name, about in named.items()}
    order = [name for name in wanted if name in shown.columns]
    data, config = {}, {}
    for name in order:
        about, values = wanted[name], shown[name]
        data[name] = values * 100 if about.format == "share" else values
        config[name] = _config(about, data[name])
    ready = pd.DataFrame(data, index=pd.RangeIndex(len(shown)) if data else None)
    return st.dataframe(
        ready,
        key=key,
        hide_index=True,
        column_config=config,
        height=height,
        on_select=on_select,
        selection_mode=selection_mode,
        placeholder="–",
        alt=alt,
    )


_table = table  # `figure` has an argument of the same name


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
) -> None:
    """The button at the end of a page that leads on; also: (label, page) of a second, quieter way.

    before: done when the button is pressed, ahead of the other page.
    """
    st.divider()
    with st.container(horizontal=True, vertical_alignment="center", key="next-step"):
        if st.button(label, key=f"next-{page}", type="primary", icon=":material/arrow_forward:", icon_position="right"):
            if before is not None:
                before()
            st.switch_page(page_file(page))
        if also is not None and st.button(also[0], key=f"next-{also[1]}"):
            st.switch_page(page_file(also[1]))
        if help:
            st.caption(help)


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


def _as_column(about: str | Column) -> Column:
    return Column(about) if isinstance(about, str) else about


def _config(about: Column, values: pd.Series) -> Any:
    label, help = plain_text(about.label), about.help or None
    if about.format == "bars":
        return st.column_config.BarChartColumn(label, help=help, width=about.width, y_min=0, color="grey")
    if about.format == "right":
        return st.column_config.TextColumn(label, help=help, width=about.width, alignment="right")
    numeric = is_numeric_dtype(values) and values.dtype != bool and str(values.dtype) != "boolean"
    if not numeric or about.format == "text":
        return st.column_config.Column(label, help=help, width=about.width)
    pattern = _FORMATS.get(about.format) or (about.format if "%" in about.format else _pattern(values))
    return st.column_config.NumberColumn(label, help=help, width=about.width, format=pattern)


def _pattern(values: pd.Series) -> str:
    """One number of decimals for a whole column: three significant digits at its typical size."""
    if values.dtype.kind in "iu":
        return "%,d"
    return f"%,.{decimals(values.astype('float64'))}f"


def altered(notices: Iterable[Notice]) -> None:
    """What is done to the cells of a list on its way out, below the button that gives it."""
    for notice in notices:
        st.caption(f"In the list, {safe_label(notice.text, longest=300)}")
