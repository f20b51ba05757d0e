"""The recommendation of the cheap comparison: the clearest k without a segment too small to be of use."""

from __future__ import annotations

import math

import pandas as pd

from segmentation.core.settings import KSettings
from segmentation.core.text import count_text, counted, share_text

__all__ = ["recommend", "smallest_allowed"]


def smallest_allowed(customers: int, settings: KSettings) -> int:
    """How many customers a segment needs to be of use, by the number and the share that the user set."""
    return max(settings.min_size, math.ceil(settings.min_share * customers - 1e-9))


def recommend(table: pd.DataFrame, customers: int, settings: KSettings) -> tuple[int | None, tuple[str, ...]]:
    """The comparison's table (indexed by k) → the recommended k and the reasons, the answer first.

    The highest mean silhouette wins among the k that obey the limits of `settings`; where silhouettes come from a
    sample, a smaller k within the sampling error of the best is preferred. None when no k obeys: a segment of a
    handful of extreme customers is a finding about those customers, not a way to divide the others.
    """
    needed = smallest_allowed(customers, settings)
    judged = table[table["silhouette"].notna()]
    if judged.empty:
        return None, ("No number of segments could be judged: the customers hardly differ from each other.",)
    useful = judged[judged["smallest"] >= needed]
    allowed = useful[useful.index <= settings.at_most]
    top = _highest(judged)
    if allowed.empty:
        return None, _nothing_obeys(judged, useful, top, customers, needed, settings)
    best = _highest(allowed)
    margin = 1.96 * allowed["silhouette_error"].max()
    k = int(allowed.index[allowed["silhouette"] >= allowed.at[best, "silhouette"] - margin].min())
    return k, tuple(_reasons(judged, useful, k, best, top, customers, settings))


def _reasons(
    judged: pd.DataFrame, useful: pd.DataFrame, k: int, best: int, top: int, customers: int, settings: KSettings
) -> list[str]:
    why = "separate customers more clearly than any other number tried" if k == top else "separate customers best"
    reasons = [
        f"{k} segments are recommended: they {why} (silhouette {_score(judged, k)}), and the smallest has "
        f"{_size(judged, k, customers)}."
    ]
    if k != best:
        reasons.append(
            f"{best} segments score the same within the error of the sample ({_score(judged, best)}); "
            "fewer are easier to use."
        )
    limit = _highest(useful)
    if limit > settings.at_most:
        reasons.append(
            f"Your limit of {settings.at_most} segments costs something: {limit} would reach a silhouette of "
            f"{_score(useful, limit)}."
        )
    if top not in useful.index:
        reasons.append(_too_small(judged, top, customers))
    return reasons


def _nothing_obeys(
    judged: pd.DataFrame, useful: pd.DataFrame, top: int, customers: int, needed: int, settings: KSettings
) -> tuple[str, ...]:
    if not useful.empty:
        return (
            f"No number of segments up to your limit of {settings.at_most} was tried that leaves every segment "
            f"{count_text(needed)} customers. Raise the limit or try fewer segments.",
        )
    return (
        f"No number of segments is recommended: at every one tried, some segment has fewer than {count_text(needed)} "
        "customers.",
        _too_small(judged, top, customers),
        "Cap extreme values or use the recommended preparation on the Prepare page, or allow smaller segments.",
    )


def _too_small(judged: pd.DataFrame, k: int, customers: int) -> str:
    return (
        f"{k} segments have the highest silhouette ({_score(judged, k)}), but one of them would be only "
        f"{_size(judged, k, customers)}: a few extreme customers far from all others, not a way to divide the rest."
    )


def _size(judged: pd.DataFrame, k: int, customers: int) -> str:
    smallest = judged["smallest"].loc[k]
    return f"{counted(smallest, 'customer')} ({share_text(smallest / customers)})"


def _score(comparison: pd.DataFrame, k: int) -> str:
    return f"{float(comparison['silhouette'].loc[k]):.3f}"


def _highest(comparison: pd.DataFrame) -> int:
    return int(comparison.index[int(comparison["silhouette"].to_numpy().argmax())])
