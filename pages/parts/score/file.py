"""Score a file: every customer of it gets a persona, and one verdict says whether the model still fits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pandas as pd
import streamlit as st

from pages.parts.score.memory import ScoreMemory
from pages.parts.score.model import Chosen
from pages.parts.shared.upload import TYPES
from pages.ui import access, jobs, show, state
from pages.ui.file_names import of_files
from pages.ui.show import Column
from pages.ui.state import Studio
from segmentation.charts.drift import mix_bars, mix_caption
from segmentation.core.csv_export import altered, csv_bytes
from segmentation.core.errors import SegmentationError
from segmentation.core.notices import Notice
from segmentation.core.text import count_text, plain_text, safe_label, share_prose
from segmentation.data.sources import SOURCES
from segmentation.scoring.batch import Batch, score_files
from segmentation.scoring.certainty import MEANING
from segmentation.scoring.choices import Choices, Undecided
from segmentation.scoring.new_files import Intake

__all__ = ["draw"]

_JOB = "scored file"
_LOOK = {"keep": st.success, "watch": st.warning, "refit": st.error, "unknown": st.info}
_STATES = {"calm": "As before", "moved": "Has moved", "shifted": "Has shifted"}
_SHOWN = 200
_BUTTONS = 4
"""With more answers than this to choose from, they stand in a list."""
_SAID = ("changed", "kept", "headings differ")
"""Kinds of notes that say how the file differs from the model's own."""


def draw(chosen: Chosen, studio: Studio) -> str | None:
    """Upload, score as a job, show the outcome; a new file or another model starts anew. The outcome in a sentence."""
    made, ref = chosen.segmentation, chosen.ref
    many = made.source != "customers"
    given = st.file_uploader(
        "Files with the customers to score" if many else "File with the customers to score",
        type=TYPES,
        accept_multiple_files=many,
        key=f"score-files-{'many' if many else 'one'}",
        help="The same columns as the file that the model was made from, in any order. It stays on this machine.",
    )
    uploads = given if isinstance(given, list) else [given] if given else []
    ids = (ref, made.fingerprint, made.k, *(upload.file_id for upload in uploads))
    mine = studio.memory_of(ScoreMemory)
    if uploads and mine.files != ids:
        mine.files, mine.choices = ids, Choices()
        _begin(chosen, uploads, mine)
    job = jobs.watch(_JOB)
    if job is not None:
        mine.scored = (ref, job)
    undecided = jobs.failure(_JOB)
    if uploads and isinstance(undecided, Undecided):
        _ask(undecided, chosen, uploads, mine)
    if mine.scored is None or mine.scored[0] != ref:
        source = SOURCES[made.source].label.lower() if made.source in SOURCES else "customer table"
        if not jobs.running(_JOB):
            st.caption(
                f"Upload next month's {source}: each customer gets a persona, rows that cannot be scored are listed "
                "with the reason, and one verdict says whether the model still fits."
            )
        return None
    batch, intake = mine.scored[1]
    _outcome(batch, intake, chosen, [upload.name for upload in uploads])
    return batch.summary


def _begin(chosen: Chosen, uploads: list[Any], mine: ScoreMemory) -> None:
    mine.scored = None
    jobs.forget(_JOB)
    files = {upload.name: upload.getvalue() for upload in uploads}
    try:
        access.require("score a file", "scores a file", chosen.ref)
    except SegmentationError as error:
        show.problem(error)
        return
    title = "Scoring " + ", ".join(plain_text(name, longest=40) for name in files)
    jobs.start(_JOB, title, score_files, chosen.segmentation, chosen.names, files, choices=mine.choices)


def _ask(undecided: Undecided, chosen: Chosen, uploads: list[Any], mine: ScoreMemory) -> None:
    """What only a person can decide of these files, as choices; an answer scores them anew."""
    for index, question in enumerate(undecided.questions):
        labels = {value: safe_label(label, longest=80) for value, label in question.choices}
        text = safe_label(question.text, longest=300)
        key = f"score-ask-{index}-{len(mine.choices.scale)}-{len(mine.choices.columns)}"
        if len(labels) > _BUTTONS:
            answer = st.selectbox(text, list(labels), index=None, format_func=labels.__getitem__, key=key, width=360)
        else:
            answer = st.segmented_control(text, list(labels), format_func=labels.__getitem__, key=key)
        if answer is not None:
            mine.choices = mine.choices.answered(question, answer)
            _begin(chosen, uploads, mine)
            st.rerun()


def _altered(batch: Batch, original: pd.DataFrame) -> tuple[Notice, ...]:
    return altered(batch.with_original(original))


