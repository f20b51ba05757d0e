"""K-means as scikit-learn fits it, checked, and numbered by us (1 is the largest)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from sklearn.cluster import KMeans, kmeans_plusplus
from sklearn.exceptions import ConvergenceWarning

from segmentation.clustering.methods.base import (
    Fit,
    Floats,
    Method,
    check_matrix,
    distinct_rows,
    number_by_size,
    refuse_too_few_rows,
    too_few_rows,
)
from segmentation.core.errors import SegmentationError
from segmentation.core.parallel import one_thread, run_all
from segmentation.core.settings import N_INIT, SEED, Progress, Settings, option

__all__ = ["KMEANS", "KMeansSettings", "kmeans", "polish"]


_LONGER = 10


@dataclass(frozen=True)
class KMeansSettings(Settings):
    """How K-means is fitted."""

    k: int = option(4, "Number of segments", low=1, high=50)
    n_init: int = option(N_INIT, "Restarts", "More restarts find a better fit more surely.", low=1, high=100)
    seed: int = option(SEED, "Seed", "The same seed gives the same segments.", low=0, high=2**31 - 1)


def kmeans(
    Z: Floats,
    k: int,
    *,
    n_init: int = N_INIT,
    seed: int = SEED,
    progress: Progress | None = None,
    max_iter: int = 300,
    starts: Sequence[Floats] = (),
    weights: Floats | None = None,
    cores: int = 1,
) -> Fit:
    """The best of `n_init` K-means runs on the prepared rows `Z` (n × d) → `Fit`.

    The same result as scikit-learn's `KMeans(k, n_init=n_init, random_state=seed)` (Lloyd, float64). The rows are
    checked and centred once for all restarts, and progress is told and Cancel is heard where each of them starts.
    starts: centres (k × d) at which the first of the restarts begin instead. weights: how often each row counts (n).
    cores: so many parts of the restarts run side by side, with the same result; each holds the rows once more.
    Raises SegmentationError when the rows are not finite, fewer distinct rows than k exist, or it did not converge.
    """
    Z = check_matrix(Z)
    if not 1 <= k <= len(Z):
        raise SegmentationError(
            f"The number of segments must be from 1 to the number of customers ({len(Z):,}); it was {k}. "
            "Choose fewer segments."
        )
    refuse_too_few_rows(distinct_rows(Z, stop=k), k)
    middle = Z.mean(axis=0)  # scikit-learn hands the rows on centred

    def restarts(runs: range, tell: Progress | None) -> KMeans:
        left = iter(runs)

        def begin(rows: Floats, clusters: int, random_state: np.random.RandomState) -> Floats:
            run = next(left)
            if run == runs.start:
                _pass_over(max(run - len(starts), 0), clusters, random_state)
            if tell is not None:
                tell((run - runs.start) / len(runs), f"{k} segments: restart {run + 1} of {n_init}")
            if run < len(starts):
                first: Floats = starts[run] - middle
            else:
                first = kmeans_plusplus(rows, clusters, sample_weight=weights, random_state=random_state)[0]
            return first

        model = KMeans(k, init=begin, n_init=len(runs), max_iter=max_iter, random_state=seed)
        try:
            return model.fit(Z, sample_weight=weights)
        except ConvergenceWarning as error:  # only where warnings are made errors
            raise too_few_rows(k) from error

    if cores == 1 or n_init == 1:
        with one_thread():
            best = restarts(range(n_init), progress)
    else:
        ends = [n_init * part // cores for part in range(cores + 1)]
        parts = [range(start, end) for start, end in pairwise(ends) if start < end]
        best = _best(run_all(restarts, parts, progress=progress, text=f"{k} segments: {n_init} restarts", cores=cores))
    return _checked(best, Z, k, max_iter, weights)


def _pass_over(runs: int, clusters: int, random_state: np.random.RandomState) -> None:
    """Draw what the starts of so many restarts draw: as many numbers, whatever the rows."""
    few = np.arange(2.0 * clusters)[:, None]
    for _ in range(runs):
        kmeans_plusplus(few, clusters, random_state=random_state)


def _best(models: list[KMeans]) -> KMeans:
    """The best of several, as scikit-learn chooses among restarts: the first, until one is better and not the same."""
    best = models[0]
    for model in models[1:]:
        pairs = len(np.unique(best.labels_.astype(np.int64) * model.n_clusters + model.labels_))
        same = pairs == len(np.unique(best.labels_)) == len(np.unique(model.labels_))
        if model.inertia_ < best.inertia_ and not same:
            best = model
    return best


def polish(Z: Floats, start: Fit, *, max_iter: int = 300) -> Fit:
    """One K-means run on all rows of `Z`, from the centres that `start` found on a sample of them."""
    Z = check_matrix(Z)
    refuse_too_few_rows(distinct_rows(Z, stop=start.k), start.k)
    with one_thread():
        model = KMeans(start.k, init=start.centres, n_init=1, max_iter=max_iter).fit(Z)
    return replace(_checked(model, Z, start.k, max_iter), estimated=True)


def _checked(model: KMeans, Z: Floats, k: int, max_iter: int, weights: Floats | None = None) -> Fit:
    """The best restart as a `Fit`, after the checks that scikit-learn leaves to its user.

    Where its rounds ran out it goes on for ten times as many: many customers that are spread evenly need them.
    """
    if model.n_iter_ >= max_iter and np.isfinite(model.cluster_centers_).all():
        max_iter *= _LONGER
        with one_thread():
            model = KMeans(k, init=model.cluster_centers_, n_init=1, max_iter=max_iter).fit(Z, sample_weight=weights)
    inertia, centres = float(model.inertia_), np.asarray(model.cluster_centers_, dtype=np.float64)
    if not (np.isfinite(inertia) and np.isfinite(centres).all()):
        raise SegmentationError(
            "The distances between customers are too large to compute with. Bring all columns to one scale on the "
            "Prepare page."
        )
    if len(np.unique(model.labels_)) < k:
        raise too_few_rows(k)
    if model.n_iter_ >= max_iter:
        raise SegmentationError(
            f"K-means with {k} segments did not come to rest within {max_iter} rounds. Choose another seed or cap "
            "extreme values on the Prepare page."
        )
    labels, centres, _ = number_by_size(model.labels_, centres)
    return Fit(k, labels, centres, inertia, int(model.n_iter_))


def _fit(Z: Floats, settings: KMeansSettings, progress: Progress | None) -> Fit:
    return kmeans(Z, settings.k, n_init=settings.n_init, seed=settings.seed, progress=progress)


KMEANS = Method(
    name="kmeans",
    label="K-means",
    help="Compact groups around centres; every customer belongs to the nearest centre.",
    settings=KMeansSettings,
    fit=_fit,
    assignment="the nearest centre",
)
