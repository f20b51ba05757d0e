"""Personas: names, sentences and evidence, all from a segment's own figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segmentation.core.lazy import lazily

if TYPE_CHECKING:
    from segmentation.personas.cards import Claim, Persona
    from segmentation.personas.describing import describe, filled_values, segment_labels, stability_of
    from segmentation.personas.edits import carry_over, match_segments, with_edits
    from segmentation.personas.filters import segment_filters
    from segmentation.personas.identity import (
        Cut,
        Groups,
        Kept,
        are_same,
        centres_before,
        comparable,
        keep_names,
        match_centres,
        recognise,
        same_names,
    )
    from segmentation.personas.listing import customer_list, evidence_sentence, headline
    from segmentation.personas.portrait import Portrait, portray

__all__ = [
    "Claim",
    "Cut",
    "Groups",
    "Kept",
    "Persona",
    "Portrait",
    "are_same",
    "carry_over",
    "centres_before",
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
    "same_names",
    "segment_filters",
    "segment_labels",
    "stability_of",
    "with_edits",
]

__getattr__ = lazily(
    __name__,
    {
        "Claim": "cards",
        "Cut": "identity",
        "Groups": "identity",
        "Kept": "identity",
        "Persona": "cards",
        "Portrait": "portrait",
        "are_same": "identity",
        "carry_over": "edits",
        "centres_before": "identity",
        "comparable": "identity",
        "customer_list": "listing",
        "describe": "describing",
        "evidence_sentence": "listing",
        "filled_values": "describing",
        "headline": "listing",
        "keep_names": "identity",
        "match_centres": "identity",
        "match_segments": "edits",
        "portray": "portrait",
        "recognise": "identity",
        "same_names": "identity",
        "segment_filters": "filters",
        "segment_labels": "describing",
        "stability_of": "describing",
        "with_edits": "edits",
    },
)
