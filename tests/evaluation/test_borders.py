"""Where segments touch: neighbour pairs counted by hand, chance by its formula, and a picture that only draws them."""

from __future__ import annotations

import numpy as np
import pytest

from segmentation.charts.borders import borders_caption, borders_graph, borders_words
from segmentation.charts.palette import IN_ORDER
from segmentation.evaluation import borders as rooms
from segmentation.evaluation.borders import agreement_with_kmeans, borders
from tests.matrices import blobs

# Nine customers on a line. With one neighbour pair on either side, the mutual pairs of the two nearest are
# 0-1 1-2 2-3 | 3-4 4-5 5-6 | 7-8 (7 and 8 name each other; their second neighbours do not answer).
LINE = np.array([0.0, 1.0, 2.1, 3.3, 4.6, 6.0, 7.5, 20.0, 21.0])[:, None]
# Segment 1: customers 0…3, segment 2: 4…6, segment 3: 7, 8. One pair, 3-4, runs between 1 and 2.
# Ends: segment 1 has 0-1 1-2 2-3 (twice each) and one of 3-4: 7; segment 2 has 4-5 5-6 and one: 5; segment 3: 2. 14.
LABELS = np.array([1, 1, 1, 1, 2, 2, 2, 3, 3])
NAMES = {1: "Early", 2: "<b>Late</b>", 3: "Far"}


def test_the_pairs_between_segments_are_those_counted_by_hand() -> None:
    found = borders(LINE, LABELS, neighbours=2)
    table = found.between
    assert table[["first", "second", "pairs"]].to_numpy().tolist() == [[1, 2, 1], [1, 3, 0], [2, 3, 0]]
    assert table["expected"].tolist() == pytest.approx([7 * 5 / 14, 7 * 2 / 14, 5 * 2 / 14])
    assert table["ratio"].tolist() == pytest.approx([0.4, 0.0, 0.0])
    assert found.segments["size"].tolist() == [4, 3, 2]
    assert found.segments["inside"].tolist() == pytest.approx([6 / 7, 4 / 5, 1.0])
    assert (found.shown, found.total) == (9, 9)


def test_customers_in_no_segment_take_part_in_chance_but_are_no_segment() -> None:
    found = borders(LINE, np.array([1, 1, 1, 1, 2, 2, 2, 0, 0]), neighbours=2)
    assert found.between[["first", "second", "pairs"]].to_numpy().tolist() == [[1, 2, 1]]
    assert found.between["expected"].tolist() == pytest.approx([7 * 5 / 14])
    assert found.segments["size"].tolist() == [4, 3]


def test_random_labels_border_as_chance_would() -> None:
    rows = np.random.default_rng(0).normal(size=(3000, 3))
    labels = np.random.default_rng(1).integers(1, 4, 3000)
    assert borders(rows, labels).between["ratio"].tolist() == pytest.approx([1.0] * 3, abs=0.06)


def test_many_customers_are_a_stated_sample(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rooms, "SAMPLE", 200)
    rows, truth = blobs(900, 3)
    found = borders(rows, truth + 1)
    assert (found.shown, found.total) == (200, 900)
    assert found.segments["size"].tolist() == [300, 300, 300]
    assert agreement_with_kmeans(rows, truth + 1, 3) == 1.0


def test_the_strongest_borders_stand_side_by_side() -> None:
    rows = np.arange(0, 4, 0.005)[:, None]
    labels = np.array([1, 3, 2, 4])[np.clip(rows[:, 0].astype(int), 0, 3)]  # along the line: 1, 3, 2, 4
    found = borders(rows, labels, neighbours=6)
    assert {tuple(pair) for pair in found.between[["first", "second"]].to_numpy()[:3].tolist()} == {
        (1, 3),
        (2, 3),
        (2, 4),
    }
    places = found.segments[["x", "y"]].to_numpy()

    def apart(first: int, second: int) -> float:
        return float(np.linalg.norm(places[first - 1] - places[second - 1]))

    assert apart(1, 3) == pytest.approx(apart(3, 2)) == pytest.approx(apart(2, 4)) == pytest.approx(2**0.5, abs=1e-5)


def test_the_picture_has_a_circle_a_segment_and_a_line_a_border() -> None:
    figure = borders_graph(borders(LINE, LABELS, neighbours=2), NAMES)
    lines = [trace for trace in figure.data if trace.mode == "lines"]
    circles = [trace for trace in figure.data if trace.mode == "markers+text"]
    assert len(lines) == 1
    assert [trace.marker.color for trace in circles] == [IN_ORDER.colour(number) for number in (1, 2, 3)]
    areas = [trace.marker.size**2 for trace in circles]
    assert areas[0] / areas[2] == pytest.approx(2)
    assert "<b>Late" not in figure.to_json()


def test_the_borders_in_words() -> None:
    found = borders(LINE, LABELS, neighbours=2)
    assert borders_words(found, NAMES) == (
        "Early and <b>Late</b> have the strongest border: 1 neighbour pair between them, 40.0 % as many as "
        "with neighbours at random. Without a border to any other: Far."
    )
    assert borders_caption(found, NAMES).endswith("Borders: Early and <b>Late</b> 1 neighbour pair (40.0 % of chance).")
    apart = borders(np.array([[0.0], [1.0], [50.0], [51.0]]), np.array([1, 1, 2, 2]), neighbours=1)
    assert borders_words(apart, {1: "A", 2: "B"}).startswith("No two personas touch")
    assert borders_words(borders(LINE, np.ones(9, dtype=int)), {1: "All"}).startswith("There is only one persona")
    borders_graph(borders(LINE, np.ones(9, dtype=int)), {1: "All"})
