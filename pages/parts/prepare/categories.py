"""A category on the Prepare page: how many customers have each level, and what was decided for it."""

from __future__ import annotations

import streamlit as st

from pages.parts.prepare import steps
from pages.parts.prepare.choices import KEEPS, choose, weigh, what_changes
from pages.ui import show, state
from pages.ui.state import Studio
from segmentation.charts import explore
from segmentation.core.blocks import Block
from segmentation.core.settings import ColumnPrep
from segmentation.core.tables import FeatureTable
from segmentation.core.text import plain_text, safe_label
from segmentation.data.exploration import level_table
from segmentation.preparation import Recipe, findings

__all__ = ["decisions", "shown"]

_LEVELS: dict[str, str | show.Column] = {
    "column": "Value",
    "count": show.Column("Customers", "count"),
    "share": show.Column("Share", "share"),
}


def shown(features: FeatureTable, recipe: Recipe | None, block: Block) -> None:
    """The levels of a category with their shares, and what preparation did to it."""
    if recipe is not None:
        st.markdown(safe_label(findings.column_finding(recipe, block.column), longest=600))
    table = state.once(f"levels/{block.column}", level_table, features.frame, block)
    label = plain_text(block.label, longest=60)
    title = f"How many customers have each value of {label}"
    picture = explore.share_bars(table, {}, title=title, x="Share of customers", count="count")
    show.figure(picture, "prepare-levels", f"Customers by {label}", table, _LEVELS)


def decisions(studio: Studio, block: Block, key: str) -> None:
    """What the user decides for this category alone: whether it takes part, and how much it counts."""
    own = studio.prep.columns.get(block.column, ColumnPrep())
    st.caption("Decide for this column alone:")
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        keep = choose("Use", KEEPS, own.keep, f"{key}-keep")
        weight = weigh(own.weight, f"{key}-weight")
    what_changes(studio, block.column)
    steps.change_column(studio, block.column, ColumnPrep(keep=keep, weight=weight))
