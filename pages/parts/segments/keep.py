"""What can be taken away: the customers with their persona, the profiles, and the model as a new version."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import streamlit as st

from pages.parts.shared import segments_in_use, sharing
from pages.ui import access, models, saved_models, show, state
from pages.ui.file_names import of_data
from pages.ui.state import Studio
from segmentation import store
from segmentation.clustering.model import Segmentation
from segmentation.core.csv_export import altered, csv_bytes, significant
from segmentation.core.disclosure import SMALLEST_GROUP
from segmentation.core.errors import SegmentationError
from segmentation.core.notices import Notice
from segmentation.core.tables import FeatureTable
from segmentation.core.text import safe_label
from segmentation.evaluation.evidence import note_of
from segmentation.evaluation.final import reproduced_text
from segmentation.personas import Persona, customer_list
from segmentation.personas.portrait import Portrait
from segmentation.personas.told import as_told

__all__ = ["downloads", "save"]

_CSV = "text/csv"
_TO_GIVE_AWAY = (
    "The tables and pictures above are for your own work: exact, also of few customers. To give figures away, take the "
    "profiles or what Share makes: they hide small personas and round, so that a single customer hardly shows."
)


def downloads(seg: Segmentation, personas: tuple[Persona, ...], look: Portrait) -> None:
    """Customers and profiles as CSV files, made only when they are asked for."""
    with st.container(horizontal=True, key="segments-downloads"):
        show.download(
            "Customers with their persona (CSV)",
            partial(_customers, seg, look.features, personas),
            of_data("customers with personas", "csv"),
            _CSV,
            "download-customers",
            help="All columns of your file but those marked as sensitive, with segment number and persona. Text that a "
            "spreadsheet would run as a formula is made harmless.",
        )
        show.download(
            "Profiles (CSV)",
            partial(_profiles, look, personas),
            of_data("persona profiles", "csv"),
            _CSV,
            "download-profiles",
            help=f"Averages and medians to give away, averages rounded. Personas with fewer than {SMALLEST_GROUP} "
            "customers are left out, also of everyone's figures, so that theirs cannot be worked out. A value of a "
            "category that fewer have counts as if none had it.",
        )
    st.caption(_TO_GIVE_AWAY)
    show.altered(state.once("segments-altered", _altered, seg, look.features, personas))


def save(
    studio: Studio, seg: Segmentation, personas: tuple[Persona, ...], features: FeatureTable | None = None
) -> None:
    """Save the model with its personas as the next version of a name; features: the customers, where at hand."""
    if not access.allows("save a model"):
        return
    with st.form("segments-save"):
        with st.container(horizontal=True, vertical_alignment="bottom"):
            first = saved_models.opened(studio).ref.rpartition("/v")[0] or Path(next(iter(studio.files), "")).stem
            name = st.text_input("Name of the model", store.suggested_name(first), max_chars=60, key="segments-name")
            who = "" if seg.labels is None else _who()
            pressed = st.form_submit_button("Save as a new version", type="primary", icon=":material/save:")
        st.caption(
            "Holds the preparation, how customers are placed, names and texts; no customers, unless you keep who is "
            f"who. Earlier versions stay as they are.{_kept(seg)}"
        )
    if pressed:
        evidence = segments_in_use.evidence_of(studio)
        note = note_of(evidence) if evidence is not None else saved_models.opened(studio).note or None
        told = personas if features is None else as_told(seg, personas, features)
        try:
            ref, same = models.save(seg, told, name, note=note, who=who)
            state.put(studio, "saved", ref)
        except SegmentationError as error:
            show.problem(error)
            return
        if not same:
            st.rerun()  # The status line above names the model.
        st.info(f"Nothing changed since {safe_label(ref)} was saved, so there is no new version.")
    elif studio.saved:
        st.success(f"Saved as {safe_label(studio.saved)}.", icon=":material/check_circle:")
        sharing.offer(studio)


def _who() -> str:
    """Whether the ids of the customers are kept beside the model, to look one up without loading the file."""
    return st.selectbox(
        "Keep who is who",
        list(store.KINDS),
        format_func=store.KINDS.__getitem__,
        key="segments-who",
        help="A table beside the model that says which persona each id is, readable by you alone. It is in no report "
        "and no export, and goes with the version. Unreadable: ids as keyed digests, whose key stays on this machine.",
    )


def _kept(seg: Segmentation) -> str:
    """What becomes of customers whom the saved rule puts elsewhere than the method did, where there are any."""
    share = seg.metrics.get("reproduced", 1.0)
    if share >= 1:
        return ""
    return (
        f" {reproduced_text(share)} All other customers are counted where the rule puts them, here and whenever the "
        "model is used."
    )


def _customers(seg: Segmentation, features: FeatureTable, personas: tuple[Persona, ...]) -> bytes:
    return csv_bytes(customer_list(seg, features, personas))


def _altered(seg: Segmentation, features: FeatureTable, personas: tuple[Persona, ...]) -> tuple[Notice, ...]:
    return altered(customer_list(seg, features, personas))


def _profiles(look: Portrait, personas: tuple[Persona, ...]) -> bytes:
    return csv_bytes(significant(look.exported({persona.segment: persona.name for persona in personas})))
