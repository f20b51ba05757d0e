"""How a file is read: every choice with its label, its help and its allowed values beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from segmentation.core.errors import SegmentationError
from segmentation.core.settings import Settings, option

__all__ = ["AS_IT_STANDS", "ENCODINGS", "KINDS", "MEASURES", "STACKED", "ReadSettings"]

FIND = "Find it"

ENCODINGS = {
    None: FIND,
    "utf-8": "UTF-8",
    "utf-16": "UTF-16 (Excel “Unicode text”)",
    "utf-16-le": "UTF-16 without mark, little end first",
    "utf-16-be": "UTF-16 without mark, big end first",
    "cp1252": "Windows, Western Europe (cp1252)",
    "latin-1": "Latin-1 (ISO 8859-1)",
    "cp1250": "Windows, Central Europe (cp1250)",
    "cp1251": "Windows, Cyrillic (cp1251)",
    "kz1048": "Windows, Kazakh (KZ-1048)",
    "cp1253": "Windows, Greek (cp1253)",
    "cp1254": "Windows, Turkish (cp1254)",
    "cp1255": "Windows, Hebrew (cp1255)",
    "cp1256": "Windows, Arabic (cp1256)",
    "cp1257": "Windows, Baltic (cp1257)",
    "cp874": "Thai (cp874, TIS-620)",
    "iso8859-2": "Latin-2, Central Europe (ISO 8859-2)",
    "iso8859-5": "Cyrillic (ISO 8859-5)",
    "iso8859-6": "Arabic (ISO 8859-6)",
    "iso8859-7": "Greek (ISO 8859-7)",
    "iso8859-15": "Latin-9, Western Europe with € (ISO 8859-15)",
    "koi8-r": "Russian (KOI8-R)",
    "mac-roman": "Old Macintosh (Mac Roman)",
    "mac-latin2": "Old Macintosh, Central Europe",
    "mac-cyrillic": "Old Macintosh, Cyrillic",
    "mac-greek": "Old Macintosh, Greek",
    "mac-turkish": "Old Macintosh, Turkish",
    "mac-iceland": "Old Macintosh, Icelandic",
    "cp737": "DOS, Greek (cp737)",
    "cp775": "DOS, Baltic (cp775)",
    "cp850": "DOS, Western Europe (cp850)",
    "cp852": "DOS, Central Europe (cp852)",
    "cp855": "DOS, Cyrillic of before (cp855)",
    "cp862": "DOS, Hebrew (cp862)",
    "cp857": "DOS, Turkish (cp857)",
    "cp866": "DOS, Cyrillic (cp866)",
    "shift_jis": "Japanese (Shift JIS)",
    "euc_jp": "Japanese (EUC-JP)",
    "gb18030": "Chinese, simplified (GB 18030)",
    "big5": "Chinese, traditional (Big5)",
    "cp949": "Korean (cp949)",
    "johab": "Korean of before (Johab)",
}
SEPARATORS = {
    None: FIND,
    ",": "Comma ,",
    ";": "Semicolon ;",
    "\t": "Tab",
    "|": "Vertical bar |",
    " ": "Blanks (aligned columns)",
}
QUOTES = {
    None: FIND,
    '"': 'Double "',
    ' "': 'Double ", blanks before it',
    "'": "Single '",
    '\\"': 'Double ", inside a cell \\"',
    "": "None",
}
DECIMALS = {None: FIND, ".": "Point: 1,234.50", ",": "Comma: 1.234,50"}
DATE_ORDERS = {None: FIND, "dmy": "Day first: 31/12/2025", "mdy": "Month first: 12/31/2025"}
DASHES = {None: FIND, "zero": "Zero", "missing": "Missing"}
SWAPPED = {None: FIND, "swap": "Swap day and month back", "keep": "Leave them as they are"}
DAYS_FROM = {None: FIND, "1900": "1900 (Windows)", "1904": "1904 (old Macintosh)"}
TOTALS = {None: "Find it", True: "Leave them out", False: "Keep them"}
BELOW = {None: FIND, "repeat": "The value above", "leave": "Missing"}
SHORT_LINES = {None: "Refuse them (nothing can shift)", "refuse": "Refuse them", "fill": "Fill the missing cells"}

KINDS = {
    "text": "Text, as it is in the file",
    "trimmed": "Text",
    "number": "Number, 1,234.50",
    "number,": "Number, 1.234,50",
    "yes/no": "Yes or no",
    "date": "Date",
    "date dmy": "Date, day first",
    "date mdy": "Date, month first",
    "date dmy swapped": "Date, day first; real dates have day and month swapped",
    "date mdy swapped": "Date, month first; real dates have day and month swapped",
    "date yymmdd": "Date, YYMMDD",
    "date yyyymmdd": "Date, YYYYMMDD",
    "date yyyymmddhhmm": "Date and time, YYYYMMDDhhmm",
    "date ddmmyyyy": "Date, DDMMYYYY",
    "date mmddyyyy": "Date, MMDDYYYY",
    "date serial": "Date, counted in days by Excel",
    "date serial 1904": "Date, counted in days by Excel on old Macintoshes (from 1904)",
    "date unix": "Date, counted in seconds since 1970",
    "date unix ms": "Date, counted in milliseconds since 1970",
    "magnitude": "Number with K, M or bn, 1.2K",
    "magnitude,": "Number with K, M or bn, 1,2K",
    "unit": "Number with a unit, 170.5 cm",
    "unit,": "Number with a unit, 170,5 cm",
    "side": "Amount with Dr or Cr, 900.00 Dr",
    "side,": "Amount with Dr or Cr, 900,00 Dr",
    "duration": "Duration in seconds, 00:02:31",
}
"""What a column can be read as; the keys are used in `ReadSettings.columns`."""

AS_IT_STANDS, STACKED = "one", "stack"
"""What `ReadSettings.table` says where all tables of a sheet are read as one: as they stand, or below one another."""

MEASURES = ("magnitude", "magnitude,", "unit", "unit,", "side", "side,", "duration")
"""The kinds of numbers that have something beside them."""


@dataclass(frozen=True)
class ReadSettings(Settings):
    """How one file is read; None (or an empty tuple) means: find it yourself.

    `read` returns a table with these settings complete, so that the same call reads next month's file alike.

    columns: (column, kind) pairs with a kind of `KINDS`; such a column is read as that kind, whatever it holds.
    as_text: columns whose conversion is undone. missing: extra marks that stand for a missing value, in every column.
    no_answer: (column, cell) pairs that stand for no answer and are missing; None asks where some are suspected, and
    an empty tuple says that all are values.
    header_row: line number of the header as an editor shows it, 1 = first line, 0 = the file has no header.
    """

    encoding: str | None = option(
        None, "Encoding", "Change it when letters such as é or ü look wrong.", choices=ENCODINGS
    )
    separator: str | None = option(None, "Separator", "What stands between two cells.", choices=SEPARATORS)
    quote: str | None = option(None, "Quotation mark around cells", choices=QUOTES)
    header_row: int | None = option(None, "Line of the header", "1 is the first line; 0 means there is no header.")
    sheet: str | None = option(None, "Sheet", "Which sheet of the workbook is read; * means all with the same columns.")
    table: str | None = option(
        None, "Table of the sheet", "Where several stand in one: its number, stack (one below the other) or one (all)."
    )
    decimal: str | None = option(None, "Decimal mark", "Which mark stands before the cents.", choices=DECIMALS)
    date_order: str | None = option(None, "Order of day and month", choices=DATE_ORDERS)
    swapped: str | None = option(None, "Dates that a spreadsheet swapped", choices=SWAPPED)
    dash: str | None = option(None, "A dash alone among numbers is", choices=DASHES)
    days_from: str | None = option(None, "Days that Excel counts start in", choices=DAYS_FROM)
    total_rows: bool | None = option(None, "Rows of totals and units", choices=TOTALS)
    short_lines: str | None = option(None, "Lines with too few cells", choices=SHORT_LINES)
    blanks_below: str | None = option(None, "Blank cells below a value that is there once are", choices=BELOW)
    missing: tuple[str, ...] = option((), "Further marks for a missing value", "For example -999.")
    as_text: tuple[str, ...] = option((), "Columns kept as text", "Their conversion is undone.")
    columns: tuple[tuple[str, str], ...] = field(default=())
    no_answer: tuple[tuple[str, str], ...] | None = field(default=None)

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.header_row is not None and not 0 <= self.header_row <= 10_000:
            raise SegmentationError(f"Line of the header must be from 0 to 10,000; it was {self.header_row}.")
        for name, kind in self.columns:
            if kind not in KINDS:
                raise SegmentationError(f"Column {name} cannot be read as {kind!r}. Choose one of {', '.join(KINDS)}.")

    def to_dict(self) -> dict[str, Any]:
        """The settings as plain values that JSON can hold."""
        plain = asdict(self)
        return {
            key: [list(v) if isinstance(v, tuple) else v for v in value] if isinstance(value, tuple) else value
            for key, value in plain.items()
        }

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> ReadSettings:
        """Settings from plain values; raises one sentence for a name or a value that it does not know."""
        known = {item.name for item in fields(cls)}
        if unknown := set(values) - known:
            raise SegmentationError(f"Reading knows no setting {', '.join(sorted(map(str, unknown)))}. Remove it.")
        plain = dict(values)
        try:
            for name in ("missing", "as_text"):
                plain[name] = tuple(str(item) for item in plain.get(name) or ())
            plain["columns"] = tuple((str(name), str(kind)) for name, kind in plain.get("columns") or ())
            if plain.get("no_answer") is not None:
                plain["no_answer"] = tuple((str(name), str(cell)) for name, cell in plain["no_answer"])
        except (TypeError, ValueError) as error:
            raise SegmentationError("The saved reading settings are damaged. Read the file afresh.") from error
        return cls(**plain)
