"""Persona cards: name, size, sentences, evidence, counter-evidence and ideas; names and texts can be edited."""

from __future__ import annotations

import streamlit as st

from pages.ui import show, state
from pages.ui.state import Studio
from segmentation.charts.style import segment_colour, segment_mark
from segmentation.errors import SegmentationError
from segmentation.personas import Persona, claim_table, with_edits
from segmentation.text import count_text, safe_label, share_text

__all__ = ["cards"]

_LONG = 500
_EVIDENCE = {
    "label": show.Column("Feature", width="medium"),
    "what": show.Column("Figure"),
    "value": show.Column("Theirs", "right"),
    "everyone": show.Column("Everyone", "right"),
    "effect": show.Column("Effect", "%+.1f", help="Standard deviations from everyone, in the prepared space."),
    "fits": show.Column("Fits who has", help="Nearer to the persona's figure than to everyone's."),
    "coverage": show.Column("Coverage", "share", help="Share of the members whom this fits."),
    "exclusivity": show.Column("Exclusivity", "share", help="Share of all customers whom this fits who are members."),
}


def cards(studio: Studio, personas: tuple[Persona, ...]) -> None:
    """All personas as cards, two in a row on a wide screen, each in its segment's colour."""
    st.html("".join(_style(persona.segment) for persona in personas))
    for start in range(0, len(personas), 2):
        for place, persona in zip(st.columns(2), personas[start : start + 2], strict=False):
            with place, st.container(border=True, key=f"persona-{persona.segment}"):
                _card(studio, persona)


def _style(segment: int) -> str:
    return f"<style>.st-key-persona-{segment} {{ border-top: 5px solid {segment_colour(segment)}; }}</style>"


def _card(studio: Studio, persona: Persona) -> None:
    st.subheader(f"{segment_mark(persona.segment)} {safe_label(persona.name)}", anchor=False)
    st.markdown(f"**{count_text(persona.size)} customers**, {share_text(persona.share)} of all")
    st.markdown(" ".join(safe_label(sentence, longest=_LONG) for sentence in persona.sentences))
    with st.expander("Evidence, and what speaks against it"):
        st.caption(safe_label(persona.because, longest=_LONG))
        show.table(claim_table(persona.claims), f"evidence-{persona.segment}", _EVIDENCE)
        if persona.stability is not None:
            st.caption(
                f"On resampled customers this persona comes back with a mean Jaccard of {persona.stability:.2f}."
            )
        against = persona.against or ("Nothing that we measure speaks against these sentences.",)
        _list("What speaks against it", against)
    with st.expander("Ideas for what to do"):
        _list("Ideas to test, not findings", persona.actions)
    with st.popover("Edit name and texts", key=f"edit-{persona.segment}"):
        _editor(studio, persona)


def _list(title: str, lines: tuple[str, ...]) -> None:
    st.markdown(f"{title}:\n" + "\n".join(f"- {safe_label(line, longest=_LONG)}" for line in lines))


def _editor(studio: Studio, persona: Persona) -> None:
    with st.form(f"edit-form-{persona.segment}", border=False):
        number = persona.segment
        name = st.text_input("Name", persona.name, max_chars=60, key=f"edit-name-{number}")
        texts = st.text_area("Sentences, one a line", "\n".join(persona.sentences), key=f"edit-texts-{number}")
        ideas = st.text_area("Ideas, one a line", "\n".join(persona.actions), key=f"edit-ideas-{number}")
        st.caption(f"Suggested name: {safe_label(persona.suggested_name)}. An empty name goes back to it.")
        if st.form_submit_button("Keep these texts", type="primary"):
            try:
                edited = with_edits(studio.personas, {number: {"name": name, "sentences": texts, "actions": ideas}})
            except SegmentationError as error:
                show.problem(error)
                return
            state.put(studio, "personas", edited)
            st.rerun()
