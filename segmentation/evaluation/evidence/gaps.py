"""Are there gaps? Customers counted along the line that joins two segments that were made without them.

Segments are made from customers drawn anew; those that were not drawn are then placed, and counted along the line
between every two centres: around the two modes, and in the valley between. One crowd cut in two has no fewer customers
at the cut than around the modes, however the cut was chosen, because those who are counted did not choose it. Counts
of all repetitions are added up. No artificial data is needed.

The idea of looking at the density along a line between centres: Tasoulis, Tasoulis, Plagianakos (2010), "Enhancing
principal direction divisive clustering", Pattern Recognition 43; counting what did not take part: Breiman (1996),
"Out-of-bag estimation".
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from segmentation.clustering.methods import Floats

__all__ = [
    "BINS",
    "LEFT_OUT",
    "SURE",
    "VALLEY",
    "along_lines",
    "atoms",
    "between_steps",
    "counts",
    "least_apart",
    "pair_table",
    "pairs",
    "placed",
    "squared_distances",
    "valley_and_modes",
    "weakest",
]

VALLEY = 0.4
"""A gap: at most so many customers in the valley for one around the emptier mode."""
SURE = 1.3
"""And by so many standard errors fewer. Every pair must pass, so the whole is far surer than one of them."""
LEFT_OUT = float(np.exp(-1))
"""The share of customers that a sample with replacement leaves out."""

BINS, _PER_UNIT = 60, 20
"""Positions from one length before the first centre to one beyond the second, in twentieths of the way."""
_PLACES = np.arange(BINS)
_MIDDLES = (_PLACES + 0.5) / _PER_UNIT - 1
_FIRST, _SECOND = (_MIDDLES > -0.35) & (_MIDDLES < 0.4), (_MIDDLES > 0.6) & (_MIDDLES < 1.35)
_SMOOTH = np.exp(-0.5 * ((_PLACES[:, None] - _PLACES[None]) / 3.0) ** 2) * (
    np.abs(_PLACES[:, None] - _PLACES[None]) <= 8
)
_ATOM = 0.1
_SAME = 0.8
_EXPECTED = 5
_HELD = 3.0
"""A column stands on steps where so many customers share a value on average: whole numbers, answers from 1 to 5."""


def pairs(k: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Every two of `k` segments (numbered from 0), in the order of all counts here."""
    return np.triu_indices(k, 1)


def atoms(Z: Floats) -> tuple[NDArray[np.intp], ...]:
    """Columns where one value is held by a tenth of the customers or more, in blocks that tell the same fact.

    The gap between a yes and a no, or between nothing and something, is a property of that one column. Columns whose
    commonest values fall on the same customers, and yes-or-no columns that exclude each other (the levels of one
    category, a rare one beside all others together), are one block.
    """
    at: dict[int, NDArray[np.bool_]] = {}
    yes: dict[int, NDArray[np.bool_]] = {}
    for column, values in enumerate(Z.T):
        different, times = np.unique(values, return_counts=True)
        if len(different) > 1 and times.max() >= _ATOM * len(values):
            at[column] = values == different[times.argmax()]
            if len(different) == 2:
                yes[column] = values == different[1]
    blocks: list[list[int]] = []
    for column in at:
        joined = [block for block in blocks if any(_one_fact(at, yes, column, other) for other in block)]
        blocks = [block for block in blocks if block not in joined]
        blocks.append(sorted([column, *(other for block in joined for other in block)]))
    while pair := next((pair for pair in combinations(blocks, 2) if _excluded(yes, *pair)), None):
        blocks = [block for block in blocks if block not in pair]
        blocks.append(sorted([*pair[0], *pair[1]]))
    return tuple(np.array(block) for block in sorted(blocks))


def _one_fact(at: dict[int, NDArray[np.bool_]], yes: dict[int, NDArray[np.bool_]], first: int, second: int) -> bool:
    same = abs(float(np.corrcoef(at[first], at[second])[0, 1])) > _SAME
    return same or _excluded(yes, [first], [second])


def _excluded(yes: dict[int, NDArray[np.bool_]], first: Sequence[int], second: Sequence[int]) -> bool:
    """Whether nobody has a yes in both blocks, where chance alone would give it to some."""
    sides = [[yes[column] for column in block if column in yes] for block in (first, second)]
    if not all(sides):
        return False
    a, b = (np.any(side, axis=0) for side in sides)
    return not (a & b).any() and float(a.mean() * b.mean() * len(a)) >= _EXPECTED


