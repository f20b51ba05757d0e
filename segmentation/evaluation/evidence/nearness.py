"""In few columns: is a valley between two segments thinner in every direction, or only seen from the side?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.neighbors import NearestNeighbors

from segmentation.clustering.methods import Floats
from segmentation.evaluation.evidence.gaps import (
    BINS,
    along_lines,
    pairs,
    placed,
    squared_distances,
    valley_and_modes,
    weakest,
)

__all__ = ["from_the_side", "nearness"]

_SEEN = 10
_ASIDE, _FAR_ASIDE = 0.5, 3.0
"""Customers in a valley, so much farther from the line than those around the modes (squared), may be or are aside."""
_ALL_ASIDE = 1.4
"""The same in the mean over the closest pairs: a ring cut in three shows about 1.7, round groups about 1."""
_SHALLOW = 0.3
"""A ring shows valleys with about half of the customers around the modes; by chance a third, but hardly ever fewer."""


def nearness(Z: Floats, labels: NDArray[np.intp], centres: Floats) -> pd.DataFrame:
    """Are customers in the valley further from their neighbours than those around the mode? → one row a pair.

    farther (difference of the mean log distance to the fifth neighbour, from that around the sparser mode), error (its
    standard error), thinned and thinned_error (the same from the middle of both modes), n (customers in the valley),
    aside (their mean squared distance from the line between the centres, for that of those around the modes).
    A gap thins customers out in every direction. A ring, or a bow, shows a valley from the side although customers lie
    as close there as anywhere; but these lie aside from the line, while those in a neck lie on it.
    """
    near = NearestNeighbors(n_neighbors=min(6, len(Z))).fit(Z).kneighbors(Z)[0][:, -1]
    log = np.log(np.maximum(near, 1e-3 * np.median(near) + 1e-12))
    places = placed(squared_distances(Z, centres), labels, squared_distances(centres, centres))
    at = pairs(len(centres))
    spots = valley_and_modes(along_lines(places, labels, np.ones(len(Z)), len(centres), at))
    rows = []
    for number, (a, b) in enumerate(zip(*at, strict=True)):
        along = np.where(labels == a, places[:, b], BINS - 1 - places[:, a])
        both = (labels == a) | (labels == b)
        inside = [both & (np.abs(along - spot[number]) <= 2) for spot in spots]
        valley, *modes = (log[which] for which in inside)
        mode = max(modes, key=lambda values: float(values.mean()) if len(values) else -np.inf)
        if min(len(valley), len(mode)) < 2:
            rows.append((np.nan, np.nan, np.nan, np.nan, len(valley), np.nan))
            continue
        both_modes = [values for values in modes if len(values) > 1]
        aside = _aside(Z[inside[0]], centres[a], centres[b]) / _aside(Z[inside[1] | inside[2]], centres[a], centres[b])
        rows.append((*_farther(valley, [mode]), *_farther(valley, both_modes), len(valley), aside))
    return pd.DataFrame(rows, columns=["farther", "error", "thinned", "thinned_error", "n", "aside"])


def from_the_side(near: pd.DataFrame, table: pd.DataFrame, k: int, d: int) -> bool:
    """Whether some valley, or all the closest ones together, are only seen from the side.

    near: see `nearness`; table: the same pairs as `gaps.pair_table` gives them, of k groups in d columns.
    Where a share s of customers is left in a gap, they lie about −log(s)/d further apart (log distance); half of it
    must be possible; where customers in the valley lie far aside, it must be sure. A curve that closes upon itself
    shows a shallow valley between every two of its pieces, with few customers in each: so the closest pairs are also
    taken together, each by its customers in the valley, and where these lie aside, it must be sure of all of them. It
    must be so from the middle of both modes: between a dense and a sparse one nobody expects it as sparse as there.
    """
    thinner = -np.log(table["share"].clip(lower=1e-3, upper=1.0)) / d
    farther, error, aside, n = (near[name] for name in ("farther", "error", "aside", "n"))
    least = 0.5 * thinner
    side = ((farther + 2 * error < least) & (aside > _ASIDE)) | ((farther - 2 * error < least) & (aside > _FAR_ASIDE))
    if (side & (n >= _SEEN)).any():
        return True
    closest = weakest(table, k).index.intersection(near.index[aside.notna()])
    weights = n.loc[closest]
    left = table.loc[closest, ["between", "around"]].sum()
    if (weights > 0).sum() < 2 or weights.sum() < _SEEN or left["between"] < _SHALLOW * left["around"]:
        return False
    mean_error = float(np.sqrt((weights**2 * near.loc[closest, "thinned_error"] ** 2).sum())) / float(weights.sum())
    mean = {
        name: np.average(one.loc[closest], weights=weights)
        for name, one in (("thinned", near["thinned"]), ("least", least), ("aside", aside))
    }
    return bool(mean["aside"] > _ALL_ASIDE and mean["thinned"] - 2 * mean_error < mean["least"])


def _farther(valley: Floats, modes: Sequence[Floats]) -> tuple[float, float]:
    """How much larger the mean of the valley is than the middle of the means of the modes, and its standard error."""
    spread = valley.var(ddof=1) / len(valley) + sum(one.var(ddof=1) / len(one) for one in modes) / len(modes) ** 2
    return float(valley.mean() - np.mean([one.mean() for one in modes])), float(np.sqrt(spread))


def _aside(X: Floats, first: Floats, second: Floats) -> float:
    """The mean squared distance of the rows from the line through two centres."""
    line = (second - first) / np.linalg.norm(second - first)
    way = X - first
    return float(np.mean((way**2).sum(axis=1) - (way @ line) ** 2)) + 1e-12
