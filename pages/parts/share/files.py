"""Share: what goes into the files, and each file made as a job and then downloaded."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import streamlit as st

from pages.parts.share.memory import Given, ShareMemory
from pages.parts.share.model import Shared
from pages.ui import access, jobs, show, widgets
from pages.ui.state import Studio
from segmentation.core.errors import SegmentationError
from segmentation.core.own_process import run_behind
from segmentation.core.text import count_text, counted, safe_label, size_text
from segmentation.reports import FORMATS, Format, ReportSettings, file_name, make_file, no_typing

__all__ = ["files", "known", "options"]


def known(studio: Studio, what: Shared) -> dict[str, Any]:
    """Everything beside segments and personas that the files are made from; no customers from a saved model."""
    settings = studio.memory_of(ShareMemory).settings
    return {**what.known, "settings": settings if "features" in what.known else replace(settings, customers=False)}


def options(studio: Studio, what: Shared) -> None:
    """Title, smallest segment, list of customers: made from the settings that stand beside their ranges."""
    mine = studio.memory_of(ShareMemory)
    given = mine.settings
    with st.container(horizontal=True, vertical_alignment="bottom", key="share-options"):
        title = st.text_input("Title", key=widgets.bound("share-title", given.title), max_chars=80, width=320)
        least = widgets.from_option(ReportSettings, "min_size", given.min_size, "share-min-size")
        there = "features" in what.known
        listed = widgets.from_option(
            ReportSettings, "customers", given.customers and there, "share-customers", disabled=not there
        )
    title = title.strip() or ReportSettings().title
    mine.settings = replace(given, title=title, min_size=least, customers=listed)
    small = sum(size < least for size in what.segmentation.sizes)
    if small:
        st.info(
            f"{counted(small, 'persona has', 'personas have')} fewer than {count_text(least)} customers: figures, "
            "name and the typing sheet of the workbook are left out."
        )
    for line in no_typing(what.segmentation):
        st.info(safe_label(line, longest=600))


def files(studio: Studio, what: Shared) -> None:
    """One card for each kind of file: what is in it, then a button that makes it, then its download."""
    for column, kind in zip(st.columns(len(FORMATS)), FORMATS.values(), strict=True):
        with column, st.container(border=True, height="stretch", key=f"share-{kind.name}"):
            st.subheader(kind.label, anchor=False)
            st.markdown(kind.audience)
            st.markdown("\n".join(f"- {line}" for line in kind.has(what.segmentation)))
            _file(studio, what, kind)


def _file(studio: Studio, what: Shared, kind: Format) -> None:
    job, mine = f"share-{kind.name}", studio.memory_of(ShareMemory)
    given = (what.segmentation, what.personas, known(studio, what))
    made = jobs.watch(job)
    if made is not None:
        mine.made[kind.name] = (mine.asked[kind.name], made)
    kept = mine.made.get(kind.name)
    if kept is not None and _same(kept[0], given):
        name = file_name(given[2]["settings"].title, kind)
        show.download(f"Download ({size_text(len(kept[1]))})", kept[1], name, kind.mime, f"share-get-{kind.name}")
        st.caption(f"{name}")
    elif not jobs.running(job) and st.button("Make it", key=f"share-make-{kind.name}", type="primary"):
        mine.asked[kind.name] = given
        try:
            access.require("take a report", f"makes a {kind.name} file", what.ref)
        except SegmentationError as error:
            show.problem(error)
            return
        segmentation, personas, rest = given
        label = f"Making the {kind.label}"
        jobs.start(job, label, run_behind, make_file, kind.name, segmentation, personas, **rest)
        st.rerun()


def _same(old: Given, new: Given) -> bool:
    """Whether a file was made from what is on the table now; tables are compared by identity, settings by value."""
    one, other = (*old[:2], *old[2].values()), (*new[:2], *new[2].values())
    same = (a is b or (isinstance(a, ReportSettings | dict) and a == b) for a, b in zip(one, other, strict=False))
    return len(one) == len(other) and all(same)
