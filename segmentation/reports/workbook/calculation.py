"""The sheet that computes: constants across the top, below them one row of formulas for every typed customer."""

from __future__ import annotations

from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from segmentation.preparation import FeatureRecipe
from segmentation.reports.workbook.cells import Look, put, set_widths
from segmentation.reports.workbook.grid import PRINTED, ROWS, Grid, Typing, across
from segmentation.reports.workbook.levels import level_formula, levels_cells
from segmentation.reports.workbook.recipe_sheet import constant_cell, offset_cell, part_cell

__all__ = ["prepared_formula", "write_calculation"]

_UNBOUNDED = 1e300
_CONSTANTS = {
    "fill": (Grid.FILL, "Missing becomes"),
    "low": (Grid.LOW, "Capped below"),
    "high": (Grid.HIGH, "Capped above"),
    "origin": (Grid.ORIGIN, "Counted from"),
    "step": (Grid.STEP, "In steps of"),
    "lmbda": (Grid.LAMBDA, "λ"),
    "mean": (Grid.MEAN, "Mean"),
    "scale": (Grid.SCALE, "Scale"),
}


def write_calculation(sheet: Worksheet, look: Look, typing: Typing, grid: Grid) -> None:
    """Write the constants as links to the recipe, then the formulas of every row."""
    put(sheet, 0, 0, "How each typed customer is placed", look("title"))
    text = (
        "Above: what was learned, from the sheet Recipe. Below: each customer prepared, and how far from each persona."
    )
    put(sheet, 1, 0, text, look("quiet", text_wrap=False))
    _write_constants(sheet, look, typing, grid)
    _write_headings(sheet, look, typing, grid)
    for step in range(ROWS):
        _write_row(sheet, look, typing, grid, step)
    sheet.set_row(grid.LABELS, 48)
    sheet.set_row(grid.start - 1, 62)
    sheet.print_area(0, 0, grid.start + PRINTED - 1, grid.margin)
    sheet.freeze_panes(grid.start, grid.PREPARED)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)


def prepared_formula(
    item: FeatureRecipe,
    cell: str,
    *,
    fill: str,
    low: str,
    high: str,
    origin: str,
    step: str,
    lmbda: str,
    mean: str,
    scale: str,
) -> str:
    """The formula (without "=") that prepares the value typed in `cell`; the other arguments are cells of constants.

    The same steps as `FeatureRecipe.apply`: fill → cap → transform → (value − mean) / scale.
    """
    x = f"IF(ISNUMBER({cell}),{cell},{fill})"
    if item.low is not None:
        x = f"MAX({x},{low})"
    if item.high is not None:
        x = f"MIN({x},{high})"
    if item.transform != "none":
        x = f"({x}-{origin})/{step}"
    if item.transform == "log1p":
        x = f"LN(1+{x})"
    elif item.transform == "yeo-johnson":
        x = _yeo_johnson(x, item.lmbda, lmbda)
    return f"({x}-{mean})/{scale}"


def _yeo_johnson(x: str, exponent: float | None, lmbda: str) -> str:
    """Yeo and Johnson (2000), equation 2.1; x is kept on its own side of 0 in each branch, so neither can fail."""
    above, below = f"(1+MAX({x},0))", f"(1-MIN({x},0))"
    up = f"LN{above}" if exponent == 0 else f"({above}^{lmbda}-1)/{lmbda}"
    down = f"-LN{below}" if exponent == 2 else f"-({below}^(2-{lmbda})-1)/(2-{lmbda})"
    return f"IF({x}>=0,{up},{down})"


def _write_constants(sheet: Worksheet, look: Look, typing: Typing, grid: Grid) -> None:
    name, number = look("range name"), look("range", num_format="#,##0.000")
    absent = look("range", num_format='"–"')
    for row, title in _CONSTANTS.values():
        put(sheet, row, 0, title, name)
        put(sheet, row, 1, None, name)
    lines = [(what, segment) for what in typing.placing.parts for segment in range(grid.k)]
    for row, (what, segment) in enumerate(lines, start=grid.CENTRES):
        put(sheet, row, 0, typing.persona_names[segment], look("range name", bold=True))
        put(sheet, row, 1, what.lower(), name)
    for index, (at, item) in enumerate(typing.features):
        column = grid.PREPARED + index
        for key, (row, _) in _CONSTANTS.items():
            value = getattr(item, key)
            if value is None:  # no cap is a bound that nothing reaches
                put(sheet, row, column, {"low": -_UNBOUNDED, "high": _UNBOUNDED}.get(key), absent)
            else:
                _link(sheet, row, column, constant_cell(at, key), value, number)
        for line, (what, segment) in enumerate(lines):
            value = float(typing.placing.parts[what][segment, at])
            _link(sheet, grid.CENTRES + line, column, part_cell(at, line), value, number)


