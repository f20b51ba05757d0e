"""Below the table: how far the ways agree, who moves where between two of them, and the same customers in pictures."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from pages.parts.compare import rows, table
from pages.parts.compare.memory import CompareMemory
from pages.parts.compare.rows import Shown
from pages.ui import jobs, show, state, widgets
from pages.ui.state import Studio
from segmentation.charts import comparison as charts
from segmentation.charts.palette import IN_ORDER, Palette
from segmentation.clustering.methods import Floats, Labels
from segmentation.core.own_process import run_behind
from segmentation.core.text import plain_text, safe_label, safe_prose
from segmentation.evaluation.comparison import AGREEMENTS, Plane, agreement_table, flows, plane, scattered

__all__ = ["METHOD", "tabs"]

METHOD = """
- **Same ground**: every way is fitted to the same prepared customers and judged by the same figures, in the space
  of all features. Customers in no segment are left out of silhouette, Calinski–Harabasz and Davies–Bouldin (see
  How many groups); leaving out the difficult ones makes these figures better, so their share stands beside them.
- **What the silhouette cannot see**: it compares mean distances, so it prefers round groups of like size and
  density. Where groups are long, bent, or of unequal density it prefers to cut them, by construction, whatever the
  truth is.
- **Neighbours together**: the assortativity of the graph of the ten nearest neighbours, (Σ eᵢᵢ − Σ aᵢbᵢ) / (1 − Σ
  aᵢbᵢ), with eᵢⱼ the share of pairs of neighbours from segment i to segment j (Newman 2003). It sees gaps of any
  form, but a way that only splits off a few distant customers does well on it, too. **Between segments**: the share
  of customers who, with their ten nearest neighbours, are in more than one segment; customers in no segment count
  when they lie between.
- **Stability**: four fifths of the customers (at most 20,000), drawn without replacement five times, are grouped
  again; mean adjusted Rand index with the groups here (after Ben-Hur, Elisseeff, Guyon 2002). K-means can be very
  stable where it is wrong.
- **Agreement**: adjusted Rand index (Hubert, Arabie 1985) and normalised mutual information (arithmetic mean; Vinh,
  Epps, Bailey 2010); customers in no segment are a group of their own.
- **Making one the segments**: every customer is placed by the rule that places new ones, so that today's and
  tomorrow's answers agree. How many of the method's own labels this gives back is said before.
