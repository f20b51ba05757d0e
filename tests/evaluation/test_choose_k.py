"""The comparison: every k fitted and judged, an elbow that is only a hint, and a guarded recommendation."""

from __future__ import annotations

from importlib import import_module

import numpy as np
import pandas as pd
import pytest

from segmentation.clustering.methods import kmeans
from segmentation.clustering.metrics import mean_silhouette
from segmentation.core.errors import Cancelled, SegmentationError
from segmentation.core.settings import KSettings
from segmentation.evaluation.choose_k import elbow, elbow_moves, recommend, search, settle
from tests.matrices import blobs, credit_card, online_retail_rfm


def test_the_elbow_is_the_point_deepest_below_the_straight_line() -> None:
    # 100, 40, 20, 10, 0 → line 100, 75, 50, 25, 0; depths 0, 35, 30, 15, 0.
    curve = pd.Series([100.0, 40.0, 20.0, 10.0, 0.0], index=[2, 3, 4, 5, 6])
    assert elbow(curve) == 3
    assert elbow(curve * 1e6 + 5) == 3


def test_a_straight_or_short_curve_has_no_elbow() -> None:
    assert elbow(pd.Series([3.0, 2.0, 1.0], index=[2, 3, 4])) is None
    assert elbow(pd.Series([3.0, 1.0], index=[2, 3])) is None
    assert elbow(pd.Series([1.0, 1.0, 1.0], index=[2, 3, 4])) is None


def test_the_elbow_is_shown_to_move_with_the_range() -> None:
    curve = pd.Series(1.0 / np.arange(2, 13), index=range(2, 13))
    moves = elbow_moves(curve)
    assert moves[0] == (4, 3)
    assert [found for _, found in moves] == sorted({found for _, found in moves})
    assert moves[-1][1] == elbow(curve)


def table(rows: dict[int, tuple[float, int]]) -> pd.DataFrame:
    """k → (silhouette, smallest) as the part of the comparison that a recommendation reads."""
    frame = pd.DataFrame.from_dict(rows, orient="index", columns=["silhouette", "smallest"])
    return frame.assign(silhouette_error=0.0)


SETTINGS = KSettings(min_share=0.02, min_size=10)


def test_the_clearest_k_is_recommended_with_its_reason() -> None:
    k, reasons = recommend(table({2: (0.21, 300), 3: (0.25, 140), 4: (0.20, 40)}), 1000, SETTINGS)
    assert k == 3
    assert "3 segments are recommended" in reasons[0]
    assert "0.250" in reasons[0]
    assert "140 customers (14.0 %)" in reasons[0]


def test_a_micro_segment_is_named_and_not_recommended() -> None:
    k, reasons = recommend(table({2: (0.90, 6), 3: (0.40, 200), 4: (0.45, 100)}), 1000, SETTINGS)
    assert k == 4
    assert "0.900" in reasons[-1]
    assert "6 customers (0.6 %)" in reasons[-1]


def test_nothing_is_recommended_when_every_k_has_a_micro_segment() -> None:
    k, reasons = recommend(table({2: (0.90, 6), 3: (0.40, 6)}), 1000, SETTINGS)
    assert k is None
    assert "No number of segments is recommended" in reasons[0]
    assert "Cap extreme values" in reasons[-1]


def test_a_limit_on_personas_is_obeyed_and_its_cost_is_said() -> None:
    k, reasons = recommend(
        table({2: (0.2, 300), 3: (0.3, 200), 5: (0.5, 100)}), 1000, KSettings(min_size=10, at_most=4)
    )
    assert k == 3
    assert any("Your limit of 4" in reason and "0.500" in reason for reason in reasons)


def test_within_the_error_of_a_sample_fewer_segments_are_preferred() -> None:
    comparison = table({3: (0.300, 300), 5: (0.301, 200)}).assign(silhouette_error=0.002)
    k, reasons = recommend(comparison, 1000, SETTINGS)
    assert k == 3
    assert "the same within the error of the sample" in reasons[1]


