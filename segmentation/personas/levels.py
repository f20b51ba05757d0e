"""What is said of one level of a category: how many of a segment have it, against everyone, and how many times that."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from segmentation.core.tables import FeatureInfo
from segmentation.core.text import share_text, times_text
from segmentation.personas.leads import Lead

__all__ = ["has", "known_of", "level_sentence", "one_of_each", "share_with"]

_LIFT = 1.5
"""From so many times the share of everyone on it is told how many times."""


def share_with(values: NDArray[np.float64]) -> float:
    """Values of a level's feature (0, 1, in between where nothing is known) → share of the known who have it."""
    return float(known_of(values).mean())


def known_of(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Those values of a level's feature that are known; all where none is."""
    known = values[(values == 0) | (values == 1)]
    return known if len(known) else values


def has(info: FeatureInfo, *, does: bool = True) -> str:
    """The level as a predicate of several customers: "have Fiber optic as Internet", or that they do not."""
    return info.high if does else f"do not {info.high}"


def level_sentence(
    info: FeatureInfo,
    value: float,
    base: float,
    lead: Lead,
    *,
    cautious: bool,
    alike: bool,
    share: Callable[[float], str] = share_text,
    of_everyone: Callable[[float], str] = share_text,
) -> str:
    """ "Of these customers 73 % have Month-to-month as Contract, against 55 % of everyone (1.3 times as often)."

    value, base: the share of the segment, and of everyone. Cautious: it is called a tendency. share, of_everyone: how
    a share of the segment and of everyone is written.
    """
    own, everyone = share(value), of_everyone(base)
    exact = own == share_text(value)
    if exact:
        own = {0.0: "none", 1.0: "all"}.get(value, own)
    if alike:
        return f"{lead.of} about as many as of everyone {has(info)}: {own}, against {everyone}."
    if cautious:
        amount = "more" if value > base else "fewer"
        return f"{lead.of} somewhat {amount} than of everyone {has(info)}: {own}, against {everyone}."
    only = "only " if 0 < value < min(base, 0.5) else ""
    lift = f" ({times_text(value / base)} times as often)" if exact and base > 0 and value / base >= _LIFT else ""
    return f"{lead.of} {only}{own} {has(info)}, against {everyone} of everyone{lift}."


def one_of_each(names: list[str], column_of: dict[str, str]) -> list[str]:
    """Names of features in order of importance → the same with only the first level of each category."""
    kept: dict[str, str] = {}
    for name in names:
        kept.setdefault(column_of.get(name) or f"\0{name}", name)
    return list(kept.values())
