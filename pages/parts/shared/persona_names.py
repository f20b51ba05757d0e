"""Names that stay the same over fits: which saved model the personas keep their names and edited texts from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd
import streamlit as st

from pages.parts.shared.memory import KeptNames, SegmentsMemory
from pages.ui import models as saved_models
from pages.ui import show, state, widgets
from pages.ui.state import Studio, needed
from segmentation import store
from segmentation.charts.palette import Palette
from segmentation.clustering.model import Segmentation
from segmentation.core.errors import SegmentationError
from segmentation.core.tables import FeatureTable
from segmentation.core.text import safe_label
from segmentation.evaluation.choose_k import KComparison
from segmentation.evaluation.final import is_of_comparison
from segmentation.personas import Cut, Persona, are_same, carry_over, keep_names, match_segments, recognise
from segmentation.personas.preview import stubs
from segmentation.preparation import Recipe

__all__ = ["Previewed", "choose", "named", "own_edits", "previewed"]

_NONE = ""
_LOOKED_AT = 40
_HELP = (
    "A persona is the same one when its typical customer moved less than half way to the nearest other persona. "
    "It keeps its name, edited texts and colour; figures are those of this data."
)


@dataclass(frozen=True)
class Previewed:
    """What the personas of one number of segments are called, segment → name, and the looks of their segments."""

    names: Mapping[int, str]
    palette: Palette


def named(studio: Studio, seg: Segmentation, personas: tuple[Persona, ...]) -> tuple[Persona, ...]:
    """New personas under the names of the chosen model, whose colours their segments take over.

    At first the newest that was made from the same data by the same method: another method groups by something else,
    and its names would say what these segments are not. A name whose claims do not hold of the new figures stays out.
    """
    models = _models(seg.feature_names)
    mine = studio.memory_of(SegmentsMemory)
    mine.names_of, mine.names_from = _made_from(seg), _source(mine, models, _made_from(seg))
    own = mine.names.slots if mine.names is not None and studio.personas else seg.slots
    if mine.names_from not in models:
        mine.names = None
        _colour(studio, seg, own)
        return personas
    saved = models[mine.names_from]
    kept = keep_names(saved.personas, personas, recognise(saved.segmentation, seg), seg)
    mine.names = KeptNames(mine.names_from, kept, personas, own)
    _colour(studio, seg, kept.slots(saved.segmentation.slots, own))
    return kept.personas


def _colour(studio: Studio, seg: Segmentation, slots: tuple[int, ...]) -> None:
    """Give the segments in use these places in the row of colours, where they have others."""
    in_order = tuple(seg.segments)
    if (slots or in_order) == (seg.slots or in_order):
        return
    mine, coloured = studio.memory_of(SegmentsMemory), replace(seg, slots=slots)
    if mine.taken is seg:
        mine.taken = coloured
    state.put(studio, "segmentation", coloured)


def previewed(studio: Studio, suggested: Mapping[int, pd.DataFrame]) -> dict[int, Previewed]:
    """Number of segments → the names and colours that its personas have, or would have once these are the segments.

    suggested: the `preview` of every number. Names go over as they do on the Segments page: those that were edited in
    this session, then those of the saved model that names are kept from.
    """
    compared, recipe, features = needed(studio.comparison), needed(studio.recipe), needed(studio.features)
    mine, made_from = studio.memory_of(SegmentsMemory), (features.fingerprint, "kmeans")
    models = _models(recipe.names)
    saved = models.get(_source(mine, models, made_from))
    seg = studio.segmentation if studio.personas else None
    before = mine.last if seg is None else (seg.labels, own_edits(studio))
    now = (studio.personas, seg.slots) if seg is not None and is_of_comparison(seg, compared) else ((), ())
    given = (compared, recipe, features, suggested, saved, before, now)
    return state.once("choose-k-names", _previewed, *given)


def _previewed(
    compared: KComparison,
    recipe: Recipe,
    features: FeatureTable,
    suggested: Mapping[int, pd.DataFrame],
    saved: store.SavedModel | None,
    before: tuple[pd.Series | None, tuple[Persona, ...]] | None,
    now: tuple[tuple[Persona, ...], tuple[int, ...]],
) -> dict[int, Previewed]:
    previews = {}
    for k, table in suggested.items():
        fit, (personas, slots) = compared.fits[k], now
        if len(personas) != k:
            personas = _carried(stubs(table), pd.Series(fit.labels, features.frame.index), before)
            slots = compared.slots[k]
            if saved is not None:
                cut = Cut(recipe, fit.centres, fit.sizes)
                kept = keep_names(saved.personas, personas, recognise(saved.segmentation, cut), cut)
                personas, slots = kept.personas, kept.slots(saved.segmentation.slots, slots)
        previews[k] = Previewed({persona.segment: persona.name for persona in personas}, Palette(slots))
    return previews


def _carried(
    new: tuple[Persona, ...], labels: pd.Series, before: tuple[pd.Series | None, tuple[Persona, ...]] | None
) -> tuple[Persona, ...]:
    """New personas with the edits of those before that have the same customers."""
    if before is None or before[0] is None or not any(persona.edited for persona in before[1]):
        return new
    return carry_over(before[1], new, match_segments(before[0], labels))


def _source(mine: SegmentsMemory, models: Mapping[str, store.SavedModel], made_from: tuple[str, str]) -> str:
    """The saved model that names are kept from: the chosen one, else the newest of the same data and method."""
    if mine.names_of == made_from:
        return mine.names_from
    alike = (ref for ref, saved in models.items() if _made_from(saved.segmentation) == made_from)
    return next(alike, _NONE) if made_from[0] else _NONE


def choose(studio: Studio, seg: Segmentation, described: tuple[Persona, ...]) -> None:
    """The choice of the model, where there is one to choose, and what was carried over from it.

    described: the personas as their own figures describe them, which another choice starts from.
    """
    models = _models(seg.feature_names)
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


def _models(features: tuple[str, ...]) -> dict[str, store.SavedModel]:
    """The saved models with personas and the same features, however spelt, the newest first."""
    refs = saved_models.refs()[:_LOOKED_AT]
    return state.once("segments-names-models", _comparable, saved_models.own_root(), refs, features)


def _comparable(_root: Path, refs: tuple[str, ...], features: tuple[str, ...]) -> dict[str, store.SavedModel]:
    comparable = {}
    for ref in refs:
        try:
            saved = saved_models.load(ref)
        except SegmentationError:
            continue  # a damaged model is named where models are listed
        if saved.personas and are_same(saved.segmentation.feature_names, features):
            comparable[ref] = saved
    return comparable


def _label(ref: str) -> str:
    return saved_models.label(ref) if ref else "None: use the suggested names"
