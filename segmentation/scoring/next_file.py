"""The file at hand outranks the model's memory: what next month's file says of itself, against what was stored.

Decimal mark, order of dates, percent signs and headings are read afresh. Where the file contradicts what the model
stores it is followed and that is said; where it cannot tell, the stored way is used and that is said; where the answer
changes magnitudes (12,036 or 12.036, 80 or 0.80) and the figures do not decide either, it is asked, and nothing is
scored before that.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from segmentation.core.errors import Problem
from segmentation.core.money import heading_unit, is_currency, same_currency
from segmentation.core.tables import Note, Question, Table
from segmentation.core.text import agree, counted, number_text, plain_text
from segmentation.data.reading.evidence import Evidence, evidence_of, readings_of
from segmentation.data.reading.settings import MEASURES, ReadSettings
from segmentation.data.sources.same_headings import headings
from segmentation.scoring.choices import Choices, undecided
from segmentation.scoring.percent_scale import middle_of, to_scale, where_percent

__all__ = ["understand"]

_TEXT = ("text", "trimmed")
_MARKS = {".": "a decimal point", ",": "a decimal comma"}
_ORDERS = {"dmy": "the day first", "mdy": "the month first"}
_NEAR, _FAR = 0.75, 1.5  # powers of ten between two middle values that are alike, and that are not


def understand(
    stored: Mapping[str, Any],
    table: Table,
    again: Callable[[ReadSettings], Table] | None,
    wanted: list[str],
    middles: Mapping[str, float],
    choices: Choices | None = None,
    match: Callable[[Table, dict[str, str]], tuple[dict[str, str], list[Note], list[Question]]] | None = None,
) -> Table:
    """One new file, read afresh → the same, understood as the model needs it, with a note for every difference.

    stored: how the model's file was understood (`reading_of`). again: reads the file with other settings; None for a
    table that keeps its cells. wanted: the columns that the model knows. middles: column → middle size of its values
    in the model's file, zeros aside. match: finds the columns whose headings differ by more than spelling
    (`matched_columns.matched`).
    Raises `Undecided` with the questions that only a person can answer.
    """
    choices = choices or Choices()
    names = headings(wanted, list(map(str, table.frame.columns)))
    notes = [_spelt_otherwise(names)] if names else []
    if match is not None:
        names, noted, unmatched = match(table, names)
        notes += noted
        if unmatched:
            raise undecided(table, tuple(unmatched))
    notes += _currencies(stored, table, names)
    evidence = evidence_of(table)
    decimal, noted, questions = _decimal(stored, table, evidence, names, middles, choices)
    notes += noted
    order, noted = _order(stored, table, evidence, choices)
    notes += noted
    if isinstance(table.settings, ReadSettings) and again is not None:
        settings = _settings(stored, table, evidence, names, decimal, order, choices)
        if not _alike(settings, table.settings):
            table = again(settings)
    percents = where_percent(table, evidence, names)
    letters_known = _letters_known(table, wanted)
    table = _renamed(table, names)
    table, noted, more = to_scale(stored, table, percents, middles, choices)
    if questions or more:
        raise undecided(table, (*questions, *more))
    return replace(table, notes=(*notes, *noted, *table.notes), problems=_still_open(table, letters_known))


def _spelt_otherwise(names: Mapping[str, str]) -> Note:
    examples = tuple((plain_text(there), plain_text(known)) for there, known in names.items())[:3]
    listed = ", ".join(f"“{before}” for “{after}”" for before, after in examples)
    are, was = counted(len(names), "heading is", "headings are"), agree(len(names), "was", "were")
    what = f"{are} spelt otherwise than in the model's file and {was} taken for the "
    what += f"same: {listed}{' …' if len(names) > 3 else ''}."
    return Note("Header", what, len(names), examples, kind="headings differ")


def _currencies(stored: Mapping[str, Any], table: Table, names: Mapping[str, str]) -> list[Note]:
    """What is said where amounts are in another currency than the model's; they are not converted."""
    notes = []
    for name in map(str, table.frame.columns):
        heading = names.get(name, name)
        unit = table.units.get(name) or heading_unit(name)
        known = str(stored.get("units", {}).get(heading) or heading_unit(heading))
        if is_currency(unit) and is_currency(known) and not same_currency(unit, known):
            what = (
                f"Its amounts are in {unit}, those of the model's file in {plain_text(known, longest=8)}: they count "
            )
            what += "as they stand. Convert them first if that is not meant."
            notes.append(Note(str(name), what, int(table.frame[name].notna().sum()), kind="changed"))
    return notes


