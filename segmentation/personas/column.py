"""One feature of all customers beside the members of one segment: what a claim is made from, as it may be told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from segmentation.core.blocks import Block
from segmentation.core.disclosure import surely_differ, told_mean, told_mean_and_error
from segmentation.core.tables import FeatureInfo
from segmentation.core.text import share_text
from segmentation.personas.small_levels import level_share

__all__ = ["Column"]

Floats = NDArray[np.float64]
Members = NDArray[np.bool_]


@dataclass(frozen=True)
class Column:
    """One feature of all customers: description, values in original units (filled), members, effect in the segment.

    smallest: for others: no mean or share is told finer than one customer could move it, and shares of a level that
    fewer of the members than this make are told by their edge (0: for whoever has the customers). block: its category;
    means: of the category's features among the members. known: which of the values nobody filled in (None: all).
    """

    info: FeatureInfo
    values: Floats
    members: Members
    effect: float
    smallest: int = 0
    block: Block | None = None
    means: Mapping[str, float] = field(default_factory=dict)
    known: Members | None = None

    def mean(self, values: Floats | Members) -> float:
        """A mean over some of the customers, as it may be told."""
        return told_mean(values) if self.smallest else float(values.mean())

    @property
    def averages(self) -> tuple[float, float]:
        """The means of the members' values and of everyone's, as they may be told."""
        return self._told[0], self._told[1]

    @property
    def apart(self) -> bool:
        """Whether the averages say which of what stands behind them is larger."""
        return bool(surely_differ(*self._told))

    @cached_property
    def _told(self) -> tuple[float, float, float]:
        """The averages, and how far off both may be together."""
        (own, error), (everyone, other) = (self._mean_of(rows) for rows in (self.members, np.ones_like(self.members)))
        return own, everyone, error + other

    def _mean_of(self, rows: Members) -> tuple[float, float]:
        values = self.values[rows]
        if self.smallest:
            return told_mean_and_error(values, values if self.known is None else values[self.known[rows]])
        return float(np.clip(values.mean(), values.min(), values.max())), 0.0  # equal values do not add up exactly

    def share(self, value: float) -> str:
        """A share of the members, as it may be told."""
        few = self.smallest if self.info.kind == "boolean" else 0
        means, own = {**self.means, self.info.name: value}, self.values[self.members]
        known = int(((own == 0) | (own == 1)).sum())
        return level_share(self.info.name, means, self.block, known or len(own), few)

    def everyone(self, value: float) -> str:
        """A share of everyone, in which few may count as others."""
        return (
            f"about {value:.0%}".replace("%", " %")
            if self.smallest and self.info.kind == "boolean"
            else share_text(value)
        )
