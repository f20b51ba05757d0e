"""Is there structure at all, and how many groups: tests against data without groups, stability, and a verdict."""

from segmentation.evidence.assess import MEASURES, Evidence, assess, seconds_needed, under_limits
from segmentation.evidence.preparation import preparation_matters
from segmentation.evidence.settings import EvidenceSettings
from segmentation.evidence.tables import gather, whole_board, without_groups
from segmentation.evidence.verdict import VERDICTS

__all__ = [
    "MEASURES",
    "VERDICTS",
    "Evidence",
    "EvidenceSettings",
    "assess",
    "gather",
    "preparation_matters",
    "seconds_needed",
    "under_limits",
    "whole_board",
    "without_groups",
]
