"""Pictures that help to choose the settings of a method: distances to neighbours, BIC and AIC, the top of a tree.

Every function takes a finished table and computes nothing.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from segmentation.charts.palette import EVERYONE, IN_ORDER
from segmentation.charts.style import finish
from segmentation.core.text import count_text, counted, number_text, share_text

__all__ = ["criteria_curves", "dendrogram", "k_distance"]

_LINE, _HINT = "#0072B2", "#C4560A"
_HEIGHT = 340


def k_distance(
    curve: pd.DataFrame, *, hint: float | None, chosen: float, neighbour: int, within: float, top: float, title: str
) -> go.Figure:
    """Columns share and distance, rising, drawn up to `top`; the hint for eps as an arrow, the chosen eps dotted."""
    figure = go.Figure()
    figure.add_scatter(
        x=curve["share"].to_numpy(),
        y=curve["distance"].to_numpy(),
        mode="lines",
        line={"color": _LINE, "width": 2.5},
        customdata=[
            [share_text(share), number_text(distance)]
            for share, distance in zip(curve["share"], curve["distance"], strict=True)
        ],
        hovertemplate="%{customdata[0]} of customers: within %{customdata[1]}<extra></extra>",
    )
    figure.add_hline(
        y=chosen,
        line={"dash": "dot", "color": EVERYONE, "width": 1.5},
        annotation={"text": f"chosen: {number_text(chosen)} ({share_text(within)} in dense places)", "x": 0.01},
        annotation_position="top left",
    )
    if hint is not None:
        figure.add_annotation(
            x=float(curve["share"].iloc[int((curve["distance"] - hint).abs().to_numpy().argmin())]),
            y=hint,
            text=f"bend at {number_text(hint)} (a hint)",
            font={"color": _HINT},
            arrowcolor=_HINT,
            ax=-60,
            ay=-55,
        )
    figure.update_xaxes(tickformat=".0%", range=[0, 1.01])
    figure.update_yaxes(range=[0, top])
    figure.update_layout(showlegend=False)
    return finish(
        figure,
        title=title,
        x="Share of customers, the most crowded first",
        y=f"Distance to neighbour {count_text(neighbour)} (standardised)",
        height=_HEIGHT,
    )


def criteria_curves(table: pd.DataFrame, *, chosen: int, lowest: int | None, title: str) -> go.Figure:
    """Columns bic and aic by k (index): two lines, told apart by colour, dash and marker; the lowest BIC marked."""
    figure = go.Figure()
    for name, label, colour, dash, symbol in (
        ("bic", "BIC", _LINE, "solid", "circle"),
        ("aic", "AIC", _HINT, "dot", "diamond"),
    ):
        values = table[name].dropna()
        figure.add_scatter(
            x=values.index.to_numpy(),
            y=values.to_numpy(),
            mode="lines+markers",
            name=label,
            line={"color": colour, "dash": dash},
            marker={"color": colour, "symbol": symbol, "size": 8},
            customdata=[number_text(value) for value in values],
            hovertemplate=f"%{{x}} segments: {label} %{{customdata}}<extra></extra>",
        )
    if chosen in table.index:
        figure.add_vline(x=chosen, line={"dash": "dot", "color": EVERYONE, "width": 1.5})
    if lowest is not None:
        figure.add_annotation(x=lowest, y=table["bic"].loc[lowest], text=f"lowest BIC at {lowest}", ax=0, ay=-40)
    figure.update_xaxes(dtick=1, zeroline=False)
    figure.update_yaxes(tickformat=",")
    return finish(figure, title=title, x="Number of segments", y="BIC and AIC (lower is better)", height=_HEIGHT)


def dendrogram(branches: pd.DataFrame, *, k: int, cut: float, title: str) -> go.Figure:
    """Branches as `aids.tree` has them: brackets in the colours of the segments below the cut, grey above it."""
    figure = go.Figure()
    joints = branches[branches["left"].notna()]
    for segment in sorted(set(joints["segment"]), reverse=True):
        part = joints[joints["segment"] == segment]
        gap = np.full(len(part), np.nan)
        xs = np.stack([part["left"], part["left"], part["right"], part["right"], gap], axis=1)
        ys = np.stack([part["left_height"], part["height"], part["height"], part["right_height"], gap], axis=1)
        figure.add_scatter(
            x=xs.ravel(),
            y=ys.ravel(),
            mode="lines",
            line={"color": IN_ORDER.colour(int(segment)), "width": 2},
            name=f"Segment {segment}" if segment else "Above the cut",
            hoverinfo="skip",
        )
    figure.add_scatter(
        x=joints["x"].to_numpy(),
        y=joints["height"].to_numpy(),
        mode="markers",
        marker={"size": 6, "color": [IN_ORDER.colour(number) for number in joints["segment"]]},
        customdata=[
            [count_text(size), number_text(height)]
            for size, height in zip(joints["size"], joints["height"], strict=True)
        ],
        hovertemplate="%{customdata[0]} customers joined at %{customdata[1]}<extra></extra>",
        showlegend=False,
    )
    figure.add_hline(
        y=cut,
        line={"dash": "dash", "color": _HINT, "width": 1.5},
        annotation={"text": f"cut: {counted(k, 'segment')}", "font": {"color": _HINT}},
        annotation_position="top right",
    )
    leaves = branches[branches["left"].isna()]
    below = branches[branches["segment"] > 0]
    for segment, top in below.loc[below.groupby("segment")["size"].idxmax()].set_index("segment").iterrows():
        figure.add_annotation(
            x=float(top["x"]),
            y=float(top["height"]),
            yshift=11,
            text=f"<b>{int(str(segment))}</b>",
            font={"color": IN_ORDER.colour(int(str(segment))), "size": 13},
            bgcolor="rgba(255, 255, 255, 0.85)",
            borderpad=1,
            showarrow=False,
        )
    figure.update_xaxes(
        tickmode="array",
        tickvals=leaves["x"].to_numpy(),
        ticktext=[count_text(size) for size in leaves["size"]],
        tickangle=-90,
        tickfont={"size": 10},
        showgrid=False,
        zeroline=False,
    )
    figure.update_yaxes(rangemode="tozero")
    figure.update_layout(showlegend=False)
    return finish(
        figure,
        title=title,
        x="Customers in each branch",
        y="Height of the join (distance)",
        height=_HEIGHT + 60,
    )
