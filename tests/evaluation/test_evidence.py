"""The verdict: distinct groups are found, noise is not, and every figure of the table means what it says."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import adjusted_rand_score

from segmentation.clustering.methods import kmeans
from segmentation.core.errors import Cancelled, SegmentationError
from segmentation.core.settings import KSettings
from segmentation.evaluation.choose_k import KComparison, search
from segmentation.evaluation.evidence import (
    MEASURES,
    VERDICTS,
    Evidence,
    EvidenceSettings,
    assess,
    seconds_needed,
    segment_stability,
    under_limits,
    whole_comparison,
)
from segmentation.evaluation.evidence.assess import look
from segmentation.evaluation.evidence.clumps import clumped
from segmentation.evaluation.evidence.work import Work
from tests.matrices import blobs

QUICK = EvidenceSettings(references=5, resamples=8, n_init=2)


@pytest.fixture(scope="module")
def clear() -> tuple[np.ndarray, KComparison, Evidence]:
    Z, _ = blobs(300, 3, features=4, apart=9.0)
    comparison = search(Z, KSettings(k_max=5))
    return Z, comparison, assess(Z, comparison, QUICK)


@pytest.fixture(scope="module")
def noise() -> tuple[np.ndarray, KComparison, Evidence]:
    Z = np.random.default_rng(3).normal(size=(300, 4)) @ np.array(
        [[2, 1, 0, 0], [0, 1, 0, 0], [0, 0, 1, 1], [0, 0, 0, 1]]
    )
    Z = (Z - Z.mean(axis=0)) / Z.std(axis=0)
    comparison = search(Z, KSettings(k_max=5))
    return Z, comparison, assess(Z, comparison, QUICK)


def test_groups_that_are_apart_are_distinct(clear: tuple[np.ndarray, KComparison, Evidence]) -> None:
    _, _, evidence = clear
    assert evidence.state == evidence.verdict == "distinct"
    assert (evidence.recommended_k, evidence.method) == (3, "kmeans")
    assert "3 groups, with gaps between every two of them" in evidence.headline
    assert evidence.facts["gap_k"] == evidence.facts["mixture_k"] == 3
    assert evidence.table.at[3, "stability"] == pytest.approx(1.0)
    assert evidence.table.at[3, "jaccard"] == pytest.approx((1.0, 1.0, 1.0))
    assert evidence.table.at[3, "separation"] > 0.9
    assert evidence.pairs[3][["first", "second"]].to_numpy().tolist() == [[1, 2], [1, 3], [2, 3]]
    assert "p_copula" not in evidence.facts  # no artificial data is made where gaps are seen


def test_one_correlated_cloud_has_no_gaps_and_that_is_not_told_as_a_fact(
    noise: tuple[np.ndarray, KComparison, Evidence],
) -> None:
    _, comparison, evidence = noise
    assert evidence.verdict == "none"
    assert evidence.recommended_k == 1
    assert comparison.recommended_k is not None  # the silhouette alone always recommends something
    assert evidence.headline.startswith("No gaps found")
    assert any("would have been found in 95 of 100" in reason for reason in evidence.reasons)
    assert max(evidence.facts["p_copula"], evidence.facts.get("p_gaussian", 0.0)) > 0.05


def test_groups_along_columns_are_distinct_whatever_their_columns_look_like() -> None:
    rng = np.random.default_rng(4)
    Z = rng.normal(size=(400, 2)) + 6.0 * rng.integers(0, 2, (400, 2))
    Z = (Z - Z.mean(axis=0)) / Z.std(axis=0)
    evidence = assess(Z, search(Z, KSettings(k_max=6, n_init=3)), QUICK)
    assert (evidence.state, evidence.recommended_k) == ("distinct", 4)


def test_a_yes_or_no_column_beside_a_cloud_makes_no_groups() -> None:
    rng = np.random.default_rng(5)
    Z = np.column_stack([rng.normal(size=(400, 3)), np.eye(3)[rng.integers(0, 3, 400)]])
    Z = (Z - Z.mean(axis=0)) / Z.std(axis=0)
    evidence = assess(Z, search(Z, KSettings(k_max=5, n_init=3)), QUICK)
    assert evidence.state != "distinct"


def test_where_k_means_cuts_through_the_groups_the_mixture_is_the_witness() -> None:
    rng = np.random.default_rng(1)
    Z = rng.normal(size=(800, 10))
    Z[:, :2] += 6.0 * rng.integers(0, 2, (800, 2))
    Z = (Z - Z.mean(axis=0)) / Z.std(axis=0)
    evidence = assess(Z, search(Z, KSettings(k_max=6)), QUICK)
    assert (evidence.state, evidence.method, evidence.recommended_k) == ("distinct", "mixture", 4)
    assert "Compare shows both" in evidence.headline


def test_the_table_has_every_measure_from_one_group_on(clear: tuple[np.ndarray, KComparison, Evidence]) -> None:
    _, _, evidence = clear
    assert list(evidence.table.index) == [1, 2, 3, 4, 5]
    assert {"gap", "gap_se", "stability", "separation", "bic"} <= set(evidence.table)
    assert np.isfinite(evidence.table.at[1, "gap"])
    assert pd.isna(evidence.table.at[1, "stability"])
    assert all(len(evidence.table.at[k, "jaccard"]) == k for k in range(2, 6))


def test_each_segment_has_its_stability_in_words(clear: tuple[np.ndarray, KComparison, Evidence]) -> None:
    _, comparison, evidence = clear
    table = segment_stability(comparison, evidence, 3)
    assert tuple(table["size"]) == comparison.fits[3].sizes
    assert tuple(table["jaccard"]) == evidence.table["jaccard"].loc[3]
    assert set(table["words"]) == {"very stable"}
    whole = whole_comparison(comparison, evidence)
    for measure in MEASURES.values():
        assert whole.loc[[2, 3], list(measure.shown)].notna().all(axis=None), measure.name
    assert (whole["silhouette_within"] == 0).all()  # all customers were scored


def test_every_verdict_has_words_and_every_measure_help(
    clear: tuple[np.ndarray, KComparison, Evidence],
) -> None:
    _, _, evidence = clear
    assert evidence.headline.startswith(VERDICTS["distinct"])
    assert all(measure.label and measure.help and measure.better for measure in MEASURES.values())
    assert all(reason.endswith(".") for reason in evidence.reasons)


def test_the_same_rows_give_the_same_evidence(noise: tuple[np.ndarray, KComparison, Evidence]) -> None:
    Z, comparison, evidence = noise
    again = assess(Z, comparison, QUICK)
    pd.testing.assert_frame_equal(again.table, evidence.table)
    assert again.reasons == evidence.reasons


def test_limits_are_obeyed_without_computing_again(clear: tuple[np.ndarray, KComparison, Evidence]) -> None:
    _, comparison, evidence = clear
    fewer = under_limits(evidence, comparison, replace(comparison.settings, at_most=2))
    assert fewer.recommended_k == 2
    assert fewer.table is evidence.table
    assert any("limit" in reason for reason in fewer.reasons)
    none = under_limits(evidence, comparison, replace(comparison.settings, min_size=200))
    assert none.recommended_k is None
    assert none.verdict == "distinct"  # what the data is does not depend on what the user has use for
    assert any("fewer than 200 customers" in reason for reason in none.reasons)


def test_progress_rises_and_cancel_is_heard(noise: tuple[np.ndarray, KComparison, Evidence]) -> None:
    Z, comparison, _ = noise
    seen: list[float] = []

    def cancel(share: float, text: str) -> None:
        seen.append(share)
        if share > 0.1:
            raise Cancelled

    with pytest.raises(Cancelled):
        assess(Z, comparison, QUICK, cancel)
    assert seen == sorted(seen)


def test_many_customers_are_sampled_and_that_is_said() -> None:
    Z, _ = blobs(1500, 3, features=4, apart=9.0)
    comparison = search(Z, KSettings(k_max=4))
    evidence = assess(Z, comparison, replace(QUICK, most_rows=1000))
    assert (evidence.n_customers, evidence.of) == (1000, 1500)
    assert evidence.verdict == "distinct"
    assert "random sample of 1,000 customers of 1,500" in evidence.reasons[-1]


def test_data_with_few_different_customers_is_judged_without_an_error() -> None:
    Z = np.repeat(np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 3.0]]), 20, axis=0)
    comparison = search(Z, KSettings(k_max=5))
    evidence = assess(Z, comparison, QUICK)
    assert evidence.verdict in VERDICTS
    assert list(evidence.table.index) == [1, 2, 3]


def test_a_wrong_setting_is_one_sentence(noise: tuple[np.ndarray, KComparison, Evidence]) -> None:
    Z, comparison, _ = noise
    with pytest.raises(SegmentationError, match="must be from 19"):
        assess(Z, comparison, EvidenceSettings(nulls=5))


def test_the_time_that_is_needed_grows_with_the_size() -> None:
    assert seconds_needed(9_000, 17, 11) > seconds_needed(900, 17, 11) > 0
    assert seconds_needed(1_000_000, 17, 11) == seconds_needed(4_000, 17, 11)


def test_groups_in_two_of_ten_columns_are_found_where_they_show() -> None:
    rng = np.random.default_rng(5)
    corner = rng.integers(0, 2, (300, 2))
    Z = rng.normal(size=(300, 10))
    Z[:, [3, 7]] += 6.0 * corner
    Z = (Z - Z.mean(axis=0)) / Z.std(axis=0)
    names = [f"feature {number}" for number in range(10)]
    evidence = assess(Z, search(Z, KSettings(k_max=6)), names=names)
    assert (evidence.state, evidence.decision.k, evidence.method) == ("distinct", 4, "mixture")
    assert evidence.facts["mixture_columns"] == ("feature 3", "feature 7")
    assert (
        "The groups show in feature 3 and feature 7 alone, where a Gaussian mixture names 4; the other 8 columns blur "
        "them. Leave them out, and K-means finds the groups too."
    ) in evidence.reasons
    alone = assess(Z[:, [3, 7]], search(Z[:, [3, 7]], KSettings(k_max=6)))
    assert (alone.state, alone.recommended_k, alone.method) == ("distinct", 4, "kmeans")
    labels = kmeans(Z[:, [3, 7]], 4).labels
    assert adjusted_rand_score(2 * corner[:, 0] + corner[:, 1], labels) > 0.97


@pytest.mark.parametrize(
    ("columns", "small", "says"),
    [
        (2, 20, "K-means finds the same here, but not reliably with other customers; Compare shows both."),
        (4, 16, "K-means would cut through them; Compare shows both."),
    ],
)
def test_what_kmeans_makes_of_the_groups_of_the_mixture_is_said_as_it_is(columns: int, small: int, says: str) -> None:
    """A small group far away in one column: the segments of K-means may be the same, and be others next time."""
    Z = np.random.default_rng(0).normal(size=(400, columns))
    Z[:small, 0] += 6.5
    Z = (Z - Z.mean(axis=0)) / Z.std(axis=0)
    comparison = search(Z, KSettings(k_max=3))
    evidence = assess(Z, comparison)
    assert (evidence.state, evidence.decision.k, evidence.method) == ("distinct", 2, "mixture")
    agrees = adjusted_rand_score(np.arange(400) < small, comparison.fits[2].labels)
    assert evidence.facts["mixture_agrees"] == pytest.approx(agrees, abs=0.02)
    assert evidence.headline.endswith(says)
    assert ("K-means with 2 segments makes others" in evidence.reasons[0]) == (agrees > 0.95)


def test_close_groups_show_among_the_customers_of_the_telling_columns_alone() -> None:
    """Three groups of 50 at the corners of a triangle in two of ten columns; others would fill the gaps."""
    rng = np.random.default_rng(5)
    Z = rng.normal(size=(150, 10))
    Z[:, 4] = rng.random(150) < 0.3  # a yes or no is looked at without, too
    Z[:, [2, 6]] += 4.5 * np.array([[0.0, 0.0], [1.0, 0.0], [0.5, 0.87]])[np.arange(150) % 3]
    Z = (Z - Z.mean(axis=0)) / Z.std(axis=0)
    evidence = assess(Z, search(Z, KSettings(k_max=6)))
    assert (evidence.state, evidence.decision.k) == ("distinct", 3)
    assert evidence.facts["mixture_columns"] == ("column 3", "column 7")


def test_a_ring_in_two_of_ten_columns_is_no_groups() -> None:
    rng = np.random.default_rng(4)
    angle, Z = rng.uniform(0, 2 * np.pi, 300), rng.normal(size=(300, 10))
    Z[:, [2, 6]] = np.column_stack([np.cos(angle), np.sin(angle)]) * (1 + rng.normal(0, 0.1, (300, 1)))
    Z = (Z - Z.mean(axis=0)) / Z.std(axis=0)
    work = Work(Z, search(Z, KSettings(k_max=6)).fits, EvidenceSettings())
    assert look(work).decision.state == "none"


@pytest.mark.parametrize("shift", [0.0, 3.0])
def test_columns_that_stand_in_clumps_are_told_from_the_others(shift: float) -> None:
    """Two groups 6 sd apart, and three on a line, stand in clumps; normal, skewed, long-tailed, yes-or-no do not.

    A skewed column is named with them, because it is near; the mixture drops it where it does not tell the groups.
    """
    rng = np.random.default_rng(8)
    n = 600
    others = [
        rng.normal(size=n),
        rng.exponential(size=n),
        rng.standard_t(3, size=n),
        rng.integers(0, 2, n).astype(float),
    ]
    clumps = [rng.normal(size=n) + 6 * rng.integers(0, 2, n), rng.normal(size=n) + 5 * rng.integers(0, 3, n)]
    assert clumped(np.column_stack([*others, *clumps]) + shift).tolist() == [1, 4, 5]
    assert clumped(np.column_stack(others) + shift).tolist() == []
    assert clumped(np.column_stack(clumps) + shift).tolist() == []  # all of them: no few of many
