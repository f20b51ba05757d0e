"""The log of who did what, for those who manage the studio: whether it is whole, and its newest lines."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from pages.ui import access, record, show
from segmentation.core.errors import SegmentationError
from segmentation.core.text import counted, moment_text
from segmentation.store.audit import Entry, verify

__all__ = ["draw"]

_COLUMNS = {"at": "When", "who": "Who", "what": "What", "model": "Model"}


def draw() -> None:
    """Verified and shown when it is opened, to whoever may read it; nothing where nobody signs in."""
    if not access.switched_on() or not access.allows("read the log"):
        return
    opened = st.toggle("Show the log of who did what", key="log-open")
    if not opened:
        return
    try:
        verdict = verify(record.log_file())
    except SegmentationError as error:
        show.problem(error)
        return
    if verdict.problem:
        st.error(f"The log is not as it was written. {verdict.problem}")
    else:
        st.caption(f"{counted(verdict.entries, 'line')}, none changed, taken out or moved. The newest:")
    show.table(_table(verdict.last), "log-lines", _COLUMNS)
    st.caption("Chain of the last line, to be noted elsewhere:")
    st.code(verdict.chain, language=None, wrap_lines=True)


def _table(entries: tuple[Entry, ...]) -> pd.DataFrame:
    rows = [(moment_text(entry.at), entry.who, entry.what, entry.model) for entry in reversed(entries)]
    return pd.DataFrame(rows, columns=list(_COLUMNS))
