"""Share one's own model with everybody on purpose, and take it back."""

from __future__ import annotations

import streamlit as st

from pages.ui import access, models, show
from pages.ui.state import Studio
from segmentation.core.errors import SegmentationError

__all__ = ["offer", "take_back"]


def offer(studio: Studio) -> None:
    """The button below a model that was just saved; only where people sign in, for those who may share."""
    if not access.switched_on() or not access.allows("share a model with everybody"):
        return
    st.caption("Only you can use this model until you share it.")
    if st.button("Share it with everybody", key=f"share-with-all-{studio.saved}", icon=":material/group:"):
        try:
            st.success(f"Everybody who may use this studio finds it as: {models.label(models.share(studio.saved))}.")
        except SegmentationError as error:
            show.problem(error)


def take_back(ref: str) -> None:
    """The button beside a shared model, for whoever may take it back."""
    if not ref.startswith(models.SHARED) or not access.allows(models.taken_back_with(ref)):
        return
    with st.popover("Take back", key=f"take-back-{ref}", help="Nobody finds this model any more"):
        st.markdown("Nobody else finds it any more. The one that it was shared from stays with its owner.")
        if st.button("Take it back", key=f"take-back-yes-{ref}", type="primary"):
            try:
                models.stop_sharing(ref)
            except SegmentationError as error:
                show.problem(error)
                return
            st.rerun()
