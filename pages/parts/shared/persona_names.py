"""Names that stay the same over fits: which saved model the personas keep their names and edited texts from."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import streamlit as st

from pages.parts.shared.memory import KeptNames, SegmentsMemory
from pages.ui import show, state, widgets
from pages.ui.state import Studio
from segmentation import store
from segmentation.clustering.model import Segmentation
from segmentation.core.errors import SegmentationError
from segmentation.core.text import plain_text, safe_label
from segmentation.personas import Persona, carry_over, comparable, keep_names, recognise

__all__ = ["choose", "named", "own_edits"]

_NONE = ""
_LOOKED_AT = 40
_HELP = (
    "A persona is the same one when its typical customer moved less than half way to the nearest other persona. "
    "It keeps its name and edited texts; figures are those of this data."
)


def named(studio: Studio, seg: Segmentation, personas: tuple[Persona, ...]) -> tuple[Persona, ...]:
    """New personas under the names of the chosen model.

    At first the newest that was made from the same data by the same method: another method groups by something else,
    and its names would say what these segments are not. A name whose claims do not hold of the new figures stays out.
    """
    models = _models(seg)
    mine = studio.memory_of(SegmentsMemory)
    if mine.names_of != _made_from(seg):
        alike = (ref for ref, saved in models.items() if _made_from(saved.segmentation) == _made_from(seg))
        mine.names_of, mine.names_from = _made_from(seg), next(alike, _NONE) if seg.fingerprint else _NONE
    if mine.names_from not in models:
        mine.names = None
        return personas
    saved = models[mine.names_from]
    kept = keep_names(saved.personas, personas, recognise(saved.segmentation, seg), seg)
    mine.names = KeptNames(mine.names_from, kept, personas)
    return kept.personas


def choose(studio: Studio, seg: Segmentation, described: tuple[Persona, ...]) -> None:
    """The choice of the model, where there is one to choose, and what was carried over from it.

    described: the personas as their own figures describe them, which another choice starts from.
    """
    models = _models(seg)
    if not models:
        return
    mine = studio.memory_of(SegmentsMemory)
    ref = mine.names_from
    with st.container(horizontal=True, vertical_alignment="center", key="segments-names-row"):
        picked = st.selectbox(
            "Keep names from",
            [_NONE, *models],
            format_func=_label,
            key=widgets.bound("segments-names", ref if ref in models else _NONE),
            help=_HELP,
            width=300,
        )
        if mine.names is not None:
            st.caption(safe_label(mine.names.kept.sentence(_label(mine.names.ref)), longest=900))
    if picked != ref:
        same = {persona.segment: (persona.segment, 1.0) for persona in described}
        base = carry_over(own_edits(studio), described, same)
        mine.names_of, mine.names_from = _made_from(seg), picked
        try:
            state.put(studio, "personas", named(studio, seg, base))
        except SegmentationError as error:
            show.problem(error)
            return
        st.rerun()


def own_edits(studio: Studio) -> tuple[Persona, ...]:
    """The personas in use, with only what was edited in this session marked as edited."""
    names = studio.memory_of(SegmentsMemory).names
    if names is None:
        return studio.personas
    pairs = zip(names.kept.personas, names.base, strict=True)
    before = {persona.segment: (persona, own.edited) for persona, own in pairs}
    return tuple(
        replace(persona, edited=tuple(name for name in persona.edited if _own(persona, *before[persona.segment], name)))
        for persona in studio.personas
    )


def _own(persona: Persona, kept: Persona, edited: tuple[str, ...], name: str) -> bool:
    """Whether a field was edited here: before the names were kept, or since."""
    return name in edited or getattr(kept, name) != getattr(persona, name)


def _made_from(seg: Segmentation) -> tuple[str, str]:
    """The data and the method."""
    return seg.fingerprint, seg.settings.get("method", "kmeans")


def _models(seg: Segmentation) -> dict[str, store.SavedModel]:
    """The saved models with personas and the same features, the newest first."""
    root = store.models_root()
    return state.once("segments-names-models", _comparable, root, store.saved_refs(root)[:_LOOKED_AT], seg)


def _comparable(root: Path, refs: tuple[str, ...], seg: Segmentation) -> dict[str, store.SavedModel]:
    found = {}
    for ref in refs:
        try:
            saved = store.load(ref, root)
        except SegmentationError:
            continue  # a damaged model is named where models are listed
        if saved.personas and comparable(saved.segmentation, seg):
            found[ref] = saved
    return found


def _label(ref: str) -> str:
    name, _, version = ref.partition("/v")
    return f"{plain_text(name)}, version {version}" if ref else "None: use the suggested names"
