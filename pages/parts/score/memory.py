"""What the Score page keeps for itself while the session lasts."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Any

from pages.parts.score.entry import Customer
from pages.ui.state import PASSING
from segmentation.scoring.batch import Batch
from segmentation.scoring.choices import Choices
from segmentation.scoring.new_files import Intake

__all__ = ["KEPT", "ScoreMemory"]


KEPT = (Customer,)
"""Frozen classes that a project keeps, beside those of the library."""


@dataclass
class ScoreMemory:
    """Models are named by their ref ("name/v3"; "" for this session's own).

    section: what was scored last, one customer or a whole file.
    files: the model and the uploads that were last begun. choices: what was chosen where these files do not tell.
    scored: a model and what a file of customers got from it.
    beside: the customers that others are shown beside, each with its model. typed: by model, what was typed into the
    fields, by their keys.
    """

    section: str = field(default="", metadata=PASSING)
    files: tuple[Hashable, ...] = field(default=(), metadata=PASSING)
    choices: Choices = field(default_factory=Choices, metadata=PASSING)
    scored: tuple[str, tuple[Batch, Intake]] | None = field(default=None, metadata=PASSING)
    beside: list[tuple[str, Customer]] = field(default_factory=list)
    typed: dict[str, dict[str, Any]] = field(default_factory=dict)
