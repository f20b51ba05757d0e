"""The steps of preparation: two presets, a switch for each step, and the recipe that follows from them."""

from __future__ import annotations

import contextlib
from dataclasses import replace

import streamlit as st

from pages.ui import show, state, widgets
from pages.ui.state import Studio, needed
from segmentation.core.errors import SegmentationError
from segmentation.core.settings import PREP_PRESETS, ColumnPrep, PrepSettings
from segmentation.preparation import Recipe, learn

__all__ = ["ahead", "change", "change_column", "keep", "presets", "recipe", "switches"]

PRESETS = {"recommended": "Recommended", "plain": "Plain"}
_ABOUT = {
    "recommended": "Each step only where a column needs it: gaps filled, extremes capped, skewed columns straightened, "
    "near-copies left out, one scale. Segments come out clearer and more stable.",
    "plain": "Gaps filled with the middle value and all columns brought to one scale, nothing else. This is the "
    "preparation of most published work, so figures can be compared.",
    None: "Your own choice of steps.",
}
_STEPS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("Missing values", "fill", ("fill", "fill_value")),
    ("Extreme values", "cap", ("cap", "cap_low", "cap_high")),
    ("Skewed columns", "log", ("log", "power", "skew_limit")),
    ("Columns that say almost the same", "drop_correlated", ("drop_correlated", "correlation_limit")),
    ("Scale", "scale", ("scale",)),
)


def recipe(studio: Studio) -> Recipe | None:
    """What the present settings learn from the customers, kept in the studio; None after showing why it failed."""
    known = studio.recipe is not None
    try:
        _learn(studio)
    except SegmentationError as error:
        state.put(studio, "recipe", None)
        show.problem(error)
        return None
    if not known:
        st.rerun()  # The journey line above shows that this step is done.
    return studio.recipe


def ahead(studio: Studio) -> None:
    """The recipe of the present settings, for a page that needs it; that page says what is wrong."""
    with contextlib.suppress(SegmentationError):
        _learn(studio)


def _learn(studio: Studio) -> None:
    state.put(studio, "recipe", state.once("learned", learn, needed(studio.features), studio.prep))


def change(studio: Studio, prep: PrepSettings) -> None:
    """Take new settings and start the page again with them."""
    if prep != studio.prep:
        state.put(studio, "prep", prep)
        ahead(studio)
        st.rerun()


def change_column(studio: Studio, name: str, choice: ColumnPrep) -> None:
    """Take the user's decision for one column; no decision at all removes it."""
    columns = {other: old for other, old in studio.prep.columns.items() if other != name}
    if choice != ColumnPrep():
        columns[name] = choice
    change(studio, replace(studio.prep, columns=columns))


def keep(studio: Studio, name: str, stand_in: str) -> None:
    """Bring a column back that was left out, together with the one that stood for it."""
    columns = dict(studio.prep.columns)
    wanted = [name, stand_in] if stand_in else [name]
    for one in wanted:
        own = replace(columns.pop(one, ColumnPrep()), keep=True if stand_in else None)
        if own != ColumnPrep():
            columns[one] = own
    change(studio, replace(studio.prep, columns=columns))


def presets(studio: Studio) -> None:
    """The two presets, and what the one in use does. Decisions for single columns end with another preset."""
    present = next((name for name in PRESETS if PREP_PRESETS[name] == studio.prep), None)
    chosen = widgets.preset("Preparation", PRESETS, present, "prepare-preset")
    if chosen is not None and chosen != present:
        change(studio, PREP_PRESETS[chosen])
    st.caption(_ABOUT[present])


def switches(studio: Studio) -> None:
    """Every step with its switch and its limits, made from the settings themselves."""
    prep, wanted = studio.prep, {}
    for title, switch, names in _STEPS:
        st.markdown(f"**{title}**")
        on = getattr(prep, switch) not in ("off", False) or (switch == "log" and prep.power != "off")
        with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
            for name in names:
                if name == "fill_value" and prep.fill != "constant":
                    continue
                if name in (switch, "power") or on:
                    value = getattr(prep, name)
                    wanted[name] = widgets.from_option(PrepSettings, name, value, f"prepare-{name}")
    change(studio, replace(prep, **wanted))
