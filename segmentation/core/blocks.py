"""A category that takes part in the segments: a block of features of 0 and 1, one for each level, never apart."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

__all__ = ["OTHER", "Block", "block_of", "inputs_of", "level_text", "with_levels"]

OTHER = "other"
"""The level of every value that is none of a category's own."""


@dataclass(frozen=True)
class Block:
    """One column of few values as features of 0 and 1.

    column, label: the column of the file and what it is called. kind: "named" (a feature a level, 1 where it is the
    customer's) or "ordered" (levels from the lowest up; a feature for every level but the lowest, 1 where the
    customer's is that one or higher, so that distant levels differ in more features than neighbours).
    features: their names, in the order of the levels. other: of a named category, whether a last feature stands for
    all values that are none of the levels; without it such a value tells nothing, as a missing one.
    """

    column: str
    label: str
    kind: str
    levels: tuple[str, ...]
    features: tuple[str, ...]
    other: bool = False

    def __post_init__(self) -> None:
        wanted = len(self.levels) - 1 if self.kind == "ordered" else len(self.levels) + self.other
        fits = self.kind in ("named", "ordered") and wanted == len(self.features) == len(set(self.features)) > 0
        if not fits or len(set(self.levels)) != len(self.levels) or (self.other and self.kind == "ordered"):
            raise ValueError(f"the levels of {self.column!r} do not fit its features")

    @property
    def answers(self) -> tuple[str, ...]:
        """What can be said of a customer: the levels, then "other" where that is a level."""
        return (*self.levels, OTHER) if self.other else self.levels

    def indicators(self, values: pd.Series) -> dict[str, NDArray[np.float64]]:
        """A column of n values as a file has them → feature → n values 0 or 1, NaN where nothing is known."""
        codes, different = pd.factorize(values)
        places: NDArray[np.intp] = np.array([self.place(value) for value in different] + [-1], dtype=np.intp)[codes]
        unknown = places < 0
        numbers = range(1, len(self.levels)) if self.kind == "ordered" else range(len(self.features))
        found = {}
        for number, name in zip(numbers, self.features, strict=True):
            holds = places >= number if self.kind == "ordered" else places == number
            found[name] = np.where(unknown, np.nan, holds.astype(np.float64))
        return found

    def place(self, value: Any) -> int:
        """The place of a value among `answers`; -1 where it is missing, or unknown and there is no "other".

        Capitals and blanks around it do not matter where that leaves one level.
        """
        text = level_text(value)
        if not text:
            return -1
        if text in self.levels:
            return self.levels.index(text)
        alike = [place for place, level in enumerate(self.levels) if _key(level) == _key(text)]
        if len(alike) == 1:
            return alike[0]
        return len(self.levels) if self.other else -1

    def knows(self, value: Any) -> bool:
        """Whether a value is missing or one of the levels (not one of the others)."""
        return not level_text(value) or 0 <= self.place(value) < len(self.levels)

    def answer(self, indicators: Sequence[float] | NDArray[np.float64]) -> str:
        """The values of its features for one customer → the level, "" where that is not known."""
        values = np.asarray(indicators, dtype=np.float64)
        if np.isnan(values).any():
            return ""
        place = int((values > 0.5).sum()) if self.kind == "ordered" else int(values.argmax())
        return self.answers[place]

    def shares(self, means: Sequence[float] | NDArray[np.float64]) -> dict[str, float]:
        """The means of its features over customers → level → share of the customers who have it."""
        values = np.asarray(means, dtype=np.float64)
        if self.kind == "ordered":
            values = -np.diff(np.concatenate([[1.0], values, [0.0]]))
        return dict(zip(self.answers, values.tolist(), strict=True))


def level_text(value: Any) -> str:
    """A cell as the text of a level: whole numbers without a point, yes and no for true and false, "" for no value."""
    if value is None or value is pd.NA or (isinstance(value, float) and np.isnan(value)):
        return ""
    if isinstance(value, bool | np.bool_):
        return "yes" if value else "no"
    if isinstance(value, float | np.floating) and float(value).is_integer() and abs(float(value)) < 2**53:
        return str(int(value))
    return str(value).strip()


def block_of(blocks: Iterable[Block], feature: str) -> Block | None:
    """The block that a feature belongs to; None for a number."""
    return next((block for block in blocks if feature in block.features), None)


def with_levels(frame: pd.DataFrame, blocks: Iterable[Block]) -> pd.DataFrame:
    """A table → the same with the features of every category whose column it has; those that are there stay."""
    made: dict[str, Any] = {}
    for block in blocks:
        if block.column in frame.columns and not set(block.features) <= set(frame.columns):
            made |= block.indicators(frame[block.column])
    if not made:
        return frame
    kept = frame[[name for name in frame.columns if name not in made]]
    return pd.concat([kept, pd.DataFrame(made, index=frame.index)], axis=1)


def inputs_of(names: Sequence[str], blocks: Sequence[Block]) -> tuple[str, ...]:
    """Names of features → what a customer is described by: numbers, and one column for all levels of a category."""
    column: Mapping[str, str] = {name: block.column for block in blocks for name in block.features}
    return tuple(dict.fromkeys(column.get(name, name) for name in names))


def _key(text: str) -> str:
    return " ".join(text.casefold().split())
