"""What can be decided for one column alone: choices with "as the steps say", and how much it counts, with what for."""

from __future__ import annotations

from typing import Any

import streamlit as st

from pages.ui import state, widgets
from pages.ui.state import Studio, needed
from segmentation.core.errors import SegmentationError
from segmentation.core.settings import ColumnPrep
from segmentation.core.text import safe_label
from segmentation.evaluation.weights import weight_change, weight_words

__all__ = ["KEEPS", "choose", "weigh", "what_changes"]

_SEGMENTS = 4
"""How many segments show what a weight changes before a number was chosen."""
_AS_STEPS = {"": "As the steps say"}
KEEPS: dict[Any, str] = {True: "Always keep it", False: "Leave it out"}


def choose(label: str, options: dict[Any, str], value: Any, key: str) -> Any:
    """One of the options, or None for "As the steps say"."""
    offered = _AS_STEPS | options
    shown = widgets.bound(key, "" if value is None else value)
    chosen = st.selectbox(label, list(offered), format_func=offered.__getitem__, key=shown, width=240)
    return None if chosen == "" else chosen


def weigh(value: float | None, key: str) -> float | None:
    """How many columns the column counts as; None where it is one, as all are."""
    weight = widgets.from_option(ColumnPrep, "weight", 1.0 if value is None else value, key)
    return None if weight == 1 else float(weight)


def what_changes(studio: Studio, column: str) -> None:
    """What the weight of a column changes in the segments, where it has one."""
    if studio.recipe is None or column not in studio.recipe.weighed:
        return
    k = studio.k or _SEGMENTS
    try:
        change = state.once(f"weight/{column}", weight_change, needed(studio.features), studio.prep, column, k)
    except SegmentationError as error:
        st.caption(safe_label(str(error), longest=300))
        return
    st.markdown(safe_label(weight_words(change), longest=600))