def _decimal(
    stored: Mapping[str, Any],
    table: Table,
    evidence: Evidence,
    names: Mapping[str, str],
    middles: Mapping[str, float],
    choices: Choices,
) -> tuple[str, list[Note], list[Question]]:
    """The decimal mark for what the cells do not decide; what is said; what must be asked."""
    before = stored.get("decimal") or ""
    if choices.read.decimal:
        return choices.read.decimal, [], []
    if evidence.decimal:
        return evidence.decimal, _followed(evidence, before), []
    if not evidence.unsure_decimals or not before:
        return getattr(table.settings, "decimal", None) or ".", [], []
    verdicts = {
        name: _nearer(readings_of(table.text[name]), middles.get(names.get(name, name)))
        for name in evidence.unsure_decimals
    }
    decided = {mark for mark in verdicts.values() if mark}
    if len(decided) == 1 and (all(verdicts.values()) or before in decided):
        mark = decided.pop()
        return mark, [_taken(mark, before, list(verdicts))], []
    name = next(iter(name for name, mark in verdicts.items() if not mark), next(iter(verdicts)))
    return before or ".", [], [_which_decimal(name, table.text[name], before)]


def _followed(evidence: Evidence, before: str) -> list[Note]:
    """That the new file writes another decimal mark than the model's file did, if so."""
    if before == evidence.decimal or before not in _MARKS:
        return []
    what = f"It writes {_MARKS[evidence.decimal]}, the model's file {_MARKS[before]}: the new file was followed."
    return [Note("Numbers", what, len(evidence.decimals), kind="changed")]


def _taken(mark: str, before: str, columns: list[str]) -> Note:
    """How columns were read whose cells do not tell their decimal mark."""
    shown = ", ".join(plain_text(name, longest=40) for name in columns[:3])
    why = "as in the model's file" if mark == before else "which fits the model's figures"
    what = f"No cell tells the decimal mark of {shown}: {_MARKS[mark]} was read, {why}."
    return Note("Numbers", what, len(columns), kind="kept" if mark == before else "changed")


def _which_decimal(name: str, cells: pd.Series, before: str) -> Question:
    """The question for a column that can be read with either decimal mark."""
    cell = next((cell for cell in cells.dropna() if re.search(r"\d[.,]\d{3}\b", cell)), "1.234")
    each = {mark: readings_of(pd.Series([cell]))[mark][0] for mark in ".,"}
    answers = tuple((mark, f"{_MARKS[mark]}: {number_text(float(value), digits=6)}") for mark, value in each.items())
    text = f"{plain_text(name, longest=40)}: what does “{plain_text(cell, longest=20)}” mean in this file?"
    return Question("decimal", text, answers, before or ".", decides=True)


def _nearer(readings: Mapping[str, np.ndarray], middle: float | None) -> str:
    """The decimal mark under which the values are about as large as before; "" where that does not decide."""
    if not middle:
        return ""
    away = {}
    for mark, values in readings.items():
        size = middle_of(values)
        away[mark] = abs(np.log10(size / middle)) if size else np.inf
    best, other = sorted(away, key=lambda mark: away[mark])
    return best if away[best] <= _NEAR and away[other] - away[best] >= _FAR else ""


def _order(stored: Mapping[str, Any], table: Table, evidence: Evidence, choices: Choices) -> tuple[str, list[Note]]:
    """The order of day and month for what the cells do not decide, and what is said."""
    before = stored.get("date_order") or ""
    if choices.read.date_order:
        return choices.read.date_order, []
    dated = any(kind in ("date dmy", "date mdy") for _, kind in stored.get("columns", ()))
    if evidence.date_order:
        if dated and before in _ORDERS and before != evidence.date_order:
            what = (
                f"Its dates have {_ORDERS[evidence.date_order]}, those of the model's file {_ORDERS[before]}: the new "
                "file was followed."
            )
            return evidence.date_order, [Note("Dates", what, len(evidence.orders), kind="changed")]
        return evidence.date_order, []
    if evidence.unsure_orders and before in _ORDERS:
        listed = ", ".join(plain_text(name, longest=40) for name in evidence.unsure_orders[:3])
        what = f"No date of {listed} tells whether day or month comes first: {_ORDERS[before]}, as in the model's file."
        return before, [Note("Dates", what, len(evidence.unsure_orders), kind="kept")]
    return getattr(table.settings, "date_order", None) or "dmy", []


