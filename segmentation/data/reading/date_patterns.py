"""The ways in which dates are written: one regular expression with named groups each."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

__all__ = ["PACKED", "WAYS", "ZONES", "any_cell", "ways_of"]

ZONES = {
    "Z": 0, "UTC": 0, "GMT": 0, "WET": 0, "BST": 1, "WEST": 1, "CET": 1, "MEZ": 1, "CEST": 2, "MESZ": 2, "EET": 2,
    "SAST": 2, "EEST": 3, "MSK": 3, "IST": 5.5, "SGT": 8, "HKT": 8, "AWST": 8, "JST": 9, "KST": 9, "AEST": 10,
    "AEDT": 11, "NZST": 12, "NZDT": 13, "EDT": -4, "EST": -5, "CDT": -5, "CST": -6, "MDT": -6, "MST": -7, "PDT": -7,
    "PST": -8, "AKDT": -8, "AKST": -9, "HST": -10, "BRT": -3, "ART": -3,
}  # fmt: skip
"""Names of time zones → hours from UTC."""

_TIME = (
    r"(?:(?:[ T]|,? (?:at|um|à|às|alle|a las|om|kl\.?|o|в) |, ?) *(?P<H>[0-9]{1,2})[:hH.](?P<M>[0-9]{2})"
    r"(?::(?P<S>[0-9]{2})(?:[.,](?P<f>[0-9]{1,9}))?)?"
    r" ?(?P<p>[AaPp]\.?[Mm]\.?)?(?: ?\(?(?P<z>(?:UTC|GMT)?[+-][0-9]{1,2}(?::?[0-9]{2})?|"
    + "|".join(sorted(ZONES, key=len, reverse=True))
    + r")\)?)?)?"
)
_LETTERS = "A-Za-z\u00c0-\u024f\u0370-\u03ff\u0400-\u04ff"
_NAME = rf"(?P<b>[{_LETTERS}]{{3,12}})\.?"
_DAY_NAME = rf"(?:[{_LETTERS}-]{{2,13}}[.,]{{0,2}} )?"
_NTH = r"(?:st|nd|rd|th|er|\.?[ºª]|\.)?"

WAYS: dict[str, str] = {
    "ymd": rf"^(?P<y>[12][0-9]{{3}})(?:-|/|\. ?)(?P<m>[0-9]{{1,2}})(?:-|/|\. ?)(?P<d>[0-9]{{1,2}})\.?{_TIME}$",
    "two": rf"^(?P<a>[0-9]{{1,2}}) ?[-/.] ?(?P<c>[0-9]{{1,2}}) ?[-/.] ?(?P<y>[0-9]{{4}}|[0-9]{{2}})\.?{_TIME}$",
    "day name": rf"^{_DAY_NAME}(?P<d>[0-9]{{1,2}}){_NTH}(?:[- /.]+| de ){_NAME}(?:[- /,.]+| de | del )"
    rf"(?P<y>[0-9]{{4}}|[0-9]{{2}})(?: ?г\.?)?{_TIME}$",
    "name day": rf"^{_DAY_NAME}{_NAME}[- /]+(?P<d>[0-9]{{1,2}})(?:st|nd|rd|th)?,?[- /]+(?P<y>[0-9]{{4}}){_TIME}$",
    "year name": rf"^(?P<y>[12][0-9]{{3}})[-. /]+{_NAME}[- /.]+(?P<d>[0-9]{{1,2}})\.?{_TIME}$",
    "signs": r"^(?P<y>[12][0-9]{3}) ?[年년]\.? ?(?P<m>[0-9]{1,2}) ?[月월]\.? ?(?P<d>[0-9]{1,2}) ?[日일号號]?"
    rf"{_TIME}$",
}
PACKED = {
    "yyyymmdd": rf"^(?P<y>[12][0-9]{{3}})(?P<m>[0-9]{{2}})(?P<d>[0-9]{{2}}){_TIME}$",
    "yymmdd": rf"^(?P<y>[0-9]{{2}})[-./]?(?P<m>[0-9]{{2}})[-./]?(?P<d>[0-9]{{2}})\.?{_TIME}$",
    "yyyymmddhhmm": r"^(?P<y>[12][0-9]{3})(?P<m>[0-9]{2})(?P<d>[0-9]{2})(?P<H>[0-9]{2})(?P<M>[0-9]{2})(?P<S>[0-9]{2})?"
    "(?P<f>)(?P<p>)(?P<z>)$",
    "ddmmyyyy": rf"^(?P<d>[0-9]{{1,2}})(?P<m>[0-9]{{2}})(?P<y>[12][0-9]{{3}}){_TIME}$",
    "mmddyyyy": rf"^(?P<m>[0-9]{{1,2}})(?P<d>[0-9]{{2}})(?P<y>[12][0-9]{{3}}){_TIME}$",
}


def ways_of(cells: pa.Array) -> dict[str, str]:
    """The ways of writing that the cells may have: names of months need letters, signs of the year are their own."""
    named, signed = any_cell(cells, f"[{_LETTERS}]"), any_cell(cells, "[年년]")
    return {way: WAYS[way] for way in WAYS if (named or "name" not in way) and (signed or way != "signs")}


def any_cell(cells: pa.Array, pattern: str) -> bool:
    """Whether a pattern is found in one of the cells."""
    return bool(pc.any(pc.match_substring_regex(cells, pattern)).as_py())
