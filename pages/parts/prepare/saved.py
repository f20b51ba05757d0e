"""The choices of preparation as a file: kept for next month or for the command line, and taken from a file."""

from __future__ import annotations

import streamlit as st

from pages.parts.prepare import steps
from pages.ui import show
from pages.ui.file_names import of_data
from pages.ui.state import Studio
from segmentation.core.errors import SegmentationError
from segmentation.preparation.saved import prep_from_json, prep_to_json

__all__ = ["panel"]


def panel(studio: Studio) -> None:
    """Download the choices, and for those who have such a file, use it."""
    with st.expander("Keep these choices"):
        st.caption("All steps and what was decided for single columns; no data. On the command line: --prep FILE.json")
        data = prep_to_json(studio.prep)
        show.download("Download them", data, of_data("preparation", "json"), "application/json", "prepare-download")
        with st.form("prepare-file", border=False, clear_on_submit=True):
            given = st.file_uploader("Or use a file of choices", type=["json"], key="prepare-upload")
            if st.form_submit_button("Use it") and given is not None:
                _use(studio, given.getvalue())


def _use(studio: Studio, text: bytes) -> None:
    try:
        wanted = prep_from_json(text)
    except SegmentationError as error:
        show.problem(error)
        return
    steps.change(studio, wanted)
