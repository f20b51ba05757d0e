"""Try another way: method and settings, drawn from the registry of methods alone, with its limits said first."""

from __future__ import annotations

from dataclasses import asdict, fields, replace
from typing import Any

import streamlit as st

from pages.parts.compare import aid, rows
from pages.parts.compare.memory import CompareMemory
from pages.ui import show, widgets
from pages.ui.state import Studio, needed
from segmentation.clustering.methods import METHODS, Method
from segmentation.core.errors import SegmentationError
from segmentation.core.text import count_text, safe_label

__all__ = ["panel"]

_IN_A_ROW = 4


def panel(studio: Studio) -> None:
    """The menu of methods, the settings of the chosen one, and the buttons that add it or all of them."""
    with st.container(border=True, key="compare-add"):
        with st.container(horizontal=True, vertical_alignment="bottom", key="compare-menu"):
            method = _chosen(studio)
            st.caption(f"{safe_label(method.help, longest=300)} {_limits(method, len(needed(studio.features).frame))}")
        wanted = _settings(studio, method)
        reason = method.refusal(len(needed(studio.features).frame))
        if reason:
            st.warning(safe_label(reason, longest=400))
        with st.container(horizontal=True, vertical_alignment="center", key="compare-buttons"):
            busy = rows.busy()
            pressed = st.button(
                "Add to the comparison", key="compare-go", type="primary", disabled=bool(reason) or busy
            )
            every = st.button(
                "Compare the usual ones",
                key="compare-usual",
                disabled=busy,
                help=f"Adds every method with its defaults and {studio.chosen_k} segments where it is "
                "told a number. What cannot run here is left out and said.",
            )
        if not reason:
            aid.offer(studio, method, wanted)
    if pressed:
        _add(studio, method, wanted)
    if every:
        rows.add_usual(studio)
        st.rerun()


def _chosen(studio: Studio) -> Method:
    """The method in the menu; at first one that the comparison does not have from the start."""
    names = list(METHODS)
    mine = studio.memory_of(CompareMemory)
    given = mine.method or names[min(1, len(names) - 1)]
    picked = st.selectbox(
        "Method",
        names,
        format_func=lambda name: METHODS[name].label,
        key=widgets.bound("compare-method", given if given in METHODS else names[0]),
        width=260,
    )
    mine.method = picked
    return METHODS[picked]


def _settings(studio: Studio, method: Method) -> Any:
    """One widget for each setting, four in a row; what was chosen is kept for the next visit."""
    default = method.settings() if method.finds_k else replace(method.settings(), k=studio.chosen_k)
    mine = studio.memory_of(CompareMemory)
    given = mine.settings.get(method.name, default)
    chosen = {}
    named = [item.name for item in fields(method.settings)]
    for start in range(0, len(named), _IN_A_ROW):
        row = named[start : start + _IN_A_ROW]
        for column, name in zip(st.columns(_IN_A_ROW), row, strict=False):
            with column:
                key = f"compare-{method.name}-{name}"
                chosen[name] = widgets.from_option(method.settings, name, getattr(given, name), key)
    wanted = method.settings(**chosen)
    if wanted != default:
        mine.settings[method.name] = wanted
    return wanted


def _limits(method: Method, rows: int) -> str:
    """What is done with so many customers, before anything starts."""
    sentences = f"A new customer belongs to {method.assignment}."
    if method.sample_rows is not None and rows > method.sample_rows:
        sentences += (
            f" It is fitted to {count_text(method.sample_rows)} of the {count_text(rows)} customers, drawn at random; "
            "its rule places the others."
        )
    return sentences


def _add(studio: Studio, method: Method, wanted: Any) -> None:
    try:
        method.choose(asdict(wanted))
    except SegmentationError as error:
        show.problem(error)
        return
    rows.add(studio, method.name, asdict(wanted))
    st.rerun()
