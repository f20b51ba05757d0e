"""Personas: names, sentences and evidence, all from a segment's own figures."""

from segmentation.personas.cards import Claim, Persona
from segmentation.personas.describe import describe, filled_values, segment_labels
from segmentation.personas.edits import carry_over, match_centres, match_segments, with_edits
from segmentation.personas.filters import segment_filters

__all__ = [
    "Claim",
    "Persona",
    "carry_over",
    "describe",
    "filled_values",
    "match_centres",
    "match_segments",
    "segment_filters",
    "segment_labels",
    "with_edits",
]
