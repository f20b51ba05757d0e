"""How a category is prepared: filled with its shares, and divided so that all its levels together weigh as one number.

Two customers drawn at random differ by 2 on average in the square of a number of mean 0 and standard deviation 1. In
the features of 0 and 1 of a category they differ by twice the sum of their variances: divided by the root of that
sum, the whole category differs by 2 as well, however many levels it has. Two levels then count exactly as a yes-or-no
feature that is brought to one scale. docs/kinds.md compares this with other ways.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from segmentation.core.blocks import Block
from segmentation.core.settings import ColumnPrep, PrepSettings
from segmentation.core.tables import FeatureTable
from segmentation.core.text import counted, number_text
from segmentation.preparation.recipe import LEVEL_FILL, Dropped, FeatureRecipe

__all__ = ["learn_blocks", "with_weight"]


def learn_blocks(
    features: FeatureTable, settings: PrepSettings
) -> tuple[dict[Block, tuple[FeatureRecipe, ...]], list[Dropped]]:
    """Feature table and settings → category → how each of its features is prepared; and the categories left out.

    Of the settings only `scale` and the column's own keep and weight matter: nothing of 0 and 1 can be capped or
    transformed.
    """
    kept: dict[Block, tuple[FeatureRecipe, ...]] = {}
    dropped = []
    for block in features.blocks:
        choice = settings.columns.get(block.column, ColumnPrep())
        if choice.keep is False:
            dropped.append(Dropped(block.column, block.label, "You left it out."))
            continue
        values = features.frame[list(block.features)].to_numpy()
        known = values[~np.isnan(values).any(axis=1)]
        if not len(known) or not np.ptp(known, axis=0).any():
            reason = "It is the same for every customer, so it tells nobody apart."
            dropped.append(Dropped(block.column, block.label, reason if len(known) else "It has no value at all."))
            continue
        kept[block] = _learned(block, features, values, choice, settings.scale)
    return kept, dropped


def _learned(
    block: Block, features: FeatureTable, values: np.ndarray, choice: ColumnPrep, scale: bool
) -> tuple[FeatureRecipe, ...]:
    missing = int(np.isnan(values).any(axis=1).sum())
    means = np.nanmean(values, axis=0)
    spread = float(np.sqrt(np.where(np.isnan(values), means, values).var(axis=0).sum())) if scale else 1.0
    reasons = [f"All levels of {block.label} together count as one column."] if scale else []
    if missing:
        reasons.append(f"{counted(missing, 'missing value')} filled with its share, which adds nothing to differences.")
    items = [
        FeatureRecipe(
            name,
            features.about(name).label,
            fill=float(mean),
            fill_rule=LEVEL_FILL,
            mean=float(mean) if scale else 0.0,
            scale=spread,
            reasons=tuple(reasons),
            filled=missing,
        )
        for name, mean in zip(block.features, means, strict=True)
    ]
    return tuple(with_weight(item, choice) for item in items)


def with_weight(item: FeatureRecipe, choice: ColumnPrep | None) -> FeatureRecipe:
    """The feature counting as many columns as was chosen for it, in every squared distance; unchanged without."""
    weight = None if choice is None else choice.weight
    if weight is None or weight == 1:
        return item
    sentence = f"It counts as {number_text(weight)} columns, as you chose."
    return replace(item, scale=item.scale / float(np.sqrt(weight)), reasons=(*item.reasons, sentence))
