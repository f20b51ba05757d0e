"""The evidence of the Choose k page: tested by itself as a job, shown as one sentence, three reasons and the rest."""

from __future__ import annotations

import time
from dataclasses import asdict
from typing import Any

import streamlit as st

from pages.parts.choose_k import make
from pages.parts.choose_k.memory import ChooseKMemory
from pages.parts.compare import rows
from pages.parts.compare.memory import CompareMemory
from pages.ui import jobs, show, state
from pages.ui.sitemap import page_file
from pages.ui.state import Studio, needed
from segmentation.clustering.methods.classes import CLASSES, ClassesSettings
from segmentation.core.own_process import run_behind
from segmentation.core.settings import Progress
from segmentation.core.text import count_text, counted, safe_label
from segmentation.evaluation.choose_k import KComparison
from segmentation.evaluation.evidence import (
    MAIN,
    VERDICTS,
    Evidence,
    gather,
    preparation_matters,
    under_limits,
    what_matters,
)
from segmentation.preparation.findings import preparation_finding, weights_text

__all__ = ["evidence", "preparation", "verdict"]

_JOB = "evidence"
_DRAWING = 0.6
"""Seconds that a browser takes to draw this page."""
_STEPS: dict[str, str | show.Column] = {
    "step": "What is changed",
    "agreement": show.Column("Agreement", "%.2f", help="1: the same segments. 0: what chance gives."),
    "words": "In words",
    "silhouette": show.Column("Silhouette", "%.3f"),
    "sizes": "Customers in each segment",
    "note": "Why there is no figure",
}


def evidence(studio: Studio) -> Evidence | None:
    """The evidence under the present limits, if it has been gathered."""
    if studio.evidence is None:
        return None
    compared = needed(studio.comparison)
    return state.once("evidence-limited", under_limits, studio.evidence, compared, make.settings(studio))


def verdict(studio: Studio, comparison: KComparison, gathered: Evidence | None) -> None:
    """The verdict card; before there is one, the test that runs by itself."""
    with st.container(border=True, key="verdict"):
        if gathered is None:
            _test(studio)
            return
        st.markdown(f"**{VERDICTS[gathered.state]}**")
        st.markdown(_listed(gathered.reasons[:MAIN]))
        if weights := weights_text(needed(studio.recipe)):
            st.markdown(f"- {safe_label(weights, longest=400)}")
        if more := gathered.reasons[MAIN:]:
            with st.expander(counted(len(more), "more reason")):
                st.markdown(_listed(more))
        if gathered.state == "none":
            _lead_on()
        if gathered.method == "mixture" and st.button(f"Compare with the mixture of {gathered.decision.k}"):
            st.switch_page(page_file("compare"))
        if needed(studio.recipe).blocks:
            _other_way(studio, gathered)


def _other_way(studio: Studio, gathered: Evidence) -> None:
    """With categories there is a way of grouping that finds planted groups more surely (docs/kinds.md)."""
    k = gathered.classes_k
    why = "Most columns are categories: *latent classes* are recommended for them."
    if gathered.finer:
        why = f"The categories tell more groups apart than the gaps do: {k} *latent classes*, which are recommended."
    with st.container(horizontal=True, vertical_alignment="center", key="verdict-classes"):
        st.markdown(
            f"{why} All figures and personas below are those of K-means, for comparison."
            if k
            else "Categories take part. *Latent classes* found the groups of made-up customers like these more surely "
            "than K-means, which is shown here.",
            width="stretch",
        )
        label = f"Compare with the latent classes of {k}" if k else "Compare with latent classes"
        if st.button(label, key="verdict-compare", type="primary" if k else "secondary"):
            if k:
                rows.suggest(studio, CLASSES.name, asdict(ClassesSettings(k=k)))
            studio.memory_of(CompareMemory).method = CLASSES.name
            st.switch_page(page_file("compare"))


def _listed(reasons: tuple[str, ...]) -> str:
    return "\n".join(f"- {safe_label(reason, longest=500)}" for reason in reasons)


def _lead_on() -> None:
    """What to do where nothing was found: other figures, another preparation, or cuts that one answers for."""
    st.markdown(
        "**What now?** If you expected groups, describe the customers by other features, or prepare them in another "
        "way, and compare again. If you need groups all the same, for a campaign say, go on below: they will be "
        "slices of your own choosing."
    )
    with st.container(horizontal=True, key="verdict-ways"):
        for label, page in (("Choose other features", "data"), ("Change the preparation", "prepare")):
            if st.button(label, key=f"verdict-{page}"):
                st.switch_page(page_file(page))


def _test(studio: Studio) -> None:
    """Start the test where it was not tried on this comparison yet, and watch it."""
    mine, compared = studio.memory_of(ChooseKMemory), needed(studio.comparison)
    st.markdown("**Are these groups real?**")
    if mine.tested is not compared and not jobs.running(_JOB):
        mine.tested = compared
        inputs = (studio.features, studio.recipe, compared)
        jobs.start(_JOB, "Looking for gaps between groups", _once_drawn, *inputs)
    made = jobs.watch(_JOB)
    if made is not None:
        state.put(studio, "evidence", made)
        st.rerun()
    if jobs.running(_JOB):
        st.caption(
            "Every number of segments gives *some* segments, even in pure noise. So your customers are drawn anew and "
            "segmented again, and those that were left out are counted: are there fewer between the groups than in "
            "them? You can go on meanwhile."
        )
    elif st.button("Test again", key="evidence-start", type="primary", icon=":material/science:"):
        mine.tested = None
        st.rerun()


def _once_drawn(*inputs: Any, progress: Progress) -> Evidence:
    """The test, after the browser has drawn the page: on a machine with few cores each would wait for the other."""
    time.sleep(_DRAWING)
    return run_behind(gather, *inputs, progress=progress)


def preparation(studio: Studio, comparison: KComparison, k: int) -> None:
    """Each step of preparation switched off in turn, on request."""
    done = safe_label(preparation_finding(needed(studio.recipe)), longest=400)
    show.section(
        "Does the preparation matter?",
        f"{done} Here each step is switched off in turn and {count_text(k)} segments are made anew. What changes a lot "
        "is a decision to be sure about.",
    )
    key, mine, compared = "preparation", studio.memory_of(ChooseKMemory), needed(studio.comparison)
    made = jobs.watch(key)
    if made is not None:
        mine.preparation = (compared, k, made)
    kept = mine.preparation
    if kept is not None and kept[0] is compared and kept[1] == k:
        table = kept[2].assign(sizes=[" · ".join(map(count_text, sizes)) for sizes in kept[2]["sizes"]])
        show.said(what_matters(kept[2]))
        notes = {name: about for name, about in _STEPS.items() if name != "note" or table["note"].any()}
        show.table(table, "choose-k-preparation", notes, height="content")
    elif not jobs.running(key) and st.button("Switch off one step after the other", key="preparation-start"):
        inputs = (studio.features, studio.prep, compared, k)
        jobs.start(key, "Switching off steps", run_behind, preparation_matters, *inputs)
        st.rerun()
