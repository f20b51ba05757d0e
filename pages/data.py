"""Data: load a file, see what is in it, say what each column is for."""

from functools import partial

import streamlit as st

from pages.parts.choose_k import make
from pages.parts.data import load, reading_panel, tabs
from pages.parts.data.kinds import KINDS
from pages.parts.prepare import steps
from pages.ui import show, state
from pages.ui.sitemap import page_of
from segmentation.data.findings import summary

studio = state.studio()
kind = KINDS.get(studio.source)
heading = st.container()
load.panel(studio)
features = None
if studio.tables and kind is not None:
    reading_panel.panels(studio)
    features = kind.customers(studio)
    if features is not None:
        show.problems(features.problems)
        load.offer_purchases(studio, features.problems)
        show.notes(features.notes, "How the table of customers was made")
        make.begin_early(studio)
    tabs.draw(features, {kind.tab: partial(kind.draw, studio)} if kind.draw is not None else None)
elif studio.tables:
    show.problem("This kind of data has no form yet. Choose another kind under “Load other data”.")
if features is not None:
    show.method(tabs.METHOD)
    show.next_step(
        "Prepare the data",
        "prepare",
        "Fill gaps, tame extremes, bring all features to one scale. You can look at it later, too.",
        also=("Straight to how many groups", "choose_k"),
        before_also=partial(steps.ahead, studio),
    )
with heading:
    show.page(page_of("data").question, summary(features) if features is not None else None)
