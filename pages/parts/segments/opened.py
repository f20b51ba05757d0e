"""The personas of a saved model without its customers: what it holds is shown, what needs the data asks for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from pages.parts.segments import cards, customers, keep, tabs
from pages.parts.shared.noticed import noticed
from pages.parts.shared.upload import TYPES
from pages.ui import jobs, models, saved_models, show, state
from pages.ui.saved_models import OpenedModel
from pages.ui.state import Studio, needed
from segmentation.charts import captions, matrices
from segmentation.clustering.model import Segmentation
from segmentation.core.settings import Progress
from segmentation.core.tables import FeatureTable
from segmentation.core.text import count_text, plain_text, safe_label, value_writer
from segmentation.evaluation.evidence import finding_of, state_text
from segmentation.personas import headline, portray
from segmentation.reports import ReportSettings, collect
from segmentation.reports.figures import EVERYONE
from segmentation.scoring.again import customers_again

__all__ = ["draw"]

_JOB = "model's customers"
_NEEDS = (
    "Medians, spread, picture, rules, descriptors and the list of customers need the data: load the file that the "
    "model was made from, or another one with the same columns. It is not kept with the model."
)
_METHOD = (
    "Names, sentences and figures of the cards are those that were saved with the model. The table shows its centres "
    "in original units; *everyone* is the median of the customers that it was made from. Differences are between a "
    "centre and the middle of all, in standard deviations of the prepared values."
)


def draw(studio: Studio) -> str:
    """Everything that the page shows of an opened model; returns the answer for its heading."""
    mine, seg, personas = saved_models.opened(studio), needed(studio.segmentation), studio.personas
    changed = "" if studio.saved else " The names and texts that you changed are kept with your work, not in the model."
    if mine.ref:
        st.caption(f"Opened from the saved model **{safe_label(models.label(mine.ref))}**.{changed}")
    if mine.seal:
        (st.warning if mine.changed else st.caption)(safe_label(mine.seal, longest=300))
    found = finding_of(seg.k, None, mine.note, made=str(seg.settings.get("method", "")))
    st.markdown(f"**State of the evidence.** {safe_label(state_text(found), longest=600)}")
    noticed(seg)
    cards.cards(studio, personas)
    if not studio.left_out:  # else the line above the page asks for the very files
        _ask(seg, mine)
    if mine.features is None:
        _centres(studio, seg, mine)
    else:
        look = state.once("segments-portrait", portray, seg, mine.features)
        customers.draw(studio)
        tabs.tabs(studio, look, personas)
        with show.actions("Take it along"):
            keep.downloads(seg, personas, look)
    with show.actions("Keep the result"):
        keep.save(studio, seg, personas)
    show.method(_METHOD)
    show.next_step(
        "Score a customer",
        "score",
        "Type one customer in and see which persona it is, or make slides, a workbook and a report of all of them.",
        also=("Share the personas", "share"),
    )
    return safe_label(headline(personas, found), longest=600)


def _ask(seg: Segmentation, mine: OpenedModel) -> None:
    """The one sentence on what needs the data, and the field that takes it; then what was loaded."""
    made = jobs.watch(_JOB)
    if made is not None:
        mine.features, mine.own, mine.file = made
        st.rerun()
    if mine.features is not None:
        many = count_text(len(mine.features.frame))
        said = (
            f"{mine.file}: the file that the model was made from, {many} customers."
            if mine.own
            else f"{mine.file} is another file than the model was made from. The cards are as they were saved; the "
            f"figures below are of the {many} customers of this file."
        )
        st.info(safe_label(said, longest=400), icon=":material/table:")
        return
    with st.container(border=True, key="opened-data"):
        st.markdown(_NEEDS)
        many_files = seg.source != "customers"
        given = st.file_uploader(
            "Files with the customers" if many_files else "File with the customers",
            type=TYPES,
            accept_multiple_files=many_files,
            key="opened-files",
        )
    uploads: list[Any] = given if isinstance(given, list) else [given] if given else []
    begun = tuple(upload.file_id for upload in uploads)
    if uploads and mine.begun != begun:
        mine.begun = begun
        jobs.forget(_JOB)
        jobs.start(_JOB, "Reading the customers", _load, seg, {upload.name: upload.getvalue() for upload in uploads})
        st.rerun()


def _load(seg: Segmentation, files: Mapping[str, bytes], progress: Progress) -> tuple[FeatureTable, bool, str]:
    features, own = customers_again(seg, files, progress=progress)
    return features, own, plain_text(", ".join(files), longest=80)


def _centres(studio: Studio, seg: Segmentation, mine: OpenedModel) -> None:
    """Sizes, typical customers and differences, all from the model's own centres."""
    names = {persona.segment: persona.name for persona in studio.personas}
    settings = ReportSettings(min_size=1)
    facts = state.once("opened-facts", collect, seg, studio.personas, note=mine.note, settings=settings)
    show.section("Typical customers", "The middle of each persona, in original units.")
    kinds: dict[Any, Any] = {info.name: info for info in facts.features}
    shown = facts.typical.rename(columns=str)
    heads = {str(number): show.Column(plain_text(name), "row") for number, name in names.items()}
    columns: dict[str, str | show.Column] = {"label": show.Column("Feature", width="medium"), **heads}
    columns[EVERYONE] = show.Column("Everyone", "row", pinned=True)
    shown.insert(0, "label", [plain_text(kinds[name].label, longest=60) for name in shown.index])
    writers = [value_writer(kinds[name].kind) for name in facts.typical.index]
    show.table(shown.reset_index(drop=True), "opened-typical", columns, rows=writers, height="content")
    labels = {name: info.label for name, info in kinds.items()}
    effects = facts.differences.T
    show.figure(
        matrices.difference_heatmap(effects, names, labels),
        "opened-heatmap",
        captions.difference_caption(effects, names, labels),
    )
