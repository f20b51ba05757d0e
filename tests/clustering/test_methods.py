"""K-means is scikit-learn's, checked and numbered by us; wrong input is one sentence."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score

from segmentation.clustering.methods import check_matrix, distinct_rows, kmeans, number_by_size
from segmentation.core.errors import Cancelled, SegmentationError
from segmentation.core.parallel import one_thread
from tests.matrices import blobs, credit_card

# Two groups on a line: {0, 1, 2, 3} around 1.5 and {10, 12} around 11.
# Inertia: 1.5² + 0.5² + 0.5² + 1.5² = 5 in the first, 1² + 1² = 2 in the second, 7 together.
SIX = np.array([[0.0], [1.0], [2.0], [3.0], [10.0], [12.0]])


def test_six_points_on_a_line_come_out_as_worked_by_hand() -> None:
    fit = kmeans(SIX, 2)
    assert fit.labels.tolist() == [1, 1, 1, 1, 2, 2]
    assert fit.centres.tolist() == [[1.5], [11.0]]
    assert fit.inertia == pytest.approx(7.0)
    assert fit.sizes == (4, 2)


@pytest.mark.parametrize("k", [1, 2, 5])
def test_the_restarts_are_those_of_scikit_learn(k: int) -> None:
    Z, _ = blobs(400, 4, apart=1.0)
    with one_thread():  # several threads add up in another order
        ours, theirs = kmeans(Z, k, seed=7), KMeans(k, n_init=10, random_state=7).fit(Z)
    assert ours.inertia == theirs.inertia_
    assert ours.n_iter == theirs.n_iter_
    assert adjusted_rand_score(ours.labels, theirs.labels_) == 1.0


@settings(max_examples=15)
@given(st.integers(2, 6), st.integers(1, 7), st.integers(0, 2), st.integers(2, 4), st.integers(0, 2**20))
def test_restarts_side_by_side_are_those_one_after_the_other(
    k: int, n_init: int, given_starts: int, cores: int, seed: int
) -> None:
    Z, _ = blobs(120, 4, apart=0.5, seed=seed)
    rng = np.random.default_rng(seed)
    starts = [Z[rng.choice(len(Z), k, replace=False)] for _ in range(min(given_starts, n_init))]
    one, several = (kmeans(Z, k, n_init=n_init, seed=seed, starts=starts, cores=number) for number in (1, cores))
    assert several.inertia == one.inertia
    assert several.n_iter == one.n_iter
    assert several.labels.tolist() == one.labels.tolist()
    assert several.centres.tolist() == one.centres.tolist()


def test_segments_are_numbered_from_the_largest() -> None:
    labels, centres, order = number_by_size(np.array([2, 0, 0, 2, 2, 1]), np.array([[0.0], [1.0], [2.0]]))
    assert labels.tolist() == [1, 2, 2, 1, 1, 3]
    assert centres.tolist() == [[2.0], [0.0], [1.0]]
    assert order.tolist() == [2, 0, 1]


def test_equal_sizes_are_ordered_by_their_centres() -> None:
    raw, centres = np.array([0, 1, 2]), np.array([[1.0, 5.0], [1.0, 4.0], [0.0, 9.0]])
    labels, ordered, _ = number_by_size(raw, centres)
    assert ordered.tolist() == [[0.0, 9.0], [1.0, 4.0], [1.0, 5.0]]
    assert labels.tolist() == [3, 2, 1]


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10_000), k=st.integers(1, 6))
def test_every_fit_keeps_its_promises(seed: int, k: int) -> None:
    Z = np.random.default_rng(seed).normal(size=(40, 2)).round(1)
    fit = kmeans(Z, k, n_init=3, seed=seed)
    assert sum(fit.sizes) == len(Z)
    assert list(fit.sizes) == sorted(fit.sizes, reverse=True)
    assert min(fit.sizes) >= 1
    distances = ((Z[:, None, :] - fit.centres[None]) ** 2).sum(axis=2)
    assert distances.min(axis=1).sum() == pytest.approx(fit.inertia)
    for segment in range(1, k + 1):
        assert np.allclose(Z[fit.labels == segment].mean(axis=0), fit.centres[segment - 1], atol=1e-6)


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10_000), scale=st.floats(0.01, 100), shift=st.floats(-50, 50))
def test_clear_groups_survive_shuffling_shifting_and_scaling(seed: int, scale: float, shift: float) -> None:
    Z, truth = blobs(60, 3, seed=seed)
    order = np.random.default_rng(seed).permutation(len(Z))
    fit = kmeans(Z[order] * scale + shift, 3)
    assert adjusted_rand_score(truth[order], fit.labels) == 1.0
    assert fit.inertia == pytest.approx(kmeans(Z, 3).inertia * scale**2, rel=1e-6)


@pytest.mark.parametrize(
    ("Z", "k", "words"),
    [
        (SIX, 0, "from 1 to the number of customers"),
        (SIX, 7, "from 1 to the number of customers"),
        (np.ones((5, 2)), 2, "only 1"),
        (np.repeat(SIX, 3, axis=0), 7, "only 6"),
        (np.array([[1.0], [np.nan]]), 1, "missing or infinite"),
        (np.array([[1.0], [np.inf]]), 1, "missing or infinite"),
        (np.array([[1e200], [-1e200], [0.0]]), 2, "too large"),
        (np.empty((0, 3)), 1, "nothing to group"),
        (np.empty((3, 0)), 1, "nothing to group"),
    ],
)
def test_wrong_input_is_one_sentence_with_a_remedy(Z: np.ndarray, k: int, words: str) -> None:
    with pytest.raises(SegmentationError, match=words) as caught:
        kmeans(Z, k)
    assert any(verb in str(caught.value) for verb in ("Choose", "Fill", "Bring", "Turn"))


def test_a_row_may_count_several_times() -> None:
    rng = np.random.default_rng(3)
    Z, times = rng.normal(size=(200, 3)), rng.integers(1, 5, 200)
    start = Z[:4]
    weighted = kmeans(Z, 4, n_init=1, starts=[start], weights=times.astype(float))
    repeated = kmeans(np.repeat(Z, times, axis=0), 4, n_init=1, starts=[start])
    order = np.lexsort(weighted.centres.T), np.lexsort(repeated.centres.T)
    np.testing.assert_allclose(weighted.centres[order[0]], repeated.centres[order[1]], atol=1e-12)
    assert weighted.inertia == pytest.approx(repeated.inertia)
    drawn = kmeans(Z, 4, n_init=5, seed=7, weights=times.astype(float))
    theirs = KMeans(4, n_init=5, random_state=7).fit(Z, sample_weight=times)
    assert drawn.inertia == pytest.approx(theirs.inertia_)


def test_a_fit_that_does_not_come_to_rest_is_refused() -> None:
    Z = np.random.default_rng(1).normal(size=(500, 4))
    with pytest.raises(SegmentationError, match="did not come to rest"):
        kmeans(Z, 8, n_init=1, max_iter=1)
    assert kmeans(Z, 8, n_init=1, max_iter=5).n_iter <= 50  # ten times as many rounds, then


def test_progress_is_told_at_every_restart() -> None:
    told: list[tuple[float, str]] = []
    kmeans(SIX, 2, n_init=4, progress=lambda share, text: told.append((share, text)))
    assert [share for share, _ in told] == [0.0, 0.25, 0.5, 0.75]
    assert told[-1][1] == "2 segments: restart 4 of 4"


def test_cancel_is_heard_between_restarts() -> None:
    calls = []

    def progress(share: float, text: str) -> None:
        calls.append(share)
        if len(calls) == 3:
            raise Cancelled

    with pytest.raises(Cancelled):
        kmeans(SIX, 2, progress=progress)
    assert len(calls) == 3


def test_distinct_rows_are_counted_up_to_the_limit() -> None:
    Z = np.zeros((2500, 2))
    Z[2400:, 0] = np.arange(100)
    assert distinct_rows(Z, stop=5) == 5
    assert distinct_rows(Z, stop=1000) == 100


def test_check_matrix_hands_back_the_same_rows() -> None:
    assert check_matrix(SIX) is SIX


PUBLISHED = {
    2: (127784.53, (5243, 3707)),
    3: (111975.04, (6114, 1561, 1275)),
    4: (99061.94, (3977, 3367, 1197, 409)),
    5: (91490.50, (3910, 2415, 1385, 1155, 85)),
    6: (84826.59, (3037, 2231, 1316, 1310, 970, 86)),
}
BEST_KNOWN = {7: 79501.1984, 8: 74466.2007}


def test_the_credit_card_data_gives_the_published_segments() -> None:
    Z = credit_card()
    for k, (inertia, sizes) in PUBLISHED.items():
        fit = kmeans(Z, k)
        assert fit.inertia == pytest.approx(inertia, rel=1e-6)
        assert fit.sizes == sizes
    for k, inertia in BEST_KNOWN.items():
        assert kmeans(Z, k).inertia <= inertia * 1.005
    assert kmeans(Z, 1).inertia == pytest.approx(8950 * 17)
