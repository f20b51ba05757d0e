"""The evidence of the Choose k page: tested on request as a job, shown as a verdict with its reasons."""

from __future__ import annotations

import os

import streamlit as st

from pages.parts.choose_k import make
from pages.parts.choose_k.memory import ChooseKMemory
from pages.ui import jobs, show, state
from pages.ui.sitemap import page_file
from pages.ui.state import Studio, needed
from segmentation.core.parallel import workers
from segmentation.core.text import count_text, duration_text, safe_label
from segmentation.evaluation.choose_k import KComparison
from segmentation.evaluation.evidence import (
    VERDICTS,
    Evidence,
    gather,
    preparation_matters,
    seconds_needed,
    under_limits,
)

__all__ = ["evidence", "preparation", "verdict"]

_JOB = "evidence"
_CROWDED = 1.5
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


def verdict(studio: Studio, comparison: KComparison, found: Evidence | None) -> None:
    """The verdict card; before there is one, the offer to test, or the running test."""
    with st.container(border=True, key="verdict"):
        if found is None:
            _offer(studio, comparison)
            return
        st.markdown(f"**Verdict: {VERDICTS[found.verdict].lower()}**")
        st.markdown("\n".join(f"- {safe_label(reason, longest=500)}" for reason in found.reasons))
        if found.verdict == "none":
            _lead_on()


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


def _offer(studio: Studio, comparison: KComparison) -> None:
    st.markdown("**Are these groups real?**")
    made = jobs.watch(_JOB)
    if made is not None:
        state.put(studio, "evidence", made)
        st.rerun()
    if jobs.running(_JOB):
        st.caption("You can go on meanwhile: choose a number, look at the segments, come back.")
        return
    rows, columns = comparison.n_customers, len(needed(studio.recipe).names)
    st.markdown(
        "Every number of segments gives *some* segments, even in pure noise. The test compares yours with data that "
        "has the same columns but no groups, and draws your customers anew to see which segments come back."
    )
    if st.button("Test the evidence", key="evidence-start", type="primary", icon=":material/science:"):
        jobs.start(_JOB, "Testing the evidence", gather, studio.features, studio.recipe, studio.comparison)
        st.rerun()
    takes = duration_text(_crowd() * seconds_needed(rows, columns, len(comparison.fits)))
    busy = "as busy as it is now" if _crowd() > _CROWDED else "longer while it is busy with other work"
    st.caption(f"Takes {takes} on this computer, {busy}.")


def _crowd() -> float:
    """By how much other work slows this computer down at present: 1 when it is idle, or when it does not say."""
    if not hasattr(os, "getloadavg"):
        return 1.0
    return max(1.0, (os.getloadavg()[0] + workers()) / workers())


def preparation(studio: Studio, comparison: KComparison, k: int) -> None:
    """Each step of preparation switched off in turn, on request."""
    show.section(
        "Does the preparation matter?",
        f"Each step is switched off in turn and {count_text(k)} segments are made anew. What changes a lot is a "
        "decision to be sure about.",
    )
    key, mine, compared = "preparation", studio.memory_of(ChooseKMemory), needed(studio.comparison)
    made = jobs.watch(key)
    if made is not None:
        mine.preparation = (compared, k, made)
    kept = mine.preparation
    if kept is not None and kept[0] is compared and kept[1] == k:
        table = kept[2].assign(sizes=[" · ".join(map(count_text, sizes)) for sizes in kept[2]["sizes"]])
        notes = {name: about for name, about in _STEPS.items() if name != "note" or table["note"].any()}
        show.table(table, "choose-k-preparation", notes, height="content")
    elif not jobs.running(key) and st.button("Switch off one step after the other", key="preparation-start"):
        jobs.start(key, "Switching off steps", preparation_matters, studio.features, studio.prep, compared, k)
        st.rerun()
