"""What changes in the evidence where categories take part: their levels stay together, and are no groups themselves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import adjusted_rand_score

from segmentation.clustering.methods import Fit, Floats
from segmentation.preparation import Recipe

__all__ = ["Levels", "echoes", "levels_of", "with_categories"]

Levels = Mapping[str, NDArray[np.intp]]
"""Label of a category → the columns of the prepared matrix that are its levels."""

_SAME = 0.9
"""From this adjusted Rand index on segments are called the levels of a category."""


def levels_of(recipe: Recipe) -> dict[str, NDArray[np.intp]]:
    """The categories of a recipe with their columns of the prepared matrix."""
    places = {name: place for place, name in enumerate(recipe.names)}
    return {block.label: np.array([places[name] for name in block.features]) for block in recipe.blocks}


def echoes(Z: Floats, fits: Mapping[int, Fit], levels: Levels) -> dict[int, str]:
    """By number of segments the category whose levels the segments are, where they are no more than that."""
    named: dict[int, str] = {}
    for label, columns in levels.items():
        codes = np.unique(Z[:, columns], axis=0, return_inverse=True)[1].ravel()
        for k, fit in fits.items():
            if adjusted_rand_score(codes, fit.labels) >= _SAME:
                named.setdefault(k, label)
    return named


def with_categories(blocks: Iterable[NDArray[np.intp]], levels: Levels) -> tuple[NDArray[np.intp], ...]:
    """Blocks of columns that tell one fact (see `gaps.atoms`), so that all levels of a category are in one of them."""
    joined = [set(block.tolist()) for block in blocks]
    for columns in levels.values():
        own = set(columns.tolist())
        own |= {column for block in joined if block & own for column in block}
        joined = [block for block in joined if not block & own] + [own]
    return tuple(np.array(sorted(block)) for block in sorted(joined, key=min))
