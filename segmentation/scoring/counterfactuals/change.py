"""A smallest change as a value, as a table and in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pandas as pd

from segmentation.clustering.model import Segmentation
from segmentation.core.text import listed, value_text

__all__ = ["Move", "Step", "change_text", "move_sentence", "moves_table"]


@dataclass(frozen=True)
class Step:
    """The change of one feature, in original units.

    before: the customer's value (the filled one where it was missing). border: where the other persona begins,
    exactly. after: the first round value beyond the border; scoring it gives the other persona.
    """

    feature: str
    before: float
    border: float
    after: float


@dataclass(frozen=True)
class Move:
    """A smallest change that reaches `target`.

    size: length of the change up to the border, in standard deviations of the prepared features.
    through: segments that are crossed on the straight way to it, in order (neither the first nor the target).
    """

    target: int
    steps: tuple[Step, ...]
    size: float
    through: tuple[int, ...] = ()


def moves_table(moves: Iterable[Move]) -> pd.DataFrame:
    """Moves as a table, one row a changed feature.

    Columns: move (1, 2 …), target, feature, before, border, after, change (after − before), size, through (text).
    """
    rows = [
        (
            number,
            move.target,
            step.feature,
            step.before,
            step.border,
            step.after,
            step.after - step.before,
            move.size,
            ", ".join(map(str, move.through)),
        )
        for number, move in enumerate(moves, start=1)
        for step in move.steps
    ]
    columns = ["move", "target", "feature", "before", "border", "after", "change", "size", "through"]
    return pd.DataFrame(rows, columns=columns)


def move_sentence(move: Move, seg: Segmentation, names: Mapping[int, str]) -> str:
    """A move in words: `Cash advances from 120 up to 1,850: Cash-advance heavy.`"""
    over = f" (by way of {', '.join(names[number] for number in move.through)})" if move.through else ""
    return f"{change_text(move, seg)}: {names[move.target]}{over}."


def change_text(move: Move, seg: Segmentation) -> str:
    """What changes, in words: `Cash advances from 120 up to 1,850`."""
    about = {item.name: item for item in seg.info}
    parts = []
    for step in move.steps:
        info = about[step.feature]
        way = "" if info.kind == "boolean" else "up " if step.after > step.before else "down "
        before, after = (value_text(value, kind=info.kind, unit=info.unit) for value in (step.before, step.after))
        parts.append(f"{info.label} from {before} {way}to {after}")
    return listed(parts)
