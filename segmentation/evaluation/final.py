"""The final segments: the very fit that was compared at a k, or any other fit on request."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

import numpy as np

from segmentation.clustering.assignment import Centres
from segmentation.clustering.methods import METHODS, Fit, Floats, Labels, method_of
from segmentation.clustering.methods.describe import way_text
from segmentation.clustering.metrics import mean_silhouette
from segmentation.clustering.model import Segmentation, build
from segmentation.core.parallel import part
from segmentation.core.settings import Progress
from segmentation.core.tables import FeatureTable
from segmentation.core.text import share_text
from segmentation.evaluation.choose_k import KComparison, settle
from segmentation.preparation import Recipe

__all__ = [
    "every_label",
    "from_comparison",
    "from_fit",
    "is_of_comparison",
    "made_by",
    "refit",
    "reproduced_share",
    "reproduced_text",
    "silhouette_inside",
]

_CHUNK = 8_192


def from_comparison(
    features: FeatureTable, recipe: Recipe, comparison: KComparison, k: int, progress: Progress | None = None
) -> Segmentation:
    """The fit that the comparison has at `k`, made in full on all customers where the comparison only estimated it."""
    if bool(comparison.table.at[k, "estimated"]):
        comparison = settle(recipe.transform(features.frame), comparison, k, progress)
    return build(
        features,
        recipe,
        comparison.fits[k],
        settings={"n_init": comparison.settings.n_init, "seed": comparison.settings.seed},
        silhouette=float(comparison.table["silhouette"][k]),
    )


def from_fit(
    features: FeatureTable,
    recipe: Recipe,
    fit: Fit,
    *,
    method: str,
    settings: Mapping[str, Any],
    progress: Progress | None = None,
) -> Segmentation:
    """A fit of the prepared customers, by any method, as segments that place new customers; nothing is fitted again.

    The silhouette is that of the segments as they are: of the customers where the rule placed them, without those in
    no segment. `metrics["reproduced"]` says how far these are the fit's own.
    """
    if progress is not None:
        progress(0.1, "Placing every customer by the rule that places new ones")
    made = build(features, recipe, fit, method=method, settings=settings)
    if progress is not None:
        progress(0.5, "Measuring the segments")
    assert made.labels is not None
    prepared, labels = recipe.transform(features.frame), made.labels.to_numpy(dtype=np.int32)
    return replace(made, silhouette=silhouette_inside(prepared, labels, part(progress, 0.5, 1.0)))


def refit(
    features: FeatureTable,
    recipe: Recipe,
    k: int | None = None,
    *,
    method: str = "kmeans",
    progress: Progress | None = None,
    **settings: Any,
) -> Segmentation:
    """Segments made anew by any method with these settings (see `from_fit`)."""
    way = method_of(method)
    chosen = way.choose(settings if k is None else {"k": k, **settings})
    fit = way.run(recipe.transform(features.frame), chosen, progress)
    return from_fit(features, recipe, fit, method=method, settings=asdict(chosen))


def is_of_comparison(seg: Segmentation, comparison: KComparison) -> bool:
    """Whether these segments are the ones that the comparison shows at their k."""
    ours = seg.settings.get("method") == "kmeans" and seg.k in comparison.fits
    return ours and seg.inertia == comparison.fits[seg.k].inertia


def made_by(seg: Segmentation) -> str:
    """How the segments were made, in words: `K-means, 3 segments`."""
    name = str(seg.settings.get("method", ""))
    return way_text(METHODS[name], seg.settings, seg.k) if name in METHODS else f"{name}, {seg.k} segments"


def every_label(Z: Floats, fit: Fit) -> Labels:
    """The segment of every prepared row (0 = none): the fit's own; by its rule for rows that were not fitted."""
    if fit.rows is None:
        return fit.labels
    labels = _placed(Z, fit)
    labels[fit.rows] = fit.labels[fit.rows]
    return labels


def reproduced_share(Z: Floats, fit: Fit) -> float:
    """The share (0…1) of the fit's own labels that the rule for new customers gives back, over the fitted rows."""
    rows = slice(None) if fit.rows is None else fit.rows
    return float(np.mean(_placed(Z[rows], fit) == fit.labels[rows]))


def reproduced_text(share: float) -> str:
    """How many of its own labels a rule gives back, in a sentence."""
    if share == 1.0:
        return "The rule that places new customers gives back all of its own labels."
    return f"The rule that places new customers gives back {_below_one(share)} of its own labels."


def silhouette_inside(Z: Floats, labels: Labels, progress: Progress | None = None) -> float:
    """The mean silhouette as the comparison measures it, of the customers in segments; NaN where it has no meaning."""
    inside = labels > 0
    if not inside.any():
        return float("nan")
    within, own = (Z, labels) if inside.all() else (Z[inside], labels[inside])
    return mean_silhouette(within, own, progress)


def _placed(Z: Floats, fit: Fit) -> Labels:
    """The rule's segment of every row, some thousand rows at a time, so that memory stays small."""
    rule = fit.rule or Centres(fit.centres)
    parts = [rule.place(Z[start : start + _CHUNK]).segment for start in range(0, len(Z), _CHUNK)]
    return np.concatenate(parts) if parts else np.zeros(0, dtype=np.int32)


def _below_one(share: float) -> str:
    """A share that is not all, never rounded up to 100 %."""
    text = share_text(share)
    return "more than 99.9 %" if text == share_text(1.0) else text
