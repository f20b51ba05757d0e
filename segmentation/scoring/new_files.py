"""Next month's files → the customers and features that a model needs, made the way its training data was made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from segmentation.clustering.model import Segmentation
from segmentation.core.errors import DataProblems, Problem, SegmentationError
from segmentation.core.settings import Progress
from segmentation.core.tables import Note, Table
from segmentation.core.text import plain_text
from segmentation.data.customers import read_files
from segmentation.data.reading import Readable, ReadSettings, read
from segmentation.data.sources import SOURCES, files_by_table, name_tables, rebuild
from segmentation.data.sources.base import id_text

__all__ = ["Intake", "identify", "read_alike", "take_in"]


@dataclass(frozen=True, eq=False)
class Intake:
    """Customers ready to be scored: ids, the table with the model's features, all columns for the export, the notes."""

    ids: pd.Series
    frame: pd.DataFrame
    original: pd.DataFrame
    notes: tuple[Note, ...] = ()
    problems: tuple[Problem, ...] = ()


def read_alike(
    made: Segmentation, files: Mapping[str, Table | Readable], *, progress: Progress | None = None
) -> dict[str, Table]:
    """File name → file in, file name → table out, with cells understood as in the files the model was made from.

    Encoding, separator and header line are found anew; decimal mark, order of dates and the kind of each column are
    those that the model stores, for the columns that the file has. A table that was read already stays as it is.
    Raises `DataProblems` for a file that is no table.
    """
    tables = read_files(files, progress=progress)
    stored = made.replay.get("reading", {})
    if not stored or made.source not in SOURCES:
        return tables
    for table, holders in files_by_table(made.source, tables).items():
        for name in holders:
            data, alike = files[name], _understood(stored.get(table, {}), tables[name])
            if alike is not None and not isinstance(data, Table):
                tables[name] = read(data, name, alike)
    return tables


def _understood(stored: Mapping[str, Any], table: Table) -> ReadSettings | None:
    """The stored settings for the columns of this table; None when it was understood so already."""
    found = table.settings.to_dict()
    kinds = dict(map(tuple, found["columns"]))
    wanted = {
        **stored,
        # A column that is text here stays text: its rows cannot be scored, and say why.
        "columns": [
            pair for pair in stored.get("columns", ()) if kinds.get(pair[0], "text") not in ("text", "trimmed")
        ],
        "as_text": [name for name in stored.get("as_text", ()) if name in table.frame.columns],
    }
    same = all(kinds[name] == kind for name, kind in wanted["columns"])
    if same and all(found[key] == value for key, value in wanted.items() if key != "columns"):
        return None
    return ReadSettings.from_dict(wanted)


def take_in(
    made: Segmentation,
    tables: Mapping[str, Table],
    *,
    id_column: str | None = None,
    as_of: str = "",
    progress: Progress | None = None,
) -> Intake:
    """Tables by file name → `Intake`, with the mapping and the choices stored in the model.

    as_of: date that days are counted to; "" means the day after the last date in the new files.
    Raises `SegmentationError` when the files are not of the kind that the model was made from.
    """
    if made.source != "customers":
        if made.source not in SOURCES:
            raise SegmentationError(
                f"The model was made from “{plain_text(made.source)}”, which this version does not know. Update it."
            )
        named = name_tables(made.source, tables)
        features = rebuild(named, made.replay, as_of=as_of, progress=progress)
        ids = pd.Series(features.frame.index, index=features.frame.index)
        original = pd.concat([features.frame, features.descriptors], axis=1)
        read_notes = tuple(note for table in named.values() for note in table.notes)
        return Intake(ids, features.frame, original, (*read_notes, *features.notes), features.problems)
    if len(tables) != 1:
        raise SegmentationError("The model was made from one table of customers. Give one file.")
    (table,) = tables.values()
    roles = made.replay.get("columns", {}).get("customers", {})
    ids = identify(table.frame, roles, id_column)
    return Intake(ids, table.frame, table.frame, table.notes, table.problems)


def identify(frame: pd.DataFrame, roles: Mapping[str, str] = {}, id_column: str | None = None) -> pd.Series:
    """The id of every row as text: of the column named, else of the identifier among `roles`, else the row number."""
    if id_column is not None and id_column not in frame.columns:
        there = ", ".join(plain_text(column, longest=40) for column in frame.columns[:20])
        raise DataProblems(
            [Problem(f'Column "{plain_text(id_column)}"', "it is not in the file.", f"The file has: {there}.")]
        )
    known = [name for name, role in roles.items() if role == "identifier" and name in frame.columns]
    name = id_column or next(iter(known), None)
    rows = pd.Series([str(number) for number in range(1, len(frame) + 1)], index=frame.index)
    return rows if name is None else id_text(frame[name]).fillna("row " + rows)
