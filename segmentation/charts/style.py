"""How every picture looks: titles, axes, ticks, no fixed background; the colours of segments are in `palette`."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray
from plotly.colors import sample_colorscale, unlabel_rgb

from segmentation.core.text import plain_text, plot_text

__all__ = [
    "DIVERGING",
    "Scale",
    "finish",
    "for_phone",
    "percent_ticks",
    "shortened",
    "tick_labels",
    "write_in_cells",
]

Scale = Sequence[tuple[float, str]]
"""Colours and where they stand (0…1)."""

# Blue (below everyone) through a neutral grey to orange (above everyone).
DIVERGING = ((0.0, "#0B5FA5"), (0.25, "#7FB2DB"), (0.5, "#E9E9E7"), (0.75, "#F2B27A"), (1.0, "#C4560A"))

_INK, _WHITE = "#1C2530", "#FFFFFF"

_LINE = 20
"""Pixels of a line of a title."""
_UPRIGHT = 22
"""Letters of an upright label above a heatmap, on a phone."""
_BEHIND = 1.2
"""So much longer is an axis on a phone, where what is written behind a bar takes more of it."""


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


def for_phone(figure: go.Figure) -> go.Figure:
    """The same picture for a narrow screen: nothing stands over anything else, and nothing is cut off."""
    return _room_behind_bars(_two_lines_above_cells(_wrapped_title(figure)))


def _two_lines_above_cells(figure: go.Figure) -> go.Figure:
    """Labels that stand upright above the cells of a heatmap: two lines of each, no wider than a cell."""
    heat = next((trace for trace in figure.data if trace.type == "heatmap"), None)
    if heat is None or figure.layout.xaxis.side != "top":
        return figure
    texts = []
    for tick in map(str, heat.x):
        first, *rest = textwrap.wrap(tick.replace("<br>", " "), _UPRIGHT, break_long_words=False) or [""]
        second = textwrap.shorten(" ".join(rest), _UPRIGHT, placeholder="…")
        texts.append(f"{first}<br>{second}" if rest else first)
    return figure.update_xaxes(tickmode="array", tickvals=list(heat.x), ticktext=texts, tickangle=90)


def _room_behind_bars(figure: go.Figure) -> go.Figure:
    """What is written behind the longest bar stands inside the picture, and ticks in percent lie flat."""
    behind = any(trace.type == "bar" and trace.textposition == "outside" for trace in figure.data)
    axis = figure.layout.xaxis
    if not behind or axis.range is None or axis.range[0] != 0:
        return figure
    figure.update_xaxes(range=[0, _BEHIND * axis.range[1]])
    if axis.tickvals is not None and set(axis.tickvals) >= {0, 1}:
        figure.update_xaxes(tickvals=[0, 1], tickangle=0)
    return figure


def _wrapped_title(figure: go.Figure, letters: int = 44) -> go.Figure:
    """The title in lines of so many letters, with room for them."""
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


def write_in_cells(figure: go.Figure, texts: Sequence[Sequence[str]], scale: Scale) -> go.Figure:
    """Text on the cells of a heatmap, row by row, each dark or white: whichever is easier to read on its cell.

    figure: its first trace is the heatmap, whose range (zmin, zmax) has the colours of `scale`.
    """
    heat = figure.data[0]
    places = (np.array(heat.z, dtype=np.float64).ravel() - heat.zmin) / (heat.zmax - heat.zmin)
    grounds = sample_colorscale([list(step) for step in scale], np.nan_to_num(np.clip(places, 0, 1)).tolist())
    return figure.add_scatter(
        x=[tick for _ in heat.y for tick in heat.x],
        y=[tick for tick in heat.y for _ in heat.x],
        text=[text for row in texts for text in row],
        mode="text",
        textfont={"color": [_ink_on(np.array(unlabel_rgb(ground))) for ground in grounds], "size": 12},
        hoverinfo="skip",
        showlegend=False,
    )


def _ink_on(ground: NDArray[np.float64]) -> str:
    """Dark or white, by the contrast with a ground of red, green and blue (0…255): WCAG 2.2, relative luminance."""
    dark, white = _luminance(np.array([0x1C, 0x25, 0x30])), 1.0
    own = _luminance(ground)
    return _INK if (own + 0.05) / (dark + 0.05) >= (white + 0.05) / (own + 0.05) else _WHITE


def _luminance(colour: NDArray[np.float64]) -> float:
    share = np.asarray(colour) / 255
    linear = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
    return float(linear @ np.array([0.2126, 0.7152, 0.0722]))


def tick_labels(names: Sequence[Any], labels: Mapping[Any, str], *, longest: int = 32, wrap: int = 0) -> list[str]:
    """One different tick text a name, also when two names share a label; `wrap` breaks lines after so many letters."""
    seen: dict[str, int] = {}
    texts = []
    for text in shortened([labels.get(name, name) for name in names], longest):
        text = "<br>".join(textwrap.wrap(text, wrap, break_long_words=False)) if wrap else text
        seen[text] = seen.get(text, 0) + 1
        # Hair spaces: equal to the eye, different to plotly, which would put equal texts on one tick.
        texts.append(text + "\u200a" * (seen[text] - 1))
    return texts


def shortened(texts: Iterable[Any], longest: int) -> list[str]:
    """Texts for plotly of at most so many letters: cut at the end, or in the middle where they begin much alike."""
    whole = [plain_text(text, longest=200) for text in texts]
    begin, end = 3 * longest // 4, longest // 2
    times = Counter(text[:begin] for text in dict.fromkeys(whole))
    cut = [
        f"{text[: longest - end - 1].rstrip()}…{text[-end:].lstrip()}"
        if len(text) > longest and times[text[:begin]] > 1
        else text
        for text in whole
    ]
    return [plot_text(text, longest=longest) for text in cut]
