"""Text alternatives of the pictures of the segments: one or two sentences made from the same table."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from segmentation.core.tables import FeatureInfo
from segmentation.core.text import count_text, counted, number_text, share_text, value_text
from segmentation.evaluation.projection import Projection

__all__ = [
    "descriptor_caption",
    "difference_caption",
    "distance_caption",
    "feature_caption",
    "partition_caption",
    "projection_caption",
    "sizes_caption",
]

Names = Mapping[int, str]


def sizes_caption(table: pd.DataFrame, names: Names) -> str:
    """Sizes (columns segment, size, share) in words."""
    parts = [
        f"{names[number]}: {counted(size, 'customer')} ({share_text(share)})"
        for number, size, share in zip(table["segment"], table["size"], table["share"], strict=True)
    ]
    return f"Bar chart of the sizes. {'; '.join(parts)}."


def difference_caption(effects: pd.DataFrame, names: Names, labels: Mapping[str, str], kind: str = "Heatmap") -> str:
    """The strongest difference above and below everyone of each segment, in words."""
    parts = []
    for number in effects.index:
        row = effects.loc[number]
        high, low = str(row.idxmax()), str(row.idxmin())
        parts.append(
            f"{names[number]}: highest {labels[high].lower()} ({row[high]:+.1f}), "
            f"lowest {labels[low].lower()} ({row[low]:+.1f})"
        )
    return f"{kind} of standard deviations from everyone. {'; '.join(parts)}."


def feature_caption(table: pd.DataFrame, names: Names, info: FeatureInfo, figure: str = "mean") -> str:
    """One feature's mean or median in each segment (columns segment and that figure), in words."""
    parts = [
        f"{names.get(int(number), 'everyone')} {value_text(value, kind=info.kind, unit=info.unit)}"
        for number, value in zip(table["segment"], table[figure], strict=True)
    ]
    return f"{info.label}, {figure} of each persona: {'; '.join(parts)}."


def distance_caption(table: pd.DataFrame, names: Names) -> str:
    """The nearest and the farthest pair of centres in words; one segment alone has none."""
    if len(table) < 2:
        return "There is only one persona, so there are no distances."
    values = table.to_numpy(copy=True)
    values[np.tril_indices(len(values))] = np.nan
    numbers, sentences = table.index.to_list(), []
    for word, index in (("Nearest", int(np.nanargmin(values))), ("Farthest apart", int(np.nanargmax(values)))):
        row, column = divmod(index, len(values))
        sentences.append(
            f"{word}: {names[numbers[row]]} and {names[numbers[column]]} ({number_text(values[row, column])})"
        )
    return f"Matrix of distances between the centres. {'. '.join(sentences)}."


def partition_caption(table: pd.DataFrame, labels: Mapping[str, str], *, most: int = 5) -> str:
    """The features that make the partition most (columns feature, eta2), in words."""
    parts = [
        f"{labels[name].lower()} {share_text(value)}"
        for name, value in zip(table["feature"][:most], table["eta2"][:most], strict=True)
    ]
    return f"Bar chart of the share of each feature's variance between the personas. Strongest: {', '.join(parts)}."


def projection_caption(projection: Projection, names: Names) -> str:
    """What the picture of a projection shows, in words."""
    kept = ", ".join(share_text(share) for share in projection.shares)
    who = ", ".join(names[int(str(number))] for number in projection.centres.index)
    noise = bool((projection.points["segment"] == 0).any())
    return (
        f"Scatter plot of {count_text(projection.shown)} customers on {len(projection.shares)} principal components "
        f"({kept} of the variance), coloured by persona: {who}{'; grey: in none' if noise else ''}."
    )


def descriptor_caption(table: pd.DataFrame, names: Names, label: str) -> str:
    """A descriptor (result of `descriptor_table`) in words: the most frequent value, or the mean, of each segment."""
    parts = []
    for number in dict.fromkeys(table["segment"]):
        part, who = table[table["segment"] == number], names.get(number, "everyone")
        if "value" in part:
            top = int(part["share"].to_numpy().argmax())
            parts.append(f"{who}: mostly {part['value'].iloc[top]} ({share_text(part['share'].iloc[top])})")
        else:
            parts.append(f"{who}: mean {number_text(part['mean'].iloc[0])}")
    return f"{label} by persona with 95 % intervals. {'; '.join(parts)}."
