"""Load customers: an upload or a sample becomes tables. Large files are read as a job; a bad file changes nothing."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

import streamlit as st
from streamlit.errors import StreamlitSecretNotFoundError

from pages.parts.data.kinds import KINDS
from pages.parts.data.memory import DataMemory
from pages.parts.shared.upload import TYPES
from pages.ui import jobs, left_out, samples, show, state, widgets
from pages.ui.state import Studio
from segmentation.core.errors import Problem, SegmentationError
from segmentation.core.parallel import part
from segmentation.core.settings import Progress
from segmentation.core.tables import Table
from segmentation.core.text import plain_text
from segmentation.data.customers import read_files
from segmentation.data.sources import SOURCES, guess_source
from segmentation.data.warehouse import address_of, fetch, is_address, placeholders

__all__ = ["offer_purchases", "panel"]

_AT_ONCE = 3 * 2**20
_JOB = "tables"
_ANY = ""
_OTHER = (
    "This is another file than the one that the earlier work was made from, so it begins work of its own. The earlier "
    "one stays under Recent work on the start page."
)
Reader = Callable[..., dict[str, Table]]
_HELP = "A table of customers, a list of purchases, the tables of an app, or tables that belong together by keys."


def panel(studio: Studio) -> None:
    """Draw what is needed to load data (folded once there is some) and put the tables into the studio when read."""
    mine = studio.memory_of(DataMemory)
    if studio.files and not studio.tables and mine.problem is None and not jobs.known(_JOB):
        _begin(studio, studio.files)
    if studio.tables:
        with st.expander("Load other data"):
            _choices(studio)
    else:
        _choices(studio)
    job = jobs.watch(_JOB)
    if job is not None:
        _keep(studio, *job)
        st.rerun()
    if mine.problem is not None:
        show.problem(mine.problem)
        if studio.tables:
            st.caption("Your earlier data is still here.")


def _choices(studio: Studio) -> None:
    mine = studio.memory_of(DataMemory)
    kinds = {_ANY: "Find out from the files"} | {key: source.label for key, source in SOURCES.items() if key in KINDS}
    chosen = st.selectbox(
        "What do you have?",
        list(kinds),
        format_func=kinds.__getitem__,
        key=widgets.bound("load-source", studio.kind),
        help="One row a customer is a customer table; one row a purchase is transactions.",
    )
    if chosen != studio.kind:
        studio.kind = chosen
        if studio.tables:
            state.put(studio, "source", _source(studio, studio.tables))
            st.rerun()
    taken = SOURCES[chosen or studio.source]
    reads_as = chosen == _ANY and studio.tables
    st.caption(f"Taken for: {taken.label}. {taken.help}" if reads_as else taken.help if chosen else _HELP)
    more = bool(studio.tables) and st.checkbox("Keep the files that are loaded and add to them", key="load-more")
    given = st.file_uploader(
        "Your files",
        type=TYPES,
        accept_multiple_files=True,
        key=f"load-files-{mine.loads}",
        help="CSV, text, Excel or Parquet, up to 200 MB. They stay on this machine.",
    )
    _take(studio, given, studio.files if more else {})
    _from_an_address()
    st.caption("Or take a sample, made for trying things out:")
    with st.container(horizontal=True, gap="small"):
        for sample in samples.SAMPLES:
            if (
                sample.there
                and sample.source in KINDS
                and st.button(sample.label, key=f"load-sample-{sample.key}", help=sample.about)
            ):
                mine.problem = None
                samples.take(sample)
                st.rerun()


def offer_purchases(studio: Studio, problems: Iterable[Problem]) -> None:
    """One click that takes rows without a customer's id for purchases, where they may be some."""
    if any(problem.kind == "by row" for problem in problems) and st.button(
        "Each row is a purchase", key="load-as-purchases", help="You choose the column of the customer next."
    ):
        studio.kind = "transactions"
        state.put(studio, "source", studio.kind)
        st.rerun()


