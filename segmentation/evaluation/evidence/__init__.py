"""Is there structure at all, and how many groups: tests against data without groups, stability, and a verdict."""

from segmentation.evaluation.evidence.assess import MEASURES, Evidence, assess, seconds_needed, under_limits
from segmentation.evaluation.evidence.preparation import preparation_matters
from segmentation.evaluation.evidence.settings import EvidenceSettings
from segmentation.evaluation.evidence.stability import BANDS
from segmentation.evaluation.evidence.tables import gather, segment_stability, whole_comparison, without_groups
from segmentation.evaluation.evidence.verdict import VERDICTS
from segmentation.evaluation.evidence.work import Measure

__all__ = [
    "BANDS",
    "MEASURES",
    "VERDICTS",
    "Evidence",
    "EvidenceSettings",
    "Measure",
    "assess",
    "gather",
    "preparation_matters",
    "seconds_needed",
    "segment_stability",
    "under_limits",
    "whole_comparison",
    "without_groups",
]
