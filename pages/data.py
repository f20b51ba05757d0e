"""Data: load a file, see what is in it, say what each column is for."""

from functools import partial

import streamlit as st

from pages.ui import explore_load, explore_roles, explore_tabs, show, state
from pages.ui.sitemap import page_of
from segmentation.findings import summary

studio = state.studio()
heading = st.container()
explore_load.panel(studio)
features = None
if studio.tables:
    table = next(iter(studio.tables.values()))
    show.problems(table.problems)
    features = explore_roles.customers(studio, table)
    show.notes((*table.notes, *(features.notes if features is not None else ())))
    explore_tabs.draw(features, {"Columns": partial(explore_roles.editor, studio, table)})
if features is not None:
    show.problems(features.problems)
    show.method(explore_tabs.METHOD)
    show.next_step("Prepare the data", "prepare", "Fill gaps, tame extremes, bring all features to one scale")
with heading:
    show.page(page_of("data").question, summary(features) if features is not None else None)
