"""The sheet with everything that preparation and clustering learned, every constant once and with all its digits."""

from __future__ import annotations

import math

import pandas as pd
from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from segmentation.core.text import plain_text
from segmentation.preparation import Recipe
from segmentation.reports.workbook.cells import Field, Look, put, put_table, set_widths
from segmentation.reports.workbook.grid import Typing

__all__ = ["constant_cell", "offset_cell", "part_cell", "write_left_out", "write_recipe"]

_STEPS = {"none": "as it is", "log1p": "ln(1 + (value − from) / step)", "yeo-johnson": "Yeo-Johnson"}
_FIELDS = {
    "name": Field("Column", width=26),
    "label": Field("Feature", width=28),
    "fill": Field("Missing becomes", width=13),
    "low": Field("Capped below", width=12),
    "high": Field("Capped above", width=12),
    "transform": Field("Transformation", width=26),
    "origin": Field("Counted from", width=12),
    "step": Field("In steps of", width=12),
    "lmbda": Field("λ", "0.000", 9),
    "mean": Field("Mean", "#,##0.000", 12),
    "scale": Field("Scale", "#,##0.000", 12),
}
_FIRST = 4
_PLACES = {name: index for index, name in enumerate(_FIELDS)}


def constant_cell(feature: int, name: str) -> str:
    """The cell of one constant of a feature (its place from 0): fill, low, high, origin, step, lmbda, mean or scale."""
    cell: str = xl_rowcol_to_cell(_FIRST + feature, _PLACES[name], row_abs=True, col_abs=True)
    return cell


def part_cell(feature: int, place: int) -> str:
    """The cell of one constant of a persona in one feature: those of the first part by persona, then of the next."""
    cell: str = xl_rowcol_to_cell(_FIRST + feature, len(_FIELDS) + place, row_abs=True, col_abs=True)
    return cell


def offset_cell(typing: Typing, segment: int) -> str:
    """The cell below the features of what the size and spread of a persona (its place from 0) are worth."""
    return part_cell(len(typing.recipe.features), segment)


def write_recipe(sheet: Worksheet, look: Look, typing: Typing) -> None:
    """One row a feature: what was learned, and the constants of every persona; below it the features left out."""
    put(sheet, 0, 0, "What was learned from the training customers", look("title"))
    text = (
        "Fill values and caps are in original units; mean, scale and personas in prepared ones. "
        "The typing sheet computes from these cells."
    )
    put(sheet, 1, 0, text, look("quiet", text_wrap=False))
    columns = {name: [_value(item, name) for item in typing.recipe.features] for name in _PLACES}
    table, fields = pd.DataFrame(columns), dict[str, Field](_FIELDS)
    for what, constants in typing.placing.parts.items():
        for segment, name in enumerate(typing.persona_names):
            key = f"{what} {segment}"
            table[key] = constants[segment]
            fields[key] = Field(f"{what} of {plain_text(name)}", "0.000", 17)
    below = put_table(sheet, look, _FIRST - 1, 0, table, fields)
    if typing.placing.offsets is not None:
        put(sheet, below, 0, "Size and spread", look("cell"))
        for segment, value in enumerate(typing.placing.offsets.tolist(), start=len(_FIELDS)):
            put(sheet, below, segment, value, look("cell", num_format="0.000"))
        below += 1
    set_widths(sheet, [field.width for field in fields.values()])
    write_left_out(sheet, look, below + 1, typing.recipe)
    sheet.set_row(_FIRST - 1, 48)
    sheet.freeze_panes(_FIRST, 2)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)


def write_left_out(sheet: Worksheet, look: Look, row: int, recipe: Recipe) -> None:
    """The features that took no part, each with the reason."""
    if not recipe.dropped:
        return
    put(sheet, row, 0, "Left out", look("section"))
    for step, item in enumerate(recipe.dropped, start=row + 1):
        put(sheet, step, 0, item.name, look("cell"))
        put(sheet, step, 1, item.label, look("cell"))
        put(sheet, step, 2, item.reason, look("plain"))


def _value(item: object, name: str) -> object:
    value = getattr(item, name)
    if name == "transform":
        return _STEPS[value]
    return math.nan if value is None else value
