"""What the range of numbers that were tried, and the user's own limits, do to a recommendation, in plain words."""

from __future__ import annotations

from segmentation.core.settings import MOST_SEGMENTS
from segmentation.core.text import count_text
from segmentation.evaluation.choose_k import KComparison, recommend
from segmentation.evaluation.evidence.result import Evidence

__all__ = ["end_of_range", "limits_text", "may_be_more"]

_NEARLY = 0.95
"""Silhouettes that differ by less than a twentieth are taken for equal here."""
_MANY = 15


def limits_text(evidence: Evidence, comparison: KComparison, needed: int) -> str:
    """What the user's own limits cost: the number that would be recommended without them; empty where nothing.

    needed: how many customers a segment must have.
    """
    decision, k, limits = evidence.decision, evidence.recommended_k, comparison.settings
    if k is None and decision.method != "classes":
        return " ".join(recommend(comparison.table, comparison.n_customers, limits)[1][:1])
    if decision.state not in ("distinct", "classes") or decision.k is None or decision.k == k:
        return ""
    if decision.k > limits.at_most:
        return (
            f"Your limit of {limits.at_most} segments costs something: without it, {decision.k} would be recommended."
        )
    of_classes = evidence.facts.get("classes_smallest", 0) * comparison.n_customers / max(evidence.n_customers, 1)
    of_kmeans = comparison.table["smallest"]
    smallest = count_text(round(of_classes if decision.method == "classes" else of_kmeans.loc[decision.k]))
    return (
        f"The limit of {needed:,} customers a segment costs something: without it, {decision.k} would be recommended "
        f"(one would have only {smallest})."
    )


def may_be_more(evidence: Evidence, comparison: KComparison) -> bool:
    """Whether there may be more groups than the distinct ones, since no more numbers were tried.

    They are as many as were tried; or customers are told apart as clearly at the largest number as anywhere, while they
    are many or a Gaussian mixture asks for more clouds than were tried.
    """
    last, k, silhouette = max(comparison.fits), evidence.decision.k or 1, comparison.table["silhouette"]
    if evidence.verdict != "distinct" or evidence.method == "classes":
        return False
    as_clear = float(silhouette.loc[last]) >= _NEARLY * float(silhouette.max())
    return k == last or (as_clear and (k >= _MANY or bool(evidence.facts.get("mixture_last"))))


def end_of_range(evidence: Evidence, comparison: KComparison) -> str:
    """Whether more segments than were tried may be better still, and what to do; empty where nothing says so."""
    last, k = max(comparison.fits), evidence.recommended_k
    remedy = (
        "Raise the range and compare again."
        if last < MOST_SEGMENTS
        else f"More than {MOST_SEGMENTS} are not compared: divide the customers first, for example by country, and "
        "look at each part alone."
    )
    if k == last and k > 1:
        return f"{last} is the largest number that was tried: more may be better still. {remedy}"
    if k is None or not evidence.facts.get("may_be_more"):
        return ""
    return (
        f"At {last}, the largest number that was tried, customers are told apart as clearly as anywhere: there may be "
        f"more groups than {evidence.decision.k}. {remedy}"
    )
