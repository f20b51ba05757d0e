"""What the weight of a column changes: segments made with it beside segments made without."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from segmentation.clustering.methods import kmeans
from segmentation.core.sampling import random_rows
from segmentation.core.settings import SEED, ColumnPrep, PrepSettings
from segmentation.core.tables import FeatureTable
from segmentation.core.text import count_text, listed, number_text, share_text
from segmentation.evaluation.stability import agreement
from segmentation.preparation import learn

__all__ = ["WeightChange", "weight_change", "weight_words"]

_ROWS, _RESTARTS = 5_000, 5


@dataclass(frozen=True)
class WeightChange:
    """Segments of K-means with a column as one, and with its weight.

    k: how many. agreement: adjusted Rand index of the two (1 the same, 0 chance). before, after: the shares of the
    segments, the largest first. customers: how many were grouped, of: how many there are.
    """

    k: int
    agreement: float
    before: tuple[float, ...]
    after: tuple[float, ...]
    customers: int
    of: int


def weight_change(features: FeatureTable, prep: PrepSettings, column: str, k: int) -> WeightChange:
    """Customers, their preparation and a column with a weight in it → what the weight changes in `k` segments.

    Made from a random sample of at most 5,000 customers with five restarts, the same for both. Raises
    `SegmentationError` where K-means cannot make so many.
    """
    rows = random_rows(len(features.frame), _ROWS)
    own = replace(prep.columns.get(column, ColumnPrep()), weight=None)
    columns: Mapping[str, ColumnPrep] = {**prep.columns, column: own}
    fits = [
        kmeans(learn(features, one).transform(features.frame.iloc[rows]), k, n_init=_RESTARTS, seed=SEED)
        for one in (replace(prep, columns=columns), prep)
    ]
    shares = [tuple(size / len(rows) for size in fit.sizes) for fit in fits]
    same = agreement(fits[0].labels, fits[1].labels)
    return WeightChange(k, same, shares[0], shares[1], len(rows), len(features.frame))


def weight_words(change: WeightChange) -> str:
    """The change in two sentences."""
    sizes = [listed([share_text(share) for share in shares]) for shares in (change.before, change.after)]
    of = "" if change.customers == change.of else f", from {count_text(change.customers)} customers drawn at random"
    return (
        f"With this weight, {change.k} segments agree to {number_text(change.agreement, digits=2)} with those without "
        f"it (adjusted Rand index: 1 is the same, 0 is chance{of}). Sizes: {sizes[1]}, instead of {sizes[0]}."
    )
