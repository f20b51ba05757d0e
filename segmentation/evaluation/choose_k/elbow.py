"""The elbow of the inertia curve: a hint that moves with the range of k, and is shown to move."""

from __future__ import annotations

import numpy as np
import pandas as pd

__all__ = ["elbow", "elbow_moves"]


def elbow(inertia: pd.Series) -> int | None:
    """The k whose inertia lies deepest below the straight line from the first to the last k; None without a bend.

    `inertia` is indexed by k. Both axes are brought to 0…1 first, so units do not matter (the rule of Satopää et
    al. 2011, "Finding a kneedle in a haystack", without smoothing).
    """
    curve = inertia.dropna().sort_index()
    if len(curve) < 3:
        return None
    k, value = curve.index.to_numpy(dtype=float), curve.to_numpy(dtype=float)
    drop = value[0] - value[-1]
    if not drop > 0:
        return None
    below = 1 - (k - k[0]) / (k[-1] - k[0]) - (value - value[-1]) / drop
    deepest = int(np.argmax(below))
    return int(curve.index[deepest]) if below[deepest] > 1e-9 else None


def elbow_moves(inertia: pd.Series) -> tuple[tuple[int, int], ...]:
    """Where the elbow would be if the range had ended earlier: ((last k, elbow) …), one pair each time it moves."""
    curve = inertia.dropna().sort_index()
    moves: list[tuple[int, int]] = []
    for last in range(3, len(curve) + 1):
        bend = elbow(curve.iloc[:last])
        if bend is not None and (not moves or moves[-1][1] != bend):
            moves.append((int(curve.index[last - 1]), bend))
    return tuple(moves)