def _link(sheet: Worksheet, row: int, column: int, cell: str, value: float, form: Format) -> None:
    sheet.write_formula(row, column, f"=Recipe!{cell}", form, float(value))


def _write_headings(sheet: Worksheet, look: Look, typing: Typing, grid: Grid) -> None:
    head = look("head number")
    titles = [item.label for _, item in typing.features]
    for index, title in enumerate(titles, start=grid.PREPARED):
        put(sheet, grid.LABELS, index, title, head)
    titles += [f"{typing.placing.costs_are} {name}" for name in typing.persona_names] + ["Nearest", "Second", "Margin"]
    put(sheet, grid.start - 1, grid.WHO, "Customer", look("head"))
    put(sheet, grid.start - 1, grid.STATE, "State", look("head"))
    for index, title in enumerate(titles, start=grid.PREPARED):
        put(sheet, grid.start - 1, index, title, head)
    set_widths(sheet, [28, 9] + [13] * grid.features + [17] * grid.k + [9, 9, 9])


def _write_row(sheet: Worksheet, look: Look, typing: Typing, grid: Grid, step: int) -> None:
    """State, prepared values, what is measured to each persona, nearest, second and margin of one customer."""
    row, answer = grid.start + step, typing.answer(step)
    cell, whole = look("cell"), look("cell", num_format="0", align="right")
    number = look("cell", num_format="0.000", align="right")
    state = xl_rowcol_to_cell(row, grid.STATE, col_abs=True)

    def when_ready(column: int, formula: str, form: Format, value: float | str) -> None:
        sheet.write_formula(row, column, f'=IF({state}="ready",{formula},"")', form, value)

    customer = grid.customer(step)
    sheet.write_formula(row, grid.WHO, f'=IF({customer}="","",{customer})', cell, answer.customer or "")
    sheet.write_formula(row, grid.STATE, _state(grid, step), cell, "ready" if answer.customer else "")
    for index, (_, item) in enumerate(typing.features):
        column = xl_col_to_name(grid.PREPARED + index)
        cells = {key: f"{column}${line + 1}" for key, (line, _) in _CONSTANTS.items()}
        typed = grid.value(step, typing.place(item.name))
        block = typing.recipe.block_of(item.name)
        if block is None:
            formula = prepared_formula(item, typed, **cells)
        else:
            formula = level_formula(block, item.name, typed, levels_cells(typing.recipe, block), **cells)
        when_ready(grid.PREPARED + index, formula, number, answer.prepared[index])
    prepared, placing = across(row, grid.PREPARED, grid.costs - 1), typing.placing
    for segment in range(grid.k):
        parts = [grid.constants(grid.CENTRES + part * grid.k + segment) for part in range(len(placing.parts))]
        formula = placing.cost(prepared, parts, f"Recipe!{offset_cell(typing, segment)}")
        when_ready(grid.costs + segment, formula, number, answer.costs[segment])
    costs = across(row, grid.costs, grid.nearest - 1)
    when_ready(grid.nearest, f"MATCH(MIN({costs}),{costs},0)", whole, answer.nearest)
    if grid.k > 1:
        when_ready(grid.second, _second(grid, row, costs), whole, answer.second)
        when_ready(grid.margin, placing.margin(f"MIN({costs})", f"SMALL({costs},2)"), number, answer.margin)


def _state(grid: Grid, step: int) -> str:
    """Blank when nothing was typed, "text" when a value is not a number, else "ready"."""
    values, customer = grid.values(step), grid.customer(step)
    numbers = grid.number_values(step)
    wrong = f'IF(COUNTA({numbers})>COUNT({numbers}),"text","ready")' if grid.numbers else '"ready"'
    return f'=IF(COUNTA({values})=0,IF({customer}="","","ready"),{wrong})'


def _second(grid: Grid, row: int, costs: str) -> str:
    """The runner-up: the second smallest cost, or the later one of two that are equal."""
    nearest = xl_rowcol_to_cell(row, grid.nearest, col_abs=True)
    rest = f"INDEX({costs},1,{nearest}+1):INDEX({costs},1,{grid.k})"
    tied = f"MATCH(MIN({costs}),{rest},0)+{nearest}"
    return f"IF(SMALL({costs},2)=MIN({costs}),{tied},MATCH(SMALL({costs},2),{costs},0))"
