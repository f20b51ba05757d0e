"""Does a way of grouping come back when it sees only some of the customers?"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from sklearn.metrics import adjusted_rand_score

from segmentation.clustering.methods import Floats, method_of
from segmentation.core.errors import Cancelled, SegmentationError
from segmentation.core.parallel import part
from segmentation.core.sampling import random_rows
from segmentation.core.settings import SEED, Progress
from segmentation.evaluation.comparison.candidate import Candidate
from segmentation.evaluation.final import every_label

__all__ = ["DRAWS", "MOST_ROWS", "SHARE", "seconds_needed", "stabilities", "stability"]

DRAWS = 5
SHARE = 0.8
MOST_ROWS = 20_000
"""A draw never has more customers than this."""


def stability(
    Z: Floats, candidate: Candidate, *, draws: int = DRAWS, seed: int = SEED, progress: Progress | None = None
) -> float:
    """Prepared rows and a way of grouping them → how well it comes back, 1 = the same groups, about 0 = by chance.

    Four fifths of the customers (at most 20,000) are drawn without replacement and grouped again with the same
    settings; the adjusted Rand index with the groups of all customers is taken over the drawn ones, those in no segment
    as a group of their own, and averaged (after Ben-Hur, Elisseeff, Guyon 2002). Drawn without replacement, because
    a customer drawn twice is a dense spot to methods that look for them. A draw that cannot be grouped counts as 0.
    NaN where there is one group only, which always comes back.
    """
    if candidate.groups < 2:
        return float("nan")
    size = min(max(int(SHARE * len(Z)), 1), MOST_ROWS)
    rng = np.random.default_rng(seed)
    method = method_of(candidate.method)
    settings = method.choose(candidate.settings)
    indices = []
    for draw in range(draws):
        tick = part(progress, draw / draws, (draw + 1) / draws)
        if tick is not None:
            tick(0.0, f"{candidate.title}: draw {draw + 1} of {draws}")
        rows = random_rows(len(Z), size, rng)
        try:
            fit = method.run(Z[rows], settings, tick)
        except Cancelled:
            raise
        except SegmentationError:
            indices.append(0.0)
            continue
        indices.append(float(adjusted_rand_score(candidate.labels[rows], every_label(Z[rows], fit))))
    return float(np.mean(indices))


def stabilities(Z: Floats, candidates: Mapping[str, Candidate], progress: Progress | None = None) -> dict[str, float]:
    """Key → candidate → key → stability, one after the other. Cancelled, it keeps what it has measured so far."""
    measured: dict[str, float] = {}
    for index, (key, candidate) in enumerate(candidates.items()):
        tick = part(progress, index / len(candidates), (index + 1) / len(candidates))
        try:
            measured[key] = stability(Z, candidate, progress=tick)
        except Cancelled:
            if not measured:
                raise
            break
    return measured


def seconds_needed(candidates: Mapping[str, Candidate]) -> float:
    """About how long `stabilities` takes, from the time of the fits; a fit made elsewhere counts as one second."""
    each = [1.0 if np.isnan(item.seconds) else item.seconds for item in candidates.values()]
    return float(sum(max(seconds, 0.05) for seconds in each) * DRAWS * SHARE)
