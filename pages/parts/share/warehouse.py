"""Share: the saved segments as one SELECT, so that a warehouse places its customers itself."""

from __future__ import annotations

import streamlit as st

from pages.parts.share.memory import ShareMemory
from pages.parts.share.model import Shared
from pages.ui import show, state, widgets
from pages.ui.state import Studio
from segmentation.clustering.model import Segmentation
from segmentation.core.dialects import DIALECTS
from segmentation.core.errors import SegmentationError
from segmentation.core.text import safe_label
from segmentation.reports.card import segment_names
from segmentation.scoring.sql import ScoringSql, id_column, scoring_sql
from segmentation.store import suggested_name

__all__ = ["in_a_warehouse"]

_MIME = "application/sql"


def in_a_warehouse(studio: Studio, what: Shared) -> None:
    """Which warehouse and table; then the SELECT, and the test query beside it, to download."""
    mine = studio.memory_of(ShareMemory)
    with st.container(border=True, key="share-sql"):
        st.subheader("SQL for a warehouse", anchor=False)
        st.markdown(
            "One SELECT that places all customers where they are: missing and extreme values, one scale, distances, "
            "persona, how clear it is, and why a row has none. No customer leaves the warehouse."
        )
        with st.container(horizontal=True, vertical_alignment="bottom", key="share-sql-options"):
            key = widgets.bound("share-sql-dialect", mine.dialect or None)
            picked = st.selectbox(
                "Warehouse",
                list(DIALECTS),
                format_func=_label,
                key=key,
                index=None,
                placeholder="Choose a warehouse",
                width=260,
            )
            table = st.text_input("Table", key=widgets.bound("share-sql-table", mine.table), max_chars=200, width=260)
            column = st.text_input(
                "Column with the customer id",
                key=widgets.bound("share-sql-id", mine.id or id_column(what.segmentation) or "customer_id"),
                max_chars=200,
                width=260,
            )
        mine.dialect, mine.table, mine.id = picked or "", table.strip(), column.strip()
        if mine.dialect:
            _files(what, mine)


def _files(what: Shared, mine: ShareMemory) -> None:
    names = tuple(segment_names(what.segmentation, what.personas).items())
    try:
        sql = state.once(
            "share-sql", _sql, what.segmentation, names, mine.dialect, mine.table or "customers", mine.id, what.ref
        )
    except SegmentationError as error:
        show.problem(error)
        return
    stem = suggested_name(what.ref.replace("/", " "), "personas").replace(" ", "-").lower()
    with st.container(horizontal=True, vertical_alignment="center", key="share-sql-files"):
        show.download("Download the SQL", sql.query.encode(), f"{stem}.sql", _MIME, "share-get-sql")
        show.download("Download its test", sql.test.encode(), f"{stem}.test.sql", _MIME, "share-get-sql-test")
        st.caption(
            f"Run the test in {safe_label(_label(mine.dialect))} first: it needs no table, and every row must say "
            "*same*."
        )
    with st.expander("The SELECT"):
        st.code(sql.query, language="sql", height=360)


def _sql(
    segmentation: Segmentation, names: tuple[tuple[int, str], ...], dialect: str, table: str, id: str, ref: str
) -> ScoringSql:
    return scoring_sql(segmentation, dict(names), dialect, table=table, id=id, ref=ref)


def _label(dialect: str) -> str:
    return DIALECTS[dialect].label
