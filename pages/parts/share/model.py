"""What is shared: the segments of this session with all that is known of them, or else a saved model by itself."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import streamlit as st

from pages.parts.share.memory import ShareMemory
from pages.parts.shared import segments_in_use
from pages.ui import access, models, saved_models, show, state, widgets
from pages.ui.state import Studio, needed
from segmentation.clustering.model import Segmentation
from segmentation.core.errors import SegmentationError
from segmentation.core.text import plain_text, safe_label
from segmentation.evaluation.evidence import Finding, finding_of
from segmentation.personas import Persona
from segmentation.store import WHOLE, SavedModel, Seal

__all__ = ["Shared", "asked", "choose", "nothing", "offer", "shared", "shown_as", "turn_to"]

_MODEL = "model"
_MISSING = (
    "Made from the saved model alone: instead of averages it shows the typical customer of each persona. For medians, "
    "the spread, the map, the comparison of numbers of segments and the list of customers, load the data and make the "
    "segments in this session."
)


@dataclass(frozen=True, eq=False)
class Shared:
    """Segments, their personas, and what else the files are made from. ref: "name/v3", empty for this session's own."""

    ref: str
    segmentation: Segmentation
    personas: tuple[Persona, ...]
    known: dict[str, Any]
    seal: Seal = WHOLE

    @property
    def finding(self) -> Finding:
        """What the evidence says of these segments."""
        made = self.segmentation
        method = str(made.settings.get("method", ""))
        return finding_of(made.k, self.known.get("evidence"), self.known.get("note"), made=method)


def shared(studio: Studio) -> Shared | None:
    """The segments of this session, else the saved model that was chosen, else the newest; None without any.

    Raises `SegmentationError` when the saved model cannot be used.
    """
    if saved_models.is_opened(studio) and not studio.saved:  # opened, and changed since
        made = needed(studio.segmentation)
        return Shared("", made, studio.personas, {"note": saved_models.opened(studio).note})
    if studio.segmentation is not None and _has_own(studio):
        files = {table.name: table.sha256 for table in studio.tables.values()}
        known: dict[str, Any] = {"features": studio.features, "files": files}
        if not segments_in_use.is_taken(studio):  # the comparison is about K-means
            known |= {"comparison": studio.comparison}
        known["evidence"] = segments_in_use.evidence_of(studio)
        return Shared("", studio.segmentation, studio.personas, known)
    refs = models.refs()
    if not refs:
        return None
    saved = state.once("share-model", _loaded, _ref(studio, refs), models.own_root())
    if not saved.personas:
        raise SegmentationError("This saved model has no personas. Choose another one, or save it again.")
    return Shared(saved.ref, saved.segmentation, saved.personas, {"note": saved.meta["note"]}, saved.seal)


def asked(studio: Studio) -> tuple[Shared | None, SegmentationError | None]:
    """What `shared` gives, or the error that says why it cannot."""
    try:
        return shared(studio), None
    except SegmentationError as error:
        return None, error


def nothing(studio: Studio, text: str) -> None:
    """The empty state of a page that shows personas, with the one step that leads to them."""
    if not access.allows("load data and make segments"):
        st.info("No model is shared yet. Ask a colleague who works here to share one with everybody.")
    elif studio.comparison is not None:
        show.empty(text, "Make the segments", "segments")
    else:
        show.empty(text, "Load your customers", "data")


def choose(studio: Studio) -> None:
    """Which saved model is shared, and what a file made from it lacks; nothing when this session has segments."""
    refs = models.refs()
    if not refs or _has_own(studio) or (saved_models.is_opened(studio) and not studio.saved):
        return
    now = _ref(studio, refs)
    now = now if now in refs else refs[0]
    with st.container(horizontal=True, vertical_alignment="center", key="share-model-row"):
        key = widgets.bound("share-model", now)
        picked = st.selectbox("Model", refs, format_func=models.label, key=key, width=340)
        st.caption(_MISSING)
    what, _ = asked(studio)
    if what is not None and (sentence := what.seal.sentence(what.ref)):
        (st.warning if what.seal.state == "changed" else st.caption)(safe_label(sentence, longest=300))
    if picked != now or now != _ref(studio, refs):
        if saved_models.is_opened(studio):
            _turn_to(picked)
        else:
            studio.memory_of(ShareMemory).ref = picked
        st.rerun()


def _turn_to(ref: str) -> None:
    try:
        saved_models.open_model(ref)
    except SegmentationError as error:
        show.problem(error)
        st.stop()


def _has_own(studio: Studio) -> bool:
    """Whether this session has segments that it made itself."""
    return studio.segmentation is not None and bool(studio.personas) and not saved_models.is_opened(studio)


def offer(studio: Studio, ref: str) -> None:
    """Remember the model that another page works with, so that this page opens with it."""
    if ref:
        studio.memory_of(ShareMemory).ref = ref


def turn_to(studio: Studio, ref: str) -> None:
    """Open the model that another page works with, where this session shows a saved one; say so where it cannot be."""
    if ref and ref != studio.saved and saved_models.is_opened(studio):
        _turn_to(ref)


def shown_as(studio: Studio, what: Shared) -> str:
    """What the page shows, as a name: the saved model, or the data of this work."""
    if saved_models.is_opened(studio) and not what.ref:
        return f"{models.label(saved_models.opened(studio).ref)}, with your changes"
    return models.label(what.ref) if what.ref else plain_text(", ".join(studio.files) or "your work", longest=80)


def _ref(studio: Studio, refs: tuple[str, ...]) -> str:
    """The saved model that was chosen, here or in the address; at first the newest.

    From then on it is in the address, so that F5 and a bookmark show it again and no newer model takes its place.
    """
    if saved_models.is_opened(studio):
        return studio.saved
    mine = studio.memory_of(ShareMemory)
    mine.ref = mine.ref or st.query_params.get(_MODEL, "") or refs[0]
    if st.query_params.get(_MODEL) != mine.ref:
        st.query_params[_MODEL] = saved_models.opened(studio).asked = mine.ref
    return mine.ref


def _loaded(ref: str, _root: Path) -> SavedModel:
    return models.load(ref)
