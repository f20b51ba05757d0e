"""The verdict in plain words: distinct groups, useful slices of a continuum, or no structure found."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from segmentation.core.text import count_text, share_text
from segmentation.evaluation.evidence.nulls import sure
from segmentation.evaluation.evidence.settings import EvidenceSettings
from segmentation.evaluation.evidence.stability import BANDS, band

__all__ = [
    "VERDICTS",
    "best_k",
    "beyond_chance",
    "cost_of_limits",
    "headline",
    "not_one_more",
    "passed_over",
    "reasons",
    "verdict",
]

VERDICTS = {
    "distinct": "Distinct groups",
    "slices": "Useful slices of a continuum",
    "none": "No structure found",
}

_SURE = BANDS[0][0]
_STABLE = BANDS[1][0]
_TRUSTED = BANDS[2][0]
_VALLEY = 1 / 3
_NEARLY = 0.8


def verdict(table: pd.DataFrame, facts: Mapping[str, Any], k: int | None, settings: EvidenceSettings) -> str:
    """The table by k and the facts of the measures, for the number `k` that would be recommended → a key of VERDICTS.

    *none* unless silhouettes are higher than in both kinds of data without groups. *distinct* when moreover the gap
    statistic does not stop at one group, every one of the k segments comes back when customers are drawn anew, and
    between every two of them lie a third fewer customers than around their centres.
    """
    if not beyond_chance(facts, settings):
        return "none"
    return "distinct" if facts["gap_k"] != 1 and k is not None and _apart(table).loc[k] else "slices"


def beyond_chance(facts: Mapping[str, Any], settings: EvidenceSettings) -> bool:
    """Whether segments are clearer than in both kinds of data without groups, and surely so than in the second.

    Where one of the two cannot imitate the data at all, the other decides alone; so the one with the data's own columns
    is asked strictly (see `sure`).
    """
    return all(_beats(name, facts, settings) for name in ("gaussian", "copula"))


def _beats(name: str, facts: Mapping[str, Any], settings: EvidenceSettings) -> bool:
    if name == "copula":
        return sure(facts["p_copula"], facts["lead_copula"], settings.level)
    return bool(facts[f"p_{name}"] <= settings.level + 1e-9)


def best_k(
    comparison: pd.DataFrame, table: pd.DataFrame, facts: Mapping[str, Any], needed: int, at_most: int
) -> int | None:
    """The k to recommend if there is structure, among those that obey the limits; None when none obeys.

    The most segments that hold up, with a silhouette of at least four fifths of the highest. Groups hold up: every one
    stable, and a valley between every two. Where there are none such, or where both gap statistics name the same k,
    segments hold up to `tighter_k` (from where on a further one makes them no tighter than in the same columns without
    groups) if none of them is doubtful (Jaccard from 0.6); not where the gap statistic keeps rising, for then the data
    names no number. Where no k holds up, the highest silhouette without a doubtful segment, then the highest at all.
    """
    obey = comparison[
        (comparison["smallest"] >= needed) & (comparison.index <= at_most) & comparison["silhouette"].notna()
    ]
    if obey.empty:
        return None
    silhouette, trusted = obey["silhouette"], table["jaccard_min"].reindex(obey.index) >= _TRUSTED
    clear = silhouette >= _NEARLY * silhouette.max()
    groups = _apart(table).reindex(obey.index) & clear
    gap_k, tighter_k = facts["gap_k"], facts["tighter_k"]
    named = tighter_k if gap_k is not None and (gap_k == tighter_k or not groups.any()) else None
    holds = groups | (trusted & clear & (obey.index <= (named or 0)))
    if holds.any():
        return int(obey.index[holds.to_numpy()].max())
    return _highest(silhouette[trusted] if trusted.any() else silhouette)


def passed_over(comparison: pd.DataFrame, table: pd.DataFrame, k: int, needed: int, at_most: int) -> tuple[str, ...]:
    """Why the k with the highest silhouette is not the recommended one: limits, unstable segments, or merged groups."""
    silhouette = comparison["silhouette"]
    other = _highest(silhouette)
    if other == k:
        return ()
    said = f"{other} segments have a higher silhouette ({silhouette.loc[other]:.3f}; {silhouette.loc[k]:.3f} with {k})"
    smallest, weakest = comparison["smallest"].loc[other], table["jaccard_min"].loc[other]
    if other > at_most:
        return (f"{said}, but your limit is {at_most}.",)
    if smallest < needed:
        return (f"{said}, but one of them would have only {count_text(smallest)} customers (the limit is {needed:,}).",)
    if weakest < _TRUSTED:
        return (
            f"{said}, but one of them hardly comes back with customers drawn anew ({weakest:.2f}: {band(weakest)}).",
        )
    more = comparison[comparison.index > k]
    limited = ((more["smallest"] < needed) | (more.index > at_most)).any()
    largest = f"{k} is the largest number{' within the limits' if limited else ''} at which every segment"
    if _apart(table).loc[k]:
        return (f"{said}, but {largest} is stable and apart from every other.",)
    return (f"{said}, but {largest} comes back and that is tighter than the same columns give without groups.",)


def cost_of_limits(
    comparison: pd.DataFrame, table: pd.DataFrame, facts: Mapping[str, Any], k: int, needed: int, at_most: int
) -> tuple[str, ...]:
    """What the user's limits cost: the k that would be recommended without them, and why it is not.

    Empty where the limits change nothing, or where `passed_over` tells it already.
    """
    free = best_k(comparison, table, facts, 1, int(comparison.index.max()))
    if free is None or free == k or free == _highest(comparison["silhouette"]):
        return ()
    smallest, weakest = comparison["smallest"].loc[free], table["jaccard_min"].loc[free]
    how = f"silhouette {comparison['silhouette'].loc[free]:.3f} instead of {comparison['silhouette'].loc[k]:.3f}"
    if pd.notna(weakest):
        how += f", least stable segment {weakest:.2f} instead of {table['jaccard_min'].loc[k]:.2f}"
    limit = (
        f"Your limit of {at_most} segments"
        if free > at_most
        else f"The limit of {needed:,} customers a segment (one would have only {count_text(smallest)})"
    )
    return (f"{limit} costs something: without it, {free} segments would be recommended ({how}).",)


def not_one_more(comparison: pd.DataFrame, table: pd.DataFrame, facts: Mapping[str, Any], k: int) -> tuple[str, ...]:
    """Why one segment more than the recommended `k` is not recommended: what it would break, or that it gains nothing.

    Empty where that number was not tried, or only a limit of the user stands against it (said elsewhere).
    """
    more = k + 1
    if more not in table.index or more not in comparison.index or pd.isna(comparison["silhouette"].loc[more]):
        return ()
    weakest, silhouette = table["jaccard_min"].loc[more], comparison["silhouette"]
    said = f"Why {k} and not {more}:"
    if weakest < _TRUSTED:
        return (f"{said} with {more}, one segment hardly comes back ({weakest:.2f}: {band(weakest)}).",)
    if facts["tighter_k"] == k:
        return (f"{said} one more segment gains no more than it does in the same columns without groups.",)
    if _apart(table).loc[k] and not _apart(table).loc[more]:
        return (f"{said} {k} groups are apart from each other; with {more}, two of them run into one another.",)
    if silhouette.loc[more] < silhouette.loc[k]:
        low, high = f"{silhouette.loc[more]:.3f}", f"{silhouette.loc[k]:.3f}"
        return (f"{said} customers would fit their segments less clearly (silhouette {low} instead of {high}).",)
    return ()


def _apart(table: pd.DataFrame) -> pd.Series:
    """By k: every segment comes back, and a third fewer customers lie between every two than around their centres."""
    return (table["jaccard_min"] >= _STABLE) & (table["separation"] >= _VALLEY)


def _highest(values: pd.Series) -> int:
    known = values.dropna()
    return int(known.index[int(known.to_numpy().argmax())])


def headline(found: str, k: int | None) -> str:
    """The verdict as one sentence that somebody without statistics can repeat in a meeting."""
    if found == "none":
        return (
            "No structure found: your customers form one continuous crowd. Segments can still be cut, but where the "
            "cuts lie is your choice, not a finding."
        )
    groups = "groups" if k is None else f"{k} groups"
    if found == "distinct":
        return f"Distinct groups: your customers fall into {groups} with clear differences between them."
    slices = "Segments are" if k is None else f"{k} segments are"
    return (
        "Useful slices of a continuum: customers differ by more than chance, but without gaps between the segments. "
        f"{slices} a sensible way to divide them; customers near a border could go either way."
    )


def reasons(
    found: str, table: pd.DataFrame, facts: Mapping[str, Any], k: int | None, settings: EvidenceSettings
) -> tuple[str, ...]:
    """One plain sentence for each piece of evidence, the tests first."""
    said = [_against("copula", "the same columns put together without any groups", facts, settings)]
    said.append(_against("gaussian", "one cloud with the same correlations and extremes", facts, settings))
    said.append(_gap(facts["gap_k"], k))
    if found != "none":
        said.append(_tighter(facts["tighter_k"]))
    if k is not None:
        said += _at(table, k, settings)
    if found == "slices":
        said.append(
            "Slices are legitimate for marketing: they describe typical customers. Do not expect that customers "
            "outside the middle of a segment fit its description well."
        )
    return tuple(said)


def _against(name: str, what: str, facts: Mapping[str, Any], settings: EvidenceSettings) -> str:
    beaten, sets = facts[f"beaten_{name}"], facts[f"sets_{name}"]
    if _beats(name, facts, settings):
        return f"Segments are clearer than in all {sets} artificial data sets made of {what}."
    if beaten == sets:
        return (
            f"Segments are hardly clearer than in {sets} artificial data sets made of {what}: the difference may be "
            "chance."
        )
    return f"Segments as clear as these appear in {sets - beaten} of {sets} artificial data sets made of {what}."


def _gap(gap_k: int | None, k: int | None) -> str:
    if gap_k == 1:
        return (
            "The gap statistic stops at one group: two are no tighter, compared with customers that are spread evenly."
        )
    if gap_k is None:
        return "The gap statistic keeps rising with every further group, so it says more than one but not how many."
    stops = f"The gap statistic stops at {gap_k} groups: more are hardly tighter than with evenly spread customers."
    if k is None or k == gap_k:
        return stops
    return (
        f"{stops} It looks at tightness alone; the recommendation also asks how clearly and how surely they come back."
    )


def _tighter(tighter_k: int | None) -> str:
    against = "Compared with the same columns put together without groups, segments get tighter"
    return f"{against} with every further one." if tighter_k is None else f"{against} up to {tighter_k}, not beyond."


def _at(table: pd.DataFrame, k: int, settings: EvidenceSettings) -> list[str]:
    row = {name: table[name].loc[k] for name in table.columns}
    said = []
    if pd.notna(row["stability"]):
        least = min(range(k), key=lambda segment: row["jaccard"][segment])
        weakest = row["jaccard"][least]
        which = "every segment comes back" if weakest >= _SURE else f"the least stable is segment {least + 1}"
        said.append(
            f"With customers drawn anew {settings.bootstraps} times, {k} segments agree to {row['stability']:.2f} "
            f"(1 is the same); {which} ({'at least ' if weakest >= _SURE else ''}{weakest:.2f}: {band(weakest)})."
        )
    if row["seeds"] < 0.95:
        said.append(
            f"Another random start changes the segments (agreement {row['seeds']:.2f}): other cuts are as good."
        )
    if pd.notna(row["separation"]):
        a, b = row["closest"]
        between = 1 - row["separation"]
        if between <= 0.005:
            middle = "hardly any customer lies halfway between them"
        elif between >= 0.995:
            middle = "halfway between them there are as many customers as around their centres"
        else:
            middle = f"halfway between them there are {share_text(between)} as many customers as around their centres"
        said.append(f"Of all pairs, segments {a} and {b} are least apart: {middle}.")
    return said
