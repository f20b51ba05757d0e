"""What is said of latent classes where most columns are categories: the study favours them there (docs/kinds.md).

Which number they name is said by `class_number`; its words stand here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from segmentation.core.text import count_text

__all__ = ["MISSED", "RIGHT", "STUDY", "asked_beside", "classes_reasons", "classes_text", "mostly_categories"]

STUDY = ((0.5, 0.694, 0.827), (0.75, 0.543, 0.795), (1.0, 0.402, 0.791))
"""Share of the telling columns that are categories, adjusted Rand index of K-means and of latent classes."""
MISSED = (1, 36)
"""In so many of so many data sets with planted groups, told by categories mostly, no groups are named."""
RIGHT = (28, 33)
"""Where latent classes name a number, in so many of so many data sets it is the planted one."""


def mostly_categories(categories: int, columns: int) -> float | None:
    """The share of the columns that are categories, where it is half of them or more; else None."""
    return categories / columns if columns and 2 * categories >= columns else None


def classes_text(share: float | None, *, recommended: bool) -> str:
    """Why latent classes are recommended where this share of the columns are categories, or how much can be missed."""
    if share is None:
        return ""
    if not recommended:
        return (
            f"Most columns are categories: of {MISSED[1]} made-up data sets with groups told mostly by categories, "
            f"{MISSED[0]} was called so, too. Compare shows latent classes at any number."
        )
    _, kmeans, classes = min(STUDY, key=lambda known: abs(share - known[0]))
    return (
        "Of made-up customers told apart mostly by categories, latent classes found the groups more surely than "
        f"K-means: adjusted Rand index {classes:.2f} against {kmeans:.2f} (1 is all of them)."
    )


def asked_beside(facts: Mapping[str, Any], k: int | None) -> str:
    """Which number latent classes name, asked beside K-means, whose groups are distinct at `k` (None where not)."""
    named = facts.get("classes_named")
    if named is None:
        return ""
    if named == 1 and facts["classes_tried"] > 1:
        return (
            f"Latent classes would name {facts['classes_tried']}, but data in which one trait makes the columns go "
            "together looks much the same."
        )
    if named == 1:
        return "Latent classes, asked beside it, name no groups: columns that go together in pairs are enough."
    if named == k:
        return f"Latent classes, asked beside it, name the same number: {named}."
    if facts["classes_last"]:
        return f"Latent classes, asked beside it, need {named} or more, so they name no number."
    return f"Latent classes, asked beside it, name {named}."


def classes_reasons(facts: Mapping[str, Any], n_customers: int, of: int, limits: str) -> tuple[str, ...]:
    """Why the number of latent classes is followed, one sentence each; limits: what the user's own limits cost."""
    k, sets = facts["classes_named"], facts["trait_sets"]
    sentences = [
        f"Which levels go together is described better by {k} groups than by any other number, and better than by "
        "columns that only go together in pairs, without groups (latent classes, penalised likelihood).",
        f"That gains more than in all {sets} artificial data sets in which one trait makes the columns go together: "
        f"{facts['classes_gain']:.2f} a customer against at most {facts['trait_gain']:.2f}.",
        f"Of made-up data sets told apart mostly by categories, {RIGHT[0]} of {RIGHT[1]} for which a number was named "
        "so had that many groups.",
        "K-means shows no groups with gaps between them at any number; its figures below are about cuts, not about "
        "these groups.",
        classes_text(facts["categories"], recommended=True),
        limits,
    ]
    if n_customers < of:
        sentences.append(f"This rests on a random sample of {count_text(n_customers)} customers of {count_text(of)}.")
    return tuple(sentence for sentence in sentences if sentence)
