"""The pictures of one customer draw their tables, in the personas' colours, and no text of a user becomes markup."""

from __future__ import annotations

from segmentation.charts.customer import contribution_bars, distance_bars
from segmentation.charts.palette import IN_ORDER
from segmentation.core.tables import FeatureInfo
from segmentation.evaluation.final import fit
from segmentation.scoring import explain
from tests.small import features_of, two_segments

NAMES = {1: "Young", 2: "<b>Old</b> $x$"}


def test_the_nearest_persona_stands_on_top_in_its_colour():
    shown = explain(two_segments(), {"age": 8.0, "spend": 0.0})
    picture = distance_bars(shown.distances, NAMES)
    assert list(picture.data[0].x) == [1.0, 7.0]
    assert list(picture.data[0].marker.color) == [IN_ORDER.colour(2), IN_ORDER.colour(1)]
    assert list(picture.data[0].text) == ["nearest", "7 times as far"]
    assert picture.layout.yaxis.autorange == "reversed"


def test_bars_point_to_the_persona_they_speak_for():
    made = fit(features_of({"a": [0, 0, 1, 9, 9], "b": [0, 1, 0, 9, 8]}), None, 2)
    shown = explain(made, {"a": 0.0, "b": 6.0})
    picture = contribution_bars(shown.contributions, {1: "Low", 2: "High"}, shown.segment, shown.second)
    towards, away = picture.data
    assert (towards.name, away.name) == ("Speaks for Low", "Speaks for High")
    assert all(value >= 0 for value in towards.x)
    assert all(value < 0 for value in away.x)
    assert (towards.marker.color, away.marker.color) == (IN_ORDER.colour(1), IN_ORDER.colour(2))
    assert sorted([*towards.y, *away.y]) == [0, 1]


def test_only_the_strongest_features_are_drawn():
    columns = {f"f{place}": [0, 1, 2, 7 + place] for place in range(20)}
    shown = explain(fit(features_of(columns), None, 2), dict.fromkeys(columns, 1.0))
    picture = contribution_bars(shown.contributions, {1: "A", 2: "B"}, shown.segment, shown.second, most=5)
    assert sum(len(trace.x) for trace in picture.data) == 5
    assert len(picture.layout.yaxis.ticktext) == 5


def test_long_names_that_begin_alike_are_told_apart():
    begin = "Household cleaning supplies: number of "
    about = {name: FeatureInfo(name, begin + rest) for name, rest in (("x", "purchases"), ("y", "visits"))}
    shown = explain(fit(features_of({"x": [1, 2, 9], "y": [1, 2, 9]}, **about), None, 2), {"x": 3.0, "y": 3.0})
    names = {1: f"{begin}purchases low", 2: f"{begin}visits low"}
    near = distance_bars(shown.distances, names).layout.yaxis.ticktext
    decides = contribution_bars(shown.contributions, names, shown.segment, shown.second)
    labels = [text.split("<br>")[0] for text in decides.layout.yaxis.ticktext]
    legend = [trace.name.removeprefix("Speaks for ") for trace in decides.data]
    for texts, longest in ((near, 34), (labels, 30), (legend, 40)):
        assert len(set(texts)) == 2
        assert all(text.startswith("Household") and len(text) <= longest for text in texts)


def test_text_of_users_stays_text():
    about = {"x": FeatureInfo("x", "<img src=x>")}
    shown = explain(fit(features_of({"x": [1, 2, 9]}, **about), None, 2), {"x": 3.0})
    for picture in (
        distance_bars(shown.distances, NAMES),
        contribution_bars(shown.contributions, NAMES, shown.segment, shown.second),
    ):
        said = str(picture.to_dict())
        assert "<img" not in said
        assert "$x$" not in said
        assert "<b>Old" not in said
