"""The evidence below the cards: profiles, comparison of features, distances, picture; more in `more`."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from pages.parts.segments import borders, fairness, more
from pages.ui import show, state, widgets
from segmentation.charts import captions, matrices, segments
from segmentation.charts.map import projection_plot
from segmentation.core.text import plain_text
from segmentation.evaluation.projection import project
from segmentation.personas import Persona, Portrait
from segmentation.personas.profiles import box_figures, centre_distances, profile_texts, spread

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


def tabs(look: Portrait, personas: tuple[Persona, ...]) -> None:
    """All tabs; only the open one is computed."""
    names = {persona.segment: persona.name for persona in personas}
    contents = {
        "Profiles": _profiles,
        "Compare features": _compare,
        "Distances": _distances,
        "Picture": _picture,
        "Rules": more.rules,
        "Descriptors": more.descriptors,
        "Outcomes": more.outcomes,
        "Sensitive columns": fairness.sensitive,
    }
    opened = st.tabs(list(contents), key="segments-tabs", on_change="rerun")
    for tab, draw in zip(opened, contents.values(), strict=True):
        if tab.open:
            with tab:
                draw(look, names)


def _profiles(look: Portrait, names: Names) -> None:
    show.figure(segments.sizes_bar(look.sizes, names), "segments-sizes", captions.sizes_caption(look.sizes, names))
    figure = widgets.switch("Figure", _FIGURES, "segments-figure")
    texts = state.once("segments-profile", profile_texts, look.profile, look.seg.info, figure=figure)
    heads = {str(number): show.Column(plain_text(name, longest=40), "right") for number, name in names.items()}
    columns = {"label": show.Column("Feature", width="medium"), **heads, "everyone": show.Column("Everyone", "right")}
    show.table(texts.rename(columns=str).reset_index(drop=True), "segments-profile", columns, height="content")
    st.caption("In original units; missing values count as the values that preparation filled in.")
    show.figure(
        matrices.difference_heatmap(look.effects, names, look.feature_labels),
        "segments-heatmap",
        captions.difference_caption(look.effects, names, look.feature_labels),
    )
    st.caption(_EFFECT)
    show.figure(
        segments.partition_bars(look.partition, look.feature_labels),
        "segments-partition",
        captions.partition_caption(look.partition, look.feature_labels),
    )


def _compare(look: Portrait, names: Names) -> None:
    kind = widgets.switch("Picture", _COMPARISONS, "segments-comparison")
    if kind in ("lines", "radar"):
        effects = look.effects if kind == "lines" else look.effects[look.strongest[:_RADAR]]
        draw = segments.snake if kind == "lines" else segments.radar
        caption = captions.difference_caption(effects, names, look.feature_labels, _COMPARISONS[kind])
        show.figure(draw(effects, names, look.feature_labels), f"segments-{kind}", caption)
        st.caption(_EFFECT)
        return
    info = look.about(
        st.selectbox("Feature", look.strongest, format_func=look.feature_labels.__getitem__, key="segments-feature")
    )
    if kind == "means":
        table = look.profile[look.profile["feature"] == info.name]
        picture = segments.means_bars(table, names, info)
        show.figure(picture, "segments-means", captions.feature_caption(table, names, info))
        return
    log = info.kind in ("money", "count", "days") and st.toggle("Logarithmic axis", key="segments-log")
    table = state.once("segments-box", box_figures, look.values, look.labels, features=(info.name,))
    picture = segments.box_plot(table, names, info, log=log)
    show.figure(picture, "segments-box", captions.feature_caption(table, names, info, "median"))
    st.caption(_BOX)


def _distances(look: Portrait, names: Names) -> None:
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


def _picture(look: Portrait, names: Names) -> None:
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
    picture = projection_plot(made, names)
    show.figure(picture, f"segments-picture-{axes}", captions.projection_caption(made, names))
