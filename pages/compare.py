"""Compare: other ways of grouping the same customers, judged alike; one click makes one of them the segments."""

import streamlit as st

from pages.parts import compare_more, compare_rows, compare_settings, compare_table, deep_train
from pages.ui import show, state
from pages.ui.sitemap import page_of

studio = state.studio()
heading, answer = st.container(), None
if studio.recipe is None or studio.board is None:
    show.empty(
        "Here your customers are grouped in other ways and the results stand side by side. "
        "First choose how many groups K-means makes of them.",
        "Prepare the data" if studio.recipe is None else "Choose the number of groups",
        "prepare" if studio.recipe is None else "choose_k",
    )
else:
    shown = compare_rows.rows(studio)
    if shown is not None:
        answer = compare_table.answer(studio, shown)
    compare_settings.panel(studio)
    compare_rows.watch(studio)
    if shown is not None:
        compare_table.draw(studio, shown)
        compare_more.tabs(studio, shown)
        deep_train.link()
        show.method(compare_more.METHOD)
        show.next_step("Look at the segments", "segments", "Who they are, their names, and the model to save")
with heading:
    show.page(page_of("compare").question, answer)
