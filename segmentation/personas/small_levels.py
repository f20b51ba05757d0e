"""Levels that few customers of a persona have, as they may be told: as if none had them.

A share of a persona's customers may stand for one of them. A share left out follows from the others: those of a
category make a whole, and those of the personas make everyone's. So the few count as the persona's most frequent level
before any figure is made, and all figures fit together without them; that none have a level means fewer than the rule's
number of customers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from segmentation.clustering.model import Segmentation
from segmentation.core.blocks import Block
from segmentation.core.disclosure import SMALLEST_GROUP, step_of, too_small
from segmentation.core.tables import FeatureTable
from segmentation.core.text import share_text
from segmentation.personas.cards import Persona

__all__ = ["few_as_most", "few_in_centres_as_most", "has_levels", "level_share", "without_few"]

Floats = NDArray[np.float64]
Members = NDArray[np.bool_]

_FEW_HAVE_IT = "What sets these customers apart is left out: it is about values that few of a persona have."


def _levels_of(segmentation: Segmentation) -> Iterator[list[str]]:
    """The features of each category together, and each other one of yes and no."""
    blocks = segmentation.recipe.blocks
    inside = {name for block in blocks for name in block.features}
    yield from (list(block.features) for block in blocks)
    yield from ([item.name] for item in segmentation.info if item.kind == "boolean" and item.name not in inside)


def has_levels(segmentation: Segmentation) -> bool:
    """Whether any feature is a level of a category, or yes and no."""
    return any(_levels_of(segmentation))


def few_as_most(
    segmentation: Segmentation, features: FeatureTable, labels: NDArray[np.integer], smallest: int
) -> FeatureTable:
    """The customers with every level that fewer than `smallest` of a segment have as the segment's most frequent one.

    labels: the segment of each customer. Yes and no are two levels; what is not known stays so.
    """
    if smallest <= 1:
        return features
    frame = features.frame.copy()
    for names in _levels_of(segmentation):
        values = frame[names].to_numpy(dtype=np.float64, copy=True)
        known = np.isin(values, (0.0, 1.0)).all(axis=1)
        for segment in np.unique(labels):
            rows = np.flatnonzero(known & (labels == segment))
            if not len(rows):
                continue
            levels, which, sizes = np.unique(values[rows], axis=0, return_inverse=True, return_counts=True)
            few = too_small(sizes, smallest)[which.ravel()] & (which.ravel() != sizes.argmax())
            values[rows[few]] = levels[sizes.argmax()]
        frame[names] = values
    return replace(features, frame=frame)


def few_in_centres_as_most(segmentation: Segmentation, smallest: int) -> Segmentation:
    """The same of a model without its customers, whose centres tell how many have a level."""
    if smallest <= 1:
        return segmentation
    centres, recipe = segmentation.centres.copy(), segmentation.recipe
    for names, row, shares, few in _in_centres(segmentation, smallest):
        shares[shares.argmax()] += shares[few].sum()
        shares[few] = 0.0
        told = 1 - np.cumsum(shares)[:-1] if len(shares) > len(names) else shares
        for name, value in zip(names, told, strict=True):
            place = recipe.names.index(name)
            centres[row, place] = recipe.features[place].apply(np.array([value]))[0]
    return replace(segmentation, centres=centres)


def without_few(
    segmentation: Segmentation, personas: tuple[Persona, ...], smallest: int = SMALLEST_GROUP
) -> tuple[Persona, ...]:
    """The personas without what is said of categories of which few of a segment have a level, unless told so before."""
    rare = {name for names, _, _, few in _in_centres(segmentation, smallest) if few.any() for name in names}
    return tuple(item if item.smallest >= smallest else _without(item, rare) for item in personas)


def _in_centres(segmentation: Segmentation, smallest: int) -> Iterator[tuple[list[str], int, Floats, Members]]:
    """Features of a category, row of a centre, share of each level, and of which levels it is that of few."""
    for names in _levels_of(segmentation):
        values = segmentation.typical[names].to_numpy(dtype=np.float64)
        block = segmentation.recipe.block_of(names[0])
        for row, size in enumerate(segmentation.sizes):
            one_feature_each = block is not None and block.kind == "named"
            shares = values[row].copy() if one_feature_each else -np.diff([1.0, *values[row], 0.0])
            few = too_small(shares * size, smallest)
            few[shares.argmax()] = False
            yield names, row, shares, few


def level_share(feature: str, means: Mapping[str, float], block: Block | None, size: int, smallest: int) -> str:
    """The share of `size` customers with a level, in words that are true of them and tell of no fewer than `smallest`.

    means: those of the features of its category (`block`; None for yes and no), with few counted as most. "12.0 %"
    where nothing was counted otherwise; "under 4.0 %" of a level that few may have; "over 88.0 %" of the most frequent
    one, as which they count.
    """
    value = means[feature]
    shares = np.array(
        [1 - value, value] if block is None else [*block.shares([means[n] for n in block.features]).values()]
    )
    number = 1 if block is None else block.features.index(feature)
    levels = np.arange(len(shares))
    own = levels > number if block is not None and block.kind == "ordered" else levels == number
    few, most = too_small(shares * size, smallest) & (levels != shares.argmax()), bool(own[shares.argmax()])
    unsure = int((few & (own != most)).sum()) * smallest / size if smallest > 1 else 0.0
    if not unsure:
        return share_text(value)
    unsure += float(step_of(1.0, size)) / 2 if 0 < value < 1 else 0.0  # as far as a told share is from the true one
    return f"over {share_text(max(value - unsure, 0.0))}" if most else f"under {share_text(min(value + unsure, 1.0))}"


def _without(persona: Persona, rare: set[str]) -> Persona:
    """The persona without what is said of these features."""
    left_out = {claim.sentence for claim in persona.claims if claim.feature in rare}
    if not left_out:
        return persona
    own = "sentences" in persona.edited
    sentences = tuple(text for text in persona.sentences if own or text not in left_out) or (_FEW_HAVE_IT,)
    claims = tuple(claim for claim in persona.claims if claim.feature not in rare)
    return replace(persona, sentences=sentences, claims=claims, against=(), because="")
