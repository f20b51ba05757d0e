"""One customer from text copied out of a spreadsheet or a file: with a header, as name and value, or values alone."""

from __future__ import annotations

import csv
from collections.abc import Collection, Mapping, Sequence

import numpy as np
import pyarrow as pa

from segmentation.core.errors import DataProblems, Problem, SegmentationError
from segmentation.core.tables import FeatureInfo
from segmentation.core.text import count_text, plain_text
from segmentation.data.reading.dates import parse_dates
from segmentation.data.reading.numbers import parse_numbers

__all__ = ["parse_row", "typed_number"]

_MISSING = {"", "-", "–", "na", "n/a", "nan", "null", "none", "missing", "?"}
_WORDS = {"yes": "1", "true": "1", "no": "0", "false": "0"}
_LONGEST = 100_000
_KINDS = {"number": "number", "yes/no": "number", "date": "date", "text": "category"}


def typed_number(text: str, info: FeatureInfo, *, of_one: bool = False) -> float:
    """What a person typed for one feature → the value; NaN where nothing was typed.

    Thousands marks and either decimal mark are understood (1,234.5 and 1.234,50); where both could be meant, as in
    1,234, it is read as this program writes numbers. A share is typed as it is shown, in percent: 25 is 0.25. of_one:
    the feature is a plain figure from 0 to 1, where 25 % is 0.25 and 0.25 is itself. Raises `SegmentationError` for
    what is no number.
    """
    if text.strip().casefold() in _MISSING:
        return float("nan")
    cells = pa.array([text.strip()], type=pa.string())
    known = [float(value) for mark in ".," if not np.isnan(value := parse_numbers(cells, mark)[0])]
    if not known:
        raise SegmentationError(f'{plain_text(info.label)}: "{plain_text(text, longest=30)}" is not a number.')
    percent = info.kind == "share" or (of_one and text.strip().endswith("%"))
    return known[0] / 100 if percent else known[0]


def parse_row(
    text: str,
    info: Sequence[FeatureInfo],
    order: Sequence[str] = (),
    sources: Mapping[str, str] | None = None,
    date_order: str = "dmy",
    of_one: Collection[str] = (),
) -> dict[str, float | str]:
    """Pasted text → feature name → value, NaN where the cell is blank; features that are not there are left out.

    Of a category (kind category) the cell is the value, as text. sources: columns that features are made of → their
    kind (number | yes/no | date | text); where they are there they are in the answer, too. date_order: how a date is
    read that can be read in two ways. of_one: features that are plain figures from 0 to 1, where 25 % is 0.25.

    Understood, separated by tabs, semicolons, commas or blanks: a header line and a line of values; lines of name and
    value; one value for each of `order`, the columns of the file that the model was made from; or exactly one value a
    feature, in the order of the form (an id in front is passed over). Names are those of the features or their labels.
    Raises `SegmentationError` when it is none of these and when a value is no number.
    """
    rows = _rows(text)
    features = {item.name for item in info}
    more = [FeatureInfo(name, kind=_KINDS[kind]) for name, kind in (sources or {}).items() if name not in features]
    every = [*info, *more]
    names = {_bare(name): item for item in reversed(every) for name in (item.label, item.name)}
    cells = _with_header(rows, names) or _pairs(rows, names) or _of_file(rows, every, order) or _in_order(rows, info)
    if not cells:
        raise SegmentationError(
            f"This is not one customer: paste {count_text(len(info))} values in the order of the form, or a header "
            "line with names of the form and one line of values below it."
        )
    about = {item.name: item for item in every}
    levels: dict[str, float | str] = {
        name: float("nan") if cell.casefold() in _MISSING else _day(cell, about[name], date_order)
        for name, cell in cells.items()
        if about[name].kind in ("category", "date")
    }
    numbers = _numbers({name: cell for name, cell in cells.items() if name not in levels}, about, of_one)
    return {name: levels[name] if name in levels else numbers[name] for name in cells}


def _day(cell: str, info: FeatureInfo, date_order: str) -> str:
    """A cell as it is; of a date as 2024-12-31."""
    if info.kind != "date":
        return cell
    day = parse_dates(pa.array([cell], type=pa.string()), date_order)[0]
    if np.isnat(day):
        shown = plain_text(cell, longest=30)
        raise DataProblems([Problem(plain_text(info.label), f'"{shown}" is not a date.', "Write it as 2024-12-31.")])
    return str(day.astype("datetime64[D]"))


def _rows(text: str) -> list[list[str]]:
    lines = [line for line in text[:_LONGEST].splitlines() if line.strip()]
    for separator in "\t;,":
        if any(separator in line for line in lines):
            return [[cell.strip() for cell in row] for row in csv.reader(lines, delimiter=separator)]
    return [line.split() for line in lines]


def _bare(name: str) -> str:
    return "".join(letter for letter in name.casefold() if letter.isalnum())


def _with_header(rows: list[list[str]], names: Mapping[str, FeatureInfo]) -> dict[str, str]:
    known = [names.get(_bare(cell)) for cell in rows[0]] if len(rows) > 1 else []
    if sum(item is not None for item in known) < min(2, len(names)):
        return {}
    if len(rows) > 2:
        raise SegmentationError("These are several customers. Paste one of them, or score them as a file.")
    return {item.name: cell for item, cell in zip(known, rows[1], strict=False) if item is not None}


def _pairs(rows: list[list[str]], names: Mapping[str, FeatureInfo]) -> dict[str, str]:
    pairs = {}
    for row in rows:
        item = names.get(_bare(row[0]))
        if len(row) == 2 and item is not None:
            pairs[item.name] = row[1]
    return pairs


def _of_file(rows: list[list[str]], info: Sequence[FeatureInfo], order: Sequence[str]) -> dict[str, str]:
    """One row of the file that the model was made from, without its header."""
    cells = [cell for row in rows for cell in row]
    if not order or len(cells) != len(order):
        return {}
    used = {item.name for item in info}
    return {name: cell for name, cell in zip(order, cells, strict=True) if name in used}


def _in_order(rows: list[list[str]], info: Sequence[FeatureInfo]) -> dict[str, str]:
    cells = [cell for row in rows for cell in row]
    if len(cells) == len(info) + 1:
        cells = cells[1:]
    return {item.name: cell for item, cell in zip(info, cells, strict=True)} if len(cells) == len(info) else {}


def _numbers(cells: Mapping[str, str], about: Mapping[str, FeatureInfo], of_one: Collection[str]) -> dict[str, float]:
    """Numbers under the decimal mark that fits all the cells, the point before the comma."""
    blank = [cell.casefold() in _MISSING for cell in cells.values()]
    texts = pa.array([_WORDS.get(cell.casefold(), cell) for cell in cells.values()], type=pa.string())
    readings = [parse_numbers(texts, mark) for mark in ".,"]
    values = min(readings, key=lambda reading: int(np.isnan(reading).sum()))
    problems, numbers = [], {}
    for (name, cell), value, empty in zip(cells.items(), values.tolist(), blank, strict=True):
        if np.isnan(value) and not empty:
            shown = plain_text(cell, longest=30)
            problems.append(Problem(plain_text(about[name].label), f'"{shown}" is not a number.', "Correct it."))
        percent = cell.endswith("%") and (about[name].kind == "share" or name in of_one)
        numbers[name] = float("nan") if empty else value / 100 if percent else value
    if problems:
        raise DataProblems(problems)
    return numbers
