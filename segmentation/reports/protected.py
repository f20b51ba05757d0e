"""Personas as they may be told where a small segment is hidden: compared with the customers of the shown ones alone."""

from __future__ import annotations

from dataclasses import replace

from segmentation.clustering.model import Segmentation
from segmentation.core.disclosure import behind_the_figures
from segmentation.core.tables import FeatureTable
from segmentation.personas import Persona, describe

__all__ = ["without_small"]

_NOT_TOLD = (
    "What sets these customers apart is left out: it compares with everyone, and a small segment could be worked out "
    "from that. Made with the customers' file at hand, the report tells it."
)


def without_small(
    segmentation: Segmentation,
    personas: tuple[Persona, ...],
    hidden: frozenset[int],
    features: FeatureTable | None,
    smallest: int,
    *,
    vague: bool = False,
) -> tuple[Persona, ...]:
    """The personas, in which nothing computed counts the customers of small segments; the hidden ones as they are.

    Every figure about everyone (a mean, a share of the total, how many of those whom a claim fits are members) is
    measured anew among the customers that `behind_the_figures` names. Names stay, and sentences that a person wrote.
    vague: levels that few of a segment have count as if none had them. Without `features` nothing can be measured:
    claims and computed sentences are left out.
    """
    if features is None or segmentation.labels is None:
        return tuple(item if item.segment in hidden else _silent(item) for item in personas)
    rows = behind_the_figures(segmentation.labels, smallest)
    table = replace(features, frame=features.frame[rows], descriptors=features.descriptors[rows])
    shown = replace(segmentation, labels=segmentation.labels[rows])
    stability = {item.segment: item.stability for item in personas if item.stability is not None}
    anew = {item.segment: item for item in describe(shown, table, stability, vague=vague)}
    return tuple(item if item.segment in hidden else _merged(item, anew[item.segment]) for item in personas)


def _merged(persona: Persona, anew: Persona) -> Persona:
    """The persona with the figures of `anew`; what a person wrote stays."""
    return replace(
        persona,
        sentences=persona.sentences if "sentences" in persona.edited else anew.sentences,
        claims=anew.claims,
        against=anew.against,
        because=anew.because if persona.name == anew.name else "",
    )


def _silent(persona: Persona) -> Persona:
    """The persona without any figure about everyone."""
    sentences = persona.sentences if "sentences" in persona.edited else (_NOT_TOLD,)
    return replace(persona, sentences=sentences, claims=(), against=(), because="")
