"""Other methods give the published figures of the credit-card data, and on small data those worked by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from segmentation.clustering.methods import METHODS, Fit
from segmentation.evaluation.comparison.agreement import agreement_table
from segmentation.evaluation.final import reproduced_share, silhouette_inside
from tests.matrices import blobs, credit_card


def run(name: str, Z: np.ndarray, **values: Any) -> Fit:
    return METHODS[name].run(Z, METHODS[name].choose(values))


def agreement(first: Fit, second: Fit, measure: str) -> float:
    return agreement_table({"first": first.labels, "second": second.labels}, measure).at["first", "second"]


def test_ward_cuts_the_credit_card_data_as_published(shared_data: Path) -> None:
    Z = credit_card()
    ward, usual = run("agglomerative", Z, k=3), run("kmeans", Z, k=3)
    assert ward.sizes == (4875, 2881, 1194)
    assert silhouette_inside(Z, ward.labels) == pytest.approx(0.1674, abs=5e-5)
    assert agreement(ward, usual, "adjusted_rand") == pytest.approx(0.3597, abs=5e-5)
    assert agreement(ward, usual, "mutual_information") == pytest.approx(0.3495, abs=5e-5)
    assert reproduced_share(Z, ward) > 0.97


def test_dbscan_finds_one_dense_place_in_the_credit_card_data_as_published(shared_data: Path) -> None:
    Z = credit_card()
    fit = run("dbscan", Z, eps=2.5, min_samples=8)
    assert fit.sizes == (8581,)
    assert (fit.labels == 0).sum() == fit.figures["noise"] == 369
    assert reproduced_share(Z, fit) > 0.98


def test_ward_and_k_means_agree_as_worked_by_hand() -> None:
    # Both cut the line where the gap is: {0, 1, 2, 3} and {10, 12}. Ward adds 2·4/6 · (5.17 − 1.5)² and more for any
    # other join. With three segments Ward has {0, 1}, {2, 3}, {10, 12} and so has K-means: 0.5 + 0.5 + 2 = 3.
    six = np.array([[0.0], [1.0], [2.0], [3.0], [10.0], [12.0]])
    for k, labels in ((2, [1, 1, 1, 1, 2, 2]), (3, [1, 1, 2, 2, 3, 3])):
        ward, usual = run("agglomerative", six, k=k), run("kmeans", six, k=k)
        assert ward.labels.tolist() == usual.labels.tolist() == labels
        assert agreement(ward, usual, "adjusted_rand") == agreement(ward, usual, "mutual_information") == 1.0
    # Silhouettes for two segments: 0 has a = 2, b = 11, so 1 − 2/11; 1: 1 − (4/3)/10; 2: 1 − (4/3)/9; 3: 1 − 2/8;
    # 10: 1 − 2/8.5; 12: 1 − 2/10.5.
    worked = np.mean([1 - 2 / 11, 1 - 4 / 30, 1 - 4 / 27, 1 - 2 / 8, 1 - 2 / 8.5, 1 - 2 / 10.5])
    assert silhouette_inside(six, run("agglomerative", six, k=2).labels) == pytest.approx(worked)


def test_dbscan_counts_a_dense_grid_and_lone_customers_as_worked_by_hand() -> None:
    # On a grid with steps of 1, a customer at a corner has 3 neighbours within 1.1, itself counted, at a side 4.
    grid = np.stack(np.meshgrid(np.arange(10.0), np.arange(10.0)), axis=-1).reshape(-1, 2)
    lone = np.array([[30.0, 0.0], [0.0, 30.0], [30.0, 30.0], [-20.0, -20.0], [9.0, 11.0]])
    Z = np.concatenate([grid, lone])
    fit = run("dbscan", Z, eps=1.1, min_samples=3)
    assert fit.sizes == (100,)
    assert fit.labels[100:].tolist() == [0, 0, 0, 0, 0]
    # With 5 only the 64 customers inside are dense; a side is next to one of them, a corner is not.
    fit = run("dbscan", Z, eps=1.1, min_samples=5)
    assert fit.sizes == (96,)
    assert fit.figures["noise"] == 9


@pytest.mark.parametrize("linkage", ["ward", "average", "complete", "single"])
def test_every_linkage_and_k_means_agree_on_groups_that_lie_apart(linkage: str) -> None:
    Z, _ = blobs(240, 3)
    assert agreement(run("agglomerative", Z, k=3, linkage=linkage), run("kmeans", Z, k=3), "adjusted_rand") == 1.0
