"""In few columns: is a valley between two segments thinner in every direction, or only seen from the side?"""

from __future__ import annotations

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
)

__all__ = ["nearness"]


def nearness(Z: Floats, labels: NDArray[np.intp], centres: Floats) -> pd.DataFrame:
    """Are customers in the valley further from their neighbours than those around the mode? → one row a pair.

    farther (difference of the mean log distance to the fifth neighbour), error (its standard error), n (customers in
    the valley), aside (their mean squared distance from the line between the centres, for that of those around the
    modes). A gap thins customers out in every direction. A ring, or a bow, shows a valley from the side although
    customers lie as close there as anywhere; but these lie aside from the line, while those in a neck lie on it.
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
            rows.append((np.nan, np.nan, len(valley), np.nan))
            continue
        error = np.sqrt(valley.var(ddof=1) / len(valley) + mode.var(ddof=1) / len(mode))
        aside = _aside(Z[inside[0]], centres[a], centres[b]) / _aside(Z[inside[1] | inside[2]], centres[a], centres[b])
        rows.append((float(valley.mean() - mode.mean()), float(error), len(valley), aside))
    return pd.DataFrame(rows, columns=["farther", "error", "n", "aside"])


def _aside(X: Floats, first: Floats, second: Floats) -> float:
    """The mean squared distance of the rows from the line through two centres."""
    line = (second - first) / np.linalg.norm(second - first)
    way = X - first
    return float(np.mean((way**2).sum(axis=1) - (way @ line) ** 2)) + 1e-12
