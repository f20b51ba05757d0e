"""Personas: names, sentences and evidence, all from a segment's own figures."""

from segmentation.personas.cards import Claim, Persona
from segmentation.personas.describe import describe, filled_values, segment_labels, stability_of
from segmentation.personas.edits import carry_over, match_segments, with_edits
from segmentation.personas.filters import segment_filters
from segmentation.personas.identity import Cut, Groups, Kept, comparable, keep_names, match_centres, recognise
from segmentation.personas.listing import customer_list, evidence_sentence, headline
from segmentation.personas.portrait import Portrait, portray

__all__ = [
    "Claim",
    "Cut",
    "Groups",
    "Kept",
    "Persona",
    "Portrait",
    "carry_over",
    "comparable",
    "customer_list",
    "describe",
    "evidence_sentence",
    "filled_values",
    "headline",
    "keep_names",
    "match_centres",
    "match_segments",
    "portray",
    "recognise",
    "segment_filters",
    "segment_labels",
    "stability_of",
    "with_edits",
]
