"""Numbers as people write them: decimal comma, thousands marks, currency and percent signs, brackets for minus.

Everything works on the distinct cells of a column at once (Arrow's regular expressions), and every number is
read by a correctly rounded conversion, so 0.1 is the float that Python calls 0.1.
"""

from __future__ import annotations

import re
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from segmentation.data.reading.long_patterns import NOTHING, any_of, may_hold

__all__ = [
    "CURRENCY",
    "Written",
    "best_numbers",
    "currencies",
    "has_currency",
    "has_percent",
    "looks_like_number",
    "parse_both",
    "parse_numbers",
]

_SIGNS = r"€$£¥₹₽₺₩₪₫₴₦฿₱円元圓원\\"  # a backslash is how yen and won come out of old encodings
_CODES = (
    "EUR|USD|GBP|CHF|JPY|CNY|INR|SEK|NOK|DKK|PLN|CZK|HUF|RON|BGN|TRY|RUB|UAH|AUD|CAD|NZD|SGD|HKD|ZAR|BRL|MXN|THB|"
    "AED|SAR|ILS|KRW|IDR|MYR|PHP|VND|PKR|BDT|LKR|EGP|NGN|KES|GHS|MAD|TND|ARS|CLP|COP|PEN|ISK|RSD|BAM|"
    "US\\$|R\\$|A\\$|C\\$|S\\$|zł|Kč|Ft|kr|Rs|TL|Fr|Lei|руб|грн|лв|дин"
)
CURRENCY = rf"(?:[{_SIGNS}]|(?:{_CODES})\.?)"
"""A sign or code of a currency."""

_BESIDE = r"[-+0-9.,' ()%]+"
_A_CURRENCY = any_of(CURRENCY)
_LONGEST = 60
_BLANKS = "\\s\u00a0\u2007\u2009\u202f"
_NO_CENTS = r"([0-9]) ?(?:[.,]-{1,2}|/-)$"  # 1'200.- and 45,-- and 500/- : a dash instead of the cents, no minus
_PLAIN = r"^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$"
_MINUS = "\u2212\u2012\u2013\u2010\u2011\ufe63\uff0d"

# What is left of a number when signs are off: digits with marks. Group 0 is allowed by Arrow's RE2, which knows no
# back-references, so each thousands mark has its own alternative. The first group never starts with 0.
_GROUPS = {
    ".": r"[1-9][0-9]{0,2}(?:(?:,[0-9]{3})+|(?: [0-9]{3})+|(?:'[0-9]{3})+)|[1-9][0-9]?(?:,[0-9]{2})+,[0-9]{3}",
    ",": r"[1-9][0-9]{0,2}(?:(?:\.[0-9]{3})+|(?: [0-9]{3})+|(?:'[0-9]{3})+)",
}


def _pattern(decimal: str) -> str:
    mark = re.escape(decimal)
    return rf"^(?:(?:[0-9]+|{_GROUPS[decimal]})(?:{mark}[0-9]*)?|{mark}[0-9]+)(?:[eE][+-]?[0-9]+)?$"


_WRITTEN = {decimal: _pattern(decimal) for decimal in _GROUPS}
# cells that can be read with only one of the two decimal marks
_CLEAR = {
    ".": r"^(?:[0-9]+\.(?:[0-9]{0,2}|[0-9]{4,})|0[0-9]*\.[0-9]*|[0-9]{4,}\.[0-9]+|\.[0-9]+|[0-9]{1,3}(?:,[0-9]{3}){2,}"
    r"|[0-9]{1,3}(?:,[0-9]{3})+\.[0-9]*|[0-9]+\.[0-9]+[eE][+-]?[0-9]+)$",
    ",": r"^(?:[0-9]+,(?:[0-9]{0,2}|[0-9]{4,})|0[0-9]*,[0-9]*|[0-9]{4,},[0-9]+|,[0-9]+|[0-9]{1,3}(?:\.[0-9]{3}){2,}"
    r"|[0-9]{1,3}(?:\.[0-9]{3})+,[0-9]*)$",
}
_UNSURE = {".": r"^[1-9][0-9]{0,2}\.[0-9]{3}$", ",": r"^[1-9][0-9]{0,2},[0-9]{3}$"}


