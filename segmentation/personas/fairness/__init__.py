"""A small audit of sensitive columns: how their groups spread over the segments, with small cells hidden."""

from segmentation.personas.fairness.groups import Groups, group
from segmentation.personas.fairness.hidden import SMALLEST_CELL, hide, room
from segmentation.personas.fairness.measure import Audit, Guess, audit, audit_all, guess, lift_interval
from segmentation.personas.fairness.words import (
    CAUTION,
    IDEA,
    METHOD,
    audit_export,
    audit_sentences,
    audit_texts,
    audit_values,
    picture_title,
)

__all__ = [
    "CAUTION",
    "IDEA",
    "METHOD",
    "SMALLEST_CELL",
    "Audit",
    "Groups",
    "Guess",
    "audit",
    "audit_all",
    "audit_export",
    "audit_sentences",
    "audit_texts",
    "audit_values",
    "group",
    "guess",
    "hide",
    "lift_interval",
    "picture_title",
    "room",
]
