"""Segments: who the customers are, as personas with evidence; names to edit, tables to check, a model to save."""

import streamlit as st

from pages.parts.segments import cards, customers, keep, make, opened, tabs
from pages.parts.shared.noticed import noticed
from pages.ui import saved_models, show, state
from pages.ui.journey import first_missing
from pages.ui.sitemap import page_of
from segmentation.core.text import safe_label
from segmentation.personas import headline, portray

studio = state.studio()
heading, answer = st.container(), None
if saved_models.is_opened(studio):
    answer = opened.draw(studio)
elif studio.recipe is None:
    show.empty(
        "Here each group of customers gets a name, a description and the figures behind it. "
        "First there must be prepared customers.",
        *first_missing(studio),
    )
elif studio.comparison is None:
    show.empty(
        "Here each group of customers gets a name, a description and the figures behind it. "
        "First choose how many groups there are.",
        *first_missing(studio),
    )
else:
    make.choose(studio)
if studio.comparison is not None and studio.segmentation is not None:
    seg = studio.segmentation
    personas = make.personas(studio, seg)
    look = state.once("segments-portrait", portray, seg, state.needed(studio.features))
    answer = safe_label(headline(personas, make.finding(studio)), longest=600)
    make.caution(studio)
    make.outside(studio)
    noticed(seg)
    cards.cards(studio, personas)
    customers.draw(studio)
    tabs.tabs(studio, look, personas)
    with show.actions("Keep the result"):
        keep.downloads(seg, personas, look)
        keep.save(studio, seg, personas, look.features)
    show.method(make.method(studio))
    show.next_step(
        "Score a customer",
        "score",
        "Type one customer in and see which persona it is, or make slides, a workbook and a report of all of them.",
        also=("Share the personas", "share"),
    )
with heading:
    show.page(page_of("segments").question, answer)
