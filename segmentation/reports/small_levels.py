"""Levels that few customers of a persona have, as they may be told: as if none had them.

A share of a persona's customers may stand for one of them. A share left out follows from the others: those of a
category make a whole, and those of the personas make everyone's. So the few count as the persona's most frequent level
before any figure is made, and all figures fit together without them; that none have a level means fewer than the rule's
number of customers.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace

import numpy as np

from segmentation.clustering.model import Segmentation
from segmentation.core.disclosure import too_small
from segmentation.core.tables import FeatureTable
from segmentation.core.text import count_text, share_text
from segmentation.reports.placing import placing_of

__all__ = ["few_as_most", "kept_vague", "level_share", "typing_sheet"]


def few_as_most(
    segmentation: Segmentation, features: FeatureTable | None, smallest: int
) -> tuple[FeatureTable | None, bool]:
    """The customers with every level that fewer than `smallest` of a segment have as the segment's most frequent one.

    Returns them and whether any was changed; without customers there is nothing to change. Yes and no are two levels;
    what is not known stays so.
    """
    if features is None or segmentation.labels is None:
        return features, False
    labels, frame, changed = segmentation.labels.to_numpy(), features.frame.copy(), False
    for names in _categories(segmentation):
        values = frame[names].to_numpy(dtype=np.float64, copy=True)
        known = np.isin(values, (0.0, 1.0)).all(axis=1)
        for segment in np.unique(labels):
            rows = np.flatnonzero(known & (labels == segment))
            if not len(rows):
                continue
            levels, which, sizes = np.unique(values[rows], axis=0, return_inverse=True, return_counts=True)
            few = too_small(sizes, smallest)[which.ravel()] & (which.ravel() != sizes.argmax())
            values[rows[few]] = levels[sizes.argmax()]
            changed |= bool(few.any())
        frame[names] = values
    return (replace(features, frame=frame) if changed else features), changed


def _categories(segmentation: Segmentation) -> Iterator[list[str]]:
    """The features of each category together, and each other one of yes and no."""
    blocks = segmentation.recipe.blocks
    inside = {name for block in blocks for name in block.features}
    yield from (list(block.features) for block in blocks)
    yield from ([item.name] for item in segmentation.info if item.kind == "boolean" and item.name not in inside)


def typing_sheet(segmentation: Segmentation, hidden: Collection[int]) -> bool:
    """Whether the workbook gets its sheet to type into: it needs the figures of every segment, and a rule
    that formulas can express."""
    return not hidden and placing_of(segmentation.rule) is not None


def level_share(value: float, size: int, smallest: int) -> str:
    """A share of `size` customers in words that tell of no fewer than `smallest`: 12.0 %, under 4.0 %, over 96.0 %."""
    edge = smallest / size if size else 1.0
    if smallest > 1 and edge < 0.5:
        if value < edge:
            return f"under {share_text(edge)}"
        if value > 1 - edge:
            return f"over {share_text(1 - edge)}"
    return share_text(value)


def kept_vague(changed: bool, smallest: int, typing: bool) -> tuple[str, ...]:
    """That small shares of levels were left out, and what still holds them."""
    if not changed:
        return ()
    few = count_text(smallest)
    sheet = (
        " The sheet to type customers into holds the figures that place them as they are, as the saved model does."
        if typing
        else ""
    )
    return (
        f"Where fewer than {few} customers of a persona have a value of a category, or all but fewer than {few}, every "
        f"figure counts it as if none, or all, had it, so that no single customer follows from it.{sheet}",
    )