def _mask(cells: pa.Array, pattern: str) -> np.ndarray:
    flags: np.ndarray = pc.match_substring_regex(cells, pattern).to_numpy(zero_copy_only=False).astype(bool)
    return flags


def _may_hold_currency(cells: pa.Array) -> bool:
    return may_hold(pc.unique(pc.replace_substring_regex(cells, _BESIDE, "")), _A_CURRENCY)


def _bare(cells: pa.Array) -> tuple[pa.Array, np.ndarray]:
    """Cells without currency, percent and sign, all blanks inside one plain blank; and which of them are negative."""
    bare = pc.replace_substring_regex(cells, f"[{_MINUS}]", "-")
    bare = pc.replace_substring_regex(bare, "[’‘´`]", "'")
    bare = pc.replace_substring_regex(bare, f"[{_BLANKS}]+", " ")
    negative = np.zeros(len(cells), dtype=bool)
    # the sign may stand before or after the currency, in brackets, or at the end: at most one of them
    money = _may_hold_currency(bare)
    around = rf"(?i:{CURRENCY})" if money else NOTHING
    brackets = _mask(bare, rf"^{around}? ?\(.*\) ?(?:%|{around})?$")
    bare = _where(brackets, pc.replace_substring_regex(bare, r"[()]", " "), bare)
    bare = pc.utf8_trim_whitespace(bare)
    negative |= brackets
    if money:
        bare = pc.replace_substring_regex(bare, rf"^([+-]?) ?{around} *", r"\1")
        bare = pc.replace_substring_regex(bare, rf" *{around} ?([+-]?)$", r"\1")
    bare = pc.replace_substring_regex(bare, r"^% ?| ?% ?$", "")
    bare = pc.replace_substring_regex(bare, _NO_CENTS, r"\1")
    front = _mask(bare, r"^- ?[0-9.,]")
    tail = _mask(bare, r"^[0-9].*[0-9.,] ?-$")
    negative ^= front & ~brackets
    negative |= tail
    # "(-5)" and "-5-" stay as they are: nobody can say what they mean
    strip_front = ~brackets & ~tail
    bare = _where(strip_front, pc.replace_substring_regex(bare, r"^[+-] ?", ""), bare)
    bare = _where(tail, pc.replace_substring_regex(bare, r" ?-$", ""), bare)
    return bare, negative


def _where(mask: np.ndarray, then: pa.Array, otherwise: pa.Array) -> pa.Array:
    return pc.if_else(pa.array(mask), then, otherwise) if mask.any() else otherwise


class Written:
    """Cells of text on their way to numbers: signs are taken off once, then read under either decimal mark.

    plain: which cells are numbers as a computer writes them (-12.5, 1e-3), a bool array.
    """

    def __init__(self, cells: pa.Array) -> None:
        self.cells = cells
        self.plain = _mask(cells, _PLAIN)
        self._whole = self.plain & _mask(cells, r"^[+-]?[0-9]+$")
        self._read: dict[str, np.ndarray] = {}

    @cached_property
    def _rest(self) -> np.ndarray:
        """Places of the cells that are not plain but hold a digit and are not too long for a number."""
        short = pc.less_equal(pc.utf8_length(self.cells), _LONGEST).to_numpy(zero_copy_only=False).astype(bool)
        return np.flatnonzero(~self.plain & short & _mask(self.cells, "[0-9]"))

    @cached_property
    def _rest_bare(self) -> tuple[pa.Array, np.ndarray]:
        return _bare(self.cells.take(pa.array(self._rest)))

    def read(self, decimal: str) -> np.ndarray:
        """float64 per cell, NaN where it is no number under this decimal mark."""
        if decimal not in self._read:
            out = np.full(len(self.cells), np.nan)
            if decimal == ".":
                _fill(out, self.plain, self.cells)
            else:
                _fill(out, self._whole, self.cells)
                dotted = np.flatnonzero(self.plain & ~self._whole)
                if len(dotted):
                    out[dotted] = _read_bare(*_bare(self.cells.take(pa.array(dotted))), decimal)
            if len(self._rest):
                out[self._rest] = _read_bare(*self._rest_bare, decimal)
            self._read[decimal] = out
        return self._read[decimal]

    def votes(self) -> dict[str, int]:
        """How many cells can be read only with a decimal point, only with a decimal comma, or either way.

        Keys ".", ",", "?." (one mark and three digits, 1.234) and "?," (1,234).
        """
        dotted = self.cells.filter(pa.array(self.plain & ~self._whole))
        parts = [pc.replace_substring_regex(dotted, "^[+-]", "")] + ([self._rest_bare[0]] if len(self._rest) else [])
        count = {key: sum(int(_mask(part, pattern).sum()) for part in parts) for key, pattern in _CLEAR.items()}
        return count | {
            f"?{key}": sum(int(_mask(part, pattern).sum()) for part in parts) for key, pattern in _UNSURE.items()
        }


