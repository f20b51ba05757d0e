"""An empty deck in our own design: 16:9, one layout, our fonts and colours in the theme.

The fonts are Arial, because every machine has it or its metric twin (Liberation Sans), so text breaks where we saw it
break. The theme's accents are the segment colours: what a reader adds to a chart looks like the rest.
"""

from __future__ import annotations

from lxml import etree
from pptx import Presentation
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.presentation import Presentation as Deck
from pptx.util import Inches, Pt

from segmentation.charts.palette import SEGMENT_COLOURS

__all__ = ["ACCENT", "FONT", "HEIGHT", "INK", "LINE", "MARGIN", "QUIET", "SHADE", "TITLE_TOP", "WIDTH", "empty_deck"]

FONT = "Arial"
INK, QUIET, ACCENT, LINE, SHADE = "1F2933", "5B6670", "123A5A", "D5DAE0", "F3F5F8"
WIDTH, HEIGHT, MARGIN = 13.333, 7.5, 0.6
TITLE_TOP, _TITLE_HEIGHT = 0.42, 0.95

_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_TITLE_ONLY = 5  # its place among the layouts of python-pptx's own template


def empty_deck() -> Deck:
    """A presentation without slides, with the one layout "Title only"."""
    deck = Presentation()
    deck.slide_width, deck.slide_height = Inches(WIDTH), Inches(HEIGHT)
    layouts = list(deck.slide_layouts)
    for index, layout in enumerate(layouts):
        if index != _TITLE_ONLY:
            deck.slide_layouts.remove(layout)
    for holder in (deck.slide_master, layouts[_TITLE_ONLY]):
        for shape in list(holder.placeholders):
            if shape.placeholder_format.type == 1:  # title
                shape.left, shape.top = Inches(MARGIN), Inches(TITLE_TOP)
                shape.width, shape.height = Inches(WIDTH - 2 * MARGIN), Inches(_TITLE_HEIGHT)
            else:
                shape.element.getparent().remove(shape.element)
    _drop_thumbnail(deck)
    _title_style(deck)
    _theme(deck)
    return deck


def _drop_thumbnail(deck: Deck) -> None:
    """The template's preview shows somebody else's empty slide."""
    package = deck.part.package
    for key, relation in list(package._rels.items()):
        if relation.reltype == RELATIONSHIP_TYPE.THUMBNAIL:
            package._rels.pop(key)


def _title_style(deck: Deck) -> None:
    """Titles on the master: left, bold, our size and colour."""
    level = deck.slide_master.element.find(f".//{_DRAWING}lvl1pPr")
    level.set("algn", "l")
    run = level.find(f"{_DRAWING}defRPr")
    run.set("sz", str(int(Pt(26).pt * 100)))
    run.set("b", "1")
    for fill in run.findall(f"{_DRAWING}solidFill"):
        run.remove(fill)
    fill = etree.SubElement(run, f"{_DRAWING}solidFill")
    etree.SubElement(fill, f"{_DRAWING}srgbClr").set("val", ACCENT)
    run.insert(0, fill)


def _theme(deck: Deck) -> None:
    """Our fonts and colours in the theme that the master refers to."""
    part = deck.slide_master.part.part_related_by(RELATIONSHIP_TYPE.THEME)
    root = etree.fromstring(part.blob)
    for name in ("majorFont", "minorFont"):
        root.find(f".//{_DRAWING}{name}/{_DRAWING}latin").set("typeface", FONT)
    colours = {"dk1": INK, "lt1": "FFFFFF", "dk2": ACCENT, "lt2": SHADE, "hlink": ACCENT, "folHlink": QUIET}
    colours |= {f"accent{number}": SEGMENT_COLOURS[number - 1].lstrip("#") for number in range(1, 7)}
    scheme = root.find(f".//{_DRAWING}clrScheme")
    for name, colour in colours.items():
        slot = scheme.find(f"{_DRAWING}{name}")
        for child in list(slot):
            slot.remove(child)
        etree.SubElement(slot, f"{_DRAWING}srgbClr").set("val", colour)
    part._blob = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
