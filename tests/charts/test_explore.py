"""The exploration pictures draw the table they are given, label it in words, and keep hostile text plain."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from segmentation.charts.explore import (
    FLAGGED,
    axis_title,
    correlation_heatmap,
    distribution,
    pair_plot,
    scatter,
    share_bars,
    skew_bars,
)
from segmentation.charts.palette import EVERYONE
from segmentation.core.tables import FeatureInfo
from segmentation.data.exploration import box_table, correlation_table, histogram_table, outlier_table

HOSTILE = '<a href="javascript:alert(1)">x</a> $x^2$'


def drawn(figure) -> str:
    return json.dumps(figure.to_plotly_json(), default=str)


@pytest.mark.parametrize(
    ("info", "title"),
    [
        (FeatureInfo("a", "Balance", kind="money"), "Balance (amount)"),
        (FeatureInfo("a", "Income", unit="k€", kind="money"), "Income (k€)"),
        (FeatureInfo("a", "Paid in full", kind="share"), "Paid in full (% of the time)"),
        (FeatureInfo("a", "Number of purchases", unit="purchases", kind="count"), "Number of purchases"),
        (FeatureInfo("a", "Tenure", unit="months"), "Tenure (months)"),
        (FeatureInfo("a", "Opted in", kind="boolean"), "Opted in (1 = yes)"),
        (FeatureInfo("a", "Score"), "Score"),
    ],
)
def test_an_axis_names_the_feature_and_its_unit(info: FeatureInfo, title: str) -> None:
    assert axis_title(info) == title


def test_the_bars_of_a_distribution_are_the_rows_of_the_histogram() -> None:
    values = np.append(np.linspace(0, 10, 997), [500, 900, 4000.0])
    table = histogram_table(values)
    box = box_table(pd.DataFrame({"x": values})).iloc[0]
    figure = distribution(table, box, FeatureInfo("x", "Spend", kind="money"))
    bars, boxes = figure.data
    assert bars.y.tolist() == table["count"].tolist()
    assert boxes.median[0] == box["median"]
    # The open bar is hatched, narrow, and says how far it reaches.
    assert bars.marker.pattern.shape[-1] == "/"
    assert set(bars.marker.pattern.shape[:-1]) == {""}
    assert bars.x[-1] + bars.width[-1] / 2 < 20
    assert figure.layout.annotations[0].text == "up to 4,000"
    assert bars.customdata[-1].startswith("More than ")


def test_a_bar_of_one_whole_number_is_named_by_it() -> None:
    info = FeatureInfo("x", "Tenure", unit="months")
    figure = distribution(histogram_table(np.array([6.0, 7, 7])), None, info)
    assert list(figure.data[0].customdata) == [
        "6 months: 1 customer (33.3 %)",
        "7 months: 2 customers (66.7 %)",
    ]


def test_a_distribution_without_values_is_an_empty_picture() -> None:
    assert len(distribution(histogram_table(np.array([])), None, FeatureInfo("x")).data) == 0


def test_shares_and_counts_are_written_at_the_bars() -> None:
    table = pd.DataFrame({"column": ["a", "b"], "missing": [313, 1], "share": [0.035, 0.0001]})
    figure = share_bars(table, {"a": "Alpha", "b": "Alpha"}, title="", x="Share", count="missing")
    assert list(figure.data[0].text) == ["313 (3.5 %)", "1 (under 0.1 %)"]
    assert len(set(figure.data[0].y)) == 2


def test_only_skewed_features_stand_out() -> None:
    frame = pd.DataFrame({"even": [1.0, 2, 3, 4, 5], "long": [0.0, 0, 0, 0, 90], "flat": [1.0] * 5})
    figure = skew_bars(outlier_table(frame), {}, limit=1.0, title="")
    colours = dict(zip(figure.data[0].y, figure.data[0].marker.color, strict=True))
    assert colours == {"long": FLAGGED, "even": EVERYONE}


def test_the_heatmap_shows_each_pair_once_between_minus_one_and_one() -> None:
    frame = pd.DataFrame({"a": [1.0, 2, 3], "b": [3.0, 2, 1], "c": [1.0, 3, 2]})
    table = correlation_table(frame, "pearson")
    heat = correlation_heatmap(table, {"a": "Alpha"}, title="").data[0]
    assert (heat.zmin, heat.zmax) == (-1, 1)
    shown = np.asarray(heat.z)
    assert np.isfinite(shown).sum() == 3
    assert shown[1, 0] == pytest.approx(-1)
    assert list(heat.y) == ["Alpha  1", "b  2", "c  3"]
    assert list(heat.x) == ["1", "2"]
    assert heat.customdata[1][0] == "b and Alpha"


def test_points_are_arrays_and_the_middle_range_is_shown() -> None:
    sample = pd.DataFrame({"x": [1.0, 2.0], "y": [3.0, 4.0]})
    figure = scatter(sample, FeatureInfo("x"), FeatureInfo("y", kind="share"), title="", ranges={"x": (0.0, 5.0)})
    assert figure.data[0].type == "scatter"
    assert figure.data[0].x.tolist() == [1.0, 2.0]
    assert figure.layout.xaxis.range == (0.0, 5.0)
    assert figure.layout.yaxis.tickformat == ".0%"


def test_a_pair_plot_has_each_pair_once_and_a_histogram_for_each_feature() -> None:
    sample = pd.DataFrame(np.arange(12.0).reshape(4, 3), columns=list("abc"))
    infos = [FeatureInfo(name) for name in sample]
    bars = {name: histogram_table(sample[name]) for name in sample}
    kinds = [trace.type for trace in pair_plot(sample, bars, infos, title="").data]
    assert kinds.count("bar") == 3
    assert kinds.count("scatter") == 3


def test_hostile_names_are_drawn_as_text() -> None:
    info = FeatureInfo("x", HOSTILE)
    frame = pd.DataFrame({"x": [1.0, 2, 9], "y": [2.0, 1, 5]})
    bars = histogram_table(frame["x"])
    labels = {"x": HOSTILE, "y": HOSTILE}
    counts = pd.DataFrame({"column": ["x", "y"], "missing": [1, 1], "share": [0.3, 0.3]})
    for figure in (
        distribution(bars, None, info, title=HOSTILE),
        scatter(frame, info, FeatureInfo("y", HOSTILE), title=HOSTILE),
        pair_plot(frame, {"x": bars, "y": bars}, [info, FeatureInfo("y", HOSTILE)], title=HOSTILE),
        correlation_heatmap(correlation_table(frame), labels, title=HOSTILE),
        share_bars(counts, labels, title=HOSTILE, x=HOSTILE, count="missing"),
        skew_bars(outlier_table(frame), labels, limit=1, title=HOSTILE),
    ):
        assert "<a" not in drawn(figure)
        assert "$x^2$" not in drawn(figure)
