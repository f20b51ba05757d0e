"""Columns that are made of others: listed, removable, and a form that writes the formula of a new one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from pages.parts.data.memory import DataMemory
from pages.ui import show, state
from pages.ui.state import Studio
from segmentation.core.errors import SegmentationError
from segmentation.core.roles import ROLES
from segmentation.core.tables import FeatureTable, Table
from segmentation.core.text import label_text, listed, number_text, plain_text, safe_label
from segmentation.data.derived import FUNCTIONS, derive, derived_from, written
from segmentation.data.profiling import column_kind, suggest_roles

__all__ = ["faults", "give_up", "of_features", "panel", "table"]

_SUGGESTED = ""
_ROLES = ("feature", "category", "descriptor", "sensitive", "outcome", "left out")
_SHOWN = 5


def table(studio: Studio, read: Table) -> Table:
    """The table as it was read, with the columns that are made of its own."""
    return _made(studio, read)[0]


def faults(studio: Studio, read: Table) -> None:
    """What keeps a column from being made of this file, and a button that gives it up."""
    for name, text in _made(studio, read)[1].items():
        with st.container(horizontal=True, vertical_alignment="center"):
            st.warning(safe_label(text, longest=600))
            if st.button("Remove it", key=f"made-fault-{list(studio.made_columns).index(name)}"):
                _remove(studio, name)


def of_features(features: FeatureTable) -> Table:
    """Customers that were built of other rows, as the table whose columns formulas name."""
    known = [block.column for block in features.blocks]
    levels = {name for block in features.blocks for name in block.features}
    frame = features.frame[[name for name in features.names if name not in levels]].join(features.descriptors[known])
    return Table(features.source, frame.reset_index(drop=True), derived=derived_from(features.replay))


def give_up(studio: Studio) -> None:
    """A button for each made column, where the customers cannot be built with them."""
    for place, name in enumerate(studio.made_columns):
        if st.button(label_text(f"Remove {name}"), key=f"made-fault-{place}"):
            _remove(studio, name)


def panel(studio: Studio, current: Table, *, roles: bool = True) -> None:
    """The columns made so far, and the form for another. roles: whether a column can get one of the user's choice."""
    for place, item in enumerate(current.derived):
        with st.container(horizontal=True, vertical_alignment="center", key=f"made-{place}"):
            formula = safe_label(item.formula, longest=300)
            st.markdown(f"**{safe_label(item.name)}** = {formula}", width="stretch")
            if st.button("Remove", key=f"made-remove-{place}", help=label_text(f"Remove {item.name}")):
                _remove(studio, item.name)
    with st.expander("Make a column of others"):
        _form(studio, current, roles=roles)


def _form(studio: Studio, current: Table, *, roles: bool) -> None:
    version = studio.memory_of(DataMemory).made
    st.caption("An age, a sum, a ratio, bands: kept with the model, and made again in every later file.")
    how = st.selectbox("What shall it be?", list(_WAYS), key=f"made-way-{version}", width=320)
    formula = _WAYS[how](current, f"made-{version}-{list(_WAYS).index(how)}")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.text_input("Its name", key=f"made-name-{version}", max_chars=100, width=220).strip()
        words = {_SUGGESTED: "As suggested"} | {role: ROLES[role].split(":")[0] for role in _ROLES if roles}
        role = _SUGGESTED
        if roles:
            role = st.selectbox(
                "Its role", list(words), format_func=words.__getitem__, key=f"made-role-{version}", width=180
            )
    if not formula:
        return
    st.caption(f"{safe_label(name or 'new')} = {safe_label(formula, longest=500)}")
    try:
        made = derive(current, {name or "new": formula})
    except SegmentationError as error:
        show.problem(error)
        return
    _preview(made)
    if st.button("Make this column", key=f"made-make-{version}", type="primary", disabled=not name):
        _add(studio, made, role)
    if not name:
        st.caption("Give it a name first.")


def _preview(made: Table) -> None:
    """Some values of the new column beside those that it is made of, its suggested role, and how many are missing."""
    item = made.derived[-1]
    columns = [name for name, _ in item.kinds] + [item.name]
    rows = made.frame[columns].dropna(subset=[item.name]).head(_SHOWN)
    suggested = next(role for role in suggest_roles(made) if role.name == item.name)
    missing = int(made.frame[item.name].isna().sum())
    st.dataframe(
        pd.DataFrame({plain_text(name, longest=40): [_cell(value) for value in rows[name]] for name in columns}),
        hide_index=True,
        key="made-preview",
        alt="Some customers with the new column and the columns that it is made of",
    )
    gaps = (
        f" {number_text(missing)} of {number_text(len(made.frame))} customers have no value in it." if missing else ""
    )
    role = ROLES[suggested.role].split(":")[0]
    st.caption(f"Suggested role: {role}. {safe_label(suggested.reason, longest=200)}{gaps}")


def _cell(value: Any) -> str:
    if pd.isna(value):
        return "–"
    if isinstance(value, pd.Timestamp):
        return f"{value:%Y-%m-%d}"
    return number_text(value) if isinstance(value, float) else plain_text(value, longest=40)


