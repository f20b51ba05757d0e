"""Do the segments come back when customers are drawn anew, or when only the seed changes?

Hennig (2007), "Cluster-wise assessment of cluster stability", Comput. Stat. Data Anal. 52: the Jaccard similarity of a
segment with the segment most like it in each repetition, and the bands in words that go with its mean.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np
import pandas as pd
from sklearn.metrics import adjusted_rand_score

from segmentation.clustering.methods import Floats, Labels
from segmentation.core.settings import Progress
from segmentation.evaluation.evidence.work import Finding, Measure, Piece, Work, tried

__all__ = ["BANDS", "SEEDS", "STABILITY", "agreement", "band", "jaccard", "nearest_centre"]

BANDS = (
    (0.85, "very stable"),
    (0.75, "stable"),
    (0.60, "a pattern whose border moves"),
    (0.50, "doubtful"),
    (-np.inf, "dissolves"),
)
"""Smallest mean Jaccard similarity, and what it says of a segment."""


def band(value: float) -> str:
    """The word for a mean Jaccard similarity; empty when it is missing."""
    return next((word for low, word in BANDS if value >= low), "")


def agreement(first: Labels, second: Labels) -> float:
    """The adjusted Rand index of two labellings: 1 the same, about 0 what chance gives (Hubert, Arabie 1985)."""
    return float(adjusted_rand_score(first, second))


def jaccard(reference: Labels, other: Labels) -> Floats:
    """For each segment 1…k of `reference`: shared customers over all customers of it and its best match in `other`."""
    counts = np.zeros((int(reference.max()), int(other.max())))
    np.add.at(counts, (reference - 1, other - 1), 1)
    either = counts.sum(axis=1, keepdims=True) + counts.sum(axis=0, keepdims=True) - counts
    return np.max(counts / np.maximum(either, 1), axis=1)


def nearest_centre(Z: Floats, centres: Floats) -> Labels:
    """The number 1…k of the nearest centre of every row."""
    return (np.argmin((centres**2).sum(axis=1) - 2 * Z @ centres.T, axis=1) + 1).astype(np.int32)


def _redrawn(work: Work, number: int, tick: Progress) -> dict[int, tuple[float, Floats]]:
    """Customers drawn anew with replacement, fitted as in the comparison → agreement and Jaccard of 1…k, by k."""
    rng = work.rng("redrawn", number)
    drawn = work.Z[np.sort(rng.integers(0, len(work.Z), len(work.Z)))]
    found = {}
    for k in work.ks:
        fit = tried(drawn, k, work.comparison_n_init, number, tick)
        if fit is not None:
            again = nearest_centre(work.Z, fit.centres)
            found[k] = (agreement(work.fits[k].labels, again), jaccard(work.fits[k].labels, again))
    return found


def _stability_pieces(work: Work) -> Sequence[Piece]:
    return [partial(_redrawn, work, number) for number in range(work.settings.bootstraps)]


def _stability(work: Work, results: list[dict[int, tuple[float, Floats]]]) -> Finding:
    rows = {}
    for k in work.ks:
        found = [result[k] for result in results if k in result]
        each = np.mean([jaccards for _, jaccards in found], axis=0) if found else np.full(k, np.nan)
        whole = [whole for whole, _ in found]
        rows[k] = {
            "stability": float(np.mean(whole)) if whole else float("nan"),
            "stability_low": float(np.quantile(whole, 0.1)) if whole else float("nan"),
            "jaccard": tuple(each.tolist()),
            "jaccard_min": float(each.min()),
        }
    return Finding(pd.DataFrame.from_dict(rows, orient="index"))


def _other_seed(work: Work, number: int, tick: Progress) -> dict[int, float]:
    found = {}
    for k in work.ks:
        fit = tried(work.Z, k, work.comparison_n_init, work.comparison_seed + 1000 + number, tick)
        if fit is not None:
            found[k] = agreement(work.fits[k].labels, fit.labels)
    return found


def _seed_pieces(work: Work) -> Sequence[Piece]:
    return [partial(_other_seed, work, number) for number in range(work.settings.seeds)]


def _seeds(work: Work, results: list[dict[int, float]]) -> Finding:
    return Finding(pd.DataFrame({"seeds": pd.DataFrame(results).mean()}))


STABILITY = Measure(
    name="stability",
    label="Stability",
    help="How well the segments come back when customers are drawn anew: 1 the same segments, 0 what chance gives.",
    better="high",
    pieces=_stability_pieces,
    collect=_stability,
    shown=("stability", "jaccard", "jaccard_min"),
    weight=3.0,
)
SEEDS = Measure(
    name="seeds",
    label="Agreement between seeds",
    help="How well the segments come back when only the random start changes: 1 the same segments.",
    better="high",
    pieces=_seed_pieces,
    collect=_seeds,
    shown=("seeds",),
    weight=3.0,
)
