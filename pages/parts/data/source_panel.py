"""Transactions, app tables and related tables on the Data page: what is guessed, built, and can be changed.

The first build starts by itself when the guess is complete. After that small files are built again at every change;
large ones as a job, when the user asks for it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import streamlit as st

from pages.parts.data import made_columns, source_choices, source_columns, source_joins, source_saved
from pages.parts.data.memory import DataMemory
from pages.ui import jobs, show, state
from pages.ui.state import Studio, needed
from segmentation.core.errors import SegmentationError
from segmentation.core.settings import Progress
from segmentation.core.tables import FeatureTable
from segmentation.core.text import count_text, safe_label
from segmentation.data.sources import Assembly, Figures, SavedMapping, assemble
from segmentation.data.sources.rfm_scores import rfm_summary

__all__ = ["customers", "draw"]

_AT_ONCE = 150_000
_JOB = "features"
Made = tuple[FeatureTable, Figures | None]


def customers(studio: Studio) -> FeatureTable | None:
    """The customers that the present choices make, kept in the studio; None while there are none, and why is shown."""
    known = studio.features is not None
    try:
        plan = _plan(studio)
        if _rows(plan) <= _AT_ONCE:
            _keep(studio, state.once("source-made", _make, plan))
    except SegmentationError as error:
        show.problem(error)
        state.put(studio, "features", None)
        made_columns.give_up(studio)
        return None
    if _rows(plan) > _AT_ONCE:
        _build_large(studio, plan)
    if studio.features is not None and not known:
        st.rerun()  # The journey line above shows what the data became.
    return studio.features


def draw(studio: Studio) -> None:
    """Which column is what, the choices with their effect in numbers, and what came out."""
    try:
        plan = _plan(studio)
    except SegmentationError:
        st.caption("Mend what is said above first.")
        return
    offered = source_saved.offer(studio, plan)
    if offered is not None:
        _choose(studio, offered)
    _outcome(studio)
    if plan.source.name == "related":
        wanted = source_joins.form(plan, studio.memory_of(DataMemory).figures)
        if wanted["settings"] == _now(plan)["settings"]:
            wanted = source_joins.features_form(plan, studio.features)
    else:
        wanted = source_columns.form(plan, studio.tables)
        wanted |= {"settings": source_choices.form(plan, studio.memory_of(DataMemory).figures)}
    if any(wanted[part] != _now(plan)[part] for part in wanted):
        _choose(studio, _now(plan) | wanted)
    if studio.features is not None:
        _result(studio)
        made_columns.panel(studio, made_columns.of_features(studio.features), roles=False)
    source_saved.panel(studio, plan)


def _plan(studio: Studio) -> Assembly:
    chosen = studio.source_settings
    saved = SavedMapping(studio.source, chosen["columns"], chosen["settings"]) if chosen else None
    if studio.made_columns:
        saved = replace(saved or SavedMapping(studio.source, {}), derived=dict(studio.made_columns))
    held_by = chosen.get("held_by") if chosen else None
    return state.once("source-plan", assemble, studio.source, studio.tables, saved, held_by=held_by)


def _now(plan: Assembly) -> dict[str, Any]:
    """The plan as plain values, as the studio keeps what the user chose."""
    return source_saved.plain(plan)


def _choose(studio: Studio, wanted: dict[str, Any]) -> None:
    state.put(studio, "source_settings", wanted)
    st.rerun()


def _make(plan: Assembly, progress: Progress | None = None) -> Made:
    """The features, and the numbers behind the choices where the source has some."""
    made = plan.build(progress)
    return made, plan.figures()


def _keep(studio: Studio, made: Made) -> None:
    studio.memory_of(DataMemory).figures = made[1]
    state.put(studio, "features", made[0])


def _rows(plan: Assembly) -> int:
    return sum(len(table.frame) for table in plan.tables.values())


def _build_large(studio: Studio, plan: Assembly) -> None:
    """Build as a job: the first time by itself, later when asked for."""
    job = jobs.watch(_JOB)
    if job is not None:
        _keep(studio, job)
    if studio.features is not None or jobs.running(_JOB):
        return
    label = f"Adding up {count_text(_rows(plan))} rows"
    tables = tuple(studio.tables.values())
    mine = studio.memory_of(DataMemory)
    first = mine.built is None or any(one is not other for one, other in zip(mine.built, tables, strict=False))
    if first or st.button("Make the customers", key="source-build", type="primary"):
        mine.built = tables
        jobs.start(_JOB, label, _make, plan)
        st.rerun()
    else:
        st.caption("The choices changed. The customers are made again when you press the button.")


def _outcome(studio: Studio) -> None:
    """What the present choices came to, in a line."""
    if studio.features is None:
        return
    made = studio.features
    first = [note.what for note in made.notes[:1] if made.source == "transactions"]
    until = [f"Days are counted up to {made.as_of.replace('T', ' ')}."] if made.as_of else []
    if first or until:
        st.markdown(safe_label(" ".join([*first, *until]), longest=300))


def _result(studio: Studio) -> None:
    features = needed(studio.features)
    if "rfm_segment" in features.descriptors:
        with st.expander("Classic RFM segments of these customers"):
            st.caption(
                "Each customer gets a score from 1 to 5 for recency, frequency and monetary, by fifths of customers. "
                "This is the usual scheme, for comparison: the segments of the next steps are found in the data."
            )
            figures = features.descriptors.join(features.frame)
            show.table(state.once("source-rfm", rfm_summary, figures), "source-rfm", _RFM)
    with st.expander("The first customers"):
        columns: dict[str, str | show.Column] = {str(features.frame.index.name): "Customer"}
        columns |= {info.name: show.Column(info.label, help=info.about) for info in features.info}
        show.table(features.frame.head(100), "source-first", columns, height=260)


_RFM: dict[str, str | show.Column] = {
    "rfm_segment": "Segment",
    "customers": show.Column("Customers", "count"),
    "share": show.Column("Share", "share"),
    "recency": show.Column("Recency, mean days", "%,.0f"),
    "frequency": show.Column("Frequency, mean purchases", "%,.1f"),
    "monetary": show.Column("Total spent, mean", "%,.0f"),
}
