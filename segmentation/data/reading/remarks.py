"""What is said of a column after it was read: notes on what changed, problems for what was lost or is unsure."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from segmentation.core.errors import Problem
from segmentation.core.tables import Note, Question
from segmentation.core.text import agree, count_text, counted, plain_text
from segmentation.data.reading import dates, numbers
from segmentation.data.reading.codes import words_of
from segmentation.data.reading.columns import Conventions, Decision, says_time, votes
from segmentation.data.reading.distinct import Distinct
from segmentation.data.reading.gather import visible
from segmentation.data.reading.settings import DATE_ORDERS, DECIMALS, SWAPPED
from segmentation.data.reading.values import Values

__all__ = ["are_codes", "column_notes", "column_problems", "questions", "summary_notes"]

_AWAY_FROM_UTC = (
    r":[0-9]{2}(?:[.,][0-9]+)?(?: ?[AaPp][Mm])? ?\(?(?:(?:UTC|GMT)?[+-](?:0?[1-9]|1[0-9]|00:?(?:[1-9]|0[1-9]))|"
    r"(?:[A-FH-VX-Z][A-Z]{1,2}[TZ])\b)"
)
_MEASURED = rf"^[-+(−~≈<>%#]?\s*(?i:{numbers.CURRENCY})?\s*[-+]?[0-9]"
_ID_WORDS = {"id", "ids", "uid", "uuid", "guid", "identifier", "kundennr", "kundennummer"}
_FEWEST_CODES = 20
_PROSE = r"[A-Za-zÀ-ÿ]{3,}[^A-Za-zÀ-ÿ]+[A-Za-zÀ-ÿ]{3,}|[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-|@"
_SHORTENED = r"^[0-9](?:[.,][0-9]{1,5})?E\+(?:1[1-9]|[2-9][0-9])$"  # 1.23457E+17, as Excel shows long numbers
_NOT = {"number": "no number", "date": "no date", "yes/no": "neither yes nor no"}
_HOW = {
    "number": "as numbers",
    "number,": "as numbers with a decimal comma",
    "yes/no": "as yes or no",
    "date": "as dates",
    "date dmy": "as dates, day first",
    "date mdy": "as dates, month first",
    "date dmy swapped": "as dates, day first, real dates with day and month swapped back",
    "date mdy swapped": "as dates, month first, real dates with day and month swapped back",
    "date yymmdd": "as dates written YYMMDD",
    "date yyyymmdd": "as dates written YYYYMMDD",
    "date yyyymmddhhmm": "as dates and times written YYYYMMDDhhmm",
    "date ddmmyyyy": "as dates written DDMMYYYY",
    "date mmddyyyy": "as dates written MMDDYYYY",
    "date serial 1904": "as dates that Excel counts in days from 1904",
    "magnitude": "as numbers, K, M and bn multiplied out",
    "magnitude,": "as numbers with a decimal comma, K, M and bn multiplied out",
    "unit": "as numbers, without their unit",
    "unit,": "as numbers with a decimal comma, without their unit",
    "side": "as amounts, Dr (debit) negative and Cr (credit) positive",
    "side,": "as amounts with a decimal comma, Dr (debit) negative and Cr (credit) positive",
    "duration": "as durations in seconds",
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
    dashes = _dashes(column, decision)
    converted = changed & ~missing & ~dashes
    for mask, what in (
        (changed & missing & ~lost, "with {marks} read as missing"),
        (changed & lost, f"that could not be read {_HOW.get(decision.kind, '')} became missing"),
        (converted, _conversion(column, decision.kind, converted)),
    ):
        if not mask.any():
            continue
        count = int(column.rows[mask].sum())
        places = np.flatnonzero(mask)[:3]
        examples = tuple(
            (visible(column.cells[int(at)].as_py()), plain_text(values.shown(at), longest=60)) for at in places
        )
        marks = ", ".join(f"“{before}”" for before, _ in examples)
        measured = "measure" if decision.measure and what.startswith("read ") else ""
        notes.append(
            Note(
                column.name,
                f"{counted(count, 'cell')} {what.format(marks=marks)}.",
                count,
                examples,
                column.name,
                measured,
            )
        )
    if decision.codes:
        notes.append(Note(column.name, f"Kept as text: {decision.codes}."))
    elif decision.kind == "trimmed" and not decision.mixed:
        notes += _stayed_text(column)
    return notes + ([_dash_note(column, dashes)] if dashes.any() else [])


def _dashes(column: Distinct, decision: Decision) -> np.ndarray:
    """Which distinct cells are a dash that was read as zero."""
    return column.zero if decision.kind.startswith("number") or decision.measure else np.zeros_like(column.zero)


def _dash_note(column: Distinct, dashes: np.ndarray) -> Note:
    shown = column.cells.filter(pa.array(dashes))[0].as_py()
    count = int(column.rows[dashes].sum())
    what = (
        f"{counted(count, 'cell')} with a dash alone (“{visible(shown)}”) read as zero, as accounting formats write it."
    )
    return Note(column.name, what, count, ((visible(shown), "0"),), column.name, "zero")


def _conversion(column: Distinct, kind: str, changed: np.ndarray) -> str:
    if kind == "trimmed":
        if pc.any(pc.starts_with(column.cells.filter(pa.array(changed)), '="')).as_py():
            return "written as a formula for Excel and read as the text in it"
        return "with blanks around the text, which were removed"
    steps = [f"read {_HOW.get(kind, 'as text')}"]
    if kind.rstrip(",") in ("unit", "magnitude"):
        words = pc.struct_field(pc.extract_regex(column.values, r"(?P<w>[A-Za-z°µ²]+[0-9²]?)\.?$"), "w").drop_null()
        shown = list(dict.fromkeys(words.to_pylist()))[:4]
        steps.append(f"beside them {', '.join(plain_text(word, longest=12) for word in shown)}")
    if kind.startswith("date") and (
        beside := int(dates.has_words(column.trimmed.filter(pa.array(changed)), kind).sum())
    ):
        steps.append(f"{counted(beside, 'cell')} had words beside the date")
    if kind.startswith("number"):
        cells = column.trimmed.filter(pa.array(changed))
        if signs := numbers.currencies(cells):
            steps.append(f"currency {', '.join(signs)} removed")
        if numbers.has_percent(cells).any():
            steps.append("percent sign removed, so 12.5 % is 12.5")
    if kind.startswith("date") and pc.any(pc.match_substring_regex(column.trimmed, _AWAY_FROM_UTC)).as_py():
        steps.append("times of other zones were brought to UTC")
    return "; ".join(steps)


def column_problems(column: Distinct, decision: Decision, values: Values, lines: np.ndarray) -> list[Problem]:
    """Cells that were lost, with their lines; what looks measured but stays text; mixed currencies or percent signs."""
    problems = []
    if values.lost.any():
        problems.append(_lost(column, decision.kind, values, lines))
    if decision.mixed:
        problems.append(_mixed(column, decision.mixed))
    if decision.kind.startswith("number"):
        cells = column.values
        signed = cells.filter(pa.array(~column.written.plain))  # no sign stands in what a computer writes
        if len(signs := numbers.currencies(signed)) > 1:
            what = f"it holds amounts in different currencies ({', '.join(signs)}), read as they stand."
            fix = "Convert them to one currency before you compare customers."
            problems.append(_mild(column.name, what, fix, "currencies", len(signs)))
        short = cells.filter(pc.match_substring_regex(cells, _SHORTENED))
        if len(short) * 2 > len(cells):
            what = (
                f"its long numbers were shortened by Excel (“{short[0].as_py()}”), so different ids may be equal now."
            )
            problems.append(_mild(column.name, what, "Export it again with this column as text."))
        percent = numbers.has_percent(cells)
        if percent.any() and not percent.all():
            what = "some cells have a percent sign and others have none; all were read as they stand."
            count = int(column.value_rows[percent].sum())
            problems.append(_mild(column.name, what, "Write all of them alike.", "percent", count))
    return problems


def _mixed(column: Distinct, mixed: tuple[float, str]) -> Problem:
    share, example = mixed
    what = f"{share:.0%} of its cells are numbers and others are not (“{plain_text(example, longest=40)}”), "
    what = what.replace("%", " %") + "so it stays text."
    fix = "Correct those cells, or choose to read it as numbers."
    by = f"--read column={plain_text(column.name, longest=40)}:number"
    return _mild(column.name, what, fix, "stayed text", int(column.value_rows.sum()), by)


def _stayed_text(column: Distinct) -> list[Note]:
    """A sentence for a column whose cells mostly look measured (figures first) and that no reader could convert."""
    cells, rows = column.values, column.value_rows
    if not column.has_digits or words_of(column.name) & _ID_WORDS or are_codes(cells):
        return []
    measured = pc.and_(pc.match_substring_regex(cells, _MEASURED), pc.invert(pc.match_substring_regex(cells, _PROSE)))
    if says_time(column.name):
        measured = pc.match_substring_regex(cells, "[0-9]")
    count = int(rows[measured.to_numpy(zero_copy_only=False).astype(bool)].sum())
    if count * 2 < rows.sum():
        return []
    shown = ", ".join(f"“{plain_text(cell, longest=24)}”" for cell in cells.slice(0, 3).to_pylist())
    what = (
        f"Its cells hold digits and were kept as text, such as {shown}: they agree on no number, date or unit. If they "
        "are numbers, dates or durations, write all of them alike, or choose what they are."
    )
    by = f"--read column={plain_text(column.name, longest=40)}:KIND"
    return [Note(column.name, what, count, kind="stayed text", by=by)]


def are_codes(cells: pa.Array) -> bool:
    """Whether the letters differ from cell to cell, as in ids (1217-NQKMC): those of units and durations do not."""
    letters = pc.unique(pc.replace_substring_regex(cells, r"[^\pL]+", ""))
    return len(cells) >= _FEWEST_CODES and len(letters) * 2 > len(cells)


def _lost(column: Distinct, kind: str, values: Values, lines: np.ndarray) -> Problem:
    codes = column.codes.to_numpy()
    rows = np.flatnonzero(values.lost[codes])
    shown = [
        f"line {count_text(lines[row])} “{plain_text(column.cells[int(codes[row])].as_py(), longest=40)}”"
        for row in rows[:3]
    ]
    listed = ", ".join(shown) + (" …" if len(rows) > 3 else "")
    are = counted(len(rows), "cell is", "cells are")
    what = f"{are} {_NOT[kind.rstrip(',').split(' ')[0]]} and became missing: {listed}."
    return _mild(
        column.name,
        what,
        f"Correct {agree(len(rows), 'it', 'them')} in the file, or keep the column as text.",
        "lost",
        len(rows),
    )


def questions(
    column: Distinct, kind: str, conventions: Conventions, separator: str | None
) -> list[tuple[Problem, Question]]:
    """The question for a column that can be read in two ways when nothing in the file decides.

    In a file separated by commas, 12,500 is taken for twelve thousand without a question where smaller figures stand
    beside it without a mark, and none that are larger; 12.500 is asked about.
    """
    if kind.endswith("swapped"):
        return [_swapped(column)]
    if not kind.startswith("number" if conventions.order_sure else ("date ", "number")):
        return []
    if kind.startswith("number") and conventions.decimal_sure:
        return []
    order = column.order_votes
    if kind in ("date dmy", "date mdy") and order["?"] and order["dmy"] == order["mdy"]:
        first = "day" if kind == "date dmy" else "month"
        what = f"its dates can be read with the day or the month first; the {first} was taken to come first."
        fix, by = "Choose the order of day and month.", "--read date_order=dmy or --read date_order=mdy"
        problem = _mild(column.name, what, fix, "date order", order["?"], by)
        choices = tuple((value, label) for value, label in DATE_ORDERS.items() if value)
        text = "How does this file write dates?"
        return [(problem, Question("date_order", text, choices, conventions.order, decides=True))]
    vote = votes(column)
    commas = 0 if separator == "," and _marks_thousands(column) else vote["?,"]
    unsure = vote["?."] + commas > 0 and vote["."] == vote[","]
    if kind.startswith("number") and unsure:
        mask = pc.match_substring_regex(column.values, r"[0-9][.,][0-9]{3}\D*$")
        example = next(iter(column.values.filter(mask).slice(0, 1).to_pylist()), "1.234")
        value = numbers.parse_numbers(pa.array([example], pa.large_string()), "," if kind == "number," else ".")[0]
        shown = repr(float(value)).removesuffix(".0")
        what = f"its numbers can be read in two ways; “{plain_text(example, longest=20)}” was read as {shown}."
        fix, by = "Choose the decimal mark.", "--read decimal=. or --read decimal=,"
        problem = _mild(column.name, what, fix, "decimal", vote["?."] + vote["?,"], by)
        choices = tuple((value, label) for value, label in DECIMALS.items() if value)
        text = f"What does “{plain_text(example, longest=20)}” mean in this file?"
        return [(problem, Question("decimal", text, choices, conventions.decimal, decides=True))]
    return []


def _marks_thousands(column: Distinct) -> bool:
    """Whether figures below a thousand stand without a mark, and none from a thousand on do."""
    plain = column.written.read(".")[column.written.plain]
    return len(plain) > 0 and bool((np.abs(plain) < 1_000).all())


def _swapped(column: Distinct) -> tuple[Problem, Question]:
    real = pc.match_substring_regex(column.values, "^[0-9]{4}-")
    count = int(column.value_rows[real.to_numpy(zero_copy_only=False).astype(bool)].sum())
    what = (
        f"{count_text(count)} of its dates were swapped by a spreadsheet that read day and month the other way round: "
        f"all real dates have a day up to 12 and all others stayed text. They were swapped back."
    )
    fix = "If that is wrong, choose to leave them."
    problem = _mild(column.name, what, fix, "swapped dates", count, "--read swapped=keep")
    choices = tuple((value, label) for value, label in SWAPPED.items() if value)
    text = "A spreadsheet seems to have swapped day and month in this file. What is to be done?"
    return problem, Question("swapped", text, choices, "swap", decides=True)


def summary_notes(plain: list[str], blanks: dict[str, int]) -> list[Note]:
    """One note for all columns of plain numbers, and one for blank cells, which are missing values everywhere."""
    notes = []
    if plain:
        what = counted(len(plain), "column holds", "columns hold")
        listed = ", ".join(plain_text(name, longest=40) for name in plain)
        notes.append(Note("Plain numbers", f"{what} plain numbers: {listed}.", len(plain)))
    if blanks:
        listed = ", ".join(f"{plain_text(name, longest=40)} {count_text(count)}" for name, count in blanks.items())
        notes.append(Note("Blank cells", f"Blank cells are missing values: {listed}.", sum(blanks.values())))
    return notes


def _mild(where: str, what: str, fix: str, kind: str = "other", count: int = 0, by: str = "") -> Problem:
    return Problem(plain_text(where, longest=60), what, fix, fatal=False, kind=kind, count=count, by=by)
