"""Confirm the number of groups on the learned features: what Ward's tree of the encoded customers says of it."""

from __future__ import annotations

import streamlit as st

from pages.ui import show, widgets
from segmentation.charts.learned import tree_steps
from segmentation.core.text import number_text
from segmentation.evaluation.learned_features import Learned, confirmed

__all__ = ["confirm"]

_COLUMNS = {
    "k": show.Column("Groups", "plain"),
    "height": show.Column("Cost of the next join", "number"),
    "step": show.Column("Step", "number", help="How much more that join costs than the one before it."),
    "silhouette": show.Column("Silhouette among the learned features", "%.3f"),
}


def confirm(learned: Learned, first: int) -> int:
    """Whether the tree confirms the first number, in words and as a picture; returns the number to go on with."""
    show.section(
        "3. Confirm the number",
        "A tree joins the encoded customers into ever fewer groups (agglomerative clustering). "
        "Where the next join is much dearer than the one before, groups that belong apart would be put together.",
    )
    st.markdown(confirmed(learned, first))
    title = f"The largest step is at {learned.suggested} groups"
    steps = learned.tree["step"]
    alt = f"Step of the tree by number of groups; the largest, {number_text(steps.max())}, is at {steps.idxmax()}."
    show.figure(
        tree_steps(learned.tree, chosen=learned.suggested, title=title), "learned-tree", alt, learned.tree, _COLUMNS
    )
    options = sorted({*learned.tree.index.tolist(), first})
    picked = st.pills(
        "Number of segments to make",
        options,
        key=widgets.bound("learned-k", first),
        format_func=lambda k: f"{k} (first number)" if k == first else str(k),
        required=True,
        help="The first number is kept until you choose another: the tree is one opinion, not a proof.",
    )
    return int(picked or first)
