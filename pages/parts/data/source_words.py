"""What counts as a purchase: every word of a status or type with its lines, its sum and a choice."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from pages.ui import show, widgets
from segmentation.core.text import count_text, counted, plain_text, safe_label, word_key
from segmentation.data.sources.status_words import KINDS, TREATMENTS

__all__ = ["form"]

_MOST = 40


def form(words: pd.DataFrame, now: Mapping[str, str]) -> dict[str, str]:
    """The words of the file and what was chosen for some of them → what is chosen now, only where it is unusual."""
    if words.empty:
        return dict(now)
    columns = ", ".join(plain_text(name, longest=40) for name in words["column"].unique())
    show.section("What counts as a purchase", f"Every word in {columns}, with its lines and their sum.")
    chosen = {word_key(word): treatment for word, treatment in now.items()}
    wanted = dict(chosen)
    shown = words[words["word"] != ""].head(_MOST)
    for index, row in enumerate(shown.to_dict("records")):
        key = word_key(row["word"])
        usual = row["usual"]
        taken = _row(row, key, index)
        if taken == usual:
            wanted.pop(key, None)
        else:
            wanted[key] = taken
    rest = len(words[words["word"] != ""]) - len(shown)
    if rest > 0:
        st.caption(f"{count_text(rest)} further words are counted as usual; a mapping file can say otherwise.")
    return dict(now) if wanted == chosen else wanted


def _row(row: Mapping[Any, Any], key: str, index: int) -> str:
    lines = counted(row["lines"], "line")
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        with st.container(width=360):
            taken = st.selectbox(
                safe_label(row["word"], longest=40),
                list(TREATMENTS),
                format_func=TREATMENTS.__getitem__,
                key=widgets.bound(f"source-word-{index}-{key}", row["treatment"]),
            )
        kind = KINDS[row["kind"]].label if row["kind"] in KINDS else ""
        st.caption(safe_label(f"{lines} worth {row['worth']}; {kind}.", longest=200), width="stretch")
    return str(taken)
