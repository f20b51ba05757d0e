"""The import doctor on screen: what was read, what was changed, one click to undo it, and how else to read the file."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import streamlit as st

from pages.parts.data import made_columns, reading_form
from pages.parts.data.memory import DataMemory
from pages.ui import jobs, show, state
from pages.ui.file_names import of_data
from pages.ui.state import Studio
from segmentation.core.errors import SegmentationError
from segmentation.core.settings import Progress
from segmentation.core.tables import Note, Table
from segmentation.core.text import count_text, safe_label
from segmentation.data.reading import ReadSettings, overview, read

__all__ = ["panel", "panels"]

_AT_ONCE = 3 * 2**20
_JOB = "tables"  # the loader of the Data page watches this job and keeps what it reads
_SHOWN = 12


def panels(studio: Studio) -> None:
    """Draw the import of every loaded file: several as tabs, and the title says where something needs a look."""
    names = list(studio.tables)
    if len(names) == 1:
        panel(studio, names[0])
        return
    titles = [safe_label(name, longest=40) + (" (look here)" if studio.tables[name].problems else "") for name in names]
    for tab, name in zip(st.tabs(titles), names, strict=True):
        with tab:
            panel(studio, name)


def panel(studio: Studio, name: str) -> None:
    """Draw the import of one loaded file: a sentence, open questions, what was done with Undo, and the settings."""
    read_as: Table = studio.tables[name]
    table = made_columns.table(studio, read_as) if len(studio.tables) == 1 else read_as
    key = f"import-{list(studio.tables).index(name)}"
    with st.container(key=key):
        st.markdown(f"**{safe_label(name)}**: {safe_label(overview.sentence(read_as), longest=300)}")
        if problem := studio.memory_of(DataMemory).refused.get(name):
            show.problem(problem)
            st.caption("The table below is as it was read before.")
        show.problems(table.problems)
        if wanted := reading_form.questions(table, _wanted(studio, name), key):
            _again(studio, name, wanted)
        with st.expander("What we did to your file"):
            _done(studio, name, key)
        with st.expander("Change how it is read"):
            if wanted := reading_form.form(table, _wanted(studio, name), studio.files[name], key):
                _again(studio, name, wanted)


def _done(studio: Studio, name: str, key: str) -> None:
    table, wanted = studio.tables[name], _wanted(studio, name)
    for note in overview.other_notes(table):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(f"**{safe_label(note.where)}**: {_said(note)}", width="stretch")
            if note.undo == overview.TOTAL_ROW and st.button("Keep this row", key=f"{key}-keep-total"):
                _again(studio, name, replace(wanted, total_rows=False))
    _refused(table, key)
    _conversions(studio, name, key)
    for column in [column for column in wanted.as_text if column in table.frame.columns]:
        index = table.frame.columns.get_loc(column)
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(f"**{safe_label(column)}**: kept as text, as you asked.", width="stretch")
            if st.button("Convert again", key=f"{key}-redo-{index}"):
                _again(studio, name, replace(wanted, as_text=tuple(item for item in wanted.as_text if item != column)))


def _conversions(studio: Studio, name: str, key: str) -> None:
    table, wanted = studio.tables[name], _wanted(studio, name)
    notes_of = overview.conversions(table)
    if not notes_of:
        return
    st.markdown("**Cells that were converted**")
    every = len(notes_of) <= _SHOWN or st.toggle(f"Show all {count_text(len(notes_of))} columns", key=f"{key}-every")
    for column in list(notes_of)[: None if every else _SHOWN]:
        index = table.frame.columns.get_loc(column)
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            sentences = " ".join(_said(note) for note in notes_of[column])
            st.markdown(f"**{safe_label(column)}**: {sentences}", width="stretch")
            help = "Keep this column as the text that the file holds"
            if st.button("Undo", key=f"{key}-undo-{index}", help=help):
                _again(studio, name, replace(wanted, as_text=(*wanted.as_text, column)))


def _said(note: Note) -> str:
    """A note with its examples, as Markdown."""
    pairs = [f"{safe_label(before) or 'blank'} → {safe_label(after) or 'blank'}" for before, after in note.examples]
    return safe_label(note.what, longest=600) + (f" *{'; '.join(pairs)}*" if pairs else "")


def _refused(table: Table, key: str) -> None:
    if table.refused.empty:
        return
    st.markdown(f"**Lines that were refused**: {count_text(len(table.refused))}")
    columns: dict[str, str | show.Column] = {
        "line": show.Column("Line", "count"),
        "reason": "Reason",
        "text": show.Column("Text", width="large"),
    }
    show.table(table.refused.head(200), f"{key}-refused", columns, height=240, alt="The lines that were refused")
    data = overview.refused_csv(table)
    show.download("Download the refused lines", data, of_data("refused lines", "csv"), "text/csv", f"{key}-refused-csv")


def _wanted(studio: Studio, name: str) -> ReadSettings:
    """What the user asked for so far; everything else is found. Another file of the same name starts afresh."""
    return studio.memory_of(DataMemory).wanted.get((name, studio.tables[name].sha256), ReadSettings())


def _again(studio: Studio, name: str, wanted: ReadSettings) -> None:
    """Read the file again with other settings, large files as a job; a reading that fails changes nothing."""
    mine, this, data = studio.memory_of(DataMemory), (name, studio.tables[name].sha256), studio.files[name]
    mine.refused.pop(name, None)
    if len(data) > _AT_ONCE:
        mine.wanted[this] = wanted
        jobs.forget(_JOB)
        jobs.start(_JOB, f"Reading {name} again", _read_job, studio.files, studio.tables, name, wanted)
        st.rerun()
    try:
        table = read(data, name, wanted)
    except SegmentationError as error:
        mine.refused[name] = error
    else:
        mine.wanted[this] = wanted
        state.put(studio, "tables", studio.tables | {name: table})
    st.rerun()


def _read_job(
    files: dict[str, bytes], tables: dict[str, Table], name: str, wanted: ReadSettings, progress: Progress
) -> tuple[dict[str, bytes], dict[str, Any]]:
    return files, tables | {name: read(files[name], name, wanted, progress)}
