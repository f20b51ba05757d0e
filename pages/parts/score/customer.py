"""The section for one customer: inputs at the side, the answer beside them."""

from __future__ import annotations

import streamlit as st

from pages.parts.score import answer, compare, entry, kept_ids, moves, typed
from pages.parts.score.model import Chosen
from pages.ui import show
from pages.ui.state import Studio
from segmentation.core.errors import SegmentationError
from segmentation.core.text import safe_label
from segmentation.reports import card
from segmentation.scoring import explain

__all__ = ["draw"]

_HINTS = {
    "form": "Type what you know of the customer: a blank counts as not known and is filled as in training. "
    "The answer appears here and follows every change.",
    "id": "Choose a customer of the loaded file: the persona and the reasons appear here.",
    "paste": "Paste one row of values: the persona and the reasons appear here.",
}


def draw(chosen: Chosen, studio: Studio) -> str | None:
    """Ask for one customer and answer; returns the answer as a sentence (Markdown) once there is one."""
    typed.recall(chosen, studio)
    how = entry.way()
    table = kept_ids.kept(chosen, studio) if how == "id" else None
    if table is not None:
        return kept_ids.draw(chosen, table)
    asked, answered = st.columns([2, 3], gap="large")
    with asked:
        customer = entry.ask(how, chosen, studio)
    typed.remember(chosen, studio)
    if customer is None:
        with answered:
            st.info(_HINTS[how], icon=":material/person_search:")
            answer.personas(chosen)
        return None
    # A form is long, so the whole answer stands beside it; otherwise the answer begins below the input.
    with answered if how == "form" else asked:
        try:
            explanation = explain(chosen.segmentation, customer.values)
        except SegmentationError as error:
            show.problem(error)
            return None
        answer.answer_card(chosen, explanation)
    with answered:
        if explanation.second:
            answer.what_decides(chosen, explanation)
        with st.container(horizontal=True):
            compare.keep_button(chosen, customer)
            answer.download_card(chosen, explanation, customer.id)
        if explanation.second:
            moves.draw(chosen, customer.values, explanation.segment)
    compare.draw(chosen, customer, explanation)
    return safe_label(card.answer(explanation, chosen.names, customer.who), longest=400)
