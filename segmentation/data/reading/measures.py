"""Numbers with something beside them: magnitudes (1.2K), units (170 cm), Dr and Cr, durations (00:02:31).

A column is read so only where its cells agree: one family of marks, in nine tenths of the rows that hold a value.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from segmentation.data.reading.numbers import CURRENCY, parse_numbers

__all__ = ["DURATION_WORDS", "Measure", "duration_seconds", "find_measure", "measure_of", "read_measure"]

_MAGNITUDES = {
    "k": 1e3, "tsd": 1e3, "thousand": 1e3, "mil": 1e3,
    "m": 1e6, "mm": 1e6, "mn": 1e6, "mln": 1e6, "mio": 1e6, "million": 1e6, "millions": 1e6, "millionen": 1e6,
    "b": 1e9, "bn": 1e9, "bln": 1e9, "mrd": 1e9, "billion": 1e9, "billions": 1e9, "milliarden": 1e9,
    "tys": 1e3, "тыс": 1e3, "млн": 1e6, "md": 1e9, "mds": 1e9, "mld": 1e9, "млрд": 1e9, "万": 1e4, "億": 1e8, "亿": 1e8,
    "lakh": 1e5, "lac": 1e5, "crore": 1e7, "cr": 1e7, "t": 1e12, "tn": 1e12, "trillion": 1e12,
}  # fmt: skip
_UNITS = {
    "cm", "mm", "km", "m", "kg", "g", "mg", "lb", "lbs", "oz", "l", "ml", "cl", "kwh", "mwh", "kw", "mb", "gb", "tb",
    "kb", "pcs", "pc", "stk", "pts", "mi", "ft", "in", "min", "mins", "h", "hr", "hrs", "s", "sec", "secs", "ms", "d",
    "wk", "wks", "mo", "mos", "mth", "mths", "y", "yr", "yrs", "°c", "°f", "m²", "m2", "sqm", "sqft", "x", "bps", "pp",
}  # fmt: skip
"""Units that may stand right behind a figure; any other word needs a blank before it."""

_SIGNS_OF = {"dr": -1.0, "cr": 1.0, "s": -1.0, "h": 1.0, "debit": -1.0, "credit": 1.0, "soll": -1.0, "haben": 1.0}
DURATION_WORDS = {
    "duration", "session", "length", "elapsed", "talk", "wait", "call", "handling", "dauer", "durée", "duree", "tenure",
    "duración", "duracion", "durata", "duur", "spent", "onsite", "runtime", "watch", "engagement", "response", "lap",
}  # fmt: skip

_BLANKS = "\u00a0\u202f"
_FIGURE = rf"[+\-(]* ?(?i:{CURRENCY})? ?[+-]?[0-9][0-9.,' {_BLANKS}]*"
_WORD = "[A-Za-zäöüÄÖÜßéèñа-я°µ²万億亿]{1,12}[0-9²]?"
_SPLIT = (
    rf"^(?P<figure>{_FIGURE}?)(?P<gap>[ {_BLANKS}]*)(?P<word>{_WORD})\.?(?:[ {_BLANKS}]?(?i:{CURRENCY}))?(?P<end>\)?)$"
)
_CLOCK = r"^-?(?:(?P<d>[0-9]+) days?,? )?(?P<h>[0-9]{1,4}):(?P<m>[0-5][0-9])(?::(?P<s>[0-5][0-9](?:\.[0-9]+)?))?$"
_SPOKEN = (
    r"^(?:(?P<d>[0-9]+) ?(?:d(?:ays?)?|tage?|jours?))? ?"
    r"(?:(?P<h>[0-9]+) ?(?:h(?:(?:ou)?rs?)?|std\.?|stunden?|heures?))? ?"
    r"(?:(?P<m>[0-9]+) ?m(?:in\.?(?:ute)?[ns]?)?)? ?(?:(?P<s>[0-9]+) ?(?:s(?:ec(?:ond)?s?)?|sek\.?|sekunden?))?$"
)
_ISO = r"^p(?:(?P<d>[0-9]+)d)?(?:t(?:(?P<h>[0-9]+)h)?(?:(?P<m>[0-9]+)m)?(?:(?P<s>[0-9]+(?:\.[0-9]+)?)s)?)?$"
_SHARE = 0.9
_SAMPLE = 2_000


@dataclass(frozen=True)
class Measure:
    """How the cells of a column are numbers with something beside them.

    kind: magnitude | unit | side (Dr and Cr) | duration. decimal: the decimal mark. unit: what a reader calls it.
    """

    kind: str
    decimal: str = "."
    unit: str = ""

    @property
    def key(self) -> str:
        """The key of `KINDS` that reads a column so."""
        return self.kind + ("," if self.decimal == "," else "")


def find_measure(name: str, cells: pa.Array, rows: np.ndarray, decimal: str) -> Measure | None:
    """The measure under which nine tenths of the rows are numbers; None where the cells do not agree on one.

    cells: distinct values, rows: how many rows hold each.
    """
    total = int(rows.sum())
    first = cells.slice(0, _SAMPLE)
    if not total or not len(first):
        return None
    for measure in _candidates(name, first, decimal):
        good = np.isfinite(read_measure(cells, measure))
        if rows[good].sum() >= _SHARE * total:
            return measure
    return None


def measure_of(kind: str, cells: pa.Array) -> Measure:
    """The measure that a stored kind stands for; its unit is the one that most cells have."""
    decimal = "," if kind.endswith(",") else "."
    plain = kind.rstrip(",")
    return Measure(plain, decimal, _common_unit(cells) if plain == "unit" else "s" if plain == "duration" else "")


def read_measure(cells: pa.Array, measure: Measure) -> np.ndarray:
    """float64 per cell, NaN where it is none: 1.2K is 1200, 170 cm is 170, 900 Dr is −900, 00:02:31 is 151 seconds."""
    if measure.kind == "duration":
        return duration_seconds(cells)
    parts = pc.extract_regex(cells, _SPLIT)
    with_word = parts.is_valid().to_numpy(zero_copy_only=False).astype(bool)
    out = parse_numbers(cells, measure.decimal).copy()
    if not with_word.any():
        return out
    values = parts.drop_null()
    words = [word.lower() for word in values.field("word").to_pylist()]
    closed = pc.binary_join_element_wise(
        pc.utf8_trim_whitespace(values.field("figure")), values.field("end"), pa.scalar("", pa.large_string())
    )
    figures = parse_numbers(closed, measure.decimal)
    factors = np.array([_factor(word, measure) for word in words])
    out[with_word] = figures * factors
    return out


def duration_seconds(cells: pa.Array) -> np.ndarray:
    """Cells such as 00:02:31, 26:15:00 or 1h 20m → seconds as float64, NaN where a cell is none of these."""
    out = np.full(len(cells), np.nan)
    for pattern in (_CLOCK, _SPOKEN, _ISO):
        parts = pc.extract_regex(pc.utf8_lower(cells), pattern)
        where = np.flatnonzero(parts.is_valid().to_numpy(zero_copy_only=False))
        where = np.array([at for at in where if cells[int(at)].as_py()], dtype=int)
        if not len(where):
            continue
        seconds = np.zeros(len(where))
        taken = parts.take(pa.array(where))
        for part, each in (("d", 86_400.0), ("h", 3_600.0), ("m", 60.0), ("s", 1.0)):
            if taken.type.get_field_index(part) >= 0:
                text = taken.field(part)
                text = pc.if_else(pc.equal(text, ""), "0", text)
                seconds += each * pc.cast(text, pa.float64()).to_numpy(zero_copy_only=False)
        minus = pc.starts_with(cells.take(pa.array(where)), "-").to_numpy(zero_copy_only=False)
        out[where] = np.where(minus, -seconds, seconds)
    return out


def _candidates(name: str, cells: pa.Array, decimal: str) -> list[Measure]:
    if np.isfinite(duration_seconds(cells)).mean() >= _SHARE:
        return [Measure("duration", ".", "s")] if _is_duration(name, cells) else []
    parts = pc.extract_regex(cells, _SPLIT).drop_null()
    if not len(parts):
        return []
    marks = [decimal, "," if decimal == "." else "."]
    words = {word.lower() for word in parts.field("word").to_pylist()}
    if words <= set(_SIGNS_OF) and (words & {"dr", "debit", "soll"} or words == {"s", "h"}):
        return [Measure("side", mark) for mark in marks]
    if words <= set(_MAGNITUDES) and _is_magnitude(words, parts):
        return [Measure("magnitude", mark) for mark in marks]
    return [Measure("unit", mark, _common_unit(cells)) for mark in marks] if _is_unit(words, parts) else []


def _is_duration(name: str, cells: pa.Array) -> bool:
    """Whether cells such as 12:30 are durations and no times of day: by the name, beyond a day, or spelled out."""
    words = {part.lower() for part in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-zäöüéó]+", name)}
    if words & DURATION_WORDS:
        return True
    clocks = pc.extract_regex(cells, _CLOCK).drop_null()
    hours = pc.cast(pc.struct_field(clocks, "h"), pa.int64())
    return not len(clocks) or bool(pc.max(hours).as_py() >= 24)


def _is_unit(words: set[str], parts: pa.StructArray) -> bool:
    """Whether the words beside the figures are one unit: not the letter of a code (A12), nor figures that are codes."""
    if len(set(map(_stem, words))) != 1 or any(len(word) == 1 and word not in _UNITS for word in words):
        return False
    if pc.any(pc.match_substring_regex(parts.field("figure"), r"^0[0-9]")).as_py():
        return False
    pairs = zip(parts.field("word").to_pylist(), parts.field("gap").to_pylist(), strict=True)
    return all(gap or word.lower() in _UNITS for word, gap in pairs)


def _stem(word: str) -> str:
    """A unit in one form: month and months, Tag and Tage, lb and lbs."""
    return word.rstrip("esn") if len(word) > 3 else word[:-1] if len(word) == 3 and word.endswith("s") else word


def _is_magnitude(words: set[str], parts: pa.StructArray) -> bool:
    """Whether K, M, bn are factors here: not an "m" for metres, and not the letter at the end of a code (85123K)."""
    figures = parts.field("figure")
    if pc.any(pc.match_substring_regex(figures, "^0[0-9]")).as_py():
        return False
    if not pc.all(pc.match_substring_regex(figures, r"^[^0-9]*[0-9]{1,4}(?:[.,][0-9]+)?\s*$")).as_py():
        return False
    if pc.any(pc.match_substring_regex(figures, rf"(?i){CURRENCY}")).as_py():
        return True
    if words <= {"m", "t", "mm", "b", "cr"}:
        capital = set(parts.field("word").to_pylist()) <= {"M", "B", "T"}
        return capital and bool(pc.any(pc.match_substring_regex(figures, r"[.,]")).as_py())
    return True


def _common_unit(cells: pa.Array) -> str:
    words = pc.struct_field(pc.extract_regex(cells, _SPLIT), "word").drop_null().to_pylist()
    return max(dict.fromkeys(words), key=words.count) if words else ""


def _factor(word: str, measure: Measure) -> float:
    if measure.kind == "side":
        return _SIGNS_OF.get(word, np.nan)
    if measure.kind == "magnitude":
        return _MAGNITUDES.get(word, np.nan)
    return 1.0 if not measure.unit or _stem(word) == _stem(measure.unit.lower()) else np.nan
