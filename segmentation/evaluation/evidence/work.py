"""What every measure of the evidence works on, and what a measure is: small pieces of work, and their summary."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from segmentation.clustering.methods import Fit, Floats, kmeans
from segmentation.clustering.metrics import silhouettes
from segmentation.core.errors import Cancelled, SegmentationError
from segmentation.core.settings import Progress
from segmentation.evaluation.evidence.settings import EvidenceSettings

__all__ = ["Finding", "Measure", "Piece", "Work", "judged", "tried"]

Piece = Callable[[Progress], Any]
"""One piece of work: `piece(tick) -> anything`; pieces of all measures run side by side."""

_SCORED = 4_000


@dataclass(frozen=True)
class Finding:
    """What a measure found: columns by k (index k, from 1 or 2 on), and single facts by name."""

    columns: pd.DataFrame
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Measure:
    """One kind of evidence. A new one is one entry in `MEASURES`.

    better: "high", "low" or "" as for an index. pieces: what to compute. collect: the results of the pieces, in their
    order → `Finding`. shown: its columns that the comparison's table and the command line show. more: what to compute
    besides where these results leave a doubt; collected with them. weight: time of one piece compared with the others,
    for the progress bar.
    """

    name: str
    label: str
    help: str
    better: str
    pieces: Callable[[Work], Sequence[Piece]]
    collect: Callable[[Work, list[Any]], Finding]
    shown: tuple[str, ...] = ()
    weight: float = 1.0
    more: Callable[[Work, list[Any]], Sequence[Piece]] = lambda work, results: ()


@dataclass(frozen=True, eq=False)
class Work:
    """The customers that the evidence is gathered on (n × d), the fits compared on them, and the settings."""

    Z: Floats
    fits: Mapping[int, Fit]
    settings: EvidenceSettings
    comparison_n_init: int
    comparison_seed: int

    @property
    def ks(self) -> list[int]:
        """The numbers of segments in the comparison that could be fitted."""
        return sorted(self.fits)

    @cached_property
    def scored(self) -> NDArray[np.intp] | None:
        """Rows whose silhouettes the tests use, the same in every data set: all, or a few thousand of many."""
        if len(self.Z) <= 2 * _SCORED:
            return None
        return np.sort(self.rng("scored").choice(len(self.Z), _SCORED, replace=False))

    def rng(self, what: str, number: int = 0) -> np.random.Generator:
        """A random stream of its own for piece `number` of `what`: the same whatever runs beside it."""
        return np.random.default_rng([self.settings.seed, number, *what.encode()])


def judged(work: Work, Z: Floats, tick: Progress, *, seed: int) -> pd.DataFrame:
    """Fit every k of the comparison to `Z` with the restarts of a repetition → mean silhouette and inertia, by k."""
    fits = {k: tried(Z, k, work.settings.n_init, seed, tick) for k in work.ks}
    known = {k: fit for k, fit in fits.items() if fit is not None}
    values = silhouettes(Z, {k: fit.labels for k, fit in known.items()}, rows=work.scored, progress=tick, cores=1)
    found = {"silhouette": {k: float(np.mean(value)) for k, value in values.items()}}
    found["inertia"] = {k: fit.inertia for k, fit in known.items()}
    return pd.DataFrame(found, dtype=float).reindex(work.ks)


def tried(Z: Floats, k: int, n_init: int, seed: int, tick: Progress) -> Fit | None:
    """The K-means fit, or None where these rows allow none (too few different ones); Cancel is passed on."""
    try:
        return kmeans(Z, k, n_init=n_init, seed=seed, progress=tick)
    except Cancelled:
        raise
    except SegmentationError:
        return None
