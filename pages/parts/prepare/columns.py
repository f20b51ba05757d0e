"""One column before and after preparation, what was decided for it, and the columns that were left out."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from pages.parts.prepare import categories, steps
from pages.parts.prepare.choices import KEEPS, choose, weigh, what_changes
from pages.parts.shared import feature_card as parts
from pages.ui import show, state, widgets
from pages.ui.state import Studio, needed
from segmentation.charts import explore
from segmentation.core.settings import FILLS, TRANSFORMS, ColumnPrep
from segmentation.core.text import plain_text, safe_label
from segmentation.data import exploration
from segmentation.data.findings import own_writers
from segmentation.preparation import Recipe, findings

__all__ = ["column", "dropped", "recipe_table"]

_CAPS: dict[Any, str] = {True: "Cap it", False: "Do not cap it"}
_MOST_LISTED = 5
_MOST_BUTTONS = 25


def dropped(studio: Studio, recipe: Recipe) -> None:
    """The columns that take no part, each with its reason and, where it can come back, a button; many are folded."""
    if not recipe.dropped:
        return
    if len(recipe.dropped) <= _MOST_LISTED:
        show.section("Left out")
        _list(studio, recipe)
        return
    with st.expander(f"Left out ({len(recipe.dropped)})"):
        _list(studio, recipe)


def _list(studio: Studio, recipe: Recipe) -> None:
    for item in recipe.dropped[:_MOST_BUTTONS]:
        with st.container(horizontal=True, vertical_alignment="center", key=f"dropped-{_place(studio, item.name)}"):
            st.markdown(f"**{safe_label(item.label)}**: {safe_label(item.reason, longest=400)}", width="stretch")
            own = studio.prep.columns.get(item.name, ColumnPrep())
            if (item.stand_in or own.keep is False) and st.button(
                "Keep it", key=f"keep-{_place(studio, item.name)}", help=f"Use {plain_text(item.label)} as well"
            ):
                steps.keep(studio, item.name, item.stand_in)
    if len(recipe.dropped) > _MOST_BUTTONS:
        st.caption("The others stand at the end of the recipe; choose one under “Column” to keep it.")


def column(studio: Studio, recipe: Recipe | None) -> None:
    """Choose a column: its distribution before and after, the reasons, and its own decisions."""
    features = needed(studio.features)
    labels = {info.name: plain_text(info.label, longest=60) for info in features.info}
    labels |= {block.column: plain_text(block.label, longest=60) for block in features.blocks}
    names = list(features.inputs)
    first = names.index(recipe.inputs[0]) if recipe is not None else 0
    name = st.selectbox(
        "Column", names, index=first, format_func=labels.__getitem__,
        key=f"prepare-column-{features.fingerprint[:8]}", persist_state="session",
    )  # fmt: skip
    block = next((block for block in features.blocks if block.column == name), None)
    if block is not None:
        categories.shown(features, recipe, block)
        categories.decisions(studio, block, f"prepare-own-{_place(studio, name)}")
        return
    info = features.about(name)
    item = None if recipe is None else next((item for item in recipe.features if item.name == name), None)
    st.markdown(safe_label(findings.column_finding(recipe, name), longest=600) if recipe is not None else "")
    before, after = st.columns(2)
    with before:
        bars, box = state.once(f"before/{name}", _shape, features.frame, name)
        picture = explore.distribution(bars, box, info, title="Before")
        show.figure(picture, "prepare-before", f"{info.label} before preparation", bars, _BARS)
    with after:
        if recipe is None or item is None:
            st.caption("It takes no part, so there is nothing after preparation.")
        else:
            bars, box = state.once(f"after/{name}", _prepared_shape, features.frame, name, recipe)
            title = "Prepared value (0 = average)" if studio.prep.scale else "Prepared value"
            picture = explore.distribution(bars, box, info, title="After", x=title)
            show.figure(picture, "prepare-after", f"{info.label} after preparation", bars, _BARS)
    _decisions(studio, name)


def recipe_table(studio: Studio, recipe: Recipe) -> None:
    """What was learned, one row a column, with its distribution before and after."""
    features = needed(studio.features)
    table = findings.readable_recipe(recipe)
    columns = {
        "label": show.Column("Column", width="medium", pinned=True),
        "why": show.Column("What was done", width=520),
        "fill": show.Column("Missing becomes", "row"),
        "low": show.Column("Capped below", "row"),
        "high": show.Column("Capped above", "row"),
        "transformation": show.Column("Transformation"),
        "mean": show.Column("Mean", help="Of the values after filling, capping and transformation."),
        "scale": show.Column("Standard deviation", help="The prepared values are divided by it."),
    }
    if len(table) <= parts.MOST_SHAPES:
        table["before"] = [_counts(studio, recipe, name, prepared=False) for name in table["feature"]]
        table["after"] = [_counts(studio, recipe, name, prepared=True) for name in table["feature"]]
        shapes = {"before": show.Column("Before", "bars", width=110), "after": show.Column("After", "bars", width=110)}
        columns = {"label": columns.pop("label"), **shapes, **columns}
    rows = own_writers(features.info, table["feature"])
    show.table(table, "prepare-recipe", columns, rows=rows, height=parts.height(len(table)))


def _counts(studio: Studio, recipe: Recipe, name: str, *, prepared: bool) -> list[int]:
    frame = needed(studio.features).frame
    if name not in (recipe.names if prepared else frame.columns):
        return []
    bars, _ = (
        state.once(f"after/{name}", _prepared_shape, frame, name, recipe)
        if prepared
        else state.once(f"before/{name}", _shape, frame, name)
    )
    return exploration.outline(bars)


_BARS: dict[str, str | show.Column] = {
    "low": "From",
    "high": "To",
    "count": show.Column("Customers", "count"),
    "share": show.Column("Share", "share"),
}


def _decisions(studio: Studio, name: str) -> None:
    own = studio.prep.columns.get(name, ColumnPrep())
    key = f"prepare-own-{_place(studio, name)}"
    st.caption("Decide for this column alone:")
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        fill = choose("Missing values", FILLS, own.fill, f"{key}-fill")
        value = own.fill_value
        if fill == "constant":
            value = st.number_input("Value of your own", key=widgets.bound(f"{key}-value", own.fill_value or 0.0))
        cap = choose("Extreme values", _CAPS, own.cap, f"{key}-cap")
        transform = choose("Transformation", TRANSFORMS, own.transform, f"{key}-transform")
        keep = choose("Use", KEEPS, own.keep, f"{key}-keep")
        weight = weigh(own.weight, f"{key}-weight")
    what_changes(studio, name)
    constant = value if fill == "constant" else None
    steps.change_column(studio, name, ColumnPrep(fill, constant, cap, transform, keep, weight))


def _place(studio: Studio, name: str) -> str:
    """A widget key for a column, whatever its name holds."""
    features = needed(studio.features)
    return f"{features.fingerprint[:8]}-{features.inputs.index(name)}"


def _shape(frame: pd.DataFrame, name: str) -> tuple[pd.DataFrame, pd.Series | None]:
    boxes = exploration.box_table(frame[[name]])
    return exploration.histogram_table(frame[name]), boxes.iloc[0] if len(boxes) else None


def _prepared_shape(frame: pd.DataFrame, name: str, recipe: Recipe) -> tuple[pd.DataFrame, pd.Series | None]:
    item = next(item for item in recipe.features if item.name == name)
    return _shape(pd.DataFrame({name: item.apply(frame[name].to_numpy(dtype=np.float64))}), name)
