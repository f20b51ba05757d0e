"""The slides: a PowerPoint deck with native, editable charts and the evidence in the notes."""

from __future__ import annotations

import io

from segmentation.core.settings import Progress
from segmentation.core.text import plain_text
from segmentation.reports.facts import Facts
from segmentation.reports.slides.kit import number_slide
from segmentation.reports.slides.pages import (
    add_appendix,
    add_comparison,
    add_how,
    add_overview,
    add_persona,
    add_title,
    add_use,
)
from segmentation.reports.slides.theme import empty_deck

__all__ = ["make_slides"]


def make_slides(facts: Facts, progress: Progress | None = None) -> bytes:
    """The facts → a .pptx file as bytes."""
    deck = empty_deck()
    deck.core_properties.title = plain_text(facts.title)
    deck.core_properties.author = ""
    add_title(deck, facts)
    add_how(deck, facts)
    add_overview(deck, facts)
    add_comparison(deck, facts)
    for index, persona in enumerate(facts.personas):
        if progress is not None:
            progress(0.2 + 0.6 * index / len(facts.personas), f"Persona {index + 1} of {len(facts.personas)}")
        add_persona(deck, facts, persona)
    add_use(deck, facts)
    add_appendix(deck, facts)
    for index, slide in enumerate(deck.slides):
        if index:
            number_slide(slide, facts.title)
    target = io.BytesIO()
    deck.save(target)
    return target.getvalue()
