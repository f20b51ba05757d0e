"""What the tabs of the exploration share: names, choices, histograms that are counted once."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from pages.ui import state
from segmentation.core.tables import FeatureTable
from segmentation.core.text import plain_text, safe_label
from segmentation.data import exploration
from segmentation.data.profiling import profile

__all__ = ["MOST_BARS", "MOST_SHAPES", "about", "height", "histogram", "key_of", "labels", "pick", "say", "spread_out"]

MOST_BARS = 40
"""Features drawn at most in one picture; the table beside it has all."""
MOST_SHAPES = 60
"""Features whose distributions are drawn at most in the cells of one table."""


def histogram(features: FeatureTable, name: str) -> pd.DataFrame:
    """The histogram of one feature, counted once."""
    return state.once(f"histogram/{name}", _column_histogram, features.frame, name)


def _column_histogram(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    return exploration.histogram_table(frame[name])


def about(features: FeatureTable) -> pd.DataFrame:
    """Statistics of every feature, computed once."""
    return state.once("features profile", profile, features.frame)


def labels(features: FeatureTable) -> dict[str, str]:
    """Feature → label as one line of text, for a list of choices."""
    return {info.name: plain_text(info.label, longest=60) for info in features.info}


def key_of(features: FeatureTable, key: str) -> str:
    """Another data set starts with its own choices."""
    return f"{key}-{features.fingerprint[:8]}"


def pick(label: str, features: FeatureTable, key: str, start: str = "") -> str:
    """A feature chosen from a list; another data set starts with its own choice."""
    names = list(features.names)
    return st.selectbox(
        label, names, index=names.index(start or names[0]), format_func=labels(features).__getitem__,
        key=key_of(features, key), persist_state="session",
    )  # fmt: skip


def spread_out(features: FeatureTable) -> list[str]:
    """The features that make a telling picture first: amounts and counts before shares and yes or no."""
    return sorted(features.names, key=lambda name: features.about(name).kind in ("share", "boolean"))


def height(rows: int) -> str | int:
    """A table as tall as its rows, but never taller than a screen."""
    return "content" if rows <= MOST_BARS else 640


def say(text: str) -> None:
    """A sentence of the exploration, whatever names it holds."""
    st.markdown(safe_label(text, longest=400))
