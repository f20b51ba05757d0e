"""The levels of a category counted in training and in a new file."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from segmentation.clustering.crowd import Bins
from segmentation.clustering.model import Segmentation
from segmentation.core.blocks import Block

__all__ = ["LevelCounts", "level_counts"]


@dataclass(frozen=True)
class LevelCounts:
    """One category: customers of each level in training and now, a bin a level; missing are those without a value."""

    block: Block
    before: Bins
    now: Bins

    @property
    def most_changed(self) -> tuple[str, float, float]:
        """The level whose share of the known customers changed most: its name, its share in training, its share now."""
        old, new = (np.array(bins.counts) / max(bins.known, 1) for bins in (self.before, self.now))
        place = int(np.abs(new - old).argmax())
        return self.block.answers[place], float(old[place]), float(new[place])


def level_counts(made: Segmentation, frame: pd.DataFrame) -> dict[str, LevelCounts]:
    """New customers with the features of every category (0, 1, NaN) → column of the category → its counts."""
    return {block.column: _counted(made, block, frame) for block in made.recipe.blocks}


def _counted(made: Segmentation, block: Block, frame: pd.DataFrame) -> LevelCounts:
    fills = {item.name: item.fill for item in made.recipe.features}
    known, missing = made.n_customers, 0
    if made.crowd is not None:
        first = made.crowd.features[block.features[0]]
        known, missing = first.known, first.missing
    values = frame[list(block.features)].to_numpy(dtype=np.float64, na_value=np.nan)
    there = values[~np.isnan(values).any(axis=1)]
    means = there.mean(axis=0) if len(there) else np.zeros(len(block.features))
    return LevelCounts(
        block,
        _bins(block, np.array([fills[name] for name in block.features]), known, missing),
        _bins(block, means, len(there), len(values) - len(there)),
    )


def _bins(block: Block, means: np.ndarray, known: int, missing: int) -> Bins:
    """The means of the features over so many customers → how many have each level."""
    shares = np.array(list(block.shares(means).values()))
    counts = np.rint(shares * known).astype(int)
    return Bins(tuple(float(place) for place in range(len(shares) - 1)), tuple(counts.tolist()), missing)
