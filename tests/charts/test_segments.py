"""Pictures of the segments: they draw the table they got, in the colour and symbol of each segment, text as text."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest

from segmentation.charts import captions, matrices, segments
from segmentation.charts.map import projection_plot
from segmentation.charts.palette import EVERYONE, IN_ORDER
from segmentation.charts.style import for_phone, tick_labels
from segmentation.core.tables import FeatureInfo
from segmentation.evaluation.projection import project
from segmentation.personas.descriptors import descriptor_table
from segmentation.personas.distances import centre_distances
from segmentation.personas.profiles import box_figures, partition_features, profile, standard_differences

HOSTILE = "<b>& $x$ [a](http://h/)"
NAMES = {1: "Low activity", 2: HOSTILE}
INFO = FeatureInfo("spend", "Spend", "", "money")
SHARE = FeatureInfo("rate", "Rate", "", "share")
LABELS = {"spend": "Spend", "rate": HOSTILE}
FRAME = pd.DataFrame({"spend": [1.0, 2.0, 3.0, 100.0, 120.0], "rate": [0.1, 0.2, 0.3, 0.8, 0.9]})
SEGMENTS = np.array([1, 1, 1, 2, 2])
Z = ((FRAME - FRAME.mean()) / FRAME.std(ddof=0)).to_numpy()
CENTRES = np.array([Z[:3].mean(axis=0), Z[3:].mean(axis=0)])
SIZES = pd.DataFrame({"segment": [1, 2], "size": [3, 2], "share": [0.6, 0.4]})
EFFECTS = standard_differences(Z, SEGMENTS, ["spend", "rate"])
BOX = box_figures(FRAME, SEGMENTS)
PROFILE = profile(FRAME, SEGMENTS)
WORDS = descriptor_table(pd.Series(["north", "north", HOSTILE, "south", "south"]), SEGMENTS)
NUMBERS = descriptor_table(pd.Series([1.0, 2.0, 3.0, 4.0, 6.0]), SEGMENTS)
FLAT = project(Z, SEGMENTS, CENTRES, ["spend", "rate"])
SOLID = project(np.c_[Z, Z[:, 0] ** 2], SEGMENTS, np.c_[CENTRES, [0.0, 1.0]], ["a", "b", "c"], dimensions=3)

FIGURES = {
    "sizes": segments.sizes_bar(SIZES, NAMES),
    "heatmap": matrices.difference_heatmap(EFFECTS, NAMES, LABELS),
    "snake": segments.snake(EFFECTS, NAMES, LABELS),
    "radar": segments.radar(EFFECTS, NAMES, LABELS),
    "box": segments.box_plot(BOX[BOX["feature"] == "spend"], NAMES, INFO),
    "means": segments.means_bars(PROFILE[PROFILE["feature"] == "rate"], NAMES, SHARE),
    "distances": matrices.distance_matrix(centre_distances(CENTRES), NAMES),
    "partition": segments.partition_bars(partition_features(Z, SEGMENTS, ["spend", "rate"]), LABELS),
    "words": segments.descriptor_bars(WORDS, NAMES, HOSTILE),
    "numbers": segments.descriptor_bars(NUMBERS, NAMES, "Age"),
    "map": projection_plot(FLAT, NAMES),
    "map 3-D": projection_plot(SOLID, NAMES),
}


@pytest.mark.parametrize("name", FIGURES)
def test_every_picture_has_a_title_and_no_live_markup(name: str) -> None:
    figure = FIGURES[name]
    assert figure.layout.title.text
    text = figure.to_json().replace("<br>", "").replace("\\u003cbr\\u003e", "").replace("<extra></extra>", "")
    text = text.replace("\\u003cextra\\u003e\\u003c\\u002fextra\\u003e", "")
    assert "<b>" not in text
    assert "\\u003cb" not in text
    assert "$x$" not in text


def test_sizes_are_drawn_as_given_in_the_segments_colours() -> None:
    (bar,) = FIGURES["sizes"].data
    assert list(bar.x) == [3, 2]
    assert list(bar.marker.color) == [IN_ORDER.colour(1), IN_ORDER.colour(2)]
    assert list(bar.text) == ["60.0 %", "40.0 %"]


def test_what_is_written_behind_the_longest_bar_has_room() -> None:
    figure = FIGURES["partition"]
    assert max(figure.data[0].x) <= 1
    assert figure.layout.xaxis.range[1] >= 1.15
    assert max(figure.layout.xaxis.tickvals) == 1


def test_the_heatmap_has_features_down_and_segments_across() -> None:
    heat, written = FIGURES["heatmap"].data
    np.testing.assert_array_equal(np.array(heat.z), EFFECTS.T.to_numpy())
    assert written.text[0] == f"\u2212{abs(EFFECTS.loc[1, 'spend']):.1f}"
    assert written.text[1].startswith("+")
    assert (heat.zmin, heat.zmid, heat.zmax) == (-2, 0, 2)


def test_text_on_cells_is_dark_or_white_by_contrast() -> None:
    table = pd.DataFrame({"spend": [0.1, 1.9, 1.5], "rate": [-3.0, -0.2, -1.5]}, index=[1, 2, 3])
    _, written = matrices.difference_heatmap(table, NAMES, LABELS).data
    # On the orange of +1.5, #DB8442, dark has 5.4 : 1 and white 2.8 : 1; on the full colours white has the more.
    assert list(written.textfont.color) == ["#1C2530", "#FFFFFF", "#1C2530", "#FFFFFF", "#1C2530", "#1C2530"]


def test_on_a_phone_labels_above_cells_have_two_lines_and_bars_room_for_their_figures() -> None:
    long = {1: "High groceries discount share, low groceries orders", 2: "Short"}
    table = pd.DataFrame({"spend": [0.1, 1.9]}, index=[1, 2])
    axis = for_phone(matrices.difference_heatmap(table, long, LABELS)).layout.xaxis
    assert axis.ticktext == ("High groceries<br>discount share, low…", "Short")
    bars = segments.partition_bars(pd.DataFrame({"feature": ["spend"], "eta2": [1.0]}), LABELS)
    assert for_phone(bars).layout.xaxis.range == (0, 1.44)
    assert bars.layout.xaxis.tickvals == (0, 1)


@pytest.mark.parametrize("name", ["snake", "radar", "map"])
def test_colour_is_never_the_only_sign(name: str) -> None:
    drawn = [trace for trace in FIGURES[name].data if trace.mode != "lines"]
    signs = {(trace.marker.color or trace.line.color, trace.marker.symbol) for trace in drawn[:2]}
    colours = {trace.line.color or trace.marker.color for trace in drawn[:2]}
    assert {symbol for _, symbol in signs} == {IN_ORDER.symbol(1), IN_ORDER.symbol(2)}
    assert colours == {IN_ORDER.colour(1), IN_ORDER.colour(2)}


def test_the_radar_closes_and_everyone_is_the_grey_ring() -> None:
    first, *_, ring = FIGURES["radar"].data
    assert first.r[0] == first.r[-1]
    assert ring.name == "Everyone"
    assert ring.line.color == EVERYONE
    assert set(ring.r) == {0}


def test_boxes_are_drawn_from_figures_not_from_customers() -> None:
    *boxes, means = FIGURES["box"].data
    assert [box.median[0] for box in boxes] == [3.0, 2.0, 110.0]
    assert boxes[0].x[0] == "Everyone"
    assert all(box.y is None for box in boxes)
    assert list(means.y) == [45.2, 2.0, 110.0]


def test_means_have_everyones_as_a_line_and_shares_a_percent_axis() -> None:
    figure = FIGURES["means"]
    (bar,) = figure.data
    assert list(bar.text) == ["20.0 %", "85.0 %"]
    assert figure.layout.shapes[0].y0 == pytest.approx(0.46)
    assert figure.layout.title.text.endswith("(dashed: everyone, 46.0 %)")
    assert figure.layout.yaxis.tickformat == ".0%"


def test_descriptors_are_drawn_with_their_intervals() -> None:
    first = FIGURES["words"].data[0]
    assert first.name == "Everyone"
    table = WORDS[WORDS["segment"] == 0]
    np.testing.assert_allclose(np.array(first.y) + np.array(first.error_y.array), table["high"])
    np.testing.assert_allclose(np.array(first.y) - np.array(first.error_y.arrayminus), table["low"])


def test_a_picture_of_the_projection_shows_every_point_and_the_centres() -> None:
    assert sum(len(trace.x) for trace in FIGURES["map"].data) == 5 + 2
    assert sum(isinstance(trace, go.Scatter3d) for trace in FIGURES["map 3-D"].data) == 4
    assert "component 1" in FIGURES["map"].layout.xaxis.title.text
    # A point says who it is, and carries the id that a click on it opens.
    points = FIGURES["map"].data[0]
    assert len(points.customdata) == len(points.text) == len(points.x)


def test_equal_labels_stay_two_ticks() -> None:
    ticks = tick_labels(["a", "b"], {"a": "Same", "b": "Same"})
    assert len(set(ticks)) == 2
    assert [tick.strip("\u200a") for tick in ticks] == ["Same", "Same"]


def test_long_names_that_begin_alike_are_told_apart_and_others_are_cut_at_the_end() -> None:
    names = ["Children's clothing and shoes: number of visits", "Children's clothing and shoes: share returned"]
    others = ["Groceries: number of visits without any purchase", "Groceries: number of purchases in a year"]
    assert tick_labels([*names, *others], {}) == [
        "Children's clot…number of visits",
        "Children's clot…: share returned",
        "Groceries: number of visits wit…",
        "Groceries: number of purchases…",
    ]


def test_bars_of_sizes_have_room_for_three_lines_of_a_name() -> None:
    long = "Low children's clothing and shoes, high household supplies"
    short, tall = (segments.sizes_bar(SIZES, dict.fromkeys((1, 2), name)).layout.height for name in ("Busy", long))
    assert (short, tall) == (110 + 2 * 44, 110 + 2 * 60)


def test_captions_say_what_the_pictures_show() -> None:
    names = {1: "Quiet", 2: "Busy"}
    labels = {"spend": "Spend", "rate": "Rate"}
    assert captions.sizes_caption(SIZES, names) == (
        "Bar chart of the sizes. Quiet: 3 customers (60.0 %); Busy: 2 customers (40.0 %)."
    )
    assert "Busy: highest spend (+1.2), lowest rate (+1.2)." in captions.difference_caption(EFFECTS, names, labels)
    assert captions.feature_caption(BOX[BOX["feature"] == "spend"], names, INFO) == (
        "Spend, mean of each persona: everyone 45.2; Quiet 2; Busy 110."
    )
    assert captions.distance_caption(centre_distances(CENTRES), names).startswith(
        "Matrix of distances between the centres. Nearest: Quiet and Busy ("
    )
    assert captions.distance_caption(centre_distances(CENTRES[:1]), names).startswith("There is only one persona")
    assert "Strongest: " in captions.partition_caption(partition_features(Z, SEGMENTS, list(labels)), labels)
    assert "5 customers on 2 principal components" in captions.projection_caption(FLAT, names)
    assert "Busy: mostly south (100.0 %)" in captions.descriptor_caption(WORDS, names, "Region")
    assert "Busy: mean 5" in captions.descriptor_caption(NUMBERS, names, "Age")
