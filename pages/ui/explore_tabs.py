"""The exploration of a data set: statistics, distributions, outliers, negative values, correlations, scatter plots."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

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

__all__ = ["METHOD", "TABS", "draw"]

METHOD = (
    "Outliers lie more than 1.5 times the width of the middle half outside it (Tukey 1977). Skewness is the "
    "bias-adjusted coefficient G1 (Joanes and Gill 1998). Spearman's correlation compares ranks, Pearson's compares "
    "values; each pair uses the customers for whom both are known. Features that are alike stand side by side. Bars of "
    "a histogram follow Freedman and Diaconis (1981); values beyond the 1st and 99th percentile share one hatched bar "
    "when they would squeeze the others. The box above it holds the middle half of the customers."
)

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
    "median": show.Column("Median", "right"),
    "p99": show.Column("99 % are below", "right"),
    "max": show.Column("Largest", "right"),
    "reason": show.Column("Why there is no figure"),
}


def draw(features: FeatureTable | None, first: Mapping[str, Callable[[], None]] | None = None) -> None:
    """All tabs, after those of `first` (title → what draws it); only the open one is computed."""
    contents = dict(first or {}) | {title: partial(_explore, content, features) for title, content in TABS.items()}
    opened = st.tabs(list(contents), key="explore-tabs", on_change="rerun")
    for tab, content in zip(opened, contents.values(), strict=True):
        if tab.open:
            with tab:
                content()


def _explore(content: Callable[[FeatureTable], None], features: FeatureTable | None) -> None:
    if features is None:
        _say("This appears once there are customers with at least one feature.")
        return
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
    columns = ("mean", "std", "min", "q25", "median", "q75", "max")
    table = findings.in_own_units(about, features.info, columns)
    table["shape"] = [exploration.outline(_histogram(features, name)) for name in features.names]
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
    table = findings.in_own_units(table, features.info, ("median", "p99", "max"))
    show.table(table, "explore-outliers", _OUTLIERS, height="content")


def _negative(features: FeatureTable) -> None:
    table = exploration.negative_table(_about(features))
    _say(findings.negative_finding(table, _labels(features)))
    if table.empty:
        return
    picture = explore.share_bars(
        table, _labels(features), title="", x="Share of customers below zero", count="negative"
    )
    table = findings.in_own_units(table, features.info, ("min",))
    columns: _Columns = {
        "column": "Feature",
        "negative": show.Column("Below zero", "count"),
        "min": show.Column("Smallest", "right"),
    }
    show.figure(picture, "explore-negative", "Share of negative values by feature", table, columns)


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
    pairs = exploration.strongest_pairs(table, least=0.5, most=10)
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
        show.section("The pairs that go together most")
        show.table(named, "explore-pairs", columns)


def _scatter(features: FeatureTable) -> None:
    if len(features.names) < 2:
        _say("There is only one feature, so there is nothing to compare.")
        return
    left, right = st.columns(2)
    first_two = _spread_out(features)
    with left:
        x = _pick("Across", features, "explore-x", start=first_two[0])
    with right:
        y = _pick("Upwards", features, "explore-y", start=first_two[1])
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
        "Features", list(features.names), default=_spread_out(features)[:4], max_selections=5,
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


def _key(features: FeatureTable, key: str) -> str:
    """Another data set starts with its own choices."""
    return f"{key}-{features.fingerprint[:8]}"


def _pick(label: str, features: FeatureTable, key: str, start: str = "") -> str:
    names = list(features.names)
    return st.selectbox(
        label, names, index=names.index(start or names[0]), format_func=_labels(features).__getitem__,
        key=_key(features, key), persist_state="session",
    )  # fmt: skip


def _spread_out(features: FeatureTable) -> list[str]:
    """The features that make a telling picture first: amounts and counts before shares and yes or no."""
    return sorted(features.names, key=lambda name: features.about(name).kind in ("share", "boolean"))


def _say(text: str) -> None:
    st.markdown(safe_label(text, longest=400))
