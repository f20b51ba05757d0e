"""Columns of text → typed columns, with a note for everything that changed and a problem for every cell lost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import pandas as pd

from segmentation.core.ahead import in_order
from segmentation.core.errors import Problem
from segmentation.core.tables import Note, Question
from segmentation.core.text import plain_text
from segmentation.data.reading.column_reports import ColumnReports, Examined
from segmentation.data.reading.columns import find_conventions, votes
from segmentation.data.reading.distinct import distinct_cells, in_brackets
from segmentation.data.reading.gather import Grid
from segmentation.data.reading.settings import ReadSettings

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
    columns = list(zip(grid.names, grid.columns, strict=True))
    sampled = [distinct_cells(name, cells.slice(0, _VOTERS), settings) for name, cells in columns]
    conventions = find_conventions([votes(column) for column in sampled], settings)
    if settings.dash is None and any((column.zero & ~column.blank).any() or in_brackets(column) for column in sampled):
        settings = replace(settings, dash="zero")
    del sampled
    series, reports = {}, ColumnReports(settings, conventions)

    def examine(place: int) -> Examined:
        return reports.examine(distinct_cells(grid.names[place], grid.take_encoded(place), settings))

    for place, examined in enumerate(in_order(examine, range(len(columns)))):
        name, cells = columns[place]
        step(place / len(columns), f"Column {plain_text(name, longest=40)}")
        reports.add(examined, grid.lines)
        series[name] = examined.values.series(examined.column, cells)
    done = reports.finished()
    return Converted(
        pd.DataFrame(series, copy=False), done.notes, done.problems, done.settings, done.questions, done.units
    )
