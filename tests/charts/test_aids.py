"""Pictures that help to choose settings: tables worked by hand, then drawn as they are."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sklearn.mixture import GaussianMixture

from segmentation.charts.aids import AIDS
from segmentation.charts.aids.criteria import criteria
from segmentation.charts.aids.k_distance import k_distance, knee
from segmentation.charts.aids.tree import tree_top
from segmentation.charts.palette import IN_ORDER
from segmentation.clustering.methods import METHODS
from segmentation.clustering.methods.density import DBSCANSettings
from segmentation.clustering.methods.hierarchical import TreeSettings
from segmentation.clustering.methods.mixture import MixtureSettings
from segmentation.core.errors import Cancelled, SegmentationError
from tests.matrices import blobs, credit_card

# On a line at 0, 1, 3, 7 the nearest other customers are 1, 1, 2 and 4 away.
FOUR = np.array([[0.0], [1.0], [3.0], [7.0]])
# Nearest pairs are joined first: 0, 1, 2, 3 by steps of 1, then 10 and 12 at 2, then both groups at 10 − 3 = 7.
SIX = np.array([[0.0], [1.0], [2.0], [3.0], [10.0], [12.0]])


def test_distances_to_the_neighbour_are_sorted_and_count_the_customer_first() -> None:
    made = k_distance(FOUR, DBSCANSettings(eps=1.5, min_samples=2))
    assert made.curve["distance"].tolist() == [1.0, 1.0, 2.0, 4.0]
    assert made.curve["share"].tolist() == [0.25, 0.5, 0.75, 1.0]
    assert made.within == 0.5
    assert k_distance(FOUR, DBSCANSettings(min_samples=3)).curve["distance"].tolist() == [2.0, 3.0, 3.0, 6.0]


def test_the_knee_is_where_a_flat_curve_turns_steep() -> None:
    distances = np.concatenate([np.linspace(1.0, 2.0, 81), np.linspace(2.5, 12.0, 20)])
    assert knee(distances) == pytest.approx(2.0)
    assert knee(np.append(distances, 1e6)) == pytest.approx(2.0)
    assert knee(np.linspace(0, 1, 50)) is None
    assert knee(np.ones(20)) is None
    assert knee(np.ones(1)) is None


def test_the_hint_of_the_credit_card_data_is_where_most_customers_are_in_dense_places(shared_data: Path) -> None:
    made = k_distance(credit_card(), DBSCANSettings(eps=2.5, min_samples=8))
    assert made.eps == pytest.approx(1.89, abs=0.01)
    assert made.within == pytest.approx(0.932, abs=0.001)
    assert len(made.curve) == 1000


def test_many_customers_are_measured_by_a_sample(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("segmentation.charts.aids.k_distance._MOST_ROWS", 50)
    Z, _ = blobs(300, 3)
    made = k_distance(Z, DBSCANSettings(min_samples=5))
    assert (made.rows, made.n_customers, len(made.curve)) == (50, 300, 50)
    assert "a sample of 50" in AIDS["dbscan"].caption(made)


def test_bic_and_aic_are_scikit_learns_and_find_the_planted_groups() -> None:
    Z, _ = blobs(240, 3)
    made = criteria(Z, MixtureSettings(k=5, shape="spherical", n_init=1))
    assert made.lowest == 3
    assert made.table.index.tolist() == list(range(1, 11))
    one = GaussianMixture(1, covariance_type="spherical").fit(Z)
    assert made.table["bic"].loc[1] == pytest.approx(one.bic(Z))
    assert made.table["aic"].loc[1] == pytest.approx(one.aic(Z))
    falling = replace(made, table=made.table.assign(bic=-made.table.index.to_numpy(dtype=float)))
    assert falling.lowest is None
    assert "names no number" in AIDS["mixture"].draw(falling).layout.title.text


def test_the_top_of_a_tree_is_as_worked_by_hand() -> None:
    made = tree_top(SIX, TreeSettings(k=2, linkage="single"))
    joints = made.branches[made.branches["left"].notna()]
    assert sorted(joints["height"]) == [1.0, 1.0, 1.0, 2.0, 7.0]
    assert made.cut == 4.5
    assert made.longest == 2
    whole = joints.loc[joints["height"].idxmax()]
    assert (whole["size"], whole["segment"]) == (6, 0)
    assert joints[joints["segment"] == 2][["size", "height"]].to_numpy().tolist() == [[2.0, 2.0]]
    leaves = made.branches[made.branches["left"].isna()]
    assert leaves["x"].tolist() == [0, 1, 2, 3, 4, 5]
    assert leaves["segment"].tolist() == [1, 1, 1, 1, 2, 2]


@pytest.mark.parametrize("k", [1, 3, 40])
def test_a_large_tree_shows_thirty_branches_that_hold_everyone(k: int) -> None:
    Z, _ = blobs(200, 3)
    made = tree_top(Z, TreeSettings(k=k))
    leaves = made.branches[made.branches["left"].isna()]
    assert len(leaves) == max(30, k)
    assert leaves["size"].sum() == 200
    fit = METHODS["agglomerative"].run(Z, TreeSettings(k=k))
    sizes = leaves[leaves["segment"] > 0].groupby("segment")["size"].sum()
    assert tuple(sizes) == fit.sizes


SETTINGS = {"dbscan": DBSCANSettings(min_samples=5), "mixture": MixtureSettings(k=3, n_init=1), "agglomerative": None}


@pytest.mark.parametrize("name", AIDS)
def test_every_aid_is_drawn_and_told_from_its_table(name: str) -> None:
    assert name in METHODS
    aid, Z = AIDS[name], blobs(80, 3)[0]
    settings = SETTINGS.get(name) or METHODS[name].settings()
    made = aid.make(Z, settings, progress=lambda share, text: None)
    figure = aid.draw(made)
    assert figure.layout.title.text
    assert figure.layout.xaxis.title.text
    assert figure.layout.yaxis.title.text
    assert aid.caption(made).endswith(".")
    assert aid(Z, settings) == figure
    assert aid.title
    assert aid.help.endswith(".")

    def cancel(share: float, text: str) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        aid.make(Z, settings, progress=cancel)


@pytest.mark.parametrize("name", AIDS)
def test_one_customer_is_a_picture_or_a_sentence(name: str) -> None:
    with pytest.raises(SegmentationError, match="Choose"):
        AIDS[name].make(np.zeros((1, 2)), SETTINGS.get(name) or METHODS[name].settings())


def test_branches_below_the_cut_have_the_colours_of_their_segments() -> None:
    made = tree_top(blobs(60, 3)[0], TreeSettings(k=3))
    figure = AIDS["agglomerative"].draw(made)
    colours = {trace.name: trace.line.color for trace in figure.data if trace.mode == "lines"}
    assert colours == {
        "Above the cut": IN_ORDER.colour(0),
        **{f"Segment {number}": IN_ORDER.colour(number) for number in (1, 2, 3)},
    }
    assert [note.text for note in figure.layout.annotations if "cut" in note.text] == ["cut: 3 segments"]
