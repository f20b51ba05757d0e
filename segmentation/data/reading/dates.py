"""Dates as people write them, read without guessing one cell at a time: a column has one order of day and month.

Each way of writing is one regular expression with named groups, applied to the distinct cells of a column at once;
a date that does not exist (31 February) is no date.
"""

from __future__ import annotations

import re

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from segmentation.data.reading.date_patterns import PACKED, WAYS, ZONES, any_cell, ways_of
from segmentation.data.reading.month_names import month_of

__all__ = [
    "DAYS_TO_1904",
    "half_swapped",
    "has_words",
    "looks_like_date",
    "order_votes",
    "parse_dates",
    "parse_moments",
    "parse_serials",
    "parse_unix",
    "swap_back",
    "without_words",
    "year_first",
]

_ISO = r"^[12][0-9]{3}-(?P<m>[0-9]{2})-(?P<d>[0-9]{2})(?: 00:00(?::00)?)?$"
DAYS_TO_1904 = 1_462
"""Days between the first day of Excel on Windows and that of old Macintoshes."""
_BUDDHIST = (2_440, 2_620, 543)
"""Years that are of the Buddhist calendar where all dates of a column have such, and how far it is ahead."""
_FIRST = 200
_BY_CHANCE = 0.06
_FEWEST_YEARS_FIRST = 5
_MICROS = np.timedelta64(1, "us")
_MOMENT = r"^(?:1[0-9]|2[0-37-9])[0-9]{2}-[01][0-9]-[0-3][0-9](?:[ T][0-2][0-9]:[0-5][0-9](?::[0-5][0-9])?)?$"


def parse_dates(cells: pa.Array, form: str) -> np.ndarray:
    """Cells of text → datetime64[us] of the same length, NaT where a cell is no date written this way.

    form: "dmy" or "mdy" (every way of writing; the order decides 01/02/2025), "yymmdd" (two-digit years: 69–99 are
    19xx, 00–68 are 20xx, as POSIX has it) or another one of figures alone, such as "yyyymmdd". A time zone other than
    none or UTC is brought to UTC. Years of the Buddhist calendar become those of the Gregorian one.
    """
    if form not in PACKED and (moments := parse_moments(cells)) is not None:
        return np.array(moments.to_numpy(zero_copy_only=False))  # callers write into it
    cells = pc.replace_substring_regex(cells, "[\\s\u00a0\u202f]+", " ")
    out = _parse(cells, form)
    if form not in PACKED and np.isnat(out).any():
        odd = np.flatnonzero(np.isnat(out))
        rest = cells.take(pa.array(odd))
        if (bare := without_words(rest)) is not rest:
            out[odd] = _parse(bare, form)
    return out


def parse_moments(cells: pa.Array) -> pa.Array | None:
    """Cells that are all dates as computers write them (2025-02-01, 2025-02-01 10:00) → timestamps; else None.

    The same as `parse_dates`, in a tenth of the time.
    """
    if not pc.all(pc.match_substring_regex(cells, _MOMENT)).as_py():
        return None
    try:
        return pc.cast(cells, pa.timestamp("us"))
    except pa.ArrowInvalid:  # a day that there is not
        return None


def year_first(cells: pa.Array) -> bool:
    """Whether all cells are dates with the two figures of the year in front (24.01.15).

    Told by five dates or more: with the day first, a few days of the month would stand beside many years, some of which
    are still to come.
    """
    pattern = r"^(?P<y>[0-9]{2})[-./](?P<m>[0-9]{2})[-./](?P<d>[0-9]{2})\.?$"
    if len(cells) < _FEWEST_YEARS_FIRST or pc.extract_regex(cells.slice(0, 1), pattern).null_count:
        return False
    parts = pc.extract_regex(cells, pattern)
    if parts.null_count:
        return False
    first, last = (np.unique(_ints(parts, name)) for name in "yd")
    spread = len(last) >= max(_FEWEST_YEARS_FIRST, 3 * len(first)) and last[0] < 10 and last[-1] >= 28
    return bool(spread) and not np.isnat(parse_dates(cells, "yymmdd")).any()


def half_swapped(cells: pa.Array) -> str:
    """The order that a file had before a spreadsheet of the other order opened it: "dmy", "mdy", or "" for no sign.

    Such a spreadsheet takes every date with a first part up to 12 for one of its own, with day and month swapped, and
    leaves the others as text. So all real dates have a day up to 12, and all texts can be read in one order only. That
    both happen by chance is (12/30.4)^real · (18.4/30.4)^texts; below six in a hundred it is a sign, and asked.
    """
    real = pc.struct_field(pc.extract_regex(cells, _ISO), "d").drop_null()
    votes = order_votes(cells)
    texts = votes["dmy"] + votes["mdy"]
    if not len(real) or not texts or votes["?"] or votes["="] or (votes["dmy"] and votes["mdy"]):
        return ""
    if pc.max(pc.cast(real, pa.int64())).as_py() > 12 or (12 / 30.4) ** len(real) * (18.4 / 30.4) ** texts > _BY_CHANCE:
        return ""
    return "dmy" if votes["dmy"] else "mdy"


