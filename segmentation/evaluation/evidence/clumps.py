"""Columns whose own values stand in clumps: where groups differ in few of many columns, they show there first.

K-means weighs every column alike, so with two telling columns among ten its segments may cut anywhere. A start made in
the telling columns alone lets the mixture find the groups; whether there are gaps is then asked in all columns, as of
any other segments.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from segmentation.clustering.methods import Floats, kmeans
from segmentation.evaluation.evidence.gaps import atoms

__all__ = ["clumped"]

_LEFT, _OF_OTHERS, _BORDER = 1.2, 0.86, 1.3
_MOST = 4
_ROWS = 1_000
_TRIMMED = (0.01, 0.99)


def clumped(Z: Floats) -> NDArray[np.intp]:
    """The columns (n × d) that two to four values tell more of than of the others; empty where no few of many do.

    Cut into m pieces, evenly spread values keep 1/m² of their variance within the pieces, normal values about half as
    much again, and groups less. Of each column the smallest multiple of 1/m² for m from 2 to 4 counts. A column stands
    in clumps where it is below 1.2, and below 0.86 of that of the middle column; more than half of the columns
    are no few of many. Where one does, those below 1.3 may as well and are named with it, up to half of the columns.
    The farthest hundredth at either end is drawn in first. Columns where a tenth share a value are not asked: between
    a yes and a no there always is a gap.
    """
    few = Z[:: max(1, len(Z) // _ROWS)]
    few = np.clip(few, *np.quantile(few, _TRIMMED, axis=0))
    own = {int(column) for block in atoms(Z) for column in block}
    left = {column: _left(few[:, column]) for column in range(Z.shape[1]) if column not in own}
    most = min(_LEFT, _OF_OTHERS * float(np.median(list(left.values())))) if left else 0.0
    columns = sorted((column for column, value in left.items() if value < most), key=left.__getitem__)
    half = Z.shape[1] // 2
    if not columns or len(columns) > half:
        return np.array([], dtype=np.intp)
    border = sorted((column for column, value in left.items() if most <= value < _BORDER), key=left.__getitem__)
    return np.array(sorted([*columns, *border][:half]), dtype=np.intp)


def _left(values: Floats) -> float:
    """The smallest share of the variance that is left within the best 2, 3 or 4 pieces, times the pieces squared."""
    total = float(values.var()) * len(values)
    pieces = [pieces for pieces in range(2, _MOST + 1) if len(np.unique(values)) > pieces]
    inertia = {m: kmeans(values[:, None], m, n_init=1, seed=0).inertia for m in pieces}
    return min((m**2 * inertia[m] / total for m in pieces), default=np.inf)
