"""What was noticed of the files that segments were made from, on every page that uses them."""

from __future__ import annotations

import streamlit as st

from segmentation.clustering.model import Segmentation
from segmentation.core.text import counted, safe_label

__all__ = ["noticed"]


def noticed(made: Segmentation) -> None:
    """A folded list, one line each; nothing where nothing was noticed."""
    notices = made.notices
    if not notices:
        return
    with st.expander(f"{counted(len(notices), 'thing was', 'things were')} noticed in the files these were made from"):
        st.markdown("\n".join(f"- {safe_label(notice.text, longest=300)}" for notice in notices))
