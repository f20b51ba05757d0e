"""A table of customers in one file, or in several with the same columns: offered as one table in parts."""

from __future__ import annotations

import streamlit as st

from pages.parts.data.memory import DataMemory
from pages.ui import state, widgets
from pages.ui.state import Studio
from segmentation.core.tables import Table
from segmentation.core.text import count_text, counted, plain_text, safe_label
from segmentation.data.sources import Parts, parts_of_one, stack

__all__ = ["choose", "table"]

_ALL = ""


def choose(studio: Studio) -> None:
    """Several files: what they are to one another, and which of them are used."""
    if len(studio.tables) < 2:
        return
    parts, mine = _parts(studio), studio.memory_of(DataMemory)
    if parts is None:
        others = "the other file is" if len(studio.tables) == 2 else f"the other {len(studio.tables) - 1} files are"
        st.info(
            f"A customer table is one file: {safe_label(_used(studio))} is used, {others} not. "
            "To use them together, choose another kind of data under *Load other data*."
        )
    elif parts.shared:
        share = counted(parts.shared, "customer stands", "customers stand")
        st.info(
            f"These files have the same columns, and {share} in more than one of them: the same customers at "
            "different times, it seems. One file is used."
        )
    elif len(parts.names) > 1:
        rows = sum(len(studio.tables[name].frame) for name in parts.names)
        st.info(
            f"These files look like one table in parts: the same columns, {count_text(rows)} rows in all, and "
            "nobody in two of them."
        )
    if parts is not None and parts.copies:
        copies = ", ".join(safe_label(name, longest=40) for name in parts.copies)
        st.info(f"Only a repetition of another file, so left out: {copies}.")
    names = list(studio.tables) if parts is None else list(parts.names)
    together = parts is not None and not parts.shared
    if len(names) < 2:
        return
    labels = {_ALL: f"All {len(names)} as one table"} | {name: f"Only {plain_text(name, longest=40)}" for name in names}
    chosen = st.selectbox(
        "Files that are used",
        list(labels) if together else names,
        format_func=labels.__getitem__,
        key=widgets.bound("customer-files", _used(studio)),
        width=360,
    )
    if chosen != _used(studio):
        mine.only_file = chosen
        st.rerun()


def table(studio: Studio) -> Table:
    """The table of customers: the only file, all files with the same columns as one, or the one that was chosen."""
    used, parts = _used(studio), _parts(studio)
    if used or parts is None:
        return studio.tables[used or next(iter(studio.tables))]
    return state.once("customer-files", _stacked, studio.tables, parts)


def _used(studio: Studio) -> str:
    """The one file that is used; "" for all of them as one table."""
    chosen, parts = studio.memory_of(DataMemory).only_file, _parts(studio)
    if chosen in studio.tables:
        return chosen
    return _ALL if parts is not None and not parts.shared else next(iter(studio.tables))


def _parts(studio: Studio) -> Parts | None:
    return state.once("customer-parts", parts_of_one, studio.tables)


def _stacked(tables: dict[str, Table], parts: Parts) -> Table:
    return stack([tables[name] for name in parts.names], parts.copies)
