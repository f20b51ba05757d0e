"""Personas: names, sentences and evidence, all from a segment's own figures."""

from segmentation.personas.cards import Claim, Persona

__all__ = ["Claim", "Persona"]
