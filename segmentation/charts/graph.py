"""What a graph of customers falls into at different resolutions. Nothing is computed here."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from segmentation.charts.palette import EVERYONE, SEGMENT_COLOURS
from segmentation.charts.style import finish
from segmentation.core.text import counted, number_text

__all__ = ["resolution_caption", "resolution_lines"]


def resolution_lines(table: pd.DataFrame) -> go.Figure:
    """Number of communities (left axis) and modularity (right axis) over the resolution; the chosen one is marked.

    `table`: the result of `resolutions`.
    """
    figure = go.Figure()
    for column, colour, symbol, axis, hover in (
        ("communities", SEGMENT_COLOURS[0], "circle", "y", "%{y:,.0f} communities at %{x}"),
        ("modularity", SEGMENT_COLOURS[5], "diamond", "y2", "modularity %{y:.3f} at %{x}"),
    ):
        figure.add_scatter(
            x=table["resolution"].to_numpy(),
            y=table[column].to_numpy(),
            name=column.capitalize(),
            yaxis=axis,
            mode="lines+markers",
            line={"color": colour, "dash": "solid" if axis == "y" else "dash"},
            marker={"symbol": symbol, "size": 8},
            hovertemplate=f"{hover}<extra></extra>",
        )
    for value in table.loc[table["chosen"], "resolution"]:
        figure.add_vline(x=value, line={"color": EVERYONE, "dash": "dot"})
    figure = finish(figure, title="A level stretch is a number that holds", x="Resolution", height=360)
    ticks = table["resolution"].to_numpy()[::2]
    figure.update_xaxes(type="log", tickvals=ticks, ticktext=[number_text(value) for value in ticks])
    return figure.update_layout(
        yaxis={"title": {"text": "Communities"}, "rangemode": "tozero", "automargin": True},
        yaxis2={
            "title": {"text": "Modularity"},
            "overlaying": "y",
            "side": "right",
            "range": [0, 1],
            "showgrid": False,
            "automargin": True,
        },
        legend={"y": -0.25},
    )


def resolution_caption(table: pd.DataFrame) -> str:
    """The chosen resolution, and all others, in words."""
    each = [
        f"{number_text(value)}: {groups:,} (modularity {number_text(quality)})"
        for value, groups, quality in zip(table["resolution"], table["communities"], table["modularity"], strict=True)
    ]
    chosen = table[table["chosen"]].iloc[0].to_dict()
    count = int(chosen["communities"])
    return (
        f"Lines over the resolution. At {number_text(chosen['resolution'])}, the chosen one: "
        f"{counted(count, 'community', 'communities')}. All: {'; '.join(each)}."
    )
