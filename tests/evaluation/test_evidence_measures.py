"""The parts of the evidence: the gap rule, data without groups, the test, stability and the second witness."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import adjusted_rand_score

from segmentation.clustering.methods import kmeans
from segmentation.clustering.metrics import mean_silhouette
from segmentation.evaluation.evidence.gap import first_k, gap_statistic, gap_table, uniform_box
from segmentation.evaluation.evidence.nulls import (
    against_nulls,
    copula_cloud,
    latent_correlation,
    normal_scores,
    pooled_test,
    round_cloud,
    straightened,
    sure,
)
from segmentation.evaluation.evidence.resampling import came_back, gaps_by_k, matched, redraw
from segmentation.evaluation.evidence.settings import EvidenceSettings
from segmentation.evaluation.evidence.witness import hear
from segmentation.evaluation.evidence.work import Work
from segmentation.evaluation.stability import agreement, band, jaccard, nearest_centre
from tests.matrices import blobs


def test_the_gap_is_the_mean_log_of_the_references_minus_the_log_of_the_data() -> None:
    # log2-friendly numbers: data 8 and 2; references 16, 4 and 32, 4.
    # k = 1: logs 4, 5 (base 2), mean 4.5 − 3 = 1.5; sd 0.5 · √(1 + 1/2).  k = 2: 2, 2 → 2 − 1 = 1, sd 0.
    table = gap_table(pd.Series({1: 8.0, 2: 2.0}), pd.DataFrame([{1: 16.0, 2: 4.0}, {1: 32.0, 2: 4.0}]))
    assert table.at[1, "gap"] == pytest.approx(1.5 * np.log(2))
    assert table.at[1, "gap_se"] == pytest.approx(0.5 * np.log(2) * np.sqrt(1.5))
    assert table.at[2, "gap"] == pytest.approx(np.log(2))
    assert table.at[2, "gap_se"] == 0.0


@pytest.mark.parametrize(
    ("gaps", "errors", "answer"),
    [
        ([1.0, 0.9, 0.8], [0.0, 0.0, 0.0], 1),
        ([1.0, 1.2, 1.5, 1.4], [0.1, 0.1, 0.1, 0.1], 3),
        ([1.0, 1.05, 1.5], [0.1, 0.1, 0.1], 1),  # the second is higher, but by less than its error
        ([1.0, 1.2, 1.5], [0.1, 0.1, 0.1], None),  # still rising at the end
        ([1.0, np.nan, 0.5, 0.4], [0.1, np.nan, 0.1, 0.1], 3),
    ],
)
def test_tibshiranis_rule_takes_the_first_k_that_the_next_does_not_beat(
    gaps: list[float], errors: list[float], answer: int | None
) -> None:
    table = pd.DataFrame({"gap": gaps, "gap_se": errors}, index=range(1, len(gaps) + 1))
    assert first_k(table) == answer


def test_the_box_lies_along_the_principal_components() -> None:
    rng = np.random.default_rng(0)
    along = rng.normal(size=2000)
    Z = np.stack([along, along + rng.normal(scale=0.1, size=2000)], axis=1)
    box = uniform_box(Z, rng)
    assert box.shape == Z.shape
    # A box along the axes would fill the plane; along the components it stays on the diagonal.
    assert np.abs(box[:, 0] - box[:, 1]).max() <= np.abs(Z[:, 0] - Z[:, 1]).max() * 1.3
    assert np.corrcoef(box, rowvar=False)[0, 1] > 0.95


def test_a_copula_cloud_keeps_every_column_and_the_rank_correlation_but_no_groups() -> None:
    rng = np.random.default_rng(1)
    Z, _ = blobs(900, 3, features=3, apart=8.0)
    made = copula_cloud(Z, latent_correlation(Z, rng), rng)
    assert np.array_equal(np.sort(made, axis=0), np.sort(Z, axis=0))
    wanted = np.corrcoef(normal_scores(Z), rowvar=False)
    assert np.abs(np.corrcoef(normal_scores(made), rowvar=False) - wanted).max() < 0.1


def test_ties_do_not_weaken_the_correlation_of_the_cloud_behind_them() -> None:
    rng = np.random.default_rng(2)
    cloud = rng.multivariate_normal([0, 0], [[1, 0.8], [0.8, 1]], size=4000)
    counts = np.stack([(cloud[:, 0] > 0.5).astype(float), (cloud[:, 1] > 1.0).astype(float)], axis=1)
    made = copula_cloud(counts, latent_correlation(counts, rng), rng)
    plain = copula_cloud(counts, np.corrcoef(normal_scores(counts), rowvar=False), rng)
    own = np.corrcoef(counts, rowvar=False)[0, 1]
    assert np.corrcoef(made, rowvar=False)[0, 1] == pytest.approx(own, abs=0.05)
    assert np.corrcoef(plain, rowvar=False)[0, 1] < own - 0.1


def test_a_round_cloud_has_the_mean_the_covariance_and_the_extremes_of_the_data() -> None:
    rng = np.random.default_rng(3)
    far = 1 / np.sqrt(rng.chisquare(3, size=(5000, 1)) / 3)  # t(3): extreme in all columns at once
    X = (rng.normal(size=(5000, 2)) * far) @ np.array([[1.0, 0.7], [0.0, 0.5]]) + 3
    made = round_cloud(X, rng)
    assert made.mean(axis=0) == pytest.approx(X.mean(axis=0), abs=0.1)
    own, inverse = np.cov(X, rowvar=False), np.linalg.inv(np.cov(X, rowvar=False))
    assert np.abs(np.cov(made, rowvar=False) / own - 1).max() < 0.25
    distances = [np.sqrt(np.einsum("ij,jk,ik->i", Y, inverse, Y)) for Y in (X - X.mean(axis=0), made - X.mean(axis=0))]
    assert np.sort(distances[1]) == pytest.approx(np.sort(distances[0]))
    assert distances[0].max() > 8  # a normal cloud of this size ends at about 4.5


def test_a_round_cloud_has_no_groups() -> None:
    Z, _ = blobs(600, 3, features=3, apart=8.0)
    made = round_cloud(Z, np.random.default_rng(0))
    silhouette = {name: mean_silhouette(X, kmeans(X, 3, n_init=3).labels) for name, X in (("own", Z), ("made", made))}
    assert silhouette["own"] > 0.7
    assert silhouette["made"] < 0.4


def test_straightened_columns_lose_their_skew_and_odd_ones_are_only_scaled() -> None:
    rng = np.random.default_rng(4)
    skewed = np.exp(rng.normal(size=800))
    Z = np.stack([skewed, rng.integers(0, 2, 800).astype(float), np.full(800, 2.0)], axis=1)
    X = straightened(Z)
    assert abs((X[:, 0] ** 3).mean()) < 0.2
    assert X[:, 0].max() < 4.0  # Yeo-Johnson alone leaves customers at 2.5, and a wall on the other side
    assert X[:, 0].min() < -2.5
    assert len(np.unique(X[:, 1])) == 2
    assert X[:, :2].std(axis=0) == pytest.approx([1, 1])
    assert (X[:, 2] == 0).all()


def test_the_test_ranks_the_largest_standardised_figure() -> None:
    nulls = np.array([[0.1, 0.5], [0.2, 0.4], [0.3, 0.6]])
    p, z = pooled_test(np.array([0.2, 2.0]), nulls)
    assert p == pytest.approx(1 / 4)
    # The sets have the means 0.2 and 0.5, and both columns the deviation √(0.02 / 3) = 0.081650.
    assert z == pytest.approx([0.0, 18.371173], abs=1e-6)
    p, *_ = pooled_test(np.array([0.2, 0.5]), nulls)
    assert p > 1 / 4
    p, z = pooled_test(np.array([np.nan]), np.full((3, 1), np.nan))
    assert p == 1.0
    assert np.isnan(z).all()


@pytest.mark.parametrize(
    ("p", "z", "passes"),
    [(0.05, 5.0, True), (0.05, 4.99, False), (1 / 60, 4.9, False), (0.1, 9.0, False), (0.05, math.nan, False)],
)
def test_passing_by_a_hair_is_not_passing(p: float, z: float, passes: bool) -> None:
    assert sure(p, z, 0.05) == passes


def test_the_test_keeps_its_level_on_exchangeable_figures() -> None:
    rng = np.random.default_rng(5)
    hits = [pooled_test(sets[0], sets[1:])[0] <= 0.05 for sets in rng.normal(size=(600, 20, 6))]
    assert 0.02 < np.mean(hits) < 0.08


def test_jaccard_is_worked_by_hand() -> None:
    reference = np.array([1, 1, 1, 1, 2, 2], dtype=np.int32)
    other = np.array([2, 2, 2, 1, 1, 1], dtype=np.int32)
    # Segment 1: best match is 2 → 3 shared of 4. Segment 2: best match is 1 → 2 shared of 3.
    assert jaccard(reference, other) == pytest.approx([3 / 4, 2 / 3])


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_agreement_and_jaccard_do_not_depend_on_numbering(seed: int) -> None:
    rng = np.random.default_rng(seed)
    first, second = rng.integers(1, 4, 40).astype(np.int32), rng.integers(1, 4, 40).astype(np.int32)
    first[:3], second[:3] = [1, 2, 3], [1, 2, 3]
    renamed = np.array([0, 2, 3, 1], dtype=np.int32)[second]
    assert agreement(first, second) == pytest.approx(agreement(first, renamed))
    assert agreement(first, second) == pytest.approx(adjusted_rand_score(first, second))
    assert jaccard(first, second) == pytest.approx(jaccard(first, renamed))
    assert jaccard(first, first) == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("value", "word"),
    [(0.9, "very stable"), (0.75, "stable"), (0.6, "pattern"), (0.55, "doubtful"), (0.2, "dissolves")],
)
def test_the_bands_have_words(value: float, word: str) -> None:
    assert word in band(value)
    assert band(float("nan")) == ""


def test_every_customer_goes_to_the_nearest_centre() -> None:
    Z = np.array([[0.0], [4.0], [5.1], [11.0]])
    assert nearest_centre(Z, np.array([[0.0], [10.0]])).tolist() == [1, 1, 2, 2]


def no_groups(nulls: int = 19) -> Work:
    Z = np.random.default_rng(7).normal(size=(200, 3))
    return Work(Z, {k: kmeans(Z, k, n_init=2) for k in (2, 3, 4)}, EvidenceSettings(n_init=1, nulls=nulls))


@pytest.mark.parametrize("name", ["copula", "gaussian"])
def test_one_cloud_is_no_clearer_than_data_without_groups(name: str) -> None:
    columns, facts = against_nulls(no_groups(), name)
    assert facts[f"p_{name}"] > 0.05
    assert list(columns.index) == [2, 3, 4]
    assert columns[f"{name}_high"].gt(columns[f"{name}_mean"]).all()


def test_a_comparison_that_is_lost_is_broken_off() -> None:
    _, facts = against_nulls(no_groups(nulls=99), "gaussian")
    assert facts["sets_gaussian"] < 99
    assert round(facts["p_gaussian"] * (facts["sets_gaussian"] + 1)) - 1 >= 2  # two sets as clear as the data


def test_groups_are_clearer_than_every_set_without_groups() -> None:
    Z, _ = blobs(300, 3, features=3, apart=8.0)
    work = Work(Z, {k: kmeans(Z, k, n_init=2) for k in (2, 3, 4)}, EvidenceSettings(n_init=1))
    for name in ("copula", "gaussian"):
        _, facts = against_nulls(work, name)
        assert facts[f"sets_{name}"] == 19
        assert facts[f"p_{name}"] == pytest.approx(1 / 20)
        assert facts[f"z_{name}"] > 7.5
        assert facts[f"beaten_{name}"] == 19


def test_the_gap_statistic_starts_at_one_group() -> None:
    table, facts = gap_statistic(no_groups())
    assert list(table.index) == [1, 2, 3, 4]
    assert facts["gap_k"] == 1


def test_repetitions_are_numbered_as_the_comparison_is() -> None:
    reference = np.array([1, 1, 1, 2, 2, 3], dtype=np.int32)
    labels = np.array([2, 2, 2, 3, 3, 1], dtype=np.int32)
    order = matched(reference, labels, 3)
    assert order.tolist() == [2, 0, 1]
    assert (order[labels - 1] + 1).tolist() == reference.tolist()


def test_customers_drawn_anew_bring_planted_groups_back() -> None:
    Z, _ = blobs(300, 3, features=3, apart=9.0)
    work = Work(Z, {k: kmeans(Z, k, n_init=3) for k in (2, 3, 4)}, EvidenceSettings(resamples=5))
    repetitions = [redraw(work, number, lambda share, text: None) for number in range(5)]
    back, tables = came_back(repetitions, work.ks), gaps_by_k(repetitions, work.ks)
    assert back.loc[3, "jaccard"] == pytest.approx((1.0, 1.0, 1.0))
    assert back.loc[4, "jaccard_min"] < 0.8
    assert tables[3]["share"].max() < 0.1
    assert tables[3]["sure"].min() > tables[4]["sure"].min()
    assert work.drawn(3).sum() == len(Z)
    assert 0.3 < (work.drawn(3) == 0).mean() < 0.43


def test_the_mixture_names_the_planted_number_and_its_groups_come_back() -> None:
    Z, groups = blobs(400, 3, features=3, apart=7.0)
    work = Work(Z, {k: kmeans(Z, k, n_init=3) for k in range(2, 7)}, EvidenceSettings(resamples=5))
    said = hear(work)
    assert said is not None
    assert (said.k, said.last) == (3, False)
    assert isinstance(said.last, bool)  # it goes into files
    assert agreement(said.labels, groups + 1) > 0.98
    assert said.pairs is not None
    assert said.pairs["share"].max() < 0.1
    assert said.jaccard.min() > 0.95
    # BIC by hand for the winner: parameters × log n − 2 × log-likelihood is what scikit-learn returns; lower is better.
    assert said.bic.min().min() == said.bic.loc[3, said.shape]


def test_one_cloud_is_one_cloud_to_the_mixture() -> None:
    said = hear(no_groups())
    assert said is not None
    assert said.k == 1
    assert said.pairs is None
