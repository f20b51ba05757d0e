"""Two saved versions side by side."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from pages.ui import models, show, state
from pages.ui.models import label
from segmentation.core.errors import SegmentationError
from segmentation.core.text import safe_label
from segmentation.store import Difference, compare_models

__all__ = ["compare"]

_SHOWN = 12
_MOVED = 0.005
"""From this many standard deviations on a centre is shown as moved."""
"""Features whose centres are shown at first, those that moved most."""


@st.dialog("Two versions side by side", width="large")
def compare(refs: list[str]) -> None:
    """Choose two versions, and see what changed from the first to the second. refs: the newest first."""
    one, other = st.columns(2)
    first = one.selectbox("From", refs, index=_before(refs), format_func=label, key="compare-first")
    second = other.selectbox("To", refs, format_func=label, key="compare-second")
    try:
        found = state.once("compared-models", _compared, first, second)
    except SegmentationError as error:
        show.problem(error)
        return
    st.markdown("\n".join(f"- {safe_label(line, longest=500)}" for line in found.sentences))
    names = {"first": safe_label(label(first)), "second": safe_label(label(second))}
    _personas(found, names)
    moved = found.centres[found.centres["moved"].abs() >= _MOVED].head(_SHOWN)
    if moved.empty and not found.centres.empty:
        st.markdown("**Centres**: none has moved.")
    elif not moved.empty:
        st.markdown("**Centres**: what moved most")
        show.table(
            moved,
            "compare-centres",
            {
                "persona": show.Column("Persona", width="medium"),
                "feature": show.Column("Feature", width="medium"),
                "first": show.Column(names["first"], "right"),
                "second": show.Column(names["second"], "right"),
                "moved": show.Column("Moved by", "%+.2f", help="In standard deviations of the second version."),
            },
            texts=pd.DataFrame({name: moved[f"{name}_text"] for name in ("first", "second")}),
            height="content",
        )
    st.markdown("**How it was made**")
    show.table(found.facts, "compare-facts", {"what": "", **names}, height="content")
    with st.expander("How each column is prepared"):
        show.table(found.columns, "compare-columns", {"column": show.Column("Column", width="medium"), **names})


def _personas(found: Difference, names: dict[str, str]) -> None:
    st.markdown("**Personas**")
    shown = found.segments.assign(
        first=found.segments["first"].replace("", "–"), second=found.segments["second"].replace("", "–")
    )
    show.table(
        shown,
        "compare-personas",
        {
            "first": show.Column(names["first"], width="medium"),
            "second": show.Column(names["second"], width="medium"),
            "first_share": show.Column("Share before", "share"),
            "second_share": show.Column("Share after", "share"),
            "moved": show.Column("Centre moved by", "%.2f", help="In standard deviations of the second version."),
        },
        height="content",
    )


def _compared(first: str, second: str) -> Difference:
    return compare_models(models.load(first), models.load(second))


def _before(refs: list[str]) -> int:
    """The version before the newest one of the same model, else the second newest of all."""
    name = refs[0].rpartition("/v")[0]
    return next((place for place, ref in enumerate(refs[1:], 1) if ref.rpartition("/v")[0] == name), 1)
