"""Score: which persona a customer is, how sure that is, and why."""

import streamlit as st

from pages.parts import score_customer, score_file, score_model, share_model
from pages.ui import show, state
from pages.ui.sitemap import page_of
from segmentation.card import how_placed
from segmentation.text import safe_label

SECTIONS = {"One customer": score_customer.draw, "A whole file": score_file.draw}
"""Title → section(chosen, studio) → answer for the heading, or None. Several become tabs."""

studio = state.studio()
heading = st.container()
answer = None
chosen = score_model.choose(studio)
if chosen is not None:
    titles = list(SECTIONS)
    section = titles[0]
    if len(titles) > 1:
        picked = st.segmented_control(
            "What do you want to score?",
            titles,
            default=titles[0],
            required=True,
            key="score-section",
            label_visibility="collapsed",
            persist_state="session",
        )
        section = picked or titles[0]
    answer = SECTIONS[section](chosen, studio)
    show.method(safe_label(how_placed(chosen.segmentation), longest=2000))
    if chosen.personas:
        share_model.offer(studio, chosen.ref)
        show.next_step("Share the personas", "share", "Slides, a workbook and a report")
with heading:
    show.page(page_of("score").question, answer)
