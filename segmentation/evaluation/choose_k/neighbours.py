"""Why this number of segments and not one more or one fewer: what splits, what is gained, what becomes tiny."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from segmentation.clustering.methods import Labels
from segmentation.core.text import count_text, listed, share_text
from segmentation.evaluation.choose_k.recommend import smallest_allowed
from segmentation.evaluation.choose_k.search import KComparison

__all__ = ["Names", "Neighbour", "neighbours", "what_splits"]

Names = Mapping[int, Mapping[int, str]]
"""Number of segments → segment → name."""


@dataclass(frozen=True)
class Neighbour:
    """One comparison: `k` segments against `other` (one more or one fewer), as a sentence."""

    k: int
    other: int
    sentence: str


def what_splits(fewer: Labels, more: Labels) -> tuple[int, tuple[int, int]]:
    """The segment of `fewer` that is cut most evenly by `more`, and the two numbers in `more` that it goes to.

    Most evenly: with the largest second part.
    """
    counts = np.zeros((int(fewer.max()), int(more.max())), dtype=np.int64)
    np.add.at(counts, (fewer - 1, more - 1), 1)
    order = np.argsort(-counts, axis=1, kind="stable")
    segment = int(np.argmax(np.take_along_axis(counts, order[:, 1:2], axis=1)))
    return segment + 1, (int(order[segment, 0]) + 1, int(order[segment, 1]) + 1)


def neighbours(
    comparison: KComparison, k: int, stability: pd.Series | None = None, names: Names | None = None
) -> tuple[Neighbour, ...]:
    """The comparison and a chosen k → k beside k + 1 and beside k − 1, where those were compared.

    stability: agreement by k when customers are drawn anew, if it has been measured. names: k → segment → name.
    """
    return tuple(
        Neighbour(
            k,
            other,
            f"{_what(comparison, k, other, names or {})}; {'; '.join(_changes(comparison, k, other, stability))}.",
        )
        for other in (k + 1, k - 1)
        if other in comparison.fits
    )


def _what(comparison: KComparison, k: int, other: int, names: Names) -> str:
    fewer, more = sorted((k, other))
    cut, parts = what_splits(comparison.fits[fewer].labels, comparison.fits[more].labels)
    if other > k:
        mine = comparison.fits[fewer].labels == cut
        sizes = np.bincount(comparison.fits[more].labels[mine], minlength=more + 1)
        to = [f"{count_text(int(sizes[part]))} to {_called(more, part, names)}" for part in parts]
        return (
            f"{other} instead of {k} would mainly split {_called(k, cut, names)}: of its "
            f"{count_text(int(sizes.sum()))} customers, {listed(to)}"
        )
    first, second = (
        f"{_called(more, part, names)} ({count_text(comparison.fits[more].sizes[part - 1])})" for part in sorted(parts)
    )
    return f"{other} instead of {k} would mainly join {first} and {second}"


def _called(k: int, segment: int, names: Names) -> str:
    name = names.get(k, {}).get(segment)
    return f"segment {segment}" if name is None else f"“{name}”"


def _changes(comparison: KComparison, k: int, other: int, stability: pd.Series | None) -> list[str]:
    inertia, silhouette = comparison.table["inertia"], comparison.table["silhouette"]
    changes = [
        _inertia(inertia.loc[k], inertia.loc[other]),
        _moved("the silhouette", silhouette.loc[k], silhouette.loc[other]),
    ]
    if stability is not None and {k, other} <= set(stability.dropna().index):
        changes.append(_moved("stability", stability.loc[k], stability.loc[other]))
    smallest = int(comparison.table["smallest"].loc[other])
    if smallest < smallest_allowed(comparison.n_customers, comparison.settings):
        changes.append(
            f"the smallest segment would have only {count_text(smallest)} customers "
            f"({share_text(smallest / comparison.n_customers)})"
        )
    return changes


def _inertia(before: float, after: float) -> str:
    """How the inertia changes; without a percentage where it starts from (or ends at) practically nothing."""
    if min(before, after) < 1e-9 * max(before, after):
        return "inertia falls to nothing" if after < before else "inertia is no longer zero"
    return f"inertia {'falls' if after < before else 'rises'} by {share_text(abs(1 - after / before))}"


def _moved(what: str, before: float, after: float) -> str:
    if round(before, 3) == round(after, 3):
        return f"{what} stays at {before:.3f}"
    return f"{what} {'rises' if after > before else 'falls'} from {before:.3f} to {after:.3f}"
