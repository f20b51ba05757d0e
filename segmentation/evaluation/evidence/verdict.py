"""The decision: from figures to a state of the evidence and a recommendation. No words here (see `words`)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from segmentation.evaluation.evidence.gaps import SURE, VALLEY, weakest
from segmentation.evaluation.evidence.nearness import from_the_side
from segmentation.evaluation.evidence.nulls import sure
from segmentation.evaluation.stability import STABLE, TRUSTED

__all__ = [
    "COMES_BACK",
    "NEAR_FEATURES",
    "VERDICTS",
    "Decision",
    "Grouping",
    "best_slices",
    "beyond_chance",
    "by_classes",
    "classes_finer",
    "decide",
    "may_be_apart",
    "may_be_settled",
    "passes",
    "smallest_group",
]

VERDICTS = {
    "distinct": "Distinct groups",
    "undecided": "Undecided",
    "classes": "Groups by categories",
    "slices": "No gaps found, but an uneven crowd",
    "none": "No gaps found",
}
"""The states of the evidence, in words of a few."""

COMES_BACK = 0.8
"""A group comes back with at least this Jaccard similarity, in the mean over the repetitions."""
_WITNESSED = 2 / 3
_CHANCE = -0.5
_SHOWS = 0.5
"""A pair with fewer standard errors than so many shows no gap: what is seen there may be chance."""
_NEARLY_STABLE = 0.7
_ONE_SIDED = 1.64
_MOST_TIMES = 20
_NEARLY = 0.8
_CLEAR = 0.78
"""Share of the highest silhouette of groups that are apart; 0.6 to 0.8 gave 230 planted sets the same numbers, and of
two others one splits its groups at 0.77 (a fintech app's three), and one joins them at 0.79 (a gym's three tiers)."""
_GROUP_SHARE, _GROUP_SIZE = 0.01, 8
NEAR_FEATURES = 4
"""In more columns, distances to neighbours are too much alike to tell."""


@dataclass(frozen=True, eq=False)
class Grouping:
    """Groups that may be apart: those of K-means or of the mixture with `k`.

    least: the smallest Jaccard similarity of its segments. smallest: customers in its smallest. pairs: see
    `gaps.pair_table`; bare: the same without the yes-or-no columns that carry most of a gap (the same table where
    there are none). near: see `nearness`, None in more columns than NEAR_FEATURES.
    silhouette: the mean one of K-means; NaN for the mixture. columns: in how many gaps were looked for; None in all.
    """

    method: str
    k: int
    least: float
    smallest: int
    pairs: pd.DataFrame
    bare: pd.DataFrame
    near: pd.DataFrame | None = None
    silhouette: float = float("nan")
    columns: int | None = None


@dataclass(frozen=True)
class Decision:
    """state: a key of VERDICTS. k, method: of the groups that are (or may be) apart; k is None where there are none.
    Groups by categories have the number and the method "classes" of latent classes.

    witnessed: whether K-means and the mixture (or latent classes) name the same number. more: about how many further
    customers would settle an undecided case; None where unknown.
    """

    state: str
    k: int | None = None
    method: str = "kmeans"
    witnessed: bool = False
    more: int | None = None


def _most_of_the_clear(alone: list[Grouping]) -> int:
    """The largest k whose customers are told apart nearly as clearly as at the clearest of these numbers."""
    highest = max((one.silhouette for one in alone if not math.isnan(one.silhouette)), default=0.0)
    return max(one.k for one in alone if math.isnan(one.silhouette) or one.silhouette >= _CLEAR * highest)


def smallest_group(n_customers: int) -> int:
    """How many customers a group needs to count as one at all, whatever its use: a handful of outliers is none."""
    return max(_GROUP_SIZE, math.ceil(_GROUP_SHARE * n_customers))


def decide(candidates: list[Grouping], facts: Mapping[str, Any], n: int, d: int) -> Decision:
    """All candidates, and the number that the mixture names → `Decision`, as far as gaps go: "none" where none is near.

    n customers, d features. Groups are *distinct* when every one comes back and between every two lies a gap, at the
    largest number at which that is so with nearly four fifths of the highest silhouette of such. If the mixture names
    that number, the two are two witnesses: no pair may surely be without a gap, and the pairs that are least apart must
    show one together. Such a number goes before one that has only one witness, unless some pair shows no gap at all;
    one that the mixture names at the end of its range goes behind any of K-means. Of undecided numbers the one counts
    at which customers are told apart most clearly.
    """
    named = facts.get("mixture_k")
    big = [one for one in candidates if one.smallest >= smallest_group(n)]
    alone = _named_first([one for one in big if _apart(one, d)], facts)
    both = _both([one for one in big if one.k == named and not facts.get("mixture_last")], alone, d)
    if both or alone:
        k = both[0].k if both else _most_of_the_clear(alone)
        methods = [one.method for one in (*both, *alone) if one.k == k]
        return Decision("distinct", k, "kmeans" if "kmeans" in methods else methods[0], bool(both) or k == named)
    return _undecided(big, named, n, d)


def _both(named: list[Grouping], alone: list[Grouping], d: int) -> list[Grouping]:
    """Of the groups at the number that the mixture names those that show a gap together."""
    return [one for one in named if _together(one, d) and (not alone or _every_pair_shows(one))]


def _undecided(big: list[Grouping], named: int | None, n: int, d: int) -> Decision:
    near = [(more, one) for one in big for more in [_nearly(one, n, d)] if more is not None]
    if not near:
        return Decision("none")
    more, one = min(near, key=lambda item: (-np.nan_to_num(item[1].silhouette, nan=-1.0), item[0]))
    return Decision("undecided", one.k, one.method, one.k == named, more)


def _named_first(alone: list[Grouping], facts: Mapping[str, Any]) -> list[Grouping]:
    """A mixture at the end of its range names no number, so it stands behind any that K-means names."""
    if not facts.get("mixture_last"):
        return alone
    return [one for one in alone if one.method == "kmeans"] or alone


def may_be_apart(least: float, pairs: pd.DataFrame) -> bool:
    """Whether groups deserve a second look: they come back more or less, and no pair is surely joined."""
    return least >= _NEARLY_STABLE and bool((pairs["sure"] >= _CHANCE).all())


def may_be_settled(pairs: pd.DataFrame, k: int) -> bool:
    """Whether groups may still count with one witness (no pair surely has no gap) or with two (see `decide`)."""
    alone = bool((pairs["share"] - _ONE_SIDED * _error(pairs) <= VALLEY).all())
    return alone or _gap_of_the_closest(pairs, k)


def by_classes(decision: Decision, facts: Mapping[str, Any], n: int) -> Decision:
    """The number of latent classes where they name groups and K-means shows none that are apart, of n customers.

    Gaps are the stronger evidence, so groups that are distinct stay what they are. A number at the end of the range
    counts for nothing.
    """
    k = facts["classes_named"]
    if k < 2 or facts["classes_last"] or facts["classes_smallest"] < smallest_group(n):
        return decision
    if decision.state == "distinct":
        return replace(decision, witnessed=decision.witnessed or k == decision.k)
    return Decision("classes", k, "classes")


def classes_finer(decision: Decision, facts: Mapping[str, Any], least: float, at_most: int) -> bool:
    """Whether latent classes name more groups than K-means shows apart, each of at least so many customers.

    Groups that are apart in all columns may each hold several that only some categories tell.
    """
    named, k = facts["classes_named"], decision.k or 0
    apart = decision.state == "distinct" and decision.method == "kmeans"
    large = facts["classes_smallest"] >= least and not facts["classes_last"]
    return bool(apart and k < named <= at_most and large)


def beyond_chance(facts: Mapping[str, Any], level: float) -> bool:
    """Whether segments are clearer than in both kinds of data without groups, and surely so."""
    return all(passes(name, facts, level) for name in ("copula", "gaussian"))


def passes(name: str, facts: Mapping[str, Any], level: float) -> bool:
    """Whether segments are surely clearer than in data without groups of one kind; False where it was not asked."""
    p, z = facts.get(f"p_{name}"), facts.get(f"z_{name}", math.nan)
    return p is not None and sure(p, z, level)


def best_slices(
    comparison: pd.DataFrame, table: pd.DataFrame, facts: Mapping[str, Any], needed: int, at_most: int
) -> int | None:
    """The k to recommend where no gaps were found, among those that obey the limits; None when none obeys.

    The number that the mixture names, if the segments of K-means hold at it (Jaccard from 0.6) and their silhouette is
    at least four fifths of the highest. Else the most segments that are tighter than in the same columns without
    groups and hold; else the highest silhouette among those that hold, then the highest at all.
    """
    obey = comparison[
        (comparison["smallest"] >= needed) & (comparison.index <= at_most) & comparison["silhouette"].notna()
    ]
    if obey.empty:
        return None
    silhouette, trusted = obey["silhouette"], table["jaccard_min"].reindex(obey.index) >= TRUSTED
    holds = trusted & (silhouette >= _NEARLY * silhouette.max())
    named = facts.get("mixture_k")
    if named is not None and named in holds.index and holds.loc[named] and not facts.get("mixture_last"):
        return int(named)
    holds &= obey.index <= (facts.get("tighter_k") or 0)
    if holds.any():
        return int(obey.index[holds.to_numpy()].max())
    best = (silhouette[trusted] if trusted.any() else silhouette).dropna()
    return int(best.index[int(best.to_numpy().argmax())])


def _apart(one: Grouping, d: int) -> bool:
    """One witness: every segment comes back, and every pair has a gap of its own."""
    return (
        one.least >= COMES_BACK
        and all(bool(((table["share"] <= VALLEY) & (table["sure"] >= SURE)).all()) for table in (one.pairs, one.bare))
        and not _only_seen_from_the_side(one, d)
    )


def _together(one: Grouping, d: int) -> bool:
    """Two witnesses: every segment comes back, no pair is surely without a gap, and the closest ones have one."""
    if one.least < STABLE or _only_seen_from_the_side(one, d):
        return False
    return all(_gap_of_the_closest(table, one.k) for table in (one.pairs, one.bare))


def _gap_of_the_closest(table: pd.DataFrame, k: int) -> bool:
    closest = weakest(table, k)
    between, around = float(closest["between"].sum()), float(closest["around"].sum())
    surely = (around - between) / math.sqrt(max(around + between, 1e-9))
    joined = (table["sure"] < _CHANCE) | (table["share"] - _ONE_SIDED * _error(table) > _WITNESSED)
    return not joined.any() and between <= _WITNESSED * around and surely >= SURE


def _every_pair_shows(one: Grouping) -> bool:
    """Whether no pair lacks a sign of a gap of its own, also without the column that carries most of the distance."""
    return all(bool((table["sure"] >= _SHOWS).all()) for table in (one.pairs, one.bare))


def _error(table: pd.DataFrame) -> pd.Series:
    """The standard error of a share, from the count between (Poisson)."""
    error: pd.Series = np.sqrt(table["between"].clip(lower=1.0)) / table["around"].clip(lower=1.0)
    return error


def _nearly(one: Grouping, n: int, d: int) -> int | None:
    """About how many more customers would settle it, where every pair may have a gap but some not surely so.

    None where some pair surely has none: more customers would not change that.
    """
    if one.least < _NEARLY_STABLE or _only_seen_from_the_side(one, d):
        return None
    times = 1.5
    for table in (one.pairs, one.bare):
        share, sure, error = table["share"], table["sure"], _error(table)
        if ((share - _ONE_SIDED * error > VALLEY) | (sure < _CHANCE)).any():
            return None
        by_count = ((SURE / sure.clip(lower=0.25)) ** 2).where(sure < SURE, 1.0)
        by_share = ((_ONE_SIDED * error / (share - VALLEY).clip(lower=0.05)) ** 2).where(share > VALLEY, 1.0)
        times = max(times, float(by_count.max()), float(by_share.max()))
    return math.ceil(n * (min(times, _MOST_TIMES) - 1))


def _only_seen_from_the_side(one: Grouping, d: int) -> bool:
    """In few columns: whether a valley is only seen from the side (see `nearness.from_the_side`)."""
    d = one.columns or d
    return one.near is not None and d <= NEAR_FEATURES and from_the_side(one.near, one.pairs, one.k, d)
