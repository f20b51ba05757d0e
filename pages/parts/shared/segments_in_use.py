"""Make any fit the segmentation of this session, whatever method made it, and say how it was made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import streamlit as st

from pages.parts.shared import persona_names
from pages.parts.shared.memory import Before, SegmentsMemory
from pages.ui import jobs, state
from pages.ui.sitemap import page_file
from pages.ui.state import Studio, needed
from segmentation.clustering.methods import METHODS, Fit
from segmentation.clustering.model import Segmentation
from segmentation.core.own_process import run_behind
from segmentation.core.text import count_text, safe_label, share_prose
from segmentation.evaluation import final
from segmentation.evaluation.evidence import Evidence
from segmentation.evaluation.final import made_by, reproduced_text, with_colours_of

__all__ = [
    "JOB",
    "back",
    "evidence_of",
    "is_taken",
    "keep",
    "line",
    "outside",
    "start",
    "start_kmeans",
    "start_made",
    "watch",
]

JOB = "segmentation"

_MOST_BEFORE = 12


def start(studio: Studio, fit: Fit, *, method: str, settings: Mapping[str, Any]) -> bool:
    """Begin to make a fit of this session's prepared customers its segmentation; nothing is fitted again.

    Say `reproduced_text(reproduced_share(Z, fit))` beside the button that does this. `watch` hands the result over.
    False while other segments are being made.
    """
    inputs = (studio.features, studio.recipe)
    label = "Making these the segments"
    begun = jobs.start(JOB, label, run_behind, final.fit, *inputs, method=method, fitted=fit, **settings)
    if begun:
        studio.memory_of(SegmentsMemory).asked = True
    return begun


def start_kmeans(studio: Studio, k: int) -> None:
    """Begin to make the compared K-means fit at `k` the segmentation."""
    studio.memory_of(SegmentsMemory).asked = False
    inputs = (studio.features, studio.recipe, k)
    jobs.start(JOB, f"Making {k} segments", run_behind, final.fit, *inputs, comparison=studio.comparison)


def start_made(studio: Studio, method: str, k: int) -> None:
    """Begin to make `k` segments by a method with its usual settings, unless these are in use."""
    mine, now = studio.memory_of(SegmentsMemory), studio.segmentation
    if now is not None and is_taken(studio) and now.k == k and now.settings.get("method") == method:
        return
    label = f"Making {METHODS[method].label.lower()}: {k}"
    mine.asked = jobs.start(JOB, label, run_behind, final.fit, studio.features, studio.recipe, k, method=method)


def evidence_of(studio: Studio) -> Evidence | None:
    """The evidence where it is about the segments in use: those of K-means, or latent classes that it recommends."""
    evidence = studio.evidence
    if evidence is None or not is_taken(studio):
        return evidence
    method = needed(studio.segmentation).settings.get("method")
    return evidence if method == evidence.method == "classes" else None


def watch(studio: Studio) -> None:
    """Draw the work on new segments, whoever asked for it; put them into the state when they are ready."""
    made = jobs.watch(JOB)
    if made is not None:
        mine = studio.memory_of(SegmentsMemory)
        taken, mine.asked = mine.asked, False
        # The process that made them had a copy of the preparation; work that is about another one is cancelled.
        keep(studio, replace(made, recipe=needed(studio.recipe)), taken=taken)
        st.rerun()


def keep(studio: Studio, seg: Segmentation | None, *, taken: bool = False) -> None:
    """Put segments into the state; edited names and texts go over to those that have the same customers.

    Segments that were in use before, when a way of grouping was taken over, come back as they were left.
    """
    mine = studio.memory_of(SegmentsMemory)
    seg = seg and with_colours_of(seg, studio.segmentation)
    if studio.segmentation is not None and studio.personas:
        mine.last = (studio.segmentation.labels, persona_names.own_edits(studio))
        left = Before(studio.segmentation, studio.personas, mine.names, studio.saved)
        others = [item for item in mine.before if not item.are(left.segmentation)]
        mine.before = [*others, left][-_MOST_BEFORE:]
    changes_method = taken or is_taken(studio) or mine.returns
    earlier = next((item for item in mine.before if seg is not None and changes_method and item.are(seg)), None)
    if seg is not None and earlier is not None:
        seg = replace(seg, slots=earlier.segmentation.slots)
    mine.taken = seg if taken else None
    mine.returns = changes_method and seg is None
    state.put(studio, "segmentation", seg)
    if earlier is not None:
        _restore(studio, earlier)


def is_taken(studio: Studio) -> bool:
    """Whether the segments in use were taken over from another page than Choose k."""
    return studio.segmentation is not None and studio.memory_of(SegmentsMemory).taken is studio.segmentation


def back(studio: Studio) -> None:
    """Drop segments that were taken over, so that the Segments page makes those of K-means; others stay."""
    if is_taken(studio):
        studio.memory_of(SegmentsMemory).asked = False
        keep(studio, None)


def line(studio: Studio, k: int) -> bool:
    """How the segments in use were made, and the one button back to K-means; True when it was pressed."""
    seg = needed(studio.segmentation)
    with st.container(horizontal=True, vertical_alignment="center", key="segments-made-by"):
        st.markdown(
            f"Made by: **{safe_label(made_by(seg))}**. {reproduced_text(seg.metrics.get('reproduced', 1.0))}",
            width="stretch",
        )
        pressed = st.button(f"Back to K-means with {k} segments", key="segments-back", icon=":material/undo:")
        if st.button("Compare methods", key="segments-compare", type="tertiary"):
            st.switch_page(page_file("compare"))
        return pressed


def outside(seg: Segmentation) -> str:
    """How many customers are in no segment, as a sentence; empty when all are in one."""
    if not seg.noise:
        return ""
    share = share_prose(seg.noise / seg.n_customers)
    if seg.noise == 1:
        return f"1 customer ({share}) is in no segment: they resemble none of them enough, and no figure counts them."
    return (
        f"{count_text(seg.noise)} customers ({share}) are in no segment: they resemble none of them enough, and the "
        "figures of the personas do not count them."
    )


def _restore(studio: Studio, before: Before) -> None:
    """The names and texts of segments that are in use again, and the model that they are saved as."""
    state.put(studio, "personas", before.personas)
    studio.memory_of(SegmentsMemory).names = before.names
    if before.saved:
        state.put(studio, "saved", before.saved)
