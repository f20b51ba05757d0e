"""What an aid for the settings of a method is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from segmentation.clustering.assignment import Floats
from segmentation.core.settings import Progress

__all__ = ["Aid"]


@dataclass(frozen=True)
class Aid:
    """One picture beside the settings of a method.

    title: what it is for, as on a button. help: how to read it, in a sentence or two.
    make: `make(Z, settings, progress=…)` from the prepared rows (n × d) and the method's settings to a finished table
    with what belongs to it; may take long. draw: that table as a figure. caption: the figure in words.
    """

    title: str
    help: str
    make: Callable[..., Any]
    draw: Callable[[Any], go.Figure]
    caption: Callable[[Any], str]

    def __call__(self, Z: Floats, settings: Any, progress: Progress | None = None) -> go.Figure:
        """The picture at once, for a notebook."""
        return self.draw(self.make(Z, settings, progress=progress))
