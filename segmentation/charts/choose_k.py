"""Pictures of the comparison: one figure by k each, sizes at every k, silhouettes of every customer at one k.

Every function takes a finished table and computes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from segmentation.charts.palette import EVERYONE, IN_ORDER, Palette
from segmentation.charts.style import finish
from segmentation.core.text import counted, number_text, share_text

__all__ = [
    "elbow_curve",
    "gap_curve",
    "metric_curve",
    "silhouette_curve",
    "silhouette_plot",
    "size_bars",
    "stability_curve",
]

LINE = "#0072B2"
HINT = "#C4560A"
_HEIGHT = 340
_HOVER = "%{x} segments: %{customdata}<extra></extra>"


def metric_curve(values: pd.Series, *, chosen: int, title: str, y: str, digits: int = 3) -> go.Figure:
    """One figure by k (index k), with the chosen k marked."""
    figure = go.Figure(_line(values, y, digits))
    _mark(figure, chosen)
    return _by_k(figure, values, title, y)


def elbow_curve(table: pd.DataFrame, elbow: int | None, *, chosen: int, title: str) -> go.Figure:
    """Column inertia (and estimated) by k, with the elbow marked as a hint."""
    inertia = table["inertia"].dropna()
    figure = metric_curve(inertia, chosen=chosen, title=title, y="Inertia", digits=0)
    if elbow is not None:
        figure.add_annotation(
            x=elbow,
            y=inertia.loc[elbow],
            text=f"elbow at {elbow} (a hint)",
            font={"color": HINT},
            arrowcolor=HINT,
            ax=12,  # beside the line of the chosen number, which often is the elbow
            ay=-45,
            xanchor="left",
        )
    return figure


def silhouette_curve(
    table: pd.DataFrame, without_groups: pd.DataFrame | None = None, *, chosen: int, title: str
) -> go.Figure:
    """Columns silhouette and silhouette_error by k; columns mean and high of data without groups, if measured."""
    values = table["silhouette"].dropna()
    figure = go.Figure()
    measured = without_groups is not None and len(without_groups.dropna()) > 0
    if without_groups is not None and measured:
        known = without_groups.dropna()
        ks = known.index.to_numpy()
        figure.add_scatter(
            x=np.concatenate([ks, ks[::-1]]),
            y=np.concatenate([known["high"].to_numpy(), known["mean"].to_numpy()[::-1]]),
            mode="lines",
            fill="toself",
            fillcolor="rgba(138, 143, 152, 0.3)",
            line={"width": 0},
            hoverinfo="skip",
            name="The same columns without groups (mean to highest)",
        )
    line = _line(values, "Your customers", 3)
    errors = 1.96 * table["silhouette_error"].reindex(values.index).to_numpy()
    if errors.any():
        line.error_y = {"type": "data", "array": errors}
    figure.add_trace(line)
    _mark(figure, chosen)
    figure = _by_k(figure, values, title, "Mean silhouette")
    figure.update_yaxes(rangemode="tozero")  # a cut axis would make small differences look large
    return figure.update_layout(showlegend=measured)


def gap_curve(table: pd.DataFrame, stop: int | None, *, chosen: int, title: str) -> go.Figure:
    """Columns gap and gap_se by k (from 1), with the k where Tibshirani's rule stops."""
    values = table["gap"].dropna()
    line = _line(values, "Gap", 3)
    line.error_y = {"type": "data", "array": table["gap_se"].reindex(values.index).to_numpy()}
    figure = go.Figure(line)
    _mark(figure, chosen)
    if stop is not None:
        figure.add_annotation(
            x=stop, y=values.loc[stop], text=f"stops at {stop}", font={"color": HINT}, arrowcolor=HINT, ax=0, ay=45
        )
    return _by_k(figure, values, title, "Gap (log of inertia)")


def stability_curve(table: pd.DataFrame, *, chosen: int, title: str) -> go.Figure:
    """Columns stability and jaccard_min by k: agreement of the whole, and of the weakest segment."""
    shown = table[table["stability"].notna()]
    figure = go.Figure()
    for name, label, colour, dash in (
        ("stability", "Customers drawn anew", LINE, "solid"),
        ("jaccard_min", "Least stable segment", HINT, "dot"),
    ):
        line = _line(shown[name], label, 2)
        line.line = {"color": colour, "dash": dash}
        line.marker = {"color": colour, "size": 7}
        figure.add_trace(line)
    _mark(figure, chosen)
    figure.update_yaxes(range=[min(0.0, float(shown["stability"].min())), 1.05])
    return _by_k(figure, shown["stability"], title, "Agreement (1 = the same)")


