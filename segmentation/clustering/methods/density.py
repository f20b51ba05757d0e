"""Groups of any form in dense places, and noise between them: DBSCAN and HDBSCAN."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn import cluster
from sklearn.metrics import pairwise_distances

from segmentation.clustering.methods.base import Fit, Floats, Method
from segmentation.clustering.methods.to_fit import MOST_SEGMENTS, as_fit
from segmentation.core.errors import SegmentationError
from segmentation.core.own_process import run_apart
from segmentation.core.parallel import one_thread, part
from segmentation.core.settings import Progress, Settings, option
from segmentation.core.text import count_text, number_text

__all__ = ["DBSCAN", "HDBSCAN", "DBSCANSettings", "HDBSCANSettings"]

_MOST_ROWS = 100_000
_MOST_NEIGHBOURS = 2.5e8
"""Neighbours that DBSCAN may hold at once: 2 GB for their numbers."""
_PROBES = 200
_DBSCAN_SECONDS = 8e-9
_HDBSCAN_SECONDS = 1.5e-8
"""Per pair of customers."""


@dataclass(frozen=True)
class DBSCANSettings(Settings):
    """What counts as a dense place."""

    eps: float = option(
        1.0,
        "Neighbours are within a distance of (eps)",
        "In standard deviations after preparation. Larger: fewer, larger groups and less noise. The plot of distances "
        "gives a hint.",
        low=0.001,
    )
    min_samples: int = option(
        10,
        "A place is dense with so many customers (min_samples)",
        "The customer in the middle counts too. More: only denser places make a group.",
        low=1,
        high=1000,
    )


@dataclass(frozen=True)
class HDBSCANSettings(Settings):
    """How large and how dense a group has to be."""

    min_cluster_size: int = option(
        50,
        "Smallest group (min_cluster_size)",
        "Smaller groups count as noise or as part of a larger one.",
        low=2,
        high=100_000,
    )
    min_samples: int = option(
        10,
        "Caution (min_samples)",
        "Density is judged by the distance to so many neighbours. More: more noise, and only clear groups stay.",
        low=1,
        high=1000,
    )


def _dbscan(Z: Floats, settings: DBSCANSettings, progress: Progress | None) -> Fit:
    if settings.min_samples > len(Z):
        raise _too_few("A dense place", settings.min_samples, len(Z))
    _refuse_too_many_neighbours(Z, settings.eps)
    seconds = _DBSCAN_SECONDS * len(Z) ** 2
    text = "Looking for dense places"
    raw = run_apart(
        _run_dbscan, Z, settings.eps, settings.min_samples, seconds=seconds, progress=part(progress, 0, 0.8), text=text
    )
    wider = "Choose a larger distance (eps), or fewer customers for a dense place (min_samples)."
    narrower = "Choose a larger distance (eps), or more customers for a dense place (min_samples)."
    return _as_fit(Z, raw, "DBSCAN", wider, narrower, progress)


def _hdbscan(Z: Floats, settings: HDBSCANSettings, progress: Progress | None) -> Fit:
    for what, least in (("The smallest group", settings.min_cluster_size), ("Caution", settings.min_samples)):
        if least > len(Z):
            raise _too_few(what, least, len(Z))
    seconds, text = _HDBSCAN_SECONDS * len(Z) ** 2, "Looking for groups that stay together"
    raw = run_apart(
        _run_hdbscan,
        Z,
        settings.min_cluster_size,
        settings.min_samples,
        seconds=seconds,
        progress=part(progress, 0, 0.8),
        text=text,
    )
    wider = "Choose a smaller smallest group, or less caution (min_samples)."
    narrower = "Choose a larger smallest group."
    return _as_fit(Z, raw, "HDBSCAN", wider, narrower, progress)


def _run_dbscan(Z: Floats, eps: float, min_samples: int) -> NDArray[np.intp]:
    labels: NDArray[np.intp] = cluster.DBSCAN(eps=eps, min_samples=min_samples).fit(Z).labels_
    return labels


def _run_hdbscan(Z: Floats, min_cluster_size: int, min_samples: int) -> NDArray[np.intp]:
    labels: NDArray[np.intp] = (
        cluster.HDBSCAN(min_cluster_size=min_cluster_size, min_samples=min_samples, copy=True).fit(Z).labels_
    )
    return labels


def _as_fit(Z: Floats, raw: NDArray[np.intp], label: str, wider: str, narrower: str, progress: Progress | None) -> Fit:
    """The groups found, or one sentence when there is none or far too many."""
    groups = int(raw.max()) + 1
    if groups == 0:
        raise SegmentationError(
            f"Everyone is noise: {label} found no group among {count_text(len(Z))} customers. {wider}"
        )
    if groups > MOST_SEGMENTS:
        raise SegmentationError(
            f"{label} found {count_text(groups)} groups; at most {MOST_SEGMENTS} can be shown as segments. {narrower}"
        )
    return as_fit(Z, raw, figures={"noise": int((raw < 0).sum())}, progress=progress)


def _too_few(what: str, least: int, rows: int) -> SegmentationError:
    return SegmentationError(
        f"{what} needs {count_text(least)} customers; the data has {count_text(rows)}. Choose a smaller number."
    )


def _refuse_too_many_neighbours(Z: Floats, eps: float) -> None:
    """Raise one sentence when all neighbours within `eps` would not fit into memory; estimated on 200 customers."""
    if len(Z) ** 2 <= _MOST_NEIGHBOURS:
        return
    probes = Z[np.linspace(0, len(Z) - 1, _PROBES).astype(int)]
    with one_thread():
        neighbours = sum(int((pairwise_distances(probes[[row]], Z) <= eps).sum()) for row in range(len(probes)))
    each = neighbours / len(probes)
    if each * len(Z) > _MOST_NEIGHBOURS:
        raise SegmentationError(
            f"Within a distance of {number_text(eps)} a customer has {count_text(each)} neighbours, which is too much "
            f"to keep in memory for {count_text(len(Z))} customers; up to {count_text(_MOST_NEIGHBOURS // len(Z))} "
            "would do. Choose a smaller distance (eps) or HDBSCAN."
        )


DBSCAN = Method(
    name="dbscan",
    label="DBSCAN",
    help="Groups of any form wherever customers lie close together; customers in thin places are noise.",
    settings=DBSCANSettings,
    fit=_dbscan,
    assignment="the segment that has the nearest point, and to none when it lies beyond the reach of all points",
    most_rows=_MOST_ROWS,
)

HDBSCAN = Method(
    name="hdbscan",
    label="HDBSCAN",
    help="Like DBSCAN, but a group may be thinner than another one, and no distance has to be chosen.",
    settings=HDBSCANSettings,
    fit=_hdbscan,
    assignment="the segment that has the nearest point, and to none when it lies beyond the reach of all points",
    most_rows=_MOST_ROWS,
)
