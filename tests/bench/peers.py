"""What people use today to decide whether there are groups and how many: written as short as they are usually used."""

from __future__ import annotations

import numpy as np
import pandas as pd
from sklearn.neighbors import NearestNeighbors

__all__ = ["elbow_of", "hopkins"]


def hopkins(Z: np.ndarray, seed: int, share: float = 0.1) -> float:
    """The Hopkins statistic (Hopkins, Skellam 1954): about 0.5 for evenly spread rows, above 0.7 "there are groups"."""
    rng = np.random.default_rng(seed)
    count = max(10, int(share * len(Z)))
    near = NearestNeighbors(n_neighbors=2).fit(Z)
    drawn = Z[rng.choice(len(Z), count, replace=False)]
    even = rng.uniform(Z.min(axis=0), Z.max(axis=0), size=(count, Z.shape[1]))
    to_rows = near.kneighbors(drawn)[0][:, 1]
    to_even = near.kneighbors(even, n_neighbors=1)[0][:, 0]
    return float(to_even.sum() / (to_even.sum() + to_rows.sum()))


def elbow_of(inertia: pd.Series) -> int | None:
    """The knee of the inertia curve, by the kneed package where it is installed, otherwise by its rule (ours)."""
    try:
        from kneed import KneeLocator
    except ImportError:
        from segmentation.evaluation.choose_k import elbow

        return elbow(inertia)
    found = KneeLocator(list(inertia.index), list(inertia), curve="convex", direction="decreasing").knee
    return None if found is None else int(found)
