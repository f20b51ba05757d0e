"""The personas to present on a screen: an overview, then one screen each, large, as plain HTML without script.

The pictures are those of the report; their colours follow the light or dark theme through the page's style sheet.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from segmentation.charts.style import segment_colour, segment_symbol
from segmentation.personas import Persona
from segmentation.report import pictures
from segmentation.report.facts import Facts
from segmentation.report.html_report.charts import draw
from segmentation.report.html_report.svg import mark, safe_html

__all__ = ["Screen", "screens"]

_FEATURES = 6
"""Features on a persona's picture: as many as can be read from the back of a room."""


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
    parts = [f"<h1>{safe_html(facts.answer)}</h1>", f'<div class="wide">{draw(picture)}</div>']
    parts += [f'<p class="quiet">{safe_html(line)}</p>' for line in (*facts.sure[:1], *facts.notes)]
    return Screen(facts.answer, _section(parts))


def _persona(facts: Facts, persona: Persona) -> Screen:
    icon = mark(0, 0, segment_symbol(persona.segment), fill=segment_colour(persona.segment))
    parts = [
        f'<h1><svg viewBox="-6 -6 12 12" aria-hidden="true">{icon}</svg> {safe_html(persona.name)}</h1>',
        '<div class="halves"><div>',
    ]
    if persona.segment in facts.hidden:
        return Screen(persona.name, _section([*parts, *_paragraphs(persona.sentences), "</div></div>"]))
    share, size = safe_html(facts.share_text(persona)), safe_html(facts.size_text(persona))
    parts.append(f'<p class="share"><strong>{share}</strong> <span class="quiet">{size} customers</span></p>')
    parts += _paragraphs(persona.sentences)
    if persona.actions:
        ideas = "".join(f"<li>{safe_html(idea)}</li>" for idea in persona.actions)
        parts.append(f'<div class="ideas"><h2>Ideas to discuss</h2><ul>{ideas}</ul></div>')
    picture = pictures.standout(facts, persona, most=_FEATURES)
    parts.append(f"</div><div><h2>{safe_html(picture.title)}</h2>{draw(picture)}")
    parts.append('<p class="quiet">Difference from everyone, in standard deviations</p></div></div>')
    return Screen(persona.name, _section(parts))


def _section(parts: Iterable[str]) -> str:
    return f'<section class="present">{"".join(parts)}</section>'


def _paragraphs(lines: Iterable[str]) -> list[str]:
    return [f"<p>{safe_html(line)}</p>" for line in lines]
