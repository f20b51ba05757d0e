"""How every picture looks: titles, axes, ticks, no fixed background; the colours of segments are in `palette`."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

import plotly.graph_objects as go

from segmentation.core.text import plot_text

__all__ = [
    "DIVERGING",
    "finish",
    "percent_ticks",
    "tick_labels",
    "wrapped_title",
]

# Blue (below everyone) through a neutral grey to orange (above everyone).
DIVERGING = ((0.0, "#0B5FA5"), (0.25, "#7FB2DB"), (0.5, "#E9E9E7"), (0.75, "#F2B27A"), (1.0, "#C4560A"))


_LINE = 20
"""Pixels of a line of a title."""


def finish(figure: go.Figure, *, title: str = "", x: str = "", y: str = "", height: int | None = None) -> go.Figure:
    """Give a figure its title, axis names and the common layout; theme colours are left to the page or export."""
    figure.update_layout(
        title={"text": plot_text(title, longest=110)},
        dragmode=False,
        margin={"l": 10, "r": 10, "t": 48 if title else 16, "b": 10},
        legend={"orientation": "h", "yanchor": "top", "y": -0.2, "x": 0, "title": {"text": ""}},
        separators=".,",
        height=height,
    )
    if x:
        figure.update_xaxes(title_text=plot_text(x), automargin=True)
    if y:
        figure.update_yaxes(title_text=plot_text(y), automargin=True)
    return figure


def wrapped_title(figure: go.Figure, letters: int = 44) -> go.Figure:
    """The same picture for a narrow screen: its title in lines of so many letters, with room for them."""
    lines = textwrap.wrap(str(figure.layout.title.text or ""), letters, break_long_words=False)
    if len(lines) > 1:
        more = _LINE * (len(lines) - 1)
        figure.update_layout(title_text="<br>".join(lines), margin_t=(figure.layout.margin.t or 0) + more)
        figure.update_layout(height=None if figure.layout.height is None else figure.layout.height + more)
    return figure


def percent_ticks(figure: go.Figure) -> go.Figure:
    """Axes in percent as everywhere else, 20 %, with a blank that breaks no line; plotly writes 20%."""
    texts = {f"{number:g}%": f"{number:g}\u00a0%" for number in (*range(-100, 201), 0.5, 1.5, 2.5, 7.5, 12.5)}
    figure.for_each_xaxis(lambda axis: _relabel(axis, texts))
    figure.for_each_yaxis(lambda axis: _relabel(axis, texts))
    return figure


def _relabel(axis: Any, texts: Mapping[str, str]) -> None:
    if str(axis.tickformat or "").endswith("%"):
        axis.labelalias = dict(texts)


def tick_labels(names: Sequence[Any], labels: Mapping[Any, str], *, longest: int = 32, wrap: int = 0) -> list[str]:
    """One different tick text a name, also when two names share a label; `wrap` breaks lines after so many letters."""
    seen: dict[str, int] = {}
    texts = []
    for name in names:
        text = plot_text(labels.get(name, name), longest=longest)
        text = "<br>".join(textwrap.wrap(text, wrap, break_long_words=False)) if wrap else text
        seen[text] = seen.get(text, 0) + 1
        # Hair spaces: equal to the eye, different to plotly, which would put equal texts on one tick.
        texts.append(text + "\u200a" * (seen[text] - 1))
    return texts
