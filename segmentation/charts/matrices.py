"""Heatmaps of the segments: what sets each apart, and how far they are from each other. Nothing is computed here."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import plotly.graph_objects as go

from segmentation.charts.style import DIVERGING, Scale, finish, tick_labels, write_in_cells
from segmentation.core.text import effect_text, number_text

__all__ = ["difference_heatmap", "distance_matrix"]

Names = Mapping[int, str]
_ROW = 26
_LINE = 15
"""Height of one line of the labels above the cells."""
_FAR = 2.0
"""Differences beyond this many standard deviations have the strongest colour."""
_SHADES: Scale = ((0.0, "#E9E9E7"), (1.0, "#0B5FA5"))


def difference_heatmap(effects: pd.DataFrame, names: Names, labels: Mapping[str, str]) -> go.Figure:
    """Standardised differences (index segment, a column a feature): blue below everyone, orange above."""
    x = tick_labels(list(effects.index), names, longest=60, wrap=22)
    y = tick_labels(list(effects.columns), labels)
    values = effects.T.to_numpy()
    figure = go.Figure(
        go.Heatmap(
            z=values,
            x=x,
            y=y,
            colorscale=[list(step) for step in DIVERGING],
            zmid=0,
            zmin=-_FAR,
            zmax=_FAR,
            xgap=2,
            ygap=1,
            hovertemplate="%{y}, %{x}: %{z:+.2f} standard deviations from everyone<extra></extra>",
            showscale=False,
        )
    )
    write_in_cells(figure, [[effect_text(value) for value in row] for row in values], DIVERGING)
    return _cells(figure, "What sets each persona apart", 40 + _ROW * len(y))


def distance_matrix(table: pd.DataFrame, names: Names) -> go.Figure:
    """Distances between the centres (result of `centre_distances`): light is near, so hard to tell apart."""
    ticks = tick_labels(list(table.index), names, longest=60, wrap=22)
    values = table.to_numpy()
    figure = go.Figure(
        go.Heatmap(
            z=values,
            x=ticks,
            y=ticks,
            colorscale=[list(step) for step in _SHADES],
            zmin=0,
            zmax=float(values.max()) or 1.0,
            showscale=False,
            xgap=2,
            ygap=2,
            hovertemplate="%{y} to %{x}: %{z:.2f}<extra></extra>",
        )
    )
    write_in_cells(figure, [[number_text(value) if value else "" for value in row] for row in values], _SHADES)
    return _cells(figure, "How far the personas are apart", 60 + 64 * len(ticks))


def _cells(figure: go.Figure, title: str, height: int) -> go.Figure:
    """A heatmap with its first row on top and the personas above it, below the title."""
    figure.update_yaxes(autorange="reversed", automargin=True, showgrid=False)
    figure.update_xaxes(side="top", tickfont={"size": 11}, showgrid=False, automargin=True)
    lines = max((str(tick).count("<br>") for tick in figure.data[0].x), default=0) + 1
    above = 44 + _LINE * lines
    figure = finish(figure, title=title, height=height + above)
    # On a phone the labels stand upright, and need more room below the title than was counted.
    return figure.update_layout(
        margin_t=above, title={"y": 0.99, "yanchor": "top", "yref": "container", "automargin": True}
    )
