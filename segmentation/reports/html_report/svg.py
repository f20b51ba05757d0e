"""Small drawing parts: text, labels, axes and marks as SVG, with every text escaped.

Colours that follow the light or dark theme are classes of the style sheet; segment colours are attributes. Nothing
uses a style attribute, so that the report's content security policy can forbid them.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from html import escape
from typing import Any

from segmentation.core.text import formula_safe_prose, plain_text

__all__ = ["drawing", "line", "mark", "rect", "safe_html", "text", "wrapped"]

_LINE_HEIGHT = 15
_SHAPES = {
    "circle": "M-4 0a4 4 0 1 0 8 0a4 4 0 1 0 -8 0z",
    "diamond": "M0-5L5 0L0 5L-5 0z",
    "square": "M-4-4h8v8h-8z",
    "triangle-up": "M0-5L5 4h-10z",
    "cross": "M-1.5-5h3v3.5h3.5v3h-3.5v3.5h-3v-3.5h-3.5v-3h3.5z",
    "x": "M-5-3l2-2l3 3l3-3l2 2l-3 3l3 3l-2 2l-3-3l-3 3l-2-2l3-3z",
    "star": "M0-6L1.7-2L6-2L2.6 1L4 5.5L0 3L-4 5.5L-2.6 1L-6-2L-1.7-2z",
    "pentagon": "M0-5L5-1.2L3 4.5h-6L-5-1.2z",
    "hexagon": "M-2.5-4.5h5L5 0L2.5 4.5h-5L-5 0z",
    "bowtie": "M-5-4L0 0L5-4v8L0 0L-5 4z",
}


def drawing(width: float, height: float, alt: str, parts: Iterable[str]) -> str:
    """A finished picture with its text alternative, as wide as the page allows."""
    return (
        f'<svg viewBox="0 0 {width:g} {height:g}" role="img" aria-label="{safe_html(alt, longest=2000)}" '
        f'xmlns="http://www.w3.org/2000/svg">{"".join(parts)}</svg>'
    )


def text(x: float, y: float, words: Any, *, anchor: str = "start", kind: str = "") -> str:
    """One line of text; kind is a class of the style sheet ("quiet", "strong")."""
    name = f' class="{kind}"' if kind else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{name}>{safe_html(words)}</text>'


def wrapped(
    x: float, y: float, words: Any, *, letters: int, lines: int = 2, anchor: str = "end", kind: str = ""
) -> str:
    """Text on at most `lines` lines of about `letters` letters, its middle at height y; longer text ends in "…"."""
    full = plain_text(words)
    rows = textwrap.wrap(full, letters, max_lines=lines, placeholder=" …", break_long_words=True) or [""]
    top = y + 4.5 - (len(rows) - 1) * _LINE_HEIGHT / 2
    drawn = "".join(text(x, top + step * _LINE_HEIGHT, row, anchor=anchor, kind=kind) for step, row in enumerate(rows))
    return f"<g><title>{safe_html(full)}</title>{drawn}</g>"


def rect(x: float, y: float, width: float, height: float, **look: Any) -> str:
    """A rectangle; `look` gives fill, fill_opacity, class_ … as attributes."""
    size = f'x="{x:.1f}" y="{y:.1f}" width="{max(width, 0):.1f}" height="{height:.1f}"'
    return f"<rect {size}{_attributes(look)}/>"


def line(x1: float, y1: float, x2: float, y2: float, **look: Any) -> str:
    """A straight line."""
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"{_attributes(look)}/>'


def mark(x: float, y: float, symbol: str, *, scale: float = 1.0, **look: Any) -> str:
    """A small symbol, so that colour is never the only sign."""
    path = _SHAPES.get(symbol, _SHAPES["circle"])
    return f'<path d="{path}" transform="translate({x:.1f} {y:.1f}) scale({scale:g})"{_attributes(look)}/>'


def safe_html(words: Any, *, longest: int = 1000) -> str:
    """Escaped text on one line: no percent sign breaks off its figure, and no spreadsheet takes it for a formula."""
    text = formula_safe_prose(plain_text(words, longest=longest))
    return escape(text.replace(" %", "\u00a0%"), quote=True)


def _attributes(look: dict[str, Any]) -> str:
    safe = {name: escape(plain_text(value, longest=1000)) for name, value in look.items()}
    return "".join(f' {name.rstrip("_").replace("_", "-")}="{value}"' for name, value in safe.items())
