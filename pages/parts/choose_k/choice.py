"""The user's choice on the Choose k page: the number itself, the personas it gives, and why not one more or fewer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

import pandas as pd
import streamlit as st

from pages.parts.choose_k.memory import ChooseKMemory
from pages.parts.shared import persona_names, segments_in_use
from pages.ui import show, state, widgets
from pages.ui.state import Studio, needed
from segmentation.charts.choose_k import silhouette_plot
from segmentation.charts.palette import Palette
from segmentation.clustering.methods.classes import CLASSES
from segmentation.core.text import count_text, safe_label, safe_prose, share_prose
from segmentation.evaluation.choose_k import KComparison, neighbours, silhouette_means, silhouette_profile
from segmentation.evaluation.evidence import Evidence
from segmentation.personas.preview import preview_all

__all__ = ["answer", "choose", "chosen", "lead_on", "previews"]

_WIDGET = "choose-k-k"
_MEANS = {
    "segment": show.Column("Segment", "plain"),
    "size": show.Column("Customers", "count"),
    "share": show.Column("Share", "share"),
    "silhouette": show.Column("Mean silhouette", "%.2f"),
    "below": show.Column("Nearer to another segment", "share"),
}


def answer(comparison: KComparison, evidence: Evidence | None) -> str:
    """The answer of the page in one sentence."""
    if evidence is None:  # the test is at work
        return safe_label(f"By the silhouette alone, so far: {comparison.reasons[0]}", longest=600)
    return safe_label(evidence.headline, longest=600)


def choose(studio: Studio, comparison: KComparison, evidence: Evidence | None) -> int:
    """The row of numbers to choose from, the recommended one chosen at first; returns the number in use."""
    advice = _advice(comparison, evidence)
    mine = studio.memory_of(ChooseKMemory)
    if mine.picked is None and studio.earlier is not None and studio.earlier[2] in comparison.fits:
        mine.picked, studio.k = studio.comparison, studio.earlier[2]  # chosen before the data were left out
    own = mine.picked is studio.comparison and studio.k in comparison.fits
    studio.k = k = studio.k if own and studio.k is not None else advice
    starred = _starred(comparison, evidence)
    st.pills(
        "Number of segments",
        sorted(comparison.fits),
        key=widgets.bound(_WIDGET, k),
        on_change=_pick,
        args=(studio,),
        required=True,
        format_func=lambda number: f"{number} ★" if number == starred else str(number),
        help="★ marks the recommendation. The choice is yours."
        if starred
        else "No number is recommended: choose freely.",
    )
    return k


def _pick(studio: Studio) -> None:
    """The user's own choice stays until there is another comparison; evidence that comes later does not move it."""
    studio.memory_of(ChooseKMemory).picked = studio.comparison
    studio.k = widgets.value(_WIDGET)


def _advice(comparison: KComparison, evidence: Evidence | None) -> int:
    wanted = comparison.recommended_k
    if evidence is not None and evidence.recommended_k is not None and evidence.recommended_k > 1:
        wanted = evidence.recommended_k
    return wanted if wanted is not None and wanted in comparison.fits else min(comparison.fits)


def _starred(comparison: KComparison, evidence: Evidence | None) -> int | None:
    """The number that the next step recommends; None where there are no groups, or those of a mixture."""
    starless = evidence is not None and (evidence.state == "none" or evidence.method == "mixture")
    return None if starless else _advice(comparison, evidence)


def chosen(studio: Studio, comparison: KComparison, evidence: Evidence | None, k: int) -> None:
    """What `k` segments would be: the personas, the silhouette of every customer, and the neighbours."""
    of_kmeans = evidence is not None and evidence.method == "classes"
    by = (
        "The personas that K-means would give at this number"
        if of_kmeans
        else "The personas that this number would give"
    )
    show.section(f"With {k} segments", f"{by}, named from their own figures.")
    previewed = previews(studio)
    palette, named = previewed[k].palette, {number: preview.names for number, preview in previewed.items()}
    people, picture = st.columns([3, 2], gap="medium")
    with people:
        _people(_preview(studio)[k], named[k], palette)
        measured = (None, None) if evidence is None else (evidence.table["stability"], evidence.table["jaccard_min"])
        tested = None if evidence is None else _starred(comparison, evidence)
        gains = None if evidence is None else evidence.classes_gains
        for neighbour in neighbours(comparison, k, measured[0], named, measured[1], recommended=tested, classes=gains):
            text = f"{neighbour.verdict} {neighbour.what}"
            st.markdown(f"**{neighbour.question}** {safe_prose(text, longest=900)}")
    with picture:
        profile = silhouette_profile(comparison, k)
        mean = float(comparison.table["silhouette"].loc[k])
        figure = silhouette_plot(profile, mean, title="How well each customer fits", palette=palette)
        means = silhouette_means(comparison, k)
        alt = f"Silhouette of every customer in {k} segments; the mean is {mean:.2f}."
        show.figure(figure, "choose-k-customers", alt, means, _MEANS)


def lead_on(studio: Studio, evidence: Evidence | None, k: int) -> None:
    """The next step: the segments that the verdict recommends at this number, those of K-means where it names none."""
    label, help = f"Make {k} segments", "See who they are, name them and save them"
    before: Callable[[], None] = partial(segments_in_use.back, studio)
    if evidence is not None and evidence.state == "none":
        label = f"{label} all the same"
    elif evidence is not None and evidence.method == CLASSES.name:
        label, before = f"Make {k} latent classes", partial(segments_in_use.start_made, studio, CLASSES.name, k)
    show.next_step(label, "segments", help, also=("Compare with other methods", "compare"), before=before)


def previews(studio: Studio) -> dict[int, persona_names.Previewed]:
    """Number of segments → the names and colours that its personas have, or would have."""
    return persona_names.previewed(studio, _preview(studio))


def _preview(studio: Studio) -> dict[int, pd.DataFrame]:
    inputs = (needed(studio.features), needed(studio.recipe), needed(studio.comparison))
    return state.once("choose-k-preview", preview_all, *inputs)


def _people(table: pd.DataFrame, named: Mapping[int, str], palette: Palette) -> None:
    """The personas, each with a stroke in its segment's colour."""
    style = "".join(
        f".st-key-preview-{segment} {{ border-left: 4px solid {palette.colour(segment)}; padding-left: 0.75rem; }}"
        for segment in table["segment"]
    )
    st.html(f"<style>{style}</style>")
    for row in table.to_dict("records"):
        with st.container(key=f"preview-{row['segment']}", gap=None):
            mark, name = palette.mark(row["segment"]), safe_label(named[row["segment"]])
            size = f"{count_text(row['size'])} customers, {share_prose(row['share'])}"
            st.markdown(f"{mark} {row['segment']} **{name}** · {size}")
            st.caption(safe_label(row["traits"], longest=200))
