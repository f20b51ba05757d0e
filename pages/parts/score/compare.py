"""Two customers side by side: keep one, then ask for another."""

from __future__ import annotations

import streamlit as st

from pages.parts.score.entry import Customer
from pages.parts.score.memory import ScoreMemory
from pages.parts.score.model import Chosen
from pages.ui import show, state
from segmentation.core.text import plain_text, safe_label
from segmentation.reports.card import name_of, side_by_side
from segmentation.scoring import Explanation, explain

__all__ = ["draw", "keep_button"]


def keep_button(chosen: Chosen, customer: Customer) -> None:
    """Remember this customer, so that the next one is shown beside it."""
    if st.button("Keep to compare", key="score-keep", icon=":material/compare_arrows:"):
        state.studio().memory_of(ScoreMemory).kept = (chosen.ref, customer)


def draw(chosen: Chosen, customer: Customer, explanation: Explanation) -> None:
    """The kept customer beside this one; nothing when none is kept or it is the same."""
    kept = state.studio().memory_of(ScoreMemory).kept
    if kept is None or kept[0] != chosen.ref or set(kept[1].values) != set(customer.values):
        return
    first = kept[1]
    other = explain(chosen.segmentation, first.values)
    show.section("Side by side", "Sorted by what parts the two most.")
    one, two = ("The kept customer" if first.who == customer.who else first.who), customer.who
    st.markdown(
        f"{safe_label(one)}: **{safe_label(name_of(chosen.names, other.segment))}**. "
        f"{safe_label(two)}: **{safe_label(name_of(chosen.names, explanation.segment))}**."
    )
    percent = "Share of the training customers whose value is lower"
    show.table(
        side_by_side(chosen.segmentation, other, explanation),
        key="score-compare",
        columns={
            "label": "Feature",
            "first": plain_text(one, longest=40),
            "second": plain_text(two, longest=40),
            "first_percentile": show.Column(f"{plain_text(one, longest=40)} higher than", "share", percent),
            "second_percentile": show.Column(f"{plain_text(two, longest=40)} higher than", "share", percent),
            "apart": show.Column("Part of the difference", "share"),
        },
    )
    if st.button("Forget the kept customer", key="score-forget"):
        state.studio().memory_of(ScoreMemory).kept = None
        st.rerun()
