"""What was typed on the Score page, kept with the work, so that it is there again after the page was loaded again."""

from __future__ import annotations

from pages.parts.score.memory import ScoreMemory
from pages.parts.score.model import Chosen
from pages.ui import widgets
from pages.ui.state import Studio

__all__ = ["recall", "remember"]

_WAYS = ("score-way", "score-id", "score-paste")


def recall(chosen: Chosen, studio: Studio) -> None:
    """Put what was typed for this model into the fields that this session does not know yet; before they are drawn."""
    kept = studio.memory_of(ScoreMemory).typed.get(chosen.ref, {})
    widgets.fill({key: kept[key] for key in _keys(chosen) if kept.get(key) is not None and not widgets.drawn(key)})


def remember(chosen: Chosen, studio: Studio) -> None:
    """Keep what the fields hold now."""
    mine = studio.memory_of(ScoreMemory)
    now = {key: widgets.value(key) for key in _keys(chosen) if widgets.value(key) not in (None, "")}
    if now != mine.typed.get(chosen.ref):
        mine.typed = {**mine.typed, chosen.ref: now}


def _keys(chosen: Chosen) -> tuple[str, ...]:
    """The keys of the fields in which a customer is named or typed."""
    return (*_WAYS, *(f"score-{chosen.ref}-{name}" for name in chosen.segmentation.feature_names))
