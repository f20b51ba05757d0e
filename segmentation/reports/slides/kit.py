"""Parts of a slide: title, text that fits its box, chips, notes, text alternatives. Sizes are in inches."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from lxml import etree
from pptx.dml.color import RGBColor
from pptx.enum.shapes import MSO_SHAPE
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.oxml.ns import qn
from pptx.presentation import Presentation as Deck
from pptx.slide import Slide
from pptx.util import Inches, Pt

from segmentation.core.text import plain_text
from segmentation.reports.slides.theme import FONT, HEIGHT, INK, MARGIN, QUIET, WIDTH

__all__ = [
    "LEADING",
    "Box",
    "chip",
    "describe",
    "letters",
    "lines_of",
    "new_slide",
    "note",
    "number_slide",
    "one_line",
    "rectangle",
    "title_of",
    "words",
    "write_run",
]

_LETTER = 0.52  # mean width of a letter of Arial, in sizes
LEADING = 1.22


@dataclass(frozen=True)
class Box:
    """A place on a slide, in inches."""

    left: float
    top: float
    width: float
    height: float


def new_slide(deck: Deck, title: str) -> Slide:
    """A slide with its title; long titles get smaller type instead of a third line."""
    slide: Slide = deck.slides.add_slide(deck.slide_layouts[0])
    line = one_line(title, 160)
    frame = title_of(slide).text_frame
    frame.text = line
    frame.vertical_anchor = MSO_ANCHOR.TOP
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
    size = _fitting([line], WIDTH - 2 * MARGIN, 0.95, (26, 24, 22, 20, 18, 16), bold=True)
    frame.paragraphs[0].font.size = Pt(size)
    return slide


def title_of(slide: Slide) -> Any:
    """The title's placeholder, which every slide has: readers and outlines find the slide by it."""
    return slide.shapes.title


def words(
    slide: Slide,
    box: Box,
    lines: Sequence[str],
    *,
    size: float = 16,
    smallest: float = 9,
    colour: str = INK,
    bold: bool = False,
    bullets: bool = False,
    align: Any = PP_ALIGN.LEFT,
    more: str = "…",
) -> None:
    """Paragraphs in a box, at the largest size from `size` down to `smallest` that fits.

    What does not fit at the smallest size is left out from the end, and `more` says so.
    """
    rows = [one_line(text, 600) for text in lines]
    sizes = tuple(
        step for step in (size, 40, 32, 28, 24, 20, 18, 16, 14, 13, 12, 11, 10, 9) if smallest <= step <= size
    )
    chosen = _fitting(rows, box.width - (0.2 if bullets else 0), box.height, sizes, bold=bold)
    rows = _shortened(rows, box, chosen, bold, more)
    shape = slide.shapes.add_textbox(Inches(box.left), Inches(box.top), Inches(box.width), Inches(box.height))
    frame = shape.text_frame
    frame.word_wrap = True
    frame.vertical_anchor = MSO_ANCHOR.TOP
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
    for index, row in enumerate(rows):
        paragraph = frame.paragraphs[0] if index == 0 else frame.add_paragraph()
        paragraph.alignment = align
        paragraph.space_after = Pt(chosen * 0.4 if index < len(rows) - 1 else 0)
        if bullets:
            _bullet(paragraph)
        write_run(paragraph, row, chosen, colour, bold)


def chip(slide: Slide, box: Box, colour: str) -> None:
    """A small block of a segment's colour."""
    rectangle(slide, box, colour.lstrip("#"))


def rectangle(slide: Slide, box: Box, fill: str, line: str | None = None) -> Any:
    """A plain rectangle without shadow; decoration, so it has no text alternative."""
    shape = slide.shapes.add_shape(
        MSO_SHAPE.RECTANGLE, Inches(box.left), Inches(box.top), Inches(box.width), Inches(box.height)
    )
    style = shape._element.find(qn("p:style"))  # the theme's shadow and outline
    shape._element.remove(style)
    shape.fill.solid()
    shape.fill.fore_color.rgb = RGBColor.from_string(fill)
    if line:
        shape.line.color.rgb = RGBColor.from_string(line)
    else:
        shape.line.fill.background()
    shape.name = "Decoration"
    return shape


