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

_LEFT = 0.72
_MOST = 4
_ROWS = 1_000
_TRIMMED = (0.01, 0.99)


def clumped(Z: Floats) -> NDArray[np.intp]:
    """The columns (n × d) that two to four values tell nearly all of; empty where all do, or none.

    Cut into m pieces, evenly spread values keep 1/m² of their variance within the pieces, and normal or skewed ones
    more. A column counts as clumped when less than 0.72/m² is left for some m from 2 to 4. Its farthest hundredth at
    either end is drawn in first. Columns where a tenth share a value are not asked: between a yes and a no there always
    is a gap.
    """
    few = Z[:: max(1, len(Z) // _ROWS)]
    low, high = np.quantile(few, _TRIMMED, axis=0)
    own = {int(column) for block in atoms(Z) for column in block}
    columns = [
        column
        for column in range(Z.shape[1])
        if column not in own and _in_clumps(np.clip(few[:, column], low[column], high[column]))
    ]
    return np.array(columns if len(columns) < Z.shape[1] else [], dtype=np.intp)


def _in_clumps(values: Floats) -> bool:
    total = float(values.var()) * len(values)
    return any(
        kmeans(values[:, None], pieces, n_init=1, seed=0).inertia < _LEFT / pieces**2 * total
        for pieces in range(2, _MOST + 1)
        if len(np.unique(values)) > pieces
    )
