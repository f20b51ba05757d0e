"""`choose_k`: the comparison of numbers of segments, with the evidence whether there are groups at all."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pandas as pd

from segmentation.api.arguments import checked_progress
from segmentation.api.inputs import Customers, as_features, as_recipe
from segmentation.core.errors import SegmentationError
from segmentation.core.notebook import notebook_card
from segmentation.core.progress import part
from segmentation.core.settings import N_INIT, SEED, KSettings, PrepSettings, Progress
from segmentation.evaluation.choose_k import KComparison, compare
from segmentation.evaluation.evidence import Evidence, gather, whole_comparison
from segmentation.preparation import Recipe

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

__all__ = ["KChoice", "choose_k"]

_SHOWN = ("inertia", "silhouette", "calinski_harabasz", "davies_bouldin", "gap", "stability", "smallest")


@dataclass(frozen=True, eq=False, repr=False)
class KChoice:
    """Numbers of segments compared, and what speaks for one of them.

    comparison: the figures and fits of every k. evidence: the tests against data without groups; None when they were
    left out.
    """

    comparison: KComparison
    evidence: Evidence | None = None

    @cached_property
    def table(self) -> pd.DataFrame:
        """One row per k (index k): inertia, silhouette, the other figures, sizes, and those of the evidence."""
        return whole_comparison(self.comparison, self.evidence)

    @property
    def recommended_k(self) -> int | None:
        """The number to choose: 1 when nothing but one crowd was found, None when no k obeys the limits."""
        return (self.evidence or self.comparison).recommended_k

    @property
    def method(self) -> str:
        """The way of grouping that this number is recommended for: "kmeans", "mixture" or "classes"."""
        return self.evidence.method if self.evidence is not None else "kmeans"

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why, one sentence each."""
        return (self.evidence or self.comparison).reasons

    @property
    def headline(self) -> str:
        """The finding in one sentence."""
        return self.evidence.headline if self.evidence is not None else self.reasons[0]

    def verdict(self) -> str:
        """`distinct`, `undecided`, `classes` (told by categories), `slices` (no gaps, but an uneven crowd) or `none`.

        `headline` says it in words.
        """
        if self.evidence is None:
            raise SegmentationError("The evidence was left out. Call choose_k without fast=True to get a verdict.")
        return self.evidence.verdict

    def plot(self) -> Figure:
        """The silhouette of every k as a plotly figure, with that of data without groups where it was measured."""
        from segmentation.charts.choose_k import silhouette_curve
        from segmentation.evaluation.evidence import without_groups

        none = None if self.evidence is None else without_groups(self.evidence)
        chosen = self.recommended_k or self.comparison.settings.k_min
        return silhouette_curve(self.table, none, chosen=chosen, title="Silhouette by number of segments")

    def __repr__(self) -> str:
        low, high = self.table.index[0], self.table.index[-1]
        verdict = "evidence left out" if self.evidence is None else f"verdict {self.evidence.verdict}"
        return f"KChoice(k from {low} to {high}: {self.recommended_k} recommended, {verdict})"

    def _repr_html_(self) -> str:
        shown = [name for name in _SHOWN if self.table[name].notna().any()]
        return notebook_card(self.headline, self.reasons, self.table[shown])


def choose_k(
    features: Customers,
    recipe: Recipe | PrepSettings | str | os.PathLike[str] = "recommended",
    k: tuple[int, int] = (2, 12),
    *,
    fast: bool = False,
    n_init: int = N_INIT,
    seed: int = SEED,
    progress: Progress | None = None,
    **limits: Any,
) -> KChoice:
    """Customers and their recipe → every number of segments compared, one recommended, and a verdict.

    Parameters
    ----------
    features
        A `FeatureTable`, or whatever `seg.features` takes.
    recipe
        A `Recipe`, or what `seg.prepare` takes as settings.
    k
        The fewest and the most segments that are tried.
    fast
        Leave out the tests against data without groups and on customers drawn anew, which take most of the time.
    n_init, seed
        Restarts of K-means and where they start; the same seed gives the same figures.
    progress
        Called as `progress(share, text)`.
    **limits
        Your own limits for the recommendation: `min_share`, `min_size`, `at_most` (fields of `KSettings`).

    Returns
    -------
    KChoice
        `.table`, `.recommended_k`, `.reasons`, `.headline`, `.verdict()` and `.plot()`.

    Raises
    ------
    SegmentationError
        For a range that is none, and when not even the fewest segments can be made.

    Examples
    --------
    >>> import segmentation as seg
    >>> customers = seg.features(seg.sample("income_spending"))
    >>> choice = seg.choose_k(customers, "plain", k=(2, 6), fast=True)
    >>> choice
    KChoice(k from 2 to 6: 4 recommended, evidence left out)
    >>> choice.table["silhouette"].round(2).to_dict()
    {2: 0.6, 3: 0.66, 4: 0.67, 5: 0.55, 6: 0.46}
    """
    table = as_features(features)
    learned = as_recipe(table, recipe)
    unknown = [name for name in limits if name not in ("min_share", "min_size", "at_most")]
    if unknown:
        raise SegmentationError(f"There is no limit {unknown[0]!r}. The limits are min_share, min_size and at_most.")
    if not isinstance(k, tuple | list) or len(k) != 2:
        raise SegmentationError("The numbers of segments to try are two numbers, such as k=(2, 12).")
    settings = KSettings(k_min=k[0], k_max=k[1], n_init=n_init, seed=seed, **limits)
    heard = checked_progress(progress)
    comparison = compare(table, learned, settings, part(heard, 0.0, 1.0 if fast else 0.2))
    if fast:
        return KChoice(comparison)
    return KChoice(comparison, gather(table, learned, comparison, progress=part(heard, 0.2, 1.0)))
