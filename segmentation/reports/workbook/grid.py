"""What the typing sheet needs, and where things stand on it and on its calculation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd
from xlsxwriter.utility import xl_range_abs, xl_rowcol_to_cell

from segmentation.clustering.model import Segmentation
from segmentation.core.blocks import inputs_of
from segmentation.core.tables import FeatureInfo
from segmentation.preparation import FeatureRecipe, Recipe
from segmentation.reports.placing import Placing, placing_of
from segmentation.scoring import assign, clarity
from segmentation.scoring.blocks import typical_customers

__all__ = ["PRINTED", "ROWS", "TYPING", "Answer", "Grid", "Typing"]

TYPING = "Type customers in"
ROWS = 200
"""Rows that are ready to be typed into."""

PRINTED = 40
"""Rows of them that are printed."""

_CALCULATION = "Calculation"


@dataclass(frozen=True)
class Answer:
    """What one row shows before anybody types: the answer for an example, blanks for every other row."""

    customer: str | None = None
    typed: Mapping[str, float | str] = field(default_factory=dict)
    prepared: tuple[float | str, ...] = ()
    costs: tuple[float | str, ...] = ()
    nearest: int | str = ""
    second: int | str = ""
    margin: float | str = ""
    persona: str = ""
    clear: str = ""


@dataclass(frozen=True)
class Typing:
    """A segmentation and the names of its personas (segment 1 first), as the typing sheet needs them."""

    segmentation: Segmentation
    persona_names: tuple[str, ...]

    @property
    def recipe(self) -> Recipe:
        """How values are prepared."""
        return self.segmentation.recipe

    @property
    def info(self) -> tuple[FeatureInfo, ...]:
        """What each feature means, in the recipe's order."""
        return self.segmentation.info

    @cached_property
    def placing(self) -> Placing:
        """How customers are placed, as formulas."""
        placing = placing_of(self.segmentation.rule)
        assert placing is not None  # else there is no typing sheet
        return placing

    @cached_property
    def features(self) -> tuple[tuple[int, FeatureRecipe], ...]:
        """The features as the calculation has them, each with its place in the recipe: numbers, then levels."""
        places = enumerate(self.recipe.features)
        return tuple(sorted(places, key=lambda pair: self.recipe.block_of(pair[1].name) is not None))

    @cached_property
    def inputs(self) -> tuple[str, ...]:
        """What is typed: the numbers, then the categories."""
        return inputs_of([item.name for _, item in self.features], self.recipe.blocks)

    @property
    def numbers(self) -> int:
        """How many of the inputs are numbers; they come first."""
        return len(self.inputs) - len(self.recipe.blocks)

    def place(self, column: str) -> int:
        """The place of an input, or of a feature's own column, among the cells to type in."""
        block = self.recipe.block_of(column)
        return self.inputs.index(column if block is None else block.column)

    def seen(self, feature: str) -> dict[str, float]:
        """The lowest, the typical (median) and the highest value seen in training, in original units."""
        percentiles = self.segmentation.training[feature].to_numpy()
        return {"lowest": float(percentiles[0]), "typical": float(percentiles[50]), "highest": float(percentiles[-1])}

    @cached_property
    def _examples(self) -> list[Answer]:
        """The centre of every segment as a made-up customer, with the scorer's answer."""
        seg = self.segmentation
        if not np.isfinite(seg.typical.to_numpy()).all():
            return []
        typical = typical_customers(seg)
        prepared = seg.recipe.transform(typical)
        costs = self.placing.costs(prepared)
        scored = assign(seg, typical)
        return [self._example(row, typical, prepared, costs, scored) for row in range(seg.k)]

    def _example(
        self, row: int, typical: pd.DataFrame, prepared: np.ndarray, costs: np.ndarray, scored: pd.DataFrame
    ) -> Answer:
        segment, second = int(scored["segment"].iloc[row]), int(scored["second"].iloc[row])
        margin = float(scored["margin"].iloc[row])
        alone = second == 0
        return Answer(
            customer=f"Example {row + 1}",
            typed={str(name): value for name, value in typical.iloc[row].items()},
            prepared=tuple(float(prepared[row, place]) for place, _ in self.features),
            costs=tuple(costs[row].tolist()),
            nearest=segment,
            second="" if alone else second,
            margin="" if alone else margin,
            persona=self.persona_names[segment - 1],
            clear="" if alone else f"{clarity(margin)}, next is {self.persona_names[second - 1]}",
        )

    def answer(self, step: int) -> Answer:
        """What row `step` (from 0) shows before anybody types."""
        if step < len(self._examples):
            return self._examples[step]
        blanks = ("",)
        return Answer(prepared=blanks * len(self.features), costs=blanks * len(self.persona_names))


