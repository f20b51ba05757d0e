"""What the second method says, a Gaussian mixture or latent classes, in plain words."""

from __future__ import annotations

from segmentation.core.text import agree, counted, listed, plain_text
from segmentation.evaluation.evidence.classes import asked_beside, classes_text
from segmentation.evaluation.evidence.result import Evidence

__all__ = ["mixture_gaps", "mixture_sees", "second_method"]

_THE_SAME = 0.95
"""From this adjusted Rand index on, K-means finds the groups of the mixture."""


def mixture_sees(evidence: Evidence, groups: str) -> str:
    """The verdict where the groups are those of the mixture: what it sees, and what K-means makes of them."""
    cut = (
        "K-means finds the same here, but not reliably with other customers"
        if _found_by_kmeans(evidence)
        else "K-means would cut through them"
    )
    return f"a Gaussian mixture sees {groups} with gaps between them. {cut}; Compare shows both."


def mixture_gaps(evidence: Evidence) -> str:
    """Where there are gaps, if the groups are those of the mixture."""
    k = evidence.decision.k
    beside = (
        f"with customers drawn anew, K-means with {k} segments makes others"
        if _found_by_kmeans(evidence)
        else "between the segments of K-means there are not"
    )
    return (
        f"Between the {k} groups of the mixture there are gaps, seen on customers that took no part in making them; "
        f"{beside}."
    )


def second_method(evidence: Evidence) -> str:
    """Which number the mixture names and what follows, or what latent classes say beside categories."""
    named, decision = evidence.facts.get("mixture_k"), evidence.decision
    if named is None:
        return " ".join(
            sentence
            for sentence in (
                asked_beside(evidence.facts, decision.k if decision.state == "distinct" else None),
                classes_text(evidence.facts.get("categories"), recommended=evidence.classes_k is not None),
            )
            if sentence
        )
    if evidence.facts.get("mixture_last"):
        return f"A second method (a Gaussian mixture) needs {named} clouds or more, so it names no number."
    clouds = "one cloud" if named == 1 else f"{named} clouds"
    if decision.state == "distinct" and decision.method == "kmeans":
        if named == decision.k:
            return f"A second method (a Gaussian mixture) names the same number: {named}."
        return (
            f"A second method (a Gaussian mixture) needs {clouds}; that describes the shape of the groups, for not all "
            "of those have gaps between them."
        )
    if decision.method == "mixture" and (few := evidence.facts.get("mixture_columns")):
        shown, others = listed([plain_text(name, longest=40) for name in few], most=4), evidence.n_features - len(few)
        return (
            f"The groups show in {shown} alone, where a Gaussian mixture names {named}; "
            f"the other {counted(others, 'column')} {agree(others, 'blurs', 'blur')} them. "
            f"Leave {agree(others, 'it', 'them')} out, and K-means finds the groups too."
        )
    if decision.method == "mixture":
        return (
            f"The mixture with {named} describes your customers best, by {evidence.facts['mixture_ahead']:,.0f} in BIC."
        )
    if named == 1:
        return "A second method (a Gaussian mixture) needs one cloud only."
    if decision.state == "undecided" and named == decision.k:
        return f"A second method (a Gaussian mixture) names the same number: {named}. That alone decides nothing."
    return (
        f"A second method (a Gaussian mixture) needs {clouds}; but that is no sign of groups where no gaps were found."
    )


def _found_by_kmeans(evidence: Evidence) -> bool:
    """Whether K-means with as many segments finds the groups of the mixture in these customers."""
    return bool((evidence.facts.get("mixture_agrees") or 0.0) >= _THE_SAME)
