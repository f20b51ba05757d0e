"""Pictures of one customer: how far from each persona, and which features decide. They draw finished tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from segmentation.charts.palette import IN_ORDER, Palette
from segmentation.charts.style import finish, shortened
from segmentation.core.text import chance_text, number_text, plot_text, times_text, value_text

__all__ = ["contribution_bars", "distance_bars", "probability_bars"]

_ROW = 30


def distance_bars(distances: pd.DataFrame, names: Mapping[int, str], *, palette: Palette = IN_ORDER) -> go.Figure:
    """The distances of an `Explanation` → one bar a persona, the nearest on top, in the persona's colour."""
    segments = [int(segment) for segment in distances["segment"]]
    labels = shortened((names[segment] for segment in segments), 34)
    texts = [_times(index, times) for index, times in enumerate(distances["times"])]
    figure = go.Figure(
        go.Bar(
            x=distances["distance"],
            y=list(range(len(segments))),
            orientation="h",
            marker_color=[palette.colour(segment) for segment in segments],
            text=texts,
            textposition="auto",
            cliponaxis=False,
            hovertext=[
                f"{label}: distance {number_text(value)}"
                for label, value in zip(labels, distances["distance"], strict=True)
            ],
            hoverinfo="text",
        )
    )
    finish(figure, title="How far from each persona (shorter is closer)", height=90 + _ROW * len(segments) + 20)
    figure.update_yaxes(tickvals=list(range(len(segments))), ticktext=labels, autorange="reversed", automargin=True)
    figure.update_xaxes(title_text="Distance", rangemode="tozero", automargin=True)
    return figure


def probability_bars(distances: pd.DataFrame, names: Mapping[int, str], *, palette: Palette = IN_ORDER) -> go.Figure:
    """The probabilities of an `Explanation` → one bar a persona, the most probable on top, in the persona's colour."""
    segments = [int(segment) for segment in distances["segment"]]
    figure = go.Figure(
        go.Bar(
            x=distances["probability"],
            y=list(range(len(segments))),
            orientation="h",
            marker_color=[palette.colour(segment) for segment in segments],
            text=[chance_text(value) for value in distances["probability"]],
            textposition="auto",
            cliponaxis=False,
            hoverinfo="skip",
        )
    )
    finish(figure, title="How probable each persona is", height=90 + _ROW * len(segments) + 20)
    labels = shortened((names[segment] for segment in segments), 34)
    figure.update_yaxes(tickvals=list(range(len(segments))), ticktext=labels, autorange="reversed", automargin=True)
    figure.update_xaxes(title_text="Probability", tickformat=".0%", range=[0, 1], automargin=True)
    return figure


def contribution_bars(
    contributions: pd.DataFrame,
    names: Mapping[int, str],
    segment: int,
    second: int,
    *,
    most: int = 10,
    palette: Palette = IN_ORDER,
) -> go.Figure:
    """The contributions of an `Explanation` → diverging bars of the strongest, towards the own persona to the right.

    Each bar is in the colour of the persona that it speaks for, and is labelled with the customer's value. Segment 0
    (noise): grey bars, how much each feature keeps the customer away from `second`, the nearest persona.
    """
    shown = contributions.head(most).reset_index(drop=True)
    labels = shortened(shown["label"], 30)
    rows = [{**row, "label": label} for row, label in zip(shown.to_dict("records"), labels, strict=True)]
    figure, says = go.Figure(), "Speaks for" if segment else "Keeps it away from"
    own, other = shortened([names[segment or second], names[second]], 40)
    parts = [(segment, own, shown[shown["contribution"] >= 0]), (second, other, shown[shown["contribution"] < 0])]
    for number, name, part in parts:
        figure.add_bar(
            x=part["contribution"],
            y=list(part.index),
            orientation="h",
            width=0.7,
            name=f"{says} {name}",
            marker_color=palette.colour(number),
            hovertext=[_hover(rows[index], names, segment, second) for index in part.index],
            hoverinfo="text",
            showlegend=bool(segment) or len(part) > 0,
        )
    finish(figure, title="What decides" if segment else "What keeps it away", height=130 + 36 * len(shown))
    figure.update_yaxes(
        tickvals=list(shown.index), ticktext=[_feature(row) for row in rows], autorange="reversed", automargin=True
    )
    figure.update_xaxes(showticklabels=False, zeroline=True, zerolinewidth=1.5)
    # Placed in the whole picture: beside a narrow plot a long legend would take its width.
    legend = {"xref": "container", "x": 0.5, "xanchor": "center", "yref": "container", "y": 0.0, "yanchor": "bottom"}
    figure.update_layout(barmode="overlay", legend=legend, margin_b=56)
    return figure


def _times(index: int, times: float) -> str:
    if index == 0:
        return "nearest"
    return "" if pd.isna(times) else f"{times_text(times)} times as far"


def _feature(row: Mapping[Any, Any]) -> str:
    value = value_text(row["used"], kind=row["kind"], unit=row["unit"])
    mark = "*" if row["state"] else ""
    return f"{row['label']}<br><b>{plot_text(value, longest=24)}</b>{mark}"


def _hover(row: Mapping[Any, Any], names: Mapping[int, str], segment: int, second: int) -> str:
    about = {"kind": row["kind"], "unit": row["unit"]}
    typical = [(segment, row["typical_own"]), (second, row["typical_other"])]
    parts = [
        f"typical {plot_text(names[number], longest=34)}: {value_text(value, **about)}"
        for number, value in typical
        if number in names
    ]
    return "<br>".join([_feature(row), *parts])
