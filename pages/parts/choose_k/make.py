"""The comparison of the Choose k page: compared at once as a job, with the range and the user's own limits."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from typing import Any

import streamlit as st

from pages.parts.choose_k.memory import ChooseKMemory
from pages.ui import jobs, show, state, widgets
from pages.ui.state import Studio, needed
from segmentation.core.errors import SegmentationError
from segmentation.core.own_process import run_behind
from segmentation.core.settings import KSettings
from segmentation.evaluation.choose_k import FULL_ROWS, KComparison, compare, with_limits
from segmentation.preparation import learn
from segmentation.preparation.recipe import Recipe

__all__ = ["begin_early", "comparison", "limits", "settings"]

_JOB, _AHEAD = "comparison", "comparison ahead"
_LABEL = "Comparing numbers of segments"
_LIMITS = ("at_most", "min_share", "min_size")
_SEARCH = ("k_min", "k_max", "n_init", "seed")


def settings(studio: Studio) -> KSettings:
    """The range and limits in use."""
    return studio.memory_of(ChooseKMemory).settings


def begin_early(studio: Studio) -> None:
    """Compare with the present preparation while an earlier page is read, so that the comparison is there when wanted.

    What is changed there ends it. Many customers are compared only when it is asked for.
    """
    if studio.features is None or studio.comparison is not None or len(studio.features.frame) > FULL_ROWS:
        return
    mine = studio.memory_of(ChooseKMemory)
    with contextlib.suppress(SegmentationError):  # Prepare says what is wrong
        wanted = (state.once("learned", learn, studio.features, studio.prep), mine.settings)
        if not _alike(mine.ahead, wanted):
            jobs.forget(_AHEAD)
            mine.ahead = wanted
            jobs.start(_AHEAD, _LABEL, run_behind, compare, studio.features, *wanted)


def comparison(studio: Studio) -> KComparison | None:
    """The comparison under the present limits; started as a job when there is none, and watched."""
    if studio.comparison is None:
        mine = studio.memory_of(ChooseKMemory)
        recipe, tried = needed(studio.recipe), mine.tried
        if not _alike(tried, (recipe, mine.settings)) or not jobs.known(_JOB):  # one cancelled or failed is known
            mine.tried = (recipe, mine.settings)
            early = _alike(mine.ahead, mine.tried) and jobs.rename(_AHEAD, _JOB)
            mine.ahead = None
            if not early:
                jobs.forget(_AHEAD)
                jobs.start(_JOB, _LABEL, run_behind, compare, needed(studio.features), *mine.tried)
        made = jobs.watch(_JOB, soon=len(needed(studio.features).frame) <= FULL_ROWS)
        if made is not None:
            state.put(studio, "comparison", made)
            st.rerun()
        if not jobs.running(_JOB) and st.button("Compare again", key="choose-k-again", type="primary"):
            mine.tried = None
            st.rerun()
        return None
    return state.once("choose-k-limited", with_limits, studio.comparison, settings(studio))


def _alike(one: tuple[Recipe, KSettings] | None, other: tuple[Recipe, KSettings]) -> bool:
    return one is not None and one[0] is other[0] and one[1] == other[1]


def limits(studio: Studio) -> None:
    """Two forms in a popover: the user's own limits (applied at once) and the range (compares anew)."""
    present = settings(studio)
    with widgets.popover("Limits and range", "choose-k-limits-popover", icon=":material/tune:"):
        with st.form("choose-k-limits", border=False):
            st.markdown("**Your limits** for the recommendation")
            wanted = _fields(present, _LIMITS)
            if st.form_submit_button("Apply limits", type="primary"):
                _take(studio, wanted, anew=False)
        with st.form("choose-k-range", border=False):
            st.markdown("**What is compared**")
            wanted = _fields(present, _SEARCH)
            if st.form_submit_button("Compare again"):
                _take(studio, wanted, anew=True)


def _fields(present: KSettings, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: widgets.from_option(KSettings, name, getattr(present, name), f"choose-k-{name}") for name in names}


def _take(studio: Studio, wanted: dict[str, Any], *, anew: bool) -> None:
    mine = studio.memory_of(ChooseKMemory)
    try:
        mine.settings = replace(mine.settings, **wanted)
    except SegmentationError as error:
        show.problem(error)
        return
    if anew:
        state.put(studio, "comparison", None)
    widgets.close("choose-k-limits-popover")
    st.rerun()
