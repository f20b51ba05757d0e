"""What preparation learned, as frozen plain values, and the few lines of numpy that replay it.

Every step works element by element and column by column, so one row gets the same bits as a million, in any
order of rows or columns.
"""

from __future__ import annotations

import difflib
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from segmentation.core.blocks import Block, block_of, inputs_of, with_levels
from segmentation.core.checks import check_kind
from segmentation.core.errors import DataProblems, Problem
from segmentation.core.notebook import notebook_card
from segmentation.core.settings import FILLS, TRANSFORMS, ColumnPrep, PrepSettings
from segmentation.core.text import plain_text
from segmentation.preparation.power import undo_yeo_johnson, yeo_johnson

__all__ = ["LEVEL_FILL", "Dropped", "FeatureRecipe", "Recipe", "missing_columns", "numeric_cells", "numeric_column"]

LEVEL_FILL = "share"
"""How a level is filled where nothing is known: by its share, so that the category adds nothing to differences."""


def numeric_column(frame: pd.DataFrame, name: str) -> np.ndarray:
    """One column of a frame as n float64 values, true as 1, false as 0, blank as NaN.

    Raises `ValueError` or `TypeError` when the column holds text that is not a number.
    """
    return numeric_cells(frame[name])


def numeric_cells(column: pd.Series) -> np.ndarray:
    """The same of a column by itself."""
    if column.dtype == np.float64:
        return column.to_numpy()
    return column.to_numpy(dtype=np.float64, na_value=np.nan)


@dataclass(frozen=True)
class FeatureRecipe:
    """How one feature becomes a comparable number: fill → cap → transform → (value - mean) / scale.

    fill, low, high are in original units (low and high None when the feature is not capped on that side; a logarithm
    alone gives a low); filled: how many values of the training were (0 in a recipe that was read from a file);
    mean and scale are those of the transformed values; lmbda is the exponent of Yeo-Johnson, None otherwise.
    origin and step, in original units: a transformation sees (value - origin) / step, both learned from the column,
    so that its result is the same whatever unit the column is in. The logarithm is log(1 + (value - origin) / step),
    which is log(value + offset) up to a constant, with the offset step - origin. Models saved before these were
    learned have 0 and 1.
    reasons: one sentence for each thing that was done, or was left undone on purpose.
    """

    name: str
    label: str
    fill: float
    fill_rule: str
    low: float | None = None
    high: float | None = None
    transform: str = "none"
    lmbda: float | None = None
    mean: float = 0.0
    scale: float = 1.0
    reasons: tuple[str, ...] = ()
    origin: float = 0.0
    step: float = 1.0
    filled: int = field(default=0, compare=False)

    def apply(self, values: np.ndarray) -> np.ndarray:
        """n values in original units, NaN where missing → n prepared values; infinite where one is too large."""
        with np.errstate(over="ignore"):
            prepared: np.ndarray = (self.before_scaling(values) - self.mean) / self.scale
        return prepared

    def before_scaling(self, values: np.ndarray) -> np.ndarray:
        """n values in original units → filled, capped and transformed, not yet on one scale."""
        used = self.used(values)
        if self.transform == "log1p":
            logged: np.ndarray = np.log1p((used - self.origin) / self.step)
            return logged
        if self.transform == "yeo-johnson":
            return yeo_johnson((used - self.origin) / self.step, _known(self.lmbda))
        return used

    def used(self, values: np.ndarray) -> np.ndarray:
        """n values in original units → the same, filled and capped: what the customer counts as."""
        missing = np.isnan(values)
        used = np.where(missing, self.fill, values) if missing.any() else values
        used = used if self.low is None else np.maximum(used, self.low)
        return used if self.high is None else np.minimum(used, self.high)

    def undo(self, prepared: np.ndarray) -> np.ndarray:
        """n prepared values → original units; what was capped comes back as the cap, what has no original as NaN."""
        values = np.asarray(prepared, dtype=np.float64) * self.scale + self.mean
        if self.transform == "log1p":
            return np.expm1(values) * self.step + self.origin
        if self.transform == "yeo-johnson":
            return undo_yeo_johnson(values, _known(self.lmbda)) * self.step + self.origin
        return values

    def is_capped(self, values: np.ndarray) -> np.ndarray:
        """n true/false: the value is there and lies beyond a cap."""
        below = np.zeros(len(values), dtype=bool) if self.low is None else values < self.low
        return below if self.high is None else below | (values > self.high)


@dataclass(frozen=True)
class Dropped:
    """A feature that takes no part: why, and which feature stands for it when it said almost the same."""

    name: str
    label: str
    reason: str
    stand_in: str = ""
    correlation: float | None = None


