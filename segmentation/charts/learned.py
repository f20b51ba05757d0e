"""Pictures of the path by learned features: the loss round by round, and the steps of the tree."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from segmentation.charts.palette import EVERYONE
from segmentation.charts.style import finish
from segmentation.core.text import number_text

__all__ = ["loss_curve", "tree_steps"]

_LINE, _MARKED = "#0072B2", "#C4560A"


def loss_curve(table: pd.DataFrame, *, rounds: int, title: str, y: str) -> go.Figure:
    """Columns round and loss; the axis runs to the last of all `rounds` from the start, so that one sees it coming."""
    figure = go.Figure()
    figure.add_scatter(
        x=table["round"].to_numpy(),
        y=table["loss"].to_numpy(),
        mode="lines",
        line={"color": _LINE, "width": 2.5},
        customdata=[number_text(loss) for loss in table["loss"]],
        hovertemplate="Round %{x}: %{customdata}<extra></extra>",
    )
    figure.update_xaxes(range=[0, rounds + 1])
    figure.update_yaxes(rangemode="tozero" if table["loss"].min() < 0.5 * table["loss"].max() else "normal")
    figure.update_layout(showlegend=False)
    return finish(figure, title=title, x="Round through the data (epoch)", y=y, height=300)


def tree_steps(table: pd.DataFrame, *, chosen: int, title: str) -> go.Figure:
    """Column step by number of groups (index): a bar each, the chosen number marked."""
    figure = go.Figure()
    figure.add_bar(
        x=table.index.to_numpy(),
        y=table["step"].to_numpy(),
        marker={"color": [_MARKED if k == chosen else EVERYONE for k in table.index]},
        customdata=[
            [number_text(height), number_text(step)]
            for height, step in zip(table["height"], table["step"], strict=True)
        ],
        hovertemplate="%{x} groups: joining two of them costs %{customdata[0]}, "
        "%{customdata[1]} more than the join before<extra></extra>",
    )
    figure.update_xaxes(dtick=1)
    figure.update_layout(showlegend=False, bargap=0.35)
    return finish(figure, title=title, x="Number of groups", y="Step to the next join", height=300)
