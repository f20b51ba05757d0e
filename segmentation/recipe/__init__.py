"""The recipe: what preparation learned from the training customers, replayed the same way for everyone after them."""

from segmentation.recipe.learning import learn
from segmentation.recipe.notebook import to_sklearn
from segmentation.recipe.parts import Dropped, FeatureRecipe, Recipe, missing_columns, numeric_column

__all__ = ["Dropped", "FeatureRecipe", "Recipe", "learn", "missing_columns", "numeric_column", "to_sklearn"]
