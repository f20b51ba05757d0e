"""Where the table is inside the file: separator, quotation mark, header line."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import islice, pairwise

from segmentation.data.reading.dates import looks_like_date
from segmentation.data.reading.marks import MARKS
from segmentation.data.reading.numbers import looks_like_number
from segmentation.data.reading.records import BACKSLASHED, SPACED, Dialect, Refused, records

__all__ = [
    "SAMPLE_RECORDS",
    "are_wrapped",
    "filled",
    "find_dialect",
    "find_header",
    "group_names",
    "has_hint",
    "is_value",
    "typical_width",
    "unwrap",
    "word_above_values",
]

SAMPLE_RECORDS = 400
_MOST_TITLES = 40
_SEPARATORS = (",", ";", "\t", "|")
_WRAPPED = re.compile(r'^"((?:[^"]|"")*)"\s*$')
_PAIR = re.compile(r"^[^:]{2,40}?\s*:\s+(\S.{0,60})$")
_HINT = re.compile(r"^\ufeff?\"?sep=(.)\"?\s*$", re.IGNORECASE)


def find_dialect(lines: Sequence[str], *, separator: str | None = None, quote: str | None = None) -> Dialect:
    """The dialect under which the sample splits into the most regular table.

    For each separator: the share of records with the most common number of cells, times the share of cells that
    hold none of the other separators (a decimal comma does not count), times (1 − 1 / cells).
    A first line `sep=;`, as Excel writes it, decides.
    """
    if lines and separator is None and (hint := _HINT.match(lines[0])):
        separator = hint.group(1)
    quote = _find_quote(lines) if quote is None else quote
    if separator is not None:
        return Dialect(separator, quote)
    scores = {mark: _score(lines, Dialect(mark, quote)) for mark in _SEPARATORS}
    best = max(scores, key=lambda mark: scores[mark])
    if scores[best] > 0:
        return Dialect(best, quote)
    return Dialect(" " if _aligned(lines) else ",", quote)


def are_wrapped(lines: Sequence[str]) -> bool:
    """Whether whole lines stand in quotation marks, as Excel writes a CSV file that it did not split: "1,""a"",2".

    Nine tenths of the lines below the header are one quoted cell that splits into as many cells as the header.
    """
    header, *body = [line for line in lines[:SAMPLE_RECORDS] if line.strip()] or [""]
    quoted = [line for line in body if _WRAPPED.match(line)]
    if not body or len(quoted) < 0.9 * len(body):
        return False
    widths = {
        mark: [len(next(Dialect(mark).reader([unwrap(line)]))) for line in (header, *quoted)] for mark in _SEPARATORS
    }
    return any(wide[0] > 1 and wide.count(wide[0]) >= 0.9 * len(wide) for wide in widths.values())


def unwrap(line: str) -> str:
    """A line without the quotation marks around all of it; marks that were doubled in it become single ones."""
    return _WRAPPED.sub(lambda match: match.group(1).replace('""', '"') + "\n", line)


def has_hint(lines: Sequence[str]) -> bool:
    """Whether the first line is Excel's `sep=;`, which is no part of the table."""
    return bool(lines and _HINT.match(lines[0]))


def _sample(lines: Sequence[str], dialect: Dialect) -> list[list[str]]:
    rows = islice(records(lines, dialect, refused=Refused()), SAMPLE_RECORDS)
    return [row for _, row in rows if filled(row)]


def _score(lines: Sequence[str], dialect: Dialect) -> float:
    rows = _sample(lines, dialect)
    widths = Counter(len(row) for row in rows)
    single = widths.pop(1, 0)
    if not widths:
        return 0.0
    width, count = max(widths.items(), key=lambda item: (item[1], item[0]))
    if count < single and single > 3:
        return 0.0
    others = [mark for mark in _SEPARATORS if mark != dialect.separator]
    cells = [cell for row in rows[:100] if len(row) == width for cell in row]
    clean = sum(not any(mark in cell for mark in others) or looks_like_number(cell) for cell in cells) / len(cells)
    return count / len(rows) * clean * (1 - 1 / width)


