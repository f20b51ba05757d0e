"""Customers drawn anew, segmented again at every number: do segments come back, and are there gaps between them?

Both are read from the same repetitions. Each starts one of its restarts at the segments of the comparison, so that
what is found again is not missed for want of restarts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from segmentation.clustering.methods import Floats, Labels
from segmentation.core.settings import Progress
from segmentation.evaluation.evidence.gaps import counts, pair_table
from segmentation.evaluation.evidence.work import Work, fitted
from segmentation.evaluation.stability import agreement, jaccard, nearest_centre

__all__ = ["Again", "again", "came_back", "gaps_by_k", "matched", "redraw", "without_blocks"]


@dataclass(frozen=True, eq=False)
class Again:
    """The segments of one repetition, numbered as those of the comparison that they match.

    agreement: adjusted Rand index with the comparison. jaccard: k, one a segment of the comparison. labels: n, from 0,
    of all customers; centres: k × d; counts: see `gaps.counts`; drawn: n, how often each customer was drawn.
    """

    agreement: float
    jaccard: Floats
    labels: NDArray[np.intp]
    centres: Floats
    counts: Floats
    drawn: NDArray[np.intp]


def redraw(work: Work, number: int, tick: Progress) -> dict[int, Again]:
    """Repetition `number` → what came back, by k; a k that these customers do not allow is left out."""
    drawn = work.drawn(number)
    once = drawn > 0
    rows, times = work.Z[once], drawn[once].astype(np.float64)  # the same as every row as often as it was drawn
    near = {k: fit.centres for k, fit in work.fits.items()}
    fits = fitted(rows, work.ks, work.settings.n_init, number, tick, near=near, weights=times)
    return {
        k: again(work.counted, work.fits[k].labels, nearest_centre(work.Z, fit.centres), fit.centres, drawn)
        for k, fit in fits.items()
    }


def again(Z: Floats, reference: Labels, labels: Labels, centres: Floats, drawn: NDArray[np.intp]) -> Again:
    """The labels (1…k) of one repetition and its centres, held against those of the comparison.

    Z: n × d, as customers are counted (`Work.counted`).
    """
    order = matched(reference, labels, len(centres))
    renamed = order[labels - 1]
    moved = np.empty_like(centres)
    moved[order] = centres
    table = counts(Z, renamed, moved, drawn)
    return Again(agreement(reference, labels), jaccard(reference, labels), renamed, moved, table, drawn)


def matched(reference: Labels, labels: Labels, k: int) -> NDArray[np.intp]:
    """For each segment 1…k of `labels` the number (from 0) of the segment of `reference` it shares most with.

    One to one, with as many shared customers as can be (Kuhn 1955).
    """
    shared = np.zeros((k, k))
    np.add.at(shared, (labels - 1, reference - 1), 1)
    rows, columns = linear_sum_assignment(-shared)
    order = np.empty(k, dtype=np.intp)
    order[rows] = columns
    return order


def came_back(repetitions: Sequence[Mapping[int, Again]], ks: Sequence[int]) -> pd.DataFrame:
    """By k: stability (mean agreement), stability_low (its tenth percentile), jaccard (k figures), jaccard_min."""
    rows = {}
    for k in ks:
        drawn_again = [repetition[k] for repetition in repetitions if k in repetition]
        each = np.mean([one.jaccard for one in drawn_again], axis=0) if drawn_again else np.full(k, np.nan)
        whole = [one.agreement for one in drawn_again]
        rows[k] = {
            "stability": float(np.mean(whole)) if whole else float("nan"),
            "stability_low": float(np.quantile(whole, 0.1)) if whole else float("nan"),
            "jaccard": tuple(each.tolist()),
            "jaccard_min": float(each.min()),
        }
    return pd.DataFrame.from_dict(rows, orient="index")


def gaps_by_k(repetitions: Sequence[Mapping[int, Again]], ks: Sequence[int]) -> dict[int, pd.DataFrame]:
    """By k: the table of every pair of segments (see `gaps.pair_table`)."""
    counts = {k: [repetition[k].counts for repetition in repetitions if k in repetition] for k in ks}
    return {k: pair_table(each, len(each), k) for k, each in counts.items() if each}


def without_blocks(
    work: Work, repetitions: Sequence[Mapping[int, Again]], k: int, blocks: Sequence[NDArray[np.intp]]
) -> pd.DataFrame:
    """The pairs at `k` counted again without the yes-or-no column (block) that carries most of each gap."""
    figures = [
        counts(work.counted, one[k].labels, one[k].centres, one[k].drawn, blocks=blocks)
        for one in repetitions
        if k in one
    ]
    return pair_table(figures, len(figures), k)
