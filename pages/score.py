"""Score: which persona a customer is, how sure that is, and why."""

from functools import partial

import streamlit as st

from pages.parts.score import customer, file, model
from pages.parts.score.memory import ScoreMemory
from pages.parts.share.model import offer, turn_to
from pages.parts.shared import sharing
from pages.ui import access, show, state, widgets
from pages.ui.sitemap import page_of
from segmentation.core.text import safe_label
from segmentation.reports.card import how_placed

SECTIONS = {
    "One customer": ("score one customer", customer.draw),
    "A whole file": ("score a file", file.draw),
}
"""Title → the action that it is, and section(chosen, studio) → answer for the heading, or None. Several become tabs."""

studio = state.studio()
heading = st.container(key="score-heading")
answer = None
chosen = model.choose(studio)
if chosen is not None:
    titles = [title for title, (action, _) in SECTIONS.items() if access.allows(action)]
    section = titles[0]
    if len(titles) > 1:
        mine = studio.memory_of(ScoreMemory)
        if mine.section in titles and not widgets.drawn("score-section"):
            widgets.fill({"score-section": mine.section})
        picked = st.segmented_control(
            "What do you want to score?",
            titles,
            default=titles[0],
            required=True,
            key="score-section",
            label_visibility="collapsed",
            persist_state="session",
        )
        section = mine.section = picked or titles[0]
    answer = SECTIONS[section][1](chosen, studio)
    show.method(safe_label(how_placed(chosen.segmentation), longest=2000))
    sharing.take_back(chosen.ref)
    if chosen.personas:
        offer(studio, chosen.ref)
        before = partial(turn_to, studio, chosen.ref)
        show.next_step("Share the personas", "share", "Slides, a workbook and a report", before=before)
with heading:
    show.page(page_of("score").question, answer)
