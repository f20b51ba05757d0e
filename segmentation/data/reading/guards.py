"""What is checked before a byte is parsed: size, kind of file, length of lines, number of columns.

Each check looks at a bounded part of the file or jumps through it, so even a hostile file is refused in
well under half a second. A refusal is one sentence with a remedy.
"""

from __future__ import annotations

import re

from segmentation.core.errors import DataProblems, Problem
from segmentation.core.text import count_text, plain_text

__all__ = [
    "MAX_BYTES",
    "MAX_COLUMNS",
    "MAX_LINE",
    "MAX_LINES",
    "check_lines",
    "check_width",
    "kind_of_file",
    "refuse",
    "size_text",
]

MAX_BYTES = 200 * 2**20
MAX_COLUMNS = 500
MAX_LINE = 2**20
MAX_LINES = 20_000_000
_HEAD = 2048

_MAGIC: tuple[tuple[bytes, str, str], ...] = (
    (b"\x1f\x8b", "is compressed (gzip).", "Unpack it first and upload the file inside."),
    (b"BZh", "is compressed (bzip2).", "Unpack it first and upload the file inside."),
    (b"\xfd7zXZ\x00", "is compressed (xz).", "Unpack it first and upload the file inside."),
    (b"7z\xbc\xaf\x27\x1c", "is an archive (7z).", "Unpack it first and upload the file inside."),
    (b"Rar!\x1a\x07", "is an archive (RAR).", "Unpack it first and upload the file inside."),
    (b"\x28\xb5\x2f\xfd", "is compressed (Zstandard).", "Unpack it first and upload the file inside."),
    (
        b"\xd0\xcf\x11\xe0",
        "is an old Excel file (.xls) or another old Office file.",
        "Open it in Excel and save it as an Excel workbook (.xlsx) or as CSV.",
    ),
    (b"%PDF", "is a PDF, not a table.", "Upload the spreadsheet or the CSV that it was made from."),
    (b"\x89PNG", "is a picture, not a table.", "Upload a CSV, Excel or Parquet file."),
    (b"\xff\xd8\xff", "is a picture, not a table.", "Upload a CSV, Excel or Parquet file."),
    (b"GIF8", "is a picture, not a table.", "Upload a CSV, Excel or Parquet file."),
    (b"SQLite format 3\x00", "is a database, not a table.", "Export the table you need as CSV."),
    (b"ARROW1", "is an Arrow (Feather) file.", "Save it as Parquet or CSV."),
    (b"{\\rtf", "is a text document (RTF), not a table.", "Upload a CSV, Excel or Parquet file."),
    (b"\x7fELF", "is a program, not a table.", "Upload a CSV, Excel or Parquet file."),
    (b"MZ\x90\x00", "is a program, not a table.", "Upload a CSV, Excel or Parquet file."),
)
_IN_EXCEL = "Open it in Excel and save it as an Excel workbook (.xlsx) or as CSV."
_STARTS: tuple[tuple[re.Pattern[bytes], str, str], ...] = (
    (
        re.compile(rb"<(?:!doctype html|html|head|body|meta|style|script|table|div|!--)"),
        "is a web page, not a table, whatever its name says.",
        _IN_EXCEL,
    ),
    (re.compile(rb"<\?xml"), "is an XML file, not a table.", _IN_EXCEL),
    (
        re.compile(rb"(?:\{\s*[\"}]|\[\s*[\[{])"),
        "is a JSON file, not a table.",
        "Export it as CSV, one row a customer or an event.",
    ),
    (
        re.compile(rb"(?:insert into|create table|drop table|-- (?:mysql|mariadb) dump|--\s+-- postgresql)\b"),
        "is a database dump (SQL), not a table.",
        "Export the table you need as CSV.",
    ),
)
"""How files of text begin that are no tables, in lower case."""


def refuse(name: str, what: str, fix: str, by: str = "") -> DataProblems:
    """The error for one file that cannot be read at all; the caller raises it. what: goes on after "the file"."""
    return DataProblems([Problem(plain_text(name) or "Your upload", f"the file {what}", fix, by=by)])


def size_text(size: float) -> str:
    """A number of bytes as a person writes it."""
    return f"{size / 2**20:,.0f} MB" if size >= 2**20 else f"{max(size / 1024, 0.1):,.1f} kB"


def kind_of_file(data: bytes, name: str) -> str:
    """`text`, `xlsx` or `parquet`, from the first bytes of the file; its name decides nothing.

    Raises `DataProblems` for an empty file, one above `MAX_BYTES` and every other kind of file.
    """
    if len(data) > MAX_BYTES:
        raise refuse(
            name,
            f"is {size_text(len(data))}; the most is {size_text(MAX_BYTES)}.",
            "Leave out columns or rows that you do not need, or save it as Parquet.",
        )
    if not data[:_HEAD].strip(b" \t\r\n\x00\xef\xbb\xbf\xff\xfe") and not data.strip(b" \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise refuse(name, "is empty.", "Upload a file with a header line and at least one row.")
    for magic, what, fix in _MAGIC:
        if data.startswith(magic):
            raise refuse(name, what, fix)
    if data.startswith(b"PK\x03\x04") or data.startswith(b"PK\x05\x06"):
        return "xlsx"
    if data.startswith(b"PAR1"):
        return "parquet"
    start = data[:_HEAD].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    for pattern, what, fix in _STARTS:
        if pattern.match(start):
            raise refuse(name, what, fix)
    return "text"


def check_lines(data: bytes, name: str) -> None:
    """Raise when there are more lines than `MAX_LINES`, or one is longer than `MAX_LINE` bytes.

    Lines are counted as they end; the length is looked at by jumping from line end to line end.
    """
    lines = max(data.count(b"\n"), data.count(b"\r"))
    if lines > MAX_LINES:
        what = f"has {count_text(lines)} lines; the most is {count_text(MAX_LINES)}."
        raise refuse(name, what, "Keep the rows that you need, and upload it again.")
    position = 0
    while position + MAX_LINE < len(data):
        window = position + MAX_LINE
        end = max(data.rfind(b"\n", position, window), data.rfind(b"\r", position, window))
        if end < 0:
            line = data.count(b"\n", 0, position) + 1
            raise refuse(
                name,
                f"has a line (line {count_text(line)}) longer than {size_text(MAX_LINE)}.",
                "Check that it is a table with one row a line, and export it again.",
            )
        position = end + 1


def check_width(columns: int, name: str) -> None:
    """Raise when there are more than `MAX_COLUMNS` columns."""
    if columns > MAX_COLUMNS:
        raise refuse(
            name,
            f"has {count_text(columns)} columns; the most is {MAX_COLUMNS}.",
            "Keep the columns that describe customers, one row a customer, and upload it again.",
        )
