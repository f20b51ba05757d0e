"""Widgets made from the label, help and range that stand beside a setting."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from time import monotonic
from typing import Any

import streamlit as st

__all__ = [
    "bound",
    "close",
    "drawn",
    "fill",
    "from_option",
    "opened",
    "page_now",
    "popover",
    "preset",
    "switch",
    "unselect",
    "value",
]

_PAGE, _VISIT = "page/now", "page/visit"
_ON_ITS_WAY = 2.0
"""Seconds in which what a run gave to a widget may not have left for the browser."""


def bound(key: str, value: Any) -> str:
    """Make the widget with this key show `value` whenever `value` changed elsewhere; returns the key.

    Give the widget this key and no value of its own. Then a preset, a page change or a new file moves the widget,
    and a click of the user is not overwritten. On every visit of its page it starts from `value`, and it is given that
    again while it may be on its way: where a run soon follows another one, Streamlit drops what it has not sent yet,
    and the browser would show the widget's minimum while the server knows it with its value.
    """
    now, visit = monotonic(), st.session_state.get(_VISIT, 0)
    *given, since = st.session_state.get(f"{key}/given", (None, None, 0.0))
    if key not in st.session_state or given != [visit, value]:
        st.session_state[key] = value
        st.session_state[f"{key}/given"] = (visit, value, now)
    elif now - since < _ON_ITS_WAY and st.session_state[key] == value:
        st.session_state[key] = value
    return key


def opened(page: str) -> None:
    """Count the visits of pages; the router tells it in every run which page is drawn."""
    if st.session_state.get(_PAGE) != page:
        st.session_state[_PAGE] = page
        st.session_state[_VISIT] = st.session_state.get(_VISIT, 0) + 1


def page_now() -> str:
    """The key of the page that is drawn; empty where no router said so."""
    return str(st.session_state.get(_PAGE, ""))


def drawn(key: str) -> bool:
    """Whether the widget with this key was on the screen in the last run, so that it still holds what was typed."""
    return key in st.session_state


def value(key: str) -> Any:
    """What the widget with this key holds; None when it is not on the screen. For callbacks."""
    return st.session_state.get(key)


def fill(values: Mapping[str, Any]) -> None:
    """Put values into widgets by their keys. For callbacks: before the widgets are drawn in this run."""
    for key, new in values.items():
        st.session_state[key] = new


def unselect(key: str) -> None:
    """Take back what is selected in the table with this key, so that the same can be clicked again. For callbacks."""
    if key in st.session_state:
        st.session_state[key] = {"selection": {"rows": [], "columns": [], "cells": []}}


def from_option(settings_class: Any, name: str, value: Any, key: str, *, disabled: bool = False) -> Any:
    """The widget for one field of a settings class, showing `value`; returns what the user chose.

    Choices become a selection box, true or false a switch, a number with both limits a slider or a number box.
    """
    about = next(item for item in fields(settings_class) if item.name == name).metadata
    label, help = about["label"], about["help"] or None
    bound(key, value)
    if about["choices"] is not None:
        return _choice(label, about["choices"], key, help, disabled)
    if isinstance(value, bool):
        return st.toggle(label, key=key, help=help, disabled=disabled)
    return _number(label, about, value, key, help, disabled)


def popover(label: str, key: str, **about: Any) -> Any:
    """A popover that `close` closes once its work is done."""
    if st.session_state.pop(f"{key}/close", False):
        st.session_state[key] = False
    return st.popover(label, key=key, on_change="rerun", **about)


def close(key: str) -> None:
    """Have the popover with this key closed when it is drawn next."""
    st.session_state[f"{key}/close"] = True


def switch(label: str, options: Mapping[Any, str], key: str) -> Any:
    """A row of choices of which exactly one is always taken, at first the first; kept while the session lasts."""
    return st.segmented_control(
        label,
        list(options),
        default=next(iter(options)),
        format_func=options.__getitem__,
        key=key,
        required=True,
        persist_state="session",
    )


def preset(label: str, options: Mapping[str, str], value: str | None, key: str) -> str | None:
    """A row of named presets; None when the present settings are none of them."""
    bound(key, value)
    return st.segmented_control(
        label, list(options), format_func=lambda name: options[name], key=key, required=value is not None
    )


def _choice(label: str, choices: Mapping[Any, str], key: str, help: str | None, disabled: bool) -> Any:
    return st.selectbox(
        label, list(choices), format_func=lambda choice: choices[choice], key=key, help=help, disabled=disabled
    )


def _number(label: str, about: Mapping[str, Any], value: Any, key: str, help: str | None, disabled: bool) -> Any:
    low, high = about["low"], about["high"]
    whole = isinstance(value, int)
    kind = int if whole else float
    low, high = None if low is None else kind(low), None if high is None else kind(high)
    common: dict[str, Any] = {"min_value": low, "max_value": high, "key": key, "help": help, "disabled": disabled}
    if low is None or high is None or (whole and high - low > 100):
        return st.number_input(label, step=1 if whole else None, **common)
    step: Any = 1 if whole else 0.01 if high - low <= 1 else 0.25
    return st.slider(label, step=step, format=None if whole else "percent" if about["percent"] else "%.2f", **common)
