"""What all evidence is gathered on, and how one kind of evidence is described."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn import config_context
from sklearn.cluster import kmeans_plusplus

from segmentation.clustering.methods import Fit, Floats, kmeans
from segmentation.clustering.metrics import silhouettes
from segmentation.core.errors import Cancelled, SegmentationError
from segmentation.core.sampling import random_rows
from segmentation.core.settings import Progress
from segmentation.evaluation.evidence.gaps import between_steps
from segmentation.evaluation.evidence.settings import EvidenceSettings

__all__ = ["Measure", "Work", "fitted", "judged"]

_SCORED = 1_000


@dataclass(frozen=True)
class Measure:
    """One kind of evidence as it is shown. A new one is one entry in `MEASURES`.

    better: "high", "low" or "" as for a metric. shown: its columns of `Evidence.table`, for the table of all figures
    and the command line.
    """

    name: str
    label: str
    help: str
    better: str
    shown: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Work:
    """The customers that the evidence is gathered on (n × d), the fits of the comparison for them, and the settings.

    silhouette: the mean one by k, of the whole comparison. levels: label of each category that takes part → its columns
    of Z.
    """

    Z: Floats
    fits: Mapping[int, Fit]
    settings: EvidenceSettings
    silhouette: Mapping[int, float] = field(default_factory=dict)
    levels: Mapping[str, NDArray[np.intp]] = field(default_factory=dict)

    @property
    def ks(self) -> list[int]:
        """The numbers of segments on the comparison that could be fitted."""
        return sorted(self.fits)

    def drawn(self, number: int) -> NDArray[np.intp]:
        """How often each customer is drawn in repetition `number`, with replacement (n)."""
        chosen = self.rng("redrawn", number).integers(0, len(self.Z), len(self.Z))
        return np.bincount(chosen, minlength=len(self.Z))

    def fewer(self, most: int, k_max: int) -> Work:
        """At most `most` of these customers, drawn at random, and the numbers of segments up to `k_max`."""
        fits = {k: fit for k, fit in self.fits.items() if k <= k_max}
        if len(self.Z) <= most:
            return replace(self, fits=fits)
        rows = np.sort(self.rng("fewer").choice(len(self.Z), most, replace=False))
        kept = {k: replace(fit, labels=fit.labels[rows]) for k, fit in fits.items()}
        return replace(self, Z=self.Z[rows], fits=kept)

    @cached_property
    def counted(self) -> Floats:
        """The customers as they are counted between segments (n × d): see `between_steps`."""
        return between_steps(self.Z, self.rng("steps"))

    @cached_property
    def scored(self) -> NDArray[np.intp] | None:
        """Rows whose silhouettes the tests use, the same in every data set: all, or a thousand of more."""
        if len(self.Z) <= _SCORED:
            return None
        return random_rows(len(self.Z), _SCORED, self.rng("scored"))

    def rng(self, what: str, number: int = 0) -> np.random.Generator:
        """A random stream of its own for piece `number` of `what`: the same whatever runs beside it."""
        return np.random.default_rng([self.settings.seed, number, *what.encode()])


def judged(work: Work, Z: Floats, tick: Progress, *, seed: int) -> pd.DataFrame:
    """Fit every k to `Z` with the restarts of a repetition → mean silhouette and inertia, by k."""
    known = fitted(Z, work.ks, work.settings.n_init, seed, tick)
    values = silhouettes(Z, {k: fit.labels for k, fit in known.items()}, rows=work.scored, progress=tick, cores=1)
    figures = {"silhouette": {k: float(np.mean(value)) for k, value in values.items()}}
    figures["inertia"] = {k: fit.inertia for k, fit in known.items()}
    return pd.DataFrame(figures, dtype=float).reindex(work.ks)


def fitted(
    Z: Floats,
    ks: Sequence[int],
    n_init: int,
    seed: int,
    tick: Progress | None,
    *,
    near: Mapping[int, Floats] | None = None,
    weights: Floats | None = None,
) -> dict[int, Fit]:
    """The K-means fit of `Z` (n × d) by k, with `n_init` restarts; without those k that these rows do not allow.

    near: k → centres at which one of the restarts begins. The others begin at the first k of as many customers as the
    largest k needs, each drawn far from those before it (Arthur, Vassilvitskii 2007, "k-means++"), the same for all k.
    """
    n_seeds, rng, most = n_init - bool(near), np.random.RandomState(seed), min(max(ks, default=0), len(Z))
    with config_context(assume_finite=True, skip_parameter_validation=True):  # checked once, for all repetitions
        seeds = [
            kmeans_plusplus(Z, most, sample_weight=weights, random_state=rng)[0] for _ in range(n_seeds if most else 0)
        ]
        fits = {}
        for k in ks:
            starts = [*([near[k]] if near else []), *(centres[:k] for centres in seeds)]
            fit = _tried(Z, k, starts, tick, weights)
            if fit is not None:
                fits[k] = fit
    return fits


def _tried(Z: Floats, k: int, starts: Sequence[Floats], tick: Progress | None, weights: Floats | None) -> Fit | None:
    """None where these rows allow no k segments (too few different ones); Cancel is passed on."""
    try:
        return kmeans(Z, k, n_init=len(starts), progress=tick, starts=starts, weights=weights)
    except Cancelled:
        raise
    except SegmentationError:
        return None
