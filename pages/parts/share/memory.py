"""What the Share and Present pages keep for themselves while the session lasts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from pages.ui.state import PASSING
from segmentation.clustering.model import Segmentation
from segmentation.personas import Persona
from segmentation.reports import ReportSettings

__all__ = ["KEPT", "Given", "ShareMemory"]

Given = tuple[Segmentation, tuple[Persona, ...], dict[str, Any]]
"""What a file is made from: segments, personas, and everything else that is known."""


KEPT = (ReportSettings,)
"""Frozen classes that a project keeps, beside those of the library."""


@dataclass
class ShareMemory:
    """ref: the saved model that is shared where the session has no segments; "" for the newest.

    asked, made: by the name of its format, what a file is being made from; what one was made from, and its bytes.
    dialect, table, id: the warehouse that SQL is written for, its table and its column of ids; "" for the usual one.
    screen_of, screen: the segments that are presented, and the number of the screen.
    """

    ref: str = ""
    settings: ReportSettings = field(default_factory=ReportSettings)
    asked: dict[str, Given] = field(default_factory=dict, metadata=PASSING)
    made: dict[str, tuple[Given, bytes]] = field(default_factory=dict, metadata=PASSING)
    dialect: str = ""
    table: str = "customers"
    id: str = ""
    screen_of: Segmentation | None = None
    screen: int = 0