@dataclass(frozen=True, repr=False)
class Recipe:
    """All that preparation learned: one `FeatureRecipe` per feature kept, and what was dropped and why.

    blocks: the categories that take part; their features, one a level, are among `features`.
    """

    features: tuple[FeatureRecipe, ...]
    dropped: tuple[Dropped, ...] = ()
    settings: PrepSettings = field(default_factory=PrepSettings)
    blocks: tuple[Block, ...] = ()

    def __repr__(self) -> str:
        of, names = len(self.inputs) + len(self.dropped), plain_text(", ".join(self.inputs), longest=120)
        return f"Recipe({len(self.inputs)} of {of} features: {names})"

    def _repr_html_(self) -> str:
        columns = ["label", "missing becomes", "capped below", "capped above", "transformation", "why"]
        table = self.table()
        return notebook_card(f"{len(self.inputs)} features prepared", (), table[[*columns]])

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the features kept, in the order of the prepared columns."""
        return tuple(item.name for item in self.features)

    @property
    def inputs(self) -> tuple[str, ...]:
        """What a customer is described by, in order: the numbers, and one column for all levels of a category."""
        return inputs_of(self.names, self.blocks)

    @cached_property
    def heads(self) -> NDArray[np.intp]:
        """The places of the features that stand for one of `inputs` each: of a category the first of its levels."""
        later = {name for block in self.blocks for name in block.features[1:]}
        return np.flatnonzero([name not in later for name in self.names])

    @property
    def weighed(self) -> tuple[str, ...]:
        """Columns that count otherwise than as one column, by choice."""
        choices = self.settings.columns
        return tuple(name for name in self.inputs if name in choices and choices[name].weight not in (None, 1.0))

    def block_of(self, name: str) -> Block | None:
        """The category that a feature is a level of; None for a number."""
        return block_of(self.blocks, name)

    def block_by_column(self, column: str) -> Block | None:
        """The category that a column of the file is; None for any other column."""
        return next((block for block in self.blocks if block.column == column), None)

    def transform(self, frame: pd.DataFrame) -> np.ndarray:
        """Table with named columns in any order, extra ones ignored → n × d prepared float64 values.

        Raises `DataProblems` that name every missing column and every column that is not a number.
        """
        columns = self.columns(frame)
        prepared = np.empty((len(frame), len(self.features)), dtype=np.float64)
        for index, item in enumerate(self.features):
            prepared[:, index] = item.apply(columns[item.name])
        return prepared

    def inverse_transform(self, prepared: np.ndarray) -> pd.DataFrame:
        """n × d prepared values → table in original units; values beyond a cap come back as the cap."""
        values = np.atleast_2d(np.asarray(prepared, dtype=np.float64))
        return pd.DataFrame({item.name: item.undo(values[:, index]) for index, item in enumerate(self.features)})

    def columns(self, frame: pd.DataFrame) -> dict[str, np.ndarray]:
        """The columns that the recipe needs, by name, as float64; raises `DataProblems` like `transform`."""
        check_kind(frame, pd.DataFrame, "A table to prepare", "Give a DataFrame with a column for each feature.")
        frame = with_levels(frame, self.blocks)
        problems = missing_columns(frame.columns, self.names, self.blocks)
        columns: dict[str, np.ndarray] = {}
        for name in self.names:
            if name not in frame.columns:
                continue
            try:
                columns[name] = numeric_column(frame, name)
            except (TypeError, ValueError):
                problems.append(
                    Problem(
                        f'Column "{plain_text(name)}"', "it must hold numbers and holds text.", "Correct those cells."
                    )
                )
        if problems:
            raise DataProblems(problems)
        return columns

    def table(self) -> pd.DataFrame:
        """The recipe as a person reads it: one row a feature, those left out at the end.

        Columns: feature, label, missing becomes, capped below, capped above, transformation, mean, scale, why.
        Fill value and caps are in original units, mean and scale in transformed ones.
        """
        rows = [
            {
                "feature": item.name,
                "label": item.label,
                "missing becomes": item.fill,
                "capped below": math.nan if item.low is None else item.low,
                "capped above": math.nan if item.high is None else item.high,
                "transformation": TRANSFORMS[item.transform],
                "mean": item.mean,
                "scale": item.scale,
                "why": " ".join(item.reasons),
            }
            for item in self.features
        ]
        rows += [
            {"feature": item.name, "label": item.label, "transformation": "Left out", "why": item.reason}
            for item in self.dropped
        ]
        return pd.DataFrame(rows)

    def to_dict(self) -> dict[str, Any]:
        """The recipe as plain values for JSON; floats keep all their digits."""
        plain = asdict(self)
        for item in plain["features"]:
            del item["filled"]  # of the training customers, like their segments: not part of a model
        if not self.blocks:
            del plain["blocks"]
        for choice in plain["settings"]["columns"].values():
            if choice["weight"] is None:
                del choice["weight"]
        return plain

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> Recipe:
        """The recipe back from `to_dict`; unknown or missing keys raise `TypeError` or `KeyError`."""
        features = tuple(
            FeatureRecipe(**{**item, "reasons": tuple(item.get("reasons", ()))}) for item in plain["features"]
        )
        for item in features:
            if item.transform not in TRANSFORMS or item.fill_rule not in (*FILLS, LEVEL_FILL):
                raise ValueError(f"unknown step for {item.name}")
        columns = {name: ColumnPrep(**choice) for name, choice in plain["settings"].get("columns", {}).items()}
        settings = PrepSettings(**{**plain["settings"], "columns": columns})
        blocks = tuple(
            Block(**{**item, "levels": tuple(item["levels"]), "features": tuple(item["features"])})
            for item in plain.get("blocks", ())
        )
        if not {name for block in blocks for name in block.features} <= {item.name for item in features}:
            raise ValueError("a level is not among the features")
        return cls(features, tuple(Dropped(**item) for item in plain["dropped"]), settings, blocks)


def missing_columns(present: Iterable[Any], needed: Iterable[str], blocks: Sequence[Block] = ()) -> list[Problem]:
    """One problem for each needed column that is not there, with the closest name that is.

    Of a category in `blocks` whose levels are not there, it is the column itself.
    """
    present, needed = [str(name) for name in present], list(needed)
    lacking = inputs_of([name for name in needed if name not in present], blocks)
    spare = [name for name in present if name not in needed]
    lookup = {name.casefold().strip(): name for name in spare}
    problems = []
    for name in lacking:
        close = difflib.get_close_matches(name.casefold().strip(), lookup, n=1)
        fix = f'Is "{plain_text(lookup[close[0]])}" meant? Then rename it.' if close else "Add it to the table."
        problems.append(Problem(f'Column "{plain_text(name)}"', "it is missing.", fix))
    return problems


def _known(value: float | None) -> float:
    if value is None:
        raise ValueError("a power transformation needs its exponent")
    return value
