"""The evidence below the cards: profiles, comparison of features, distances, picture; more in `more`."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import streamlit as st

from pages.parts.segments import borders, customers, fairness, more
from pages.parts.shared import features_shown
from pages.parts.shared.memory import SegmentsMemory
from pages.ui import show, state, widgets
from pages.ui.state import Studio
from segmentation.charts import captions, matrices, segments
from segmentation.charts.map import projection_plot
from segmentation.charts.palette import Palette
from segmentation.core.text import plain_text
from segmentation.evaluation.projection import project
from segmentation.personas import Persona, Portrait
from segmentation.personas.distances import centre_distances, spread
from segmentation.personas.profiles import box_figures, profile_writers, wide_profile

__all__ = ["tabs"]

Names = Mapping[int, str]

_FIGURES = {
    "mean": "Average",
    "median": "Median",
    "difference": "Difference from everyone",
    "difference_share": "Difference in %",
}
_COMPARISONS = {"lines": "Lines", "radar": "Radar", "spread": "Spread of a feature", "means": "Average of a feature"}
_EFFECT = "In standard deviations from everyone, in the prepared space in which the segments were made."
_BOX = "Box: the middle half, with the median. Whiskers: 5th to 95th percentile. Diamond: the average."
_DISTANCE = (
    "Distances in the prepared space. Separation: the distance to the nearest persona as a multiple of the spread "
    "within; the smaller it is, the more the two overlap."
)
_RADAR = 8
_TALL = 30
"""Rows that a table shows without scrolling."""


def tabs(studio: Studio, look: Portrait, personas: tuple[Persona, ...]) -> None:
    """All tabs; only the open one is computed."""
    names = {persona.segment: persona.name for persona in personas}
    contents = {
        "Profiles": _profiles,
        "Compare features": _compare,
        "Distances": _distances,
        "Picture": _picture,
        "Rules": _without(more.rules),
        "Descriptors": _without(more.descriptors),
        "Outcomes": _without(more.outcomes),
        "Sensitive columns": _without(fairness.sensitive),
    }
    opened = st.tabs(list(contents), key="segments-tabs", on_change="rerun")
    for tab, draw in zip(opened, contents.values(), strict=True):
        if tab.open:
            with tab:
                draw(studio, look, names)


def _without(draw: Callable[[Portrait, Names], None]) -> Callable[[Studio, Portrait, Names], None]:
    """A tab that needs nothing of the session."""
    return lambda studio, look, names: draw(look, names)


def _profiles(studio: Studio, look: Portrait, names: Names) -> None:
    bar = show.figure(
        segments.sizes_bar(look.sizes, names, palette=Palette(look.seg.slots)),
        "segments-sizes",
        captions.sizes_caption(look.sizes, names),
        on_select="rerun",
        selection_mode="points",
        answered=studio.memory_of(SegmentsMemory).answered,
    )
    customers.from_bar(studio, bar, look.sizes["segment"].tolist())
    shown = features_shown.choose(look.strongest, look.feature_labels, "segments-features")
    if not shown:
        return
    figure = widgets.switch("Figure", _FIGURES, "segments-figure")
    wide = state.once("segments-wide", wide_profile, look.profile, figure=figure).loc[shown].rename(columns=str)
    about = [look.about(name) for name in shown]
    wide.insert(0, "label", [plain_text(item.label, longest=60) for item in about])
    heads = {str(number): show.Column(plain_text(name), "row") for number, name in names.items()}
    columns = {
        "label": show.Column("Feature", width="medium", pinned=True),
        "everyone": show.Column("Everyone", "row", pinned=True),
        **heads,
    }
    cell = show.table(
        wide.reset_index(drop=True),
        "segments-profile",
        columns,
        rows=profile_writers(about, figure=figure),
        height="content" if len(shown) <= _TALL else 640,
        on_select="rerun",
        selection_mode="single-cell",
        file=False,  # the profiles below are the file, made to be given away
    )
    customers.from_cell(studio, cell, shown, names)
    st.caption(
        "In original units; missing values count as the values that preparation filled in. "
        "Click a bar or a figure to see who these customers are."
    )
    effects = look.effects[shown]
    show.figure(
        matrices.difference_heatmap(effects, names, look.feature_labels),
        "segments-heatmap",
        captions.difference_caption(effects, names, look.feature_labels),
    )
    st.caption(_EFFECT)
    partition = look.partition[look.partition["feature"].isin(shown)]
    show.figure(
        segments.partition_bars(partition, look.feature_labels),
        "segments-partition",
        captions.partition_caption(partition, look.feature_labels),
    )


def _compare(studio: Studio, look: Portrait, names: Names) -> None:
    kind, palette = widgets.switch("Picture", _COMPARISONS, "segments-comparison"), Palette(look.seg.slots)
    if kind in ("lines", "radar"):
        shown = look.strongest[:_RADAR]
        if kind == "lines":
            shown = features_shown.choose(look.strongest, look.feature_labels, "segments-lines")
        if not shown:
            return
        effects = look.effects[shown]
        draw = segments.snake if kind == "lines" else segments.radar
        caption = captions.difference_caption(effects, names, look.feature_labels, _COMPARISONS[kind])
        show.figure(draw(effects, names, look.feature_labels, palette=palette), f"segments-{kind}", caption)
        st.caption(_EFFECT)
        return
    info = look.about(
        st.selectbox("Feature", look.strongest, format_func=look.feature_labels.__getitem__, key="segments-feature")
    )
    if kind == "means":
        table = look.profile[look.profile["feature"] == info.name]
        picture = segments.means_bars(table, names, info, palette=palette)
        show.figure(picture, "segments-means", captions.feature_caption(table, names, info))
        return
    log = info.kind in ("money", "count", "days") and st.toggle("Logarithmic axis", key="segments-log")
    table = state.once("segments-box", box_figures, look.values, look.labels, features=(info.name,))
    picture = segments.box_plot(table, names, info, log=log, palette=palette)
    show.figure(picture, "segments-box", captions.feature_caption(table, names, info, "median"))
    st.caption(_BOX)


def _distances(studio: Studio, look: Portrait, names: Names) -> None:
    if look.seg.k == 1:
        st.info("There is one persona only, so there are no distances and no borders between personas.")
        return
    table = centre_distances(look.seg.centres)
    show.figure(matrices.distance_matrix(table, names), "segments-distances", captions.distance_caption(table, names))
    apart = state.once("segments-spread", spread, look.prepared, look.labels, look.seg.centres)
    shown = apart.assign(persona=list(names.values()), nearest=[names.get(near, "") for near in apart["nearest"]])
    show.table(
        shown.reset_index(drop=True),
        "segments-spread",
        {
            "persona": show.Column("Persona", width="medium"),
            "within": show.Column("Within", "%.2f", help="Mean distance of the members to their centre."),
            "nearest": show.Column("Nearest persona", width="medium"),
            "nearest_distance": show.Column("Distance to it", "%.2f"),
            "separation": show.Column("Separation", "%.2f", help="Distance to the nearest persona / within."),
        },
    )
    st.caption(_DISTANCE)
    borders.graph(look, names)


def _picture(studio: Studio, look: Portrait, names: Names) -> None:
    most = min(3, len(look.seg.feature_names))
    if most < 2:
        st.info("A picture needs at least two features.")
        return
    axes = 2 if most == 2 else widgets.switch("Axes", {2: "Two", 3: "Three"}, "segments-axes")
    made = state.once(
        "segments-projection",
        project,
        look.prepared,
        look.labels,
        look.seg.centres,
        look.seg.feature_names,
        index=look.features.frame.index,
        dimensions=axes,
    )
    st.markdown(made.sentence)
    picture = projection_plot(made, names, palette=Palette(look.seg.slots))
    caption = captions.projection_caption(made, names)
    if axes == 3:
        show.figure(picture, "segments-picture-3", caption)
        return
    answered = studio.memory_of(SegmentsMemory).answered
    point = show.figure(
        picture, "segments-picture-2", caption, on_select="rerun", selection_mode="points", answered=answered
    )
    customers.from_point(studio, point)
    st.caption("Click a point to see who this customer is.")
