"""How a sentence about a segment begins: who its customers are called there."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["ALONE", "LEADS", "Lead"]


@dataclass(frozen=True)
class Lead:
    """The customers of a segment as a sentence begins, within one, after "of", and where a share of them is told."""

    begins: str
    within: str
    whom: str
    of: str


ALONE = Lead("They", "they", "them", "Of them")
LEADS = (
    Lead("These customers", "these customers", "these customers", "Of these customers"),
    ALONE,
    Lead("They also", "they", "them", "Of them also"),
)
"""Of the first, second and third sentence of a persona."""
