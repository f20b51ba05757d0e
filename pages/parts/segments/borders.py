"""The personas as a graph: which border on each other, and how far K-means would agree."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import streamlit as st

from pages.ui import show, state
from segmentation.charts.borders import borders_caption, borders_graph, borders_words
from segmentation.charts.palette import Palette
from segmentation.core.text import count_text, plain_text, safe_label
from segmentation.evaluation.borders import NEIGHBOURS, agreement_with_kmeans, borders
from segmentation.evaluation.comparison import AGREEMENTS, signed
from segmentation.personas import Portrait

__all__ = ["graph"]


def graph(look: Portrait, names: Mapping[int, str]) -> None:
    """The picture with its sentence and figures, and the agreement with K-means where another method was used."""
    table = state.once("segments-borders", borders, look.prepared, look.labels)
    show.figure(
        borders_graph(table, names, palette=Palette(look.seg.slots)),
        "segments-borders",
        borders_caption(table, names),
        table.between.assign(
            first=[plain_text(names[number], longest=60) for number in table.between["first"]],
            second=[plain_text(names[number], longest=60) for number in table.between["second"]],
            ratio=100 * table.between["ratio"],
        ),
        {
            "first": show.Column("Persona", width="medium"),
            "second": show.Column("and persona", width="medium"),
            "pairs": show.Column("Neighbour pairs", "%d"),
            "expected": show.Column("By chance", "%.0f"),
            "ratio": show.Column("Of chance", "%.1f %%"),
        },
    )
    st.markdown(safe_label(borders_words(table, names), longest=600))
    drawn = ""
    if table.shown < table.total:
        drawn = f" Compared: {count_text(table.shown)} of {count_text(table.total)} customers, drawn at random."
    st.caption(
        f"Circles: personas, the area by customers. Lines: neighbour pairs (two customers, each among the {NEIGHBOURS} "
        "nearest of the other) that run between two personas, as a share of the pairs that would if everybody had "
        f"neighbours at random. The place on the circle has no meaning of its own.{drawn}"
    )
    seg = look.seg
    if seg.k > 1 and seg.settings.get("method", "kmeans") != "kmeans":
        comparison = state.studio().comparison
        if comparison is not None and seg.k in comparison.fits:  # the same K-means as on Compare
            value = AGREEMENTS["adjusted_rand"].compute(look.labels.astype(np.int32), comparison.fits[seg.k].labels)
        else:
            value = state.once("segments-agreement", agreement_with_kmeans, look.prepared, look.labels, seg.k)
        st.markdown(
            f"Agreement with K-means at {seg.k} segments: **{signed(value)}** (adjusted Rand index: 1 is the same "
            "groups, 0 what chance gives)."
        )
