"""Is there structure at all, and how many groups: gaps, stability, a second witness, and a verdict."""

from segmentation.evaluation.evidence.assess import assess, seconds_needed, under_limits
from segmentation.evaluation.evidence.classes import classes_text, mostly_categories
from segmentation.evaluation.evidence.finding import Finding, finding_of, note_of
from segmentation.evaluation.evidence.measures import MEASURES
from segmentation.evaluation.evidence.power import detectable
from segmentation.evaluation.evidence.preparation import preparation_matters, what_matters
from segmentation.evaluation.evidence.result import Evidence
from segmentation.evaluation.evidence.settings import EvidenceSettings
from segmentation.evaluation.evidence.tables import gather, segment_stability, whole_comparison, without_groups
from segmentation.evaluation.evidence.verdict import VERDICTS
from segmentation.evaluation.evidence.words import MAIN, split_into, state_text
from segmentation.evaluation.evidence.work import Measure
from segmentation.evaluation.stability import BANDS

__all__ = [
    "BANDS",
    "MAIN",
    "MEASURES",
    "VERDICTS",
    "Evidence",
    "EvidenceSettings",
    "Finding",
    "Measure",
    "assess",
    "classes_text",
    "detectable",
    "finding_of",
    "gather",
    "mostly_categories",
    "note_of",
    "preparation_matters",
    "seconds_needed",
    "segment_stability",
    "split_into",
    "state_text",
    "under_limits",
    "what_matters",
    "whole_comparison",
    "without_groups",
]
