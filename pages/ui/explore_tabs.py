"""The exploration of a data set: statistics, distributions, outliers, negative values, correlations, scatter plots."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pandas as pd
import streamlit as st

from pages.ui import show, state
from segmentation import exploration, findings
from segmentation.charts import explore
from segmentation.exploration import CORRELATIONS, MOST_POINTS
from segmentation.profiling import profile
from segmentation.settings import PrepSettings
from segmentation.tables import FeatureTable
from segmentation.text import count_text, plain_text, safe_label

__all__ = ["TABS", "draw"]

_Columns = Mapping[str, str | show.Column]

_STATISTICS: _Columns = {
    "column": show.Column("Feature", width="medium"),
    "shape": show.Column("Distribution", "bars", help="How many customers have small (left) to large (right) values."),
    "missing": show.Column("Missing", "count"),
    "mean": show.Column("Mean", "right"),
    "median": show.Column("Median", "right", help="Half of the customers are below."),
    "std": show.Column("Standard deviation", "right"),
    "min": show.Column("Smallest", "right"),
    "q25": show.Column("Lower quarter", "right", help="A quarter of the customers are below."),
    "q75": show.Column("Upper quarter", "right", help="A quarter of the customers are above."),
    "max": show.Column("Largest", "right"),
    "zeros": show.Column("Zeros", "count"),
    "distinct": show.Column("Different values", "count"),
}
_OUTLIERS: _Columns = {
    "column": show.Column("Feature", width="medium"),
    "skew": show.Column("Skewness", "%.1f"),
    "outliers": show.Column("Outliers", "count", help="Beyond 1.5 times the width of the middle half."),
    "outlier_share": show.Column("Share", "share"),
    "beyond": show.Column("Beyond 1st–99th percentile", "count", help="The values that capping would change."),
    "median": show.Column("Half are below"),
    "p99": show.Column("99 % are below"),
    "max": show.Column("Largest"),
    "reason": show.Column("Why there is no figure"),
}


def draw(features: FeatureTable) -> None:
    """All tabs; only the open one is computed."""
    opened = st.tabs(list(TABS), key="explore-tabs", on_change="rerun")
    for tab, content in zip(opened, TABS.values(), strict=True):
        if tab.open:
            with tab:
                content(features)


def _statistics(features: FeatureTable) -> None:
    about = _about(features)
    missing = exploration.missing_table(about)
    _say(findings.missing_finding(missing, len(about)))
    if len(missing):
        picture = explore.share_bars(
            missing, _labels(features), title="", x="Share of cells that are missing", count="missing"
        )
        show.figure(picture, "explore-missing", "Share of missing cells by feature")
    table = findings.readable_statistics(about, features.info)
    table["shape"] = [_histogram(features, name)["count"].tolist() for name in features.names]
    show.table(table, "explore-statistics", _STATISTICS, height="content")


def _distributions(features: FeatureTable) -> None:
    name = _pick("Feature", features, "explore-distribution")
    info = features.about(name)
    said = findings.distribution_finding(_about(features).iloc[features.names.index(name)], info)
    _say(said)
    bars = _histogram(features, name)
    box = state.once("boxes", exploration.box_table, features.frame)
    box = box[box["column"] == name]
    picture = explore.distribution(bars, box.iloc[0] if len(box) else None, info)
    columns: _Columns = {
        "low": "From",
        "high": "To",
        "count": show.Column("Customers", "count"),
        "share": show.Column("Share", "share"),
    }
    show.figure(picture, "explore-histogram", f"Histogram of {info.label}. {said}", bars, columns)
    if info.about:
        st.caption(safe_label(info.about))


def _outliers(features: FeatureTable) -> None:
    table = state.once("outliers", exploration.outlier_table, features.frame)
    said = findings.outlier_finding(table)
    _say(said)
    limit = PrepSettings().skew_limit
    picture = explore.skew_bars(table, _labels(features), limit=limit, title="")
    show.figure(picture, "explore-skew", f"Skewness by feature. {said}")
    show.table(_named(table, features), "explore-outliers", _OUTLIERS, height="content")


def _negative(features: FeatureTable) -> None:
    table = exploration.negative_table(_about(features))
    _say(findings.negative_finding(table, _labels(features)))
    if table.empty:
        return
    picture = explore.share_bars(
        table, _labels(features), title="", x="Share of customers below zero", count="negative"
    )
    columns: _Columns = {"column": "Feature", "negative": show.Column("Below zero", "count"), "min": "Smallest"}
    show.figure(picture, "explore-negative", "Share of negative values by feature", _named(table, features), columns)


def _correlations(features: FeatureTable) -> None:
    if len(features.names) < 2:
        _say("There is only one feature, so there is nothing to compare.")
        return
    method = st.segmented_control(
        "Kind of correlation", list(CORRELATIONS), default="spearman", format_func=CORRELATIONS.__getitem__,
        key="explore-correlation", required=True, persist_state="session",
    )  # fmt: skip
    table = state.once(f"correlations/{method}", exploration.correlation_table, features.frame, method)
    table = state.once(f"ordered/{method}", exploration.similar_first, table)
    pairs = exploration.strongest_pairs(table, least=0.5, most=50)
    said = findings.correlation_finding(exploration.strongest_pairs(table, most=50), _labels(features))
    _say(said)
    show.figure(
        explore.correlation_heatmap(table, _labels(features), title=""),
        "explore-heatmap",
        f"Correlations of every two features. {said}",
    )
    flat = exploration.constant_columns(features.frame)
    if flat:
        names = ", ".join(safe_label(features.about(name).label) for name in flat)
        st.caption(f"No correlation: {names} (all values are equal, or there are none).")
    if len(pairs):
        labels = _labels(features)
        named = pairs.assign(first=pairs["first"].map(labels), second=pairs["second"].map(labels))
        columns: _Columns = {
            "first": "Feature",
            "second": "goes with",
            "correlation": show.Column("Correlation", "%.2f"),
        }
        show.table(named, "explore-pairs", columns)


def _scatter(features: FeatureTable) -> None:
    if len(features.names) < 2:
        _say("There is only one feature, so there is nothing to compare.")
        return
    left, right = st.columns(2)
    with left:
        x = _pick("Across", features, "explore-x")
    with right:
        y = _pick("Upwards", features, "explore-y", start=1)
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
        picture = explore.scatter(sample, first, second, title="", ranges=ranges)
        show.figure(picture, "explore-scatter", f"Scatter plot of {second.label} against {first.label}")
    show.section("Several features at once")
    chosen = st.multiselect(
        "Features", list(features.names), default=list(features.names[:4]), max_selections=5,
        key=_key(features, "explore-several"), format_func=_labels(features).__getitem__, persist_state="session",
        placeholder="Choose two to five features",
    )  # fmt: skip
    if len(chosen) < 2:
        st.caption("Choose two to five features.")
        return
    infos = [features.about(name) for name in chosen]
    bars = {name: _histogram(features, name) for name in chosen}
    points = exploration.sample_rows(features.frame, 1000)
    picture = explore.pair_plot(points, bars, infos, title="", ranges=ranges)
    show.figure(picture, "explore-pair-plot", "Every two of the chosen features against one another")


TABS: dict[str, Callable[[FeatureTable], None]] = {
    "Statistics": _statistics,
    "Distributions": _distributions,
    "Outliers and skew": _outliers,
    "Negative values": _negative,
    "Correlations": _correlations,
    "Scatter and pairs": _scatter,
}


def _histogram(features: FeatureTable, name: str) -> pd.DataFrame:
    return state.once(f"histogram/{name}", _column_histogram, features.frame, name)


def _column_histogram(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    return exploration.histogram_table(frame[name])


def _about(features: FeatureTable) -> pd.DataFrame:
    return state.once("features profile", profile, features.frame)


def _labels(features: FeatureTable) -> dict[str, str]:
    return {info.name: plain_text(info.label, longest=60) for info in features.info}


def _named(table: pd.DataFrame, features: FeatureTable) -> pd.DataFrame:
    return table.assign(column=table["column"].map(_labels(features)))


def _key(features: FeatureTable, key: str) -> str:
    """Another data set starts with its own choices."""
    return f"{key}-{features.fingerprint[:8]}"


def _pick(label: str, features: FeatureTable, key: str, start: int = 0) -> str:
    return st.selectbox(
        label, list(features.names), index=start, format_func=_labels(features).__getitem__,
        key=_key(features, key), persist_state="session",
    )  # fmt: skip


def _say(text: str) -> None:
    st.markdown(safe_label(text, longest=400))
