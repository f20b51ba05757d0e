"""The final segments: made by any method, or of a fit that is there already; the one way, whoever asks."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

import numpy as np

from segmentation.clustering.assignment import Centres
from segmentation.clustering.methods import METHODS, Fit, Floats, Labels, method_of
from segmentation.clustering.methods.describe import way_text
from segmentation.clustering.metrics import mean_silhouette
from segmentation.clustering.model import Segmentation, build
from segmentation.clustering.refits import learn_refits
from segmentation.clustering.slots import handed_on
from segmentation.core.disclosure import SMALLEST_GROUP, coarse, too_small
from segmentation.core.errors import SegmentationError
from segmentation.core.parallel import part
from segmentation.core.settings import PREP_PRESETS, PrepSettings, Progress
from segmentation.core.tables import FeatureTable
from segmentation.core.text import share_text
from segmentation.evaluation.choose_k import KComparison, settle
from segmentation.preparation import Recipe, learn

__all__ = [
    "every_label",
    "fit",
    "is_of_comparison",
    "made_by",
    "reproduced_share",
    "reproduced_text",
    "silhouette_inside",
    "with_colours_of",
    "with_refits",
]

_CHUNK = 8_192


def fit(
    features: FeatureTable,
    recipe: Recipe | PrepSettings | None = None,
    k: int | None = None,
    *,
    method: str = "kmeans",
    comparison: KComparison | None = None,
    fitted: Fit | None = None,
    progress: Progress | None = None,
    **settings: Any,
) -> Segmentation:
    """Features, how they are prepared, and k or what else the method is told → segments that place new customers.

    recipe: what preparation learned, or the choices to learn it with (Plain when nothing is said). settings: fields of
    the method's own settings (`n_init`, `seed`, `eps` …). Nothing is fitted again where the fit is there already:
    comparison: the one at `k` is taken, made in full on all customers where it was only estimated. fitted: this one, of
    the prepared customers, made by `method` with `settings`.

    The silhouette is that of the segments as they are: of the customers where the rule placed them, without those in
    no segment. `metrics["reproduced"]` says how far these are the fit's own labels. Raises `SegmentationError` when k
    is larger than the number of distinct customers or the fit is not sound.
    """
    if not isinstance(recipe, Recipe):
        recipe = learn(features, recipe or PREP_PRESETS["plain"])
    if comparison is not None and k is not None:
        return _compared(features, recipe, comparison, k, progress)
    if k is not None:
        settings = {"k": k, **settings}
    if fitted is None:
        chosen_method = method_of(method)
        if k is None and not chosen_method.finds_k:
            raise SegmentationError(f"{chosen_method.label} needs a number of segments. Say how many, such as k=4.")
        chosen = chosen_method.choose(settings)
        settings, fitted, progress = (
            asdict(chosen),
            chosen_method.run(recipe.transform(features.frame), chosen, progress),
            None,
        )
    if progress is not None:
        progress(0.1, "Placing every customer by the rule that places new ones")
    made = build(features, recipe, fitted, method=method, settings=settings)
    if progress is not None:
        progress(0.5, "Measuring the segments")
    assert made.labels is not None
    prepared, labels = recipe.transform(features.frame), made.labels.to_numpy(dtype=np.int32)
    made = replace(made, silhouette=silhouette_inside(prepared, labels, part(progress, 0.5, 0.7)))
    return with_refits(made, prepared, part(progress, 0.7, 1.0))


def _compared(
    features: FeatureTable, recipe: Recipe, comparison: KComparison, k: int, progress: Progress | None
) -> Segmentation:
    """The fit that the comparison has at `k`, with the silhouette that it shows."""
    prepared = recipe.transform(features.frame)
    comparison = settle(prepared, comparison, k, part(progress, 0.0, 0.6))
    made = build(
        features,
        recipe,
        comparison.fits[k],
        settings={"n_init": comparison.settings.n_init, "seed": comparison.settings.seed},
        silhouette=float(comparison.table["silhouette"][k]),
    )
    assert made.labels is not None
    slots = handed_on(comparison.fits[k].labels, comparison.slots[k], made.labels.to_numpy(), k)
    return with_refits(replace(made, slots=slots), prepared, part(progress, 0.6, 1.0))


def with_refits(made: Segmentation, prepared: Floats, progress: Progress | None = None) -> Segmentation:
    """The same with its refits, by which every customer learns how sure its persona is."""
    method = str(made.settings.get("method", ""))
    refits = learn_refits(prepared, made.rule, method, made.settings, progress)
    small = too_small(made.sizes)
    if refits is not None and small.any() and len(refits.centres) and len(prepared) >= SMALLEST_GROUP:
        refits = replace(refits, centres=np.where(small[:, None], coarse(refits.centres), refits.centres))
    return replace(made, refits=refits)


def with_colours_of(seg: Segmentation, before: Segmentation | None) -> Segmentation:
    """Segments that have no colours of their own yet, with those of the earlier ones of the same customers."""
    if seg.slots or seg.labels is None or before is None or before.labels is None:
        return seg
    if not seg.labels.index.equals(before.labels.index):
        return seg
    return replace(seg, slots=handed_on(before.labels.to_numpy(), before.slots, seg.labels.to_numpy(), seg.k))


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
        return "The rule for new customers puts every one of these into the same segment again."
    return f"The rule for new customers puts {_below_one(share)} of these into the same segment again."


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