def _letters_known(table: Table, wanted: list[str]) -> bool:
    """Whether the headings of the model tell how letters beyond ASCII are written: they stand in the file."""
    lettered = [name for name in wanted if not name.isascii()]
    return bool(lettered) and all(name in table.frame for name in lettered)


def _still_open(table: Table, letters_known: bool) -> tuple[Problem, ...]:
    """The problems of the table without the questions that the model or the file answers."""
    return tuple(
        problem
        for problem in table.problems
        if problem.kind not in ("date order", "decimal")
        and not (letters_known and problem.by.startswith("--read encoding="))
    )


def _settings(
    stored: Mapping[str, Any],
    table: Table,
    evidence: Evidence,
    names: Mapping[str, str],
    decimal: str,
    order: str,
    choices: Choices,
) -> ReadSettings:
    """How the file is read again: its own evidence first, then the stored kinds of columns, then what was chosen."""
    current: ReadSettings = table.settings
    there = {known: name for name, known in names.items()}
    kinds = dict(current.columns)
    forced = []
    for known, kind in stored.get("columns", ()):
        name = there.get(known, known)
        if name in kinds and (new := _kind(kind, kinds[name], evidence, name, decimal, order)):
            forced.append((name, new))
    wanted = replace(
        current,
        decimal=decimal,
        date_order=order,
        dash=current.dash or stored.get("dash"),
        blanks_below=current.blanks_below or stored.get("blanks_below"),
        missing=tuple(stored.get("missing", ())),
        no_answer=_no_answer(stored, there),
        as_text=tuple(there.get(name, name) for name in stored.get("as_text", ()) if there.get(name, name) in kinds),
        columns=tuple(forced),
    )
    chosen = {key: value for key, value in choices.read.to_dict().items() if value not in (None, [])}
    return ReadSettings.from_dict({**wanted.to_dict(), **chosen})


def _no_answer(stored: Mapping[str, Any], there: Mapping[str, str]) -> tuple[tuple[str, str], ...] | None:
    """The codes for no answer that were settled for the model's file, under the headings of this one."""
    known = stored.get("no_answer")
    return None if known is None else tuple((there.get(name, name), cell) for name, cell in known)


def _alike(wanted: ReadSettings, current: ReadSettings) -> bool:
    """Whether a file was read so already: every column that is asked for has its kind, and all else is equal."""
    kinds = dict(current.columns)
    return replace(wanted, columns=()) == replace(current, columns=()) and all(
        kinds.get(name) == kind for name, kind in wanted.columns
    )


def _kind(before: str, now: str, evidence: Evidence, name: str, decimal: str, order: str) -> str:
    """The kind that a column is read as: "" leaves it to the reader."""
    if before in _TEXT:
        return before
    if now in _TEXT:
        return ""
    comma = "," if evidence.decimals.get(name, decimal) == "," else ""
    if before.startswith("number") and now.rstrip(",") in ("number", "yes/no"):
        return f"number{comma}"
    if now.startswith("date") and before.startswith("date"):
        plain = now in ("date dmy", "date mdy")
        return f"date {evidence.orders.get(name, order)}" if plain else now
    if now in MEASURES or (before in MEASURES and now.startswith("number")):
        return now if now in MEASURES else f"number{comma}"
    return before.rstrip(",") + comma if before.startswith("number") else before


def _renamed(table: Table, names: Mapping[str, str]) -> Table:
    """The table with the headings that the model knows."""
    if not names:
        return table
    text = table.text.rename(columns=names) if len(table.text.columns) else table.text
    return replace(table, frame=table.frame.rename(columns=names), text=text)