class Grid:
    """Rows and columns, counted from 0, and the references between the sheets."""

    # The typing sheet.
    HEAD, FIRST = 4, 8
    RANGES = (("typical", 5, "Typical"), ("lowest", 6, "Lowest seen"), ("highest", 7, "Highest seen"))
    CUSTOMER, PERSONA, CLEAR, MARGIN, NOTES, INPUTS = range(6)
    # The calculation.
    LABELS, FILL, LOW, HIGH, ORIGIN, STEP, LAMBDA, MEAN, SCALE, CENTRES = range(3, 13)
    WHO, STATE, PREPARED = range(3)

    def __init__(
        self, features: int, k: int, inputs: int | None = None, numbers: int | None = None, parts: int = 1
    ) -> None:
        self.features, self.k = features, k
        self.inputs = features if inputs is None else inputs
        self.numbers = self.inputs if numbers is None else numbers
        self.start = self.CENTRES + parts * k + 2
        self.costs = self.PREPARED + features
        self.nearest = self.costs + k
        self.second, self.margin = self.nearest + 1, self.nearest + 2

    def cell(self, step: int, place: int) -> str:
        """One cell to type in, seen from the typing sheet."""
        typed: str = xl_rowcol_to_cell(self.FIRST + step, self.INPUTS + place, col_abs=True)
        return typed

    def typed(self, step: int) -> str:
        """The cells of one typed customer, seen from the typing sheet."""
        return across(self.FIRST + step, self.INPUTS, self.INPUTS + self.inputs - 1)

    def typed_numbers(self, step: int) -> str:
        """Those of them that are numbers."""
        return across(self.FIRST + step, self.INPUTS, self.INPUTS + self.numbers - 1)

    def seen(self, row: int) -> str:
        """One row of the ranges above the typed numbers, seen from the typing sheet."""
        cells: str = xl_range_abs(row, self.INPUTS, row, self.INPUTS + self.numbers - 1)
        return cells

    def result(self, step: int, column: int) -> str:
        """A cell of one customer's calculation, seen from the typing sheet."""
        return f"{_CALCULATION}!{xl_rowcol_to_cell(self.start + step, column, col_abs=True)}"

    def bound(self, row: int) -> str:
        """One row of constants of the numbers, seen from the typing sheet."""
        return f"{_CALCULATION}!{xl_range_abs(row, self.PREPARED, row, self.PREPARED + self.numbers - 1)}"

    @property
    def persona_names(self) -> str:
        """The persona names, seen from the typing sheet."""
        return f"{_CALCULATION}!{xl_range_abs(self.CENTRES, 0, self.CENTRES + self.k - 1, 0)}"

    def constants(self, row: int) -> str:
        """One row of constants, seen from the calculation."""
        cells: str = xl_range_abs(row, self.PREPARED, row, self.costs - 1)
        return cells

    def customer(self, step: int) -> str:
        """The name of one typed customer, seen from the calculation."""
        return f"'{TYPING}'!{xl_rowcol_to_cell(self.FIRST + step, self.CUSTOMER, col_abs=True)}"

    def value(self, step: int, index: int) -> str:
        """One typed value, seen from the calculation."""
        return f"'{TYPING}'!{xl_rowcol_to_cell(self.FIRST + step, self.INPUTS + index)}"

    def values(self, step: int) -> str:
        """All typed values of one customer, seen from the calculation."""
        return f"'{TYPING}'!{self.typed(step)}"

    def number_values(self, step: int) -> str:
        """The typed numbers of one customer, seen from the calculation."""
        return f"'{TYPING}'!{self.typed_numbers(step)}"


def across(row: int, first: int, last: int) -> str:
    """Neighbouring cells of one row, as a reference whose columns stay."""
    return f"{xl_rowcol_to_cell(row, first, col_abs=True)}:{xl_rowcol_to_cell(row, last, col_abs=True)}"
