"""Data: load a file, see what is in it, say what each column is for."""

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
    first_time = studio.features is None
    features = explore_roles.customers(studio, table)
    if first_time and features is not None:
        st.rerun()  # The journey line above shows what the data became.
    show.notes(table.notes)
    show.section("Columns and what they are for")
    explore_roles.editor(studio, table)
if features is not None:
    show.notes(features.notes, "What we did to make one row a customer")
    show.problems(features.problems)
    show.section("A closer look at the features")
    explore_tabs.draw(features)
    show.method(
        "Outliers lie more than 1.5 times the width of the middle half outside it (Tukey 1977). Skewness is the "
        "bias-adjusted coefficient G1 (Joanes and Gill 1998). Spearman's correlation compares ranks, Pearson's "
        "compares values; each pair uses the customers for whom both are known. Bars of a histogram follow Freedman "
        "and Diaconis (1981); values beyond the 1st and 99th percentile share one hatched bar when they would squeeze "
        "the others."
    )
    show.next_step("Prepare the data", "prepare", "Fill gaps, tame extremes, bring all features to one scale")
with heading:
    show.page(page_of("data").question, summary(features) if features is not None else None)
