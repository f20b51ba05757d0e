"""A small group beside large ones is heard by the mixture where K-means would rather cut a large one in two."""

from __future__ import annotations

import numpy as np
import pytest

from segmentation.core.settings import KSettings
from segmentation.evaluation.choose_k import search
from segmentation.evaluation.evidence import assess
from segmentation.evaluation.evidence.small_groups import set_apart
from segmentation.evaluation.stability import agreement


def large_middle_small(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """320, 60 and 20 customers: the large group is far from both others, so that K-means joins these."""
    rng = np.random.default_rng(seed)
    group = np.repeat([0, 1, 2], [320, 60, 20])
    centres = np.array([[0.0, 0, 0, 0, 0], [3, -3, 2, -10, -8], [7, -2, 3, -6, -7]])
    Z = rng.normal(size=(400, 5)) + centres[group]
    return (Z - Z.mean(axis=0)) / Z.std(axis=0), group


def test_those_who_are_farthest_together_are_set_apart() -> None:
    # The mean is 17 / 11: those at 0 are 1.5 from it, 8 and 9 together 7.0.
    Z = np.array([[0.0]] * 9 + [[8.0], [9.0]])
    labels = set_apart(Z, np.ones(11, dtype=np.int32), 2)
    assert labels.tolist() == [1] * 9 + [2, 2]


def test_one_who_is_far_alone_does_not_outweigh_those_who_are_far_together() -> None:
    # The mean is 0.75: the three at 7 are 6.25 from it, the one at -9 and two of its neighbours at 0 together 3.75.
    Z = np.array([[0.0]] * 12 + [[7.0]] * 3 + [[-9.0]])
    labels = set_apart(Z, np.ones(16, dtype=np.int32), 3)
    assert np.flatnonzero(labels == 2).tolist() == [12, 13, 14]


@pytest.mark.parametrize("seed", [1, 3])
def test_a_small_group_counts_beside_large_ones(seed: int) -> None:
    Z, group = large_middle_small(seed)
    comparison = search(Z, KSettings(k_max=6))
    assert agreement(comparison.fits[3].labels, group + 1) < 0.6  # K-means cuts the large one
    evidence = assess(Z, comparison)
    assert (evidence.state, evidence.recommended_k, evidence.method) == ("distinct", 3, "mixture")
