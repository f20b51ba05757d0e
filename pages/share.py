"""Share: slides, a workbook and a report for others, and the way to present the personas on this screen."""

import streamlit as st

from pages.parts.share import files, model, warehouse
from pages.parts.shared.noticed import noticed
from pages.ui import show, state
from pages.ui.sitemap import page_file, page_of
from segmentation.core.text import agree, count_text, safe_label
from segmentation.evaluation.evidence import state_text
from segmentation.reports import no_typing

METHOD = (
    "All three files are made from the same facts: means and medians of the customers in original units, differences "
    "in standard deviations of the prepared values, silhouettes and distances in the space that was clustered. "
    "Where a persona is hidden, *everyone* means everyone else, so that its figures cannot be worked out by "
    "subtraction. The workbook computes with the constants that the product uses; placed by LibreOffice, 200 of 200 "
    "customers of a test get the same persona. Text from your data can neither run as a formula nor load anything."
)

studio = state.studio()
what, wrong = model.asked(studio)
if wrong is not None:
    show.page(page_of("share").question)
    model.choose(studio)
    show.problem(wrong)
elif what is None:
    show.page(page_of("share").question)
    model.nothing(
        studio,
        "Here you get slides to present, a workbook that places customers by itself, and a report to read or print. "
        "First there must be personas.",
    )
else:
    k = what.segmentation.k
    many = agree(k, "one persona", f"{count_text(k)} personas")
    book = "a workbook" if no_typing(what.segmentation) else "a workbook that places customers by itself"
    show.page(
        page_of("share").question,
        f"As slides, as {book}, or as a report to print: {many}, the same facts in each. "
        f"Shown: {safe_label(model.shown_as(studio, what))}.",
    )
    st.markdown(f"**State of the evidence.** {safe_label(state_text(what.finding), longest=600)}")
    noticed(what.segmentation)
    model.choose(studio)
    files.options(studio, what)
    files.files(studio, what)
    warehouse.in_a_warehouse(studio, what)
    with st.container(horizontal=True, vertical_alignment="center", key="share-present"):
        if st.button("Present on this screen", key="share-to-present", icon=":material/slideshow:"):
            st.switch_page(page_file("present"))
        st.caption("One persona a screen, large. Arrow keys or a presenter’s remote move on; Esc leaves.")
    show.method(METHOD)
