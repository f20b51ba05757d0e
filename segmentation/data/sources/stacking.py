"""Several files that are one table in parts: the same columns, one file a month, a shop or a page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from segmentation.core.errors import Problem, SegmentationError
from segmentation.core.tables import Note, Table
from segmentation.core.text import agree, count_text, counted, plain_text
from segmentation.data.profiling import suggest_roles
from segmentation.data.sources.base import ids_of
from segmentation.data.sources.same_headings import headings, same_heading

__all__ = ["Parts", "parts_of_one", "stack"]


@dataclass(frozen=True)
class Parts:
    """Files with the same columns. names: those that differ; copies: those whose rows are all in an earlier one, in
    the same order; shared: ids of customers that stand in several of them."""

    names: tuple[str, ...]
    copies: tuple[str, ...] = ()
    shared: int = 0


def parts_of_one(files: Mapping[str, Table], identifier: str = "") -> Parts | None:
    """Files by name → what they are as parts of one table of customers; None where their columns differ.

    identifier: the column that tells customers apart; the suggested one unless it is named.
    """
    columns = {frozenset(map(same_heading, table.frame.columns)) for table in files.values()}
    if len(columns) != 1:
        return None
    names, copies = list[str](), list[str]()
    for name, table in files.items():
        again = any(_equal(table, files[earlier]) for earlier in names)
        (copies if again else names).append(name)
    if len(names) < 2:
        return Parts(tuple(names), tuple(copies))
    whole = stack([files[name] for name in names])
    column = identifier or next((item.name for item in suggest_roles(whole) if item.role == "identifier"), "")
    if column not in whole.frame:
        return Parts(tuple(names), tuple(copies))
    part = pd.Series([name for name in names for _ in range(len(files[name].frame))])
    ids = ids_of(whole, column)
    shared = int((part.groupby(ids.to_numpy()).nunique() > 1).sum())
    return Parts(tuple(names), tuple(copies), shared)


def stack(tables: Sequence[Table], copies: Sequence[str] = ()) -> Table:
    """Tables of one form, such as one a month → one table with all their rows; a single table stays as it is.

    Headings that differ only by case, blanks or underscores are the same column. A column that one file has as numbers
    and another as text is text. copies: names of files that only repeat one of these. All of it is said.
    """
    if len(tables) == 1:
        return replace(tables[0], notes=(*tables[0].notes, *_copied(copies))) if copies else tables[0]
    first = tables[0]
    known = list(map(str, first.frame.columns))
    parts = [first, *(_with_names(table, known, first.name) for table in tables[1:])]
    text = _stacked_text(parts)
    frame = pd.concat([part.frame[known] for part in parts], ignore_index=True)
    problems = [problem for table in tables for problem in table.problems]
    for name in known:
        kinds = {_kind(part.frame[name]) for part in parts} - {""}
        if len(kinds) > 1 and len(text):
            frame[name] = text[name].where(text[name].ne(""), None)
            what = "its cells are of one kind in one file and of another in the next, so it stays text."
            fix = "Write it alike in all files, or choose how each is read."
            problems.append(Problem(plain_text(name, longest=60), what, fix, False, "stayed text", len(parts)))
    listed = ", ".join(f"{plain_text(table.name, longest=40)} ({counted(len(table.frame), 'row')})" for table in tables)
    what = f"{count_text(len(tables))} files have the same columns and were read as one table: {listed}."
    notes = [note for table in tables for note in table.notes]
    return Table(
        name=" + ".join(table.name for table in tables),
        frame=frame,
        notes=(*notes, Note("Files", what, len(tables), kind="files"), *_copied(copies)),
        problems=tuple(problems),
        settings=first.settings,
        text=text,
        refused=pd.concat([table.refused for table in tables], ignore_index=True),
        sha256=" ".join(table.sha256 for table in tables if table.sha256),
        questions=tuple(question for table in tables for question in table.questions),
        labels=first.labels,
        units=first.units,
    )


def _copied(copies: Sequence[str]) -> list[Note]:
    listed = ", ".join(plain_text(name, longest=40) for name in copies)
    only = agree(len(copies), "only repeats another and was", "only repeat another and were")
    what = f"{counted(len(copies), 'file')} {only} left out: {listed}."
    return [Note("Files", what, len(copies), kind="copies")] if copies else []


def _with_names(table: Table, known: list[str], first: str) -> Table:
    names = headings(known, list(map(str, table.frame.columns)))
    frame = table.frame.rename(columns=names)
    if set(map(str, frame.columns)) != set(known):
        raise SegmentationError(
            f"{plain_text(table.name)} and {plain_text(first)} have different columns, so they are not "
            "parts of one table. Load files of one form, or choose another kind of data."
        )
    return replace(table, frame=frame, text=table.text.rename(columns=names)) if names else table


def _stacked_text(tables: list[Table]) -> pd.DataFrame:
    if any(len(table.text) != len(table.frame) for table in tables):
        return pd.DataFrame()
    return pd.concat([table.text[list(tables[0].text.columns)] for table in tables], ignore_index=True)


def _kind(values: pd.Series) -> str:
    """number, date or text; "" for a column without values, which fits any of them."""
    if values.notna().sum() == 0:
        return ""
    if pd.api.types.is_datetime64_any_dtype(values):
        return "date"
    return "number" if pd.api.types.is_numeric_dtype(values) else "text"


def _equal(one: Table, other: Table) -> bool:
    if one.sha256 and one.sha256 == other.sha256:
        return True
    return len(one.frame) > 0 and list(one.frame.columns) == list(other.frame.columns) and one.frame.equals(other.frame)
