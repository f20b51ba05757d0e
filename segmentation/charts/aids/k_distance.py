"""The k-distance plot: which distance (eps) parts dense places from thin ones, for DBSCAN."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from sklearn.neighbors import NearestNeighbors

from segmentation.charts import methods as charts
from segmentation.charts.aids.base import Aid
from segmentation.clustering.assignment import Floats
from segmentation.clustering.methods.density import DBSCANSettings
from segmentation.clustering.methods.to_fit import sampled
from segmentation.core.errors import SegmentationError
from segmentation.core.parallel import one_thread
from segmentation.core.settings import SEED, Progress
from segmentation.core.text import count_text, number_text, share_text

__all__ = ["K_DISTANCE", "KDistance", "k_distance", "knee"]

_MOST_ROWS = 10_000
_BLOCK = 500
_SHOWN = 1_000
_NEAR = 0.99


@dataclass(frozen=True, eq=False)
class KDistance:
    """How far it is to the neighbour who makes a place dense.

    curve: columns share (of customers, 0…1) and distance (to the neighbour number `min_samples`, the customer counted
    as the first as DBSCAN does), rising. eps: the distance at the knee, a hint; None without one. chosen: the eps of
    the settings. within: the share of customers whose place is dense at `chosen`. rows of customers were measured.
    """

    curve: pd.DataFrame
    eps: float | None
    chosen: float
    within: float
    min_samples: int
    rows: int
    n_customers: int

    @property
    def top(self) -> float:
        """Where the picture ends: the most distant hundredth would press the rest flat."""
        far = self.curve["distance"][self.curve["share"] <= _NEAR].max()
        return 1.3 * max(float(np.nan_to_num(far)), self.chosen, self.eps or 0.0)


def k_distance(Z: Floats, settings: DBSCANSettings, progress: Progress | None = None) -> KDistance:
    """Prepared rows (n × d) → the sorted distances to the neighbour number `min_samples` (Ester et al. 1996, KDD).

    Above 10,000 customers those of a random sample, to neighbours among all customers.
    """
    if settings.min_samples > len(Z):
        raise SegmentationError(
            f"A dense place needs {count_text(settings.min_samples)} customers; the data has {count_text(len(Z))}. "
            "Choose a smaller number."
        )
    rows = sampled(len(Z), most=_MOST_ROWS, seed=SEED)
    asked = Z if rows is None else Z[rows]
    parts = []
    with one_thread():
        known = NearestNeighbors(n_neighbors=settings.min_samples).fit(Z)
        for start in range(0, len(asked), _BLOCK):
            if progress is not None:
                progress(start / len(asked), "Measuring the distances to neighbours")
            parts.append(known.kneighbors(asked[start : start + _BLOCK])[0][:, -1])
    distances = np.sort(np.concatenate(parts))
    shown = np.unique(np.linspace(0, len(distances) - 1, min(_SHOWN, len(distances))).round().astype(int))
    curve = pd.DataFrame({"share": (shown + 1) / len(distances), "distance": distances[shown]})
    within = float(np.mean(distances <= settings.eps))
    return KDistance(curve, knee(distances), settings.eps, within, settings.min_samples, len(asked), len(Z))


def knee(distances: Floats) -> float | None:
    """Rising distances → the one that lies deepest below the straight line from the first to the last.

    The most distant hundredth is left out: a few unusual customers would move the knee to themselves. None when the
    curve does not bend upwards (Satopää et al. 2011, "Finding a kneedle in a haystack", without smoothing).
    """
    kept = distances[: max(2, round(_NEAR * len(distances)))]
    rise = kept[-1] - kept[0] if len(kept) > 1 else 0.0
    if not rise > 0:
        return None
    below = np.linspace(0, 1, len(kept)) - (kept - kept[0]) / rise
    deepest = int(below.argmax())
    return float(kept[deepest]) if below[deepest] > 1e-9 else None


def _draw(made: KDistance) -> go.Figure:
    title = (
        "The distances rise evenly: no distance suggests itself"
        if made.eps is None
        else f"Distances rise steeply from {number_text(made.eps)} on"
    )
    return charts.k_distance(
        made.curve,
        hint=made.eps,
        chosen=made.chosen,
        neighbour=made.min_samples,
        within=made.within,
        top=made.top,
        title=title,
    )


def _caption(made: KDistance) -> str:
    middle = made.curve["distance"].iloc[(made.curve["share"] - 0.5).abs().argmin()]
    hint = (
        "The curve has no knee"
        if made.eps is None
        else f"The curve bends most at {number_text(made.eps)}, which is a hint for eps and no more"
    )
    of = "" if made.rows == made.n_customers else f" (a sample of {count_text(made.rows)} of them)"
    return (
        f"Line of the distances from every customer{of} to neighbour number {made.min_samples}, the customer counted, "
        f"in rising order. Half of them are below {number_text(middle)}. {hint}. At the chosen "
        f"{number_text(made.chosen)}, {share_text(made.within)} of customers are in a dense place."
    )


K_DISTANCE = Aid(
    title="Which distance (eps) fits?",
    help="Where the curve turns from flat to steep, dense places end. A distance near that bend keeps dense places "
    "together and leaves thin ones out; it is a hint, not a rule. The farthest hundredth may lie above the picture.",
    make=k_distance,
    draw=_draw,
    caption=_caption,
)
