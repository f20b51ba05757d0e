"""Choose one of each group of columns that say almost the same, whatever order the columns stand in."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np

__all__ = ["drop_correlated"]


def drop_correlated(
    values: Mapping[str, np.ndarray], limit: float, forced: Collection[str] = ()
) -> tuple[tuple[str, str, float], ...]:
    """Columns of n values → (dropped, stand-in, correlation) for each that is dropped, in column order.

    Pearson correlation on the values given; a pair counts from |r| ≥ limit. Greedy: the column that stands for most
    others (the largest sum of |r| with its near-copies) is kept and those go, then the next. So each one dropped has
    a stand-in that was kept, and a column that is close to nothing kept is never lost. Ties go to the larger sum of
    |r| with all columns, then to the name; `forced` always stay.
    """
    names = sorted(values)
    if len(names) < 2:
        return ()
    r = np.round(np.corrcoef(np.vstack([values[name] for name in names])), 9)
    near = (np.abs(r) >= limit) & ~np.eye(len(names), dtype=bool)
    total = np.abs(r).sum(axis=1)
    open_ = np.ones(len(names), dtype=bool)
    stand_in: dict[int, int] = {}

    def rank(index: int) -> tuple[bool, float, float, str]:
        closeness = np.abs(r[index][near[index] & open_]).sum()
        return (names[index] not in forced, -closeness, -total[index], names[index])

    while open_.any():
        keep = min((int(index) for index in np.flatnonzero(open_)), key=rank)
        open_[keep] = False
        for index in np.flatnonzero(near[keep] & open_):
            if names[index] not in forced:
                open_[index] = False
                stand_in[int(index)] = keep
    stand_ins = {names[lost]: (names[kept], float(r[lost, kept])) for lost, kept in stand_in.items()}
    return tuple((name, *stand_ins[name]) for name in values if name in stand_ins)
