"""The recipe: what preparation learned from the training customers, replayed the same way for everyone after them."""

from segmentation.recipe.learning import learn
from segmentation.recipe.notebook import to_sklearn
from segmentation.recipe.parts import Dropped, FeatureRecipe, Recipe

__all__ = ["Dropped", "FeatureRecipe", "Recipe", "learn", "to_sklearn"]
