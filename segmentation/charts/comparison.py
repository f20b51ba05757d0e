"""Pictures of the comparison: who agrees, who moves where, the same customers in every way's colours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from segmentation.charts.palette import EVERYONE, IN_ORDER, Palette
from segmentation.charts.style import Scale, finish, tick_labels, write_in_cells
from segmentation.core.text import count_text, plot_text, share_text
from segmentation.evaluation.comparison import Plane, signed

__all__ = [
    "agreement_caption",
    "agreement_heatmap",
    "closest_pairs",
    "flow_bands",
    "flow_caption",
    "flow_heatmap",
    "planes",
    "planes_caption",
]

Names = Mapping[int, str]
_SHADES: Scale = ((0.0, "#EDF1F5"), (1.0, "#0B5FA5"))
_IN_A_ROW = 2


def agreement_heatmap(table: pd.DataFrame, title: str) -> go.Figure:
    """A square table of agreements (titles on both sides, 1 = the same groups): dark is alike.

    The ways are numbered down the side; the columns have the numbers alone, so that they stay readable on a phone.
    """
    numbered = {name: f"{index}  {name}" for index, name in enumerate(table.index, start=1)}
    ticks = tick_labels(list(table.index), numbered, longest=70, wrap=26)
    numbers = [f"{index}" for index in range(1, len(table) + 1)]
    figure = _shaded(
        table.to_numpy().clip(0, 1),
        numbers,
        ticks,
        customdata=table.to_numpy(),
        hovertemplate="%{y}<br>and number %{x}: %{customdata:.2f}<extra></extra>",
    )
    write_in_cells(figure, [[signed(value) for value in row] for row in table.to_numpy()], _SHADES)
    figure.update_xaxes(type="category")
    return _cells(figure, title, 110 + 52 * len(ticks), head=84)


def agreement_caption(table: pd.DataFrame, label: str) -> str:
    """The picture in words."""
    return f"Heatmap of agreement ({label}). {closest_pairs(table)}"


def closest_pairs(table: pd.DataFrame) -> str:
    """The closest and the farthest pair, in a sentence."""
    if len(table) < 2:
        return "There is only one way of grouping, so there is nothing to agree with."
    values = table.to_numpy(copy=True)
    values[np.tril_indices(len(values))] = np.nan
    if len(table) == 2:
        return f"{table.index[0]} and {table.index[1]}: {signed(values[0, 1])}."
    most, least = signed(float(np.nanmax(values))), signed(float(np.nanmin(values)))
    if most == least:
        return f"Every two of them agree alike ({most})."
    pairs = []
    for word, index in (("Closest", int(np.nanargmax(values))), ("farthest", int(np.nanargmin(values)))):
        row, column = divmod(index, len(values))
        pairs.append(f"{word}: {table.index[row]} and {table.index[column]} ({signed(values[row, column])})")
    return f"{'; '.join(pairs)}."


def flow_heatmap(table: pd.DataFrame, sources: Names, targets: Names, title: str) -> go.Figure:
    """Who goes where (result of `flows`): rows are segments of one way, columns of the other; dark is a large share."""
    rows, columns = _order(table["source"]), _order(table["target"])
    shares = table.pivot(index="source", columns="target", values="share_source").reindex(index=rows, columns=columns)
    counts = table.pivot(index="source", columns="target", values="customers").reindex(index=rows, columns=columns)
    values = shares.fillna(0.0).to_numpy()
    x = tick_labels(columns, targets, longest=44, wrap=18)
    y = tick_labels(rows, sources, longest=44, wrap=24)
    figure = _shaded(
        values,
        x,
        y,
        customdata=counts.fillna(0).to_numpy(),
        hovertemplate="%{y} → %{x}: %{customdata:,.0f} customers, %{z:.1%} of the row<extra></extra>",
    )
    write_in_cells(figure, [[_count(value) for value in row] for row in counts.to_numpy()], _SHADES)
    return _cells(figure, title, 190 + 52 * len(y))


def flow_bands(
    table: pd.DataFrame,
    sources: Names,
    targets: Names,
    title: str,
    *,
    ways: tuple[str, str] = ("", ""),
    palettes: tuple[Palette, Palette] = (IN_ORDER, IN_ORDER),
) -> go.Figure:
    """The same as bands from left to right, as wide as their number of customers, in the colour of their source.

    ways: what stands above the left and the right side. palettes: the looks of the segments on either side.
    """
    rows, columns = _order(table["source"]), _order(table["target"])
    index = {number: at for at, number in enumerate(rows)}
    goal = {number: len(rows) + at for at, number in enumerate(columns)}
    figure = go.Figure(
        go.Sankey(
            arrangement="snap",
            node={
                "label": [
                    *(plot_text(sources.get(number, number), longest=34) for number in rows),
                    *(plot_text(targets.get(number, number), longest=34) for number in columns),
                ],
                "color": [
                    side.colour(number)
                    for side, numbers in zip(palettes, (rows, columns), strict=True)
                    for number in numbers
                ],
                "pad": 22,
                "thickness": 18,
                "line": {"width": 0},
                "hovertemplate": "%{label}: %{value:,.0f} customers<extra></extra>",
            },
            link={
                "source": [index[number] for number in table["source"]],
                "target": [goal[number] for number in table["target"]],
                "value": table["customers"].tolist(),
                "color": [_faded(palettes[0].colour(number)) for number in table["source"]],
                "hovertemplate": "%{source.label} → %{target.label}: %{value:,.0f} customers<extra></extra>",
            },
        )
    )
    for side, method in enumerate(ways):
        figure.add_annotation(
            x=side,
            y=1,
            xref="paper",
            yref="paper",
            xanchor="right" if side else "left",
            yanchor="bottom",
            align="right" if side else "left",
            text=tick_labels([method], {}, longest=70, wrap=22)[0],
            showarrow=False,
            font={"size": 12},
        )
    figure = finish(figure, title=title, height=200 + 62 * max(len(rows), len(columns)))
    title_on_top = {"y": 0.99, "yanchor": "top", "yref": "container"}
    return figure.update_layout(margin={"l": 10, "r": 10, "t": 110, "b": 24}, title=title_on_top)


def flow_caption(table: pd.DataFrame, sources: Names, targets: Names) -> str:
    """Where most of the customers of each segment go, in words."""
    parts = []
    for number in _order(table["source"]):
        own = table[table["source"] == number]
        top = own.iloc[int(own["customers"].to_numpy().argmax())]
        target = targets.get(int(top["target"]), str(top["target"]))
        parts.append(
            f"{sources.get(number, number)}: {share_text(float(top['share_source']))} "
            f"({count_text(top['customers'])}) go to {target}"
        )
    return f"{'; '.join(parts)}."


def planes(plane: Plane, labelings: Mapping[str, np.ndarray], title: str) -> go.Figure:
    """The points of one plane once for each way of grouping (title → segments of all customers), on the same axes."""
    heads = list(labelings)
    columns = min(_IN_A_ROW, len(heads))
    rows = -(-len(heads) // columns)
    figure = make_subplots(
        rows=rows,
        cols=columns,
        shared_xaxes="all",
        shared_yaxes="all",
        subplot_titles=[plot_text(head, longest=60) for head in heads],
        horizontal_spacing=0.03,
        vertical_spacing=min(0.12, 0.3 / rows),
    )
    shown: set[int] = set()
    for at, labels in enumerate(labelings.values()):
        drawn = labels[plane.rows]
        for number in _order(pd.Series(np.unique(drawn))):
            mine = plane.points[drawn == number]
            figure.add_scatter(
                x=mine[:, 0],
                y=mine[:, 1],
                mode="markers",
                name=_called(number),
                legendgroup=str(number),
                legendrank=1000 + (number or 900),
                showlegend=number not in shown,
                marker={
                    "color": IN_ORDER.colour(number),
                    "symbol": IN_ORDER.symbol(number),
                    "size": 4,
                    "opacity": 0.6,
                },
                hoverinfo="skip",
                row=at // columns + 1,
                col=at % columns + 1,
            )
            shown.add(number)
    figure = finish(figure, title=title, height=140 + 330 * rows)
    figure.update_xaxes(zeroline=False, showticklabels=False)
    figure.update_yaxes(zeroline=False, showticklabels=False)
    figure.update_xaxes(title_text=plot_text(plane.axes[0]), row=rows)
    figure.update_yaxes(title_text=plot_text(plane.axes[1]), col=1)
    figure.update_annotations(font_size=13)
    return figure.update_layout(margin={"t": 84}, legend={"y": -0.12 / rows, "yref": "paper", "itemsizing": "constant"})


def planes_caption(plane: Plane, heads: Sequence[str]) -> str:
    """What the pictures side by side show, in words."""
    return (
        f"{count_text(len(plane.points))} customers on the same two axes, once for each of {', '.join(heads)}, "
        f"coloured by segment. {plane.caption}"
    )


def _order(numbers: pd.Series) -> list[int]:
    """Segment numbers in order, 0 (in no segment) last."""
    return sorted({int(number) for number in numbers}, key=lambda number: (number == 0, number))


def _called(number: int) -> str:
    return f"Segment {number}" if number else "In no segment"


def _count(value: float) -> str:
    return "" if np.isnan(value) else count_text(value)


def _faded(colour: str) -> str:
    """The same colour, so light that a band lets another one shine through."""
    colour = EVERYONE if not colour.startswith("#") else colour
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return f"rgba({red},{green},{blue},0.45)"


def _cells(figure: go.Figure, title: str, height: int, *, head: int = 130) -> go.Figure:
    """A heatmap with its first row on top and its columns named above it, below the title."""
    figure.update_yaxes(autorange="reversed", automargin=True, showgrid=False, tickfont={"size": 11})
    figure.update_xaxes(side="top", tickfont={"size": 11}, showgrid=False, automargin=True)
    figure = finish(figure, title=title, height=height)
    return figure.update_layout(margin_t=head, title={"y": 0.99, "yanchor": "top", "yref": "container"})


def _shaded(values: np.ndarray, x: list[str], y: list[str], **hover: Any) -> go.Figure:
    """A table of shares (0…1) as a grid of shades: values rows × columns, x and y their titles."""
    look = {"colorscale": list(_SHADES), "zmin": 0, "zmax": 1, "showscale": False, "xgap": 2, "ygap": 2}
    return go.Figure(go.Heatmap(z=values, x=x, y=y, **look, **hover))
