"""Native tables on slides: cells, type that gets smaller until all rows fit, and long tables over several slides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
from lxml import etree
from pptx.dml.color import RGBColor
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.oxml.ns import qn
from pptx.slide import Slide
from pptx.util import Emu, Inches, Pt

from segmentation.reports.slides.kit import LEADING, Box, describe, letters, lines_of, one_line, write_run
from segmentation.reports.slides.theme import ACCENT, INK, LINE

__all__ = ["Cell", "as_cells", "pages_of", "table"]

_HEAD_LINES = 5  # names of personas stand in headings, and are not cut there
_PADDING = 0.14  # left and right margin of a cell together
_NO_STYLE = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"  # the table style "No style, no grid"


@dataclass(frozen=True)
class Cell:
    """One cell of a table: text, its ground (RRGGBB or none), and whether it is a figure (right-aligned)."""

    text: str
    fill: str | None = None
    figure: bool = False
    bold: bool = False
    colour: str = INK


def table(
    slide: Slide,
    box: Box,
    rows: Sequence[Sequence[Cell]],
    widths: Sequence[float],
    *,
    alt: str,
    size: float = 12,
    lines: int = 3,
) -> None:
    """A native table: the first row is the heading. Type gets smaller until all rows fit the box.

    A cell has at most `lines` lines; longer text ends in an ellipsis.
    """
    sizes = [step for step in (size, 13, 12, 11, 10, 9, 8, 7) if step <= size]
    inches = _inches(widths, box.width)
    limits = [max(lines, _HEAD_LINES), *[lines] * (len(rows) - 1)]
    chosen = next((step for step in sizes if _table_height(rows, inches, step, limits) <= box.height), sizes[-1])
    frame = slide.shapes.add_table(
        len(rows), len(widths), Inches(box.left), Inches(box.top), Inches(box.width), Inches(0.1 * len(rows))
    )
    describe(frame, alt)
    drawn = frame.table
    drawn._tbl.xpath("a:tblPr/a:tableStyleId")[0].text = _NO_STYLE
    drawn.horz_banding = False
    for index, width in enumerate(inches):
        drawn.columns[index].width = Inches(width)
    for step, row in enumerate(rows):
        drawn.rows[step].height = Emu(int(Pt(_row_height(row, inches, chosen, limits[step])).emu))
        for index, cell in enumerate(row):
            room = limits[step] * (letters(inches[index] - _PADDING, chosen, cell.bold) - 2)
            _fill_cell(drawn.cell(step, index), cell, chosen, room, heading=step == 0)


def pages_of(
    rows: Sequence[Sequence[Cell]], widths: Sequence[float], box: Box, *, size: float
) -> list[list[Sequence[Cell]]]:
    """The rows of a long table, divided over as many slides as they need at this size; each starts with the heading."""
    head, rest = rows[0], list(rows[1:])
    inches = _inches(widths, box.width)
    pages: list[list[Sequence[Cell]]] = [[head]]
    for row in rest:
        limits = [3] * (len(pages[-1]) + 1)
        if len(pages[-1]) > 1 and _table_height([*pages[-1], row], inches, size, limits) > box.height:
            pages.append([head])
        pages[-1].append(row)
    return pages


def as_cells(shown: pd.DataFrame) -> list[list[Cell]]:
    """A table of text as cells: headings, the index on the left, figures to the right."""
    head = [Cell(str(shown.index.name or ""), bold=True)]
    head += [Cell(str(name), bold=True, figure=True) for name in shown.columns]
    rows = [
        [Cell(str(label)), *(Cell(str(value), figure=True) for value in values)]
        for label, values in zip(shown.index, shown.itertuples(index=False), strict=True)
    ]
    return [head, *rows]


def _inches(widths: Sequence[float], whole: float) -> list[float]:
    return [width * whole / sum(widths) for width in widths]


def _row_height(row: Sequence[Cell], widths: Sequence[float], size: float, lines: int) -> float:
    """Points that a row of a table takes."""
    most = max(lines_of(cell.text, width - _PADDING, size, cell.bold) for cell, width in zip(row, widths, strict=True))
    return min(most, lines) * size * LEADING + 5


def _table_height(rows: Sequence[Sequence[Cell]], widths: Sequence[float], size: float, limits: Sequence[int]) -> float:
    return sum(_row_height(row, widths, size, most) for row, most in zip(rows, limits, strict=True)) / 72


def _fill_cell(target: Any, cell: Cell, size: float, room: int, *, heading: bool) -> None:
    target.margin_left = target.margin_right = Inches(0.07)
    target.margin_top = target.margin_bottom = Pt(2.5)
    target.vertical_anchor = MSO_ANCHOR.BOTTOM if heading else MSO_ANCHOR.MIDDLE
    if cell.fill:
        target.fill.solid()
        target.fill.fore_color.rgb = RGBColor.from_string(cell.fill.lstrip("#"))
    else:
        target.fill.background()
    paragraph = target.text_frame.paragraphs[0]
    paragraph.alignment = PP_ALIGN.RIGHT if cell.figure else PP_ALIGN.LEFT
    text = one_line(cell.text, max(room, 6))
    # An empty cell has the default size, which would make its row too high.
    write_run(paragraph, text or "\u00a0", size, cell.colour, cell.bold)
    _underline(target, ACCENT if heading else LINE, 1.5 if heading else 0.5)


def _underline(target: Any, colour: str, points: float) -> None:
    settings = target._tc.get_or_add_tcPr()
    line = etree.Element(qn("a:lnB"), w=str(int(Pt(points).emu)))
    etree.SubElement(etree.SubElement(line, qn("a:solidFill")), qn("a:srgbClr"), val=colour)
    settings.insert(0, line)  # lines stand before the fill, or PowerPoint offers to repair the file
