"""A customer looked up by id without any file: where a saved model keeps who is who."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from pages.parts.score.model import Chosen
from pages.ui import own_models, show, state
from pages.ui.state import Studio
from segmentation.core.errors import SegmentationError
from segmentation.core.text import count_text, plain_text, safe_label, safe_prose, share_prose
from segmentation.reports.card import find_customer, similar_ids
from segmentation.store import WhoIsWho

__all__ = ["draw", "kept"]

_SUGGESTED = 20_000
"""Ids up to which all of them are suggested while one types; with more, close ones are named after it."""
_WHY = (
    "Known from the ids that were kept with the model. To see how surely, and why, type the values or load the file "
    "with the customers on the Data page."
)


def kept(chosen: Chosen, studio: Studio) -> WhoIsWho | None:
    """The ids kept with the model, where no customers are loaded that could be looked up with their values.

    A table that cannot be read here is said, and is none.
    """
    if studio.features is not None or not chosen.ref:
        return None
    try:
        return state.once("score-who", own_models.who_is_who, chosen.ref) if own_models.ids_kept(chosen.ref) else None
    except SegmentationError as error:
        show.problem(error)
        return None


def draw(chosen: Chosen, table: WhoIsWho) -> str | None:
    """Ask for an id and say the persona; returns the answer as a sentence (Markdown) once there is one."""
    asked, answered = st.columns([2, 3], gap="large")
    with asked:
        text = _asked(chosen, table)
    with answered:
        if not text.strip():
            st.info("Name a customer by id: the persona appears here.", icon=":material/person_search:")
            return None
        segment = _segment(table, text)
        if segment is None:
            _unknown(chosen, table, text)
            return None
        who = f"Customer {plain_text(text.strip(), longest=40)}"
        if segment == 0:
            return safe_label(f"{who} is in none of the personas (noise).", longest=400)
        _card(chosen.names, chosen, segment)
        st.caption(_WHY)
        return safe_label(f"{who} belongs with {chosen.names[segment]}.", longest=400)


def _asked(chosen: Chosen, table: WhoIsWho) -> str:
    many = count_text(len(table.segments))
    key = f"score-kept-{table.kind}-{chosen.ref}"
    if table.kind == "plain" and len(table.segments) <= _SUGGESTED:
        ids = list(table.segments)
        picked = st.selectbox(
            f"Customer id (of {many} kept with the model)",
            ids,
            index=None,
            key=key,
            format_func=lambda id: plain_text(id, longest=60),
            placeholder="Type, and choose",
            persist_state="session",
        )
        return picked or ""
    exact = "" if table.kind == "plain" else " They are kept unreadable, so only the exact id finds its customer."
    return st.text_input(
        f"Customer id (of {many} kept with the model)",
        key=key,
        persist_state="session",
        help=f"Just as it is in the file.{exact}",
    )


def _segment(table: WhoIsWho, text: str) -> int | None:
    segment = table.segment_of(text)
    if segment is None and table.kind == "plain":
        same = find_customer(table.ids, text)
        return None if same is None else table.segment_of(same)
    return segment


def _unknown(chosen: Chosen, table: WhoIsWho, text: str) -> None:
    close = similar_ids(table.ids, text) if table.kind == "plain" else ()
    hint = f" Close to it: {', '.join(plain_text(name, longest=30) for name in close)}." if close else ""
    shown = plain_text(text, longest=40)
    said = f'There was no customer "{shown}" when {plain_text(chosen.ref)} was saved.{hint}'
    st.warning(safe_label(said, longest=400))


def _card(names: Mapping[int, str], chosen: Chosen, segment: int) -> None:
    persona = chosen.persona(segment)
    with st.container(border=True, key="score-kept-persona"):
        show.stroke(chosen.palette.colour(segment))
        st.header(safe_label(names[segment]), anchor=False)
        for sentence in persona.sentences if persona else ():
            st.markdown(safe_prose(sentence))
        show.facts([("Customers like this", share_prose(chosen.segmentation.shares[segment - 1]))])
