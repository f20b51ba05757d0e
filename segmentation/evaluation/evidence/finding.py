"""What the evidence says of segments that were made: a fact that every page and file shows beside them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from segmentation.evaluation.evidence.result import Evidence

__all__ = ["Finding", "finding_of", "note_of"]


@dataclass(frozen=True)
class Finding:
    """The state of the evidence, and the number of segments that it stands beside.

    state: one of `VERDICTS`, or "" when nothing was tested. headline: the state in one sentence, as it was said then.
    recommended_k and method: as in `Evidence`; None and "" where they were not kept. k: the segments that were made,
    by the method `made`.
    """

    k: int
    state: str = ""
    headline: str = ""
    recommended_k: int | None = None
    method: str = ""
    made: str = "kmeans"

    @property
    def tested(self) -> bool:
        """Whether it was tested that there are gaps between groups."""
        return bool(self.state)

    @property
    def cut(self) -> bool:
        """Whether it was found that these segments are cuts through a crowd, not groups with gaps between them."""
        if self.state in ("slices", "none"):
            return True
        other = self.recommended_k not in (None, self.k)
        if self.state == "classes":
            return other or self.made != "classes"
        return self.state == "distinct" and (other or self.method == "mixture")


def finding_of(
    k: int, evidence: Evidence | None = None, note: Mapping[str, Any] | None = None, *, made: str = "kmeans"
) -> Finding:
    """The evidence at hand, or else the note that a saved model keeps of it (see `note_of`) → `Finding`.

    made: the method by which the `k` segments were made.
    """
    if evidence is not None:
        return Finding(k, evidence.state, evidence.headline, evidence.recommended_k, evidence.method, made)
    kept = note or {}
    state, headline = kept.get("verdict", ""), kept.get("headline", "")
    return Finding(k, state, headline, kept.get("recommended_k"), kept.get("method", ""), made)


def note_of(evidence: Evidence) -> dict[str, Any]:
    """What a saved model keeps of the evidence: verdict, headline, and where there are any recommended_k and method."""
    recommended = {} if evidence.recommended_k is None else {"recommended_k": evidence.recommended_k}
    return {"verdict": evidence.verdict, "headline": evidence.headline, "method": evidence.method, **recommended}
