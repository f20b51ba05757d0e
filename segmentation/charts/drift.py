"""Pictures of a scored file beside the customers that the model was made from."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from segmentation.charts.palette import EVERYONE, IN_ORDER, Palette
from segmentation.charts.style import finish, tick_labels
from segmentation.core.text import share_text

__all__ = ["mix_bars", "mix_caption"]


def mix_bars(mix: pd.DataFrame, *, palette: Palette = IN_ORDER) -> go.Figure:
    """Share of each persona in the file and in training: result of `mix.persona_mix` → two bars a persona."""
    names = tick_labels(list(mix["persona"]), {}, longest=60, wrap=30)
    figure = go.Figure()
    for label, column, colours in (
        ("In training (grey)", "training_share", [EVERYONE] * len(mix)),
        ("In this file (in colour)", "share", [palette.colour(number) for number in mix["segment"]]),
    ):
        figure.add_bar(
            x=mix[column].to_numpy(),
            y=names,
            name=label,
            orientation="h",
            marker={"color": colours},
            text=[share_text(share) for share in mix[column]],
            textposition="outside",
            cliponaxis=False,
            hovertemplate="%{y}: %{text}<extra>" + label + "</extra>",
        )
    most = float(mix[["share", "training_share"]].max().max())
    figure.update_xaxes(tickformat=".0%", range=[0, 1.2 * most if most > 0 else 1])
    figure.update_yaxes(autorange="reversed")
    figure.update_layout(barmode="group", bargap=0.35)
    return finish(
        figure, title="Who is in this file, beside training", x="Share of customers", height=150 + 62 * len(mix)
    )


def mix_caption(mix: pd.DataFrame) -> str:
    """The same in words, for those who cannot see the picture."""
    rows = zip(mix["persona"], mix["share"], mix["training_share"], strict=True)
    parts = [f"{name}: {share_text(now)}, in training {share_text(before)}" for name, now, before in rows]
    return "Share of customers by persona. " + "; ".join(parts) + "."
