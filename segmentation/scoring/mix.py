"""How many of the new customers have each persona, beside the customers that the segments were made from."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from segmentation.clustering.model import Segmentation
from segmentation.scoring import NO_PERSONA

__all__ = ["mix_of", "persona_mix"]


def persona_mix(made: Segmentation, segments: pd.Series, names: Mapping[int, str], *, noise: int = 0) -> pd.DataFrame:
    """Segment of each new customer (0 = not scored, ignored) → one row a persona.

    Columns: segment, persona, size, share (new customers), training_share, difference (share − training_share).
    noise: how many new customers fit none of the segments; where the model knows noise, they are a last row, segment 0.
    """
    return mix_of(made, {number: int((segments == number).sum()) for number in made.segments}, names, noise=noise)


def mix_of(made: Segmentation, sizes: Mapping[int, int], names: Mapping[int, str], *, noise: int = 0) -> pd.DataFrame:
    """The same from the number of new customers in each segment."""
    sizes = dict(sizes)
    befores = dict(zip(made.segments, made.shares, strict=True))
    if noise or made.noise:
        sizes[0], befores[0] = noise, made.noise / made.n_customers
    total, rows = sum(sizes.values()), []
    for number, size in sizes.items():
        share = size / total if total else float("nan")
        name = names.get(number, f"Segment {number}") if number else NO_PERSONA
        rows.append((number, name, size, share, befores[number], share - befores[number]))
    return pd.DataFrame(rows, columns=["segment", "persona", "size", "share", "training_share", "difference"])