"""

_VIEWS = {"bands": "Bands", "cells": "Table"}
_AXES = {"components": "Principal components", "tsne": "t-SNE"}
_SCATTER = "ways-scatter"
_MOST = 4


def tabs(studio: Studio, shown: Shown) -> None:
    """All tabs; only the open one is computed. Nothing with fewer than two ways."""
    if len(shown.candidates) < 2:
        st.caption("Add another way to see how far they agree, who moves where, and pictures side by side.")
        return
    contents = {"Agreement": _agreement, "Who moves where": _moves, "Pictures": _pictures}
    for tab, draw in zip(
        st.tabs(list(contents), key="compare-tabs", on_change="rerun"), contents.values(), strict=True
    ):
        if tab.open:
            with tab:
                draw(studio, shown)


def _agreement(studio: Studio, shown: Shown) -> None:
    names = table.named(shown)
    picked = widgets.switch("Measure", {name: item.label for name, item in AGREEMENTS.items()}, "compare-measure-of")
    measure = AGREEMENTS[picked]
    st.caption(f"{measure.help} Customers in no segment count as a group of their own.")
    labelings = {names[item.key]: item.labels for item in shown.candidates}
    agreement = state.once("compare-agreement-table", agreement_table, labelings, picked)
    title = "How far the ways of grouping agree"
    caption = charts.agreement_caption(agreement, measure.label)
    show.figure(charts.agreement_heatmap(agreement, title), f"compare-agreement-{picked}", caption)
    st.caption(safe_label(charts.closest_pairs(agreement), longest=400))


def _moves(studio: Studio, shown: Shown) -> None:
    names = table.named(shown)
    keys, looked = list(names), table.looked_at(studio, shown).key
    other = looked if looked != shown.now else next(key for key in reversed(keys) if key != shown.now)
    with st.container(horizontal=True, vertical_alignment="bottom", key="compare-moves"):
        first = _way("From", names, shown.now, "compare-from")
        second = _way("To", names, other, "compare-to")
        view = widgets.switch("View", _VIEWS, "compare-view")
    moves = flows(_labels(studio, shown, first), _labels(studio, shown, second))
    sources, targets = _segments(studio, shown, first), _segments(studio, shown, second)
    title = "Who moves from which segment to which"
    pair = (plain_text(names[first]), plain_text(names[second]))
    looks = (_palette(studio, shown, first), _palette(studio, shown, second))
    if view == "bands":
        picture = charts.flow_bands(moves, sources, targets, title, ways=pair, palettes=looks)
    else:
        picture = charts.flow_heatmap(moves, sources, targets, f"{title}: rows {pair[0]}, columns {pair[1]}")
    named = moves.assign(
        source=[plain_text(sources[number], longest=60) for number in moves["source"]],
        target=[plain_text(targets[number], longest=60) for number in moves["target"]],
    )
    caption = f"From {pair[0]} to {pair[1]}. {charts.flow_caption(moves, sources, targets)}"
    columns: dict[str, str | show.Column] = {
        "source": "From",
        "target": "To",
        "customers": show.Column("Customers", "count"),
        "share_source": show.Column("Share of the first", "share"),
        "share_target": show.Column("Share of the second", "share"),
    }
    show.figure(picture, f"compare-flow-{view}", caption, named, columns)
    st.caption(safe_prose(caption, longest=900))


def _pictures(studio: Studio, shown: Shown) -> None:
    prepared = rows.prepared(studio)
    if prepared.shape[1] < 2:
        st.info("A picture needs at least two features.")
        return
    names = table.named(shown)
    given = list(dict.fromkeys([shown.now, table.looked_at(studio, shown).key, shown.kmeans]))[:2]
    with st.container(horizontal=True, vertical_alignment="bottom", key="compare-pictures"):
        picked = st.multiselect(
            "Ways to show",
            list(names),
            format_func=lambda key: plain_text(names.get(key, key)),
            key=widgets.bound("compare-drawn", given),
            max_selections=_MOST,
        )
        axes = widgets.switch("Axes", _AXES, "compare-axes")
    flat = state.once("compare-plane", plane, prepared) if axes == "components" else _scattered(studio, prepared)
    if flat is None or not picked:
        return
    st.caption(flat.caption)
    labelings = {names[key]: _labels(studio, shown, key) for key in picked if key in names}
    title = "The same customers, coloured by each way"
    caption = charts.planes_caption(flat, list(labelings))
    show.figure(charts.planes(flat, labelings, title), f"compare-planes-{axes}-{len(labelings)}", caption)


def _scattered(studio: Studio, prepared: Floats) -> Plane | None:
    """The t-SNE picture, made on request as a job and kept while the customers are the same."""
    mine, made = studio.memory_of(CompareMemory), jobs.watch(_SCATTER)
    if made is not None and mine.scatter_asked is not None:
        mine.scatter = (mine.scatter_asked, made)
        st.rerun()
    if mine.scatter is not None and mine.scatter[0] is studio.recipe:
        return mine.scatter[1]
    if not jobs.running(_SCATTER):
        st.caption(
            "t-SNE keeps who is near whom. Distances between groups mean little in it, and it shows clumps even where "
            "there are none. At most 1,500 customers, drawn at random."
        )
        if st.button("Draw it", key="compare-scatter"):
            mine.scatter_asked = studio.recipe
            jobs.start(_SCATTER, "Drawing t-SNE", run_behind, scattered, prepared)
            st.rerun()
    return None


def _labels(studio: Studio, shown: Shown, key: str) -> Labels:
    """The segments of all customers; of the way in use as they are in use."""
    seg = studio.segmentation
    if key == shown.now and shown.in_use and seg is not None and seg.labels is not None:
        return seg.labels.to_numpy()
    return shown.of(key).labels


def _segments(studio: Studio, shown: Shown, key: str) -> Mapping[int, str]:
    """Segment number → its name: the persona's where the segments are in use, else its number."""
    names = {number: f"Segment {number}" for number in range(1, shown.of(key).k + 1)} | {0: "In no segment"}
    if key == shown.now and shown.in_use:
        names |= {persona.segment: persona.name for persona in studio.personas}
    return names


def _palette(studio: Studio, shown: Shown, key: str) -> Palette:
    """The colours of the personas where the segments are in use, else those in order."""
    seg = studio.segmentation
    return Palette(seg.slots) if key == shown.now and shown.in_use and seg is not None else IN_ORDER


def _way(label: str, names: Mapping[str, str], value: str, key: str) -> str:
    return st.selectbox(
        label,
        list(names),
        format_func=lambda key: plain_text(names.get(key, key)),
        key=widgets.bound(key, value),
        width=330,
    )
