"""The segments as a graph: circles for segments, lines for their borders. Nothing is computed here."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from math import isnan
from typing import Any

import plotly.graph_objects as go

from segmentation.charts.palette import EVERYONE, IN_ORDER, Palette
from segmentation.charts.style import finish
from segmentation.core.text import counted, plot_text, share_text
from segmentation.evaluation.borders import Borders

__all__ = ["borders_caption", "borders_graph", "borders_words"]

Names = Mapping[int, str]
_NAMED = 9
"""So many of the strongest borders carry their figure; the others show it under the pointer."""
_LARGEST, _SMALLEST, _WIDEST = 64, 16, 14.0


def borders_graph(borders: Borders, names: Names, *, palette: Palette = IN_ORDER) -> go.Figure:
    """Segments (area by customers) and their borders (width by neighbour pairs, relative to chance)."""
    figure = go.Figure()
    places, widest = borders.segments[["x", "y"]], _widest(borders)
    for index, line in enumerate(_lines(borders)):
        start, end = places.loc[line.first], places.loc[line.second]
        figure.add_scatter(
            x=[start["x"], end["x"]],
            y=[start["y"], end["y"]],
            mode="lines",
            line={"color": EVERYONE, "width": 1 + _WIDEST * line.ratio / widest},
            opacity=0.5,
            hoverinfo="skip",
        )
        # Off the middle, where the lines across the circle would all have theirs.
        figure.add_scatter(
            x=[0.6 * start["x"] + 0.4 * end["x"]],
            y=[0.6 * start["y"] + 0.4 * end["y"]],
            mode="text" if index < _NAMED else "markers",
            marker={"size": 12, "opacity": 0},
            text=[f"<b>{share_text(line.ratio)}</b>"],
            hovertext=[
                f"{plot_text(names[line.first])} and {plot_text(names[line.second])}:<br>"
                f"{counted(line.pairs, 'neighbour pair')}, {share_text(line.ratio)} as many as with neighbours at "
                "random"
            ],
            hoverinfo="text",
        )
    _circles(figure, borders, names, palette)
    figure.update_xaxes(visible=False, range=[-1.75, 1.75], fixedrange=True)
    figure.update_yaxes(visible=False, range=[-1.6, 1.35], fixedrange=True)
    return finish(figure, title="Which personas border on each other", height=480).update_layout(showlegend=False)


def borders_words(borders: Borders, names: Names) -> str:
    """The strongest border, and who has none, in words."""
    if len(borders.segments) < 2:
        return "There is only one persona, so there are no borders."
    lines = _lines(borders)
    if not lines:
        return "No two personas touch: nobody's nearest neighbours are in another persona."
    first = lines[0]
    sentences = [
        f"{names[first.first]} and {names[first.second]} have the strongest border: "
        f"{counted(first.pairs, 'neighbour pair')} between them, {share_text(first.ratio)} as many as with neighbours "
        "at random."
    ]
    touching = {number for line in lines for number in (line.first, line.second)}
    alone = [names[number] for number in names if number in borders.segments.index and number not in touching]
    if alone:
        sentences.append(f"Without a border to any other: {', '.join(alone)}.")
    return " ".join(sentences)


def borders_caption(borders: Borders, names: Names) -> str:
    """What the picture shows, in words."""
    named = [
        f"{names[line.first]} and {names[line.second]} {counted(line.pairs, 'neighbour pair')} "
        f"({share_text(line.ratio)} of chance)"
        for line in _lines(borders)[:_NAMED]
    ]
    return f"Graph of the personas. {borders_words(borders, names)} Borders: {'; '.join(named) or 'none'}."


def _lines(borders: Borders) -> list[Any]:
    """The pairs of segments between which there is a border, the strongest first."""
    return list(borders.between[borders.between["pairs"] > 0].itertuples(index=False))


def _widest(borders: Borders) -> float:
    return float(borders.between["ratio"].max()) or 1.0


def _circles(figure: go.Figure, borders: Borders, names: Names, palette: Palette) -> None:
    largest = borders.segments["size"].max()
    for number in names:
        line = borders.segments.loc[number].to_dict()
        name = "<br>".join(textwrap.wrap(plot_text(names[number], longest=44), 18))
        size = max(_SMALLEST, _LARGEST * (line["size"] / largest) ** 0.5)
        figure.add_scatter(
            x=[line["x"]],
            y=[line["y"]],
            mode="markers+text",
            text=[f"{palette.mark(number)} {name}"],
            textposition="bottom center",
            textfont={"size": 13},
            marker={"size": size, "color": palette.colour(number), "line": {"color": "#FFFFFF", "width": 1}},
            hovertext=[
                f"{plot_text(names[number])}: {counted(line['size'], 'customer')}"
                + ("" if isnan(line["inside"]) else f", {share_text(line['inside'])} of its neighbour pairs inside")
            ],
            hoverinfo="text",
        )
