"""Next month's files → the customers and features that a model needs, made the way its training data was made."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from segmentation.clustering.model import Segmentation
from segmentation.core.errors import Problem, SegmentationError
from segmentation.core.notices import Notice, notices_of
from segmentation.core.settings import Progress
from segmentation.core.tables import Note, Question, Table
from segmentation.core.text import plain_text
from segmentation.data.customers import read_files
from segmentation.data.derived import derive_again, derived_from
from segmentation.data.reading import Readable, ReadSettings, read
from segmentation.data.sources import NOT_IN_DAYS, SOURCES, SavedMapping, files_by_table, name_tables, rebuild
from segmentation.data.sources.base import known_as_text
from segmentation.data.sources.map_check import check_mapped
from segmentation.data.sources.same_headings import headings, same_heading
from segmentation.scoring.choices import Choices
from segmentation.scoring.identify import id_column_of, identify
from segmentation.scoring.matched_columns import check_columns, matched
from segmentation.scoring.moved import stop_if_moved
from segmentation.scoring.next_file import understand
from segmentation.scoring.unplaced import not_in_a_row, unread_rows

__all__ = [
    "Intake",
    "id_column_of",
    "identify",
    "read_alike",
    "related_names",
    "renamed_by",
    "take_in",
    "understood",
]


@dataclass(frozen=True, eq=False)
class Intake:
    """Customers ready to be scored: ids, the table with the model's features, all columns for the export, the notes.

    unread: customers of the files that are in no row of the table, because their lines could not be read or hold no
    purchase: id and reason. part_read: customer → how many further lines of it could not be read.
    """

    ids: pd.Series
    frame: pd.DataFrame
    original: pd.DataFrame
    notes: tuple[Note, ...] = ()
    problems: tuple[Problem, ...] = ()
    unread: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=["id", "reason"]))
    part_read: Mapping[str, int] = field(default_factory=dict)

    @property
    def notices(self) -> tuple[Notice, ...]:
        """What reading and building noticed of these files."""
        return notices_of(self.notes, self.problems)


def read_alike(
    made: Segmentation,
    files: Mapping[str, Table | Readable],
    *,
    choices: Choices | None = None,
    mapping: SavedMapping | None = None,
    id_column: str | None = None,
    progress: Progress | None = None,
) -> dict[str, Table]:
    """File name → file in, file name → table out, understood as the model's files were where a file does not tell.

    Everything is read afresh, and what a file says of itself stands above what the model stores (`next_file`); columns
    that were text for the model, such as ids, stay text. A table that was read already keeps its cells. mapping,
    id_column: what is taken by name later, so that it is not asked for.
    Raises `DataProblems` for a file that is no table, `Undecided` where only a person can say what figures mean.
    """
    tables = read_files(files, progress=progress)
    _check_scaled(choices, tables)
    again = {name: None if isinstance(data, Table) else _reader(data, name) for name, data in files.items()}
    if choices is not None:
        check_columns(made, choices.columns, tables)
    given = {name for columns in (mapping.columns if mapping is not None else {}).values() for name in columns}
    return understood(made, tables, again, choices, given | ({"identifier"} if id_column else set()))


def understood(
    made: Segmentation,
    tables: Mapping[str, Table],
    again: Mapping[str, Callable[[ReadSettings], Table] | None],
    choices: Choices | None = None,
    given: Collection[str] = (),
) -> dict[str, Table]:
    """File name → table, read by its own evidence, → the same as the model needs them (`next_file.understand`).

    again: file name → what reads it with other settings; None for a table that keeps its cells. given: columns of the
    model that a mapping takes by name.
    """
    tables = dict(tables)
    chosen = {} if choices is None else choices.columns
    if made.source not in SOURCES:
        return tables
    stored = made.replay.get("reading", {})
    for table, holders in _held_by(made, tables).items():
        known = stored.get(table, {})
        for name in holders:
            middles = known.get("middles") or _training_middles(made)
            tables[name] = _same_table(tables[name], known.get("table"), again[name])
            wanted = _wanted(made, table, known)
            find = partial(_matched, made, table, chosen, given)
            tables[name] = understand(known, tables[name], again[name], wanted, middles, choices, find)
    return tables


def _matched(
    made: Segmentation,
    name: str,
    chosen: Mapping[str, str],
    given: Collection[str],
    table: Table,
    names: Mapping[str, str],
) -> tuple[dict[str, str], list[Note], list[Question]]:
    return matched(made, name, table, names, chosen, given)


def _same_table(table: Table, wanted: str | None, again: Callable[[ReadSettings], Table] | None) -> Table:
    """The table of the sheet that the model was made from, where several stand in the new file, too."""
    there = getattr(table.settings, "table", None)
    return again(ReadSettings(table=wanted)) if again and wanted and there and there != wanted else table


def _check_scaled(choices: Choices | None, tables: Mapping[str, Table]) -> None:
    """Refuse a factor for a column that no file has, under whatever spelling of its heading."""
    there = {same_heading(name) for table in tables.values() for name in table.frame.columns}
    for name in choices.scale if choices is not None else ():
        if same_heading(name) not in there:
            shown = plain_text(name, longest=40)
            raise SegmentationError(f'There is no column "{shown}" to multiply. Name one that the file has.')


def renamed_by(made: Segmentation, there: list[str]) -> dict[str, str]:
    """Headings of a table of customers → those that `understood` gives other names, and the names."""
    return headings(_wanted(made, "customers", {}), there)


def _reader(data: Readable, name: str) -> Callable[[ReadSettings], Table]:
    return lambda settings: read(data, name, settings)


def _held_by(made: Segmentation, tables: Mapping[str, Table]) -> dict[str, tuple[str, ...]]:
    """Table of the model → names of the files that hold it; related tables are told by their columns, not by names."""
    if made.source != "related":
        return files_by_table(made.source, tables)
    return {table: (file,) for file, table in related_names(made, tables).items()}


def related_names(made: Segmentation, tables: Mapping[str, Table]) -> dict[str, str]:
    """File name → table of the model: by the name of the file, else by the columns, the best agreement first."""
    stored = made.replay.get("reading", {})
    stems = {name: Path(name).stem for name in tables}
    if not stored or set(stems.values()) >= set(stored):
        return stems
    columns = {table: {same_heading(name) for name, _ in known.get("columns", ())} for table, known in stored.items()}
    pairs = []
    for file, table in tables.items():
        there = {same_heading(name) for name in table.frame.columns}
        pairs += [(len(there & known) / max(len(there | known), 1), file, name) for name, known in columns.items()]
    tables_of: dict[str, str] = {}
    for share, file, name in sorted(pairs, reverse=True):
        if share >= 0.5 and file not in tables_of and name not in tables_of.values():
            tables_of[file] = name
    return tables_of | {file: stem for file, stem in stems.items() if file not in tables_of}


def _wanted(made: Segmentation, table: str, known: Mapping[str, Any]) -> list[str]:
    """The columns that the model knows of one of its tables."""
    if made.source == "customers":
        return list(dict.fromkeys([*made.recipe.inputs, *made.replay.get("columns", {}).get("customers", {})]))
    used = made.replay.get("columns", {}).get(table, {}).values()
    return list(dict.fromkeys([*used, *(name for name, _ in known.get("columns", ()))]))


def _training_middles(made: Segmentation) -> dict[str, float]:
    """Feature → middle of its training values, for a model that stores no sizes of its own."""
    if made.source != "customers":
        return {}
    return {name: abs(float(made.training[name].loc[50])) for name in made.feature_names}


def take_in(
    made: Segmentation,
    tables: Mapping[str, Table],
    *,
    id_column: str | None = None,
    as_of: str = "",
    mapping: SavedMapping | None = None,
    anyway: bool = False,
    progress: Progress | None = None,
) -> Intake:
    """Tables by file name → `Intake`, with the mapping and the choices stored in the model.

    as_of: date that days are counted to; "" means the day after the last date in the new files. mapping: which column
    of the new files is what, where that is not as the model stores it. anyway: go on although a feature has moved by a
    power of ten.
    Raises `SegmentationError` when the files are not of the kind that the model was made from.
    """
    tables = _mapped(made, tables, mapping)
    intake = _take_in(made, tables, id_column, as_of, mapping, progress)
    if not anyway:
        stop_if_moved(made, intake.frame)
    return intake


def _mapped(made: Segmentation, tables: Mapping[str, Table], mapping: SavedMapping | None) -> Mapping[str, Table]:
    """A customer table whose columns have the names that the model knows, by a mapping {model's column: column}."""
    if mapping is None or made.source != "customers":
        return tables
    known = list(dict.fromkeys([*made.feature_names, *made.replay.get("columns", {}).get("customers", {})]))
    there = {str(name) for table in tables.values() for name in table.frame.columns}
    pairs: dict[str, str] = {}
    for name, column in (pair for columns in mapping.columns.values() for pair in columns.items() if pair[1]):
        if name in there and same_heading(name) == same_heading(column):
            continue
        if name not in known or column not in there:
            wrong, others = (name, known) if name not in known else (column, sorted(there))
            where = "the model" if name not in known else "the file"
            raise SegmentationError(
                f"The mapping names “{plain_text(wrong, longest=40)}”, a column that {where} has not. Write the "
                f"model's column and that of the file; {where} has {plain_text(', '.join(others), longest=300)}."
            )
        pairs[column] = name
    return {
        file: replace(
            table,
            frame=table.frame.rename(columns=pairs),
            text=table.text.rename(columns=pairs) if len(table.text.columns) else table.text,
        )
        for file, table in tables.items()
    }


def _take_in(
    made: Segmentation,
    tables: Mapping[str, Table],
    id_column: str | None,
    as_of: str,
    mapping: SavedMapping | None,
    progress: Progress | None,
) -> Intake:
    if made.source != "customers":
        if made.source not in SOURCES:
            raise SegmentationError(
                f"The model was made from “{plain_text(made.source)}”, which this version does not know. Update it."
            )
        if made.source == "related":
            tables = {f"{table}.table": tables[file] for file, table in related_names(made, tables).items()}
        named = name_tables(made.source, tables)
        replay = made.replay
        if mapping is not None:
            mapped, before = _by_table(mapping, named), replay.get("columns", {})
            check_mapped(SOURCES[made.source], mapped, named)
            merged = {name: {**before.get(name, {}), **columns} for name, columns in mapped.items()}
            replay = {**replay, "columns": {**before, **merged}}
        features = rebuild(named, replay, as_of=as_of, blocks=made.recipe.blocks, progress=progress)
        ids = pd.Series(features.frame.index, index=features.frame.index)
        original = pd.concat([features.frame, features.descriptors], axis=1)
        read_notes = tuple(note for table in named.values() for note in table.notes)
        read_problems = tuple(problem for table in named.values() for problem in table.problems)
        problems = dict.fromkeys((*read_problems, *features.problems))
        unread, part_read = not_in_a_row(made.source, named, replay["columns"], features)
        notes = (*read_notes, *features.notes)
        return Intake(ids, features.frame, original, notes, tuple(problems), unread, part_read)
    if as_of:
        raise SegmentationError(NOT_IN_DAYS.format(SOURCES["customers"].label))
    table = name_tables("customers", tables)["customers"]
    table = derive_again(table, derived_from(made.replay), made.recipe.inputs)
    roles = made.replay.get("columns", {}).get("customers", {})
    ids = identify(table, roles, id_column)
    known = id_column or next((name for name, role in roles.items() if role == "identifier"), None)
    notes = tuple(note for note in table.notes if not known_as_text(note, made.recipe.blocks))
    return Intake(ids, table.frame, table.frame, notes, table.problems, unread_rows(table, known))


def _by_table(mapping: SavedMapping, named: Mapping[str, Table]) -> dict[str, dict[str, str]]:
    """Table → column of the source → column of the file; a mapping without names of tables is for the only one."""
    return {name or next(iter(named), ""): dict(columns) for name, columns in mapping.columns.items()}
