"""Learned features: train a network, confirm k on what it learned, group by it, and hear whether that was worth it."""

import streamlit as st

from pages.parts.learned import result, train, tree
from pages.parts.shared import segments_in_use
from pages.ui import show, state
from pages.ui.journey import first_missing
from pages.ui.sitemap import page_of

studio = state.studio()
heading, answer = st.container(), None
if studio.recipe is None or studio.comparison is None:
    show.empty(
        "Here a small neural network learns new features from yours, and customers are grouped by them. "
        "First choose how many groups K-means makes of your customers: that is the number to confirm.",
        *first_missing(studio),
    )
else:
    first = train.first_number(studio)
    learned = train.learned(studio)
    if learned is not None:
        k = tree.confirm(learned, first)
        outcome = result.outcome(studio, learned, k)
        if outcome is not None:
            answer = outcome.sentence
            result.honest_table(studio, learned, outcome)
            result.take(studio, learned, outcome)
    segments_in_use.watch(studio)
    show.method(train.METHOD)
    if result.in_use(studio):
        show.next_step("Look at the segments", "segments", "Who they are, their names, and the model to save")
with heading:
    show.page(page_of("learned").question, answer)
