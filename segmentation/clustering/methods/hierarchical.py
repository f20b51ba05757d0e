"""Agglomerative clustering: customers joined two by two into a tree, which is cut into k segments."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import AgglomerativeClustering

from segmentation.clustering.methods.base import Fit, Floats, Method, distinct_rows, refuse_too_few_rows
from segmentation.clustering.methods.to_fit import MOST_SEGMENTS, as_fit, sampled
from segmentation.core.memory import refuse_without_memory
from segmentation.core.own_process import run_apart
from segmentation.core.parallel import part
from segmentation.core.settings import SEED, Progress, Settings, option

__all__ = ["LINKAGES", "TREES", "TreeSettings", "grow", "tree_sample"]

LINKAGES = {
    "ward": "Least spread within (Ward)",
    "average": "Smallest mean distance (average)",
    "complete": "Nearest farthest pair (complete)",
    "single": "Nearest pair (single)",
}

_MOST_FITTED = 20_000
"""All pairs of so many customers need 3.2 GB while the tree grows."""
_BYTES_PER_PAIR = 8.0
_SECONDS_PER_PAIR = 6e-8


@dataclass(frozen=True)
class TreeSettings(Settings):
    """How the tree is grown and where it is cut."""

    k: int = option(4, "Number of segments", low=1, high=MOST_SEGMENTS)
    linkage: str = option(
        "ward",
        "Which groups are joined next",
        "Ward makes compact segments; the others may split off a few unusual customers and leave one large segment.",
        choices=LINKAGES,
    )
    seed: int = option(
        SEED,
        "Seed",
        f"Draws the sample where there are more than {_MOST_FITTED:,} customers; the tree itself has no chance in it.",
        low=0,
        high=2**31 - 1,
    )


def tree_sample(rows: int, *, seed: int, most: int = _MOST_FITTED) -> NDArray[np.intp] | None:
    """Positions of the customers whose tree is grown; None when it is all of them."""
    return sampled(rows, most=most, seed=seed)


def grow(
    Z: Floats, linkage: str, k: int, *, progress: Progress | None = None
) -> tuple[NDArray[np.intp], NDArray[np.intp], Floats]:
    """Prepared rows (n × d, n at least 2) → raw labels (n,) at k, joins (n − 1 × 2) and their heights (n − 1,).

    In the joins a number below n is a row, n + i is the group made by join i (as in scikit-learn's `children_`). The
    height is the distance that the linkage says; for Ward √(2 × the growth of the summed squared distances).
    """
    pairs = len(Z) ** 2 / 2
    if linkage != "single":
        refuse_without_memory(2 * _BYTES_PER_PAIR * pairs, len(Z))
    return run_apart(
        _grow, Z, linkage, k, seconds=_SECONDS_PER_PAIR * 2 * pairs, progress=progress, text="Growing the tree"
    )


def _grow(Z: Floats, linkage: str, k: int) -> tuple[NDArray[np.intp], NDArray[np.intp], Floats]:
    model = AgglomerativeClustering(k, linkage=linkage, compute_full_tree=True, compute_distances=True).fit(Z)
    return model.labels_, model.children_, model.distances_


def _fit(Z: Floats, settings: TreeSettings, progress: Progress | None) -> Fit:
    refuse_too_few_rows(distinct_rows(Z, stop=settings.k), settings.k)
    rows = tree_sample(len(Z), seed=settings.seed)
    fitted = Z if rows is None else Z[rows]
    refuse_too_few_rows(distinct_rows(fitted, stop=settings.k), settings.k)
    if settings.k == 1:
        raw = np.zeros(len(fitted), dtype=np.intp)
    else:
        raw, _, _ = grow(fitted, settings.linkage, settings.k, progress=part(progress, 0.0, 0.8))
    return as_fit(Z, raw, rows=rows, progress=progress)


TREES = Method(
    name="agglomerative",
    label="Hierarchical",
    help="A tree (agglomerative clustering): the two most similar groups are joined until k segments are left.",
    settings=TreeSettings,
    fit=_fit,
    assignment="the segment that has the nearest point, each point being the mean of some customers",
    sample_rows=_MOST_FITTED,
)
