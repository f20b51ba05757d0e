"""Score: which persona a customer is, how sure that is, and why."""

import streamlit as st

from pages.parts import score_customer, score_file, score_model, share_model
from pages.ui import show, state
from pages.ui.sitemap import page_of

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
    show.method(
        "The values are prepared exactly as in training: missing ones filled, extremes capped, transformed, brought to "
        "one scale. The persona is the one whose centre is nearest (Euclidean distance in that space). "
        "Margin = 1 − distance to the nearest / distance to the second nearest: 0 is exactly between two, 1 is on the "
        "centre; below 10 % we say on the border. The pull of a feature is (z − other)² − (z − own)², with z the "
        "prepared value and own, other the two centres: the pulls add up to the difference of the squared distances."
    )
    if chosen.personas:
        share_model.offer(studio, chosen.ref)
        show.next_step("Share the personas", "share", "Slides, a workbook that places customers, and a report")
with heading:
    show.page(page_of("score").question, answer)
