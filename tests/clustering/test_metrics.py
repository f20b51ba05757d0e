"""Every index agrees with a hand-worked example and with scikit-learn; what is undefined is NaN with a reason."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.distance import cdist
from sklearn import metrics

from segmentation.clustering import silhouette_sums
from segmentation.clustering.methods import kmeans
from segmentation.clustering.metrics import (
    METRICS,
    calinski_harabasz,
    davies_bouldin,
    inertia,
    mean_silhouette,
    sampled_rows,
    silhouette_error,
    silhouettes,
    why_undefined,
)
from segmentation.core.errors import Cancelled
from tests.matrices import blobs, credit_card

# Six customers on a line, segment 1 = {0, 2, 4} around 2, segment 2 = {10, 11} around 10.5, segment 3 = {20}.
SIX = np.array([[0.0], [2.0], [4.0], [10.0], [11.0], [20.0]])
LABELS = np.array([1, 1, 1, 2, 2, 3], dtype=np.int32)
# a: mean distance to the others of the own segment; b: smallest mean distance to another segment.
#   0: a = (2+4)/2 = 3,  b = (10+11)/2 = 10.5 → 7.5/10.5      2: a = (2+2)/2 = 2, b = (8+9)/2 = 8.5 → 6.5/8.5
#   4: a = (4+2)/2 = 3,  b = (6+7)/2 = 6.5    → 3.5/6.5      10: a = 1, b = min((10+8+6)/3 = 8, 10) = 8 → 7/8
#  11: a = 1, b = min((11+9+7)/3 = 9, 9) = 9  → 8/9          20: alone → 0
SILHOUETTES = [7.5 / 10.5, 6.5 / 8.5, 3.5 / 6.5, 7 / 8, 8 / 9, 0.0]
# Within: 4 + 0 + 4 and 0.25 + 0.25 and 0 = 8.5.
WITHIN = 8.5
# Mean of all = 47/6. Between: 3(47/6 − 2)² + 2(10.5 − 47/6)² + (20 − 47/6)².
BETWEEN = 3 * (35 / 6) ** 2 + 2 * (16 / 6) ** 2 + (73 / 6) ** 2
# Spreads 4/3, 1/2, 0; centres 2, 10.5, 20. Worst pairs: 1–2 (11/6)/8.5; 2–1 the same; 3: max((4/3)/18, (1/2)/9.5).
DAVIES_BOULDIN = (2 * (11 / 6) / 8.5 + (4 / 3) / 18) / 3


def test_six_points_on_a_line_come_out_as_worked_by_hand() -> None:
    assert silhouettes(SIX, {3: LABELS})[3] == pytest.approx(SILHOUETTES, abs=1e-7)
    assert mean_silhouette(SIX, LABELS) == pytest.approx(np.mean(SILHOUETTES), abs=1e-7)
    assert inertia(SIX, LABELS) == pytest.approx(WITHIN)
    assert calinski_harabasz(SIX, LABELS) == pytest.approx((BETWEEN / 2) / (WITHIN / 3))
    assert davies_bouldin(SIX, LABELS) == pytest.approx(DAVIES_BOULDIN)


ORACLES = {
    "silhouette": metrics.silhouette_score,
    "calinski_harabasz": metrics.calinski_harabasz_score,
    "davies_bouldin": metrics.davies_bouldin_score,
}


@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    rows=st.integers(8, 120),
    features=st.integers(1, 5),
    k=st.integers(2, 5),
    shift=st.sampled_from([0.0, 1e3]),
)
def test_every_index_agrees_with_scikit_learn(seed: int, rows: int, features: int, k: int, shift: float) -> None:
    rng = np.random.default_rng(seed)
    plain = rng.normal(size=(rows, features)).round(2)
    Z = plain + shift  # scikit-learn loses digits so far from zero: it is asked about the same rows near zero
    labels = np.concatenate((np.arange(1, k + 1), rng.integers(1, k + 1, rows - k))).astype(np.int32)
    for name, oracle in ORACLES.items():
        assert METRICS[name].compute(Z, labels) == pytest.approx(oracle(plain, labels), rel=1e-6, abs=1e-6), name


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10_000), scale=st.floats(0.1, 100))
def test_indices_do_not_depend_on_order_numbering_place_or_unit(seed: int, scale: float) -> None:
    Z, truth = blobs(50, 3, apart=3.0, seed=seed)
    labels = (truth + 1).astype(np.int32)
    order = np.random.default_rng(seed).permutation(len(Z))
    renamed = np.array([0, 3, 1, 2], dtype=np.int32)[labels]
    for metric in METRICS.values():
        factor = scale**2 if metric.name == "inertia" else 1.0
        moved = metric.compute(Z[order] * scale + 5.0, renamed[order])
        assert moved == pytest.approx(metric.compute(Z, labels) * factor, rel=1e-5), metric.name


@pytest.mark.parametrize("apart", [2.0, 0.0])  # few cells, and nearly every customer a cell of their own
def test_one_pass_over_many_blocks_gives_every_silhouette_of_scikit_learn(apart: float) -> None:
    Z, _ = blobs(1300, 4, features=6, apart=apart)  # several blocks, the last one short
    labelings = {k: kmeans(Z, k, n_init=1).labels for k in (2, 3, 7)}
    found = silhouettes(Z, labelings)
    rows = np.arange(5, 1300, 7)[::-1]
    some = silhouettes(Z, labelings, rows=rows)
    for k, labels in labelings.items():
        expected = metrics.silhouette_samples(Z, labels)
        assert np.abs(found[k] - expected).max() < 1e-6
        assert np.abs(some[k] - expected[rows]).max() < 1e-6


def test_cells_and_plain_sums_agree(monkeypatch: pytest.MonkeyPatch) -> None:
    Z, _ = blobs(700, 3, features=2, apart=3.0)
    labelings = {k: kmeans(Z, k, n_init=1).labels for k in (2, 4, 6)}
    by_cell = silhouettes(Z, labelings)
    monkeypatch.setattr(silhouette_sums, "_ROOM", 0)  # no room for more cells than one labelling has
    assert silhouette_sums._layout(list(labelings.values()), kept=700).plain.tolist() == [2, 3, 4, 5, 0, 1]
    plain = silhouettes(Z, labelings)
    for k in labelings:
        assert plain[k] == pytest.approx(by_cell[k], abs=1e-6)


def test_customers_that_are_equal_keep_exact_silhouettes() -> None:
    # Many ties far from the origin: scikit-learn is wrong by 6e-5 here, because equal rows come out 1e-8 apart.
    rng = np.random.default_rng(0)
    Z = np.repeat(rng.integers(0, 4, size=(60, 2)) * 1e-3 + np.array([30.0, -20.0]), 10, axis=0)
    Z[::2] += 5.0
    labels = kmeans(Z, 3, n_init=2).labels
    exact = metrics.silhouette_samples(cdist(Z, Z), labels, metric="precomputed")
    assert np.abs(silhouettes(Z, {3: labels})[3] - exact).max() < 1e-6


@pytest.mark.parametrize("unit", [1e-60, 1e60])
def test_silhouettes_do_not_depend_on_the_unit_however_large_or_small(unit: float) -> None:
    assert silhouettes(SIX * unit, {3: LABELS})[3] == pytest.approx(SILHOUETTES, abs=1e-7)


@pytest.mark.parametrize(
    ("labels", "words"),
    [(np.ones(6, dtype=np.int32), "One single segment"), (np.arange(1, 7, dtype=np.int32), "segment of their own")],
)
def test_what_is_undefined_is_missing_with_a_reason(labels: np.ndarray, words: str) -> None:
    assert words in why_undefined(labels)
    for name in ORACLES:
        assert np.isnan(METRICS[name].compute(SIX, labels)), name
    assert why_undefined(LABELS) == ""


def test_equal_customers_in_two_segments_have_no_figures() -> None:
    Z, labels = np.ones((4, 2)), np.array([1, 1, 2, 2], dtype=np.int32)
    assert np.isnan(calinski_harabasz(Z, labels))
    assert np.isnan(davies_bouldin(Z, labels))
    assert mean_silhouette(Z, labels) == 0.0


def test_a_sample_is_taken_only_above_the_limit_and_is_always_the_same() -> None:
    assert sampled_rows(20_000) is None
    rows = sampled_rows(50_000)
    assert rows is not None
    assert len(rows) == 10_000
    assert len(np.unique(rows)) == len(rows)
    assert (rows == sampled_rows(50_000)).all()
    assert len(sampled_rows(1_000_000)) == 2_000  # type: ignore[arg-type]


def test_the_error_of_a_sampled_silhouette_is_that_of_a_mean_without_replacement() -> None:
    values = np.array([0.1, 0.2, 0.3, 0.4])
    # Standard deviation 0.1290994, divided by √4 and by √(1 − 4/16).
    assert silhouette_error(values, 16) == pytest.approx(0.12909944 / 2 * np.sqrt(0.75))
    assert silhouette_error(values, 4) == 0.0


def test_cancel_is_heard_during_the_pass() -> None:
    def cancel(share: float, text: str) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        silhouettes(SIX, {3: LABELS}, progress=cancel)


PUBLISHED = {  # silhouette, Davies–Bouldin, Calinski–Harabasz
    2: (0.2100, 1.9120, 1706.18),
    3: (0.2510, 1.5920, 1605.03),
    4: (0.1977, 1.5748, 1598.08),
    5: (0.1931, 1.5492, 1482.67),
    6: (0.2029, 1.5064, 1419.70),
}


def test_the_credit_card_data_gives_the_published_indices() -> None:
    Z = credit_card()
    labelings = {k: kmeans(Z, k).labels for k in PUBLISHED}
    values = silhouettes(Z, labelings)
    for k, (silhouette, bouldin, harabasz) in PUBLISHED.items():
        assert np.mean(values[k]) == pytest.approx(silhouette, abs=1e-4)
        assert davies_bouldin(Z, labelings[k]) == pytest.approx(bouldin, abs=1e-4)
        assert calinski_harabasz(Z, labelings[k]) == pytest.approx(harabasz, abs=0.01)
