"""What a person is asked about a new file, and what was chosen."""

from __future__ import annotations

import math
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from numbers import Real
from typing import Any

from segmentation.core.checks import check_kind
from segmentation.core.errors import SegmentationError
from segmentation.core.settings import Settings
from segmentation.core.tables import Question, Table
from segmentation.core.text import plain_text
from segmentation.data.reading import ReadSettings

__all__ = ["COLUMN", "SCALE", "Choices", "Undecided", "undecided"]

SCALE, COLUMN = "scale ", "column "

_MOST = 8


@dataclass(frozen=True)
class Choices(Settings):
    """What a person decided about new files: how they are read, factors of columns, and to go on all the same.

    scale: column → what its numbers are multiplied by (100 where 0.80 means 80 %). anyway: score although a column has
    moved by a power of ten. columns: column of the model → the one of the new files where headings differ, "" for none.
    """

    read: ReadSettings = field(default_factory=ReadSettings)
    scale: Mapping[str, float] = field(default_factory=dict)
    anyway: bool = False
    columns: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        super().__post_init__()
        check_kind(self.read, ReadSettings, "How new files are read", 'Give ReadSettings(decimal=",").')
        check_kind(self.scale, Mapping, "Factors of columns", 'Give {"rate": 100}.')
        check_kind(self.columns, Mapping, "Columns of new files", 'Give {"income": "Einkommen"}.')
        for name, factor in self.scale.items():
            if not isinstance(factor, Real) or isinstance(factor, bool) or not math.isfinite(factor) or factor == 0:
                shown = plain_text(name, longest=40)
                raise SegmentationError(f'The factor of "{shown}" cannot be {factor!r}. Give a number, such as 100.')

    def answered(self, question: Question, value: Any) -> Choices:
        """These choices with the answer to one question."""
        if question.setting == "anyway":
            return replace(self, anyway=bool(value))
        if question.setting.startswith(COLUMN):
            return replace(self, columns={**self.columns, question.setting.removeprefix(COLUMN): str(value)})
        if question.setting.startswith(SCALE):
            return replace(self, scale={**self.scale, question.setting.removeprefix(SCALE): float(value)})
        return replace(self, read=replace(self.read, **{question.setting: value}))


class Undecided(SegmentationError):
    """Nothing was scored: only a person can say what the figures of a file mean. The questions say what can be chosen.

    hint: how the command line is told.
    """

    def __init__(self, text: str, questions: tuple[Question, ...], hint: str = "") -> None:
        self.questions = questions
        self.hint = hint
        super().__init__(text)

    def __reduce__(self) -> tuple[Any, ...]:
        """So that it can be handed from one process to another."""
        return type(self), (str(self), self.questions, self.hint)


def undecided(table: Table, questions: tuple[Question, ...]) -> Undecided:
    """The questions about a file as an error that says what can be chosen, and by which options."""
    listed = " ".join(
        f"{question.text} Choose {' or '.join(label for _, label in question.choices[:_MOST])}."
        for question in questions
    )
    flags = " and ".join(dict.fromkeys(map(_flags, questions)))
    columns = all(question.setting.startswith(COLUMN) for question in questions)
    why = "columns of the model are not in it" if columns else "figures can be read in two ways"
    text = f"{plain_text(table.name)}: nothing was scored, because {why}. {listed}"
    return Undecided(text, questions, f"Add {flags}.")


def _flags(question: Question) -> str:
    """The options of the command line that answer a question."""
    if question.setting.startswith(COLUMN):
        name = shlex.quote(plain_text(question.setting.removeprefix(COLUMN), longest=40))
        first = shlex.quote(plain_text(question.choices[0][0], longest=40))
        return f"--map {name}={first}" + (" (or another column)" if len(question.choices) > 1 else "")
    if question.setting.startswith(SCALE):
        name = question.setting.removeprefix(SCALE)
        return " or ".join(f"--scale {plain_text(name, longest=40)}={value:g}" for value, _ in question.choices)
    return " or ".join(f"--read {question.setting}={value}" for value, _ in question.choices)
