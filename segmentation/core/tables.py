"""The tables that flow between the rooms: what was read, what was made of it, what is known of a column."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from segmentation.core.blocks import Block, inputs_of
from segmentation.core.errors import DataProblems, Problem
from segmentation.core.notebook import notebook_card
from segmentation.core.notices import Notice
from segmentation.core.text import counted, plain_text

__all__ = ["CategoryInfo", "ColumnRole", "Derived", "FeatureInfo", "FeatureTable", "Note", "Question", "Table"]


@dataclass(frozen=True)
class Note:
    """One thing that reading or building did to the data, for the list that the user sees."""

    where: str
    what: str
    count: int = 0
    examples: tuple[tuple[str, str], ...] = ()
    """Up to three (before, after) pairs."""
    undo: str = ""
    """Name of the column whose conversion can be undone; empty when there is nothing to undo."""
    kind: str = ""
    """A key of `notices.KINDS` for what every user of the table is told; empty for what is only listed."""
    by: str = ""
    """The option of the command line by which something else is chosen, see `Problem.by`."""


@dataclass(frozen=True)
class Question:
    """What the file does not decide and only a person can: a setting of reading, with the values it can have.

    choices: (value, label) pairs. taken: the value that was used meanwhile. decides: whether magnitudes change with
    the answer, so that nothing is scored before it is given.
    """

    setting: str
    text: str
    choices: tuple[tuple[Any, str], ...]
    taken: Any = None
    decides: bool = False


@dataclass(frozen=True)
class Derived:
    """A column that is made of others: its name, the formula, and the kind of each column that the formula names.

    kinds: (column, number | yes/no | date | text) pairs, as they were when the column was first made: a later file is
    read as these.
    """

    name: str
    formula: str
    kinds: tuple[tuple[str, str], ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """The same as plain values, for a model or a mapping."""
        return {"name": self.name, "formula": self.formula, "kinds": [list(pair) for pair in self.kinds]}


@dataclass(frozen=True, repr=False)
class Table:
    """One table as read from a file: typed columns, and everything that was done to get there.

    frame: numbers float64 (booleans as pandas "boolean"), dates datetime64, everything else text; the index is 0…n-1.
    text: the same cells as the file had them, before conversion (same shape, all text).
    settings: how the file was read, complete, so that the same call reads next month's file.
    refused: lines that could not be read (columns line, reason, text).
    sha256: of the bytes of the file.
    questions: what only a person can decide. labels, units: column → what further heading lines call it, its unit.
    derived: the columns of the frame that were made of others, in their order; they are not in `text`.
    """

    name: str
    frame: pd.DataFrame
    notes: tuple[Note, ...] = ()
    problems: tuple[Problem, ...] = ()
    settings: Any = None
    text: pd.DataFrame = field(default_factory=pd.DataFrame)
    refused: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=["line", "reason", "text"]))
    sha256: str = ""
    questions: tuple[Question, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)
    derived: tuple[Derived, ...] = ()

    @property
    def read_columns(self) -> list[str]:
        """The columns that the file has: all but those that were made of them."""
        made = {item.name for item in self.derived}
        return [name for name in map(str, self.frame.columns) if name not in made]

    def __repr__(self) -> str:
        rows, columns = self.frame.shape
        size = f"{counted(rows, 'row')}, {counted(columns, 'column')}"
        counts = f"{counted(len(self.notes), 'note')}, {counted(len(self.problems), 'problem')}"
        return f"Table({plain_text(self.name, longest=60)}: {size}, {counts})"

    def _repr_html_(self) -> str:
        about = pd.DataFrame(
            {
                "Column": self.frame.columns.astype(str),
                "Kind": [str(kind) for kind in self.frame.dtypes],
                "Missing": self.frame.isna().sum().to_numpy(),
            }
        )
        asked = [item.text for item in self.questions]
        lines = [*(problem.sentence for problem in self.problems), *asked, *(_sentence(note) for note in self.notes)]
        return notebook_card(repr(self), lines, about)


@dataclass(frozen=True)
class ColumnRole:
    """The role of a column and the reason for it, in words; could: another role that it can take as it is."""

    name: str
    role: str
    reason: str
    could: str = ""


@dataclass(frozen=True)
class FeatureInfo:
    """What a feature means to a reader.

    unit: "" or a short word such as "days", "purchases", "%"; kind: number | money | count | days | share | boolean.
    high, low: what a high (low) value says of a customer, as a phrase that follows "customers who …".
    trait_high, trait_low: the same as an adjective-like name part ("High-spending", "Low activity").
    column, level: of one level of a category (kind boolean, 1 where the customer has it), the column and what the
    customer then has; empty for a number.
    """

    name: str
    label: str = ""
    unit: str = ""
    kind: str = "number"
    about: str = ""
    high: str = ""
    low: str = ""
    trait_high: str = ""
    trait_low: str = ""
    column: str = ""
    level: str = ""

    def __post_init__(self) -> None:
        if not self.label:
            object.__setattr__(self, "label", self.name)


@dataclass(frozen=True)
class CategoryInfo:
    """A column of few values: what they are, in which order, and how many customers have each.

    kind: yes/no | ordered (levels from the lowest to the highest) | named (no order; the most frequent first).
    counts: customers of each level. missing: customers without a value. other: customers with a value that is none of
    the levels.
    """

    name: str
    kind: str
    levels: tuple[str, ...]
    counts: tuple[int, ...]
    missing: int = 0
    other: int = 0

    @property
    def other_share(self) -> float:
        """Share of the customers with a value whose value is none of the levels."""
        known = sum(self.counts) + self.other
        return self.other / known if known else 0.0


@dataclass(frozen=True, repr=False)
class FeatureTable:
    """One row a customer, one float64 column a feature: what every later room works on.

    frame: n × d float64, NaN where missing; index = customer id as text, unique, its name: the id column or "customer".
    info: one FeatureInfo a column, in column order.
    descriptors: n × m, same index, any type; everything known of a customer that does not make the segments.
    as_of: ISO date that time features count to, or None. source: name of the Source that built it.
    fingerprint: sha256 of the files and settings it came from. notes: what building did to the data.
    replay: plain values that the same Source needs to build the same features from next month's files.
    sensitive: names of the descriptors that are only audited, and stand in no list and no report.
    outcomes: names of the descriptors that tell what became of a customer, to be compared between segments.
    roles: what every column of the files was taken for, where the files are known. notices: what reading and building
    noticed of these files, which every user of the table is told.
    categories: those features and descriptors that have few values, by which customers can be counted or grouped; no
    sensitive one is among them. left_out: (id, why) of customers of the files that are in no row. blocks: the
    categories that take part, each with its features in `frame`.
    """

    frame: pd.DataFrame
    info: tuple[FeatureInfo, ...]
    descriptors: pd.DataFrame
    as_of: str | None = None
    source: str = "customers"
    fingerprint: str = ""
    notes: tuple[Note, ...] = ()
    problems: tuple[Problem, ...] = ()
    replay: Mapping[str, Any] = field(default_factory=dict)
    sensitive: tuple[str, ...] = ()
    outcomes: tuple[str, ...] = ()
    roles: tuple[ColumnRole, ...] = ()
    categories: tuple[CategoryInfo, ...] = ()
    notices: tuple[Notice, ...] = ()
    left_out: tuple[tuple[str, str], ...] = ()
    blocks: tuple[Block, ...] = ()

    def __post_init__(self) -> None:
        faults = []
        if list(self.frame.columns) != [item.name for item in self.info]:
            faults.append(Problem("Features", "every feature needs its description, in the same order."))
        if not self.frame.index.is_unique:
            faults.append(Problem("Customers", "some customer ids appear twice.", "Keep one row a customer."))
        if not self.frame.index.equals(self.descriptors.index):
            faults.append(Problem("Descriptors", "they must have the same customers as the features."))
        if not set(self.sensitive) <= set(self.descriptors.columns):
            faults.append(Problem("Sensitive columns", "they must be among the descriptors."))
        if not set(self.outcomes) <= set(self.descriptors.columns):
            faults.append(Problem("Outcomes", "they must be among the descriptors."))
        if any(dtype != np.float64 for dtype in self.frame.dtypes):
            faults.append(Problem("Features", "every feature must be a number."))
        if not {name for block in self.blocks for name in block.features} <= set(self.frame.columns):
            faults.append(Problem("Categories", "every level must be a feature."))
        if faults:
            raise DataProblems(faults)

    def __repr__(self) -> str:
        names = plain_text(", ".join(self.names), longest=120)
        return f"FeatureTable({counted(len(self.frame), 'customer')}, {counted(len(self.names), 'feature')}: {names})"

    def _repr_html_(self) -> str:
        about = pd.DataFrame(
            {
                "Feature": [info.label for info in self.info],
                "Unit": [info.unit for info in self.info],
                "Missing": self.frame.isna().sum().to_numpy(),
                "Lowest": self.frame.min().to_numpy(),
                "Median": self.frame.median().to_numpy(),
                "Highest": self.frame.max().to_numpy(),
            }
        )
        noticed = [*(notice.sentence for notice in self.notices), *(problem.sentence for problem in self.problems)]
        lines = [*dict.fromkeys(noticed), *(_sentence(note) for note in self.notes)]
        until = f", days to {self.as_of}" if self.as_of else ""
        return notebook_card(f"{counted(len(self.frame), 'customer')}{until}", lines, about)

    @property
    def names(self) -> tuple[str, ...]:
        """Feature names in column order."""
        return tuple(self.frame.columns)

    @property
    def inputs(self) -> tuple[str, ...]:
        """What a customer is described by: the numbers, and each category once, by its column."""
        return inputs_of(self.names, self.blocks)

    @cached_property
    def listed(self) -> pd.DataFrame:
        """The descriptors that may stand in lists and reports: all but the sensitive ones."""
        return self.descriptors.drop(columns=list(self.sensitive))

    def about(self, name: str) -> FeatureInfo:
        """The description of one feature."""
        return self.info[self.names.index(name)]

    def only(self, names: list[str]) -> FeatureTable:
        """The same customers with only these features, in this order."""
        blocks = tuple(block for block in self.blocks if set(block.features) <= set(names))
        return replace(self, frame=self.frame[names], info=tuple(self.about(name) for name in names), blocks=blocks)


def _sentence(note: Note) -> str:
    return f"{note.where}: {note.what}"
