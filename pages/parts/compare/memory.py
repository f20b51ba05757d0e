"""What the Compare page keeps for itself while the session lasts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pages.ui.state import PASSING
from segmentation.evaluation.comparison import Plane, Wanted
from segmentation.preparation.recipe import Recipe

__all__ = ["AidAsked", "CompareMemory"]

AidAsked = tuple[Recipe, str, Any]
"""Recipe, method and settings that a picture which helps to choose them was made for."""


@dataclass
class CompareMemory:
    """The page's own choices and results.

    recipe: the preparation that the ways below belong to; with another one they start anew, see `rows.rows`.
    added: keys of the ways that the user added. asked: what could not be tried of the ways that are being tried, None
    while none was asked for. tried: keys of the ways that the page began to try by itself. suggested: ways that another
    page leads here for. near: the neighbours of the customers. refused: ways that could not be tried, as sentences.
    seen, row: the ways in the table when it was last drawn, and the one that is looked at more closely.
    method, settings: what the menu shows, and what was chosen, by method.
    aid_asked, aid: the picture that helps to choose settings. scatter_asked, scatter: the t-SNE picture.
    """

    recipe: Recipe | None = None
    added: list[str] = field(default_factory=list)
    asked: tuple[str, ...] | None = field(default=None, metadata=PASSING)
    tried: list[str] = field(default_factory=list, metadata=PASSING)
    suggested: tuple[Wanted, ...] = field(default=(), metadata=PASSING)
    near: NDArray[np.intp] | None = field(default=None, metadata=PASSING)
    refused: tuple[str, ...] = ()
    seen: list[str] = field(default_factory=list)
    row: str = ""
    method: str = ""
    settings: dict[str, Any] = field(default_factory=dict)
    aid_asked: AidAsked | None = field(default=None, metadata=PASSING)
    aid: tuple[AidAsked, Any] | None = field(default=None, metadata=PASSING)
    scatter_asked: Recipe | None = field(default=None, metadata=PASSING)
    scatter: tuple[Recipe, Plane] | None = field(default=None, metadata=PASSING)
