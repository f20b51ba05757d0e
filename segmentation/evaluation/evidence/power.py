"""What would have been found: the distance from which groups are found almost surely, for so many customers.

`power.csv` was learned once by `python -m tests.bench.power`: two equally large normal groups in d independent
features, standardised, judged as `assess` does. Columns: n, d, apart (the smallest distance of the two centres, in
standard deviations of a group, at which they were called distinct in 95 of 100 sets), sets (drawn for that
row; 0: not drawn, the figure of fewer customers stands, which is at least as large).
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

__all__ = ["detectable", "power_table"]

_FILE = Path(__file__).with_name("power.csv")


@cache
def power_table() -> pd.DataFrame:
    """The learned table: n, d, apart, sets; one row a cell of the grid."""
    return pd.read_csv(_FILE)


def detectable(n: int, d: int) -> float | None:
    """The distance of two groups (in standard deviations) found in 95 of 100 sets of `n` customers, `d` features.

    Between the sizes that were tried it runs evenly in log n and log d; with more customers it is that of the most.
    None with fewer customers or more features than were tried: nothing can be promised there.
    """
    grid = power_table().pivot(index="n", columns="d", values="apart").dropna(axis="columns")
    ns, ds = np.log(grid.index.to_numpy(float)), np.log(grid.columns.to_numpy(float))
    if np.log(n) < ns[0] - 1e-9 or np.log(max(d, 1)) > ds[-1] + 1e-9:
        return None
    by_d = [float(np.interp(np.log(n), ns, grid[column].to_numpy(float))) for column in grid.columns]
    return float(np.interp(np.log(max(d, 1)), ds, by_d))
