"""Pictures of a data set before anything is done to it. Every function takes a finished table and computes nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from segmentation.charts.palette import EVERYONE
from segmentation.charts.style import DIVERGING, finish, tick_labels
from segmentation.core.tables import FeatureInfo
from segmentation.core.text import count_text, counted, number_text, plot_text, share_text, value_text

__all__ = ["axis_title", "correlation_heatmap", "distribution", "pair_plot", "scatter", "share_bars", "skew_bars"]

# What deserves a look stands out of the grey.
FLAGGED = "#C4560A"
_ROW = 26
_NUMBERS = ",.12~g"
_Ranges = Mapping[str, tuple[float, float]]


def axis_title(info: FeatureInfo) -> str:
    """Label and unit of a feature, escaped for plotly: "Days since last purchase (days)"."""
    unit = {"money": info.unit or "amount", "share": "% of the time", "boolean": "1 = yes"}.get(info.kind, info.unit)
    return plot_text(f"{info.label} ({unit})" if unit and unit.lower() not in info.label.lower() else info.label)


def share_bars(table: pd.DataFrame, labels: Mapping[str, str], *, title: str, x: str, count: str) -> go.Figure:
    """One bar a column: columns column, share (0…1) and a count named `count`; largest on top."""
    texts = [
        f"{count_text(number)} ({_share(share)})" for number, share in zip(table[count], table["share"], strict=True)
    ]
    figure = go.Figure(
        go.Bar(
            x=table["share"].to_numpy(),
            y=tick_labels(list(table["column"]), labels),
            orientation="h",
            marker={"color": EVERYONE},
            text=texts,
            textposition="outside",
            hovertemplate="%{y}: %{text}<extra></extra>",
        )
    )
    figure.update_yaxes(autorange="reversed")
    figure.update_xaxes(tickformat=".2~%", range=[0, 1.5 * float(table["share"].max())])
    return finish(figure, title=title, x=x, height=110 + _ROW * max(2, len(table)))


def _share(value: float) -> str:
    return "under 0.1 %" if 0 < value < 0.0005 else share_text(value)


def skew_bars(table: pd.DataFrame, labels: Mapping[str, str], *, limit: float, title: str) -> go.Figure:
    """One bar a column for its skewness (result of `outlier_table`), with the limit as a line; beyond it in colour."""
    shown = table[table["skew"].notna()]
    skew = shown["skew"].to_numpy()
    figure = go.Figure(
        go.Bar(
            x=skew,
            y=tick_labels(list(shown["column"]), labels),
            orientation="h",
            marker={"color": [FLAGGED if abs(value) >= limit else EVERYONE for value in skew]},
            text=[number_text(value, digits=2) for value in skew],
            textposition="outside",
            cliponaxis=False,
            hovertemplate="%{y}: skewness %{text}<extra></extra>",
        )
    )
    low, high = min(0.0, *skew, -limit), max(0.0, *skew, limit)
    figure.update_xaxes(range=[low - 0.15 * (high - low), high + 0.15 * (high - low)])
    for edge in (-limit, limit):
        figure.add_vline(x=edge, line={"color": FLAGGED, "width": 1, "dash": "dot"})
    figure.update_yaxes(autorange="reversed")
    return finish(
        figure, title=title, x="Skewness (0 = symmetric)",
        height=110 + _ROW * max(2, len(shown)),
    )  # fmt: skip


def distribution(
    histogram: pd.DataFrame, box: pd.Series | None, info: FeatureInfo, *, title: str = "", x: str | None = None
) -> go.Figure:
    """Bars of a histogram with its box plot above: rows of `histogram_table` and one row of `box_table` (or None).

    Open bars at the ends are hatched and drawn a few bars wide; their label says how far they reach.
    x: title of the axis in place of the feature's own.
    """
    figure = make_subplots(rows=2, cols=1, shared_xaxes=True, row_heights=[0.16, 0.84], vertical_spacing=0.02)
    if not histogram.empty:
        _bars(figure, histogram, info)
    if box is not None:
        _box(figure, box)
    figure.update_yaxes(visible=False, row=1, col=1)
    figure.update_yaxes(title_text="Customers", rangemode="tozero", tickformat=",", row=2, col=1)
    figure.update_xaxes(title_text=plot_text(x) if x is not None else axis_title(info), row=2, col=1)
    figure.update_xaxes(tickformat=".0%" if info.kind == "share" and x is None else _NUMBERS)
    figure.update_layout(bargap=0.02, showlegend=False)
    return finish(figure, title=title, height=340)


def _bars(figure: go.Figure, histogram: pd.DataFrame, info: FeatureInfo) -> None:
    low, high = histogram["low"].to_numpy(dtype=float), histogram["high"].to_numpy(dtype=float)
    tail = histogram["tail"].to_numpy()
    inner = tail == ""
    shown = 2.0 * float(np.median(high[inner] - low[inner])) if inner.any() else 1.0
    left = np.where(tail == "below", high - shown, low)
    right = np.where(tail == "above", low + shown, high)
    texts = [
        f"{_span(start, stop, end, info)}: {counted(count, 'customer')} ({_share(share)})"
        for start, stop, end, count, share in zip(low, high, tail, histogram["count"], histogram["share"], strict=True)
    ]
    figure.add_trace(
        go.Bar(
            x=(left + right) / 2,
            width=right - left,
            y=histogram["count"].to_numpy(),
            marker={
                "color": EVERYONE,
                "pattern": {"shape": ["" if own else "/" for own in inner], "fgcolor": FLAGGED, "size": 5},
            },
            customdata=texts,
            hovertemplate="%{customdata}<extra></extra>",
        ),
        row=2,
        col=1,
    )
    for end, edge, anchor in (("above", right, "right"), ("below", left, "left")):
        if (tail == end).any():
            index = int(np.flatnonzero(tail == end)[0])
            far = _value(high[index] if end == "above" else low[index], info)
            figure.add_annotation(
                x=edge[index], y=float(histogram["count"].iloc[index]),
                text=f"up to {far}" if end == "above" else f"from {far}",
                showarrow=False, yanchor="bottom", xanchor=anchor, font={"size": 11}, row=2, col=1,
            )  # fmt: skip


def _box(figure: go.Figure, box: pd.Series) -> None:
    figure.add_trace(
        go.Box(
            q1=[box["q25"]],
            median=[box["median"]],
            q3=[box["q75"]],
            lowerfence=[box["low_whisker"]],
            upperfence=[box["high_whisker"]],
            y=[0],
            orientation="h",
            marker={"color": EVERYONE},
            line={"width": 1.5},
            name="",
            hoverinfo="x",
        ),
        row=1,
        col=1,
    )


def _value(value: float, info: FeatureInfo) -> str:
    return plot_text(value_text(value, kind="number" if info.kind == "boolean" else info.kind, unit=info.unit))


def _span(low: float, high: float, tail: str, info: FeatureInfo) -> str:
    if tail == "above":
        return f"More than {_value(low, info)}, up to {_value(high, info)}"
    if tail == "below":
        return f"Less than {_value(high, info)}, down to {_value(low, info)}"
    if high - low == 1 and low % 1 == 0.5:
        return _value(low + 0.5, info)
    return f"{_value(low, info)} to {_value(high, info)}"


_WITH_FIGURES = 24
"""Features up to which the cells of a correlation matrix have room for their figure; beyond, the pointer shows it."""


def correlation_heatmap(table: pd.DataFrame, labels: Mapping[str, str], *, title: str) -> go.Figure:
    """The lower half of a correlation matrix (d × d, −1…1): labels at the side, the same numbers below."""
    names = list(table.columns)
    numbers = [str(index + 1) for index in range(len(names))]
    rows = [f"{text}  {number}" for text, number in zip(tick_labels(names, labels), numbers, strict=True)]
    matrix = table.to_numpy(dtype=float, copy=True)
    matrix[np.triu_indices(len(names), k=0)] = np.nan
    words = np.array(tick_labels(names, labels), dtype=object)
    pairs = np.empty(matrix.shape, dtype=object)
    for row in range(len(names)):
        pairs[row, :] = [f"{words[row]} and {other}" for other in words]
    figure = go.Figure(
        go.Heatmap(
            z=matrix[:, :-1],
            x=numbers[:-1],
            y=rows,
            zmin=-1,
            zmax=1,
            colorscale=[list(stop) for stop in DIVERGING],
            customdata=pairs[:, :-1],
            hovertemplate="%{customdata}: %{z:.2f}<extra></extra>",
            texttemplate="%{z:.2f}" if len(names) <= _WITH_FIGURES else None,
            xgap=1,
            ygap=1,
            hoverongaps=False,
            colorbar={
                "orientation": "h",
                "thickness": 10,
                "yref": "container",
                "y": 0,
                "yanchor": "bottom",
                "tickvals": [-1, -0.5, 0, 0.5, 1],
            },
        )
    )
    figure.update_xaxes(type="category", showgrid=False, fixedrange=True)
    figure.update_yaxes(autorange="reversed", type="category", showgrid=False, automargin=True, fixedrange=True)
    figure = finish(figure, title=title, height=150 + 27 * max(3, len(names)))
    return figure.update_layout(margin_b=76)  # room for the numbers and, below them, the colours


def scatter(
    sample: pd.DataFrame, x: FeatureInfo, y: FeatureInfo, *, title: str, ranges: _Ranges | None = None
) -> go.Figure:
    """One point a customer for two features: n × 2 sample in original units; ranges: feature → shown interval."""
    figure = go.Figure(_points(sample, x.name, y.name, size=5))
    figure.update_xaxes(_axis(x, ranges))
    figure.update_yaxes(_axis(y, ranges))
    finish(figure, title=title, height=460)
    figure.update_xaxes(title_text=axis_title(x))
    return figure.update_yaxes(title_text=axis_title(y), automargin=True)


def pair_plot(
    sample: pd.DataFrame, histograms: Mapping[str, pd.DataFrame], infos: Sequence[FeatureInfo], *, title: str,
    ranges: _Ranges | None = None,
) -> go.Figure:  # fmt: skip
    """Every two of a few features against one another, and each one's histogram on the diagonal."""
    size = len(infos)
    figure = make_subplots(rows=size, cols=size, shared_xaxes=True, horizontal_spacing=0.02, vertical_spacing=0.02)
    for row, below in enumerate(infos):
        for column, across in enumerate(infos[: row + 1]):
            cell = {"row": row + 1, "col": column + 1}
            if row == column:
                bars = histograms[across.name]
                bars = bars[bars["tail"] == ""]
                middle, width = (bars["low"] + bars["high"]) / 2, bars["high"] - bars["low"]
                trace = go.Bar(
                    x=middle.to_numpy(),
                    y=bars["count"].to_numpy(),
                    width=width.to_numpy(),
                    marker={"color": EVERYONE},
                    hoverinfo="skip",
                )
                figure.add_trace(trace, **cell)
                figure.update_yaxes(visible=False, **cell)
            else:
                figure.add_trace(_points(sample, across.name, below.name, size=3), **cell)
                figure.update_yaxes({**_axis(below, ranges), "showticklabels": False}, **cell)
            figure.update_xaxes({**_axis(across, ranges), "showticklabels": False}, **cell)
            if row == size - 1:
                figure.update_xaxes(title={"text": _wrapped(across), "font": {"size": 11}}, **cell)
            if column == 0 and row:
                figure.update_yaxes(title={"text": _wrapped(below), "font": {"size": 11}}, **cell)
    figure.update_layout(showlegend=False)
    return finish(figure, title=title, height=140 + 130 * size)


def _points(sample: pd.DataFrame, x: str, y: str, *, size: int) -> go.Scatter:
    return go.Scatter(
        x=sample[x].to_numpy(),
        y=sample[y].to_numpy(),
        mode="markers",
        marker={"color": EVERYONE, "size": size, "opacity": 0.45},
        hovertemplate="%{x:,.4~g} · %{y:,.4~g}<extra></extra>",
        showlegend=False,
    )


def _axis(info: FeatureInfo, ranges: _Ranges | None) -> dict[str, object]:
    wanted = (ranges or {}).get(info.name)
    return {"range": list(wanted) if wanted else None, "tickformat": ".0%" if info.kind == "share" else _NUMBERS}


def _wrapped(info: FeatureInfo) -> str:
    """A label on at most three lines, for the narrow panels of a pair plot."""
    words, lines = plot_text(info.label, longest=34).split(" "), [""]
    for word in words:
        if lines[-1] and len(lines[-1]) + len(word) > 10 and len(lines) < 3:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return "<br>".join(lines)
