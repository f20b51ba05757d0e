"""Choose k: how many groups there are, whether they are real, and which number to go on with."""

from functools import partial

import streamlit as st

from pages.parts import board_choice, board_evidence, board_make, board_tabs, deep_train, take_over
from pages.ui import show, state
from pages.ui.sitemap import page_of

studio = state.studio()
heading = st.container()
answer = None
if studio.recipe is None:
    show.empty(
        "Here every number of segments from 2 to 12 is tried and judged, so that you can choose one with reasons. "
        "First the data must be prepared.",
        "Prepare the data",
        "prepare",
    )
else:
    board = board_make.board(studio)
    if board is not None:
        found = board_evidence.evidence(studio)
        answer = board_choice.answer(board, found)
        with st.container(horizontal=True, vertical_alignment="bottom", key="board-controls"):
            k = board_choice.choose(studio, board, found)
            board_make.limits(studio)
        board_choice.chosen(studio, board, found, k)
        board_evidence.verdict(studio, board, found)
        show.section("Every number compared")
        board_tabs.draw(board, found, k, board_choice.names(studio))
        board_evidence.preparation(studio, board, k)
        deep_train.link()
        show.method(board_tabs.METHOD)
        none = found is not None and found.verdict == "none"
        help = "See who they are, name them and save them"
        show.next_step(
            f"Make {k} segments all the same" if none else f"Make {k} segments",
            "segments",
            help,
            also=("Compare with other methods", "compare"),
            before=partial(take_over.back, studio),
        )
with heading:
    show.page(page_of("choose_k").question, answer)
