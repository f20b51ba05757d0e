"""Spectral clustering: customers linked to their nearest neighbours, cut where the links are few."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse.csgraph import connected_components
from sklearn.cluster import SpectralClustering
from sklearn.neighbors import kneighbors_graph

from segmentation.clustering.methods.base import Fit, Floats, Method, distinct_rows, refuse_too_few_rows, too_few_rows
from segmentation.clustering.methods.to_fit import MOST_SEGMENTS, as_fit, sampled
from segmentation.core.own_process import run_apart
from segmentation.core.parallel import part
from segmentation.core.settings import SEED, Progress, Settings, option

__all__ = ["SPECTRAL", "SpectralSettings"]

_MOST_FITTED = 10_000
_SECONDS_PER_PAIR = 4e-8


@dataclass(frozen=True)
class SpectralSettings(Settings):
    """How customers are linked, and into how many segments the links are cut."""

    k: int = option(4, "Number of segments", low=1, high=MOST_SEGMENTS)
    neighbours: int = option(
        10,
        "Neighbours that a customer is linked to",
        "Fewer follow thin forms more closely; too few leave customers without a link to the others.",
        low=2,
        high=100,
    )
    seed: int = option(SEED, "Seed", "The same seed gives the same segments.", low=0, high=2**31 - 1)


def _fit(Z: Floats, settings: SpectralSettings, progress: Progress | None) -> Fit:
    refuse_too_few_rows(distinct_rows(Z, stop=settings.k), settings.k)
    rows = sampled(len(Z), most=_MOST_FITTED, seed=settings.seed)
    fitted = Z if rows is None else Z[rows]
    refuse_too_few_rows(distinct_rows(fitted, stop=settings.k), settings.k)
    if settings.k == 1:
        return as_fit(Z, np.zeros(len(fitted), dtype=np.intp), rows=rows, progress=progress)
    neighbours = min(settings.neighbours, len(fitted) - 1)
    raw, pieces = run_apart(
        _run,
        fitted,
        settings.k,
        neighbours,
        settings.seed,
        seconds=_SECONDS_PER_PAIR * len(fitted) ** 2,
        progress=part(progress, 0, 0.8),
        text="Cutting the links between customers",
    )
    if len(np.unique(raw)) < settings.k:
        raise too_few_rows(settings.k)
    return as_fit(Z, raw, rows=rows, figures={"pieces": pieces}, progress=progress)


def _run(Z: Floats, k: int, neighbours: int, seed: int) -> tuple[NDArray[np.intp], int]:
    """Raw labels, and into how many pieces without any link between them the customers fall."""
    links = kneighbors_graph(Z, neighbours, include_self=True)
    links = 0.5 * (links + links.T)  # as SpectralClustering(affinity="nearest_neighbors") has them
    pieces = int(connected_components(links)[0])
    if k == len(Z):
        return np.arange(k), pieces
    model = SpectralClustering(k, affinity="precomputed", random_state=seed)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Graph is not fully connected")  # pieces are groups, too; they are counted
        return model.fit(links).labels_, pieces


SPECTRAL = Method(
    name="spectral",
    label="Spectral",
    help="Cuts the net of nearest neighbours where few links lead across; finds long and bent groups.",
    settings=SpectralSettings,
    fit=_fit,
    assignment="the segment that has the nearest point, each point being the mean of some customers",
    sample_rows=_MOST_FITTED,
)
