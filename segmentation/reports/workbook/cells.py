"""Cells of a workbook: formats that are made once, numbers that keep every digit, text that is never a formula."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from segmentation.core.text import decimals, formula_safe, plain_text, yes_or_no

__all__ = ["ACCENT", "INK", "Exact", "Field", "Look", "number_format", "put", "put_table", "set_widths", "tint"]

INK = "#1F2933"
ACCENT = "#123A5A"
_LINE = "#D5DAE0"
_SHADE = "#EEF2F6"
_INPUT = "#FFF9E3"

_STYLES: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 18, "font_color": ACCENT},
    "section": {"bold": True, "font_size": 13, "font_color": ACCENT},
    "text": {"text_wrap": True, "valign": "top"},
    "quiet": {"font_color": "#5B6670", "text_wrap": True, "valign": "top"},
    "strong": {"bold": True},
    "head": {"bold": True, "text_wrap": True, "valign": "bottom", "bottom": 2, "bottom_color": ACCENT},
    "head number": {
        "bold": True, "text_wrap": True, "valign": "bottom", "align": "right", "bottom": 2, "bottom_color": ACCENT,
    },
    "cell": {"bottom": 1, "bottom_color": _LINE, "valign": "top"},
    "wrapped": {"bottom": 1, "bottom_color": _LINE, "valign": "top", "text_wrap": True},
    "input": {"border": 1, "border_color": _LINE, "bg_color": _INPUT, "locked": False},
    "plain": {},
    "tint": {},
    "answer": {"bold": True, "border": 1, "border_color": _LINE},
    "note": {"indent": 1, "border": 1, "border_color": _LINE, "font_color": "#5B6670"},
    "range": {"bg_color": _SHADE, "font_color": "#5B6670", "align": "right"},
    "range name": {"bg_color": _SHADE, "font_color": "#5B6670"},
}  # fmt: skip


class Exact(float):
    """A number that a workbook stores with all its digits (xlsxwriter alone writes 16, a double needs 17)."""

    def __format__(self, spec: str) -> str:
        return repr(float(self))


class Look:
    """The formats of one workbook, each made once: `look("cell", num_format="0.0 %")`."""

    def __init__(self, book: Workbook) -> None:
        self._book = book
        self._made: dict[tuple[Any, ...], Format] = {}

    def __call__(self, style: str, **more: Any) -> Format:
        common = {} if style == "tint" else {"font_name": "Calibri", "font_size": 11, "font_color": INK}
        wanted = {**common, **_STYLES[style], **more}
        key = tuple(sorted(wanted.items()))
        if key not in self._made:
            self._made[key] = self._book.add_format(wanted)
        return self._made[key]


@dataclass(frozen=True)
class Field:
    """How one column of a table is written: its heading, number format ("" chooses by the values) and width."""

    label: str
    format: str = ""
    width: float = 12
    wrap: bool = False


def tint(colour: str, share: float) -> str:
    """A colour "#RRGGBB" mixed with white; share 1 is the colour itself, 0 white."""
    parts = [int(colour[index : index + 2], 16) for index in (1, 3, 5)]
    return "#" + "".join(f"{round(255 - share * (255 - part)):02X}" for part in parts)


def number_format(values: Any, kind: str = "number") -> str:
    """One number format for a column or row of values: thousands separated, about three significant digits."""
    if kind in ("share", "boolean"):
        return "0.0 %"
    places = decimals(values)
    return "#,##0" + ("." + "0" * places if places else "")


def put(sheet: Worksheet, row: int, column: int, value: Any, form: Format) -> None:
    """Write one value: numbers exactly, missing as an empty cell, everything else as neutralised text."""
    if value is None or (isinstance(value, float) and not math.isfinite(value)) or value is pd.NA or value is pd.NaT:
        sheet.write_blank(row, column, None, form)
    elif isinstance(value, bool | np.bool_):
        sheet.write_string(row, column, yes_or_no(value), form)
    elif isinstance(value, int | float | np.integer | np.floating):
        sheet.write_number(row, column, Exact(value), form)
    elif isinstance(value, datetime):
        sheet.write_datetime(row, column, value, form)
    else:
        sheet.write_string(row, column, formula_safe(plain_text(value, longest=32_000)), form)


def put_table(
    sheet: Worksheet, look: Look, row: int, column: int, table: pd.DataFrame, fields: Mapping[Any, Field]
) -> int:
    """Write a table with its headings, top left at (row, column) → the first free row below it.

    `fields` names the columns to write, in order. Numbers are right-aligned under right-aligned headings.
    """
    for index, (name, field) in enumerate(fields.items(), start=column):
        values = table[name].tolist()
        numeric = pd.api.types.is_numeric_dtype(table[name]) and table[name].dtype != bool
        put(sheet, row, index, field.label, look("head number" if numeric else "head"))
        form = _form(look, table[name], field)
        for step, value in enumerate(values, start=row + 1):
            put(sheet, step, index, value, form)
    return row + len(table) + 1


def set_widths(sheet: Worksheet, widths: Sequence[float]) -> None:
    """Set the widths of the columns from the first on, in characters."""
    for index, width in enumerate(widths):
        sheet.set_column(index, index, width)


def _form(look: Look, values: pd.Series, field: Field) -> Format:
    if pd.api.types.is_datetime64_any_dtype(values):
        return look("cell", num_format="yyyy-mm-dd", align="right")
    if pd.api.types.is_numeric_dtype(values) and values.dtype != bool:
        return look("cell", num_format=field.format or number_format(values), align="right")
    return look("wrapped" if field.wrap else "cell")
