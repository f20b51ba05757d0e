"""Place customers in a segmentation, one or a million, and explain one of them. Nothing is ever learned here."""

from segmentation.scoring.assign import BORDER, CLARITY, NO_PERSONA, NOISE_REASON, assign, clarity, tally
from segmentation.scoring.explain import Explanation, explain, percentile

__all__ = [
    "BORDER",
    "CLARITY",
    "NOISE_REASON",
    "NO_PERSONA",
    "Explanation",
    "assign",
    "clarity",
    "explain",
    "percentile",
    "tally",
]
