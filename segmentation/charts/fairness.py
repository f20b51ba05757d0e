"""The picture of an audit: how frequent each group of a sensitive column is in every persona. Finished table in."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import plotly.graph_objects as go

from segmentation.charts.palette import EVERYONE, IN_ORDER, Palette
from segmentation.charts.style import finish, tick_labels
from segmentation.core.text import plot_text, share_text

__all__ = ["audit_caption", "audit_dots"]

_EVERYONE = "Everyone"
_ROW = 17
_TITLE = 44
"""Letters of a title that fit beside each other on a phone."""


def audit_dots(table: pd.DataFrame, names: Mapping[int, str], title: str, *, palette: Palette = IN_ORDER) -> go.Figure:
    """Shares with their 95 % intervals, groups from top to bottom, in each of them everyone and then the personas.

    table: columns segment (0 is everyone), group, share, low, high, hidden. A hidden cell is the word "hidden".
    """
    figure = go.Figure()
    segments, groups = list(dict.fromkeys(table["segment"])), list(dict.fromkeys(table["group"]))
    ticks = tick_labels(groups, {}, wrap=18)
    for number in segments:
        part = table[table["segment"] == number]
        share = part["share"].astype("float64")
        trace = {"y": ticks, "orientation": "h", "offsetgroup": str(number)}
        figure.add_scatter(
            **trace,
            x=share.to_numpy(),
            error_x={
                "type": "data",
                "array": (part["high"] - share).to_numpy(dtype="float64"),
                "arrayminus": (share - part["low"]).to_numpy(dtype="float64"),
            },
            mode="markers",
            name=_EVERYONE if number == 0 else plot_text(names.get(number, number)),
            marker={"color": palette.colour(number), "symbol": palette.symbol(number), "size": 9},
            customdata=[share_text(value) for value in share],
            hovertemplate="%{y}: %{customdata}",
        )
        gone = part["hidden"].to_numpy(dtype=bool)
        if gone.any():
            figure.add_scatter(
                **trace,
                x=[0.0 if away else None for away in gone],
                mode="text",
                text=[f"{palette.mark(number)} hidden" if away else "" for away in gone],
                textposition="middle right",
                textfont={"size": 11},
                showlegend=False,
                hoverinfo="skip",
            )
    for edge in range(1, len(groups)):
        figure.add_hline(y=edge - 0.5, line={"color": EVERYONE, "width": 0.5}, opacity=0.5)
    figure.update_yaxes(autorange="reversed", showgrid=False)
    figure.update_xaxes(tickformat=".0%", rangemode="tozero")
    figure.update_layout(scattermode="group", scattergap=0.25)
    x, height = "Share of the persona, 95 % interval", 210 + _ROW * len(groups) * len(segments)
    figure = finish(figure, title=title, x=x, height=height + 14 * len(segments))
    text = tick_labels([title], {}, longest=110, wrap=_TITLE)[0]
    return figure.update_layout(title={"text": text}, margin={"t": 72}, legend={"y": -80 / height, "yanchor": "top"})


def audit_caption(table: pd.DataFrame, names: Mapping[int, str], title: str) -> str:
    """The same in words: each persona with the shares of its groups."""
    parts = []
    for number, part in table.groupby("segment", sort=True):
        sentences = [
            f"{group} {'hidden' if gone else share_text(share)}"
            for group, share, gone in zip(part["group"], part["share"], part["hidden"], strict=True)
        ]
        parts.append(f"{names.get(int(str(number)), 'everyone')}: {', '.join(sentences)}")
    return f"{title}. Shares with 95 % intervals. {'; '.join(parts)}."
