"""The gap statistic: is the inertia at k smaller than where customers are spread evenly, with no groups at all?

Tibshirani, Walther, Hastie (2001), "Estimating the number of clusters in a data set via the gap statistic",
J. R. Statist. Soc. B 63, with the reference box along the principal components (their choice b).
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from segmentation.clustering.methods import Floats
from segmentation.core.parallel import run_all
from segmentation.core.settings import Progress
from segmentation.evaluation.evidence.work import Work, fitted

__all__ = ["first_k", "gap_statistic", "gap_table", "uniform_box"]


def uniform_box(Z: Floats, rng: np.random.Generator) -> Floats:
    """As many rows as `Z`, spread evenly over the box along its principal components, turned back to its axes."""
    middle = Z.mean(axis=0)
    _, _, axes = np.linalg.svd(Z - middle, full_matrices=False)
    turned = (Z - middle) @ axes.T
    low, high = turned.min(axis=0), turned.max(axis=0)
    cloud: Floats = rng.uniform(low, high, size=(len(Z), len(low))) @ axes + middle
    return cloud


def gap_table(inertia: pd.Series, references: pd.DataFrame) -> pd.DataFrame:
    """Inertia by k (from 1 on), and the inertia of B reference sets (one row each, a column per k) → gap and gap_se.

    gap = mean of log W* minus log W; gap_se = standard deviation of log W* times √(1 + 1/B).
    NaN where an inertia is zero or missing.
    """
    with np.errstate(divide="ignore"):
        logs = np.log(references.where(references > 0))
        own = np.log(inertia.where(inertia > 0))
    gap = logs.mean(axis=0) - own
    error = logs.std(axis=0, ddof=0) * np.sqrt(1 + 1 / max(len(references), 1))
    return pd.DataFrame({"gap": gap, "gap_se": error}).rename_axis("k")


def first_k(table: pd.DataFrame) -> int | None:
    """Tibshirani's rule: the first k whose gap is at least the next one's minus that one's error; None if none is."""
    known = table[["gap", "gap_se"]].dropna().sort_index()
    ks, gap, error = known.index.to_numpy(), known["gap"].to_numpy(), known["gap_se"].to_numpy()
    for index in range(len(known) - 1):
        if ks[index + 1] == ks[index] + 1 and gap[index] >= gap[index + 1] - error[index + 1]:
            return int(ks[index])
    return None


def gap_statistic(work: Work, progress: Progress | None = None) -> tuple[pd.DataFrame, dict[str, int | None]]:
    """The gap of `work` by k from 1 on (see `gap_table`), and the fact gap_k (see `first_k`)."""

    def one(number: int, tick: Progress) -> pd.Series:
        if number < 0:
            return _inertias(work, work.Z, work.settings.seed, tick)
        return _inertias(work, uniform_box(work.Z, work.rng("box", number)), number, tick)

    text = "The gap statistic"
    results = run_all(one, range(-1, work.settings.references), progress=progress, text=text)
    table = gap_table(results[0], pd.DataFrame(results[1:]))
    return table, {"gap_k": first_k(table)}


def _inertias(work: Work, Z: Floats, seed: int, tick: Progress) -> pd.Series:
    inertia = {1: float(((Z - Z.mean(axis=0)) ** 2).sum())}
    fits = fitted(Z, work.ks, work.settings.n_init, seed, tick)
    inertia |= {k: fits[k].inertia if k in fits else float("nan") for k in work.ks}
    return pd.Series(inertia)
