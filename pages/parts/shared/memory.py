"""What is kept of the segments in use while the session lasts: how they came to be, those before, their names."""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from pages.ui.state import PASSING
from segmentation.clustering.model import Segmentation
from segmentation.personas import Kept, Persona

__all__ = ["KEPT", "Before", "KeptNames", "SegmentsMemory"]


@dataclass(frozen=True, eq=False)
class KeptNames:
    """What was carried over from a saved model (ref "name/v3"), and the personas that it was carried over to.

    slots: the places in the row of colours that the segments have without it.
    """

    ref: str
    kept: Kept
    base: tuple[Persona, ...]
    slots: tuple[int, ...] = ()


@dataclass(frozen=True, eq=False)
class Before:
    """Segments that were in use, with what the user made of them: names, texts, and the model that holds them."""

    segmentation: Segmentation
    personas: tuple[Persona, ...]
    names: KeptNames | None
    saved: str

    def are(self, seg: Segmentation) -> bool:
        """Whether these are the same segments of the same customers, made in the same way."""
        mine = self.segmentation
        if mine.labels is None or seg.labels is None or mine.recipe is not seg.recipe:
            return False
        return dict(mine.settings) == dict(seg.settings) and mine.labels.equals(seg.labels)


KEPT = (Before, KeptNames)
"""Frozen classes that a project keeps, beside those of the library."""


@dataclass
class SegmentsMemory:
    """What the pages that make or show segments keep between them.

    last: labels and personas (with the edits made here) of the segments before these. before: those that come back as
    they were left. asked: whether the segments being made are taken over from another page than Choose k. taken: the
    segments that were. returns: whether taken-over segments were just dropped. seen_k: the k that the Segments page
    last found chosen. names_of, names_from: data and method that names were chosen for, and the model they are kept
    from ("" for none). names: what was carried over from it. list_of: the persona whose customers are asked for.
    clicks: what was last clicked in each picture and table. answered: how many of the lists so asked for were closed.
    """

    last: tuple[pd.Series | None, tuple[Persona, ...]] | None = None
    before: list[Before] = field(default_factory=list)
    asked: bool = field(default=False, metadata=PASSING)
    taken: Segmentation | None = None
    returns: bool = False
    seen_k: int | None = None
    names_of: tuple[str, str] | None = None
    names_from: str = ""
    names: KeptNames | None = None
    list_of: int = field(default=0, metadata=PASSING)
    clicks: dict[str, str] = field(default_factory=dict, metadata=PASSING)
    answered: int = field(default=0, metadata=PASSING)
