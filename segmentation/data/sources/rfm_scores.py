"""Classic RFM scores 1 to 5 and the segment that each code belongs to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

__all__ = ["RFM_SEGMENTS", "cut_points", "rfm_scores", "rfm_summary", "scores", "segment_of"]

RFM_SEGMENTS: dict[int, tuple[str, ...]] = {
    5: ("New", "Potential loyalists", "Potential loyalists", "Champions", "Champions"),
    4: ("Promising", "Potential loyalists", "Loyal", "Loyal", "Champions"),
    3: ("About to sleep", "Need attention", "Need attention", "Loyal", "Loyal"),
    2: ("About to sleep", "Hibernating", "At risk", "At risk", "Cannot lose them"),
    1: ("Lost", "Hibernating", "At risk", "Cannot lose them", "Cannot lose them"),
}
"""Recency score → names for the mean of the frequency and monetary scores, rounded half up, from 1 to 5."""


def cut_points(values: Sequence[float] | pd.Series) -> tuple[float, ...]:
    """The values below which 20, 40, 60 and 80 % of the customers lie: four cut points, missing values left aside.

    They are values of customers (no interpolation), so cutting at them never separates equal customers.
    """
    known = np.asarray(values, dtype=float)
    known = known[~np.isnan(known)]
    if not len(known):
        return (0.0, 0.0, 0.0, 0.0)
    return tuple(float(cut) for cut in np.quantile(known, [0.2, 0.4, 0.6, 0.8], method="higher"))


def scores(values: pd.Series, cuts: Sequence[float], *, low_is_good: bool = False) -> np.ndarray:
    """Values and cut points → (n,) scores 1 to 5, 5 the best; equal values get equal scores, missing ones get 1.

    Score = 1 + how many cut points the value exceeds; where low is good, 5 − that number. When many customers are
    equal, cut points coincide and a score between them is given to nobody.
    """
    known = values.to_numpy(dtype=float)
    above = np.searchsorted(np.asarray(cuts, dtype=float), known, side="left")
    made = 5 - above if low_is_good else 1 + above
    return np.where(np.isnan(known), 1, made)


def segment_of(recency: int, frequency: int, monetary: int) -> str:
    """The one name of an RFM code."""
    return RFM_SEGMENTS[recency][(frequency + monetary + 1) // 2 - 1]


def rfm_scores(customers: pd.DataFrame, cuts: Mapping[str, Sequence[float]]) -> pd.DataFrame:
    """Customers with recency, frequency and monetary → their scores, code ("545") and segment name, same index."""
    r = scores(customers["recency"], cuts["recency"], low_is_good=True)
    f = scores(customers["frequency"], cuts["frequency"])
    m = scores(customers["monetary"], cuts["monetary"])
    codes = list(zip(r.tolist(), f.tolist(), m.tolist(), strict=True))
    return pd.DataFrame(
        {
            "recency_score": r,
            "frequency_score": f,
            "monetary_score": m,
            "rfm_code": [f"{a}{b}{c}" for a, b, c in codes],
            "rfm_segment": [segment_of(*code) for code in codes],
        },
        index=customers.index,
    )


def rfm_summary(customers: pd.DataFrame) -> pd.DataFrame:
    """Customers with their RFM figures and segment name → one row a name: customers, share, means, largest first.

    Columns: rfm_segment, customers, share, recency, frequency, monetary.
    """
    groups = customers.groupby("rfm_segment")[["recency", "frequency", "monetary"]]
    table = groups.mean()
    table.insert(0, "customers", groups.size())
    table.insert(1, "share", table["customers"] / len(customers))
    return table.sort_values("customers", ascending=False, kind="stable").reset_index()
