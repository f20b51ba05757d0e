"""Tables as files for others: CSV that no spreadsheet runs as a formula, whatever it takes for the separator.

Every field stands in quotation marks, so that a semicolon or a tab inside a cell begins no new cell where a program
reads the file with another separator; and no cell holds a character that ends a line or a cell unseen.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping

import pandas as pd

from segmentation.core.notices import Notice
from segmentation.core.text import formula_safe, plain_text

__all__ = [
    "altered",
    "altered_counts",
    "altered_notices",
    "csv_bytes",
    "csv_text",
    "in_words",
    "number_text",
    "safe_cell",
    "safe_frame",
    "significant",
]

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\x85\u2028\u2029\ufffe\uffff\ud800-\udfff]")
"""Control characters but tab and line feed; the ends of lines that not every program knows; letters that are none."""
_LARGEST_WHOLE = 1e15
_BREAK = re.compile(r"\r\n?|[\t\n\x85\u2028\u2029]")
_AFTER_SEPARATOR = re.compile(r"([;|])(?=[\s\"']*+[=+\-@|%])")


def safe_cell(value: object) -> object:
    """A cell that is one line of visible text and no formula, also for a program that splits it at another separator.

    Ends of lines and tabs become blanks; other control characters go; what follows a separator inside the cell and
    could begin a formula gets an apostrophe. What is no text stays.
    """
    if not isinstance(value, str) or not value:
        return value
    plain = _CONTROL.sub("", _BREAK.sub(" ", value))
    return formula_safe(_AFTER_SEPARATOR.sub(r"\1'", plain))


def safe_frame(frame: pd.DataFrame) -> pd.DataFrame:
    """The same table with every header and every text cell through `safe_cell`; numbers and dates as they are."""
    safe = {}
    for index in range(frame.shape[1]):
        column = frame.iloc[:, index]
        safe[index] = column if _plain(column) else column.map(safe_cell, na_action="ignore")
    made = pd.DataFrame(safe, index=frame.index)
    made.columns = pd.Index([safe_cell(str(name)) for name in frame.columns])
    return made


def altered(frame: pd.DataFrame) -> tuple[Notice, ...]:
    """What `csv_text` does to text cells of a table, to be told beside the list: at most two notices.

    guarded: an apostrophe was put before what may start a formula. removed: ends of lines, tabs or control characters
    were taken out. where: the first three columns by name; count: cells.
    """
    return altered_notices(altered_counts(frame))


def altered_counts(frame: pd.DataFrame) -> dict[str, dict[str, int]]:
    """Guarded and removed, each: column → in how many cells; columns of text only."""
    counts: dict[str, dict[str, int]] = {"guarded": {}, "removed": {}}
    for index, name in enumerate(frame.columns):
        column = frame.iloc[:, index]
        if not _plain(column):
            texts = column.dropna().astype("str").value_counts()
            before = texts.index.to_series()
            after = before.map(safe_cell)
            counts["guarded"][str(name)] = int(texts[after.str.count("'") > before.str.count("'")].sum())
            counts["removed"][str(name)] = int(texts[before.map(_holds_unseen)].sum())
    return counts


def altered_notices(counts: Mapping[str, Mapping[str, int]]) -> tuple[Notice, ...]:
    """The notices of such counts."""
    return tuple(_notice(kind, counted_by) for kind, counted_by in counts.items() if sum(counted_by.values()))


def _notice(kind: str, counts: Mapping[str, int]) -> Notice:
    named = [name for name, count in counts.items() if count]
    return Notice(kind, plain_text(", ".join(named[:3])), sum(counts.values()))


def _holds_unseen(text: str) -> bool:
    return bool(_BREAK.search(text) or _CONTROL.search(text))


def csv_text(frame: pd.DataFrame) -> str:
    """Table → the text of a CSV file, every field in quotation marks; the index is not written.

    Numbers are written as a file of numbers has them: 12 and not 12.0, 0.3 and not 0.30000000000000004.
    """
    safe = safe_frame(frame)
    for place in range(safe.shape[1]):
        if safe.dtypes.iloc[place].kind == "f":
            safe.isetitem(place, safe.iloc[:, place].map(number_text, na_action="ignore").to_list())
    return safe.to_csv(index=False, quoting=csv.QUOTE_ALL, lineterminator="\r\n")


def csv_bytes(frame: pd.DataFrame) -> bytes:
    """Table → CSV in UTF-8 with the mark that makes Excel read it as such; the index is not written."""
    return csv_text(frame).encode("utf-8-sig")


def significant(frame: pd.DataFrame, digits: int = 6) -> pd.DataFrame:
    """The same table with its fractions rounded to so many significant digits, for figures that were computed."""
    floats = [name for name in frame.columns if frame[name].dtype.kind == "f"]
    return frame.assign(**{str(name): frame[name].map(lambda value: float(f"{value:.{digits}g}")) for name in floats})


def in_words(frame: pd.DataFrame) -> pd.DataFrame:
    """The same table with yes and no in the place of true and false; missing stays missing."""
    truths = [name for name in frame.columns if pd.api.types.is_bool_dtype(frame[name].dtype)]
    words = {True: "yes", False: "no"}
    return frame.assign(**{str(name): frame[name].astype("object").map(words) for name in truths})


def number_text(value: float) -> str:
    """A number as it stands in a file: without a fraction where it has none, else in at most 15 digits."""
    whole = value == value // 1 and abs(value) < _LARGEST_WHOLE
    return f"{value:.0f}" if whole else f"{value:.15g}"


def _plain(column: pd.Series) -> bool:
    return bool(pd.api.types.is_numeric_dtype(column) or pd.api.types.is_datetime64_any_dtype(column))
