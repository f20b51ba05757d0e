"""Columns of text → typed columns, with a note for everything that changed and a problem for every cell lost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import pandas as pd

from segmentation.core.errors import Problem
from segmentation.core.tables import Note, Question
from segmentation.core.text import plain_text
from segmentation.data.reading.columns import decide, find_conventions, mostly_percent, votes
from segmentation.data.reading.distinct import distinct_cells
from segmentation.data.reading.gather import Grid
from segmentation.data.reading.no_answer import Suspect, ask, suspects, two_digit_years, without_codes
from segmentation.data.reading.remarks import column_notes, column_problems, questions, summary_notes
from segmentation.data.reading.settings import ReadSettings
from segmentation.data.reading.values import read_values

__all__ = ["Converted", "convert"]

_VOTERS = 20_000  # rows that are asked how this file writes numbers and dates


@dataclass(frozen=True)
class Converted:
    """Typed columns, what is said of them, and the settings that read them again in the same way."""

    frame: pd.DataFrame
    notes: list[Note]
    problems: list[Problem]
    settings: ReadSettings
    questions: tuple[Question, ...] = ()
    units: dict[str, str] = field(default_factory=dict)


def convert(grid: Grid, settings: ReadSettings, step: Callable[[float, str], None]) -> Converted:
    """All columns of a grid, typed. `step(share, text)` is called once a column.

    Blank cells are missing values in every column. Decimal mark and date order are found once for the whole file
    and used where a column alone cannot tell; a guess that changes values is a problem that asks.
    """
    sampled = [
        distinct_cells(name, cells.slice(0, _VOTERS), settings)
        for name, cells in zip(grid.names, grid.columns, strict=True)
    ]
    conventions = find_conventions([votes(column) for column in sampled], settings)
    if settings.dash is None and any((column.zero & ~column.blank).any() for column in sampled):
        settings = replace(settings, dash="zero")
    del sampled
    forced = dict(settings.columns)
    series, kinds, plain, blanks = {}, [], [], {}
    notes: list[Note] = []
    problems: list[Problem] = []
    asked: list[Question] = []
    suspected: list[Suspect] = []
    units: dict[str, str] = {}
    for index, (name, cells) in enumerate(zip(grid.names, grid.columns, strict=True)):
        step(index / len(grid.names), f"Column {plain_text(name, longest=40)}")
        column = distinct_cells(name, cells, settings)
        decision = decide(column, settings, conventions)
        values = without_codes(read_values(column, decision.kind), name, settings.no_answer)
        series[name] = values.series(column, cells)
        if decision.kind:
            kinds.append((name, decision.kind))
        if decision.kind.startswith("number") and not values.changed.any():
            plain.append(name)
        if blank := int(column.rows[column.blank].sum()):
            blanks[name] = blank
        notes += column_notes(column, decision, values)
        problems += column_problems(column, decision, values, grid.lines)
        problems += filter(None, [two_digit_years(column, values)])
        suspected += suspects(column, values)
        if decision.measure is not None and decision.measure.unit:
            units[name] = decision.measure.unit
        elif decision.kind.startswith("number") and mostly_percent(column):
            units[name] = "%"
        if name not in forced:
            for problem, question in questions(column, decision.kind, conventions, settings.separator):
                problems.append(problem)
                asked += [question] if question.setting not in [other.setting for other in asked] else []
    more_problems, more_questions = ask(suspected, settings.no_answer)
    problems, asked = problems + more_problems, asked + more_questions
    complete = replace(settings, decimal=conventions.decimal, date_order=conventions.order, columns=tuple(kinds))
    frame = pd.DataFrame(series, copy=False)
    return Converted(frame, summary_notes(plain, blanks) + notes, problems, complete, tuple(asked), units)
