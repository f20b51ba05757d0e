"""The kinds of evidence that are shown by number of segments: one entry each."""

from __future__ import annotations

from segmentation.evaluation.evidence.work import Measure

__all__ = ["MEASURES"]

_ENTRIES = (
    Measure(
        name="gap",
        label="Gap statistic",
        help="How much tighter the segments are than where customers are spread evenly. The first k that the next one "
        "does not beat by more than the error is its answer; that may be 1.",
        better="high",
        shown=("gap", "gap_se"),
    ),
    Measure(
        name="stability",
        label="Stability",
        help="How well the segments come back when customers are drawn anew: 1 the same segments, 0 what chance gives.",
        better="high",
        shown=("stability", "jaccard", "jaccard_min"),
    ),
    Measure(
        name="separation",
        label="Separation of the closest pair",
        help="How empty the valley between the two segments that are least apart is: 1 empty, 0 as full as around "
        "their modes. Counted on customers that did not make the segments.",
        better="high",
        shown=("separation",),
    ),
    Measure(
        name="bic",
        label="Gaussian mixture (BIC)",
        help="How well a mixture of that many clouds describes the customers, less what its freedom would give by "
        "chance (Bayesian information criterion): lower is better.",
        better="low",
        shown=("bic",),
    ),
)
MEASURES: dict[str, Measure] = {measure.name: measure for measure in _ENTRIES}
