"""Saved models: open one without its data, give it another name, note on it, compare two versions, delete and undo."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from pages.parts.start.memory import StartMemory
from pages.parts.start.two_models import compare
from pages.ui import models, own_models, projects, saved_models, show, widgets
from pages.ui.models import label
from pages.ui.sitemap import page_file
from pages.ui.state import Studio
from segmentation import store
from segmentation.core.errors import SegmentationError
from segmentation.core.text import count_text, counted, moment_text, safe_label

__all__ = ["draw"]

_FIRST = 5
_SEALS = {"changed": "Changed since it was saved", "elsewhere": "Not saved on this machine"}
_WHO = {"plain": "With the ids of its customers", "hashed": "With the ids of its customers, unreadable"}


def draw(studio: Studio) -> None:
    """The saved versions, the newest first, each with what can be done with it; nothing where there is none."""
    own_models.empty_deleted()
    mine, listed = studio.memory_of(StartMemory), models.listed()
    if listed.empty and not mine.deleted_model:
        return
    show.section("Saved models", "Open one to see its personas again, without the data that it was made from.")
    if mine.model_problem:
        show.problem(mine.model_problem)
    _bring_back(mine)
    every = len(listed) <= _FIRST or bool(widgets.value("models-every"))
    for row in (listed if every else listed.head(_FIRST)).to_dict("records"):
        _row(studio, {str(name): value for name, value in row.items()})
    if len(listed) > _FIRST:
        st.toggle(f"Show all {count_text(len(listed))}", key="models-every")
    with st.container(horizontal=True, key="models-actions"):
        usable = list(listed.loc[listed["problem"] == "", "ref"])
        if usable and st.button("Score a customer with a saved model", key="start-score"):
            st.switch_page(page_file("score"))
        if len(usable) > 1 and st.button("Compare two versions", key="models-compare", icon=":material/compare:"):
            compare(usable)


def _row(studio: Studio, row: dict[str, Any]) -> None:
    ref, name = row["ref"], safe_label(label(row["ref"]))
    with (
        st.container(border=True, key=f"model-{_key(ref)}"),
        st.container(horizontal=True, wrap=False, vertical_alignment="center"),
    ):
        here = " :gray[(open in this tab)]" if studio.saved == ref else ""
        remark = f"  \n{safe_label(row['remark'], longest=store.LONGEST_NOTE)}" if row["remark"] else ""
        st.markdown(f"**{name}**{here}{remark}  \n:gray[{_said(row)}]", width="stretch")
        if row["problem"]:
            st.caption(safe_label(row["problem"], longest=300))
        else:
            _open_button(studio, ref, name)
        if row["version"] and own_models.is_own(ref):
            with st.popover("More", key=f"model-more-{_key(ref)}", help=f"More for {name}"):
                _more(studio, row)


def _said(row: dict[str, Any]) -> str:
    """Personas, customers, when, and what is to be known of the file, in a line."""
    if row["problem"]:
        return "Cannot be used"
    parts = [
        f"{counted(row['k'], 'persona')} of {counted(row['customers'], 'customer')}",
        safe_label(" · ".join(row["personas"]), longest=160),
        moment_text(str(row["created"])),
        row.get("whose", ""),
        _SEALS.get(row["seal"], ""),
        _WHO.get(row["who"], ""),
    ]
    return ", ".join(filter(None, parts))


def _open_button(studio: Studio, ref: str, name: str) -> None:
    """Open at once where the present work is kept; else only after a yes."""
    if not studio.files or studio.project.id:
        if st.button("Open", key=f"model-open-{_key(ref)}", help=f"Open {name}"):
            _open(studio, ref)
        return
    with st.popover("Open", key=f"model-open-{_key(ref)}", help=f"Open {name}"):
        st.markdown("Your present work is not kept, so it would be gone.")
        if st.button("Open the model all the same", key=f"model-open-yes-{_key(ref)}", type="primary"):
            _open(studio, ref)


def _open(studio: Studio, ref: str) -> None:
    try:
        saved_models.open_model(ref)
    except SegmentationError as error:
        studio.memory_of(StartMemory).model_problem = str(error)
        st.rerun()
    st.switch_page(page_file("segments"), query_params=projects.address())


def _more(studio: Studio, row: dict[str, Any]) -> None:
    ref, key = row["ref"], _key(row["ref"])
    with st.form(f"model-note-form-{key}", border=False):
        note = st.text_input(
            "Note on this version", row["remark"], max_chars=store.LONGEST_NOTE, key=f"model-note-{key}"
        )
        if st.form_submit_button("Keep the note"):
            _do(studio, own_models.set_note, ref, note)
    with st.form(f"model-name-form-{key}", border=False):
        name = st.text_input("Name of the model", row["name"], max_chars=60, key=f"model-name-{key}")
        if st.form_submit_button("Rename all versions"):
            _do(studio, _rename, studio, row["name"], name)
    if row["who"] and st.button(
        "Forget the ids of its customers", key=f"model-forget-{key}", icon=":material/person_off:"
    ):
        _do(studio, own_models.forget_ids, ref)
    if st.button("Delete this version", key=f"model-delete-{key}", icon=":material/delete:"):
        _do(studio, _delete, studio, ref)


def _rename(studio: Studio, old: str, new: str) -> None:
    name = own_models.rename(old, new)
    if studio.saved.startswith(f"{old}/v"):
        studio.saved = f"{name}/v{studio.saved.rpartition('/v')[2]}"


def _delete(studio: Studio, ref: str) -> None:
    studio.memory_of(StartMemory).deleted_model = own_models.delete(ref)


def _bring_back(mine: StartMemory) -> None:
    if not mine.deleted_model:
        return
    with st.container(horizontal=True, vertical_alignment="center", key="model-deleted"):
        name = safe_label(label(mine.deleted_model))
        st.markdown(f"Deleted: **{name}**. It can be brought back for a day.", width="stretch")
        if st.button("Undo", key="model-undo", icon=":material/undo:"):
            gone, mine.deleted_model = mine.deleted_model, ""
            try:
                own_models.restore(gone)
            except SegmentationError as error:
                mine.model_problem = str(error)
            st.rerun()


def _do(studio: Studio, action: Callable[..., object], *args: object) -> None:
    """Change something, and say what went wrong on the next run."""
    mine = studio.memory_of(StartMemory)
    mine.model_problem = ""
    try:
        action(*args)
    except SegmentationError as error:
        mine.model_problem = str(error)
    st.rerun()


def _key(ref: str) -> str:
    """A reference as part of the key of a widget: letters and digits of any alphabet, the rest as their numbers."""
    return "".join(letter if letter.isalnum() else f"-{ord(letter)}-" for letter in ref)
