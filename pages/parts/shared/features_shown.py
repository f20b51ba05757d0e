"""Which features a table or picture shows: the strongest at first, all on request, and those that a word finds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from segmentation.core.text import count_text, word_key

__all__ = ["MOST", "choose"]

MOST = 15
"""Features shown at first where there are more."""


def choose(names: Sequence[str], labels: Mapping[str, str], key: str) -> list[str]:
    """The features to show, in their order; with more than `MOST` a field to find some, and a switch for all."""
    if len(names) <= MOST:
        return list(names)
    with st.container(horizontal=True, vertical_alignment="bottom", key=f"{key}-shown"):
        words = st.text_input(
            "Find a feature", key=f"{key}-find", placeholder="Part of its name", width=260, persist_state="session"
        )
        every = st.toggle(f"Show all {count_text(len(names))} features", key=f"{key}-all", persist_state="session")
    wanted = word_key(words).split()
    if wanted:
        matching = [name for name in names if all(word in word_key(labels[name]) for word in wanted)]
        st.caption(f"{count_text(len(matching))} of {count_text(len(names))} features.")
        return matching
    if not every:
        st.caption(f"The {MOST} features that set the personas apart most, of {count_text(len(names))}.")
    return list(names if every else names[:MOST])
