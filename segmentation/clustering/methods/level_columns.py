"""Which prepared columns are levels of categories, told from their values alone.

Preparation moves and stretches a column, so the levels of one category still are two values a column (three with the
share that stands for what is not known), of which every customer has exactly one high, or, of words in an order, the
high ones from the first on.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from segmentation.clustering.methods.base import Floats

__all__ = ["Levels", "level_columns"]

_NEAR = 1e-9


@dataclass(frozen=True)
class Levels:
    """One category among the prepared columns.

    columns: their places. low, step: of each, the prepared value of 0 and what is added for 1. member: n × levels, how
    much of each level a customer has: 1 of its own; where it is not known the shares of all. ordered: whether the
    columns are levels and higher (one fewer than there are levels).
    """

    columns: tuple[int, ...]
    low: Floats
    step: Floats
    member: Floats
    ordered: bool

    def slopes(self, weights: Floats) -> tuple[Floats, Floats]:
        """k × levels weights of the levels → k × columns weights of the prepared columns, and k constants.

        A customer's own level has the same sum by both: member @ weights = Z @ slopes + constant.
        """
        of_indicators = np.diff(weights, axis=1) if self.ordered else weights
        slopes = of_indicators / self.step
        first = weights[:, 0] if self.ordered else np.zeros(len(weights))
        return slopes, first - slopes @ self.low


def level_columns(Z: Floats) -> tuple[list[Levels], NDArray[np.intp]]:
    """Prepared rows (n × d) → the categories among the columns, and the places of the columns that are numbers."""
    indicators = {index: column for index in range(Z.shape[1]) if (column := _indicator(Z[:, index])) is not None}
    blocks: list[Levels] = []
    used: set[int] = set()
    index = 0
    while index < Z.shape[1]:
        group = _named(indicators, index) or _ordered(indicators, index)
        if group:
            low = Z[:, group].min(axis=0)
            values = np.column_stack([indicators[place] for place in group])
            ordered = len(group) == 1 or not np.allclose(values.sum(axis=1), 1.0, atol=_NEAR)
            steps = np.column_stack([np.ones(len(Z)), values, np.zeros(len(Z))])
            member = np.clip(-np.diff(steps, axis=1), 0.0, 1.0) if ordered else values
            blocks.append(Levels(tuple(group), low, Z[:, group].max(axis=0) - low, member, ordered))
            used.update(group)
            index = group[-1] + 1
        else:
            index += 1
    return blocks, np.array([place for place in range(Z.shape[1]) if place not in used], dtype=np.intp)


def _indicator(column: Floats) -> Floats | None:
    """A column of two values as 0 and 1, a third between them as it lies; None for any other column."""
    low, high = float(column.min()), float(column.max())
    if not low < high or len(np.unique(column[:1000])) > 3 or len(np.unique(column)) > 3:
        return None
    scaled: Floats = (column - low) / (high - low)
    return scaled


def _named(indicators: dict[int, Floats], first: int) -> list[int]:
    """The columns from this one on of which every customer has exactly one; empty where there are none."""
    if first not in indicators:
        return []
    total, last = indicators[first].copy(), first
    while last + 1 in indicators and not np.allclose(total, 1.0, atol=_NEAR):
        total += indicators[last + 1]
        if total.max() > 1 + _NEAR:
            return []
        last += 1
    return list(range(first, last + 1)) if last > first and np.allclose(total, 1.0, atol=_NEAR) else []


def _ordered(indicators: dict[int, Floats], first: int) -> list[int]:
    """The columns from this one on, each high only where the one before is; one column alone is yes or no."""
    if first not in indicators:
        return []
    last = first
    while last + 1 in indicators and (indicators[last + 1] <= indicators[last] + _NEAR).all():
        last += 1
    return list(range(first, last + 1))
