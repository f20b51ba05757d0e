"""The final segments: the very fit that the board showed at a k, or another fit on request."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import numpy as np

from segmentation.indices import sampled_rows, silhouettes
from segmentation.ksearch import KSearch, settle
from segmentation.methods import method_of
from segmentation.model import Segmentation, build
from segmentation.recipe import Recipe
from segmentation.settings import Progress
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
        settings={"n_init": board.settings.n_init, "seed": board.settings.seed},
        silhouette=float(board.table["silhouette"][k]),
    )


def refit(
    features: FeatureTable,
    recipe: Recipe,
    k: int | None = None,
    *,
    method: str = "kmeans",
    progress: Progress | None = None,
    **settings: Any,
) -> Segmentation:
    """Segments made anew by any method with these settings, with the silhouette as the board measures it."""
    way = method_of(method)
    chosen = way.choose(settings if k is None else {"k": k, **settings})
    prepared = recipe.apply(features.frame)
    fit = way.run(prepared, chosen, progress)
    values = silhouettes(prepared, {fit.k: fit.labels}, rows=sampled_rows(len(prepared)))[fit.k]
    return build(features, recipe, fit, method=method, settings=asdict(chosen), silhouette=float(np.mean(values)))


def is_of_board(seg: Segmentation, board: KSearch) -> bool:
    """Whether these segments are the ones that the board shows at their k."""
    ours = seg.settings.get("method") == "kmeans" and seg.k in board.fits
    return ours and seg.inertia == board.fits[seg.k].inertia
