"""The final segments: the very fit that the board showed at a k, or another fit on request."""

from __future__ import annotations

import numpy as np

from segmentation.indices import sampled_rows, silhouettes
from segmentation.ksearch import KSearch, settle
from segmentation.methods import METHODS
from segmentation.model import Segmentation, build
from segmentation.recipe import Recipe
from segmentation.settings import N_INIT, SEED, Progress
from segmentation.tables import FeatureTable

__all__ = ["from_board", "is_of_board", "refit"]


def from_board(
    features: FeatureTable, recipe: Recipe, board: KSearch, k: int, progress: Progress | None = None
) -> Segmentation:
    """The fit that the board has at `k`, made in full on all customers where the board only estimated it."""
    if bool(board.table.at[k, "estimated"]):
        board = settle(recipe.apply(features.frame), board, k, progress)
    return build(
        features,
        recipe,
        board.fits[k],
        n_init=board.settings.n_init,
        seed=board.settings.seed,
        silhouette=float(board.table["silhouette"][k]),
    )


def refit(
    features: FeatureTable,
    recipe: Recipe,
    k: int,
    *,
    method: str = "kmeans",
    n_init: int = N_INIT,
    seed: int = SEED,
    progress: Progress | None = None,
) -> Segmentation:
    """k segments fitted anew with these restarts and this seed, with the silhouette as the board measures it."""
    prepared = recipe.apply(features.frame)
    fit = METHODS[method].fit(prepared, k, n_init=n_init, seed=seed, progress=progress)
    values = silhouettes(prepared, {k: fit.labels}, rows=sampled_rows(len(prepared)))[k]
    return build(features, recipe, fit, method=method, n_init=n_init, seed=seed, silhouette=float(np.mean(values)))


def is_of_board(seg: Segmentation, board: KSearch) -> bool:
    """Whether these segments are the ones that the board shows at their k."""
    return seg.k in board.fits and seg.inertia == board.fits[seg.k].inertia
