"""What is handed to a verb, checked before anything is computed: one sentence says what it cannot be, and what to give.

Without these checks a wrong argument is told where it is first used, in words of the code there.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import NoneType
from typing import Any

from segmentation.api.choice import KChoice
from segmentation.clustering.model import Segmentation
from segmentation.core.checks import check_kind, kind_text
from segmentation.core.errors import SegmentationError
from segmentation.core.tables import FeatureTable
from segmentation.core.text import count_text
from segmentation.personas import Persona
from segmentation.scoring.choices import Choices
from segmentation.store import SavedModel

__all__ = [
    "check_choices",
    "check_customers",
    "check_personas",
    "check_stability",
    "checked_choice",
    "folder_of",
    "segments_of",
]


def segments_of(segments: object) -> Segmentation:
    """The segments themselves, also those of a saved model."""
    if isinstance(segments, SavedModel):
        return segments.segmentation
    if not isinstance(segments, Segmentation):
        raise SegmentationError(f"Segments cannot be {kind_text(segments)}. Give what seg.fit or seg.load made.")
    return segments


def check_personas(personas: object, segments: Segmentation) -> tuple[Persona, ...]:
    """The personas as a tuple; they must be those of these segments, in their order."""
    items = tuple(personas) if isinstance(personas, Iterable) and not isinstance(personas, str) else None
    if items is None or not all(isinstance(item, Persona) for item in items):
        raise SegmentationError(
            f"Personas cannot be {kind_text(personas)}. Give what seg.describe made of the segments."
        )
    if [item.segment for item in items] != list(segments.segments):
        raise SegmentationError(
            f"These are {len(items)} personas and {segments.k} segments that do not belong together. Give what "
            "seg.describe made of these segments."
        )
    return items


def check_customers(segments: Segmentation, table: FeatureTable) -> None:
    """Refuse customers that are not all of those, and only those, that the segments were made from."""
    if segments.labels is not None and not table.frame.index.equals(segments.labels.index):
        given, made = count_text(len(table.frame)), count_text(len(segments.labels))
        raise SegmentationError(
            f"These {given} customers are not the {made} that the segments were made from. Give those that seg.fit got."
        )


def check_stability(stability: Mapping[int, float] | None, segments: Segmentation) -> None:
    """Refuse figures of segments that there are not, and figures that are no share."""
    remedy = "Give what seg.choose_k made, or segment → 0 to 1."
    check_kind(stability, (Mapping, NoneType), "The stability of the segments", remedy)
    for number, value in (stability or {}).items():
        if number not in segments.segments:
            raise SegmentationError(f"There is no segment {number!r} to be stable. Name 1 to {segments.k}.")
        if not isinstance(value, int | float) or not 0 <= value <= 1:
            raise SegmentationError(
                f"The stability of a segment is from 0 to 1; it was {value!r}. Choose such a value."
            )


def checked_choice(choice: object) -> KChoice | None:
    """What was compared, if anything."""
    kinds = (KChoice, NoneType)
    return check_kind(choice, kinds, "The choice of a number of segments", "Give what seg.choose_k made.")  # type: ignore[return-value]


def check_choices(choices: object) -> None:
    """Refuse what says nothing about new files."""
    remedy = 'Give segmentation.scoring.choices.Choices(read=ReadSettings(decimal=","), scale={"rate": 100}).'
    check_kind(choices, (Choices, NoneType), "What was decided about new files", remedy)


def folder_of(root: object) -> Path | None:
    """The folder of models that was named, if one was."""
    given: Any = check_kind(root, (str, os.PathLike, NoneType), "The folder of models", "Give its path.")
    return None if given is None else Path(given)
