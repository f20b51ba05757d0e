"""Which column of a new file is which of the model, where their headings differ: told by their meaning, or asked.

A heading in another language, or another word for the same, is followed where it is known and said; what nobody can
know is asked, with what to type, before anything is scored.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pandas as pd

from segmentation.clustering.model import Segmentation
from segmentation.core.errors import SegmentationError
from segmentation.core.tables import Note, Question, Table
from segmentation.core.text import agree, counted, plain_text
from segmentation.data.derived import derived_from, sources_of
from segmentation.data.profiling import suggest_roles
from segmentation.data.sources import SOURCES
from segmentation.data.sources.guessing import guess_columns
from segmentation.data.vocabulary import column_key
from segmentation.scoring.choices import COLUMN

__all__ = ["Needed", "check_columns", "matched", "needed_of"]

_NONE = ""
_MOST = 12
"""With more columns to be asked for, the file is another one."""


@dataclass(frozen=True)
class Needed:
    """A column of the model's file: its name, the part that it plays (of a list of purchases), what it must hold.

    kind: id | date | number | flag | text. required: whether nothing can be scored without it.
    """

    name: str
    part: str = ""
    kind: str = "number"
    required: bool = True


def needed_of(made: Segmentation, table: str) -> list[Needed]:
    """The columns that a model takes from one of its tables; none of related tables, which are told by their keys."""
    columns = made.replay.get("columns", {}).get(table, {})
    if made.source == "customers":
        derived = derived_from(made.replay)
        own = {item.name for item in derived}
        inputs = [name for name in made.recipe.inputs if name not in own]
        blocks = {block.column for block in made.recipe.blocks}
        names = dict.fromkeys([*inputs, *sources_of(derived)])
        ids = [name for name, role in columns.items() if role == "identifier"]
        wanted = [Needed(name, kind="text" if name in blocks or name not in inputs else "number") for name in names]
        return [*wanted, *(Needed(name, "identifier", "id", required=False) for name in ids)]
    if made.source not in SOURCES or not SOURCES[made.source].tables:
        return []
    spec = SOURCES[made.source].table(table)
    return [
        Needed(
            name, part, spec.column(part).kind, spec.column(part).required or part in ("amount", "quantity", "price")
        )
        for part, name in columns.items()
        if name
    ]


def check_columns(made: Segmentation, columns: Mapping[str, str], tables: Mapping[str, Table]) -> None:
    """Raise one sentence where a choice names a column that the model or the files have not."""
    there = {str(name) for table in tables.values() for name in table.frame.columns}
    known = {
        name for table in _tables_of(made) for item in needed_of(made, table) for name in (item.name, item.part) if name
    }
    for name, column in columns.items():
        for wrong, where, names in ((name, "the model", known), (column, "the file", there)):
            if wrong and wrong not in names:
                raise SegmentationError(
                    f"“{plain_text(wrong, longest=40)}” is no column that {where} has. Choose from "
                    f"{plain_text(', '.join(sorted(names)), longest=300)}."
                )


def matched(
    made: Segmentation,
    name: str,
    table: Table,
    names: Mapping[str, str],
    chosen: Mapping[str, str],
    given: Iterable[str],
) -> tuple[dict[str, str], list[Note], list[Question]]:
    """One new file of a table of the model → heading there → the model's heading; what is said; what must be asked.

    names: those that differ by spelling only. chosen: model's column, or the part that it plays → column of the file,
    "" for none. given: those that a mapping names, which is applied later, so that nothing is asked.
    """
    frame, taken = table.frame, dict(names)
    columns, given = list(map(str, frame.columns)), set(given)
    needed = needed_of(made, name)
    for item in needed:
        column = chosen.get(item.name, chosen.get(item.part, _NONE) if item.part else _NONE)
        if column in columns:
            taken = {there: known for there, known in taken.items() if known != item.name} | {column: item.name}
    answered = {*chosen, *given}
    lacking = [
        item
        for item in needed
        if item.name not in columns and item.name not in taken.values() and not {item.name, item.part} & answered
    ]
    if not lacking:
        return taken, [], []
    guessed = _by_meaning(made, name, table, lacking, {*taken, *(item.name for item in needed)})
    rest = [item for item in lacking if item.name not in guessed.values()]
    notes = [_said(guessed)] if guessed else []
    if given - {"identifier"}:
        return taken | guessed, notes, []
    questions = _questions(rest, frame, {*taken, *guessed, *(item.name for item in needed)}, plain_text(table.name))
    return taken | guessed, notes, questions


def _tables_of(made: Segmentation) -> list[str]:
    return list(made.replay.get("columns", {})) or ["customers"]


def _by_meaning(made: Segmentation, name: str, table: Table, lacking: list[Needed], taken: set[str]) -> dict[str, str]:
    """Heading there → the model's heading, where both mean the same in the words that are known."""
    free = [column for column in map(str, table.frame.columns) if column not in taken]
    if made.source != "customers":
        guesses = guess_columns(SOURCES[made.source].table(name), table.frame[free])
        return {guesses[item.part]: item.name for item in lacking if item.part in guesses}
    keys: dict[str, list[str]] = {}
    for column in free:
        keys.setdefault(column_key(column), []).append(column)
    guessed = {}
    for item in lacking:
        alike = keys.get(column_key(item.name), [])
        if len(alike) == 1:
            guessed[alike[0]] = item.name
        elif item.part == "identifier":
            ids = [role.name for role in suggest_roles(table) if role.role == "identifier" and role.name in free]
            guessed |= dict.fromkeys(ids, item.name)
    return guessed


def _said(guessed: Mapping[str, str]) -> Note:
    pairs = [(plain_text(there, longest=40), plain_text(known, longest=40)) for there, known in guessed.items()]
    listed = ", ".join(f"“{there}” for “{known}”" for there, known in pairs[:5])
    count = counted(len(pairs), "column", "columns")
    what = (
        f"{count} of the model {agree(len(pairs), 'is', 'are')} not in this file; by what the headings mean, these "
        f"were taken: {listed}{' …' if len(pairs) > 5 else ''}."
    )
    return Note("Header", what, len(pairs), tuple(pairs[:3]), kind="headings differ")


def _questions(lacking: list[Needed], frame: pd.DataFrame, taken: set[str], file: str) -> list[Question]:
    """One question for each column that is not there, as far as the file has columns that it may be."""
    questions = []
    for item in lacking:
        free = [str(name) for name in frame.columns if str(name) not in taken and _may_be(item, frame[name])]
        choices = [(name, plain_text(name, longest=40)) for name in free]
        if not item.required:
            choices.append((_NONE, "none of them"))
        if not free and item.required:
            return []
        shown = plain_text(item.name, longest=40)
        text = f"Which column of {file} is the model's “{shown}”?"
        if free:
            questions.append(Question(f"{COLUMN}{item.name}", text, tuple(choices), decides=True))
    needed = [item for item in lacking if item.required]
    return (
        questions if len(needed) <= min(_MOST, len(frame.columns) - len(taken & set(map(str, frame.columns)))) else []
    )


def _may_be(item: Needed, values: pd.Series) -> bool:
    if item.part == "identifier":
        return bool(values.notna().all() and values.is_unique) and not pd.api.types.is_datetime64_any_dtype(values)
    dated, number = pd.api.types.is_datetime64_any_dtype(values), pd.api.types.is_numeric_dtype(values)
    return {"date": dated, "number": number and not dated}.get(item.kind, not dated)
