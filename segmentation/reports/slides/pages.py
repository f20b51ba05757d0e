"""The slides, one function each: facts in, a finished slide added to the deck."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from pptx.dml.color import RGBColor
from pptx.presentation import Presentation as Deck
from pptx.slide import Slide
from pptx.util import Inches, Pt

from segmentation.charts.style import DIVERGING
from segmentation.core.text import number_text, plain_text, share_text, value_text
from segmentation.personas import Persona
from segmentation.reports import pictures
from segmentation.reports.facts import Facts
from segmentation.reports.figures import EVERYONE
from segmentation.reports.slides.charts import draw_bars, draw_gaps, draw_line
from segmentation.reports.slides.kit import Box, chip, new_slide, note, rectangle, title_of, words
from segmentation.reports.slides.tables import Cell, as_cells, pages_of, table
from segmentation.reports.slides.theme import ACCENT, HEIGHT, MARGIN, QUIET, SHADE, WIDTH
from segmentation.reports.workbook.cells import tint

__all__ = ["add_appendix", "add_comparison", "add_how", "add_overview", "add_persona", "add_title", "add_use"]

_TOP, _BOTTOM = 1.55, HEIGHT - 0.65
_FULL = WIDTH - 2 * MARGIN
_MORE = "More in the notes of this slide."
_FEATURES = 20  # features on the comparison
_STRONG = 2.0  # standard deviations at full colour


def add_title(deck: Deck, facts: Facts) -> None:
    """The title on a dark ground, and the personas as one band of colour, as wide as their shares."""
    slide = new_slide(deck, facts.title)
    ground = rectangle(slide, Box(0, 0, WIDTH, HEIGHT), ACCENT)
    slide.shapes._spTree.remove(ground._element)
    slide.shapes._spTree.insert(2, ground._element)  # behind the title
    title = title_of(slide)
    title.left, title.top, title.width, title.height = (Inches(each) for each in (0.9, 2.1, WIDTH - 1.8, 1.3))
    font = title.text_frame.paragraphs[0].font
    font.size, font.color.rgb = Pt(40 if len(facts.title) < 45 else 28), RGBColor(255, 255, 255)
    words(slide, Box(0.9, 3.55, WIDTH - 1.8, 1.2), [facts.answer], size=22, colour="FFFFFF")
    words(slide, Box(0.9, 4.75, WIDTH - 1.8, 0.9), [facts.state], size=16, colour="FFFFFF")
    words(slide, Box(0.9, 5.85, WIDTH - 1.8, 0.4), [facts.day], size=14, colour="C9D6E2")
    left, total = 0.0, sum(persona.share for persona in facts.shown)
    for persona in facts.shown:
        width = WIDTH * persona.share / total
        chip(slide, Box(left, HEIGHT - 0.45, width, 0.45), facts.palette.colour(persona.segment))
        left += width
    note(slide, [facts.answer, facts.state, *facts.notes])


def add_how(deck: Deck, facts: Facts) -> None:
    """How it was made on the left, how sure we are on the right, with the silhouettes when they were compared."""
    slide = new_slide(deck, "How it was made, and how sure we are")
    half = (_FULL - 0.6) / 2
    _heading(slide, MARGIN, "How it was made")
    words(slide, Box(MARGIN, _TOP + 0.45, half, _BOTTOM - _TOP - 0.45), facts.made, size=15, bullets=True)
    right = MARGIN + half + 0.6
    _heading(slide, right, "How sure we are")
    lines = pictures.comparison_lines(facts)
    height = 2.1 if lines else _BOTTOM - _TOP - 0.45
    words(slide, Box(right, _TOP + 0.45, half, height), facts.sure, size=15, smallest=12, bullets=True, more=_MORE)
    if lines:
        top = _TOP + 0.45 + height + 0.1
        words(slide, Box(right, top, half, 0.3), [lines[0].title], size=13, bold=True, colour=ACCENT)
        draw_line(slide, Box(right, top + 0.3, half, _BOTTOM - top - 0.3), lines[0])
    note(slide, [*facts.made, *facts.sure, *facts.notes])


def add_overview(deck: Deck, facts: Facts) -> None:
    """Shares as a chart, and every persona in one line."""
    picture = pictures.sizes(facts)
    slide = new_slide(deck, picture.title)
    chart = _FULL * 0.42
    draw_bars(slide, Box(MARGIN, _TOP, chart, _BOTTOM - _TOP), picture)
    rows = [[Cell("Persona", bold=True), Cell("Customers", bold=True, figure=True), Cell("In a few words", bold=True)]]
    for persona in facts.personas:
        first = persona.sentences[0] if persona.sentences else ""
        rows.append([Cell(persona.name, bold=True), Cell(facts.size_text(persona), figure=True), Cell(first)])
    box = Box(MARGIN + chart + 0.3, _TOP, _FULL - chart - 0.3, _BOTTOM - _TOP)
    alt = "Table of the personas with their size and what is most typical of them."
    table(slide, box, rows, (2.5, 1.35, 3.5), alt=alt, size=14, lines=5)
    note(slide, [picture.caption, picture.alt, *facts.notes])


def add_comparison(deck: Deck, facts: Facts) -> None:
    """Every feature and persona side by side, in original units, coloured by difference from everyone."""
    picture = pictures.differences(facts)
    slide = new_slide(deck, picture.title)
    many, shown = len(facts.features), facts.features[:_FEATURES]
    rows = [[Cell("", bold=True), *(Cell(item.name, bold=True, figure=True) for item in facts.shown)]]
    rows[0].append(Cell("Everyone", bold=True, figure=True))
    for info in shown:
        row = [Cell(facts.label(info.name))]
        for persona in facts.shown:
            gap = float(facts.differences[persona.segment].loc[info.name])
            row.append(Cell(facts.value(info.name, persona.segment, unit=False), fill=_ground(gap), figure=True))
        rows.append([*row, Cell(facts.value(info.name, EVERYONE, unit=False), figure=True)])
    few = f" The {len(shown)} most telling of {many} features." if many > len(shown) else ""
    text = f"{facts.statistic}s in original units. Blue: below everyone; orange: above.{few}"
    words(slide, Box(MARGIN, 1.3, _FULL, 0.3), [text], size=13, colour=QUIET)
    widths = [2.6] + [1.4] * (len(facts.shown) + 1)
    wide = min(_FULL, sum(widths) * 1.15)
    table(slide, Box(MARGIN, 1.7, wide, _BOTTOM - 1.7), rows, widths, alt=picture.alt, size=12)
    note(slide, [picture.caption, *facts.notes])


def add_persona(deck: Deck, facts: Facts, persona: Persona) -> None:
    """One persona: share, sentences and ideas on the left; what stands out as a chart on the right."""
    slide = new_slide(deck, persona.name)
    chip(slide, Box(0, 0, 0.22, HEIGHT), facts.palette.colour(persona.segment))
    left = 4.9
    words(slide, Box(MARGIN, _TOP - 0.1, left, 0.75), [facts.share_text(persona)], size=40, bold=True, colour=ACCENT)
    few = f"{facts.size_text(persona)} customers · persona {persona.segment} of {facts.segmentation.k}"
    words(slide, Box(MARGIN, _TOP + 0.65, left, 0.3), [few], size=14, colour=QUIET)
    ideas = bool(persona.actions)
    words(slide, Box(MARGIN, _TOP + 1.1, left, 1.75), persona.sentences, size=16, smallest=10)
    if persona.against:
        lines = [f"But: {persona.against[0]}", *persona.against[1:]]
        words(slide, Box(MARGIN, _TOP + 2.9, left, 0.65), lines, size=12, smallest=10, colour=QUIET, more=_MORE)
    if ideas:
        top = _TOP + 3.6
        rectangle(slide, Box(MARGIN, top, left, _BOTTOM - top), SHADE)
        inner, width = MARGIN + 0.2, left - 0.4
        words(slide, Box(inner, top + 0.12, width, 0.3), ["Ideas to discuss"], size=13, bold=True, colour=ACCENT)
        words(slide, Box(inner, top + 0.47, width, _BOTTOM - top - 0.6), persona.actions, size=13, bullets=True)
    if persona.segment not in facts.hidden:
        _standout(slide, facts, persona, MARGIN + left + 0.5)
    note(slide, _evidence(facts, persona))


def add_use(deck: Deck, facts: Facts) -> None:
    """What to do with the personas: the ideas, how to place a customer, and what they are not."""
    slide = new_slide(deck, "How to use the personas")
    rows = [[Cell("Persona", bold=True), Cell("Ideas to discuss", bold=True)]]
    rows += [
        [Cell(item.name, bold=True), Cell(" ".join(item.actions) or "Not written yet.")]
        for item in facts.personas
        if item.segment not in facts.hidden
    ]
    wide = _FULL * 0.6
    alt = "Table of the ideas for every persona."
    table(slide, Box(MARGIN, _TOP, wide, _BOTTOM - _TOP), rows, (2.8, 5.0), alt=alt, size=13, lines=8)
    right, half = MARGIN + wide + 0.5, _FULL - wide - 0.5
    _heading(slide, right, "Place a customer")
    where = ["On the Score page: type one in, look one up, or score a whole file."]
    if facts.typing:
        where.append("In the workbook, offline: type or paste customers, the persona appears.")
    where.append("Read the margin: below 10 % a customer lies on the border of two personas.")
    words(slide, Box(right, _TOP + 0.45, half, 2.0), where, size=14, bullets=True)
    words(slide, Box(right, _TOP + 2.6, half, 0.35), ["Keep in mind"], size=16, bold=True, colour=ACCENT)
    mind = (
        "Personas describe groups; a single customer can differ from the group.",
        "They say what goes together, not what causes it: test ideas on some customers first.",
        "Customers change: score new data, and make the personas again when the mix moves.",
    )
    words(slide, Box(right, _TOP + 3.05, half, _BOTTOM - _TOP - 3.05), mind, size=14, bullets=True)
    note(slide, ["Ideas are suggestions to discuss, not findings.", *where, *mind])


def add_appendix(deck: Deck, facts: Facts) -> None:
    """How every feature was prepared, as many slides as it takes, then what is needed to make it again."""
    titles = ("Feature", "Missing becomes", "Capped below", "Capped above", "Transformation", "Why")
    rows = [[Cell(title, bold=True, figure=index in (1, 2, 3)) for index, title in enumerate(titles)]]
    rows += [_prepared(record) for record in facts.recipe.to_dict("records")]
    box, widths = Box(MARGIN, 1.35, _FULL, _BOTTOM - 1.35), (2.5, 1.1, 1.0, 1.0, 1.9, 4.6)
    parts = pages_of(rows, widths, box, size=11)
    for number, part in enumerate(parts, start=1):
        numbering = f" ({number} of {len(parts)})" if len(parts) > 1 else ""
        slide = new_slide(deck, f"Appendix: how the features were prepared{numbering}")
        alt = "Table of the features: what missing values became, caps, transformation and the reasons."
        table(slide, box, part, widths, alt=alt, size=11)
    slide = new_slide(deck, "Appendix: to make it again")
    rows = [[Cell("What", bold=True), Cell("Value", bold=True)]]
    rows += [[Cell(what), Cell(value)] for what, value in facts.stamp]
    alt = "Table of files, settings and versions."
    table(slide, Box(MARGIN, 1.35, _FULL, _BOTTOM - 1.35), rows, (2.4, 9.7), alt=alt, size=12)


def _standout(slide: Slide, facts: Facts, persona: Persona, left: float) -> None:
    picture = pictures.standout(facts, persona)
    width = WIDTH - MARGIN - left
    words(slide, Box(left, _TOP - 0.05, width, 0.6), [picture.title], size=15, bold=True, colour=ACCENT)
    text = "Difference from everyone's mean, in standard deviations"
    words(slide, Box(left, _TOP + 0.52, width, 0.28), [text], size=11, colour=QUIET)
    middle = 4.1
    draw_gaps(slide, Box(left, _TOP + 0.75, width, middle - _TOP - 0.6), picture)
    rows = as_cells(picture.shown[["Here", "Everyone"]])
    alt = f"Table: the same features of {persona.name} and of everyone, in original units."
    table(slide, Box(left, middle + 0.25, width, _BOTTOM - middle - 0.25), rows, (3.4, 1.6, 1.6), alt=alt, size=11)


def _evidence(facts: Facts, persona: Persona) -> Sequence[str]:
    """The notes of a persona's slide: every claim with its figures, what speaks against it, how stable it is."""
    lines = []
    for claim in persona.claims:
        kind = "share" if claim.kind == "boolean" or claim.statistic == "share" else claim.kind
        value, everyone = (value_text(each, kind=kind, unit=claim.unit) for each in (claim.value, claim.everyone))
        lines.append(
            f"{claim.sentence} {claim.label}, {claim.statistic}: {value} against {everyone} for everyone "
            f"({number_text(claim.effect)} standard deviations). {share_text(claim.coverage)} of this persona fit "
            f"({claim.fits}); {share_text(claim.exclusivity)} of those who fit belong to it."
        )
    lines += [f"Against: {line}" for line in persona.against]
    if persona.stability is not None:
        lines.append(f"Found again in resampled data: Jaccard index {persona.stability:.2f}.")
    if persona.because:
        lines.append(f"Name: {plain_text(persona.because)}")
    return lines or list(persona.sentences)


def _prepared(record: dict[Any, Any]) -> list[Cell]:
    figures = [record.get(name) for name in ("missing becomes", "capped below", "capped above")]
    return [
        Cell(str(record["label"])),
        *(Cell("–" if each is None else number_text(float(each)), figure=True) for each in figures),
        Cell(str(record["transformation"])),
        Cell(str(record["why"])),
    ]


def _heading(slide: Slide, left: float, title: str) -> None:
    words(slide, Box(left, _TOP, min(5.5, WIDTH - MARGIN - left), 0.35), [title], size=16, bold=True, colour=ACCENT)


def _ground(gap: float) -> str | None:
    if math.isnan(gap) or abs(gap) < 0.1:
        return None
    colour = DIVERGING[0][1] if gap < 0 else DIVERGING[-1][1]
    return tint(colour, 0.6 * min(abs(gap) / _STRONG, 1.0))