def swap_back(cells: pa.Array, dates: np.ndarray) -> np.ndarray:
    """Dates with day and month exchanged in the cells written as real dates (2024-05-01), where that is a date."""
    real = pc.match_substring_regex(cells, _ISO).to_numpy(zero_copy_only=False).astype(bool) & ~np.isnat(dates)
    days = dates.astype("datetime64[D]")
    months = days.astype("datetime64[M]")
    day = (days - months).astype(int) + 1
    month = months.astype(int) % 12 + 1
    real &= day <= 12
    out = dates.copy()
    years = days[real].astype("datetime64[Y]").astype("datetime64[M]")
    swapped = (years + (day[real] - 1).astype("timedelta64[M]")).astype("datetime64[D]")
    time = dates[real] - days[real]
    out[real] = (swapped + (month[real] - 1).astype("timedelta64[D]")).astype(dates.dtype) + time
    return out


def has_words(cells: pa.Array, kind: str) -> np.ndarray:
    """Which cells are dates only without the words beside them, in a column of this kind: bool."""
    form = kind.removeprefix("date").removesuffix("swapped").strip() or "dmy"
    if form not in ("dmy", "mdy") or not pc.any(pc.match_substring_regex(cells, "[A-Za-z]{2}")).as_py():
        return np.zeros(len(cells), dtype=bool)
    plain = pc.replace_substring_regex(cells, "[\\s\u00a0\u202f]+", " ")
    alone = np.isnat(_parse(plain, form))
    dates: np.ndarray = alone & ~np.isnat(parse_dates(cells, form)) if alone.any() else alone
    return dates


def without_words(cells: pa.Array) -> pa.Array:
    """Cells without the words beside a date: 2024-01-31 (pending), Due 3 May 2024; the same array if there are none."""
    if not any_cell(cells, "[A-Za-zÀ-ÿ]"):
        return cells
    bare = pc.replace_substring_regex(cells, r"^(?:\(?[A-Za-zÀ-ÿ]{1,12}[.:,)]*[ ]+){1,3}([0-9])", r"\1")
    return pc.replace_substring_regex(
        bare, r"([0-9]{2}|[AaPp][Mm])\.?[ ,;]+[(\[]?(?:[A-Za-zÀ-ÿ]{2,15}[.:,]?[ ]?){1,4}[)\]*]?[?*]?$", r"\1"
    )


def _parse(cells: pa.Array, form: str) -> np.ndarray:
    patterns = {form: PACKED[form]} if form in PACKED else ways_of(cells)
    out = np.full(len(cells), np.datetime64("NaT"), dtype="datetime64[us]")
    for name, pattern in patterns.items():
        parts = pc.extract_regex(cells, pattern)
        where = np.flatnonzero(parts.is_valid().to_numpy(zero_copy_only=False))
        if len(where):
            out[where] = _assemble(parts.drop_null(), name, form)
        if len(where) == len(cells):
            break
    return out


def order_votes(cells: pa.Array) -> dict[str, int]:
    """How many cells can only be day first ("dmy"), only month first ("mdy"), either ("?"), or both alike ("=")."""
    cells = pc.replace_substring_regex(cells, "[\\s\u00a0\u202f]+", " ")
    parts = pc.extract_regex(cells, WAYS["two"])
    if parts.null_count and _some_beside_words(cells.slice(0, _FIRST)):
        parts = pc.if_else(parts.is_valid(), parts, pc.extract_regex(without_words(cells), WAYS["two"]))
    parts = parts.drop_null()
    if len(parts) == 0:
        return {"dmy": 0, "mdy": 0, "?": 0, "=": 0}
    first, second = _ints(parts, "a"), _ints(parts, "c")
    day, month = (first > 12) & (second <= 12), (second > 12) & (first <= 12)
    unsure = (first <= 12) & (second <= 12)
    alike = first == second
    counts = {"dmy": day, "mdy": month, "?": unsure & ~alike, "=": unsure & alike}
    return {order: int(mask.sum()) for order, mask in counts.items()}


def _some_beside_words(cells: pa.Array) -> bool:
    """Whether one of the cells is a date only without the words beside it."""
    bare = without_words(cells)
    return bare is not cells and int(pc.extract_regex(bare, WAYS["two"]).null_count) < len(cells)


