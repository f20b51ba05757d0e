"""Compare: other ways of grouping the same customers, judged alike; one click makes one of them the segments."""

import streamlit as st

from pages.parts.compare import more, rows, settings, table
from pages.parts.learned import train
from pages.ui import show, state
from pages.ui.journey import first_missing
from pages.ui.sitemap import page_of

studio = state.studio()
heading, answer = st.container(), None
if studio.recipe is None or studio.comparison is None:
    show.empty(
        "Here your customers are grouped in other ways and the results stand side by side. "
        "First choose how many groups K-means makes of them.",
        *first_missing(studio),
    )
else:
    shown = rows.rows(studio)
    if shown is not None:
        answer = table.answer(studio, shown)
    settings.panel(studio)
    rows.watch(studio)
    if shown is not None:
        table.draw(studio, shown)
        more.tabs(studio, shown)
        train.link()
        show.method(more.METHOD)
        show.next_step("Look at the segments", "segments", "Who they are, their names, and the model to save")
with heading:
    show.page(page_of("compare").question, answer)
