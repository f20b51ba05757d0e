"""The exploration of a data set: statistics, distributions, outliers, negative values, correlations, scatter plots."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

import pandas as pd
import streamlit as st

from pages.parts.data import pairs
from pages.parts.shared import feature_card as parts
from pages.ui import show, state
from segmentation.charts import explore
from segmentation.core.settings import PrepSettings
from segmentation.core.tables import FeatureTable
from segmentation.core.text import safe_label
from segmentation.data import exploration, findings

__all__ = ["METHOD", "TABS", "draw"]

METHOD = (
    "Outliers lie more than 1.5 times the width of the middle half outside it (Tukey 1977). Skewness is the "
    "bias-adjusted coefficient G1 (Joanes and Gill 1998). The correlation as prepared is that of the values after "
    "the steps of Prepare, near-copies included; Spearman's compares ranks, Pearson's values as they are, each pair "
    "with the customers for whom both are known. Features that are alike stand side by side. Bars of "
    "a histogram follow Freedman and Diaconis (1981); values beyond the 1st and 99th percentile share one hatched bar "
    "when they would squeeze the others. The box above it holds the middle half of the customers."
)

_Columns = Mapping[str, str | show.Column]

_STATISTICS: _Columns = {
    "column": show.Column("Feature", width="medium", pinned=True),
    "shape": show.Column("Distribution", "bars", help="How many customers have small (left) to large (right) values."),
    "missing": show.Column("Missing", "count"),
    "mean": show.Column("Mean", "row"),
    "median": show.Column("Median", "row", help="Half of the customers are below."),
    "std": show.Column("Standard deviation", "row"),
    "min": show.Column("Smallest", "row"),
    "q25": show.Column("Lower quarter", "row", help="A quarter of the customers are below."),
    "q75": show.Column("Upper quarter", "row", help="A quarter of the customers are above."),
    "max": show.Column("Largest", "row"),
    "zeros": show.Column("Zeros", "count"),
    "distinct": show.Column("Different values", "count"),
}
_OUTLIERS: _Columns = {
    "column": show.Column("Feature", width="medium", pinned=True),
    "skew": show.Column("Skewness", "%.1f"),
    "outliers": show.Column("Outliers", "count", help="Beyond 1.5 times the width of the middle half."),
    "outlier_share": show.Column("Share", "share"),
    "beyond": show.Column("Beyond 1st–99th percentile", "count", help="The values that capping would change."),
    "median": show.Column("Median", "row"),
    "p99": show.Column("99 % are below", "row"),
    "max": show.Column("Largest", "row"),
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
        parts.say("This appears once there are customers with at least one feature.")
        return
    content(features)


def _statistics(features: FeatureTable) -> None:
    about = parts.about(features)
    missing = exploration.missing_table(about)
    parts.say(findings.missing_finding(missing, len(about)))
    if len(missing):
        picture = explore.share_bars(
            missing.head(parts.MOST_BARS),
            parts.labels(features),
            title="",
            x="Share of cells that are missing",
            count="missing",
        )
        show.figure(picture, "explore-missing", "Share of missing cells by feature")
    table, rows = _named(about, features)
    if len(table) <= parts.MOST_SHAPES:
        table["shape"] = [exploration.outline(parts.histogram(features, name)) for name in features.names]
    show.table(table, "explore-statistics", _STATISTICS, rows=rows, height=parts.height(len(table)))


def _distributions(features: FeatureTable) -> None:
    name = parts.pick("Feature", features, "explore-distribution")
    info = features.about(name)
    finding = findings.distribution_finding(parts.about(features).iloc[features.names.index(name)], info)
    parts.say(finding)
    bars = parts.histogram(features, name)
    box = state.once("boxes", exploration.box_table, features.frame)
    box = box[box["column"] == name]
    picture = explore.distribution(bars, box.iloc[0] if len(box) else None, info)
    columns: _Columns = {
        "low": "From",
        "high": "To",
        "count": show.Column("Customers", "count"),
        "share": show.Column("Share", "share"),
    }
    show.figure(picture, "explore-histogram", f"Histogram of {info.label}. {finding}", bars, columns)
    if info.about:
        st.caption(safe_label(info.about))


def _outliers(features: FeatureTable) -> None:
    table = state.once("outliers", exploration.outlier_table, features.frame)
    finding = findings.outlier_finding(table)
    parts.say(finding)
    limit = PrepSettings().skew_limit
    picture = explore.skew_bars(table.head(parts.MOST_BARS), parts.labels(features), limit=limit, title="")
    show.figure(picture, "explore-skew", f"Skewness by feature. {finding}")
    table, rows = _named(table, features)
    show.table(table, "explore-outliers", _OUTLIERS, rows=rows, height=parts.height(len(table)))


def _negative(features: FeatureTable) -> None:
    table = exploration.negative_table(parts.about(features))
    parts.say(findings.negative_finding(table, parts.labels(features)))
    if table.empty:
        return
    picture = explore.share_bars(
        table.head(parts.MOST_BARS),
        parts.labels(features),
        title="",
        x="Share of customers below zero",
        count="negative",
    )
    table, _ = _named(table, features)
    columns: _Columns = {
        "column": "Feature",
        "negative": show.Column("Below zero", "count"),
        "min": show.Column("Smallest", "number"),
    }
    show.figure(picture, "explore-negative", "Share of negative values by feature", table, columns)


def _named(table: pd.DataFrame, features: FeatureTable) -> tuple[pd.DataFrame, list[show.Written]]:
    """One row a feature, under its label, and how each row is written."""
    labels = parts.labels(features)
    rows = findings.own_writers(features.info, table["column"])
    return table.assign(column=[labels[name] for name in table["column"]]), rows


TABS: dict[str, Callable[[FeatureTable], None]] = {
    "Statistics": _statistics,
    "Distributions": _distributions,
    "Outliers and skew": _outliers,
    "Negative values": _negative,
    "Correlations": pairs.correlations,
    "Scatter and pairs": pairs.scatter,
}
