"""What a formula can do: one `Function` a name, with the kinds of values it takes and how it computes.

Values are arrays of n (or of one value for all): numbers and yes or no as float64 with NaN where missing, days as
datetime64[D] with NaT, texts as objects with "". Each works element by element, so that one row and a million rows get
the same bits. What has no result (divided by nothing, a day that is missing) is missing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from segmentation.core.text import number_text

__all__ = ["FUNCTIONS", "KIND_WORDS", "SAME_KIND", "TRUTHS", "Function", "band_words", "numbers_among"]

Values = Any
Floats = NDArray[np.float64]

KIND_WORDS = {"number": "numbers", "yes/no": "yes or no", "date": "dates", "text": "text"}
"""The kinds of values, as a sentence names them."""
_NUMBER, _DAY, _YEAR = ("number", "yes/no"), ("date",), ("date", "number")


@dataclass(frozen=True)
class Function:
    """One function or operator.

    example: how it is written. about: what it gives, in words. takes: the kinds that each argument may have. most:
    how many arguments there may be; those beyond `takes` are as the last. gives: the kind of the result, "" for that
    of the first argument. unit: of the result, where it has one of its own. literals: arguments from this place on are
    written out, and no column.
    """

    example: str
    about: str
    takes: tuple[tuple[str, ...], ...]
    gives: str
    compute: Callable[..., Values]
    most: int = 0
    unit: str = ""
    literals: int = 0


TRUTHS = {
    **dict.fromkeys(("yes", "true", "1", "y", "ja", "oui", "si", "sí", "sim"), 1.0),
    **dict.fromkeys(("no", "false", "0", "n", "nein", "non", "não", "nee"), 0.0),
}
"""Words of yes and no, without capitals → 1 and 0."""


def _over(combine: Callable[[Floats, Floats], Floats]) -> Callable[..., Floats]:
    """A function of the values that are there, combined from the left; missing where none is."""

    def compute(*items: Floats) -> Floats:
        result = np.asarray(items[0], dtype=np.float64)
        for item in items[1:]:
            both = combine(result, item)
            result = np.where(np.isnan(result), item, np.where(np.isnan(item), result, both))
        return result

    return compute


def _mean(*items: Floats) -> Floats:
    known = sum(np.where(np.isnan(item), 0.0, 1.0) for item in items)
    return _SUM(*items) / known


def _calendar(days: Values) -> tuple[Floats, Floats, Floats]:
    """Days → year, month 0 … 11 and day 1 … 31, NaN where there is none."""
    missing, months = np.isnat(days), days.astype("datetime64[M]")
    month = months.astype(np.int64)
    parts = (1970 + month // 12, month % 12, (days - months).astype(np.int64) + 1)
    return tuple(np.where(missing, np.nan, part.astype(np.float64)) for part in parts)  # type: ignore[return-value]


def _year(value: Values) -> Floats:
    """The year of a day; a number is a year already."""
    return _calendar(value)[0] if value.dtype.kind == "M" else value


def _month(day: Values) -> Floats:
    return _calendar(day)[1] + 1


def _years_between(start: Values, end: Values) -> Floats:
    """Whole years from one day to another; between years the difference."""
    if "f" in (start.dtype.kind, end.dtype.kind):
        difference: Floats = _year(end) - _year(start)
        return difference
    return np.floor(_months_between(start, end) / 12.0)


def _months_between(start: Values, end: Values) -> Floats:
    (year, month, day), (last_year, last_month, last_day) = _calendar(start), _calendar(end)
    months: Floats = 12.0 * (last_year - year) + (last_month - month) - np.where(last_day < day, 1.0, 0.0)
    return months


def _days_between(start: Values, end: Values) -> Floats:
    missing = np.isnat(start) | np.isnat(end)
    return np.where(missing, np.nan, (end - start).astype(np.int64).astype(np.float64))


def _minus(left: Values, right: Values) -> Values:
    return _days_between(right, left) if left.dtype.kind == "M" else left - right


def _missing(values: Values) -> NDArray[np.bool_]:
    kind = values.dtype.kind
    empty: NDArray[np.bool_] = np.isnat(values) if kind == "M" else np.isnan(values) if kind == "f" else values == ""
    return empty


def _one_of(values: Values, answers: Sequence[Values]) -> NDArray[np.bool_]:
    same = np.zeros(np.shape(values), dtype=bool)
    for answer in answers:
        same = same | (values == answer)
    return same


def _is(values: Values, *answers: Values) -> Floats:
    if values.dtype.kind == "f":
        answers = tuple(TRUTHS.get(answer, np.nan) if isinstance(answer, str) else answer for answer in answers)
    return np.where(_missing(values), np.nan, _one_of(values, answers).astype(np.float64))


def _without(values: Floats, *codes: Floats) -> Floats:
    return np.where(_one_of(values, codes), np.nan, values)


def _known(values: Values) -> Floats:
    return np.where(_missing(values), 0.0, 1.0)


def _comparison(compare: Callable[[Values, Values], Any]) -> Callable[[Values, Values], Floats]:
    return lambda left, right: np.where(_missing(left) | _missing(right), np.nan, compare(left, right) * 1.0)


def _bands(values: Floats, *edges: Floats, codes: Sequence[tuple[str, float]] = ()) -> Values:
    """Numbers → the words of their bands (`band_words`), a code its own word; "" where missing.

    Among texts those that are no number stay the words that they are: "never" beside 3 and 10.
    """
    if values.dtype.kind == "O":
        numbers = numbers_among(values)
        return np.where(np.isnan(numbers), values, _bands(numbers, *edges, codes=codes))
    cuts = [float(edge) for edge in edges]
    words = np.array([*band_words(cuts), ""], dtype=object)
    places = np.where(np.isnan(values), len(cuts) + 1, np.searchsorted(cuts, values, side="right"))
    made = words[places]
    for word, code in codes:
        made = np.where(values == code, word, made)
    return made


def numbers_among(texts: Values) -> Floats:
    """Texts → those that are numbers, NaN for words."""
    different, codes = np.unique(np.asarray(texts, dtype=str), return_inverse=True)
    return np.array([_number(text) for text in different])[codes].reshape(np.shape(texts))


def _number(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        return np.nan
    return number if np.isfinite(number) else np.nan


def band_words(edges: Sequence[float]) -> tuple[str, ...]:
    """Edges, rising → the words of the bands between them: from one edge on, below the next."""
    texts = [number_text(edge, digits=12).replace(",", "") for edge in edges]
    between = [f"{low}–{high}" for low, high in pairwise(texts)]
    return (f"under {texts[0]}", *between, f"{texts[-1]}+")


_SUM = _over(np.add)
_MANY = 200
_DAYS = (_DAY, _DAY)
_NUMBERS = (_NUMBER, _NUMBER)
_COMPARED = ((*_NUMBER, "date"), (*_NUMBER, "date"))
SAME_KIND = frozenset(("-", "<", "<=", ">", ">=", "=", "!=", "is"))
"""Functions whose arguments must all be of one kind (yes or no counts as a number)."""
FUNCTIONS: dict[str, Function] = {
    "+": Function("a + b", "The two added; missing where one is.", _NUMBERS, "number", np.add),
    "-": Function("a - b", "The difference; of two dates in days.", _COMPARED, "number", _minus),
    "*": Function("a * b", "One times the other.", _NUMBERS, "number", np.multiply),
    "/": Function("a / b", "A ratio; missing where b is 0.", _NUMBERS, "number", np.divide),
    "negative": Function("-a", "The number with the other sign.", (_NUMBER,), "number", np.negative),
    "sum": Function("sum(a, b, …)", "All that are there, added.", (_NUMBER,), "number", _SUM, _MANY),
    "mean": Function("mean(a, b, …)", "The mean of those that are there.", (_NUMBER,), "number", _mean, _MANY),
    "min": Function("min(a, b, …)", "The smallest that is there.", (_NUMBER,), "number", _over(np.minimum), _MANY),
    "max": Function("max(a, b, …)", "The largest that is there.", (_NUMBER,), "number", _over(np.maximum), _MANY),
    "years_between": Function(
        "years_between(born, 2026-11-28)",
        "Whole years from one day to another; a number counts as a year.",
        (_YEAR, _YEAR), "number", _years_between, unit="years",
    ),
    "months_between": Function(
        "months_between(from, to)", "Whole months between two days.", _DAYS, "number", _months_between, unit="months"
    ),
    "days_between": Function(
        "days_between(from, to)", "Days between two days.", _DAYS, "number", _days_between, unit="days"
    ),
    "year": Function("year(day)", "The year of a day.", (_DAY,), "number", _year),
    "month": Function("month(day)", "The month of a day, 1 to 12.", (_DAY,), "number", _month),
    "is": Function(
        "is(plan, 'Gold', 'Silver')", "Whether it is one of these values.",
        (("number", "yes/no", "text"), ("number", "text")), "yes/no", _is, _MANY, literals=1,
    ),
    "without": Function(
        "without(a, -1)", "The number, missing where it is one of these codes.",
        (_NUMBER, ("number",)), "number", _without, _MANY, literals=1,
    ),
    "known": Function("known(a)", "Whether there is a value.", (tuple(KIND_WORDS),), "yes/no", _known),
    "bands": Function(
        "bands(age, 30, 50, never=-1)",
        "Bands between the edges as words; a code gets a word of its own, and words among numbers stay words.",
        ((*_NUMBER, "text"), ("number",)), "text", _bands, _MANY, literals=1,
    ),
    "parts": Function(
        "parts(income, 4)", "So many bands of equally many customers; their edges are found once and kept.",
        ((*_NUMBER, "text"), ("number",)), "text", _bands, literals=1,
    ),
    "<": Function("a < b", "Whether a is less.", _COMPARED, "yes/no", _comparison(np.less)),
    "<=": Function("a <= b", "Whether a is at most b.", _COMPARED, "yes/no", _comparison(np.less_equal)),
    ">": Function("a > b", "Whether a is more.", _COMPARED, "yes/no", _comparison(np.greater)),
    ">=": Function("a >= b", "Whether a is at least b.", _COMPARED, "yes/no", _comparison(np.greater_equal)),
    "=": Function("a = b", "Whether both are equal.", _COMPARED, "yes/no", _comparison(np.equal)),
    "!=": Function("a != b", "Whether they differ.", _COMPARED, "yes/no", _comparison(np.not_equal)),
}  # fmt: skip
"""Everything that a formula may name; a new function is one entry here."""