def _outcome(batch: Batch, intake: Intake, chosen: Chosen, files: Sequence[str]) -> None:
    verdict = batch.verdict
    reasons = "".join(f"\n- {safe_label(reason, longest=300)}" for reason in verdict.reasons)
    _LOOK[verdict.verdict](f"**{verdict.headline}**{reasons}")
    show.facts(
        [
            ("Customers in the file", count_text(len(batch.rows))),
            ("Could not be scored", count_text(len(batch.refused))),
            *([("Fit none of the personas", count_text(batch.noise))] if batch.noise else []),
            *([("Not to be relied on", count_text(batch.unreliable))] if batch.unreliable else []),
            ("Far from every persona", share_prose(batch.far_share)),
            ("With a capped value", share_prose(float((batch.rows["capped"] > 0).mean()))),
        ]
    )
    # How a file is read is chosen on Data: here it is said what was taken.
    show.problems([replace(problem, fix="", by="") if problem.by else problem for problem in intake.problems])
    for note in [note for note in intake.notes if note.kind in _SAID]:
        st.info(f"**{safe_label(note.where)}**: {safe_label(note.what, longest=400)}")
    show.figure(mix_bars(batch.mix, palette=chosen.palette), "score-file-mix", mix_caption(batch.mix), batch.mix, _MIX)
    tabs = st.tabs(["Customers", "What has changed", f"Not scored ({count_text(len(batch.refused))})", "Columns"])
    with tabs[0]:
        st.caption(f"The first {count_text(min(_SHOWN, len(batch.rows)))} of {count_text(len(batch.rows))} rows.")
        show.table(batch.rows.head(_SHOWN), "score-file-rows", _ROWS)
        show.download(
            "Download all with their personas (CSV)",
            lambda: csv_bytes(batch.with_original(intake.original)),
            of_files(files, "customers with personas", "csv"),
            "text/csv",
            key="score-file-download",
        )
        show.altered(state.once("score-file-altered", _altered, batch, intake.original))
    with tabs[1]:
        st.caption(
            "Stability index: how far the values of a feature moved since training. Below 0.02 is too little to "
            "matter, above 0.25 is a real shift. By chance alone it stays below the figure beside it, for all features "
            "at once, in 98 of 100 files."
        )
        table = batch.features.assign(state=batch.features["state"].map(_STATES))
        show.table(table, "score-file-features", _FEATURES)
    with tabs[2]:
        if batch.refused.empty:
            st.caption("Every row could be scored.")
        else:
            show.table(batch.refused.head(_SHOWN), "score-file-refused", {"id": "Customer", "reason": "Reason"})
    with tabs[3]:
        if batch.columns.empty:
            st.caption("The file has the same columns as the one the model was made from.")
        else:
            table = batch.columns.assign(state=batch.columns["state"].map(_COLUMN_STATES))
            show.table(table, "score-file-columns", {"column": "Column", "state": "State", "effect": "What follows"})
        show.notes(intake.notes)


_COLUMN_STATES = {"missing": "Missing", "new": "New", "other value": "Other values"}
_MIX: dict[str, Any] = {
    "persona": "Persona",
    "size": Column("Customers", "count"),
    "share": Column("Share in this file", "share"),
    "training_share": Column("Share in training", "share"),
    "difference": Column("Difference", "share"),
}
_ROWS: dict[str, Any] = {
    "id": "Customer",
    "segment": Column("Segment", "plain"),
    "persona": "Persona",
    "how_sure": Column("How sure", help=MEANING),
    "certainty": Column(
        "Refits that agree", "share", "Segments made again from other customers: so many say the same."
    ),
    "margin": Column("Margin", "share", "0 % is on the border to the next persona, 100 % is exactly typical."),
    "probability": Column("Probability", "share", "How probable it is that the customer belongs to this persona."),
    "next_persona": "Next persona",
    "distance": Column(
        "Distance", "%.2f", "How far from the persona, in standardised units: the smaller, the more typical."
    ),
    "filled": Column("Filled values", "count"),
    "capped": Column("Capped values", "count"),
    "outside": Column("Values outside training", "count"),
    "caution": "Caution",
    "reason": "Why in no persona",
}
_FEATURES: dict[str, Any] = {
    "label": "Feature",
    "state": "State",
    "index": Column("Stability index", "%.3f"),
    "chance": Column("By chance below", "%.3f"),
    "training_median": "Middle value in training",
    "median": "Middle value now",
    "missing": Column("Missing now", "share"),
    "capped": Column("Capped", "count"),
    "outside": Column("Outside training", "count"),
}
