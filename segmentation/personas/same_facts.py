"""Columns that tell one fact in several ways, such as no internet in three columns: told once, in the fewest words."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from segmentation.core.tables import FeatureInfo

__all__ = ["correlations", "telling"]

_COINCIDE = 0.98
"""From this correlation on (of either sign) two features of yes and no are the same customers but for a few."""


def telling(Z: NDArray[np.float64], info: Sequence[FeatureInfo]) -> tuple[FeatureInfo, ...]:
    """Prepared values (n × d) and what the columns are → those columns that are worth a word, in their order.

    Where levels or yes and no of several columns of the file coincide, the column with the shortest words for it speaks
    for all. Numbers, and what coincides within one column alone, stay.
    """
    places = [place for place, item in enumerate(info) if item.kind == "boolean"]
    coincide = np.abs(correlations(Z[:, places])) >= _COINCIDE
    silent: set[str] = set()
    left = set(range(len(places)))
    while left:
        fact, joins = set[int](), {min(left)}
        while joins:
            fact, left = fact | joins, left - joins
            joins = {number for number in left if coincide[number, sorted(fact)].any()}
        items = [info[places[number]] for number in sorted(fact)]
        speaks = min(items, key=lambda item: (len(item.label), item.label, item.name))
        silent |= {item.name for item in items if _column(item) != _column(speaks)}
    return tuple(item for item in info if item.name not in silent)


def correlations(Z: NDArray[np.float64]) -> NDArray[np.float64]:
    """Values (n × d) → Pearson's correlations (d × d), 0 where a column is the same for everybody."""
    centred = Z - Z.mean(axis=0)
    length = np.sqrt((centred**2).sum(axis=0))
    unit = np.divide(centred, length, out=np.zeros_like(centred), where=length > 0)
    correlation: NDArray[np.float64] = unit.T @ unit
    return correlation


def _column(item: FeatureInfo) -> str:
    return item.column or item.name
