"""The answer for one customer: persona, how sure it is, how far from every persona, and what decides."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from pages.parts.score.model import Chosen
from pages.ui import show
from segmentation.charts.customer import contribution_bars, distance_bars, probability_bars
from segmentation.core.text import chance_text, plain_text, safe_label, safe_prose, share_prose
from segmentation.reports.card import (
    contributions_alt,
    distances_alt,
    name_of,
    notices,
    printed_card,
    shown_contributions,
)
from segmentation.scoring import Explanation

__all__ = ["answer_card", "download_card", "personas", "what_decides"]


def answer_card(chosen: Chosen, explanation: Explanation) -> None:
    """The persona, how sure it is, what to keep in mind, and how far (or how probable) every persona is."""
    _persona(chosen, explanation)
    _what_to_know(explanation)
    bars = distance_bars if pd.isna(explanation.probability) else probability_bars
    show.figure(
        bars(explanation.distances, chosen.names, palette=chosen.palette),
        key="score-distances",
        alt=distances_alt(explanation, chosen.names),
    )


def what_decides(chosen: Chosen, explanation: Explanation) -> None:
    """The features that speak for the persona and for the runner-up, as a picture and as a table; for a customer that
    fits none, those that keep it away from the nearest one."""
    show.figure(
        contribution_bars(
            explanation.contributions,
            chosen.names,
            explanation.segment,
            explanation.second,
            palette=chosen.palette,
        ),
        key="score-contributions",
        alt=contributions_alt(explanation, chosen.names),
    )
    _table(chosen, explanation)


def personas(chosen: Chosen) -> None:
    """Every persona of the model in short, for whoever has not named a customer yet."""
    for number, name in chosen.names.items():
        persona = chosen.persona(number)
        with st.container(border=True, key=f"score-persona-{number}"):
            show.stroke(chosen.palette.colour(number))
            st.markdown(f"**{safe_label(name)}** · {share_prose(chosen.segmentation.shares[number - 1])} of customers")
            if persona is not None and persona.sentences:
                st.markdown(safe_prose(persona.sentences[0]))


def _what_to_know(explanation: Explanation) -> None:
    """Values that were filled, capped or outside what was usual in training."""
    lines = [safe_label(text, longest=300) for text in notices(explanation)]
    if len(lines) == 1:
        st.warning(lines[0])
    elif lines:
        st.warning("\n".join(f"- {line}" for line in lines))


def download_card(chosen: Chosen, explanation: Explanation, id: str) -> None:
    """A card to print, as one HTML file."""
    page = printed_card(explanation, chosen.segmentation, chosen.personas, customer=id, model=chosen.ref)
    show.download(
        "Card to print",
        page.encode(),
        "customer card.html",
        "text/html",
        key="score-card",
        help="One page that opens in any browser and prints on A4.",
    )


def _persona(chosen: Chosen, explanation: Explanation) -> None:
    persona = chosen.persona(explanation.segment)
    with st.container(border=True, key="score-persona"):
        show.stroke(chosen.palette.colour(explanation.segment))
        st.header(safe_label(name_of(chosen.names, explanation.segment)), anchor=False)
        made = chosen.segmentation
        if explanation.noise:
            st.markdown("Beyond the reach of all personas, so it is counted with none of them (noise).")
            share = made.noise / made.n_customers
            show.facts([("Nearest", plain_text(chosen.names[explanation.second])), ("In training", share_prose(share))])
            return
        for sentence in persona.sentences if persona else ():
            st.markdown(safe_prose(sentence))
        show.facts(
            [*_how_clear(explanation), ("Customers like this", share_prose(made.shares[explanation.segment - 1]))]
        )


def _how_clear(explanation: Explanation) -> list[tuple[str, str]]:
    if explanation.beyond:
        return [("How sure", "Not reliable")]
    if not explanation.second:
        return []
    words = [("How sure", "The nearest only" if explanation.far else explanation.how_sure)]
    words += [("Judged from", explanation.given)] if explanation.given else []
    if pd.isna(explanation.probability):
        return [*words, ("Margin", share_prose(explanation.margin))]
    return [*words, ("Probability", chance_text(explanation.probability))]


def _table(chosen: Chosen, explanation: Explanation) -> None:
    segments = (explanation.segment, explanation.second)
    own, other = (plain_text(name_of(chosen.names, number), longest=40) for number in segments)
    about = f"Above 0 it speaks for {own}, below 0 for {other}"
    columns: dict[str, str | show.Column] = {
        "label": "Feature",
        "value": "This customer",
        "typical_own": f"Typical {own}",
        "typical_other": f"Typical {other}",
        "percentile": show.Column("Higher than", "share", "Share of the training customers whose value is lower"),
        "share": show.Column("Pull", "share", about),
        "state": "Note",
    }
    if explanation.noise:
        del columns["typical_own"]
        columns["share"] = show.Column("Keeps away", "share", f"Part of the squared distance to {other}")
    with st.expander("Every feature, with its value and its pull"):
        show.table(
            shown_contributions(explanation),
            key="score-contributions-table",
            columns=columns,
        )
