"""Is there a valley between two segments, or does one run into the other?"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np
import pandas as pd

from segmentation.clustering.methods import Fit, Floats
from segmentation.core.settings import Progress
from segmentation.evaluation.evidence.work import Finding, Measure, Piece, Work

__all__ = ["SEPARATION", "closest_pair", "valley"]


def valley(first: Floats, second: Floats, centres: Floats) -> float:
    """How empty the middle between two segments is: 1 empty, 0 as full as around the emptier of the two centres.

    The members of both (n₁ × d and n₂ × d) are looked at along the line through their centres (2 × d), as a share
    t = 0 … 1 of the way; customers in the middle fifth are counted against those in a fifth around each centre.
    """
    way = centres[1] - centres[0]
    length = float(way @ way)
    if length == 0.0:
        return 0.0
    at = np.concatenate([(first - centres[0]) @ way, (second - centres[0]) @ way]) / length
    middle, start, end = (int(np.sum(np.abs(at - place) <= 0.1)) for place in (0.5, 0.0, 1.0))
    crowd = min(start, end)
    return max(0.0, 1.0 - middle / crowd) if crowd else 0.0


def closest_pair(Z: Floats, fit: Fit) -> tuple[float, tuple[int, int]]:
    """The valley of the pair of segments that are least separate, and their numbers; (NaN, (0, 0)) for one segment."""
    members = [Z[fit.labels == segment] for segment in range(1, fit.k + 1)]
    found = [
        (valley(members[a], members[b], fit.centres[[a, b]]), (a + 1, b + 1)) for a, b in combinations(range(fit.k), 2)
    ]
    return min(found) if found else (float("nan"), (0, 0))


def _pieces(work: Work) -> Sequence[Piece]:
    def pairs(tick: Progress) -> dict[int, tuple[float, tuple[int, int]]]:
        return {k: closest_pair(work.Z, work.fits[k]) for k in work.ks}

    return [pairs]


def _collect(work: Work, results: list[dict[int, tuple[float, tuple[int, int]]]]) -> Finding:
    rows = {k: {"separation": value, "closest": pair} for k, (value, pair) in results[0].items()}
    return Finding(pd.DataFrame.from_dict(rows, orient="index"))


SEPARATION = Measure(
    name="separation",
    label="Separation of the closest pair",
    help="How empty the middle between the two segments that are least apart is: 1 empty, 0 as full as the segments "
    "themselves.",
    better="high",
    pieces=_pieces,
    collect=_collect,
    shown=("separation",),
    weight=0.2,
)