def between_steps(Z: Floats, rng: np.random.Generator) -> Floats:
    """The same customers with the steps of whole numbers filled (n × d): nobody can be between two and three calls.

    In a column on steps each value is moved at random within half a step to either side. The step beside a value is
    the way to its neighbour, but at most twice the shorter of the steps before and behind it: values that are missing
    among others that are there stay missing, and so does a gap between groups. Two values are no steps.
    """
    filled = Z.copy()
    for column, values in enumerate(Z.T):
        different, inverse, times = np.unique(values, return_inverse=True, return_counts=True)
        if len(different) < 3 or times.mean() < _HELD:
            continue
        step = np.diff(different)
        beside = np.minimum(np.append(np.inf, step[:-1]), np.append(step[1:], np.inf))
        half = np.minimum(step, 2 * beside) / 2
        low, high = np.append(half[0], half), np.append(half, half[-1])
        filled[:, column] = values + rng.uniform(-low[inverse], high[inverse])
    return filled


def counts(
    Z: Floats,
    labels: NDArray[np.intp],
    centres: Floats,
    drawn: NDArray[np.intp],
    *,
    blocks: Sequence[NDArray[np.intp]] = (),
) -> Floats:
    """Customers left out, in the valley and around the emptier mode of every pair → (4, pairs).

    Z: n × d; labels: n, from 0; centres: k × d; drawn: how often each customer was drawn (0: left out). The rows are
    valley and mode where the drawn customers show them, then those of the middle and the ends of the line. With
    `blocks`, all of it without the block of columns that carries most of the distance between the two centres.
    """
    own, left = drawn.astype(float), (drawn == 0).astype(float)
    at = pairs(len(centres))
    if not blocks:
        return _counted(Z, labels, centres, own, left, at)
    apart = (centres[at[0]] - centres[at[1]]) ** 2
    carries = np.argmax(np.stack([apart[:, block].sum(axis=1) for block in blocks]), axis=0)
    totals = np.zeros((4, len(at[0])))
    for number in np.unique(carries):
        mine = carries == number
        others = np.setdiff1d(np.arange(Z.shape[1]), blocks[number])
        some = (at[0][mine], at[1][mine])
        if len(others):
            totals[:, mine] = _counted(Z[:, others], labels, centres[:, others], own, left, some)
        else:
            totals[:, mine] = np.array([[1.0], [0.0], [1.0], [0.0]])  # nothing else tells the two apart
    return totals


def pair_table(counted: Iterable[Floats], n_repetitions: int, k: int) -> pd.DataFrame:
    """The counts of the repetitions → one row a pair of 1…k: first, second, between, around, share, sure.

    between, around: customers in the valley and around the emptier mode, for one look at each customer. share: the
    first by the second (0 an empty valley; 1 none). sure: by how many standard errors of a count there are fewer
    (negative: more). Of the two ways to look (the valley that shows, the middle) the one with the smaller share.
    """
    total = np.sum(list(counted), axis=0) / (LEFT_OUT * max(n_repetitions, 1))
    between, around = total[0::2], total[1::2]
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(around > 0, between / around, np.where(between > 0, np.inf, 1.0))
    better = share.argmin(axis=0)[None]
    between, around, share = (np.take_along_axis(each, better, axis=0)[0] for each in (between, around, share))
    first, second = pairs(k)
    return pd.DataFrame(
        {
            "first": first + 1,
            "second": second + 1,
            "between": between,
            "around": around,
            "share": share,
            "sure": (around - between) / np.sqrt(np.maximum(around + between, 1e-9)),
        }
    )


def least_apart(table: pd.DataFrame) -> tuple[int, int, float]:
    """The two segments (1…k) that are least apart, and the share of customers left between them."""
    shares = table["share"].to_numpy(dtype=float)
    index = int(shares.argmax())
    first, second = (int(table[name].to_numpy()[index]) for name in ("first", "second"))
    return first, second, float(shares[index])


def weakest(table: pd.DataFrame, k: int) -> pd.DataFrame:
    """Of the pairs at `k` (see `pair_table`) those that are the least apart for one of their two segments."""
    first, second, share = (table[name].to_numpy() for name in ("first", "second", "share"))
    rows = set()
    for segment in range(1, k + 1):
        mine = np.flatnonzero((first == segment) | (second == segment))
        rows.add(int(mine[share[mine].argmax()]))
    return table.iloc[sorted(rows)]


