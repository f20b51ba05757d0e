"""Gather all measures side by side and put the verdict together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd

from segmentation.clustering.methods import Floats, check_matrix
from segmentation.core.parallel import part, run_all, workers
from segmentation.core.settings import KSettings, Progress, validate
from segmentation.core.text import count_text
from segmentation.evaluation.choose_k import KComparison, recommend, smallest_allowed
from segmentation.evaluation.evidence.gap import GAP
from segmentation.evaluation.evidence.nulls import COPULA, GAUSSIAN
from segmentation.evaluation.evidence.separation import SEPARATION
from segmentation.evaluation.evidence.settings import EvidenceSettings
from segmentation.evaluation.evidence.stability import SEEDS, STABILITY
from segmentation.evaluation.evidence.verdict import (
    best_k,
    cost_of_limits,
    headline,
    not_one_more,
    passed_over,
    reasons,
    verdict,
)
from segmentation.evaluation.evidence.work import Measure, Work

__all__ = ["MEASURES", "Evidence", "assess", "seconds_needed", "under_limits"]

MEASURES: dict[str, Measure] = {
    measure.name: measure for measure in (COPULA, GAUSSIAN, GAP, STABILITY, SEEDS, SEPARATION)
}


@dataclass(frozen=True, repr=False)
class Evidence:
    """Is there structure, and how many groups?

    verdict: "distinct", "slices" or "none". headline: the verdict in one sentence. reasons: one sentence a test.
    recommended_k: 1 when no structure was found, None when no k obeys the limits.
    table: by k (from 1 on): gap, gap_se, copula_mean, copula_high, copula_z, gaussian_mean, gaussian_high, gaussian_z
    (silhouettes of data without groups, their highest, how many standard deviations the data lies above), tighter and
    tighter_se (the gap against the same columns without groups), stability,
    stability_low, jaccard (one figure a segment), jaccard_min, seeds, separation, closest (pair). Undefined is NaN.
    facts: gap_k, tighter_k; p_copula, lead_copula, beaten_copula (of sets_copula) and the same with gaussian.
    n_customers: how many it rests on, of `of`.
    """

    verdict: str
    headline: str
    reasons: tuple[str, ...]
    recommended_k: int | None
    table: pd.DataFrame
    facts: Mapping[str, Any]
    n_customers: int
    of: int
    settings: EvidenceSettings = field(default_factory=EvidenceSettings)

    def __repr__(self) -> str:
        return f"Evidence({self.verdict}, {self.recommended_k} recommended, {count_text(self.n_customers)} customers)"


def assess(
    Z: Floats, comparison: KComparison, settings: EvidenceSettings | None = None, progress: Progress | None = None
) -> Evidence:
    """The prepared rows (n × d) and their comparison → `Evidence`.

    Above `settings.most_rows` customers a random sample of them is used throughout, and said so. Deterministic for
    the same rows, comparison and settings.
    """
    settings = EvidenceSettings() if settings is None else settings
    validate(settings)
    work = _work(check_matrix(Z), comparison, settings)
    todo = [(measure, piece) for measure in MEASURES.values() for piece in measure.pieces(work)]
    results = run_all(
        lambda item, tick: item[1](tick),
        todo,
        progress=part(progress, 0.0, 0.95),
        text="Comparing with data without groups, and drawing customers anew",
        weights=[measure.weight for measure, _ in todo],
    )
    columns: list[pd.DataFrame] = []
    facts: dict[str, Any] = {}
    for measure in MEASURES.values():
        own = [result for (of, _), result in zip(todo, results, strict=True) if of is measure]
        further = measure.more(work, own)
        if further:
            text = "Comparing once more, because it is close"
            own += run_all(lambda piece, tick: piece(tick), further, progress=part(progress, 0.95, 1.0), text=text)
        finding = measure.collect(work, own)
        columns.append(finding.columns)
        facts.update(finding.facts)
    table = pd.concat(columns, axis=1).sort_index().rename_axis("k")
    found = Evidence("none", "", (), None, table, facts, len(work.Z), len(Z), settings)
    return under_limits(found, comparison)


def under_limits(evidence: Evidence, comparison: KComparison, limits: KSettings | None = None) -> Evidence:
    """The same evidence judged under the limits of the comparison (or other ones): nothing is computed again."""
    limits = comparison.settings if limits is None else limits
    table, facts, settings = evidence.table, evidence.facts, evidence.settings
    needed = smallest_allowed(comparison.n_customers, limits)
    k = best_k(comparison.table, table, facts, needed, limits.at_most)
    found = verdict(table, facts, k, settings)
    if k is None:
        why = recommend(comparison.table, comparison.n_customers, limits)[1]
    else:
        why = passed_over(comparison.table, table, k, needed, limits.at_most)
        if found != "none":
            why += cost_of_limits(comparison.table, table, facts, k, needed, limits.at_most)
        if found != "none":
            why += not_one_more(comparison.table, table, facts, k)
    said = (*reasons(found, table, facts, k, settings), *why)
    if evidence.n_customers < evidence.of:
        said = (
            *said,
            f"This rests on a random sample of {count_text(evidence.n_customers)} customers of "
            f"{count_text(evidence.of)}.",
        )
    recommended = 1 if found == "none" else k
    return replace(evidence, verdict=found, headline=headline(found, k), reasons=said, recommended_k=recommended)


def seconds_needed(customers: int, features: int, ks: int, settings: EvidenceSettings | None = None) -> float:
    """About how long `assess` takes on this machine, from the size alone; within a factor of two."""
    settings = EvidenceSettings() if settings is None else settings
    rows = min(customers, settings.most_rows)
    one_set = ks * settings.n_init * (0.0008 + 2.2e-8 * rows * (features + 12)) + 4e-9 * rows * min(rows, 8_000)
    sets = settings.references + 2 * settings.nulls + 3 * settings.bootstraps + 3 * settings.seeds
    return 1.5 * sets * one_set / workers()


def _work(Z: Floats, comparison: KComparison, settings: EvidenceSettings) -> Work:
    fits = comparison.fits
    if len(Z) > settings.most_rows:
        rows = np.sort(np.random.default_rng(settings.seed).choice(len(Z), settings.most_rows, replace=False))
        Z = Z[rows]
        fits = {k: replace(fit, labels=fit.labels[rows]) for k, fit in fits.items()}
    return Work(Z, fits, settings, comparison.settings.n_init, comparison.settings.seed)
