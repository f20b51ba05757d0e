"""Categories on the typing sheet: a list of levels to choose from, and the formulas that make features of a choice."""

from __future__ import annotations

from typing import Any

from xlsxwriter.utility import xl_range_abs
from xlsxwriter.workbook import Workbook

from segmentation.core.blocks import OTHER, Block
from segmentation.core.text import plain_text
from segmentation.preparation import Recipe
from segmentation.reports.workbook.cells import Look, put, set_widths

__all__ = ["level_choice", "level_formula", "levels_cells", "strange_formula", "write_levels"]

_SHEET = "Levels"
_FIRST_ROW = 4
"""On a sheet of their own, one column a category."""


def write_levels(book: Workbook, look: Look, recipe: Recipe) -> None:
    """Add a sheet with the levels of every category, for the lists on the typing sheet and for the formulas; no sheet
    where there is no category."""
    if not recipe.blocks:
        return
    sheet = book.add_worksheet(_SHEET)
    put(sheet, 0, 0, "Which values each category can have", look("title"))
    put(
        sheet,
        1,
        0,
        "The lists of the typing sheet and its formulas take them from here.",
        look("quiet", text_wrap=False),
    )
    set_widths(sheet, [24] * len(recipe.blocks))
    for column, block in enumerate(recipe.blocks):
        put(sheet, _FIRST_ROW - 1, column, block.label, look("head"))
        for step, level in enumerate(block.answers):
            put(sheet, _FIRST_ROW + step, column, level, look("cell", num_format="@"))


def levels_cells(recipe: Recipe, block: Block, *, answers: bool = False) -> str:
    """The cells with the levels of a category (answers: "other" too), as any sheet sees them."""
    column = recipe.blocks.index(block)
    last = _FIRST_ROW + len(block.answers if answers else block.levels) - 1
    return f"{_SHEET}!{xl_range_abs(_FIRST_ROW, column, last, column)}"


def level_formula(
    block: Block, feature: str, cell: str, levels: str, *, fill: str, mean: str, scale: str, **_: str
) -> str:
    """The formula (without "=") that prepares one feature of a category from the level typed in `cell`.

    The same as `Block.indicators` and `FeatureRecipe.apply`: capitals and blanks around a level do not matter; a blank
    cell is filled, and so is a value that is no level, unless "other" is one.
    """
    text = f'TRIM({cell}&"")'
    place = f"SUMPRODUCT(({levels}={text})*(ROW({levels})-{_FIRST_ROW}))"
    number = block.features.index(feature) + 1
    strange = fill
    if block.kind == "ordered":
        holds = f"IF({place}>{number},1,0)"
    elif block.other and number == len(block.features):
        holds, strange = "0", "1"
    else:
        holds = f"IF({place}={number},1,0)"
        strange = "0" if block.other else fill
    return f'(IF({text}="",{fill},IF({place}=0,{strange},{holds}))-{mean})/{scale}'


def strange_formula(recipe: Recipe, block: Block, cell: str) -> str:
    """1 where the cell holds a value that is no level of the category, else 0."""
    text = f'TRIM({cell}&"")'
    return f'IF({text}="",0,IF(SUMPRODUCT(--({levels_cells(recipe, block)}={text}))=0,1,0))'


def level_choice(recipe: Recipe, block: Block) -> dict[str, Any]:
    """Beside the cell: the levels to choose from. Another value is accepted, and said to count as none of them."""
    counts = f"counts as “{OTHER}”" if block.other else "tells nothing, as if the cell were empty"
    return {
        "validate": "list",
        "source": f"={levels_cells(recipe, block, answers=True)}",
        "input_title": plain_text(block.label, longest=32),
        "input_message": "Choose one, or leave the cell empty when it is not known.",
        "error_type": "information",
        "error_title": "Not one of the values seen",
        "error_message": f"No training customer had this value: it {counts}.",
    }
