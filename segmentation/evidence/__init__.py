"""Is there structure at all, and how many groups: tests against data without groups, stability, and a verdict."""

from segmentation.evidence.assess import MEASURES, Evidence, assess, seconds_needed, under_limits
from segmentation.evidence.preparation import preparation_matters
from segmentation.evidence.settings import EvidenceSettings
from segmentation.evidence.stability import BANDS
from segmentation.evidence.tables import gather, segment_stability, whole_board, without_groups
from segmentation.evidence.verdict import VERDICTS
from segmentation.evidence.work import Measure

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
    "whole_board",
    "without_groups",
]
