"""How a file is read, as questions and as a form; both give back the settings the user asked for, or None."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import streamlit as st

from pages.ui import widgets
from segmentation.core.errors import SegmentationError
from segmentation.core.tables import Table
from segmentation.core.text import plain_text, safe_label
from segmentation.data.reading import KINDS, ReadSettings, sheets
from segmentation.data.reading.joined_sheets import ALL_SHEETS

__all__ = ["form", "questions"]

_TEXT_FILE = ("encoding", "separator", "quote")
_EVERY_FILE = ("decimal", "date_order", "swapped", "dash", "days_from", "total_rows", "short_lines", "blanks_below")


def questions(table: Table, wanted: ReadSettings, key: str) -> ReadSettings | None:
    """What only the user can know, asked in the open (`Table.questions`); the settings to read with once answered."""
    for question in table.questions:
        if getattr(wanted, question.setting) is not None:
            continue
        labels = {value: safe_label(label, longest=80) for value, label in question.choices}
        chosen = st.segmented_control(
            safe_label(question.text, longest=200),
            list(labels),
            format_func=labels.__getitem__,
            key=f"{key}-ask-{question.setting}",
        )
        if chosen is not None:
            return replace(wanted, **{question.setting: chosen})
    return None


def form(table: Table, wanted: ReadSettings, data: bytes, key: str) -> ReadSettings | None:
    """Every setting with the value that was found or chosen; the settings to read with once a button is pressed."""
    settings: ReadSettings = table.settings
    with st.form(f"{key}-form", border=False):
        changed = _fields(table, settings, data, key)
        column, kind = _one_column(table, settings, key)
        marks = st.text_input(
            "Further marks for a missing value, separated by blanks", " ".join(wanted.missing), key=f"{key}-missing",
            placeholder="-999 unknown",
        )  # fmt: skip
        with st.container(horizontal=True, gap="small"):
            read_again = st.form_submit_button("Read it again", type="primary", key=f"{key}-read")
            start_over = st.form_submit_button("Find everything again", key=f"{key}-fresh")
    if start_over:
        return ReadSettings()
    if not read_again:
        return None
    new = replace(wanted, missing=tuple(marks.split()), **changed)
    if column is not None and kind != dict(settings.columns).get(column, "trimmed"):
        others = tuple(item for item in wanted.columns if item[0] != column)
        kept_as_text = tuple(item for item in wanted.as_text if item != column)
        new = replace(new, columns=(*others, (column, kind)), as_text=kept_as_text)
    return new


def _fields(table: Table, settings: ReadSettings, data: bytes, key: str) -> dict[str, Any]:
    """The widgets of the settings of the whole file; name → value of those that the user changed."""
    names = (*_TEXT_FILE, *_EVERY_FILE) if settings.separator is not None else _EVERY_FILE
    chosen: dict[str, Any] = {}
    places = st.columns(3, gap="medium")
    for index, name in enumerate(names):
        with places[index % 3]:
            value = getattr(settings, name)
            chosen[name] = widgets.from_option(ReadSettings, name, value, f"{key}-{name}")
    with places[len(names) % 3]:
        line = widgets.from_option(ReadSettings, "header_row", settings.header_row or 0, f"{key}-header_row")
        chosen["header_row"] = max(int(line), 0)
    if settings.sheet is not None:
        with places[(len(names) + 1) % 3]:
            chosen["sheet"] = _sheet(table, settings.sheet, data, key)
    if tables := next((question for question in table.questions if question.setting == "table"), None):
        with places[(len(names) + 2) % 3]:
            table_now = _table(dict(tables.choices), str(tables.taken), key)
            chosen["table"] = settings.table if table_now == tables.taken else table_now
    return {name: value for name, value in chosen.items() if value != getattr(settings, name)}


def _table(labels: dict[str, str], now: str, key: str) -> str:
    return st.selectbox(
        "Table of the sheet",
        list(labels),
        format_func=lambda name: safe_label(labels[name], longest=80),
        key=widgets.bound(f"{key}-table", now),
    )


def _sheet(table: Table, taken: str, data: bytes, key: str) -> str:
    try:
        names = list(sheets(data, table.name))
    except SegmentationError:
        names = [taken]
    names = [ALL_SHEETS, *names] if taken == ALL_SHEETS or len(names) > 1 else names
    label = {ALL_SHEETS: "All with the same columns"}
    return st.selectbox(
        "Sheet",
        names,
        format_func=lambda name: label.get(name, plain_text(name)),
        key=widgets.bound(f"{key}-sheet", taken),
    )


def _one_column(table: Table, settings: ReadSettings, key: str) -> tuple[str | None, str]:
    """Which column is to be read as what."""
    left, right = st.columns(2, gap="medium")
    with left:
        column = st.selectbox(
            "Read one column differently", [None, *table.frame.columns], key=f"{key}-column",
            format_func=lambda name: "No, leave all as they are" if name is None else plain_text(name, longest=60),
        )  # fmt: skip
    with right:
        kind = st.selectbox("Read it as", list(KINDS), format_func=KINDS.__getitem__, key=f"{key}-kind")
    return column, kind
