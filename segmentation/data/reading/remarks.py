"""What is said of a column after it was read: notes on what changed, problems for what was lost or is unsure."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from segmentation.core.errors import Problem
from segmentation.core.tables import Note
from segmentation.core.text import count_text, plain_text
from segmentation.data.reading import numbers
from segmentation.data.reading.columns import Conventions, Decision, Distinct, votes
from segmentation.data.reading.gather import visible
from segmentation.data.reading.values import Values

__all__ = ["DATE_QUESTION", "column_notes", "column_problems", "questions", "summary_notes"]

DATE_QUESTION = "its dates can be read with the day or the month first"
_CHANGE = "under “Change how it is read”"
_AWAY_FROM_UTC = r":[0-9]{2}(?:[.,][0-9]+)? ?[+-](?:0[1-9]|1[0-9]|00:?(?:[1-9]|0[1-9]))"
_SHORTENED = r"^[0-9](?:[.,][0-9]{1,5})?E\+(?:1[1-9]|[2-9][0-9])$"  # 1.23457E+17, as Excel shows long numbers
_NOT = {"number": "no number", "date": "no date", "yes/no": "neither yes nor no"}
_HOW = {
    "number": "as numbers",
    "number,": "as numbers with a decimal comma",
    "yes/no": "as yes or no",
    "date": "as dates",
    "date dmy": "as dates, day first",
    "date mdy": "as dates, month first",
    "date yymmdd": "as dates written YYMMDD",
    "date yyyymmdd": "as dates written YYYYMMDD",
    "date serial": "as dates that Excel counts in days",
    "date unix": "as times counted in seconds since 1970 (UTC)",
    "date unix ms": "as times counted in milliseconds since 1970 (UTC)",
}


def column_notes(column: Distinct, decision: Decision, values: Values) -> list[Note]:
    """Notes on every cell of a column that is not what the file says, each with up to three examples.

    Missing marks, cells that could not be read, and converted values are told apart. The counts add up to the number
    of changed cells, blank ones aside. A column that looks like numbers but stays text gets a note as well.
    """
    notes = []
    changed, missing, lost = values.changed, values.missing, values.lost
    for mask, what in (
        (changed & missing & ~lost, "with {marks} read as missing"),
        (changed & lost, f"that could not be read {_HOW.get(decision.kind, '')} became missing"),
        (changed & ~missing, _conversion(column, decision.kind, changed & ~missing)),
    ):
        if not mask.any():
            continue
        count = int(column.rows[mask].sum())
        places = np.flatnonzero(mask)[:3]
        examples = tuple(
            (visible(column.cells[int(at)].as_py()), plain_text(values.shown(at), longest=60)) for at in places
        )
        marks = ", ".join(f"“{before}”" for before, _ in examples)
        notes.append(
            Note(column.name, f"{_cells(count)} {what.format(marks=marks)}.", count, examples, undo=column.name)
        )
    if decision.codes:
        notes.append(Note(column.name, f"Kept as text: {decision.codes}."))
    return notes


def _conversion(column: Distinct, kind: str, changed: np.ndarray) -> str:
    if kind == "trimmed":
        if pc.any(pc.starts_with(column.cells.filter(pa.array(changed)), '="')).as_py():
            return "written as a formula for Excel and read as the text in it"
        return "with blanks around the text, which were removed"
    said = [f"read {_HOW.get(kind, 'as text')}"]
    if kind.startswith("number"):
        cells = column.trimmed.filter(pa.array(changed))
        if signs := numbers.currencies(cells):
            said.append(f"currency {', '.join(signs)} removed")
        if numbers.has_percent(cells).any():
            said.append("percent sign removed, so 12.5 % is 12.5")
    if kind.startswith("date") and pc.any(pc.match_substring_regex(column.trimmed, _AWAY_FROM_UTC)).as_py():
        said.append("times of other zones were brought to UTC")
    return "; ".join(said)


def column_problems(column: Distinct, decision: Decision, values: Values, lines: np.ndarray) -> list[Problem]:
    """Cells that were lost, with their lines; mostly numbers that stay text; mixed currencies or percent signs."""
    found = []
    if values.lost.any():
        found.append(_lost(column, decision.kind, values, lines))
    if decision.mixed:
        share, example = decision.mixed
        what = f"{share:.0%} of its cells are numbers and others are not (“{plain_text(example, longest=40)}”), "
        what = what.replace("%", " %") + "so it stays text."
        found.append(_mild(column.name, what, f"Correct those cells, or choose to read it as numbers {_CHANGE}."))
    if decision.kind.startswith("number"):
        cells = column.values
        if len(signs := numbers.currencies(cells)) > 1:
            what = f"it holds amounts in different currencies ({', '.join(signs)}), read as they stand."
            found.append(_mild(column.name, what, "Convert them to one currency before you compare customers."))
        short = cells.filter(pc.match_substring_regex(cells, _SHORTENED))
        if len(short) * 2 > len(cells):
            what = (
                f"its long numbers were shortened by Excel (“{short[0].as_py()}”), so different ids may be equal now."
            )
            found.append(_mild(column.name, what, "Export it again with this column as text."))
        percent = numbers.has_percent(cells)
        if percent.any() and not percent.all():
            what = "some cells have a percent sign and others have none; all were read as they stand."
            found.append(_mild(column.name, what, "Write all of them alike."))
    return found


def _lost(column: Distinct, kind: str, values: Values, lines: np.ndarray) -> Problem:
    codes = column.codes.to_numpy()
    rows = np.flatnonzero(values.lost[codes])
    shown = [
        f"line {count_text(lines[row])} “{plain_text(column.cells[int(codes[row])].as_py(), longest=40)}”"
        for row in rows[:3]
    ]
    listed = ", ".join(shown) + (" …" if len(rows) > 3 else "")
    each = "is" if len(rows) == 1 else "are"
    what = f"{_cells(len(rows))} {each} {_NOT[kind.rstrip(',').split(' ')[0]]} and became missing: {listed}."
    return _mild(column.name, what, "Correct them in the file, or keep the column as text.")


def questions(column: Distinct, kind: str, conventions: Conventions, separator: str | None) -> list[Problem]:
    """The question for a column that can be read in two ways when nothing in the file decides.

    In a file separated by commas the comma is taken to separate thousands without a question.
    """
    if not kind.startswith("number" if conventions.order_sure else ("date ", "number")):
        return []
    if kind.startswith("number") and (conventions.decimal_sure or separator == ","):
        return []
    vote = votes(column)
    if kind in ("date dmy", "date mdy") and vote["?"] and vote["dmy"] == vote["mdy"]:
        first = "day" if kind == "date dmy" else "month"
        what = f"{DATE_QUESTION}; the {first} was taken to come first."
        return [_mild(column.name, what, f"Choose the order of day and month {_CHANGE}.")]
    unsure = vote["?."] + vote["?,"] > 0 and vote["."] == vote[","]
    if kind.startswith("number") and unsure:
        mask = pc.match_substring_regex(column.values, r"[0-9][.,][0-9]{3}\D*$")
        example = next(iter(column.values.filter(mask).slice(0, 1).to_pylist()), "1.234")
        value = numbers.parse_numbers(pa.array([example], pa.large_string()), "," if kind == "number," else ".")[0]
        shown = repr(float(value)).removesuffix(".0")
        what = f"its numbers can be read in two ways; “{plain_text(example, longest=20)}” was read as {shown}."
        return [_mild(column.name, what, f"Choose the decimal mark {_CHANGE}.")]
    return []


def summary_notes(plain: list[str], blanks: dict[str, int]) -> list[Note]:
    """One note for all columns of plain numbers, and one for blank cells, which are missing values everywhere."""
    notes = []
    if plain:
        what = "1 column holds" if len(plain) == 1 else f"{count_text(len(plain))} columns hold"
        listed = ", ".join(plain_text(name, longest=40) for name in plain)
        notes.append(Note("Plain numbers", f"{what} plain numbers: {listed}.", len(plain)))
    if blanks:
        listed = ", ".join(f"{plain_text(name, longest=40)} {count_text(count)}" for name, count in blanks.items())
        notes.append(Note("Blank cells", f"Blank cells are missing values: {listed}.", sum(blanks.values())))
    return notes


def _mild(where: str, what: str, fix: str) -> Problem:
    return Problem(plain_text(where, longest=60), what, fix, fatal=False)


def _cells(count: int) -> str:
    return "1 cell" if count == 1 else f"{count_text(count)} cells"
