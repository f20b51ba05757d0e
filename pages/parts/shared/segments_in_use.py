"""Make any fit the segmentation of this session, whatever method made it, and say how it was made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st

from pages.parts.shared import persona_names
from pages.ui import jobs, state
from pages.ui.sitemap import page_file
from pages.ui.state import Studio
from segmentation.clustering.methods import Fit
from segmentation.clustering.model import Segmentation
from segmentation.core.text import count_text, safe_label, share_text
from segmentation.evaluation.final import from_comparison, from_fit, made_by, reproduced_text
from segmentation.personas import Persona

__all__ = ["JOB", "LAST", "back", "is_taken", "keep", "line", "outside", "start", "start_kmeans", "watch"]

JOB = "segmentation"
LAST = "segments-last"
"""Name in the session's memory of the segments before these, with their personas."""

_ASKED, _TAKEN = "taken-over-asked", "taken-over"
_BEFORE, _RETURN = "segments-before", "segments-return"
_MOST_BEFORE = 12


@dataclass(frozen=True, eq=False)
class _Before:
    """Segments that were in use, with what the user made of them: names, texts, and the model that holds them."""

    segmentation: Segmentation
    personas: tuple[Persona, ...]
    names: Any
    saved: str

    def are(self, seg: Segmentation) -> bool:
        """Whether these are the same segments of the same customers, made in the same way."""
        mine = self.segmentation
        if mine.labels is None or seg.labels is None or mine.recipe is not seg.recipe:
            return False
        return dict(mine.settings) == dict(seg.settings) and mine.labels.equals(seg.labels)


def start(studio: Studio, fit: Fit, *, method: str, settings: Mapping[str, Any]) -> bool:
    """Begin to make a fit of this session's prepared customers its segmentation; nothing is fitted again.

    Say `reproduced_text(reproduced_share(Z, fit))` beside the button that does this. `watch` hands the result over.
    False while other segments are being made.
    """
    inputs = (studio.features, studio.recipe, fit)
    begun = jobs.start(JOB, "Making these the segments", from_fit, *inputs, method=method, settings=dict(settings))
    if begun:
        studio.memory[_ASKED] = True
    return begun


def start_kmeans(studio: Studio, k: int) -> None:
    """Begin to make the compared K-means fit at `k` the segmentation."""
    studio.memory.pop(_ASKED, None)
    inputs = (studio.features, studio.recipe, studio.comparison, k)
    jobs.start(JOB, f"Making {k} segments", from_comparison, *inputs)


def watch(studio: Studio) -> None:
    """Draw the work on new segments, whoever asked for it; put them into the state when they are ready."""
    made = jobs.watch(JOB)
    if made is not None:
        keep(studio, made, taken=bool(studio.memory.pop(_ASKED, False)))
        st.rerun()


def keep(studio: Studio, seg: Segmentation | None, *, taken: bool = False) -> None:
    """Put segments into the state; edited names and texts go over to those that have the same customers.

    Segments that were in use before, when a way of grouping was taken over, come back as they were left.
    """
    known = list(studio.memory.get(_BEFORE, ()))
    if studio.segmentation is not None and studio.personas:
        studio.memory[LAST] = (studio.segmentation.labels, persona_names.own_edits(studio))
        names = studio.memory.get(persona_names.KEPT)
        left = _Before(studio.segmentation, studio.personas, names, studio.saved)
        known = [*(item for item in known if not item.are(left.segmentation)), left][-_MOST_BEFORE:]
        studio.memory[_BEFORE] = known
    returns = bool(studio.memory.pop(_RETURN, False))
    changes_method = taken or is_taken(studio) or returns
    studio.memory[_TAKEN] = seg if taken else None
    if seg is None:
        studio.memory[_RETURN] = changes_method
    state.put(studio, "segmentation", seg)
    earlier = next((item for item in known if seg is not None and changes_method and item.are(seg)), None)
    if earlier is not None:
        _restore(studio, earlier)


def is_taken(studio: Studio) -> bool:
    """Whether the segments in use were taken over from another page than Choose k."""
    return studio.segmentation is not None and studio.memory.get(_TAKEN) is studio.segmentation


def back(studio: Studio) -> None:
    """Drop segments that were taken over, so that the Segments page makes those of K-means; others stay."""
    if is_taken(studio):
        studio.memory.pop(_ASKED, None)
        keep(studio, None)


def line(studio: Studio, k: int) -> bool:
    """How the segments in use were made, and the one button back to K-means; True when it was pressed."""
    seg = studio.segmentation
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
    share = share_text(seg.noise / seg.n_customers)
    if seg.noise == 1:
        return f"1 customer ({share}) is in no segment: they resemble none of them enough, and no figure counts them."
    return (
        f"{count_text(seg.noise)} customers ({share}) are in no segment: they resemble none of them enough, and the "
        "figures of the personas do not count them."
    )


def _restore(studio: Studio, before: _Before) -> None:
    """The names and texts of segments that are in use again, and the model that they are saved as."""
    state.put(studio, "personas", before.personas)
    if before.names is None:
        studio.memory.pop(persona_names.KEPT, None)
    else:
        studio.memory[persona_names.KEPT] = before.names
    if before.saved:
        state.put(studio, "saved", before.saved)
