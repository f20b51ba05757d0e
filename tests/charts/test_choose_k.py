"""The pictures of the comparison draw the tables they are given, and nothing else."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest

from segmentation.charts import choose_k as charts
from segmentation.charts.palette import IN_ORDER, Palette
from segmentation.charts.style import finish, for_phone
from segmentation.core.settings import KSettings
from segmentation.evaluation.choose_k import KComparison, search, silhouette_means, silhouette_profile, size_table
from tests.matrices import blobs


@pytest.fixture(scope="module")
def comparison() -> KComparison:
    Z, _ = blobs(300, 3, apart=6.0)
    return search(Z, KSettings(k_max=5))


def test_the_elbow_is_marked_as_a_hint(comparison: KComparison) -> None:
    figure = charts.elbow_curve(comparison.table, 3, chosen=4, title="The curve bends at 3")
    assert list(figure.data[0].y) == comparison.table["inertia"].tolist()
    assert list(figure.data[0].x) == [2, 3, 4, 5]
    assert any("hint" in note.text and note.x == 3 for note in figure.layout.annotations)
    assert figure.layout.shapes[0].x0 == 4
    assert not charts.elbow_curve(comparison.table, None, chosen=4, title="").layout.annotations
    (mark,) = charts.elbow_curve(comparison.table, 3, chosen=3, title="").layout.annotations
    assert mark.xanchor == "left", "its words begin beside the line of the chosen number, not on it"
    assert mark.ax > 0


def test_an_index_is_drawn_with_gaps_left_out(comparison: KComparison) -> None:
    values = comparison.table["davies_bouldin"]
    figure = charts.metric_curve(values, chosen=3, title="Davies–Bouldin prefers 3", y="Davies–Bouldin")
    assert list(figure.data[0].y) == values.tolist()
    assert figure.layout.yaxis.title.text == "Davies–Bouldin"


def test_silhouettes_stand_beside_those_of_data_without_groups(comparison: KComparison) -> None:
    null = pd.DataFrame({"mean": [0.2, 0.2], "high": [0.3, 0.25]}, index=[2, 3])
    figure = charts.silhouette_curve(comparison.table, null, chosen=3, title="")
    band, line = figure.data
    assert list(band.x) == [2, 3, 3, 2]
    assert list(band.y) == [0.3, 0.25, 0.2, 0.2]
    assert list(line.y) == comparison.table["silhouette"].tolist()
    assert line.error_y.array is None
    sampled = comparison.table.assign(silhouette_error=0.01)
    line = charts.silhouette_curve(sampled, chosen=3, title="").data[0]
    assert list(line.error_y.array) == pytest.approx([0.0196] * 4)


def test_sizes_are_stacked_in_the_segments_colours(comparison: KComparison) -> None:
    figure = charts.size_bars(size_table(comparison), chosen=3, title="")
    assert len(figure.data) == 5
    assert list(figure.data[0].marker.color) == [IN_ORDER.colour(1)] * 4
    swapped = charts.size_bars(size_table(comparison), chosen=3, title="", palettes={3: Palette((2, 1, 3))})
    assert list(swapped.data[0].marker.color) == [IN_ORDER.colour(slot) for slot in (1, 2, 1, 1)]
    assert list(figure.data[4].x) == [5]
    totals = size_table(comparison).groupby("k")["share"].sum()
    assert totals.to_numpy() == pytest.approx(np.ones(4))
    assert figure.layout.barmode == "stack"


def test_every_customer_is_in_the_silhouette_plot(comparison: KComparison) -> None:
    profile = silhouette_profile(comparison, 3, most=10_000)
    assert len(profile) == 300
    assert profile["segment"].tolist() == sorted(profile["segment"])
    assert profile["position"].is_monotonic_increasing
    assert profile["silhouette"].mean() == pytest.approx(comparison.table.at[3, "silhouette"])
    figure = charts.silhouette_plot(profile, 0.5, title="How well each customer fits")
    assert len(figure.data) == 3
    assert [trace.line.color for trace in figure.data] == [IN_ORDER.colour(number) for number in (1, 2, 3)]


def test_a_large_silhouette_plot_is_thinned_and_keeps_its_outline(comparison: KComparison) -> None:
    full, thin = silhouette_profile(comparison, 4, most=10_000), silhouette_profile(comparison, 4, most=40)
    assert len(thin) < 60
    for segment in range(1, 5):
        ends = [frame[frame["segment"] == segment]["silhouette"].agg(["min", "max"]).tolist() for frame in (full, thin)]
        assert ends[0] == ends[1]


def test_each_segments_silhouette_is_its_own_mean(comparison: KComparison) -> None:
    means = silhouette_means(comparison, 3)
    values, labels = comparison.silhouette_rows[3], comparison.fits[3].labels
    assert means["silhouette"].tolist() == pytest.approx([values[labels == number].mean() for number in (1, 2, 3)])
    assert means["size"].tolist() == list(comparison.fits[3].sizes)
    assert means["below"].between(0, 1).all()


def test_gap_and_stability_are_drawn_with_their_errors() -> None:
    table = pd.DataFrame(
        {
            "gap": [0.1, 0.5, 0.4],
            "gap_se": [0.01, 0.02, 0.03],
            "stability": [np.nan, 0.9, 0.5],
            "jaccard_min": [np.nan, 0.8, 0.3],
        },
        index=[1, 2, 3],
    )
    figure = charts.gap_curve(table, 2, chosen=2, title="The gap statistic stops at 2")
    assert list(figure.data[0].error_y.array) == [0.01, 0.02, 0.03]
    assert figure.layout.annotations[0].text == "stops at 2"
    figure = charts.stability_curve(table, chosen=2, title="")
    assert [list(trace.x) for trace in figure.data] == [[2, 3]] * 2
    assert len({trace.line.dash for trace in figure.data}) == 2  # never colour alone


def test_a_long_title_has_lines_on_a_narrow_screen_and_room_for_them() -> None:
    title = "7 segments are recommended for other reasons; the silhouette is highest at 3"
    picture = for_phone(finish(go.Figure(), title=title, height=300))
    assert picture.layout.title.text.split("<br>") == [
        "7 segments are recommended for other",
        "reasons; the silhouette is highest at 3",
    ]
    assert (picture.layout.height, picture.layout.margin.t) == (320, 68)
    assert for_phone(finish(go.Figure(), title="Short", height=300)).layout.height == 300