def _find_quote(lines: Sequence[str]) -> str:
    """The double quotation mark, escaped by a backslash where that is seen; the single one only around cells."""
    text = "".join(lines[:SAMPLE_RECORDS])
    if '"' in text:
        slashed = re.search(r'\\"[^",;\t|\r\n]', text) and not re.search(r'[^\\",;\t|\r\n]""[^",;\t|\r\n]', text)
        if slashed:
            return BACKSLASHED
        spaced = re.search(r'[,;\t|] +"[^"\n]*" *(?:[,;\t|\r\n]|$)', text) and not re.search(r'[,;\t|]"', text)
        return SPACED if spaced else '"'
    around = len(re.findall(r"(?:^|[,;\t|])'[^'\n]*'(?=[,;\t|\r\n]|$)", text, re.MULTILINE))
    return "'" if around > len(lines[:SAMPLE_RECORDS]) and around * 2 >= text.count("'") * 0.9 else '"'


def _aligned(lines: Sequence[str]) -> bool:
    """Whether every line has the same number (two or more) of words, most of them numbers."""
    rows = [line.split() for line in lines[:SAMPLE_RECORDS] if line.strip()]
    if len(rows) < 3 or len({len(row) for row in rows}) != 1 or len(rows[0]) < 2:
        return False
    cells = [cell for row in rows[1:] for cell in row]
    return sum(looks_like_number(cell) for cell in cells) >= 0.5 * len(cells)


def filled(row: Sequence[str]) -> int:
    """Number of cells that are not blank."""
    return sum(bool(cell.strip()) for cell in row)


def typical_width(rows: Sequence[Sequence[str]]) -> int:
    """The most common number of cells in records that are not blank; the larger of two equally common ones."""
    widths = Counter(len(row) for row in rows if filled(row))
    return max(widths.items(), key=lambda item: (item[1], item[0]))[0] if widths else 0


