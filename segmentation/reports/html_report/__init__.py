"""The report as one HTML file: works offline, prints on A4, light and dark, without any script.

Its charts are drawn as SVG from the report's own tables. A few hundred kB, sharp on paper, readable in twenty years:
a plotting library inlined once would add 5 MB and scripts, for pictures that nobody turns on paper.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pandas as pd

from segmentation.core.settings import Progress
from segmentation.core.text import effect_text, share_text, value_text
from segmentation.personas import Persona
from segmentation.reports import pictures
from segmentation.reports.facts import Facts
from segmentation.reports.html_report.charts import draw
from segmentation.reports.html_report.svg import mark, safe_html
from segmentation.reports.pictures import Picture
from segmentation.reports.spread import spread_pictures

__all__ = ["make_html"]

_LONG = 12
"""A figure with more rows than this in its table may be broken over two printed pages."""

_MANY = 7
"""A table with more columns than this gets smaller type."""

_STYLE = Path(__file__).with_name("style.css").read_text(encoding="utf-8")


def make_html(facts: Facts, progress: Progress | None = None) -> bytes:
    """The facts → one .html file as UTF-8 bytes."""
    if progress is not None:
        progress(0.1, "Drawing the charts")
    digest = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'; form-action 'none'"
    parts = [
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="referrer" content="no-referrer">',
        f"<title>{safe_html(facts.title)}</title>",
        f"<style>{_STYLE}</style>\n</head>\n<body>\n<main>",
        *_opening(facts),
        *_overview(facts),
        *(part for persona in facts.personas for part in _persona(facts, persona)),
        *_comparison(facts),
        *_trust(facts),
        *_making(facts),
        "</main>\n</body>\n</html>\n",
    ]
    return "\n".join(parts).encode()


def _opening(facts: Facts) -> Iterable[str]:
    yield f'<header><h1>{safe_html(facts.title)}</h1><p class="answer">{safe_html(facts.answer)}</p>'
    yield f'<p class="state">{safe_html(facts.state, longest=600)}</p><p class="quiet">{facts.day}</p></header>'
    links = [("overview", "Overview")]
    links += [(f"persona-{persona.segment}", persona.name) for persona in facts.personas]
    links += [("comparison", "The personas compared"), ("sure", "How sure we are"), ("made", "How it was made")]
    items = "".join(f'<li><a href="#{target}">{safe_html(label)}</a></li>' for target, label in links)
    yield f'<nav aria-label="Contents"><ul>{items}</ul></nav>'
    yield from (f'<p class="note">{safe_html(note)}</p>' for note in facts.notes)


def _overview(facts: Facts) -> Iterable[str]:
    yield '<section id="overview"><h2>Overview</h2>'
    yield _figure(pictures.sizes(facts))
    yield _figure(pictures.differences(facts))
    yield "</section>"


def _persona(facts: Facts, persona: Persona) -> Iterable[str]:
    colour, symbol = facts.palette.colour(persona.segment), facts.palette.symbol(persona.segment)
    icon = f'<svg viewBox="-6 -6 12 12" aria-hidden="true">{mark(0, 0, symbol, fill=colour)}</svg>'
    yield f'<section class="persona" id="persona-{persona.segment}">'
    yield f'<h2><span class="who">{icon}<span>{safe_html(persona.name)}</span></span></h2>'
    if persona.segment in facts.hidden:
        yield f"{_paragraphs(persona.sentences)}</section>"
        return
    yield f'<div class="big"><div><strong>{safe_html(facts.share_text(persona))}</strong>of the customers</div>'
    yield f"<div><strong>{safe_html(facts.size_text(persona))}</strong>customers</div></div>"
    yield _paragraphs(persona.sentences)
    yield _figure(pictures.standout(facts, persona))
    if persona.claims:
        yield f"<h3>What supports this</h3>{_table(_claims(facts, persona))}"
        yield '<p class="quiet">Fits: share of this persona that meets the condition. Only here: share of all who meet '
        yield "it that belong to this persona. Effect: difference from everyone in standard deviations.</p>"
    if persona.against:
        yield f"<h3>What speaks against it</h3>{_list(persona.against)}"
    if persona.actions:
        yield f'<h3>Ideas</h3><p class="quiet">Suggestions to discuss, not findings.</p>{_list(persona.actions)}'
    yield "</section>"


def _claims(facts: Facts, persona: Persona) -> pd.DataFrame:
    rows = []
    for claim in persona.claims:
        kind = "share" if claim.kind == "boolean" or claim.statistic == "share" else claim.kind
        value, everyone = (value_text(each, kind=kind, unit=claim.unit) for each in (claim.value, claim.everyone))
        if claim.kind == "boolean":
            value = facts.share_of(claim.feature, claim.value, persona)
        rows.append(
            {
                "Figure": f"{claim.label} ({claim.statistic})",
                "Here": value,
                "Everyone": everyone,
                "Effect": effect_text(claim.effect),
                "Condition": claim.fits,
                "Fits": share_text(claim.coverage),
                "Only here": share_text(claim.exclusivity),
            }
        )
    return pd.DataFrame(rows).set_index("Figure")


def _comparison(facts: Facts) -> Iterable[str]:
    drawn = [*spread_pictures(facts), pictures.centre_gaps(facts), pictures.map_points(facts)]
    yield '<section id="comparison"><h2>The personas compared</h2>'
    yield from (_figure(picture) for picture in drawn if picture is not None)
    yield "</section>"


def _trust(facts: Facts) -> Iterable[str]:
    yield f'<section id="sure"><h2>How sure we are</h2>{_list(facts.sure)}'
    lines = pictures.comparison_lines(facts)
    yield from (_figure(picture, table=picture is lines[-1]) for picture in lines)
    yield "</section>"


def _making(facts: Facts) -> Iterable[str]:
    yield f'<section id="made"><h2>How it was made</h2>{_list(facts.made)}'
    recipe = facts.recipe.set_index("label").drop(columns="feature").rename_axis("feature")
    shown = pd.DataFrame(
        {str(name).capitalize(): [_cell(value) for value in recipe[name]] for name in recipe.columns},
        index=recipe.index.rename("Feature"),
    )
    yield f"<h3>Preparation of every feature</h3>{_table(shown)}"
    stamp = pd.DataFrame({"Value": dict(facts.stamp)}).rename_axis("To make it again")
    yield f'<h3>To make it again</h3><div class="stamp">{_table(stamp)}</div></section>'


def _figure(picture: Picture, *, table: bool = True) -> str:
    name = safe_html(f"figure-{picture.key}")
    below = _table(picture.shown) if table else ""
    long = ' class="long"' if len(picture.shown) > _LONG else ""
    return (
        f'<figure{long} aria-labelledby="{name}"><h3 id="{name}">{safe_html(picture.title)}</h3>'
        f'<div class="scroll">{draw(picture)}</div>'
        f"<figcaption>{safe_html(picture.caption)}</figcaption>{below}</figure>"
    )


def _table(shown: pd.DataFrame) -> str:
    """A table of text: the index first, words to the left, figures to the right."""
    words, left = {"Why", "Transformation", "Condition", "Value"} & set(shown.columns), ' class="words"'
    head = "".join(
        f'<th scope="col"{left if name in words else ""}>{safe_html(name)}</th>'
        for name in (shown.index.name or "", *shown.columns)
    )
    rows = []
    for label, cells in zip(shown.index, shown.itertuples(index=False), strict=True):
        parts = (
            f'<td class="words">{safe_html(cell)}</td>' if name in words else f"<td>{safe_html(cell)}</td>"
            for name, cell in zip(shown.columns, cells, strict=True)
        )
        rows.append(f'<tr><th scope="row">{safe_html(label)}</th>{"".join(parts)}</tr>')
    wide = ' class="wide"' if shown.shape[1] > _MANY else ""
    body = f"<table{wide}><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"
    return f'<div class="scroll" tabindex="0" role="group" aria-label="Table">{body}</div>'


def _cell(value: Any) -> str:
    if isinstance(value, float):
        return value_text(value) if pd.notna(value) else "–"
    return "–" if value is None else str(value)


def _paragraphs(lines: Iterable[str]) -> str:
    return "".join(f"<p>{safe_html(line)}</p>" for line in lines)


def _list(lines: Iterable[str]) -> str:
    return f"<ul>{''.join(f'<li>{safe_html(line)}</li>' for line in lines)}</ul>"
