"""Values of a category that the model never saw: counted, said by name, and told apart from levels that moved."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from segmentation.clustering.model import Segmentation
from segmentation.core.blocks import Block, level_text
from segmentation.core.text import agree, count_text, counted, listed, plain_text, quoted_level, share_text

__all__ = ["NewLevels", "labelled_new", "new_levels"]

_MATTERS = 0.01
"""From this share of the customers on, new values are a sign to watch the model."""


@dataclass(frozen=True)
class NewLevels:
    """One category with values that are no level of the model: value → customers, the commonest first.

    customers: of the file in all.
    """

    block: Block
    values: tuple[tuple[str, int], ...]
    customers: int

    @property
    def count(self) -> int:
        """Customers with any such value."""
        return sum(count for _, count in self.values)

    @property
    def share(self) -> float:
        """Of all customers of the file."""
        return self.count / max(self.customers, 1)

    @property
    def matters(self) -> bool:
        """Whether so many have one that the model is to be watched."""
        return self.share >= _MATTERS

    @property
    def counts_as(self) -> str:
        """What becomes of such a value."""
        return "counts as “other”" if self.block.other else "tells nothing, as if it were missing"

    @property
    def named(self) -> str:
        """The values by name, the first three."""
        return listed([quoted_level(value) for value, _ in self.values], most=3)

    @property
    def sentence(self) -> str:
        """The column, the new values, how many have them and what becomes of them."""
        many, of = len(self.values), self.count
        what = agree(many, "a level that was", f"{count_text(many)} levels that were")
        it = f"it {self.counts_as}"
        if many > 1:
            it = "they count as “other”" if self.block.other else "they tell nothing, as if they were missing"
        return (
            f"{plain_text(self.block.label, longest=40)} has {what} not there in training: {self.named} "
            f"({counted(of, 'customer')}, {share_text(self.share)}); {it}."
        )


def new_levels(made: Segmentation, frame: pd.DataFrame) -> tuple[NewLevels, ...]:
    """A table of customers → the categories with values that are no level of the model, the largest first."""
    known = [
        NewLevels(block, values, len(frame))
        for block in made.recipe.blocks
        if block.column in frame.columns
        for values in [_of_column(block, frame[block.column])]
        if values
    ]
    return tuple(sorted(known, key=lambda one: -one.count))


def _of_column(block: Block, values: pd.Series) -> tuple[tuple[str, int], ...]:
    counts = values.map(level_text).value_counts()
    return tuple((str(value), int(count)) for value, count in counts.items() if not block.knows(value))


def labelled_new(features: pd.DataFrame, new: Iterable[NewLevels]) -> pd.DataFrame:
    """The table of `feature_drift` → the same, where a new level changed a category most, named by that level.

    Its share was 0 in training.
    """
    table = features.copy()
    for one in new:
        row = table["feature"] == one.block.column
        value, count = one.values[0]
        share = count / max(one.customers, 1)
        change = (table.loc[row, "median"] - table.loc[row, "training_median"]).abs().max()
        if row.any() and not change > share:
            table.loc[row, "label"] = f"{one.block.label}: {quoted_level(value)} (new)"
            table.loc[row, ["training_median", "median"]] = 0.0, share
    return table