def find_header(rows: Sequence[Sequence[str]]) -> int | None:
    """Position of the header among the first records, or None when the file starts with data.

    Title lines fill fewer cells than the table does. The header is the first record that fills more than two thirds
    of what the middle record fills and whose cells can be names: less than a quarter of them are numbers or dates, or
    they are consecutive years (2000, 2001 …), or a word stands above a column of numbers. Where the first such record
    holds values, it is the first row of data and there is no header, unless a fuller record of names follows.
    """
    width = typical_width(rows)
    full = sorted(filled(row) for row in rows if len(row) == width and filled(row))
    if not full:
        return None
    least = max(2 / 3 * full[len(full) // 2] + 0.01, min(2, full[-1]))
    values_in = 0  # cells of a first line that looks like values: a title with figures, or the first row of data
    for index, row in enumerate(rows):
        body = rows[index + 1 :]
        if (
            not values_in
            and len(row) == width - 1 > 1
            and filled(row) == len(row)
            and _lacks_one_name(row, body, width)
        ):
            return index
        of_an_index = _of_an_index(row, body, first=index == 0)
        if _tells_of_file(row):
            continue
        if len(row) < width or (filled(row) < least and not of_an_index) or filled(row) <= values_in:
            continue
        if _names(row, body):
            return index + _goes_on(row, body)
        values_in = values_in or filled(row)
        if index > _MOST_TITLES:
            break
    return None


def _goes_on(row: Sequence[str], body: Sequence[Sequence[str]]) -> int:
    """1 where the record below completes names that are repeated (spend, spend above sum, mean), else 0.

    Every repeated name has a word below it that stands above values, and the pairs are all different.
    """
    names = [cell.strip() for cell in row]
    again = [at for at, name in enumerate(names) if name and names.count(name) > 1]
    if not again or not body or len(body[0]) != len(row) or any(map(is_value, body[0])):
        return 0
    words = [at for at in again if word_above_values(body[0], at, body[1:])]
    pairs = {(names[at], body[0][at].strip()) for at in again}
    return int(words == again and len(pairs) == len(again))


def _of_an_index(row: Sequence[str], body: Sequence[Sequence[str]], *, first: bool) -> bool:
    """Whether only the first cell is blank, as in the names of a table with an index (R, pandas, pivots).

    Below the first record, the other cells must be words above numbers or dates as well.
    """
    if filled(row) != len(row) - 1 or len(row) < 2 or row[0].strip():
        return False
    return first or all(word_above_values(row, at, body) for at in range(1, len(row)))


def _tells_of_file(row: Sequence[str]) -> bool:
    """Whether a record above the table is of the form key : value (Account number : 0808, Date: 01/04/2020)."""
    cells = [cell.strip() for cell in row if cell.strip()]
    pairs = [match for cell in cells if (match := _PAIR.match(cell))]
    return 2 * len(pairs) >= len(cells) > 0 and any(is_value(match.group(1).strip()) for match in pairs)


def _lacks_one_name(row: Sequence[str], body: Sequence[Sequence[str]], width: int) -> bool:
    """Whether a record with one cell less than the rows is their header: names above a record of values."""
    below = next((other for other in body if filled(other)), [])
    return len(below) == width and not any(map(is_value, row)) and any(map(is_value, below))


def _names(row: Sequence[str], body: Sequence[Sequence[str]]) -> bool:
    """Whether the cells of a record can be the names of the columns below."""
    cells = [cell.strip() for cell in row if cell.strip()]
    values = [cell for cell in cells if is_value(cell)]
    if len(values) * 4 < len(cells):
        return True
    if len(set(values)) < len(values) or len(values) == len(cells) == len(row):
        return False
    return _consecutive(values) or any(word_above_values(row, index, body) for index in range(len(row)))


def _consecutive(values: Sequence[str]) -> bool:
    """Whether values count on: 1, 2, 3 …, or years at equal steps."""
    if len(values) < 2 or not all(cell.isascii() and cell.isdigit() and len(cell) <= 6 for cell in values):
        return False
    steps = {int(later) - int(earlier) for earlier, later in pairwise(values)}
    return steps == {1} or (len(steps) == 1 and 1900 <= int(values[0]) <= 2100)


def word_above_values(row: Sequence[str], index: int, body: Sequence[Sequence[str]]) -> bool:
    """Whether a cell is a word above two or more cells, nearly all of which are numbers or dates."""
    name = row[index].strip()
    if not name or is_value(row[index]) or name.lower() in MARKS:
        return False
    below = [other[index] for other in body if index < len(other) and other[index].strip()]
    return len(below) > 1 and sum(map(is_value, below)) >= 0.9 * len(below)


def group_names(above: Sequence[str], header: Sequence[str]) -> list[str] | None:
    """The header with the groups above it, where they tell repeated names apart; None where they do not.

    A group reaches to the next one, as merged cells do: 2023, "", 2024, "" above Orders, Spend, Orders, Spend gives
    2023 Orders, 2023 Spend, 2024 Orders, 2024 Spend. A name that stands only once stays as it is, and a column without
    a name gets the one right above it, as in a cell merged over both lines.
    """
    names = [name.strip() for name in header]
    over = [cell.strip() for cell in above[: len(names)]] + [""] * (len(names) - len(above))
    count = Counter(name for name in names if name)
    merged = filled(above) >= 3 and any(there and not name for there, name in zip(over, names, strict=True))
    if filled(above) < 2 or not (merged or max(count.values(), default=0) >= 2):
        return None
    group, grouped = "", []
    for index, name in enumerate(names):
        group = over[index] or group
        grouped.append(f"{group} {name}".strip() if count[name] > 1 else (header[index] if name else over[index]))
    renamed = [name for name, plain in zip(grouped, names, strict=True) if count[plain] > 1]
    return grouped if len(set(renamed)) == len(renamed) else None


def is_value(cell: str) -> bool:
    """Whether one cell might be a number or a date."""
    return looks_like_number(cell) or looks_like_date(cell)