def test_planted_groups_are_found_and_the_fits_are_kept() -> None:
    Z, _ = blobs(600, 4, features=4, apart=8.0)
    comparison = search(Z, KSettings(k_max=7))
    assert comparison.recommended_k == 4
    assert list(comparison.table.index) == [2, 3, 4, 5, 6, 7]
    assert set(comparison.fits) == set(comparison.table.index)
    assert comparison.n_customers == 600
    assert comparison.scored is None
    again = kmeans(Z, 4)
    assert (comparison.fits[4].labels == again.labels).all()
    assert (comparison.fits[4].centres == again.centres).all()
    assert comparison.table.at[4, "silhouette"] == pytest.approx(mean_silhouette(Z, again.labels), abs=1e-7)
    assert comparison.table.at[4, "sizes"] == again.sizes
    assert not comparison.table["estimated"].any()


def test_the_same_rows_and_settings_give_the_same_comparison() -> None:
    Z, _ = blobs(200, 3, apart=2.0)
    first, second = search(Z, KSettings(k_max=5)), search(Z, KSettings(k_max=5))
    pd.testing.assert_frame_equal(first.table, second.table)
    assert first.reasons == second.reasons


def test_more_segments_than_different_customers_are_rows_that_say_so() -> None:
    Z = np.repeat(np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 3.0]]), 20, axis=0)
    comparison = search(Z, KSettings(k_max=5))
    assert comparison.recommended_k == 3
    assert set(comparison.fits) == {2, 3}
    assert np.isnan(comparison.table.at[4, "inertia"])
    assert comparison.table.at[5, "note"] == "5 segments need 5 different customers; there are only 3."


@pytest.mark.parametrize(
    ("Z", "settings", "words"),
    [
        (np.ones((5, 2)), KSettings(), "There is only 1 different customer, too few"),
        (np.eye(2), KSettings(), "only 2 customers: 2 segments of one each cannot be judged"),
        (np.eye(4), KSettings(k_min=4), "only 4 customers: 4 segments of one each"),
        (np.array([[np.nan], [1.0]]), KSettings(), "missing or infinite"),
    ],
)
def test_wrong_input_is_one_sentence(Z: np.ndarray, settings: KSettings, words: str) -> None:
    with pytest.raises(SegmentationError, match=words):
        search(Z, settings)


def test_progress_rises_to_one_and_cancel_is_heard() -> None:
    Z, _ = blobs(300, 3)
    seen: list[float] = []
    search(Z, KSettings(k_max=5), lambda share, text: seen.append(share))
    assert seen == sorted(seen)
    assert seen[-1] == 1.0

    def cancel(share: float, text: str) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        search(Z, KSettings(), cancel)


def test_large_tables_are_estimated_and_the_chosen_k_is_fitted_in_full(monkeypatch: pytest.MonkeyPatch) -> None:
    module = import_module("segmentation.evaluation.choose_k.search")
    monkeypatch.setattr(module, "FULL_ROWS", 500)
    monkeypatch.setattr(module, "_SAMPLE", 300)
    Z, _ = blobs(1000, 3, apart=8.0)
    comparison = search(Z, KSettings(k_max=4))
    assert comparison.table["estimated"].all()
    assert comparison.recommended_k == 3
    full = settle(Z, comparison, 3)
    assert full.table["estimated"].to_dict() == {2: True, 3: False, 4: True}
    assert (full.fits[3].labels == kmeans(Z, 3).labels).all()
    assert full.recommended_k == 3
    assert settle(Z, full, 3) is full
    with pytest.raises(SegmentationError, match="not in the comparison"):
        settle(Z, comparison, 9)


def test_the_credit_card_comparison_recommends_three_segments() -> None:
    comparison = search(credit_card(), KSettings(k_max=8))
    assert comparison.recommended_k == 3
    assert comparison.table.at[3, "silhouette"] == pytest.approx(0.2510, abs=1e-4)
    assert comparison.table.at[7, "silhouette"] == pytest.approx(0.2077, abs=0.005)
    assert comparison.table.at[8, "davies_bouldin"] == pytest.approx(1.3697, abs=0.005)


def test_the_26_customers_of_plain_rfm_are_recognised_and_not_recommended() -> None:
    Z = online_retail_rfm()
    assert len(Z) == 4338
    comparison = search(Z, KSettings(k_max=6))
    assert comparison.table.at[2, "sizes"] == (4312, 26)
    assert comparison.table.at[2, "silhouette"] == pytest.approx(0.8958, abs=1e-4)
    assert comparison.recommended_k is None
    assert any("26 customers (0.6 %)" in reason for reason in comparison.reasons)
