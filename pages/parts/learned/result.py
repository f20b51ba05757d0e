"""Segments of the learned features beside plain K-means: the honest table, and the step that takes them over."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from pages.parts.learned.memory import LearnedMemory
from pages.parts.shared import segments_in_use
from pages.ui import jobs, show
from pages.ui.state import Studio, needed
from segmentation.clustering.assignment.encoder import EncodedCentres
from segmentation.clustering.methods import METHODS
from segmentation.core.own_process import run_behind
from segmentation.core.text import safe_label
from segmentation.evaluation.learned_features import Learned, Outcome, segment

__all__ = ["honest_table", "in_use", "outcome", "take"]

_JOB = "learned-segments"
_COLUMNS = {
    "way": show.Column("Segments from"),
    "silhouette": show.Column(
        "Silhouette in your features", "%.3f", help="In the prepared features: the same ruler for both rows."
    ),
    "latent": show.Column(
        "Silhouette among the learned",
        "%.3f",
        help="In the network's own features. It cannot be compared between networks: each makes its own scale.",
    ),
    "seeds": show.Column(
        "Agreement between seeds", "%.2f", help="1: three seeds give the same groups; 0: as by chance."
    ),
    "plain": show.Column("Agreement with plain K-means", "%.2f", help="Adjusted Rand index."),
    "smallest": show.Column("Smallest segment", "share"),
}


def outcome(studio: Studio, learned: Learned, k: int) -> Outcome | None:
    """The segments of the learned features at `k`, made on request as a job and kept until something changes."""
    show.section("4. Group by the learned features")
    mine, made = studio.memory_of(LearnedMemory), jobs.watch(_JOB)
    if made is not None and mine.segments_asked is not None:
        mine.outcome = (*mine.segments_asked, made)
        st.rerun()
    kept = mine.outcome
    if kept is not None and kept[0] is learned and kept[1] == k:
        return kept[2]
    if not jobs.running(_JOB) and st.button(
        f"Make {k} segments of the learned features", key="learned-group", type="primary"
    ):
        inputs = (needed(studio.features), needed(studio.recipe), needed(studio.comparison), learned, k)
        if jobs.start(_JOB, f"Grouping into {k} segments", run_behind, segment, *inputs):
            mine.segments_asked = (learned, k)
        st.rerun()
    return None


def honest_table(studio: Studio, learned: Learned, made: Outcome) -> None:
    """Learned features and plain K-means by the same measures, who wins, and what the evidence said of the data."""
    names = {"learned": METHODS[learned.method].label, "plain": "Plain K-means"}
    table = made.table.assign(way=[names[name] for name in made.table.index]).reset_index(drop=True)
    st.markdown(f"**{safe_label(made.sentence, longest=500)}**")
    if float(made.table["latent"].loc["learned"]) > float(made.table["silhouette"].loc["plain"]):
        st.caption(
            "The higher silhouette among the learned features is no argument by itself: a network is free to spread "
            "its features as it likes. The same groups are judged in your features beside it."
        )
    show.table(table, "learned-honest", _COLUMNS, alt=_in_words(table))
    evidence = studio.evidence
    st.caption(
        "Whether there are groups at all is tested on “How many groups”, by itself."
        if evidence is None
        else f"What the evidence says of your data: {safe_label(evidence.headline, longest=400)}"
    )


def take(studio: Studio, learned: Learned, made: Outcome) -> None:
    """The button that makes these the segments of the session."""
    if in_use(studio):
        st.success("These are your segments now: name them, save them, and score customers with them.")
        return
    label = "Use these segments" if made.winner != "plain" else "Use these segments all the same"
    if not jobs.running(segments_in_use.JOB) and st.button(
        label, key="learned-take", type="secondary" if made.winner == "plain" else "primary"
    ):
        settings = {**vars(made.settings)}
        if segments_in_use.start(studio, made.fit, method=learned.method, settings=settings):
            studio.memory_of(LearnedMemory).taken = made
        st.rerun()


def in_use(studio: Studio) -> bool:
    """Whether the segments shown here are those of the session."""
    mine = studio.memory_of(LearnedMemory)
    made, kept = mine.taken, mine.outcome
    if made is None or kept is None or kept[2] is not made or studio.segmentation is None:
        return False
    now, then = studio.segmentation.rule, made.fit.rule
    return (
        segments_in_use.is_taken(studio)
        and isinstance(now, EncodedCentres)
        and isinstance(then, EncodedCentres)
        and now.encoder.equals(then.encoder)
    )


def _in_words(table: pd.DataFrame) -> str:
    lines = [f"{row.way}: silhouette {row.silhouette:.3f}, seeds {row.seeds:.2f}" for row in table.itertuples()]
    return "; ".join(lines)
