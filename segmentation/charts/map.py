"""The customers as points on the axes of a projection: a picture with colours and symbols, never the model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import plotly.graph_objects as go

from segmentation.charts.palette import IN_ORDER, Palette
from segmentation.charts.style import finish
from segmentation.core.text import plot_text, share_text
from segmentation.evaluation.projection import Projection

__all__ = ["projection_plot"]

# The symbols that plotly's three-dimensional scatter knows.
_SYMBOLS_3D = {"circle": "circle", "diamond": "diamond", "square": "square", "cross": "cross", "x": "x"}


def projection_plot(projection: Projection, names: Mapping[int, str], *, palette: Palette = IN_ORDER) -> go.Figure:
    """The points of a projection by segment, with the centres as large outlined marks; two or three axes.

    Points in no segment (0) are drawn first, in grey.
    """
    solid = "z" in projection.points
    axes = ["x", "y", "z"] if solid else ["x", "y"]
    figure = go.Figure()
    draw = figure.add_scatter3d if solid else figure.add_scatter  # not with WebGL: remote desktops often have none
    noise = [0] if (projection.points["segment"] == 0).any() else []
    for number in [*noise, *projection.centres.index.to_list()]:
        part = projection.points[projection.points["segment"] == number]
        draw(
            **{axis: part[axis].to_numpy() for axis in axes},
            mode="markers",
            name=plot_text(names.get(number, number) if number else "In no segment (noise)"),
            legendgroup=str(number),
            marker=_marker(palette, number, solid, size=3 if solid else 5, opacity=0.55),
            customdata=[str(name) for name in part.index],
            text=[plot_text(name) for name in part.index],
            hovertemplate="%{text}<extra></extra>",
        )
    for number in projection.centres.index.to_list():
        draw(
            **{axis: projection.centres.loc[[number], axis].to_numpy() for axis in axes},
            mode="markers",
            name=plot_text(names.get(number, number)),
            legendgroup=str(number),
            showlegend=False,
            marker={
                **_marker(palette, number, solid, size=9 if solid else 17, opacity=1.0),
                "line": {"color": "#ffffff", "width": 2},
            },
            hovertemplate="centre of %{fullData.name}<extra></extra>",
        )
    titles = {
        axis: f"component {index} ({share_text(share)} of variance)"
        for index, (axis, share) in enumerate(zip(axes, projection.shares, strict=True), start=1)
    }
    title = "The customers on the directions in which they differ most"
    figure = finish(figure, title=title, height=600)
    if solid:
        plain = {"showbackground": False, "showticklabels": False}
        figure.update_layout(
            scene={f"{axis}axis": {"title": {"text": text}, **plain} for axis, text in titles.items()}
            | {"aspectmode": "cube"},
            dragmode="turntable",
            legend={"y": -0.02, "itemsizing": "constant"},
        )
        return figure
    figure.update_xaxes(title_text=titles["x"], zeroline=False)
    figure.update_yaxes(title_text=titles["y"], zeroline=False)
    return figure.update_layout(legend={"y": -0.14, "itemsizing": "constant"})


def _marker(palette: Palette, number: int, solid: bool, *, size: int, opacity: float) -> dict[str, Any]:
    symbol = palette.symbol(number)
    shown = _SYMBOLS_3D.get(symbol, "circle") if solid else symbol
    return {"color": palette.colour(number), "symbol": shown, "size": size, "opacity": opacity}
