"""Prepare: which steps the numbers go through before they are compared, and what each step does to a column."""

import streamlit as st

from pages.parts.choose_k import make
from pages.parts.prepare import columns, saved, steps
from pages.ui import show, state
from pages.ui.sitemap import page_of
from segmentation.core.text import safe_label
from segmentation.preparation.findings import preparation_finding

studio = state.studio()
heading = st.container()
recipe = None
if studio.features is None:
    show.empty(
        "Here the customers' numbers are made comparable: gaps filled, extremes tamed, one scale. "
        "First there must be customers.",
        "Load your customers",
        "data",
    )
else:
    steps.presets(studio)
    with st.expander("Change the steps"):
        steps.switches(studio)
    saved.panel(studio)
    recipe = steps.recipe(studio)
if recipe is not None:
    columns.dropped(studio, recipe)
if studio.features is not None:
    show.section("Before and after")
    columns.column(studio, recipe)
if recipe is not None:
    show.section("The recipe", "Everything that was learned; later customers are prepared with the very same figures.")
    columns.recipe_table(studio, recipe)
    show.method(
        "In this order: true and false become 1 and 0; missing values are filled; values beyond the two percentiles "
        "become the percentile; log(1 + x) for skewed columns without negative values, Yeo-Johnson (2000) for skewed "
        "ones with negative values, but neither where two or three normal curves of one width tell the values better "
        "(BIC): groups lie side by side there; of columns whose correlation reaches the limit only the one that stands "
        "for most others stays; each column minus its mean, divided by its standard deviation (mean 0, standard "
        "deviation 1)."
    )
    make.begin_early(studio)
    show.next_step("Compare numbers of segments", "choose_k", "See how many groups the customers fall into")
with heading:
    answer = safe_label(preparation_finding(recipe), longest=400) if recipe is not None else None
    show.page(page_of("prepare").question, answer)
