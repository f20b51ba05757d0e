"""Roles and formulas from a file that was saved here or written for the command line (`--map`)."""

from __future__ import annotations

import streamlit as st

from pages.parts.data.memory import DataMemory
from pages.ui import show, state
from pages.ui.state import Studio
from segmentation.core.errors import SegmentationError
from segmentation.core.tables import Table
from segmentation.data.sources import assemble, mapping_from_json

__all__ = ["panel"]


def panel(studio: Studio, read: Table) -> None:
    """Take the roles and the made columns of a file; a file that does not fit is one sentence, and changes nothing."""
    mine = studio.memory_of(DataMemory)
    with st.popover("Use saved roles"):
        given = st.file_uploader("A file of roles (JSON)", type=["json"], key="roles-file")
    if given is None or given.file_id == mine.mapping_file:
        return
    mine.mapping_file = given.file_id
    try:
        mapping = mapping_from_json(given.getvalue())
        plan = assemble("customers", {read.name: read}, mapping)
    except SegmentationError as error:
        show.problem(error)
        return
    state.put(studio, "made_columns", dict(mapping.derived))
    state.put(studio, "roles", dict(plan.columns["customers"]))
    mine.editor += 1
    st.rerun()
