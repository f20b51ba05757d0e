"""What would move this customer: the smallest changes that lead to another persona, or into one."""

from __future__ import annotations

import streamlit as st

from pages.parts.score.model import Chosen
from pages.ui import show
from segmentation.clustering.model import Segmentation
from segmentation.core.errors import SegmentationError
from segmentation.core.text import plain_text, safe_label, safe_prose
from segmentation.reports.card import fixed_features
from segmentation.scoring.counterfactuals import Move, change_text, smallest_moves, sureness_text, two_at_once, way_in

__all__ = ["draw"]

_HOW_MANY = {1: "One value", 2: "Two values"}
_EACH = 3
_ONE_ONLY = (
    "Here one value changes at a time: changes of two are only worked out where a persona is what lies around its "
    "centre. For those, make the segments with K-means on the Compare page."
)
_NO_WAY = "no such change inside the range seen gets there."


def draw(chosen: Chosen, values: dict[str, float | str | None], own: int) -> None:
    """How many values may change, which may not, and the smallest changes for each other persona."""
    made = chosen.segmentation
    labels = {info.name: plain_text(info.label, longest=60) for info in made.inputs}
    if own:
        title, text = "What would move this customer?", "The smallest change that leads to another persona"
    else:
        title, text = "What would bring this customer into a persona?", "The smallest change that leads into one"
    show.section(title, f"{text}, inside the range seen.")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        count = _how_many(made)
        locked = st.multiselect(
            "Cannot change",
            [info.name for info in made.inputs],
            default=list(fixed_features(made)),
            format_func=labels.__getitem__,
            key=f"score-locked-{chosen.ref}",
            placeholder="Nothing",
            persist_state="session",
        )
    if not two_at_once(made):
        st.caption(_ONE_ONLY)
    try:
        unknown, by_levels = _unknown(made, values), bool(made.recipe.blocks)
        locked = list(dict.fromkeys([*locked, *unknown]))
        moves = smallest_moves(made, values, features=count, locked=locked, most=_EACH, surest=by_levels)
    except SegmentationError as error:
        show.problem(error)
        return
    texts = {number: [change_text(move, made) for move in moves if move.target == number] for number in chosen.names}
    if not own:
        _way_in(made, values, locked, texts)
    for number, lines in texts.items():
        if lines:
            st.markdown(f"**To {safe_label(chosen.names[number])}**")
            st.markdown("\n".join(f"- {safe_prose(line, longest=600)}" for line in lines))
            if by_levels:
                _how_sure([move for move in moves if move.target == number])
    if unknown:
        st.caption("Values that are not known are left as they were filled in.")
    _no_way([chosen.names[number] for number, lines in texts.items() if not lines and number != own])


def _how_many(made: Segmentation) -> int:
    """How many values may change at once; more than one is only offered where the model can say what that does."""
    if not two_at_once(made):
        return 1
    count = st.segmented_control(
        "Change",
        list(_HOW_MANY),
        default=1,
        format_func=_HOW_MANY.__getitem__,
        required=True,
        key="score-move-count",
        persist_state="session",
    )
    return count or 1


def _how_sure(moves: list[Move]) -> None:
    """How sure the persona would be after the surest of the changes, where the model can tell."""
    if sure := sureness_text(moves):
        st.caption(sure)


def _unknown(made: Segmentation, values: dict[str, float | str | None]) -> list[str]:
    """The columns that nothing was given for: what was filled in is no value that could change."""
    return [name for name in made.recipe.inputs if (value := values.get(name)) is None or value != value]


def _no_way(names: list[str]) -> None:
    """The personas that no such change leads to."""
    if names:
        st.markdown(f"To {', '.join(f'**{safe_label(name)}**' for name in names)}: {_NO_WAY}")


def _way_in(
    made: Segmentation, values: dict[str, float | str | None], locked: list[str], texts: dict[int, list[str]]
) -> None:
    """Where one value does not lead into the nearest persona, the fewest that do together come first."""
    move = way_in(made, values, locked=locked)
    if move is not None and not texts[move.target]:
        texts[move.target] = [f"{len(move.steps)} values together: {change_text(move, made)}"]
        texts.update({number: texts.pop(number) for number in list(texts) if number != move.target})
