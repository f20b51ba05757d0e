"""Pictures of the segments: sizes, profiles and comparisons. Finished tables in, nothing computed.

Every function takes `names` (segment number → persona name) and, where features are shown, `labels` (feature → label).
Segment 0 in a table is everyone, drawn in grey.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import plotly.graph_objects as go

from segmentation.charts.explore import axis_title
from segmentation.charts.palette import EVERYONE, IN_ORDER, Palette
from segmentation.charts.style import (
    finish,
    tick_labels,
)
from segmentation.core.tables import FeatureInfo
from segmentation.core.text import plot_text, share_text, value_text

__all__ = [
    "box_plot",
    "descriptor_bars",
    "means_bars",
    "partition_bars",
    "radar",
    "sizes_bar",
    "snake",
]

Names = Mapping[int, str]
_EVERYONE = "Everyone"
_ROW = 26
_BAR, _LINE = 44, 20
"""Height of a bar, and of one line of the label beside it."""


def sizes_bar(table: pd.DataFrame, names: Names, *, palette: Palette = IN_ORDER) -> go.Figure:
    """One bar a segment: columns segment, size, share."""
    numbers = list(table["segment"])
    ticks = tick_labels(numbers, names, longest=60, wrap=24)
    figure = go.Figure(
        go.Bar(
            x=table["size"].to_numpy(),
            y=ticks,
            orientation="h",
            marker={"color": [palette.colour(number) for number in numbers]},
            text=[share_text(share) for share in table["share"]],
            textposition="outside",
            cliponaxis=False,
            hovertemplate="%{y}: %{x:,} customers, %{text}<extra></extra>",
        )
    )
    figure.update_yaxes(autorange="reversed")
    figure.update_xaxes(range=[0, 1.25 * float(table["size"].max())], tickformat=",")
    lines = max((tick.count("<br>") + 1 for tick in ticks), default=1)
    height = 110 + max(_BAR, _LINE * lines) * len(ticks)
    return finish(figure, title="How large each persona is", x="Customers", height=height)


def snake(effects: pd.DataFrame, names: Names, labels: Mapping[str, str], *, palette: Palette = IN_ORDER) -> go.Figure:
    """Standardised differences as one line a segment, features from top to bottom."""
    ticks = tick_labels(list(effects.columns), labels)
    figure = go.Figure()
    for number in effects.index:
        figure.add_scatter(
            x=effects.loc[number].to_numpy(),
            y=ticks,
            mode="lines+markers",
            name=plot_text(names.get(number, number)),
            line={"color": palette.colour(number), "width": 2},
            marker={"symbol": palette.symbol(number), "size": 9},
            hovertemplate="%{y}: %{x:+.2f} standard deviations from everyone",
        )
    figure.add_vline(x=0, line={"color": EVERYONE, "width": 1.5, "dash": "dot"})
    figure.update_yaxes(autorange="reversed", automargin=True)
    title = "Each line is a persona, the dotted one everyone"
    x = "Standard deviations from everyone"
    return _legend_below(finish(figure, title=title, x=x, height=190 + _ROW * len(ticks)), len(effects))


def radar(effects: pd.DataFrame, names: Names, labels: Mapping[str, str], *, palette: Palette = IN_ORDER) -> go.Figure:
    """Standardised differences as one closed line a segment; best with at most eight features."""
    ticks = tick_labels(list(effects.columns), labels, wrap=14)
    figure = go.Figure()
    for number in effects.index:
        values = effects.loc[number].to_list()
        figure.add_scatterpolar(
            r=[*values, values[0]],
            theta=[*ticks, ticks[0]],
            name=plot_text(names.get(number, number)),
            mode="lines+markers",
            line={"color": palette.colour(number), "width": 2},
            marker={"symbol": palette.symbol(number), "size": 8},
            hovertemplate="%{theta}: %{r:+.2f} standard deviations from everyone",
        )
    figure.add_scatterpolar(
        r=[0] * (len(ticks) + 1),
        theta=[*ticks, ticks[0]],
        mode="lines",
        name=_EVERYONE,
        line={"color": EVERYONE, "dash": "dot"},
        hoverinfo="skip",
    )
    figure.update_polars(bgcolor="rgba(0,0,0,0)", radialaxis={"tickfont": {"size": 11}, "angle": 90, "tickangle": 90})
    title = "The strongest features of each persona"
    figure = finish(figure, title=title, height=520)
    return _legend_below(figure.update_layout(margin={"l": 60, "r": 60, "t": 80}), len(effects) + 1)


def box_plot(
    table: pd.DataFrame, names: Names, info: FeatureInfo, *, log: bool = False, palette: Palette = IN_ORDER
) -> go.Figure:
    """One feature in every segment and for everyone, in original units: result of `box_figures` for that feature.

    The box spans the middle half, the line in it is the median, the whiskers reach from the 5th to the 95th percentile,
    the dot is the mean. `log` draws a logarithmic axis.
    """
    figure = go.Figure()
    ticks = tick_labels(list(table["segment"]), {**names, 0: _EVERYONE}, longest=60, wrap=16)
    for index, (tick, number) in enumerate(zip(ticks, table["segment"], strict=True)):
        row = slice(index, index + 1)
        figure.add_box(
            x=[tick],
            q1=table["q25"].to_numpy()[row],
            median=table["median"].to_numpy()[row],
            q3=table["q75"].to_numpy()[row],
            lowerfence=table["low"].to_numpy()[row],
            upperfence=table["high"].to_numpy()[row],
            marker={"color": palette.colour(number)},
            name=tick,
            showlegend=False,
        )
    figure.add_scatter(
        x=ticks,
        y=table["mean"].to_numpy(),
        mode="markers",
        name="Mean",
        marker={
            "color": [palette.colour(number) for number in table["segment"]],
            "size": 9,
            "symbol": "diamond-open",
            "line": {"width": 2},
        },
        hovertemplate="%{x}: mean %{y:,.4~g}<extra></extra>",
        showlegend=False,
    )
    figure.update_yaxes(type="log" if log else "linear", **_percent(info))
    title = f"{info.label}: spread within each persona"
    return finish(figure, title=title, y=axis_title(info), height=430)


def means_bars(
    table: pd.DataFrame, names: Names, info: FeatureInfo, *, figure_name: str = "mean", palette: Palette = IN_ORDER
) -> go.Figure:
    """One feature's mean (or median) in every segment, with everyone's as a line: rows of `profile` for it."""
    numbers = list(table["segment"])
    values, everyone = table[figure_name], float(table[f"everyone_{figure_name}"].iloc[0])
    figure = go.Figure(
        go.Bar(
            x=tick_labels(numbers, names, longest=60, wrap=16),
            y=values.to_numpy(),
            marker={"color": [palette.colour(number) for number in numbers]},
            text=[value_text(value, kind=info.kind) for value in values],
            textposition="outside",
            cliponaxis=False,
            hovertemplate="%{x}: %{text}<extra></extra>",
        )
    )
    middle = value_text(everyone, kind=info.kind, unit="" if info.kind == "count" else info.unit)
    figure.add_hline(
        y=everyone,
        line={"color": EVERYONE, "dash": "dash", "width": 2},
    )
    figure.update_yaxes(**_percent(info))
    word = {"mean": "average", "median": "median"}[figure_name]
    title = f"{info.label}: {word} of each persona (dashed: everyone, {middle})"
    return finish(figure, title=title, y=axis_title(info), height=400)


def partition_bars(table: pd.DataFrame, labels: Mapping[str, str]) -> go.Figure:
    """Which features make the partition (result of `partition_features`), the strongest on top."""
    figure = go.Figure(
        go.Bar(
            x=table["eta2"].to_numpy(),
            y=tick_labels(list(table["feature"]), labels),
            orientation="h",
            marker={"color": EVERYONE},
            text=[share_text(value) for value in table["eta2"]],
            textposition="outside",
            cliponaxis=False,
            hovertemplate="%{y}: %{text} of its variance lies between the personas<extra></extra>",
        )
    )
    figure.update_yaxes(autorange="reversed", automargin=True)
    # Beyond 100 % there is room for what is written behind a bar, on a phone too.
    figure.update_xaxes(tickformat=".0%", range=[0, 1.2], tickvals=[0, 0.2, 0.4, 0.6, 0.8, 1])
    title = "Which features make the personas"
    return finish(figure, title=title, x="Share of variance", height=130 + _ROW * len(table))


def descriptor_bars(table: pd.DataFrame, names: Names, title: str, *, palette: Palette = IN_ORDER) -> go.Figure:
    """A descriptor in every segment with its 95 % intervals: result of `descriptor_table` (words or numbers)."""
    figure = go.Figure()
    words = "value" in table
    middle = "share" if words else "mean"
    for number in dict.fromkeys(table["segment"]):
        part = table[table["segment"] == number]
        name = _EVERYONE if number == 0 else plot_text(names.get(number, number))
        x = tick_labels(list(part["value"]), {}, wrap=16) if words else [name]
        figure.add_scatter(
            x=x,
            y=part[middle].to_numpy(),
            error_y={
                "type": "data",
                "array": (part["high"] - part[middle]).to_numpy(),
                "arrayminus": (part[middle] - part["low"]).to_numpy(),
            },
            mode="markers",
            name=name,
            marker={"color": palette.colour(number), "symbol": palette.symbol(number), "size": 10},
            hovertemplate="%{x}: %{y:,.3~g}",
        )
    figure.update_yaxes(tickformat=".0%" if words else None, rangemode="tozero" if words else "normal")
    figure.update_layout(scattermode="group")
    y = "Share of the persona" if words else "Mean, with 95 % interval"
    return _legend_below(finish(figure, title=title, y=y, height=440), len(names) + 1)


def _percent(info: FeatureInfo) -> dict[str, str]:
    return {"tickformat": ".0%"} if info.kind in ("share", "boolean") else {}


def _legend_below(figure: go.Figure, entries: int) -> go.Figure:
    """Room for a legend below the picture, on a phone one entry a line."""
    return figure.update_layout(legend={"y": -0.12, "yanchor": "top"}, height=figure.layout.height + 12 * entries)