def _add(studio: Studio, made: Table, role: str) -> None:
    item = made.derived[-1]
    state.put(studio, "made_columns", studio.made_columns | {item.name: item.formula})
    if role:
        state.put(studio, "roles", studio.roles | {item.name: role})
    studio.memory_of(DataMemory).made += 1
    studio.memory_of(DataMemory).editor += 1
    st.rerun()


def _remove(studio: Studio, name: str) -> None:
    state.put(studio, "made_columns", {other: by for other, by in studio.made_columns.items() if other != name})
    studio.memory_of(DataMemory).editor += 1
    st.rerun()


def _made(studio: Studio, read: Table) -> tuple[Table, dict[str, str]]:
    return state.once("made columns", _each, read, dict(studio.made_columns))


def _each(read: Table, formulas: dict[str, str]) -> tuple[Table, dict[str, str]]:
    """The table with every column that can be made, and name → why another cannot."""
    wrong = {}
    for name, formula in formulas.items():
        try:
            read = derive(read, {name: formula})
        except SegmentationError as error:
            wrong[name] = str(error)
    return read, wrong


def _of_kind(current: Table, kinds: Sequence[str]) -> list[str]:
    return [str(name) for name in current.frame.columns if column_kind(current.frame[name]) in kinds]


def _one(label: str, current: Table, kinds: Sequence[str], key: str) -> str:
    """A column as it is written in a formula; "" where none is chosen."""
    names = _of_kind(current, kinds)
    chosen = st.selectbox(
        label, names, index=None, format_func=plain_text, key=key, placeholder="Choose a column", width=240
    )
    return written(chosen) if chosen else ""


def _between(current: Table, key: str) -> str:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        unit = st.selectbox("Counted in", ["years", "months", "days"], key=f"{key}-unit", width=120)
        kinds = ("date", "number") if unit == "years" else ("date",)
        start = _one("From (a date, or a year)" if unit == "years" else "From", current, kinds, f"{key}-from")
        end = _one("To a column", current, kinds, f"{key}-to")
        day = st.date_input(
            "or to a day",
            value=None,
            key=f"{key}-day",
            width=160,
            min_value=date(1900, 1, 1),
            max_value=date(2200, 1, 1),
        )
    last = end or (f"{day:%Y-%m-%d}" if day else "")
    return f"{unit}_between({start}, {last})" if start and last else ""


def _many(function: str) -> Callable[[Table, str], str]:
    def draw(current: Table, key: str) -> str:
        names = _of_kind(current, ("number", "boolean"))
        chosen = st.multiselect("Of these columns", names, format_func=plain_text, key=f"{key}-columns")
        return f"{function}({', '.join(map(written, chosen))})" if len(chosen) > 1 else ""

    return draw


def _two(first: str, sign: str, second: str) -> Callable[[Table, str], str]:
    def draw(current: Table, key: str) -> str:
        with st.container(horizontal=True, vertical_alignment="bottom"):
            one = _one(first, current, ("number", "boolean"), f"{key}-one")
            other = _one(second, current, ("number", "boolean"), f"{key}-other")
        return f"{one} {sign} {other}" if one and other else ""

    return draw


def _without(current: Table, key: str) -> str:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        column = _one("Column", current, ("number",), f"{key}-column")
        codes = st.text_input("Codes that mean nothing", placeholder="such as -1, 999", key=f"{key}-codes", width=220)
    return f"without({column}, {codes.strip()})" if column and codes.strip() else ""


def _bands(current: Table, key: str) -> str:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        column = _one("Column", current, ("number",), f"{key}-column")
        edges = st.text_input("Edges", placeholder="such as 30, 50", key=f"{key}-edges", width=180).strip()
        parts = st.number_input("or so many equal parts", 2, 12, None, key=f"{key}-parts", width=180)
        code = st.text_input("A code with a word", placeholder="such as never=-1", key=f"{key}-code", width=180).strip()
    more = f", {code}" if code and edges else ""
    if column and edges:
        return f"bands({column}, {edges}{more})"
    return f"parts({column}, {parts})" if column and parts else ""


def _formula(current: Table, key: str) -> str:
    typed = st.text_area("Formula", key=f"{key}-text", placeholder="(wine + meat) / visits", height=80, max_chars=2_000)
    with st.popover("What a formula can do"):
        st.markdown("\n".join(f"- {safe_label(item.example)}: {safe_label(item.about)}" for item in FUNCTIONS.values()))
        names = listed([written(str(name)) for name in current.frame.columns], most=30)
        st.caption(f"Columns: {safe_label(names, longest=1_000)}")
    return typed.strip()


_WAYS: dict[str, Callable[[Table, str], str]] = {
    "Time between two days (an age)": _between,
    "Sum": _many("sum"),
    "Mean": _many("mean"),
    "Ratio": _two("This", "/", "divided by"),
    "Difference": _two("This", "-", "less this"),
    "Bands of a number": _bands,
    "A number without codes for “none”": _without,
    "A formula of your own": _formula,
}
"""What a column can be → what draws its form and gives the formula, "" while something is missing."""
