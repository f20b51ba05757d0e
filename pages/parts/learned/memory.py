"""What the page of learned features keeps for itself while the session lasts."""

from __future__ import annotations

from dataclasses import dataclass, field

from pages.ui.state import PASSING
from segmentation.evaluation.learned_features import Learned, Outcome
from segmentation.preparation.recipe import Recipe

__all__ = ["Curve", "LearnedMemory"]


@dataclass
class Curve:
    """The loss of the network that is being trained: one figure a round so far, of `rounds`. method: key in METHODS."""

    method: str
    rounds: int
    losses: tuple[float, ...] = ()


@dataclass
class LearnedMemory:
    """Each result with what it was made from.

    method: how the network is to learn, a key in TRAINERS. asked, curve: the preparation that encoders are being
    trained on, and how it goes. learned: the preparation and its encoders. segments_asked: the encoders and the k that
    segments are being made of. outcome: the same and the segments. taken: the segments that were taken over.
    """

    method: str = "autoencoder"
    asked: Recipe | None = field(default=None, metadata=PASSING)
    curve: Curve | None = field(default=None, metadata=PASSING)
    learned: tuple[Recipe, Learned] | None = None
    segments_asked: tuple[Learned, int] | None = field(default=None, metadata=PASSING)
    outcome: tuple[Learned, int, Outcome] | None = None
    taken: Outcome | None = None
