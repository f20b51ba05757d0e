"""Load customers: an upload or a sample becomes tables. Large files are read as a job; a bad file changes nothing."""

from __future__ import annotations

from typing import Any

import streamlit as st

from pages.ui import jobs, samples, show, state
from pages.ui.explore_kinds import KINDS
from pages.ui.state import Studio
from segmentation.errors import SegmentationError
from segmentation.reading import read
from segmentation.settings import Progress
from segmentation.sources import SOURCES
from segmentation.text import plain_text

__all__ = ["panel", "read_files"]

TYPES = ["csv", "txt", "tsv", "xlsx", "parquet"]
_AT_ONCE = 3 * 2**20
_JOB = "tables"
_SEEN, _PROBLEM = "data-files-read", "data-problem"


def read_files(files: dict[str, bytes], progress: Progress | None = None) -> dict[str, Any]:
    """File name → bytes in, file name → Table out; the first file that cannot be read raises `SegmentationError`."""
    tables = {}
    for place, (name, data) in enumerate(files.items()):

        def step(share: float, text: str, place: int = place) -> None:
            if progress is not None:
                progress((place + share) / len(files), text)

        step(0.0, f"Reading {plain_text(name, longest=40)}")
        tables[name] = read(data, name, progress=step)
    return tables


def panel(studio: Studio) -> None:
    """Draw what is needed to load data (folded once there is some) and put the tables into the studio when read."""
    if studio.files and not studio.tables and _PROBLEM not in studio.memory:
        _begin(studio, studio.files)
    if studio.tables:
        with st.expander("Load other data"):
            _choices(studio)
    else:
        _choices(studio)
    found = jobs.watch(_JOB)
    if found is not None:
        _keep(studio, *found)
        st.rerun()
    if _PROBLEM in studio.memory:
        show.problem(studio.memory[_PROBLEM])
        if studio.tables:
            st.caption("Your earlier data is still here.")


def _choices(studio: Studio) -> None:
    kinds = {key: source.label for key, source in SOURCES.items() if key in KINDS or key == studio.source}
    if len(kinds) > 1:
        chosen = st.selectbox(
            "What do you have?", list(kinds), index=list(kinds).index(studio.source), format_func=kinds.__getitem__,
            key="load-source", help="One row a customer is a customer table; one row a purchase is transactions.",
        )  # fmt: skip
        st.caption(SOURCES[chosen].help)
        if chosen != studio.source:
            state.put(studio, "source", chosen)
    many = len(SOURCES[studio.source].tables) != 1
    given = st.file_uploader(
        "Your files" if many else "Your file",
        type=TYPES,
        accept_multiple_files=many,
        key=f"load-files-{'many' if many else 'one'}",
        help="CSV, text, Excel or Parquet, up to 200 MB. It stays on this machine.",
    )
    _take(studio, given if isinstance(given, list) else [given] if given else [])
    st.caption("Or take a sample, made for trying things out:")
    with st.container(horizontal=True, gap="small"):
        for sample in samples.SAMPLES:
            if (
                sample.there
                and sample.source in KINDS
                and st.button(sample.label, key=f"load-sample-{sample.key}", help=sample.about)
            ):
                studio.memory.pop(_PROBLEM, None)
                samples.take(sample)
                st.rerun()


def _take(studio: Studio, uploads: list[Any]) -> None:
    """Read an upload once: the same files are not read again on the next run."""
    ids = tuple(upload.file_id for upload in uploads)
    if not ids or ids == studio.memory.get(_SEEN):
        return
    studio.memory[_SEEN] = ids
    studio.memory.pop(_PROBLEM, None)
    _begin(studio, {upload.name: upload.getvalue() for upload in uploads})


def _begin(studio: Studio, files: dict[str, bytes]) -> None:
    if sum(map(len, files.values())) > _AT_ONCE:
        names = ", ".join(plain_text(name, longest=40) for name in files)
        jobs.start(_JOB, f"Reading {names}", _read_job, files)
        return
    try:
        tables = read_files(files)
    except SegmentationError as error:
        studio.memory[_PROBLEM] = error
        return
    _keep(studio, files, tables)
    st.rerun()


def _read_job(files: dict[str, bytes], progress: Progress) -> tuple[dict[str, bytes], dict[str, Any]]:
    return files, read_files(files, progress)


def _keep(studio: Studio, files: dict[str, bytes], tables: dict[str, Any]) -> None:
    studio.memory.pop(_PROBLEM, None)
    state.put(studio, "files", files)
    state.put(studio, "tables", tables)
