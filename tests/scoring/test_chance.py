"""p-values of counts: worked by hand, then against scipy.stats."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st

from segmentation.scoring.chance import counts_p, share_p


def test_a_worked_table_of_counts() -> None:
    # Both bins hold 30 of 60, so chance expects 15 in each cell: four times 5² / 15 = 6.667 with one degree of freedom.
    p = counts_p(np.array([20, 10]), np.array([10, 20]))
    assert p == pytest.approx(scipy.stats.chi2.sf(100 / 15, 1))
    assert p == pytest.approx(0.009823, abs=1e-6)


def test_bins_that_chance_leaves_nearly_empty_are_put_together() -> None:
    many = counts_p(np.array([50, 50, 1]), np.array([50, 49, 0]))
    assert many == counts_p(np.array([50, 51]), np.array([50, 49]))
    assert counts_p(np.array([3, 1]), np.array([1, 3])) == 1.0
    assert counts_p(np.array([0, 0]), np.array([10, 3])) == 1.0


@given(st.lists(st.tuples(st.integers(20, 60), st.integers(20, 60)), min_size=2, max_size=8))
def test_well_filled_counts_agree_with_scipy(pairs: list[tuple[int, int]]) -> None:
    old, new = np.array(pairs).T
    assert counts_p(old, new) == pytest.approx(scipy.stats.chi2_contingency([old, new], correction=False)[1], abs=1e-9)


@given(st.integers(1, 60), st.integers(1, 60), st.data())
def test_a_share_agrees_with_fishers_exact_test(old_rows: int, new_rows: int, data: st.DataObject) -> None:
    old, new = data.draw(st.integers(0, old_rows)), data.draw(st.integers(0, new_rows))
    expected = scipy.stats.fisher_exact([[old, old_rows - old], [new, new_rows - new]])[1]
    assert share_p(old, old_rows, new, new_rows) == pytest.approx(expected, abs=1e-6)
