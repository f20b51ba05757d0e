"""What kind of column this is: facts about its distinct cells, and the decision with its reason."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from segmentation.core.money import one_unit
from segmentation.data.reading import dates, numbers
from segmentation.data.reading.codes import are_ids, codes_in, words_of
from segmentation.data.reading.distinct import Distinct
from segmentation.data.reading.marks import YES_NO
from segmentation.data.reading.measures import DURATION_WORDS, Measure, find_measure, measure_of
from segmentation.data.reading.settings import MEASURES, ReadSettings

__all__ = [
    "Conventions",
    "Decision",
    "currency_unit",
    "decide",
    "find_conventions",
    "mostly_percent",
    "says_time",
    "votes",
    "yes_no_words",
]

NUMBER_SHARE = 0.9
DATE_SHARE = 0.9
_STATUS_SHARE = 0.7  # dates beside one or two words such as "Pending"
_MANY = 20  # distinct six-digit cells that are all dates: no accident
_FIRST = 200

_DATE_WORDS = {
    "date", "dates", "datum", "fecha", "jour", "issued", "timestamp", "datetime", "created", "opened", "closed",
    "signup", "dob", "birthday", "since", "day",
}  # fmt: skip
_TIME_WORDS = {"time", "ts", "at", "updated", "modified", "registered", "login", "seen", "epoch", "unix"}
_NOT_DATES = {"candidate", "mandate", "validate", "antedate"}


@dataclass(frozen=True)
class Conventions:
    """How this file writes numbers and dates where a column alone cannot tell; sure is False for a guess."""

    decimal: str
    decimal_sure: bool
    order: str
    order_sure: bool


@dataclass(frozen=True)
class Decision:
    """What a column is read as: a key of `KINDS`, "" for a column without values, "trimmed" for text.

    codes: why it stays text although it looks like numbers. mixed: (share of numbers, a cell that is none) of a
    column that is mostly numbers, but not enough of them. measure: what stands beside its numbers.
    """

    kind: str
    codes: str = ""
    measure: Measure | None = None
    mixed: tuple[float, str] | None = None


def find_conventions(columns: list[dict[str, int]], settings: ReadSettings) -> Conventions:
    """The decimal mark and date order of a file, from the votes of its columns (see `votes`).

    Columns that allow only one reading decide. If none does, a decimal comma is taken where cells are separated by
    semicolons, and the day is taken to come first, as most of the world writes it; both are then said to be a guess.
    """
    point, comma = (sum(column[mark] > 0 for column in columns) for mark in ".,")
    day, month = (sum(column[order] > 0 for column in columns) for order in ("dmy", "mdy"))
    decimal = settings.decimal or ("." if point > comma or (point == comma and settings.separator != ";") else ",")
    order = settings.date_order or ("mdy" if month > day else "dmy")
    return Conventions(
        decimal, bool(settings.decimal) or point != comma, order, bool(settings.date_order) or day != month
    )


def votes(column: Distinct) -> dict[str, int]:
    """What the cells of one column say about decimal mark and date order (see `Written.votes`, `order_votes`)."""
    empty = dict.fromkeys((".", ",", "?.", "?,", "dmy", "mdy", "?", "="), 0)
    if not column.has_digits:
        return empty
    ordered = sum(column.order_votes.values())
    if ordered * 2 > len(column.values) or (ordered and not _few_are_dates(column.values.slice(0, _FIRST))):
        return empty | column.order_votes
    if not column.written.plain.all():
        likely = max(int(np.isfinite(column.written.read(mark)).sum()) for mark in ".,")
        if likely * 2 <= len(column.values):
            return empty
    return empty | column.written.votes()


def decide(column: Distinct, settings: ReadSettings, conventions: Conventions) -> Decision:
    """The kind of a column: as the settings say, or found from its cells.

    Nine tenths of the rows that hold a value must be numbers (dates); then the others become missing and are listed.
    """
    if column.name in settings.as_text:
        return Decision("text")
    if kind := dict(settings.columns).get(column.name):
        return Decision(kind, measure=measure_of(kind, column.values) if kind in MEASURES else None)
    if len(column.values) == 0:
        return Decision("")
    if yes_no_words(column):
        return Decision("yes/no")
    if not column.has_digits:
        return Decision("trimmed")
    if are_ids(column.name, column.values):
        return _ids(column, conventions)
    if kind := _date_kind(column, conventions, settings):
        return Decision(kind)
    decimal = _decimal_of(column, conventions)
    good = np.isfinite(column.written.read(decimal))
    share = float(column.value_rows[good].sum() / column.value_rows.sum())
    if share < NUMBER_SHARE:
        measure = find_measure(column.name, column.values, column.value_rows, decimal)
        if measure is not None:
            return Decision(measure.key, measure=measure)
    if good.any() and (codes := codes_in(column.name, column.values, good)):
        return Decision("trimmed", codes=codes)
    if share >= NUMBER_SHARE:
        return Decision("number" if decimal == "." else "number,")
    if share >= 0.5:
        return Decision("trimmed", mixed=(share, column.values.filter(pa.array(~good))[0].as_py()))
    return Decision("trimmed")


def _ids(column: Distinct, conventions: Conventions) -> Decision:
    """Ids of letters and figures stay text; it is said of those that would be numbers or measures elsewhere."""
    cells, rows, decimal = column.values, column.value_rows, _decimal_of(column, conventions)
    good = np.isfinite(column.written.read(decimal))
    numbers_elsewhere = rows[good].sum() >= NUMBER_SHARE * rows.sum()
    if numbers_elsewhere or find_measure(column.name, cells, rows, decimal) is not None:
        return Decision("trimmed", codes=f"they are codes, such as {cells[0].as_py()}")
    return Decision("trimmed")


def mostly_percent(column: Distinct) -> bool:
    """Whether most rows with a value have a percent sign."""
    if column.written.plain.all():
        return False
    return bool(column.value_rows[numbers.has_percent(column.values)].sum() * 2 > column.value_rows.sum())


def currency_unit(column: Distinct) -> str:
    """The unit of the one currency that stands beside most amounts of the column; "" where there is none or another."""
    signed = ~column.written.plain  # no sign stands in what a computer writes
    cells = column.values.filter(pa.array(signed))
    unit = one_unit(numbers.currencies(cells)) if len(cells) else ""
    if not unit:
        return ""
    rows = column.value_rows[signed][numbers.has_currency(cells)].sum()
    return unit if rows * 2 > column.value_rows.sum() else ""


def yes_no_words(column: Distinct) -> tuple[str, str] | None:
    """The pair of words for yes and no that are the only values of a column, or None."""
    cells = column.lower.filter(pa.array(column.value))
    if len(cells) > 8:
        return None
    words = set(cells.to_pylist())
    for yes, no, alone in YES_NO:
        if words == {yes, no} or (alone and words and words <= {yes, no} and words & {"true", "false"}):
            return yes, no
    return None


def _date_kind(column: Distinct, conventions: Conventions, settings: ReadSettings) -> str:
    cells, rows = column.values, column.value_rows
    hinted = bool(words_of(column.name) & _DATE_WORDS) or _ends_in_date(column.name)
    if form := _packed_form(cells, conventions, hinted=hinted):
        return f"date {form}"
    if column.written.plain.all() or _few_are_dates(cells.slice(0, _FIRST)):
        return _counted_kind(column, hinted, settings)
    order_votes = column.order_votes
    order = (
        conventions.order
        if order_votes["dmy"] == order_votes["mdy"]
        else max(("dmy", "mdy"), key=lambda key: order_votes[key])
    )
    good = ~np.isnat(dates.parse_dates(cells, order))
    share = rows[good].sum() / rows.sum()
    if share < DATE_SHARE and (share < _STATUS_SHARE or (~good).sum() > 2):
        return ""
    if settings.swapped != "keep" and (swapped := dates.half_swapped(cells)):
        return f"date {swapped} swapped"
    return f"date {order}" if sum(order_votes.values()) else "date"


def _packed_form(cells: pa.Array, conventions: Conventions, *, hinted: bool) -> str:
    """How dates of figures alone are written, and those with the year in front by two figures; "" for any other."""

    def are_dates(form: str) -> bool:
        return not np.isnat(dates.parse_dates(cells, form)).any()

    packed = pc.match_substring_regex(cells, r"^[0-9]{6}(?:[0-9]{2})?(?: +[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?)?$")
    forms = ["yyyymmdd", "yymmdd"] if (hinted or len(cells) >= _MANY) and pc.all(packed).as_py() else []
    if hinted and pc.all(pc.match_substring_regex(cells, r"^(?:[0-9]{7,8}|[12][0-9]{11}(?:[0-9]{2})?)$")).as_py():
        days = ["ddmmyyyy", "mmddyyyy"]
        forms += ["yyyymmddhhmm", *(days if conventions.order == "dmy" else days[::-1])]
    found = next(filter(are_dates, forms), "")
    return found or ("yymmdd" if dates.year_first(cells) else "")


def _counted_kind(column: Distinct, hinted: bool, settings: ReadSettings) -> str:
    """Dates that are counted: in days by Excel, in seconds or milliseconds since 1970; only where the name says so."""
    counts = column.written.read(".")
    old = settings.days_from == "1904"
    if hinted and not np.isnat(dates.parse_serials(counts + dates.DAYS_TO_1904 * old)).any():
        return "date serial 1904" if old else "date serial"
    if hinted or words_of(column.name) & _TIME_WORDS:
        for kind, per_second in (("date unix", 1), ("date unix ms", 1_000)):
            if not np.isnat(dates.parse_unix(counts, per_second=per_second)).any():
                return kind
    return ""


def _few_are_dates(cells: pa.Array) -> bool:
    """Whether less than half of the cells are dates, whichever of day and month comes first."""
    return all(np.isnat(dates.parse_dates(cells, order)).mean() > 0.5 for order in ("dmy", "mdy"))


def _decimal_of(column: Distinct, conventions: Conventions) -> str:
    """The decimal mark under which more rows are numbers; the file's own where both do."""
    written, rows = column.written, column.value_rows
    if not written.plain.all():
        share = {mark: rows[np.isfinite(written.read(mark))].sum() for mark in ".,"}
        if share["."] != share[","]:
            return max(share, key=lambda mark: share[mark])
    mark_votes = written.votes()
    if mark_votes["."] != mark_votes[","]:
        return "." if mark_votes["."] > mark_votes[","] else ","
    return conventions.decimal


def says_time(name: str) -> bool:
    """Whether the name of a column says that it holds dates, times or durations."""
    return bool(words_of(name) & (_DATE_WORDS | _TIME_WORDS | DURATION_WORDS)) or _ends_in_date(name)


def _ends_in_date(name: str) -> bool:
    words = words_of(name)
    return any(word.endswith(("date", "datum")) and word not in _NOT_DATES for word in words)
