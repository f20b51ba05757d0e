"""Which segmentation customers are scored with: one that is saved, or the one of this session."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from pages.parts.shared.noticed import noticed
from pages.ui import access, models, show, state
from pages.ui.journey import next_page
from pages.ui.state import Studio, needed
from segmentation.charts.palette import Palette
from segmentation.clustering.model import Segmentation
from segmentation.core.errors import SegmentationError
from segmentation.core.text import counted, safe_label
from segmentation.personas import Persona
from segmentation.reports.card import segment_names
from segmentation.store import WHOLE, SavedModel, Seal

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

    @property
    def palette(self) -> Palette:
        """The colours of the segments."""
        return Palette(self.segmentation.slots)

    def persona(self, segment: int) -> Persona | None:
        """The persona of a segment, None when the segments were not described."""
        return next((item for item in self.personas if item.segment == segment), None)


def choose(studio: Studio) -> Chosen | None:
    """The picker; None, with what to do about it, when there is no model or it cannot be read."""
    refs, odd = list(models.refs()), models.not_offered()
    if studio.segmentation is not None and not studio.saved:
        refs.insert(0, _UNSAVED)
    if odd:
        every = f" The start page lists all {len(odd):,}." if len(odd) > 1 else ""
        st.caption(safe_label(odd[0], longest=300) + every)
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
    noticed(chosen.segmentation)
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
    saved = state.once("score-model", _loaded, ref, models.own_root())
    note = saved.meta["note"]
    headline = note["headline"] if note["verdict"] not in ("", "distinct") else ""
    return Chosen(
        ref, saved.segmentation, saved.personas, segment_names(saved.segmentation, saved.personas), headline, saved.seal
    )


def _label(ref: str) -> str:
    if ref == _UNSAVED:
        return "The segments of this session (not saved)"
    return models.label(ref)


def _loaded(ref: str, _root: Path) -> SavedModel:
    """A saved model, written to the log once while it is in use. _root: whose models they are."""
    access.require("score one customer", "opens to score with", ref)
    return models.load(ref)


def _nothing(studio: Studio) -> None:
    if not access.allows("load data and make segments"):
        st.info("No model is shared yet. Ask a colleague who works here to share one with everybody.")
        return
    page = next_page(studio)
    to = page if page.key != "score" else None
    show.empty(
        "Here you type one customer in and learn which persona it is, how sure that is, and why. "
        "For that there must be segments: make them once, save them, and they are offered here whenever you come back.",
        to.todo if to else "Make the segments",
        to.key if to else "segments",
    )
