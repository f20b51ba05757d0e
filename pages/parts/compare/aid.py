"""The picture that helps to choose the settings of a method, where its entry in the registry of aids has one."""

from __future__ import annotations

from typing import Any

import streamlit as st

from pages.parts.compare import rows
from pages.parts.compare.memory import AidAsked, CompareMemory
from pages.ui import jobs, show
from pages.ui.state import Studio, needed
from segmentation.charts.aids import AIDS, Aid
from segmentation.clustering.methods import Method
from segmentation.core.own_process import run_behind

__all__ = ["offer"]

_JOB = "ways-aid"


def offer(studio: Studio, method: Method, settings: Any) -> None:
    """The method's aid under its settings: made on request, as a job, and kept until the customers change."""
    aid = AIDS.get(method.name)
    if aid is None:
        return
    mine, made = studio.memory_of(CompareMemory), jobs.watch(_JOB)
    if made is not None and mine.aid_asked is not None:
        mine.aid = (mine.aid_asked, made)
        st.rerun()
    wanted = (needed(studio.recipe), method.name, settings)
    if mine.aid is not None and mine.aid[0][0] is studio.recipe and mine.aid[0][1] == method.name:
        asked, table = mine.aid
        with st.expander(aid.title, expanded=True):
            st.caption(aid.help)
            show.figure(aid.draw(table), f"compare-aid-{method.name}", aid.caption(table))
            if asked[2] != settings and st.button("Draw again with these settings", key="compare-aid-again"):
                _begin(studio, aid, wanted)
    elif not jobs.running(_JOB) and st.button(
        aid.title, key="compare-aid-start", type="tertiary", icon=":material/insights:", help=aid.help
    ):
        _begin(studio, aid, wanted)


def _begin(studio: Studio, aid: Aid, wanted: AidAsked) -> None:
    if jobs.start(_JOB, aid.title, run_behind, aid.make, rows.prepared(studio), wanted[2]):
        studio.memory_of(CompareMemory).aid_asked = wanted
    st.rerun()
