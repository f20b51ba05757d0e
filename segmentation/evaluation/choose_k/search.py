"""Fit and judge every number of segments in one go; the fits are kept, so the chosen one is never computed twice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import cast

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from segmentation.clustering.methods import Fit, Floats, check_matrix, distinct_rows, kmeans, polish
from segmentation.clustering.metrics import METRICS, sampled_rows, silhouette_error, silhouettes
from segmentation.clustering.slots import slots_by_k
from segmentation.core.errors import SegmentationError
from segmentation.core.parallel import part, run_all, workers
from segmentation.core.sampling import random_rows
from segmentation.core.settings import MOST_SEGMENTS, KSettings, Progress
from segmentation.core.tables import FeatureTable
from segmentation.core.text import agree, counted
from segmentation.evaluation.choose_k.elbow import elbow, elbow_moves
from segmentation.evaluation.choose_k.recommend import recommend
from segmentation.preparation import Recipe

__all__ = ["FULL_ROWS", "KComparison", "compare", "search", "settle", "with_limits"]

FULL_ROWS = 50_000
"""Above so many customers, fits in the comparison start from a sample and are marked as estimates."""

_SAMPLE = 20_000
_GROWS_FROM, _GROWS_BY = KSettings().k_max, 4
"""The range of the default grows by itself while the largest k is the best; one that the user has chosen does not."""
_WORTH_FOLLOWING = 0.25
"""Below, a silhouette that rises with k is what noise does (Kaufman, Rousseeuw 1990: no structure)."""


@dataclass(frozen=True, repr=False)
class KComparison:
    """The comparison: one row per number of segments, and the fits behind it.

    table: indexed by k, with the columns inertia, silhouette, silhouette_error (0 when taken from all customers),
    calinski_harabasz, davies_bouldin, smallest (customers), smallest_share, sizes (tuple, largest first), estimated
    (True: from a sample, then polished on all customers) and note (why a row is empty). Undefined is NaN.
    fits: k → Fit. silhouette_rows: k → silhouette of each scored customer; scored: their row numbers, None for all.
    elbow: a hint. elbow_moves: ((last k, elbow) …), where it would be on a shorter range.
    recommended_k: None when no k obeys the limits. reasons: the recommendation as a sentence, then what else counts.
    """

    table: pd.DataFrame
    fits: Mapping[int, Fit]
    silhouette_rows: Mapping[int, Floats]
    scored: NDArray[np.intp] | None
    elbow: int | None
    elbow_moves: tuple[tuple[int, int], ...]
    recommended_k: int | None
    reasons: tuple[str, ...]
    settings: KSettings

    def __repr__(self) -> str:
        ks = list(self.table.index)
        return f"KComparison(k from {ks[0]} to {ks[-1]}, {self.n_customers:,} customers: {self.recommended_k})"

    @cached_property
    def slots(self) -> Mapping[int, tuple[int, ...]]:
        """k → the place in the row of colours of each of its segments, handed on from one k to the next."""
        return slots_by_k({k: fit.labels for k, fit in self.fits.items()})

    @property
    def n_customers(self) -> int:
        """Number of customers that were grouped."""
        return len(next(iter(self.fits.values())).labels)


def search(Z: Floats, settings: KSettings | None = None, progress: Progress | None = None) -> KComparison:
    """Prepared rows (n × d) → the comparison for k_min … k_max.

    With the default range, further ones are tried, up to 20, while the largest has the highest silhouette.
    Raises SegmentationError when not even the smallest k can be fitted and judged. A k above the number of distinct
    customers is a row that says so. Deterministic for the same rows and settings.
    """
    settings = KSettings() if settings is None else settings
    Z = check_matrix(Z)
    most = MOST_SEGMENTS if settings.k_max == _GROWS_FROM else settings.k_max
    distinct = distinct_rows(Z, stop=most)
    ks = [k for k in range(settings.k_min, settings.k_max + 1) if k <= distinct]
    if not ks:
        raise SegmentationError(
            f"There {agree(distinct, 'is', 'are')} only {counted(distinct, 'different customer')}, too few for "
            f"{settings.k_min} segments. Choose more features or another file."
        )
    if len(Z) <= settings.k_min:
        raise SegmentationError(
            f"There are only {len(Z)} customers: {settings.k_min} segments of one each cannot be judged. "
            "Load a file of more customers."
        )
    scored = sampled_rows(len(Z))
    fits, values, rows = _tried(Z, ks, settings, scored, part(progress, 0.0, 0.8))
    while ks and ks[-1] < min(most, distinct) and _best_is_last(rows):
        ks = list(range(ks[-1] + 1, min(ks[-1] + _GROWS_BY, most, distinct) + 1))
        further = _tried(Z, ks, settings, scored, part(progress, 0.8, 1.0))
        fits, values, rows = fits | further[0], values | further[1], rows | further[2]
    for k in range(settings.k_min, settings.k_max + 1):
        if k > distinct:
            rows[k] = _empty_row(f"{k} segments need {k} different customers; there are only {distinct}.")
    if progress is not None:
        progress(1.0, "Done")
    return _comparison(pd.DataFrame.from_dict(rows, orient="index"), fits, values, scored, settings)


def _best_is_last(rows: Mapping[int, Mapping[str, object]]) -> bool:
    """Whether the largest k has the highest silhouette, and one that is worth following."""
    known = {k: value for k, row in rows.items() if np.isfinite(value := cast(float, row["silhouette"]))}
    best = max(known, key=lambda k: known[k], default=None)
    return best == max(rows) and known[best] >= _WORTH_FOLLOWING


def _tried(
    Z: Floats, ks: list[int], settings: KSettings, scored: NDArray[np.intp] | None, progress: Progress | None
) -> tuple[dict[int, Fit], dict[int, Floats], dict[int, dict[str, object]]]:
    """Every k of `ks` fitted and judged: its fit, its silhouettes and its row of the table."""
    fits = _fit_all(Z, ks, settings, part(progress, 0.0, 0.7))
    values = silhouettes(Z, {k: fit.labels for k, fit in fits.items()}, rows=scored, progress=part(progress, 0.7, 0.95))
    return fits, values, dict(zip(ks, run_all(lambda k, tick: _row(Z, fits[k], values[k]), ks), strict=True))


def compare(
    features: FeatureTable, recipe: Recipe, settings: KSettings | None = None, progress: Progress | None = None
) -> KComparison:
    """The customers and their recipe → the comparison (see `search`)."""
    return search(recipe.transform(features.frame), settings, progress)


def settle(Z: Floats, comparison: KComparison, k: int, progress: Progress | None = None) -> KComparison:
    """The comparison with `k` fitted in full on all customers; unchanged when it already was."""
    if k not in comparison.fits:
        raise SegmentationError(f"{k} segments are not in the comparison. Choose one of {sorted(comparison.fits)}.")
    if not comparison.table.at[k, "estimated"]:
        return comparison
    Z = check_matrix(Z)
    chosen, tell = comparison.settings, part(progress, 0.0, 0.8)
    fit = kmeans(Z, k, n_init=chosen.n_init, seed=chosen.seed, progress=tell, cores=workers())
    values = silhouettes(Z, {k: fit.labels}, rows=comparison.scored, progress=part(progress, 0.8, 1.0))
    table = comparison.table.copy()
    fresh = pd.DataFrame.from_dict({k: _row(Z, fit, values[k])}, orient="index")
    table = pd.concat([table.drop(index=k), fresh])
    made = _comparison(
        table,
        {**comparison.fits, k: fit},
        {**comparison.silhouette_rows, **values},
        comparison.scored,
        comparison.settings,
    )
    return replace(made, recommended_k=comparison.recommended_k, reasons=comparison.reasons)


def with_limits(comparison: KComparison, settings: KSettings) -> KComparison:
    """The same under other limits (min_share, min_size, at_most of `settings`): a new recommendation, no more."""
    kept = replace(
        comparison.settings, min_share=settings.min_share, min_size=settings.min_size, at_most=settings.at_most
    )
    k, reasons = recommend(comparison.table, comparison.n_customers, kept)
    return replace(comparison, recommended_k=k, reasons=reasons, settings=kept)


def _comparison(
    table: pd.DataFrame,
    fits: Mapping[int, Fit],
    values: Mapping[int, Floats],
    scored: NDArray[np.intp] | None,
    settings: KSettings,
) -> KComparison:
    table = table.sort_index().rename_axis("k")
    customers = len(next(iter(fits.values())).labels)
    k, reasons = recommend(table, customers, settings)
    bend, moves = elbow(table["inertia"]), elbow_moves(table["inertia"])
    return KComparison(table, dict(fits), dict(values), scored, bend, moves, k, reasons, settings)


def _fit_all(Z: Floats, ks: list[int], settings: KSettings, progress: Progress | None) -> dict[int, Fit]:
    sample = None
    if len(Z) > FULL_ROWS:
        sample = Z[random_rows(len(Z), _SAMPLE)]

    def one(k: int, tick: Progress) -> Fit:
        if sample is None or distinct_rows(sample, stop=k) < k:
            return kmeans(Z, k, n_init=settings.n_init, seed=settings.seed, progress=tick)
        return polish(Z, kmeans(sample, k, n_init=settings.n_init, seed=settings.seed, progress=tick))

    text = "Fitting each number of segments"
    longest_first = sorted(ks, reverse=True)
    fits = run_all(one, longest_first, progress=progress, text=text, weights=[float(k) for k in longest_first])
    return {fit.k: fit for fit in reversed(fits)}


def _row(Z: Floats, fit: Fit, values: Floats) -> dict[str, object]:
    known = {"inertia": fit.inertia, "silhouette": float(np.mean(values))}
    smallest = min(fit.sizes)
    row: dict[str, object] = {}
    for name, metric in METRICS.items():
        row[name] = known[name] if name in known else metric.compute(Z, fit.labels)
        if name == "silhouette":
            row["silhouette_error"] = silhouette_error(values, len(Z))
    note = "" if np.isfinite(known["silhouette"]) else "Every customer is a segment of their own."
    return row | {
        "smallest": float(smallest),
        "smallest_share": smallest / len(Z),
        "sizes": fit.sizes,
        "estimated": fit.estimated,
        "note": note,
    }


def _empty_row(note: str) -> dict[str, object]:
    nothing = float("nan")
    numbers = dict.fromkeys([*METRICS, "silhouette_error", "smallest", "smallest_share"], nothing)
    return numbers | {"sizes": (), "estimated": False, "note": note}
