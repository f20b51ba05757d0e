"""Column after column: what each is read as, and everything that is said and asked of it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from segmentation.core.errors import Problem
from segmentation.core.money import heading_unit, same_currency
from segmentation.core.tables import Note, Question
from segmentation.core.text import plain_text
from segmentation.data.reading.columns import Conventions, Decision, currency_unit, decide, mostly_percent
from segmentation.data.reading.distinct import Distinct
from segmentation.data.reading.no_answer import Suspect, ask, suspects, two_digit_years, without_codes
from segmentation.data.reading.remarks import column_notes, column_problems, questions, summary_notes
from segmentation.data.reading.settings import ReadSettings
from segmentation.data.reading.values import Values, read_values

__all__ = ["ColumnReports", "Examined", "Reported"]


@dataclass(frozen=True)
class Reported:
    """What is said of all columns, and the settings that read them again in the same way."""

    notes: list[Note]
    problems: list[Problem]
    settings: ReadSettings
    questions: tuple[Question, ...]
    units: dict[str, str]


@dataclass(frozen=True)
class Examined:
    """The different cells of a column, what they are read as, and their values."""

    column: Distinct
    decision: Decision
    values: Values


@dataclass
class ColumnReports:
    """The columns of a file, one `examine` and `add` each. kinds: column → what it is read as, where it has values."""

    settings: ReadSettings
    conventions: Conventions
    kinds: dict[str, str] = field(default_factory=dict)
    _plain: list[str] = field(default_factory=list)
    _blanks: dict[str, int] = field(default_factory=dict)
    _notes: list[Note] = field(default_factory=list)
    _problems: list[Problem] = field(default_factory=list)
    _asked: list[Question] = field(default_factory=list)
    _suspected: list[Suspect] = field(default_factory=list)
    _units: dict[str, str] = field(default_factory=dict)

    def examine(self, column: Distinct) -> Examined:
        """What the different cells of a column are read as, and their values; columns may be examined in any order."""
        decision = decide(column, self.settings, self.conventions)
        values = without_codes(read_values(column, decision.kind), column.name, self.settings.no_answer)
        return Examined(column, decision, values)

    def add(self, examined: Examined, lines: np.ndarray) -> None:
        """The next column and the lines of its rows: what is said of it."""
        column, decision, values = examined.column, examined.decision, examined.values
        name, settings = column.name, self.settings
        if decision.kind:
            self.kinds[name] = decision.kind
        if decision.kind.startswith("number") and not values.changed.any():
            self._plain.append(name)
        if blank := int(column.rows[column.blank].sum()):
            self._blanks[name] = blank
        self._notes += column_notes(column, decision, values)
        self._problems += column_problems(column, decision, values, lines)
        self._problems += filter(None, [two_digit_years(column, values)])
        self._suspected += suspects(column, values)
        if decision.measure is not None and decision.measure.unit:
            self._units[name] = decision.measure.unit
        elif decision.kind.startswith("number") and mostly_percent(column):
            self._units[name] = "%"
        elif decision.kind.startswith("number") and (unit := currency_unit(column)):
            self._units[name] = unit
            if (named := heading_unit(name)) and not same_currency(unit, named):
                self._problems.append(_other_currency(name, named, unit))
        if name not in dict(settings.columns):
            for problem, question in questions(column, decision.kind, self.conventions, settings.separator):
                self._problems.append(problem)
                asked = [other.setting for other in self._asked]
                self._asked += [question] if question.setting not in asked else []

    def finished(self) -> Reported:
        """What is to be said once all columns are known."""
        problems, asked = ask(self._suspected, self.settings.no_answer)
        conventions = self.conventions
        found = replace(
            self.settings,
            decimal=conventions.decimal,
            date_order=conventions.order,
            columns=tuple(self.kinds.items()),
        )
        notes = summary_notes(self._plain, self._blanks) + self._notes
        return Reported(notes, self._problems + problems, found, (*self._asked, *asked), self._units)


def _other_currency(name: str, named: str, unit: str) -> Problem:
    """The heading names one currency and the cells hold another: the cells are followed."""
    what = f"its heading says {named} and its cells {unit}: the amounts were taken to be in {unit}, as they stand."
    fix = "Correct the heading, or convert the amounts."
    return Problem(plain_text(name, longest=60), what, fix, False, "currencies", 2)
