"""Gather all evidence side by side and put the verdict together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from segmentation.clustering.methods import Floats, check_matrix
from segmentation.core.parallel import part, run_all, workers
from segmentation.core.sampling import random_rows
from segmentation.core.settings import KSettings, Progress
from segmentation.evaluation.choose_k import KComparison, smallest_allowed
from segmentation.evaluation.evidence.categories import Levels, echoes, with_categories
from segmentation.evaluation.evidence.class_number import against_one_trait
from segmentation.evaluation.evidence.classes import mostly_categories
from segmentation.evaluation.evidence.gap import gap_statistic
from segmentation.evaluation.evidence.gaps import atoms, least_apart
from segmentation.evaluation.evidence.nearness import nearness
from segmentation.evaluation.evidence.nulls import against_nulls
from segmentation.evaluation.evidence.range_words import may_be_more
from segmentation.evaluation.evidence.resampling import Again, came_back, gaps_by_k, redraw, without_blocks
from segmentation.evaluation.evidence.result import Evidence
from segmentation.evaluation.evidence.settings import EvidenceSettings
from segmentation.evaluation.evidence.verdict import (
    NEAR_FEATURES,
    Decision,
    Grouping,
    best_slices,
    beyond_chance,
    by_classes,
    classes_finer,
    decide,
    may_be_apart,
    may_be_settled,
    passes,
    smallest_group,
)
from segmentation.evaluation.evidence.witness import Witness, hear
from segmentation.evaluation.evidence.words import headline, reasons
from segmentation.evaluation.evidence.work import Work
from segmentation.evaluation.stability import agreement

__all__ = ["Look", "assess", "look", "seconds_needed", "under_limits"]

_COMPARED, _GAP = 8, 12
"""Up to so many segments are compared with data without groups, and with evenly spread customers."""


def assess(
    Z: Floats,
    comparison: KComparison,
    settings: EvidenceSettings | None = None,
    progress: Progress | None = None,
    *,
    levels: Levels | None = None,
    names: Sequence[str] = (),
) -> Evidence:
    """The prepared rows (n × d) and their comparison → `Evidence`.

    levels: label of each category that takes part → its columns. Between levels there always are gaps, so groups must
    then also be clearer than in data that keeps every level and its frequency but has no groups; no Gaussian mixture
    is asked, but latent classes where at least half of the columns are categories (see `class_number`).
    names: what the d columns are called, for the sentences.

    Above `settings.most_rows` customers a random sample of them is used throughout, and said so. Work stops as soon as
    it is decided: data without groups is made only where no gaps were found. Deterministic for the same
    rows, comparison and settings.
    """
    settings = EvidenceSettings() if settings is None else settings
    work = _work(check_matrix(Z), comparison, settings, levels or {})
    seen = look(work, part(progress, 0.0, 0.65))
    small = work.fewer(settings.fewer_rows, _GAP)
    gap, facts = gap_statistic(small, part(progress, 0.65, 0.75))
    columns, known, decision = [gap, seen.columns], {**facts, **seen.facts}, seen.decision
    known["mixture_columns"] = tuple(names[i] if names else f"column {i + 1}" for i in known["mixture_columns"])
    if decision.state in ("slices", "none") or work.levels:
        compared = work.fewer(settings.fewer_rows, _COMPARED)
        for name, start in (("copula", 0.75),) if work.levels else (("copula", 0.75), ("gaussian", 0.88)):
            clouds, facts = against_nulls(compared, name, part(progress, start, start + 0.12))
            columns.append(clouds)
            known |= facts
            if not passes(name, known, settings.level):
                break
        decision = (
            _beyond_levels(decision, known, settings.level)
            if work.levels
            else (Decision("slices" if beyond_chance(known, settings.level) else "none"))
        )
    if work.levels:
        inside = sum(len(columns) for columns in work.levels.values())
        share = mostly_categories(len(work.levels), len(work.levels) + work.Z.shape[1] - inside)
        known |= {"echo": echoes(work.Z, work.fits, work.levels), "categories": share}
        if share is not None:
            known |= against_one_trait(work, part(progress, 0.88, 1.0))
            decision = by_classes(decision, known, len(work.Z))
    table = pd.concat(columns, axis=1).sort_index().rename_axis("k")
    n, d = work.Z.shape
    evidence = Evidence(
        decision.state, "", (), None, table, known, n, len(Z), settings, decision, seen.pairs, seen.bare, d
    )
    if progress is not None:
        progress(1.0, "Done")
    return under_limits(evidence, comparison)


@dataclass(frozen=True, eq=False)
class Look:
    """What customers drawn anew and the second witness show: the decision as far as gaps go, and the figures of it."""

    decision: Decision
    columns: pd.DataFrame
    facts: dict[str, Any]
    pairs: dict[int, pd.DataFrame]
    bare: dict[int, pd.DataFrame]


def look(work: Work, progress: Progress | None = None) -> Look:
    """Are there gaps? Customers drawn anew, the pairs of segments at every number, and the mixture beside them."""
    text = "Drawing customers anew"
    again = run_all(
        lambda number, tick: redraw(work, number, tick),
        range(work.settings.resamples),
        progress=part(progress, 0.0, 0.7),
        text=text,
    )
    pairs, back = gaps_by_k(again, work.ks), came_back(again, work.ks)
    candidates = _of_kmeans(work, again, pairs, back, part(progress, 0.7, 0.85))
    groups = decide(candidates, {}, *work.Z.shape).state == "distinct"
    small = work.fewer(work.settings.fewer_rows, max(work.ks, default=2))
    witness = None if work.levels else hear(small, part(progress, 0.85, 1.0), groups=groups)
    candidates += _of_mixture(work, small, witness)
    facts = _heard(witness, small)
    columns = [back, _closest(pairs)]
    if witness is not None:
        columns.append(witness.bic.min(axis=1).rename("bic").to_frame())
    bare = {one.k: one.bare for one in candidates if one.method == "kmeans" and one.bare is not one.pairs}
    decision = decide(candidates, facts, *work.Z.shape)
    return Look(decision, pd.concat(columns, axis=1), facts, pairs, bare)


def under_limits(evidence: Evidence, comparison: KComparison, limits: KSettings | None = None) -> Evidence:
    """The same evidence with the recommendation that obeys the limits of the comparison (or other ones).

    Nothing is computed again, and whether there are gaps does not depend on what the user has use for.
    """
    limits = comparison.settings if limits is None else limits
    n = comparison.n_customers
    needed = smallest_allowed(n, limits)
    decision = evidence.decision
    allowed = comparison.table[
        (comparison.table["smallest"] >= needed) & (comparison.table.index <= limits.at_most)
    ].index
    if decision.method == "classes":
        smallest = evidence.facts["classes_smallest"] * n / evidence.n_customers
        k = decision.k if (decision.k or 0) <= limits.at_most and smallest >= needed else None
    elif decision.state == "distinct" and decision.method != "kmeans":
        k = decision.k if decision.k is not None and decision.k <= limits.at_most else None
    elif decision.state in ("distinct", "undecided") and decision.method == "kmeans" and decision.k in allowed:
        k = decision.k
    else:
        k = best_slices(comparison.table, evidence.table, evidence.facts, needed, limits.at_most)
    facts = {**evidence.facts, "may_be_more": may_be_more(evidence, comparison)}
    known = replace(evidence, recommended_k=1 if decision.state == "none" else k, facts=facts)
    if "classes_named" in evidence.facts:
        least = max(smallest_group(evidence.n_customers), needed * evidence.n_customers / n)
        finer = classes_finer(decision, evidence.facts, least, limits.at_most)
        known = replace(known, facts={**facts, "classes_finer": finer})
    limited = replace(comparison, settings=limits)
    return replace(known, headline=headline(known), reasons=reasons(known, limited, needed))


def seconds_needed(customers: int, features: int, ks: int, settings: EvidenceSettings | None = None) -> float:
    """About how long `assess` takes on this machine, from the size alone; within a factor of two."""
    settings = EvidenceSettings() if settings is None else settings
    rows, few = min(customers, settings.most_rows), min(customers, settings.fewer_rows)
    one = settings.n_init * (0.001 + 1.1e-8 * rows * (features + 12)) + 2e-6 * rows
    fewer = settings.n_init * (0.001 + 1.1e-8 * few * (features + 12)) + 2e-9 * few * 1_000
    return ks * (settings.resamples * one + (settings.references + 2 * settings.nulls) * fewer + 0.3) / workers()


def _beyond_levels(decision: Decision, facts: Mapping[str, Any], level: float) -> Decision:
    """What is left of a decision where categories take part: nothing, unless segments are clearer than levels alone."""
    if not passes("copula", facts, level):
        return Decision("none")
    return decision if decision.state in ("distinct", "undecided") else Decision("slices")


def _work(Z: Floats, comparison: KComparison, settings: EvidenceSettings, levels: Levels) -> Work:
    fits = comparison.fits
    if len(Z) > settings.most_rows:
        rows = random_rows(len(Z), settings.most_rows, settings.seed)
        Z = Z[rows]
        fits = {k: replace(fit, labels=fit.labels[rows]) for k, fit in fits.items()}
    silhouette = comparison.table["silhouette"]
    return Work(Z, fits, settings, {k: float(silhouette.loc[k]) for k in fits}, levels)


def _of_kmeans(
    work: Work,
    again: Sequence[Mapping[int, Again]],
    pairs: Mapping[int, pd.DataFrame],
    back: pd.DataFrame,
    progress: Progress | None,
) -> list[Grouping]:
    """The groups of K-means that may be apart, with all that is asked about them."""
    blocks, flat = with_categories(atoms(work.Z), work.levels), work.Z.shape[1] <= NEAR_FEATURES

    def of_k(k: int, tick: Progress) -> Grouping:
        tick(0.0, "Looking between segments")
        fit, table, least = work.fits[k], pairs[k], float(back["jaccard_min"].loc[k])
        bare = without_blocks(work, again, k, blocks) if blocks else table
        near = nearness(work.Z, (fit.labels - 1).astype(np.intp), fit.centres) if flat else None
        size, clear = int(np.bincount(fit.labels)[1:].min()), work.silhouette.get(k, float("nan"))
        return Grouping("kmeans", k, least, size, table, bare, near, clear)

    near_apart = [
        k
        for k, table in pairs.items()
        if may_be_apart(float(back["jaccard_min"].loc[k]), table) and may_be_settled(table, k)
    ]
    return run_all(of_k, near_apart, progress=progress, text="Looking between segments")


def _of_mixture(work: Work, small: Work, witness: Witness | None) -> list[Grouping]:
    """The groups of the mixture if they may be apart, with all that is asked about them."""
    if witness is None or witness.pairs is None or not may_be_apart(float(witness.jaccard.min()), witness.pairs):
        return []
    labels, table, blocks = witness.labels, witness.pairs, with_categories(atoms(work.Z), work.levels)
    repetitions = [{witness.k: one} for one in witness.repetitions]
    asked = blocks and not witness.columns  # no yes-or-no column is among these
    bare = without_blocks(small, repetitions, witness.k, blocks) if asked else table
    at = list(witness.columns or range(work.Z.shape[1]))
    flat = len(at) <= NEAR_FEATURES
    near = nearness(small.Z[:, at], (labels - 1).astype(np.intp), witness.centres[:, at]) if flat else None
    size = int(np.bincount(labels)[1:].min() * len(work.Z) / len(small.Z))
    return [Grouping("mixture", witness.k, float(witness.jaccard.min()), size, table, bare, near, columns=len(at))]


def _closest(pairs: Mapping[int, pd.DataFrame]) -> pd.DataFrame:
    rows = {}
    for k, table in pairs.items():
        first, second, share = least_apart(table)
        rows[k] = {"separation": max(0.0, 1 - share), "closest": (first, second)}
    return pd.DataFrame.from_dict(rows, orient="index")


def _heard(witness: Witness | None, small: Work) -> dict[str, Any]:
    """What the mixture says, as facts: its number and shape, by how much BIC leads the next best number, and how far
    K-means agrees with it.
    """
    if witness is None:
        return {
            "mixture_k": None,
            "mixture_shape": None,
            "mixture_last": False,
            "mixture_ahead": float("nan"),
            "mixture_columns": (),
            "mixture_agrees": float("nan"),
        }
    best = witness.bic.min(axis=1)
    others = best.drop(witness.k).dropna()
    ahead = float(others.min() - best.loc[witness.k]) if len(others) else float("nan")
    fit = small.fits.get(witness.k)
    return {
        "mixture_k": witness.k,
        "mixture_shape": witness.shape,
        "mixture_last": witness.last,
        "mixture_ahead": ahead,
        "mixture_columns": witness.columns,
        "mixture_agrees": agreement(witness.labels, fit.labels) if fit is not None else float("nan"),
    }
