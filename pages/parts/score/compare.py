"""Customers side by side: keep some, then ask for another."""

from __future__ import annotations

import streamlit as st

from pages.parts.score.entry import Customer
from pages.parts.score.memory import ScoreMemory
from pages.parts.score.model import Chosen
from pages.ui import show, state
from segmentation.core.text import plain_text, safe_label, value_writer
from segmentation.reports.card import name_of, side_by_side
from segmentation.scoring import Explanation, explain

__all__ = ["draw", "keep_button"]

_MOST = 4
_PERCENT = "Share of the training customers whose value is lower"


def keep_button(chosen: Chosen, customer: Customer) -> None:
    """Remember this customer, so that the next ones are shown beside it; at most four."""
    kept = _kept(chosen, customer)
    full, there = len(kept) >= _MOST, any(item == customer for item in kept)
    if st.button(
        "Keep to compare",
        key="score-keep",
        icon=":material/compare_arrows:",
        disabled=full or there,
        help=f"At most {_MOST}. {'Forget those that are kept first.' if full else ''}".strip(),
    ):
        state.studio().memory_of(ScoreMemory).beside.append((chosen.ref, customer))
        st.rerun()


def draw(chosen: Chosen, customer: Customer, explanation: Explanation) -> None:
    """The kept customers beside this one; nothing when none is kept or it is the only one of them."""
    kept = [item for item in _kept(chosen, customer) if item != customer]
    if not kept:
        return
    everyone = [*kept, customer]
    explanations = [*(explain(chosen.segmentation, item.values) for item in kept), explanation]
    heads = [_head(item, place, len(everyone)) for place, item in enumerate(everyone, start=1)]
    show.section("Side by side", "Sorted by what parts them most.")
    st.markdown(
        "  \n".join(
            f"{safe_label(head)}: **{safe_label(name_of(chosen.names, item.segment))}**"
            for head, item in zip(heads, explanations, strict=True)
        )
    )
    table = side_by_side(chosen.segmentation, explanations)
    values = {f"value_{place}": show.Column(head, "row") for place, head in enumerate(heads, start=1)}
    percents = {
        f"percentile_{place}": show.Column(f"{head} higher than", "share", _PERCENT)
        for place, head in enumerate(heads, start=1)
    }
    show.table(
        table,
        "score-compare",
        {
            "label": show.Column("Feature", pinned=True),
            **values,
            "apart": show.Column("Part of the difference", "share"),
            **percents,
        },
        rows=[value_writer(kind, unit) for kind, unit in zip(table["kind"], table["unit"], strict=True)],
    )
    if st.button("Forget the kept customers" if len(kept) > 1 else "Forget the kept customer", key="score-forget"):
        state.studio().memory_of(ScoreMemory).beside.clear()
        st.rerun()


def _kept(chosen: Chosen, customer: Customer) -> list[Customer]:
    """The kept customers of this model that have the same features."""
    beside = state.studio().memory_of(ScoreMemory).beside
    return [item for ref, item in beside if ref == chosen.ref and set(item.values) == set(customer.values)]


def _head(customer: Customer, place: int, last: int) -> str:
    name = plain_text(customer.id, longest=30)
    return name or ("This customer" if place == last else f"Kept customer {place}")
