"""What the evidence is: its figures, its state and its words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from segmentation.evaluation.evidence.settings import EvidenceSettings
from segmentation.evaluation.evidence.verdict import Decision

__all__ = ["Evidence"]


@dataclass(frozen=True, repr=False)
class Evidence:
    """Are there gaps between groups, and if not, is the crowd uneven and which number serves?

    verdict: "distinct", "undecided", "classes", "slices" or "none" (also as `state`). headline: the verdict in one
    sentence. reasons: one sentence each, the three that matter most first. recommended_k: 1 when nothing but one crowd
    was found, None when no k obeys the limits. method: "kmeans", or "mixture" or "classes" where theirs are the groups.
    table: by k (from 1 on): gap, gap_se; copula_mean, copula_high, copula_z and the same with gaussian (silhouettes of
    data without groups; only where they were needed); stability, stability_low, jaccard (one figure a segment),
    jaccard_min, separation (1: the valley of the closest pair is empty), closest (pair), bic (of the best shape).
    Undefined is NaN. pairs: k → one row a pair of segments (see `gaps.pair_table`); bare: the same
    without the yes-or-no columns that carry most of a gap, where there are such and segments might be apart.
    facts: gap_k; categories (their share of the columns, where half or more; what latent classes say then: see
    `class_number`; classes_finer: they name more groups than are distinct, within the limits); mixture_k,
    mixture_shape, mixture_last, mixture_ahead, mixture_columns (names, where the number was named in
    some columns alone), mixture_agrees (adjusted Rand index with K-means at its number; NaN where there is none);
    may_be_more (groups than are distinct, since no more numbers were tried); and where asked p_,
    z_, beaten_ and sets_ with copula and gaussian, tighter_k.
    n_customers: how many it rests on, of `of`.
    """

    verdict: str
    headline: str
    reasons: tuple[str, ...]
    recommended_k: int | None
    table: pd.DataFrame
    facts: Mapping[str, Any]
    n_customers: int
    of: int
    settings: EvidenceSettings = field(default_factory=EvidenceSettings)
    decision: Decision = field(default_factory=lambda: Decision("none"))
    pairs: Mapping[int, pd.DataFrame] = field(default_factory=dict)
    bare: Mapping[int, pd.DataFrame] = field(default_factory=dict)
    n_features: int = 0

    @property
    def state(self) -> str:
        """The state of the evidence, a key of `VERDICTS`."""
        return self.verdict

    @property
    def method(self) -> str:
        """The method whose groups are recommended: "kmeans", "mixture" or "classes"."""
        return self.decision.method

    @property
    def classes_gains(self) -> pd.Series | None:
        """Where the groups are those of latent classes: by how much each number of them describes the customers better
        than one class (penalised likelihood, a customer); index k."""
        gains = self.facts.get("classes_gains") if self.method == "classes" else None
        return None if gains is None else pd.Series(gains, index=range(1, len(gains) + 1), dtype=float)

    @property
    def finer(self) -> bool:
        """Whether latent classes are recommended that tell more groups apart than the gaps do."""
        mostly = self.facts.get("categories") is not None and self.verdict == "distinct"
        return mostly and bool(self.facts.get("classes_finer"))

    @property
    def classes_k(self) -> int | None:
        """The number of latent classes to make, which are recommended where most columns are categories; else None."""
        mostly = self.facts.get("categories") is not None and self.verdict != "none"
        if self.finer:
            return int(self.facts["classes_named"])
        return self.recommended_k if mostly and (self.recommended_k or 0) > 1 else None
