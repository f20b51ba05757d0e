"""Which segmentation customers are scored with: one that is saved, or the one of this session."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from pages.ui import show, state
from pages.ui.journey import next_page
from pages.ui.state import Studio, needed
from segmentation.clustering.model import Segmentation
from segmentation.core.errors import SegmentationError
from segmentation.core.text import counted, plain_text, safe_label
from segmentation.personas import Persona
from segmentation.reports.card import segment_names
from segmentation.store import WHOLE, Seal, load, models_root, saved_refs

__all__ = ["Chosen", "choose"]

_UNSAVED = ""


@dataclass(frozen=True, eq=False)
class Chosen:
    """The segmentation in use. ref: "name/v3", or empty for this session's own, which is not saved."""

    ref: str
    segmentation: Segmentation
    personas: tuple[Persona, ...]
    names: dict[int, str]
    headline: str = ""
    seal: Seal = WHOLE

    def persona(self, segment: int) -> Persona | None:
        """The persona of a segment, None when the segments were not described."""
        return next((item for item in self.personas if item.segment == segment), None)


def choose(studio: Studio) -> Chosen | None:
    """The picker; None, with what to do about it, when there is no model or it cannot be read."""
    refs = list(saved_refs(models_root()))
    if studio.segmentation is not None and not studio.saved:
        refs.insert(0, _UNSAVED)
    if not refs:
        _nothing(studio)
        return None
    start = refs.index(studio.saved) if studio.saved in refs else 0
    with st.container(horizontal=True, vertical_alignment="bottom", key="score-model-row"):
        ref = st.selectbox("Model", refs, index=start, format_func=_label, key=f"score-model-{start}", width=340)
        try:
            chosen = _chosen(studio, ref)
        except SegmentationError as error:
            show.problem(error)
            return None
        made = chosen.segmentation
        st.caption(
            f"{counted(made.k, 'persona')} of {counted(made.n_customers, 'customer')}: "
            + " · ".join(safe_label(name) for name in chosen.names.values())
        )
    if chosen.headline:
        st.caption(safe_label(chosen.headline, longest=300))
    return chosen if _accepted(chosen) else None


def _accepted(chosen: Chosen) -> bool:
    """Whether the model may be used: one that was changed since it was saved only after a tick."""
    sentence = safe_label(chosen.seal.sentence(chosen.ref), longest=300)
    if chosen.seal.state != "changed":
        if sentence:
            st.caption(sentence)
        return True
    st.warning(f"{sentence} Its answers may be somebody else's. Save it again from its data, or ask who changed it.")
    return st.checkbox("Use it as it is", key=f"score-accept-{chosen.ref}")


def _chosen(studio: Studio, ref: str) -> Chosen:
    if ref == _UNSAVED:
        made, personas = needed(studio.segmentation), studio.personas
        return Chosen("", made, personas, segment_names(made, personas))
    saved = state.once("score-model", load, ref, models_root())
    note = saved.meta["note"]
    headline = note["headline"] if note["verdict"] not in ("", "distinct") else ""
    return Chosen(
        ref, saved.segmentation, saved.personas, segment_names(saved.segmentation, saved.personas), headline, saved.seal
    )


def _label(ref: str) -> str:
    if ref == _UNSAVED:
        return "The segments of this session (not saved)"
    name, _, version = ref.partition("/v")
    return f"{plain_text(name)}, version {version}"


def _nothing(studio: Studio) -> None:
    page = next_page(studio)
    to = page if page.key != "score" else None
    show.empty(
        "Here you type one customer in and learn which persona it is, how sure that is, and why. "
        "For that there must be segments: make them once, save them, and they are offered here whenever you come back.",
        to.todo if to else "Make the segments",
        to.key if to else "segments",
    )
