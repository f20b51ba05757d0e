"""What the range of numbers that were tried, and the user's own limits, do to a recommendation, in plain words."""

from __future__ import annotations

from segmentation.core.text import count_text
from segmentation.evaluation.choose_k import KComparison, recommend
from segmentation.evaluation.evidence.result import Evidence

__all__ = ["end_of_range", "limits_text"]

_NEARLY = 0.95
"""Silhouettes that differ by less than a twentieth are taken for equal here."""


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


def end_of_range(evidence: Evidence, comparison: KComparison) -> str:
    """Whether more segments than were tried may be better still; empty where nothing says so.

    The recommended number is the largest, or customers are told apart as clearly there as anywhere while a Gaussian
    mixture asks for more clouds than were tried.
    """
    last, k = max(comparison.fits), evidence.recommended_k
    if k == last and k > 1:
        return (
            f"{last} is the largest number that was tried: more may be better still. Raise the range and compare again."
        )
    silhouette = comparison.table["silhouette"]
    as_clear = float(silhouette.loc[last]) >= _NEARLY * float(silhouette.max())
    if evidence.verdict != "distinct" or k is None or not (as_clear and evidence.facts.get("mixture_last")):
        return ""
    return (
        f"At {last}, the largest number that was tried, customers are told apart as clearly as anywhere: there may be "
        f"more groups than {k}. Raise the range and compare again."
    )
