"""A smallest change as a value, as a table and in words."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from segmentation.clustering.model import Segmentation
from segmentation.core.text import listed, quoted_level, value_text
from segmentation.scoring.certainty import UNSURE, certainty_word

__all__ = ["Move", "Step", "change_text", "sureness_text", "surest_first"]


@dataclass(frozen=True)
class Step:
    """The change of one feature, in original units.

    before: the customer's value (the filled one where it was missing). border: where the other persona begins,
    exactly. after: the first round value beyond the border; scoring it gives the other persona. Of a category, by its
    column, all three are levels.
    """

    feature: str
    before: float | str
    border: float | str
    after: float | str


@dataclass(frozen=True)
class Move:
    """A smallest change that reaches `target`.

    size: length of the change up to the border, in standard deviations of the prepared features.
    through: segments that are crossed on the straight way to it, in order (neither the first nor the target).
    certainty: share of the refits that name `target` after the change (0…1); NaN where the model holds none.
    """

    target: int
    steps: tuple[Step, ...]
    size: float
    through: tuple[int, ...] = ()
    certainty: float = math.nan


def change_text(move: Move, seg: Segmentation) -> str:
    """What changes, in words: `Cash advances from 120 up to 1,850`, `Contract from “One year” to “Two year”`."""
    about = {item.name: item for item in seg.inputs}
    parts = []
    for step in move.steps:
        info = about[step.feature]
        direction = "" if info.kind == "boolean" or isinstance(step.after, str) else _direction(step)
        before, after = (
            quoted_level(value) if isinstance(value, str) else value_text(value, kind=info.kind, unit=info.unit)
            for value in (step.before, step.after)
        )
        parts.append(f"{info.label} from {before} {direction}to {after}")
    return listed(parts)


def surest_first(move: Move) -> tuple[float, float]:
    """To sort by: the moves after which most refits agree first, of equally sure ones the smallest."""
    return (0.0 if math.isnan(move.certainty) else -move.certainty), move.size


def sureness_text(moves: Sequence[Move]) -> str:
    """The surest of some moves → how sure the persona is after it, in a sentence; "" where the model cannot tell.

    Values that are not known stay so when it is measured.
    """
    known = [move.certainty for move in moves if not math.isnan(move.certainty)]
    if not known:
        return ""
    word = certainty_word(max(known), 0, 0).lower()
    if max(known) < UNSURE:
        return f"Even the surest of these changes leaves it open ({word})."
    return f"The surest comes first: after it the persona is {word}."


def _direction(step: Step) -> str:
    return "up " if float(step.after) > float(step.before) else "down "