def filled_cells(cells: pa.Array) -> pa.Array:
    """The cells that are not blank, without blanks around."""
    trimmed = pc.utf8_trim_whitespace(cells)
    return trimmed.filter(pc.not_equal(trimmed, ""))


def share_of_numbers(filled: pa.Array) -> float:
    """Share (0…1) of the cells that are numbers, with the decimal mark under which more are; 0 without any cell."""
    if not len(filled):
        return 0.0
    written = Written(filled)
    with_point = int(np.isfinite(written.read(".")).sum())
    if with_point == len(filled):
        return 1.0
    return max(with_point, int(np.isfinite(written.read(",")).sum())) / len(filled)


def parse_numbers(cells: pa.Array, decimal: str) -> np.ndarray:
    """Cells of text → float64 of the same length, NaN where a cell is no number under this decimal mark."""
    return Written(cells).read(decimal)


def parse_both(cells: pa.Array) -> tuple[np.ndarray, np.ndarray]:
    """`parse_numbers` with a decimal point, and with a decimal comma."""
    written = Written(cells)
    return written.read("."), written.read(",")


def best_numbers(cells: pa.Array) -> np.ndarray:
    """`parse_numbers` with the decimal mark under which more cells are numbers; the point where both do."""
    return max(parse_both(cells), key=lambda values: np.isfinite(values).sum())


def _read_bare(bare: pa.Array, negative: np.ndarray, decimal: str) -> np.ndarray:
    good = _mask(bare, _WRITTEN[decimal])
    for mark in {",", ".", " ", "'"} - {decimal}:
        bare = pc.replace_substring(bare, mark, "")
    if decimal == ",":
        bare = pc.replace_substring(bare, ",", ".")
    values = np.full(len(bare), np.nan)
    _fill(values, good, bare)
    return np.where(negative, -values, values)


def _fill(out: np.ndarray, mask: np.ndarray, cells: pa.Array) -> None:
    """Write the floats of the cells under the mask; a float beyond 1.8e308 is no number."""
    if mask.any():
        values = pc.cast(cells.filter(pa.array(mask)), pa.float64()).to_numpy(zero_copy_only=False)
        out[mask] = np.where(np.isfinite(values), values, np.nan)


def currencies(cells: pa.Array) -> tuple[str, ...]:
    """The currency signs and codes that stand in the cells, sorted."""
    if not _may_hold_currency(cells):
        return ()
    extracted = pc.extract_regex(cells, rf"(?P<sign>(?i:{CURRENCY}))")
    signs = pc.unique(pc.utf8_upper(pc.struct_field(extracted, "sign").drop_null()))
    return tuple(sorted(signs.to_pylist()))


def has_currency(cells: pa.Array) -> np.ndarray:
    """Which cells hold a currency sign or code."""
    return _mask(cells, rf"(?i:{CURRENCY})") if _may_hold_currency(cells) else np.zeros(len(cells), dtype=bool)


def has_percent(cells: pa.Array) -> np.ndarray:
    """Which cells end in a percent sign, or begin with one as in Turkish."""
    return _mask(cells, r"%\s*\)?$|^%\s*[0-9]")


_QUICK = re.compile(
    rf"^[{_BLANKS}(+-]*+{CURRENCY}?[{_BLANKS}(+-]*+(?:[0-9]++(?:[.,'’{_BLANKS}][0-9]++)*[.,]?|[.,][0-9]++)"
    rf"(?:[eE][+-]?[0-9]++)?(?:[.,]?[-–—]{{1,2}}|/-)?[{_BLANKS})%-]*+{CURRENCY}?[{_BLANKS}]*+$",
    re.IGNORECASE,
)


def looks_like_number(cell: str) -> bool:
    """Whether one cell might be a number under any decimal mark; only for finding the layout."""
    return bool(_QUICK.match(cell))