def _counted(
    Z: Floats,
    labels: NDArray[np.intp],
    centres: Floats,
    own: Floats,
    left: Floats,
    at: tuple[NDArray[np.intp], NDArray[np.intp]],
) -> Floats:
    within = _unit_spread(Z, labels, centres, own)
    X, M = Z @ within, centres @ within
    places = placed(squared_distances(X, M), labels, squared_distances(M, M))
    drawn, rest = (along_lines(places, labels, weights, len(centres), at) for weights in (own, left))
    valley, first, second = valley_and_modes(drawn)
    mode = np.minimum(_near(rest, first), _near(rest, second))
    ends = np.minimum(rest[:, 18:22].sum(axis=1), rest[:, 38:42].sum(axis=1))
    return np.stack([_near(rest, valley), mode, rest[:, 28:32].sum(axis=1), ends])


def _unit_spread(Z: Floats, labels: NDArray[np.intp], centres: Floats, weights: Floats) -> Floats:
    """The matrix (d × d) after which the spread within segments is the same in every direction.

    So the line between two long segments that lie side by side is looked at across, not along. Shrunk to the plain
    spread where customers are few for so many columns.
    """
    rest, count, d = Z - centres[labels], weights.sum(), Z.shape[1]
    spread = (rest * weights[:, None]).T @ rest / max(count, 1.0)
    shrink = float(np.clip(d / max(count, 1.0), 0.02, 1.0))
    spread = (1 - shrink) * spread + (shrink * np.trace(spread) / d + 1e-12) * np.eye(d)
    values, vectors = np.linalg.eigh(spread)
    whitening: Floats = vectors / np.sqrt(np.maximum(values, 1e-12))
    return whitening


def squared_distances(X: Floats, M: Floats) -> Floats:
    """Of every row (n × d) from every centre (k × d) → n × k."""
    squared: Floats = np.maximum((X**2).sum(axis=1)[:, None] + (M**2).sum(axis=1) - 2 * X @ M.T, 0.0)
    return squared


def placed(squared: Floats, labels: NDArray[np.intp], apart: Floats) -> NDArray[np.intp]:
    """The bin of every customer on the way from its own centre to every other one (n × k)."""
    own = squared[np.arange(len(squared)), labels][:, None]
    direction = apart[labels]
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(direction > 0, ((own - squared) / direction + 1) / 2, 0.5)
    bins: NDArray[np.intp] = np.clip(np.floor((share + 1) * _PER_UNIT), 0, BINS - 1).astype(np.intp)
    return bins


def along_lines(
    places: NDArray[np.intp],
    labels: NDArray[np.intp],
    weights: Floats,
    k: int,
    at: tuple[NDArray[np.intp], NDArray[np.intp]],
) -> Floats:
    """Customers of both segments of each pair by their bin on the way from the first to the second (pairs × bins)."""
    keep = weights > 0
    index = ((labels[keep, None] * k + np.arange(k)) * BINS + places[keep]).ravel()
    table = np.bincount(index, np.repeat(weights[keep], k), k * k * BINS).reshape(k, k, BINS).astype(float)
    mirrored: Floats = table[at[0], at[1]] + table[at[1], at[0]][:, ::-1]
    return mirrored


def valley_and_modes(drawn: Floats) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.intp]]:
    """Where the drawn customers have their valley and their two modes (bins, one of each a pair)."""
    smooth = drawn @ _SMOOTH
    first = np.where(_FIRST, smooth, -1.0).argmax(axis=1)
    second = np.where(_SECOND, smooth, -1.0).argmax(axis=1)
    between = np.where((first[:, None] < _PLACES) & (second[:, None] > _PLACES), smooth, np.inf)
    lowest = between <= between.min(axis=1, keepdims=True) + 1e-9
    return np.rint((lowest * _PLACES).sum(axis=1) / lowest.sum(axis=1)).astype(np.intp), first, second


def _near(table: Floats, places: NDArray[np.intp]) -> Floats:
    """Customers within two bins of `places`, one place a row."""
    total = np.pad(table.cumsum(axis=1), ((0, 0), (1, 0)))
    rows = np.arange(len(table))
    window: Floats = total[rows, np.minimum(places + 3, BINS)] - total[rows, np.maximum(places - 2, 0)]
    return window
