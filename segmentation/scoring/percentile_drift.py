"""How far a feature moved, against a model that holds percentiles of its training values and no counts."""

from __future__ import annotations

import numpy as np

from segmentation.clustering.model import Segmentation
from segmentation.scoring.chance import share_p

__all__ = ["from_percentiles"]

_BINS = tuple(range(10, 100, 10))
_COARSE = 0.01
"""What 101 percentiles leave open of the share below a value."""


def from_percentiles(made: Segmentation, name: str, values: np.ndarray) -> tuple[np.ndarray, np.ndarray, float]:
    """Shares before and after and the p-value for a model that holds percentiles only.

    They leave the share below a value open by up to a hundredth, so only what goes beyond that counts (Smirnov's test).
    """
    from scipy.special import kolmogorov

    known = values[~np.isnan(values)]
    edges, old = _training_bins(made.training[name].to_numpy())
    new = np.bincount(np.searchsorted(edges, known, side="left"), minlength=len(old)) / max(len(known), 1)
    apart = max(0.0, float(np.abs(np.cumsum(new - old)).max()) - _COARSE - 1 / made.n_customers)
    rows = made.n_customers * len(known) / (made.n_customers + len(known)) if len(known) else 0.0
    p = float(kolmogorov(np.sqrt(rows) * apart)) if apart else 1.0
    before = made.metrics.get("missing_share", {}).get(name)
    if before is None:
        return old, new, p
    now = float(np.isnan(values).mean()) if len(values) else 0.0
    gaps = share_p(round(before * made.n_customers), made.n_customers, round(now * len(values)), len(values))
    return np.append(old * (1 - before), before), np.append(new * (1 - now), now), min(1.0, 2 * min(p, gaps))


def _training_bins(percentiles: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Percentiles 0…100 of one feature → distinct deciles as edges (right-closed bins) and the share of each bin."""
    edges = np.unique(percentiles[list(_BINS)])
    below = (np.searchsorted(percentiles, edges, side="right") - 1) / 100
    return edges, np.diff(np.concatenate([[0.0], below, [1.0]]))
