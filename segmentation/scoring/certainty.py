"""How sure a persona is: how many of the refits agree, with the values that are missing thought in.

Each refit judges the customer once. Where values are missing it takes a draw of them from the training customers who
are like this one in what is known: a Gaussian copula over the percentiles that the model holds, so no customer is kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from segmentation.clustering.assignment import Floats, Labels, Placed
from segmentation.clustering.model import Segmentation
from segmentation.clustering.refits import N_REFITS
from segmentation.core.text import share_text

__all__ = [
    "CERTAINTY",
    "MEANING",
    "NOT_ENOUGH",
    "UNSURE",
    "certainty",
    "certainty_text",
    "certainty_word",
    "certainty_words",
]

CERTAINTY = (
    (0.6, "Could as well be another"),
    (0.8, "Unsure"),
    (0.95, "Fairly sure"),
    (float("inf"), "Sure"),
)
"""Upper end of the share of refits that agree, and the words for it."""
UNSURE = CERTAINTY[1][0]
"""Below it a persona is not called sure in any way."""
MEANING = (
    "Sure: segments made of other customers named the same persona in at least 95 of 100 such cases. Fairly sure: in "
    "at least 80. Unsure: in at least 60. Measured with K-means on six data sets."
)
"""What the words promise: a lower end, because they may be too careful and must not be too bold (docs/certainty.md)."""
NOT_ENOUGH = "Not enough is known"
_LEAST = 0.5
"""With values missing, a persona that fewer of the refits name is not called known."""
_CHUNK, _ROWS = 8_192, 2_048
_ALIKE = 1e-9
_SURELY = 1e-6
"""Relative; what is farther from a tie than this does not hang on rounding, nor on `_ALIKE`."""
_EDGE = 0.005


def certainty(segmentation: Segmentation, values: Mapping[str, Floats], prepared: Floats, placed: Placed) -> Floats:
    """Values in original units (NaN where missing), the same prepared, where the rule placed them → n shares.

    The share (0…1) of refits that name the same segment; NaN for a customer in none, one of whom nothing is known, and
    everybody where the model holds no refits.
    """
    refits, segment = segmentation.refits, placed.segment
    shares = np.full(len(prepared), np.nan)
    if refits is None:
        return shares
    missing = np.array([np.isnan(values[name]) for name in segmentation.feature_names]).T
    whole = ~missing.any(axis=1)
    shares[whole] = _agreement(segmentation, prepared, placed, np.flatnonzero(whole))
    rows = np.flatnonzero(~whole)
    packed = np.packbits(missing[rows], axis=1)
    keys = packed.view(f"V{packed.shape[1]}").ravel() if packed.shape[1] > 1 else packed.ravel()
    _, firsts, which = np.unique(keys, return_index=True, return_inverse=True)
    for number, pattern in enumerate(missing[rows[firsts]]):
        if not pattern.all():
            some = rows[which.ravel() == number]
            shares[some] = _with_draws(segmentation, values, prepared, segment, some, pattern)
    shares[segment == 0] = np.nan
    return shares


def certainty_word(share: float, filled: int, features: int) -> str:
    """How sure, in words: from the share of refits that agree, and how many of the values are missing; "" unknown."""
    if features and filled == features:
        return NOT_ENOUGH
    if np.isnan(share):
        return ""
    if filled and share < _LEAST:
        return NOT_ENOUGH
    return next(words for limit, words in CERTAINTY if share < limit)


def certainty_words(shares: Floats, filled: Labels, features: int, segment: Labels) -> tuple[Labels, list[str]]:
    """`certainty_word` of many customers at once → per customer the place of the word in a list, and the list.

    A customer in no segment has none.
    """
    words = ["", NOT_ENOUGH, *(word for _, word in CERTAINTY)]
    places = np.searchsorted([limit for limit, _ in CERTAINTY], shares, side="right").astype(np.int32) + 2
    places[(filled > 0) & (shares < _LEAST)] = 1
    places[np.isnan(shares)] = 0
    if features:
        places[filled == features] = 1
    places[segment == 0] = 0
    return places, words


def certainty_text(share: float, filled: int, features: int, refits: int = 0) -> str:
    """The same with the count, `Sure (30 of 30 agree)`, or with the share where no refit judged the customer itself."""
    word = certainty_word(share, filled, features)
    if not word or np.isnan(share):
        return word
    return f"{word} ({round(share * refits)} of {refits} agree)" if refits else f"{word} ({share_text(share)} agree)"


def _agreement(segmentation: Segmentation, prepared: Floats, placed: Placed, rows: NDArray[np.intp]) -> Floats:
    """Prepared customers and where they were placed → the shares of those rows of whom all is known."""
    refits = segmentation.refits
    assert refits is not None
    if not len(refits.centres):
        return refits.by_margin(placed.margin[rows])
    return _counted(prepared, refits.centres, placed.segment, rows)


def _counted(prepared: Floats, centres: Floats, segment: Labels, rows: NDArray[np.intp]) -> Floats:
    """Customers (n × d), centres of the refits (r × k × d), segments → the shares of refits that agree on these rows.

    Segment by segment, all refits in one matrix product; where that is so close to a tie that its rounding might
    decide, `_agrees` does.
    """
    rounds, k, width = centres.shape
    shares, sizes, largest = np.empty(len(prepared)), (centres**2).sum(axis=2), float((centres**2).sum(axis=2).max())
    ties = []
    of_rows = segment[rows]
    for own in np.unique(of_rows):
        place = max(int(own) - 1, 0)
        others = [number for number in range(k) if number != place]
        directions = 2 * (centres[:, others] - centres[:, [place]])
        levels = sizes[:, others] - sizes[:, [place]]
        matrix = np.concatenate([directions, -levels[:, :, None]], axis=2).reshape(-1, width + 1)
        of_segment = rows[of_rows == own]
        for start in range(0, len(of_segment), _ROWS):
            at = of_segment[start : start + _ROWS]
            some = np.ones((len(at), width + 1))
            some[:, :width] = prepared[at]
            with np.errstate(over="ignore", invalid="ignore"):
                nearer = (matrix @ some.T).reshape(rounds, len(others), len(at)).max(axis=1)
                close = _SURELY * (1 + np.einsum("nd,nd->n", some, some) + largest)
                tie = ~(np.abs(nearer).min(axis=0) > close)  # NaN is a tie, too
            shares[at] = (nearer < 0).view(np.uint8).sum(axis=0, dtype=np.uint16) / rounds
            ties.append(at[tie])
    tied = np.concatenate(ties) if ties else np.empty(0, dtype=np.intp)
    for start in range(0, len(tied), _CHUNK):
        at = tied[start : start + _CHUNK]
        shares[at] = _agrees(prepared[at, None, :], centres, segment[at]).mean(axis=1)
    return shares[rows]


@np.errstate(over="ignore", invalid="ignore")  # a value may be too large to compute with; such a row is refused later
def _agrees(prepared: Floats, centres: Floats, segment: Labels) -> Any:
    """Customers as each refit sees them (n × r × d, or n × 1 × d for all alike) → n × r: our segment is the nearest.

    A tie counts as agreement, so that rounding decides nothing.
    """
    size = (centres**2).sum(axis=2)
    if prepared.shape[1] == 1:
        cross = (prepared[:, 0] @ centres.reshape(-1, centres.shape[2]).T).reshape(len(prepared), *size.shape)
    else:
        cross = np.einsum("nrd,rkd->nrk", prepared, centres, optimize=True)
    costs = size[None] - 2 * cross
    own = np.take_along_axis(costs, np.maximum(segment - 1, 0)[:, None, None], axis=2)[:, :, 0]
    return own - costs.min(axis=2) <= _ALIKE * (1 + np.abs(own))


def _with_draws(
    segmentation: Segmentation,
    values: Mapping[str, Floats],
    prepared: Floats,
    segment: Labels,
    rows: Any,
    pattern: Any,
) -> Floats:
    """Customers (positions `rows`) who lack the same values → the share of refits, each with its draw, that agree."""
    refits, recipe = segmentation.refits, segmentation.recipe
    assert refits is not None
    turns = len(refits.centres) or N_REFITS
    known, lost = np.flatnonzero(~pattern).tolist(), np.flatnonzero(pattern).tolist()
    matrix = _correlation(segmentation)
    weights = np.linalg.solve(matrix[np.ix_(known, known)], matrix[np.ix_(known, lost)])
    spread = matrix[np.ix_(lost, lost)] - matrix[np.ix_(lost, known)] @ weights
    root = np.linalg.cholesky(spread + 1e-6 * np.eye(len(lost)))
    noise = _draws(turns, len(lost)) @ root.T
    shares = np.empty(len(rows))
    scores = np.column_stack([_score(segmentation, index, values, rows) for index in known])
    step = max(1, _CHUNK // turns)
    for start in range(0, len(rows), step):
        some = rows[start : start + step]
        drawn = (scores[start : start + step] @ weights)[:, None, :] + noise[None]
        seen = np.repeat(prepared[some][:, None, :], turns, axis=1)
        for at, values_at in _drawn_values(segmentation, lost, drawn).items():
            seen[:, :, at] = recipe.features[at].apply(values_at.ravel()).reshape(len(some), -1)
        if len(refits.centres):
            shares[start : start + step] = _agrees(seen, refits.centres, segment[some]).mean(axis=1)
            continue
        placed = segmentation.rule.place(seen.reshape(-1, seen.shape[2]))
        same = placed.segment.reshape(len(some), turns) == segment[some][:, None]
        sure = refits.by_margin(placed.margin).reshape(len(some), turns)
        shares[start : start + step] = np.where(same, np.nan_to_num(sure), 0.0).mean(axis=1)
    return shares


def _drawn_values(segmentation: Segmentation, lost: list[int], drawn: Floats) -> dict[int, Floats]:
    """Draws of missing features as normal scores (n × r × m) → place of each of the m → its draws (n × r).

    Of a category one level is drawn: the one whose score is farthest above what its share asks for; of ordered levels
    none is reached above one that is not.
    """
    from scipy.special import ndtri

    recipe = segmentation.recipe
    column = {at: drawn[:, :, place] for place, at in enumerate(lost)}
    values = {at: _quantile(segmentation, at, scores) for at, scores in column.items()}
    for block in recipe.blocks:
        places = [recipe.names.index(name) for name in block.features]
        if places[0] not in column:
            continue
        needed = [-ndtri(np.clip(recipe.features[at].fill, 1e-6, 1 - 1e-6)) for at in places]
        above = np.stack([column[at] - limit for at, limit in zip(places, needed, strict=True)])
        if block.kind == "ordered":
            holds = np.minimum.accumulate(above, axis=0) > 0
        else:
            holds = np.arange(len(places))[:, None, None] == above.argmax(axis=0)
        values |= {at: holds[place].astype(np.float64) for place, at in enumerate(places)}
    return values


def _correlation(segmentation: Segmentation) -> Floats:
    crowd, width = segmentation.crowd, len(segmentation.feature_names)
    if crowd is None or crowd.correlation.shape != (width, width):
        return np.eye(width)
    return crowd.correlation


@lru_cache(maxsize=64)
def _draws(turns: int, width: int) -> Floats:
    """turns × width normal scores, each column the same evenly spread ones in another order."""
    from scipy.special import ndtri

    rng = np.random.default_rng(0)
    even = ndtri((np.arange(turns) + 0.5) / turns)
    return np.column_stack([rng.permutation(even) for _ in range(width)])


def _score(segmentation: Segmentation, index: int, values: Mapping[str, Floats], rows: Any) -> Floats:
    """Values of one feature → their normal scores among the training customers (equal values: the middle of them)."""
    from scipy.special import ndtri

    percents, seen = segmentation.percentiles[0] / 100, segmentation.percentiles[1][index]
    column = values[segmentation.feature_names[index]][rows]
    low, high = (np.searchsorted(seen, column, side=side) for side in ("left", "right"))
    inside = np.interp(column, seen, percents)
    tied = (percents[np.minimum(low, len(seen) - 1)] + percents[np.maximum(high - 1, 0)]) / 2
    drawn: Floats = ndtri(np.clip(np.where(high > low, tied, inside), _EDGE, 1 - _EDGE))
    return drawn


def _quantile(segmentation: Segmentation, index: int, scores: Floats) -> Floats:
    """Normal scores → values of one feature in original units."""
    from scipy.special import ndtr

    percents, seen = segmentation.percentiles
    drawn: Floats = np.interp(100 * ndtr(scores), percents, seen[index])
    return drawn
