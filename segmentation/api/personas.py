"""`describe`: what the segments are, in words."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from segmentation.api.checks import check_customers, check_stability, segments_of
from segmentation.api.choice import KChoice
from segmentation.api.inputs import Customers, as_features
from segmentation.clustering.model import Segmentation
from segmentation.core.notebook import notebook_card
from segmentation.core.text import plain_text, share_text
from segmentation.evaluation.final import is_of_comparison
from segmentation.personas import Persona, stability_of
from segmentation.personas import describe as describe_segments
from segmentation.store import SavedModel

__all__ = ["Personas", "describe"]


class Personas(tuple[Persona, ...]):
    """The personas of a segmentation, in the order of their segments: a tuple that shows itself in a notebook."""

    __slots__ = ()

    def __repr__(self) -> str:
        names = "; ".join(plain_text(persona.name, longest=40) for persona in self)
        return f"Personas({len(self)}: {plain_text(names, longest=200)})"

    def _repr_html_(self) -> str:
        rows = [(item.segment, item.name, item.size, share_text(item.share), " ".join(item.sentences)) for item in self]
        table = pd.DataFrame(rows, columns=["Segment", "Persona", "Customers", "Share", "In words"])
        return notebook_card(f"{len(self)} personas", (), table)


def describe(
    segments: Segmentation | SavedModel, features: Customers, stability: KChoice | Mapping[int, float] | None = None
) -> Personas:
    """Segments and the customers they were made from → one persona a segment: name, sentences, evidence.

    Parameters
    ----------
    segments
        What `seg.fit` made, or a saved model.
    features
        The customers that they were made from: a `FeatureTable`, or whatever `seg.features` takes.
    stability
        How surely each segment comes back on customers drawn anew: the `KChoice` that measured it, or segment → 0…1.

    Returns
    -------
    Personas
        A tuple of `Persona`: `.name`, `.sentences`, `.size`, `.share`, `.claims`, `.against`, `.actions`.

    Raises
    ------
    SegmentationError
        For customers that are not those of the segments, all of them and no others.

    Examples
    --------
    >>> import segmentation as seg
    >>> customers = seg.features(seg.sample("income_spending"))
    >>> personas = seg.describe(seg.fit(customers, "plain", k=4), customers)
    >>> personas[0].name
    'Middle income, moderate spending'
    """
    made = segments_of(segments)
    if isinstance(stability, KChoice):
        measured = is_of_comparison(made, stability.comparison)
        stability = stability_of(stability.evidence, made.k) if measured else None
    check_stability(stability, made)
    table = as_features(features)
    check_customers(made, table)
    return Personas(describe_segments(made, table, stability))
