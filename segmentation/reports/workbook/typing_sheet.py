"""The typing sheet: a workbook that places customers by itself, with live formulas and no connection.

Three sheets work together. *Recipe* holds every constant that was learned, once, with all its digits.
*Calculation* prepares each typed row (fill, cap, transform, scale) and measures how far it is from every persona, by
the rule of the segments (`reports.placing`). The typing sheet has the cells to type in, and shows the nearest persona,
how clear the call is, and notes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from segmentation.charts.palette import Palette
from segmentation.core.tables import FeatureInfo
from segmentation.core.text import number_text, plain_text
from segmentation.reports.workbook.calculation import write_calculation
from segmentation.reports.workbook.cells import ACCENT, Look, number_format, put, set_widths, tint
from segmentation.reports.workbook.grid import PRINTED, ROWS, TYPING, Grid, Typing
from segmentation.reports.workbook.levels import level_choice, strange_formula, write_levels
from segmentation.reports.workbook.recipe_sheet import write_recipe
from segmentation.scoring import CLARITY
from segmentation.scoring.blocks import commonest_level

__all__ = ["write_typing"]

_TITLE_LIMIT, _MESSAGE_LIMIT = 32, 255  # Excel's limits for the note beside a cell


def write_typing(book: Workbook, look: Look, typing: Typing) -> None:
    """Add the sheets for typing, its calculation and the recipe to a workbook, in this order."""
    names = (TYPING, "Calculation", "Recipe")
    sheet, calculation, recipe = (book.add_worksheet(name) for name in names)
    parts = len(typing.placing.parts)
    grid = Grid(len(typing.features), len(typing.persona_names), len(typing.inputs), typing.numbers, parts)
    write_recipe(recipe, look, typing)
    write_levels(book, look, typing.recipe)
    write_calculation(calculation, look, typing, grid)
    _write_headings(sheet, look, typing, grid)
    for step in range(ROWS):
        _write_row(sheet, look, typing, grid, step)
    _colour_personas(sheet, look, grid, Palette(typing.segmentation.slots))


def _write_headings(sheet: Worksheet, look: Look, typing: Typing, grid: Grid) -> None:
    """Title, what to do, the headings, and the ranges that were seen above the cells to type in."""
    put(sheet, 0, 0, "Which persona is this customer?", look("title"))
    lines = (
        f"Type or paste customers into the yellow cells, one row each, up to {ROWS}. The persona appears at once.",
        "Leave a cell empty when its value is not known. The first rows are examples: type over them. "
        "Nothing leaves this file.",
    )
    for row, line in enumerate(lines, start=1):
        put(sheet, row, 0, line, look("quiet", text_wrap=False))
    for index, title in enumerate(("Customer", "Persona", "How clear", "Margin", "Notes")):
        put(sheet, grid.HEAD, index, title, look("head number" if title == "Margin" else "head"))
    for name, row, title in grid.RANGES:
        for index in range(grid.INPUTS):
            put(sheet, row, index, title if index == 0 else None, look("range name"))
        for index, column in enumerate(typing.inputs, start=grid.INPUTS):
            block = typing.recipe.block_by_column(column)
            if block is not None:
                put(
                    sheet,
                    row,
                    index,
                    commonest_level(typing.segmentation, block) if name == "typical" else None,
                    look("range"),
                )
                continue
            seen = typing.seen(column)
            put(
                sheet,
                row,
                index,
                seen[name],
                look("range", num_format=_pattern(typing.segmentation.about(column), seen)),
            )
    for index, column in enumerate(typing.inputs, start=grid.INPUTS):
        block = typing.recipe.block_by_column(column)
        if block is None:
            item = typing.segmentation.about(column)
            title = f"{plain_text(item.label)} ({plain_text(item.unit)})" if item.unit else item.label
            rule = _validation(item, typing.seen(column))
        else:
            title, rule = plain_text(block.label), level_choice(typing.recipe, block)
        put(sheet, grid.HEAD, index, title, look("head number"))
        sheet.data_validation(grid.FIRST, index, grid.FIRST + ROWS - 1, index, rule)
    set_widths(sheet, [24, 42, 48, 9, 38] + [14] * grid.inputs)
    sheet.set_row(grid.HEAD, 62)
    sheet.freeze_panes(grid.FIRST, grid.CLEAR)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.print_area(0, 0, grid.FIRST + PRINTED - 1, grid.INPUTS + grid.inputs - 1)
    sheet.set_tab_color(ACCENT)


def _pattern(item: FeatureInfo, seen: Mapping[str, float]) -> str:
    """Typed values are shown as they are typed (0.25 stays 0.25), so a share is a number here, not a percentage."""
    return "0" if item.kind == "boolean" else number_format(list(seen.values()))


def _validation(item: FeatureInfo, seen: Mapping[str, float]) -> dict[str, Any]:
    """Beside the cell: the range that was seen. A value beyond it is accepted, and said to be less certain."""
    low, high, typical = (seen[name] for name in ("lowest", "highest", "typical"))
    text = f"Seen: {number_text(low)} to {number_text(high)}. Typical: {number_text(typical)}."
    about = plain_text(item.about, longest=_MESSAGE_LIMIT - len(text) - 2)
    return {
        "validate": "decimal",
        "criteria": "between",
        "minimum": low,
        "maximum": high,
        "input_title": plain_text(item.label, longest=_TITLE_LIMIT),
        "input_message": f"{text} {about}".strip(),
        "error_type": "information",
        "error_title": "Outside the range seen",
        "error_message": f"The training customers had {number_text(low)} to {number_text(high)}. "
        "The answer is less certain.",
    }


def _write_row(sheet: Worksheet, look: Look, typing: Typing, grid: Grid, step: int) -> None:
    """The cells to type in, and the answers: persona, how clear, margin, notes."""
    row, answer = grid.FIRST + step, typing.answer(step)
    put(sheet, row, grid.CUSTOMER, answer.customer, look("input"))
    for index, column in enumerate(typing.inputs):
        value = answer.typed.get(column)
        form = look("input", num_format=number_format([value])) if isinstance(value, float) else look("input")
        put(sheet, row, grid.INPUTS + index, value, form)
    state, nearest = grid.result(step, grid.STATE), grid.result(step, grid.nearest)
    persona = (
        f'=IF({state}="","",IF({state}="text","Numbers only, please",'
        f'IFERROR(INDEX({grid.persona_names},{nearest}),"Too large to compute with")))'
    )
    sheet.write_formula(row, grid.PERSONA, persona, look("answer"), answer.persona)
    sheet.write_formula(row, grid.NOTES, _notes(typing, grid, step), look("note"), "")
    clear, margin = look("note"), look("note", num_format="0 %", align="right")
    if grid.k == 1:
        sheet.write_blank(row, grid.CLEAR, None, clear)
        sheet.write_blank(row, grid.MARGIN, None, margin)
        return
    sheet.write_formula(row, grid.CLEAR, _clear(grid, step), clear, answer.clear)
    formula = f'=IF({state}="ready",{grid.result(step, grid.margin)},"")'
    sheet.write_formula(row, grid.MARGIN, formula, margin, answer.margin)


def _clear(grid: Grid, step: int) -> str:
    """The words of `CLARITY` for the margin, and the runner-up."""
    margin = grid.result(step, grid.margin)
    other = f"INDEX({grid.persona_names},{grid.result(step, grid.second)})"
    words = f'"{CLARITY[-1][1]}, next is "'
    for index, (limit, text) in reversed(list(enumerate(CLARITY[:-1]))):
        words = f'IF({margin}<{limit},"{text}{" with " if index == 0 else ", next is "}",{words})'
    return f'=IF({grid.result(step, grid.STATE)}="ready",IFERROR({words}&{other},""),"")'


def _notes(typing: Typing, grid: Grid, step: int) -> str:
    """How many values of the row were filled, are no level of their category, were capped, or lie outside the range."""
    parts = [(f"{grid.inputs}-COUNTA({grid.typed(step)})", "filled")]
    if typing.recipe.blocks:
        cells = {block: grid.cell(step, typing.inputs.index(block.column)) for block in typing.recipe.blocks}
        strange = "+".join(strange_formula(typing.recipe, block, cell) for block, cell in cells.items())
        parts.append((f"({strange})", "not among the values seen"))
    if grid.numbers:
        parts += _number_notes(grid, step)
    said = "&".join(f'IF({number}>0,{number}&" {words}. ","")' for number, words in parts)
    return f'=IF({grid.result(step, grid.STATE)}="ready",TRIM({said}),"")'


def _number_notes(grid: Grid, step: int) -> list[tuple[str, str]]:
    """How many numbers of the row are capped, and how many lie outside the range seen, as formulas."""
    typed = grid.typed_numbers(step)
    capped = f"SUMPRODUCT(ISNUMBER({typed})*(({typed}<{grid.bound(grid.LOW)})+({typed}>{grid.bound(grid.HIGH)})))"
    low, high = (grid.seen(row) for name, row, _ in grid.RANGES if name != "typical")
    outside = f"SUMPRODUCT(ISNUMBER({typed})*(({typed}<{low})+({typed}>{high})))"
    return [(capped, "capped"), (outside, "outside the range seen")]


def _colour_personas(sheet: Worksheet, look: Look, grid: Grid, palette: Palette) -> None:
    last = grid.FIRST + ROWS - 1
    for segment in range(1, grid.k + 1):
        rule = {
            "type": "formula",
            "criteria": f"={grid.result(0, grid.nearest)}={segment}",
            "format": look("tint", bg_color=tint(palette.colour(segment), 0.28)),
        }
        sheet.conditional_format(grid.FIRST, grid.PERSONA, last, grid.PERSONA, rule)
