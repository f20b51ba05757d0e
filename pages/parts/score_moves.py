"""What would move this customer: the smallest changes that lead to another persona."""

from __future__ import annotations

import streamlit as st

from pages.parts.score_model import Chosen
from pages.ui import show
from segmentation.card import fixed_features
from segmentation.errors import SegmentationError
from segmentation.moves import change_text, smallest_moves
from segmentation.text import plain_text, safe_label

__all__ = ["draw"]

_HOW_MANY = {1: "One value", 2: "Two values"}
_EACH = 3
_NO_WAY = "no such change inside the range seen gets there."


def draw(chosen: Chosen, values: dict[str, float | None], own: int) -> None:
    """How many values may change, which may not, and the smallest changes for each other persona."""
    made = chosen.segmentation
    labels = {info.name: plain_text(info.label, longest=60) for info in made.info}
    show.section(
        "What would move this customer?", "The smallest change that leads to another persona, inside the range seen."
    )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        count = st.segmented_control(
            "Change",
            list(_HOW_MANY),
            default=1,
            format_func=_HOW_MANY.__getitem__,
            required=True,
            key="score-move-count",
            persist_state="session",
        )
        locked = st.multiselect(
            "Cannot change",
            list(made.names),
            default=list(fixed_features(made)),
            format_func=labels.__getitem__,
            key=f"score-locked-{chosen.ref}",
            placeholder="Nothing",
            persist_state="session",
        )
    try:
        moves = smallest_moves(made, values, features=count or 1, locked=locked, most=_EACH)
    except SegmentationError as error:
        show.problem(error)
        return
    for target, name in chosen.names.items():
        if target != own:
            lines = [change_text(move, made) for move in moves if move.target == target]
            _to(name, lines or [_NO_WAY], reachable=bool(lines))


def _to(name: str, lines: list[str], *, reachable: bool) -> None:
    st.markdown(f"**To {safe_label(name)}**" + ("" if reachable else f": {lines[0]}"))
    if reachable:
        st.markdown("\n".join(f"- {safe_label(line, longest=300)}" for line in lines))