def _from_an_address() -> None:
    """A table, a query or a folder by its address, read as a job; the server's own folders and network are reached."""
    if os.environ.get("SEGMENTATION_ADDRESSES") == "off":
        return
    with (
        st.expander("From a database, or a folder of Parquet files"),
        st.form("load-address-form", border=False, enter_to_submit=True),
    ):
        address = st.text_input(
            "Address",
            key="load-address",
            max_chars=4_000,
            placeholder="postgresql://HOST/DB#TABLE",
            help="postgresql://, sqlite:///, duckdb:///, s3:// or the path of a folder. After # stands a table, or a "
            "query that begins with SELECT.",
        )
        st.caption(
            "Only reading, at most 10 million rows and 5 minutes. No password belongs here: set PGPASSWORD where the "
            "server is started, or write \\${NAME} and set NAME there or in Streamlit’s secrets."
        )
        if st.form_submit_button("Read it") and address.strip():
            jobs.start(_JOB, "Reading the address", _fetch_job, address.strip(), _secrets(address))


def _secrets(address: str) -> dict[str, str]:
    """What `${NAME}` in an address stands for: from the environment, else from Streamlit's secrets."""
    named = {name: os.environ.get(name) or _secret(name) for name in placeholders(address)}
    return {name: value for name, value in named.items() if value}


def _secret(name: str) -> str:
    try:
        return str(st.secrets.get(name, ""))
    except (OSError, StreamlitSecretNotFoundError):
        return ""


def _fetch_job(address: str, secrets: dict[str, str], progress: Progress) -> tuple[dict[str, bytes], dict[str, Table]]:
    if not is_address(address):
        raise SegmentationError("This is no address. Write one such as sqlite:///shop.db#customers, or a folder.")
    fetched = fetch(address_of(address), secrets=secrets, progress=part(progress, 0.0, 0.7))
    files = {fetched.name: fetched.data}
    return files, read_files(files, progress=part(progress, 0.7, 1.0))


def _take(studio: Studio, uploads: list[Any], loaded: dict[str, bytes]) -> None:
    """Read an upload once: the next run has an empty uploader, whose files replace these."""
    if not uploads:
        return
    mine = studio.memory_of(DataMemory)
    mine.loads, mine.problem = mine.loads + 1, None
    _begin(studio, loaded | {upload.name: upload.getvalue() for upload in uploads})


def _begin(studio: Studio, files: dict[str, bytes]) -> None:
    reader = read_files
    if studio.left_out:
        if left_out.fits(studio, files):
            reader = partial(left_out.read_as_before, studio)
        else:
            studio.project.notes = (_OTHER,)
    if sum(map(len, files.values())) > _AT_ONCE:
        names = ", ".join(plain_text(name, longest=40) for name in files)
        jobs.start(_JOB, f"Reading {names}", _read_job, files, reader)
        return
    try:
        tables = reader(files)
    except SegmentationError as error:
        studio.memory_of(DataMemory).problem = error
        return
    _keep(studio, files, tables)
    st.rerun()


def _read_job(files: dict[str, bytes], reader: Reader, progress: Progress) -> tuple[dict[str, bytes], dict[str, Table]]:
    return files, reader(files, progress=progress)


def _keep(studio: Studio, files: dict[str, bytes], tables: dict[str, Table]) -> None:
    mine = studio.memory_of(DataMemory)
    mine.problem = None
    if studio.left_out and left_out.fits(studio, files):
        left_out.take(studio, files, tables)
        mine.wanted |= {(name, table.sha256): table.settings for name, table in tables.items()}
        return
    state.put(studio, "files", files)
    state.put(studio, "source", _source(studio, tables))
    state.put(studio, "tables", tables)


def _source(studio: Studio, tables: dict[str, Table]) -> str:
    """The kind of data that the user chose, or the guess."""
    return studio.kind or guess_source(tables)
