"""Two tabs of the exploration: which features say the same, and features against one another."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from pages.parts.shared import feature_card as parts
from pages.ui import show, state
from segmentation.charts import explore
from segmentation.core.errors import SegmentationError
from segmentation.core.tables import FeatureTable
from segmentation.core.text import count_text, safe_label
from segmentation.data import exploration, findings
from segmentation.data.exploration import CORRELATIONS, MOST_POINTS
from segmentation.preparation import compared_values

__all__ = ["correlations", "scatter"]

_MOST = 20
"""Features in the matrix at first: so many have room for their figures."""
_KINDS = {"prepared": "As prepared (the one that Prepare goes by)", **CORRELATIONS}


def correlations(features: FeatureTable) -> None:
    if len(features.names) < 2:
        parts.say("There is only one feature, so there is nothing to compare.")
        return
    prepared = _prepared(features)
    kinds = CORRELATIONS if prepared is None else _KINDS
    method = st.segmented_control(
        "Kind of correlation", list(kinds), default=next(iter(kinds)), format_func=kinds.__getitem__,
        key="explore-correlation", required=True, persist_state="session",
    )  # fmt: skip
    values, by = (features.frame, method) if prepared is None or method in CORRELATIONS else (prepared, "pearson")
    table = state.once(f"correlations/{method}", exploration.correlation_table, values, by)
    table = state.once(f"ordered/{method}", exploration.similar_first, table)
    pairs = exploration.strongest_pairs(table, least=0.5, most=10)
    sentence = findings.correlation_finding(
        exploration.strongest_pairs(table, most=1000), parts.labels(features), method
    )
    parts.say(sentence)
    drawn = table
    if len(table) > _MOST and not st.toggle(f"Show all {len(table)} features", key="explore-all-correlations"):
        drawn = exploration.most_related(table, _MOST)
        st.caption(f"The picture has the {len(drawn)} features with the strongest correlations out of {len(table)}.")
    show.figure(
        explore.correlation_heatmap(drawn, parts.labels(features), title=""),
        "explore-heatmap",
        f"Correlations of every two features. {sentence}",
    )
    flat = exploration.constant_columns(features.frame)
    if flat:
        names = ", ".join(safe_label(features.about(name).label) for name in flat)
        st.caption(f"No correlation: {names} (all values are equal, or there are none).")
    if len(pairs):
        labels = parts.labels(features)
        named = pairs.assign(first=pairs["first"].map(labels), second=pairs["second"].map(labels))
        columns: dict[str, str | show.Column] = {
            "first": "Feature",
            "second": "goes with",
            "correlation": show.Column("Correlation", "%.2f"),
        }
        show.section("The pairs that go together most")
        show.table(named, "explore-pairs", columns)


def scatter(features: FeatureTable) -> None:
    if len(features.names) < 2:
        parts.say("There is only one feature, so there is nothing to compare.")
        return
    left, right = st.columns(2)
    first_two = parts.spread_out(features)
    with left:
        x = parts.pick("Across", features, "explore-x", start=first_two[0])
    with right:
        y = parts.pick("Upwards", features, "explore-y", start=first_two[1])
    zoom = st.toggle(
        "Zoom in on the middle 98 % of customers", value=True, key="explore-zoom", persist_state="session",
        help="Leaves the largest and smallest 1 % of each feature outside the picture.",
    )  # fmt: skip
    ranges = state.once("ranges", exploration.middle_ranges, features.frame) if zoom else None
    sample = exploration.sample_rows(features.frame)
    if len(sample) < len(features.frame):
        st.caption(f"{count_text(MOST_POINTS)} customers drawn at random out of {count_text(len(features.frame))}.")
    first, second = features.about(x), features.about(y)
    if x != y:
        value, kind = _correlation(features, x, y)
        parts.say(findings.relation_finding(value, first.label, second.label, kind))
        picture = explore.scatter(sample, first, second, title="", ranges=ranges)
        show.figure(picture, "explore-scatter", f"Scatter plot of {second.label} against {first.label}")
    show.section("Several features at once")
    chosen = st.multiselect(
        "Features", list(features.names), default=parts.spread_out(features)[:4], max_selections=5,
        key=parts.key_of(features, "explore-several"), format_func=parts.labels(features).__getitem__,
        persist_state="session", placeholder="Choose two to five features",
    )  # fmt: skip
    if len(chosen) < 2:
        st.caption("Choose two to five features.")
        return
    infos = [features.about(name) for name in chosen]
    bars = {name: parts.histogram(features, name) for name in chosen}
    points = exploration.sample_rows(features.frame, 1000)
    picture = explore.pair_plot(points, bars, infos, title="", ranges=ranges)
    show.figure(picture, "explore-pair-plot", "Every two of the chosen features against one another")


def _prepared(features: FeatureTable) -> pd.DataFrame | None:
    """The values that Prepare compares, by the steps as they are chosen; None where these cannot be taken."""
    try:
        return state.once("compared-values", compared_values, features, state.studio().prep)
    except SegmentationError:
        return None  # Prepare says what is wrong


def _correlation(features: FeatureTable, x: str, y: str) -> tuple[float, str]:
    """The correlation of two features that Prepare goes by, and its kind; by ranks where there is none."""
    prepared = _prepared(features)
    if prepared is not None and x in prepared and y in prepared:
        return float(exploration.correlation_table(prepared[[x, y]], "pearson").to_numpy()[0, 1]), "prepared"
    return float(exploration.correlation_table(features.frame[[x, y]]).to_numpy()[0, 1]), "spearman"