def parse_serials(numbers: np.ndarray) -> np.ndarray:
    """Days counted by Excel (45,000 = 2023-03-15) → datetime64[us]; NaT outside the years 1954 to 2064."""
    good = np.isfinite(numbers) & (numbers >= 20_000) & (numbers < 60_000)
    out = np.full(len(numbers), np.datetime64("NaT"), dtype="datetime64[us]")
    seconds = np.round(numbers[good] * 86_400).astype("int64")
    out[good] = np.datetime64("1899-12-30", "us") + seconds.astype("timedelta64[s]")
    return out


def parse_unix(numbers: np.ndarray, *, per_second: int = 1) -> np.ndarray:
    """Seconds since 1970, or parts of them (1,000 a second), → datetime64[us]; NaT outside the years 2000 to 2059."""
    first, last = 946_684_800 * per_second, 2_840_140_800 * per_second
    good = np.isfinite(numbers) & (numbers >= first) & (numbers < last)
    out = np.full(len(numbers), np.datetime64("NaT"), dtype="datetime64[us]")
    micros = np.round(numbers[good] * (1_000_000 // per_second)).astype("int64")
    out[good] = np.datetime64(0, "us") + micros.astype("timedelta64[us]")
    return out


def _ints(parts: pa.StructArray, name: str, default: int = 0) -> np.ndarray:
    text = parts.field(name)
    text = pc.if_else(pc.equal(text, ""), str(default), text)
    numbers: np.ndarray = pc.cast(pc.fill_null(text, str(default)), pa.int64()).to_numpy(zero_copy_only=False)
    return numbers


def _assemble(parts: pa.StructArray, name: str, form: str) -> np.ndarray:
    names = {part.name for part in parts.type}
    year = _ints(parts, "y")
    year = np.where(year < 69, year + 2000, np.where(year < 100, year + 1900, year))
    if ((year >= _BUDDHIST[0]) & (year <= _BUDDHIST[1])).all():
        year = year - _BUDDHIST[2]
    if name == "two":
        first, second = _ints(parts, "a"), _ints(parts, "c")
        day, month = (first, second) if form == "dmy" else (second, first)
    else:
        day = _ints(parts, "d")
        month = _month_numbers(parts.field("b")) if "b" in names else _ints(parts, "m")
    good = (month >= 1) & (month <= 12) & (day >= 1) & (day <= 31)
    month, day = np.where(good, month, 1), np.where(good, day, 1)
    months = (year - 1970).astype("datetime64[Y]").astype("datetime64[M]") + (month - 1).astype("timedelta64[M]")
    dates = months.astype("datetime64[D]") + (day - 1).astype("timedelta64[D]")
    good &= dates.astype("datetime64[M]") == months
    hour, minute, second = _ints(parts, "H"), _ints(parts, "M"), _ints(parts, "S")
    half = pc.utf8_lower(parts.field("p")).to_numpy(zero_copy_only=False).astype(str)
    evening, clock = np.char.startswith(half, "p"), np.char.not_equal(half, "")
    hour = np.where(clock & (hour <= 12), hour % 12 + 12 * evening, hour)
    good &= (hour < 24) & (minute < 60) & (second < 60)
    fraction = pc.utf8_slice_codeunits(pc.utf8_rpad(parts.field("f"), 6, "0"), 0, 6)
    micros = pc.cast(fraction, pa.int64()).to_numpy(zero_copy_only=False)
    seconds = hour * 3600 + minute * 60 + second - _zone_seconds(parts.field("z"))
    out: np.ndarray = dates.astype("datetime64[us]") + seconds.astype("timedelta64[s]") + micros * _MICROS
    out[~good] = np.datetime64("NaT")
    return out


def _month_numbers(names: pa.Array) -> np.ndarray:
    coded = names.dictionary_encode()
    months = np.array([month_of(name) for name in coded.dictionary.to_pylist()], dtype="int64")
    numbers: np.ndarray = months[coded.indices.to_numpy(zero_copy_only=False)]
    return numbers


def _zone_seconds(zones: pa.Array) -> np.ndarray:
    distinct = dict.fromkeys(pc.unique(zones).to_pylist(), 0)
    for text in distinct:
        offset = (text or "").removeprefix("UTC").removeprefix("GMT")
        if offset and offset[0] in "+-":
            digits = offset[1:].replace(":", "")
            digits = digits if len(digits) != 1 else f"0{digits}"
            distinct[text] = (1 if offset[0] == "+" else -1) * (int(digits[:2]) * 3600 + int(digits[2:] or 0) * 60)
        elif text in ZONES:
            distinct[text] = int(ZONES[text] * 3600)
    if set(distinct.values()) == {0}:
        return np.zeros(len(zones), dtype="int64")
    return np.array([distinct[text] for text in zones.to_pylist()], dtype="int64")


_QUICK = re.compile("|".join(re.sub(r"\?P<\w+>", "?:", pattern) for pattern in WAYS.values()))


def looks_like_date(cell: str) -> bool:
    """Whether one cell might be a date; only for finding the layout."""
    return bool(_QUICK.match(" ".join(cell.split())))
