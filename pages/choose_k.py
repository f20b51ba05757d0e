"""Choose k: how many groups there are, whether they are real, and which number to go on with."""

import streamlit as st

from pages.parts.choose_k import choice, evidence, make, tabs
from pages.parts.learned import train
from pages.ui import show, state
from pages.ui.journey import first_missing
from pages.ui.sitemap import page_of

studio = state.studio()
heading = st.container()
answer = None
if studio.recipe is None:
    show.empty(
        "Here every number of segments from 2 to 12 is tried and judged, so that you can choose one with reasons. "
        "First the data must be prepared.",
        *first_missing(studio),
    )
else:
    comparison = make.comparison(studio)
    if comparison is not None:
        gathered = evidence.evidence(studio)
        answer = choice.answer(comparison, gathered)
        with st.container(horizontal=True, vertical_alignment="bottom", key="choose-k-controls"):
            k = choice.choose(studio, comparison, gathered)
            make.limits(studio)
        evidence.verdict(studio, comparison, gathered)
        choice.chosen(studio, comparison, gathered, k)
        show.section("Every number compared")
        tabs.draw(comparison, gathered, k, choice.previews(studio))
        evidence.preparation(studio, comparison, k)
        train.link()
        show.method(tabs.METHOD)
        choice.lead_on(studio, gathered, k)
with heading:
    show.page(page_of("choose_k").question, answer)
