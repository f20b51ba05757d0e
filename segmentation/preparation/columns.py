"""Which columns make the segments, and why each of the others does not."""

from __future__ import annotations

from segmentation.core.tables import ColumnRole, FeatureTable
from segmentation.preparation.recipe import Recipe

__all__ = ["left_out", "used"]


def used(features: FeatureTable, recipe: Recipe | None = None) -> tuple[str, ...]:
    """The columns that make the segments: those of the recipe, or all when nothing was prepared yet.

    A category is one column, whatever the number of its levels.
    """
    return features.inputs if recipe is None else recipe.inputs


def left_out(features: FeatureTable, recipe: Recipe | None = None) -> tuple[ColumnRole, ...]:
    """Every column of the files that makes no segment, then every feature that preparation dropped, with its reason."""
    known = features.roles or tuple(
        ColumnRole(str(name), "descriptor", "It is kept to describe the segments.") for name in features.descriptors
    )
    others = [item for item in known if item.role not in ("feature", "category", "used")]
    dropped = () if recipe is None else recipe.dropped
    return (*others, *(ColumnRole(item.name, "left out", item.reason) for item in dropped))
