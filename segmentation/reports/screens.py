"""The personas to present on a screen: an overview, then one screen each, large, as plain HTML without script.

The pictures are those of the report, as images: pages that clean their HTML let no drawing through. An image has a
style of its own, which follows the reader's light or dark preference as the page does.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable
from dataclasses import dataclass

from segmentation.charts.palette import Palette
from segmentation.personas import Persona
from segmentation.reports import pictures
from segmentation.reports.facts import Facts
from segmentation.reports.html_report.charts import draw
from segmentation.reports.html_report.svg import drawing, mark, safe_html
from segmentation.reports.words import no_typing

__all__ = ["Screen", "screens"]

_WIDTH = 500
_FEATURES = 6
"""Features on a persona's picture: as many as can be read from the back of a room."""

_STYLE = (
    "text{font:13px system-ui,'Segoe UI',Roboto,'Liberation Sans',Arial,sans-serif;fill:#1c2530}"
    ".quiet{fill:#556171;font-size:12px}.strong{font-weight:650}.axis{stroke:#556171;stroke-width:1.2}"
    "@media(prefers-color-scheme:dark){text{fill:#e4e9f0}.quiet{fill:#a9b5c3}.axis{stroke:#a9b5c3}}"
)


@dataclass(frozen=True)
class Screen:
    """One screen: its title, for screen readers and the browser's history, and its content as HTML."""

    title: str
    html: str


def screens(facts: Facts) -> tuple[Screen, ...]:
    """The facts → the overview and one screen a persona."""
    return (_overview(facts), *(_persona(facts, persona) for persona in facts.personas))


def _overview(facts: Facts) -> Screen:
    picture = pictures.sizes(facts)
    parts = [f"<h1>{safe_html(facts.answer)}</h1>", f'<p class="state">{safe_html(facts.state, longest=600)}</p>']
    parts += [
        '<div class="halves"><div>',
        _image(draw(picture, width=_WIDTH), picture.alt),
        "</div>",
        f'<ul class="{"few" if facts.segmentation.k < 6 else "many"}">',
    ]
    for persona in facts.personas:
        sentence = persona.sentences[0] if persona.sentences else ""
        parts.append(
            f"<li><strong>{_sign(facts.palette, persona.segment)} {safe_html(persona.name)}</strong> "
            f"{safe_html(sentence)}</li>"
        )
    parts.append("</ul></div>")
    notes = [line for line in facts.notes if line not in no_typing(facts.segmentation)]  # that is about the workbook
    parts += [f'<p class="quiet">{safe_html(line)}</p>' for line in notes]
    return Screen(facts.answer, _section(parts))


def _persona(facts: Facts, persona: Persona) -> Screen:
    parts = [
        f"<h1>{_sign(facts.palette, persona.segment)} {safe_html(persona.name)}</h1>",
        '<div class="halves"><div>',
    ]
    if persona.segment in facts.hidden:
        return Screen(persona.name, _section([*parts, *_paragraphs(persona.sentences), "</div></div>"]))
    share, size = safe_html(facts.share_text(persona)), safe_html(facts.size_text(persona))
    parts.append(f'<p class="share"><strong>{share}</strong> <span class="quiet">{size} customers</span></p>')
    parts += _paragraphs(persona.sentences)
    if persona.against:
        parts.append(f'<p class="quiet">But: {safe_html(persona.against[0])}</p>')
    if persona.actions:
        ideas = "".join(f"<li>{safe_html(idea)}</li>" for idea in persona.actions)
        parts.append(f'<div class="ideas"><h2>Ideas to discuss</h2><ul>{ideas}</ul></div>')
    picture = pictures.standout(facts, persona, most=_FEATURES)
    parts.append(f"</div><div><h2>{safe_html(picture.title)}</h2>{_image(draw(picture, width=_WIDTH), picture.alt)}")
    parts.append('<p class="quiet">Difference from everyone, in standard deviations</p></div></div>')
    return Screen(persona.name, _section(parts))


def _sign(palette: Palette, segment: int) -> str:
    """The segment's symbol in its colour."""
    symbol = mark(6, 6, palette.symbol(segment), fill=palette.colour(segment))
    return _image(drawing(12, 12, "", [symbol]), "")


def _image(drawn: str, alt: str) -> str:
    """A drawing as an image that needs no other file; an empty `alt` marks decoration."""
    start = drawn.index(">") + 1
    styled = f"{drawn[:start]}<style>{_STYLE}</style>{drawn[start:]}"
    source = base64.b64encode(styled.encode()).decode()
    return f'<img src="data:image/svg+xml;base64,{source}" alt="{safe_html(alt, longest=2000)}">'


def _section(parts: Iterable[str]) -> str:
    return f'<section class="present">{"".join(parts)}</section>'


def _paragraphs(lines: Iterable[str]) -> list[str]:
    return [f"<p>{safe_html(line)}</p>" for line in lines]