def note(slide: Slide, lines: Sequence[str]) -> None:
    """The speaker's notes."""
    frame = slide.notes_slide.notes_text_frame
    assert frame is not None
    frame.text = "\n".join(one_line(line, 900) for line in lines)


def describe(shape: Any, alt: str) -> None:
    """Give a chart, table or picture its text alternative."""
    shape._element.xpath(".//p:cNvPr")[0].set("descr", plain_text(alt, longest=900))


def number_slide(slide: Slide, footer: str) -> None:
    """The slide's number (a field, so that it follows when slides move) and the deck's title, small at the bottom."""
    top = HEIGHT - 0.42
    words(
        slide, Box(MARGIN, top, WIDTH - 2 * MARGIN - 1, 0.25), [plain_text(footer, longest=90)], size=10, colour=QUIET
    )
    shape = slide.shapes.add_textbox(Inches(WIDTH - MARGIN - 0.8), Inches(top), Inches(0.8), Inches(0.25))
    frame = shape.text_frame
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
    paragraph = frame.paragraphs[0]
    paragraph.alignment = PP_ALIGN.RIGHT
    field = etree.SubElement(paragraph._p, qn("a:fld"), id="{B6F15528-21DE-4FAA-801E-634DDDAF4B2B}", type="slidenum")
    look = etree.SubElement(field, qn("a:rPr"), lang="en-GB", sz="1000")
    etree.SubElement(etree.SubElement(look, qn("a:solidFill")), qn("a:srgbClr"), val=QUIET)
    etree.SubElement(field, qn("a:t")).text = "‹#›"


def lines_of(text: str, width: float, size: float, bold: bool = False) -> int:
    """How many lines a text takes at a size (points) in a width (inches)."""
    return max(1, math.ceil(len(text) / letters(width, size, bold)))


def letters(width: float, size: float, bold: bool = False) -> int:
    """How many letters of a size (points) stand side by side in a width (inches)."""
    return max(4, int(width * 72 / (size * _LETTER * (1.08 if bold else 1))))


def _height(rows: Sequence[str], width: float, size: float, bold: bool) -> float:
    """Inches that paragraphs take."""
    lines = sum(lines_of(row, width, size, bold) for row in rows)
    return (lines * size * LEADING + (len(rows) - 1) * size * 0.4) / 72


def _fitting(rows: Sequence[str], width: float, height: float, sizes: Sequence[float], *, bold: bool = False) -> float:
    ordered = sorted(set(sizes), reverse=True)
    return next((size for size in ordered if _height(rows, width, size, bold) <= height), ordered[-1])


def _shortened(rows: Sequence[str], box: Box, size: float, bold: bool, more: str) -> list[str]:
    """What fits the box: the first paragraphs and `more`, or the beginning of the only one."""
    if len(rows) > 1 and _height(rows, box.width, size, bold) <= box.height:
        return list(rows)
    kept = list(rows)
    while len(kept) > 1 and _height([*kept, more], box.width, size, bold) > box.height:
        kept.pop()
    if len(kept) < len(rows):
        return [*kept, more]
    room = max(int(box.height * 72 / (size * LEADING)), 1) * letters(box.width, size, bold)
    return kept if len(kept) > 1 else [plain_text(row, longest=room) for row in kept]


def one_line(text: Any, longest: int) -> str:
    """One line of text that never breaks between a figure and its percent sign."""
    return plain_text(text, longest=longest).replace(" %", "\u00a0%")


def write_run(paragraph: Any, text: str, size: float, colour: str, bold: bool) -> None:
    """Text at the end of a paragraph, in its type."""
    run = paragraph.add_run()
    run.text = text
    run.font.size, run.font.bold, run.font.name = Pt(size), bold, FONT
    run.font.color.rgb = RGBColor.from_string(colour)


def _bullet(paragraph: Any) -> None:
    settings = paragraph._p.get_or_add_pPr()
    settings.set("marL", str(Inches(0.2)))
    settings.set("indent", str(-Inches(0.2)))
    etree.SubElement(settings, qn("a:buChar"), char="•")
