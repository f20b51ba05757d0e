"""Personas as they may be told to others: nothing in them is about few customers, and nothing gives few away."""

from __future__ import annotations

from dataclasses import replace

from segmentation.clustering.model import Segmentation
from segmentation.core.disclosure import SMALLEST_GROUP, behind_the_figures, too_small
from segmentation.core.tables import FeatureTable
from segmentation.personas.cards import Persona
from segmentation.personas.describing import describe
from segmentation.personas.small_levels import without_few

__all__ = ["as_told"]

_NOT_TOLD = (
    "What sets these customers apart is left out: it compares with everyone, and a small segment could be worked out "
    "from that. Made with the customers' file at hand, the report tells it."
)


def as_told(
    segmentation: Segmentation,
    personas: tuple[Persona, ...],
    features: FeatureTable | None,
    smallest: int = SMALLEST_GROUP,
) -> tuple[Persona, ...]:
    """The personas, in which nothing computed counts the customers of small segments; the small ones as they are.

    Every figure about everyone (a mean, a share of the total, how many of those whom a claim fits are members) is
    measured anew among the customers that `behind_the_figures` names, levels that few of a segment have count as
    `small_levels.few_as_most` says, and no mean is told finer than one customer could move it. Names stay, and
    sentences that a person wrote. Without `features` nothing can be measured: what the figures of a small segment or of
    few customers with a level are in is left out. Personas that were measured so before stay as they are.
    """
    if smallest <= 1 or all(item.smallest >= smallest for item in personas):
        return personas
    small = {number for number in segmentation.segments if too_small(segmentation.sizes[number - 1], smallest)}
    few_apart = bool(small) or 0 < segmentation.noise < smallest
    if len(small) == segmentation.k:
        return personas
    if features is None or segmentation.labels is None:
        if few_apart:
            return tuple(
                item if item.segment in small or item.smallest >= smallest else _silent(item) for item in personas
            )
        return without_few(segmentation, personas, smallest)
    rows = behind_the_figures(segmentation.labels, smallest)
    table = replace(features, frame=features.frame[rows], descriptors=features.descriptors[rows])
    shown = replace(segmentation, labels=segmentation.labels[rows])
    stability = {item.segment: item.stability for item in personas if item.stability is not None}
    anew = {item.segment: item for item in describe(shown, table, stability, smallest=smallest)}
    return tuple(item if item.segment in small else _merged(item, anew[item.segment]) for item in personas)


def _merged(persona: Persona, anew: Persona) -> Persona:
    """The persona with the figures of `anew`; what a person wrote stays."""
    return replace(
        persona,
        sentences=persona.sentences if "sentences" in persona.edited else anew.sentences,
        claims=anew.claims,
        against=anew.against,
        because=anew.because if persona.name == anew.name else "",
        smallest=anew.smallest,
    )


def _silent(persona: Persona) -> Persona:
    """The persona without any figure about everyone."""
    sentences = persona.sentences if "sentences" in persona.edited else (_NOT_TOLD,)
    return replace(persona, sentences=sentences, claims=(), against=(), because="")