def size_bars(
    table: pd.DataFrame, *, chosen: int, title: str, palettes: Mapping[int, Palette] | None = None
) -> go.Figure:
    """Columns k, segment, size, share: one bar a k, stacked from the largest segment up; figures at the chosen k.

    palettes: k → the looks of its segments.
    """
    figure, palettes = go.Figure(), palettes or {}
    for segment, part in table.groupby("segment"):
        shares = part["share"].to_numpy()
        figure.add_bar(
            x=part["k"].to_numpy(),
            y=shares,
            name=f"Segment {segment}",
            marker={
                "color": [palettes.get(int(k), IN_ORDER).colour(_number(segment)) for k in part["k"]],
                "line": {"width": 1, "color": "rgba(255, 255, 255, 0.6)"},
                "opacity": [1.0 if k == chosen else 0.55 for k in part["k"]],
            },
            text=[
                share_text(share) if share >= 0.06 and k == chosen else ""
                for k, share in zip(part["k"], shares, strict=True)
            ],
            textposition="inside",
            insidetextanchor="middle",
            customdata=[
                f"{counted(size, 'customer')} ({share_text(share)})"
                for size, share in zip(part["size"], shares, strict=True)
            ],
            hovertemplate="%{x} segments, segment " + str(segment) + ": %{customdata}<extra></extra>",
        )
    figure.update_layout(barmode="stack", bargap=0.25, showlegend=False)
    figure.update_yaxes(tickformat=".0%", range=[0, 1])
    return _by_k(figure, table.set_index("k")["share"], title, "Share of customers")


def silhouette_plot(profile: pd.DataFrame, mean: float, *, title: str, palette: Palette = IN_ORDER) -> go.Figure:
    """Columns segment, position, silhouette: every customer as a thin bar, segment by segment, with the mean of all."""
    figure = go.Figure()
    for segment, part in profile.groupby("segment"):
        figure.add_scatter(
            x=part["silhouette"].to_numpy(),
            y=part["position"].to_numpy(),
            fill="tozerox",
            mode="lines",
            line={"width": 1, "color": palette.colour(_number(segment))},
            name=f"Segment {segment}",
            hovertemplate=f"Segment {segment}: silhouette " + "%{x:.2f}<extra></extra>",
        )
        figure.add_annotation(
            x=0,
            y=float(part["position"].median()),
            text=f"{segment} ",
            showarrow=False,
            xanchor="right",
        )
    figure.add_vline(
        x=mean,
        line={"dash": "dash", "color": EVERYONE},
        annotation={"text": f"mean {mean:.2f}", "yanchor": "bottom", "xanchor": "center"},
    )
    figure.update_yaxes(range=[1, 0], showticklabels=False, showgrid=False, zeroline=False)
    figure = finish(figure, title=title, x="Silhouette (below 0: nearer to another segment)", height=_HEIGHT + 40)
    return figure.update_layout(showlegend=False)


def _line(values: pd.Series, name: str, digits: int) -> go.Scatter:
    return go.Scatter(
        x=values.index.to_numpy(),
        y=values.to_numpy(dtype=float),
        mode="lines+markers",
        name=name,
        line={"color": LINE},
        marker={"size": 7, "color": LINE},
        customdata=[f"{value:,.{digits}f}" if digits else number_text(value) for value in values],
        hovertemplate=_HOVER,
    )


def _mark(figure: go.Figure, chosen: int) -> None:
    figure.add_vline(x=chosen, line={"dash": "dot", "color": EVERYONE, "width": 1.5})


def _by_k(figure: go.Figure, values: pd.Series, title: str, y: str) -> go.Figure:
    figure.update_xaxes(dtick=1, range=[min(values.index) - 0.5, max(values.index) + 0.5], zeroline=False)
    figure = finish(figure, title=title, x="Number of segments", y=y, height=_HEIGHT)
    # Above the picture, where no axis title is; on a phone in two lines, below the title all the same.
    legend = {"y": 1.0, "yanchor": "bottom", "x": 0}
    above = (84 if len(figure.data) > 1 else 48) - (0 if title else 36)
    figure.update_layout(hovermode="closest", legend=legend, margin_t=above)
    return figure.update_layout(title={"y": 1.0, "yref": "container", "yanchor": "top", "pad": {"t": 14}})


def _number(segment: object) -> int:
    return int(str(segment))
