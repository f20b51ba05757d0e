"""Ways to make segments: K-means as scikit-learn fits it, checked, and numbered by us (1 is the largest).

A new method is one `Method(...)` entry in `METHODS`; menus, the command line and the tests find it there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import KMeans
from sklearn.exceptions import ConvergenceWarning

from segmentation.errors import SegmentationError
from segmentation.parallel import one_thread
from segmentation.settings import N_INIT, SEED, Progress

__all__ = [
    "METHODS",
    "Fit",
    "Floats",
    "Labels",
    "Method",
    "check_matrix",
    "distinct_rows",
    "kmeans",
    "number_by_size",
    "polish",
]

Floats = NDArray[np.float64]
Labels = NDArray[np.int32]

_LARGEST_VALUE = 1e100
"""Beyond this the squares of distances overflow."""


@dataclass(frozen=True)
class Fit:
    """One clustering of n rows into k segments.

    labels: (n,) whole numbers 1…k, 1 the largest segment. centres: (k, d), row i belongs to segment i + 1.
    inertia: sum of squared distances to the own centre. n_iter: rounds until the best restart stood still.
    converged: False would mean that it stopped early; `kmeans` never returns such a fit.
    restarts: the inertia that every restart reached, in the order they ran.
    """

    k: int
    labels: Labels
    centres: Floats
    inertia: float
    n_iter: int
    converged: bool = True
    restarts: tuple[float, ...] = ()
    estimated: bool = False
    """True when it started from a sample of the rows (`polish`), so more restarts on all rows may do better."""

    @property
    def sizes(self) -> tuple[int, ...]:
        """Number of rows in segments 1…k."""
        return tuple(np.bincount(self.labels, minlength=self.k + 1)[1:].tolist())


@dataclass(frozen=True)
class Method:
    """One way to make segments.

    fit: `fit(Z, k, *, n_init, seed, progress) -> Fit`. can_place: it can place a new customer by itself;
    `placing` says in words how.
    """

    name: str
    label: str
    help: str
    fit: Callable[..., Fit]
    can_place: bool
    placing: str


def kmeans(
    Z: Floats, k: int, *, n_init: int = N_INIT, seed: int = SEED, progress: Progress | None = None, max_iter: int = 300
) -> Fit:
    """The best of `n_init` K-means runs on the prepared rows `Z` (n × d) → `Fit`.

    The same result as scikit-learn's `KMeans(k, n_init=n_init, random_state=seed)` (Lloyd, float64): one random
    stream is carried through the restarts, so that progress is told and Cancel is heard between them.
    Raises SegmentationError when the rows are not finite, fewer distinct rows than k exist, or it did not converge.
    """
    Z = check_matrix(Z)
    if not 1 <= k <= len(Z):
        raise SegmentationError(
            f"The number of segments must be from 1 to the number of customers ({len(Z):,}); it was {k}. "
            "Choose fewer segments."
        )
    _refuse_too_few_rows(distinct_rows(Z, stop=k), k)
    stream, best, reached = np.random.RandomState(seed), None, []
    with one_thread():
        for run in range(n_init):
            if progress is not None:
                progress(run / n_init, f"{k} segments: restart {run + 1} of {n_init}")
            model = KMeans(k, n_init=1, max_iter=max_iter, random_state=stream)
            try:
                model.fit(Z)
            except ConvergenceWarning as error:  # only where warnings are made errors
                raise _too_few_rows(k) from error
            reached.append(float(model.inertia_))
            if best is None or model.inertia_ < best.inertia_:
                best = model
    assert best is not None
    return _checked(best, k, max_iter, tuple(reached))


def polish(Z: Floats, start: Fit, *, max_iter: int = 300) -> Fit:
    """One K-means run on all rows of `Z`, from the centres that `start` found on a sample of them."""
    Z = check_matrix(Z)
    _refuse_too_few_rows(distinct_rows(Z, stop=start.k), start.k)
    with one_thread():
        model = KMeans(start.k, init=start.centres, n_init=1, max_iter=max_iter).fit(Z)
    return replace(_checked(model, start.k, max_iter, (float(model.inertia_),)), estimated=True)


def number_by_size(raw: NDArray[np.integer], centres: Floats) -> tuple[Labels, Floats]:
    """Raw cluster numbers 0…k-1 → our numbers 1…k, the largest first, with the centres in the same order.

    Equal sizes are ordered by their centres, coordinate by coordinate, so the numbers never depend on chance.
    """
    sizes = np.bincount(raw, minlength=len(centres))
    order = np.lexsort((*centres.T[::-1], -sizes))
    new = np.empty(len(order), dtype=np.int32)
    new[order] = np.arange(1, len(order) + 1, dtype=np.int32)
    return new[raw], np.ascontiguousarray(centres[order])


def check_matrix(Z: Floats) -> Floats:
    """The prepared rows as a C-ordered float64 matrix, or one sentence about what is wrong with them."""
    Z = np.ascontiguousarray(Z, dtype=np.float64)
    if Z.ndim != 2 or Z.shape[0] < 1 or Z.shape[1] < 1:
        raise SegmentationError(
            "There is nothing to group: at least one customer and one feature are needed. Choose features on the "
            "Data page."
        )
    largest = max(abs(float(Z.max())), abs(float(Z.min())))
    if not np.isfinite(largest):
        raise SegmentationError(
            "Some prepared values are missing or infinite. Fill missing values on the Prepare page first."
        )
    if largest > _LARGEST_VALUE:
        raise SegmentationError(
            f"Some prepared values are too large to compute with ({largest:.3g}). Bring all columns to one scale or "
            "cap extreme values on the Prepare page."
        )
    return Z


def distinct_rows(Z: Floats, *, stop: int) -> int:
    """How many different rows `Z` has, counted only up to `stop`."""
    found = 0
    for rows in (Z[:1000], Z):
        found = 0
        while len(rows) and found < stop:
            rows = rows[(rows != rows[0]).any(axis=1)]
            found += 1
        if found >= stop:
            return found
    return found


def _refuse_too_few_rows(found: int, k: int) -> None:
    if found < k:
        raise _too_few_rows(k, found)


def _too_few_rows(k: int, found: int | None = None) -> SegmentationError:
    only = "too few" if found is None else f"only {found}"
    return SegmentationError(
        f"{k} segments need at least {k} customers that differ from each other; the data has {only}. "
        "Choose fewer segments or more features."
    )


def _checked(model: KMeans, k: int, max_iter: int, reached: tuple[float, ...]) -> Fit:
    """The best restart as a `Fit`, after the checks that scikit-learn leaves to its user."""
    inertia, centres = float(model.inertia_), np.asarray(model.cluster_centers_, dtype=np.float64)
    if not (np.isfinite(inertia) and np.isfinite(centres).all()):
        raise SegmentationError(
            "The distances between customers are too large to compute with. Bring all columns to one scale on the "
            "Prepare page."
        )
    if len(np.unique(model.labels_)) < k:
        raise _too_few_rows(k)
    if model.n_iter_ >= max_iter:
        raise SegmentationError(
            f"K-means with {k} segments did not come to rest within {max_iter} rounds. Choose another seed or cap "
            "extreme values on the Prepare page."
        )
    labels, centres = number_by_size(model.labels_, centres)
    return Fit(k, labels, centres, inertia, int(model.n_iter_), True, reached)


METHODS: dict[str, Method] = {
    method.name: method
    for method in (
        Method(
            name="kmeans",
            label="K-means",
            help="Compact groups around centres; every customer belongs to the nearest centre.",
            fit=kmeans,
            can_place=True,
            placing="nearest centre",
        ),
    )
}
