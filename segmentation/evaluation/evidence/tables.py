"""The whole comparison as one table, for the page, the command line and the report; and evidence from features."""

from __future__ import annotations

import pandas as pd

from segmentation.core.settings import Progress
from segmentation.core.tables import FeatureTable
from segmentation.evaluation.choose_k import KComparison
from segmentation.evaluation.evidence.assess import assess
from segmentation.evaluation.evidence.categories import levels_of
from segmentation.evaluation.evidence.measures import MEASURES
from segmentation.evaluation.evidence.result import Evidence
from segmentation.evaluation.evidence.settings import EvidenceSettings
from segmentation.evaluation.stability import band
from segmentation.preparation import Recipe

__all__ = ["gather", "segment_stability", "whole_comparison", "without_groups"]


def gather(
    features: FeatureTable,
    recipe: Recipe,
    comparison: KComparison,
    settings: EvidenceSettings | None = None,
    progress: Progress | None = None,
) -> Evidence:
    """The customers, their recipe and their comparison → `Evidence` (see `assess`)."""
    Z, levels = recipe.transform(features.frame), levels_of(recipe)
    return assess(Z, comparison, settings, progress, levels=levels, names=recipe.names)


def whole_comparison(comparison: KComparison, evidence: Evidence | None = None) -> pd.DataFrame:
    """The comparison of k and its evidence → one row per k (index k).

    All its columns, and silhouette_within (half the 95 % interval of a sampled silhouette; 0 when taken from
    all customers), then what each measure shows: gap, gap_se, stability, jaccard (tuple, a figure a segment),
    jaccard_min, separation and bic; these are missing until the evidence has been gathered.
    """
    table = comparison.table.assign(silhouette_within=1.96 * comparison.table["silhouette_error"])
    for name in (name for measure in MEASURES.values() for name in measure.shown):
        known = evidence is not None and name in evidence.table
        empty = None if name == "jaccard" else float("nan")
        table[name] = evidence.table[name].reindex(table.index) if known and evidence is not None else empty
    return table


def segment_stability(comparison: KComparison, evidence: Evidence, k: int) -> pd.DataFrame:
    """Each segment at `k` when customers are drawn anew: segment, size, jaccard (0…1) and words (its band)."""
    each = evidence.table["jaccard"].loc[k]
    rows = [
        (index, comparison.fits[k].sizes[index - 1], value, band(value)) for index, value in enumerate(each, start=1)
    ]
    return pd.DataFrame(rows, columns=["segment", "size", "jaccard", "words"])


def without_groups(evidence: Evidence) -> pd.DataFrame:
    """Silhouettes of the same columns put together without groups, by k: mean and high (the highest of all sets).

    Empty where no such data was made, because gaps were found.
    """
    renamed = {"copula_mean": "mean", "copula_high": "high"}
    if not set(renamed) <= set(evidence.table):
        return pd.DataFrame(columns=list(renamed.values()), dtype=float)
    return evidence.table[list(renamed)].rename(columns=renamed).dropna()
