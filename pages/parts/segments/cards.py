"""Persona cards: name, size, sentences, evidence, counter-evidence and ideas; names and texts can be edited."""

from __future__ import annotations

import streamlit as st

from pages.parts.segments import customers
from pages.ui import show, state, widgets
from pages.ui.state import Studio, needed
from segmentation.charts.palette import Palette
from segmentation.clustering.metrics import silhouette_text
from segmentation.core.errors import SegmentationError
from segmentation.core.text import counted, safe_label, safe_prose, share_prose
from segmentation.personas import Persona, evidence_sentence, with_edits

__all__ = ["cards"]

_LONG = 500


def cards(studio: Studio, personas: tuple[Persona, ...]) -> None:
    """All personas as cards, two or three in a row on a wide screen, each in its segment's colour."""
    seg = needed(studio.segmentation)
    palette = Palette(seg.slots)
    st.html("".join(_style(palette, persona.segment) for persona in personas))
    in_a_row = 3 if len(personas) == 3 or len(personas) > 4 else 2
    for start in range(0, len(personas), in_a_row):
        row = personas[start : start + in_a_row]
        for column, persona in zip(st.columns(in_a_row), row, strict=False):
            with column, st.container(border=True, height="stretch", key=f"persona-{persona.segment}"):
                _card(studio, persona, palette)
    note = silhouette_text(seg.silhouette, noise=seg.noise > 0)
    if note:
        st.caption(note)


def _style(palette: Palette, segment: int) -> str:
    return f"<style>.st-key-persona-{segment} {{ border-top: 5px solid {palette.colour(segment)}; }}</style>"


def _card(studio: Studio, persona: Persona, palette: Palette) -> None:
    number = persona.segment
    st.header(f"{palette.mark(number)} {safe_label(persona.name)}", anchor=False)
    st.markdown(f"**{counted(persona.size, 'customer')}**, {share_prose(persona.share)} of all")
    st.markdown(" ".join(_text(sentence) for sentence in persona.sentences))
    if persona.against:
        first = persona.against[0]
        st.caption(f"But {_text(first[:1].lower() + first[1:])}")
    with st.container(horizontal=True, gap="xsmall", key=f"persona-more-{number}"):
        customers.button(studio, persona)
        with st.popover("Evidence", key=f"evidence-{number}"):
            _evidence(persona)
        with st.popover("Ideas", key=f"ideas-{number}"):
            _list("Ideas to test, not findings", persona.actions)
        about = "Change the name and the texts; they are kept with the model."
        with widgets.popover("Edit", f"edit-{number}", help=about):
            _editor(studio, persona)


def _evidence(persona: Persona) -> None:
    _list("Evidence", tuple(evidence_sentence(claim) for claim in persona.claims))
    _list("What speaks against it", persona.against or ("Nothing that we measure.",))
    if persona.stability is not None:
        st.caption(f"On resampled customers this persona comes back with a mean Jaccard of {persona.stability:.2f}.")
    st.caption(_text(persona.because))


def _list(title: str, lines: tuple[str, ...]) -> None:
    st.markdown(f"**{title}**\n" + "\n".join(f"- {_text(line)}" for line in lines))


def _text(sentence: str) -> str:
    """A sentence as Markdown that breaks no line between a figure and its percent sign."""
    return safe_prose(sentence, longest=_LONG)


def _editor(studio: Studio, persona: Persona) -> None:
    with st.form(f"edit-form-{persona.segment}", border=False):
        number = persona.segment
        name = st.text_input("Name", persona.name, max_chars=60, key=f"edit-name-{number}")
        texts = st.text_area(
            "Description (each line is one sentence)",
            "\n".join(persona.sentences),
            key=f"edit-texts-{number}",
            height=150,
        )
        ideas = st.text_area(
            "Ideas (each line is one idea)", "\n".join(persona.actions), key=f"edit-ideas-{number}", height=100
        )
        st.caption(f"Suggested name: {safe_label(persona.suggested_name)}. An empty name goes back to it.")
        if st.form_submit_button("Keep these texts", type="primary"):
            try:
                edited = with_edits(studio.personas, {number: {"name": name, "sentences": texts, "actions": ideas}})
            except SegmentationError as error:
                show.problem(error)
                return
            state.put(studio, "personas", edited)
            widgets.close(f"edit-{number}")
            st.rerun()
