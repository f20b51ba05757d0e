"""The recipe: what preparation learned from the training customers, replayed the same way for everyone after them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segmentation.core.lazy import lazily
from segmentation.preparation.columns import left_out, used
from segmentation.preparation.learn import compared_values, learn
from segmentation.preparation.recipe import (
    Dropped,
    FeatureRecipe,
    Recipe,
    missing_columns,
    numeric_cells,
    numeric_column,
)

if TYPE_CHECKING:
    from segmentation.preparation.sklearn_pipeline import to_sklearn

__all__ = [
    "Dropped",
    "FeatureRecipe",
    "Recipe",
    "compared_values",
    "learn",
    "left_out",
    "missing_columns",
    "numeric_cells",
    "numeric_column",
    "to_sklearn",
    "used",
]

__getattr__ = lazily(__name__, {"to_sklearn": "sklearn_pipeline"})
