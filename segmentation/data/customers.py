"""From whatever holds data (paths, bytes, tables) to one row a customer: the one way in, for page, call and command."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from types import NoneType
from typing import Any, TypeAlias

import pandas as pd

from segmentation.core.checks import check_kind
from segmentation.core.errors import SegmentationError
from segmentation.core.roles import ROLES
from segmentation.core.settings import Progress
from segmentation.core.tables import FeatureTable, Table
from segmentation.core.text import plain_text
from segmentation.data.derived import named_in
from segmentation.data.reading import Readable, ReadSettings, opened, read
from segmentation.data.reading.apart import read_inside, within_limits
from segmentation.data.reading.guards import MAX_BYTES
from segmentation.data.sources import (
    SOURCES,
    Assembly,
    SavedMapping,
    assemble,
    choices_from,
    guess_columns,
    guess_source,
    mapping_from_json,
)
from segmentation.data.sources.big_files import through_disk
from segmentation.data.warehouse.address import is_address

__all__ = ["Inputs", "customers_from", "mapping_file", "named", "read_files", "roles_from"]

Inputs: TypeAlias = Table | Readable | Iterable[Table | Readable] | Mapping[str, Table | Readable]
"""One file or several, in a mapping with names of your own: a `Table`, path, bytes, open file or DataFrame."""


def customers_from(
    data: Inputs,
    source: str | None = None,
    *,
    roles: Mapping[str, str] | None = None,
    id: str | None = None,
    mapping: SavedMapping | None = None,
    as_of: str | None = None,
    choices: Mapping[str, Any] | None = None,
    derive: Mapping[str, str] | None = None,
    progress: Progress | None = None,
) -> FeatureTable:
    """Files of any kind → features, one row a customer.

    source: a key of `SOURCES`; None finds it out. roles: column → role, in place of the suggestion. id: the column that
    tells customers apart. mapping: which column is what, as it was saved. as_of: the date that days count up to.
    choices: what counts, as `choices_from` takes it, in place of the mapping's. derive: name → formula of columns
    that are made of others (of a customer table) or of the features, beside the mapping's.
    Raises one sentence for a role or column that there is not, and `DataProblems` for files that cannot be used.
    """
    check_kind(roles, (Mapping, NoneType), "Roles", 'Write {"column": "role"}.')
    check_kind(id, (str, int, NoneType), "The column that tells customers apart", "Give its name.")
    check_kind(choices, (Mapping, NoneType), "Choices", 'Write {"name": value}, such as {"returns": "net"}.')
    chosen: dict[str, Any] = {
        "source": source,
        "roles": roles,
        "id": id,
        "mapping": mapping,
        "as_of": as_of,
        "choices": choices,
        "derive": derive,
    }
    path = _only_file(data)
    files = named(data) if path is None else {path.name: path}
    big = {name: large for name, item in files.items() if (large := _too_large(item, _reading(mapping, name)))}
    if big:
        small = {name: item for name, item in files.items() if name not in big}
        made = through_disk(big, lambda: read_files(small, mapping), lambda read: _assembled(read, **chosen), progress)
        if made is not None:
            return made
    if path is None:
        return _assembled(read_files(files, mapping, progress), **chosen).build(progress)
    size = path.stat().st_size
    return within_limits(_built, path.absolute(), chosen, size=size, name=path.name, progress=progress, tells=True)


def _built(path: Path, chosen: Mapping[str, Any], progress: Progress) -> FeatureTable:
    """The customers of one file, where it is read: they alone are sent back, not what the file holds besides."""
    tables = read_files({path.name: path}, chosen["mapping"], progress, reader=read_inside)
    return _assembled(tables, **chosen).build(progress)


def _assembled(
    tables: Mapping[str, Table],
    *,
    source: str | None,
    roles: Mapping[str, str] | None,
    id: str | None,
    mapping: SavedMapping | None,
    as_of: str | None,
    choices: Mapping[str, Any] | None,
    derive: Mapping[str, str] | None,
) -> Assembly:
    """What is to be built of these tables, with what was chosen for it."""
    by_row = id is not None or _name_columns(derive, tables)
    kind = source or (mapping.source if mapping is not None else "") or _guess(tables, roles, by_row)
    if kind not in SOURCES:
        raise SegmentationError(f"There is no kind of file {kind!r}. Choose one of {', '.join(SOURCES)}.")
    chosen = {str(name): role for name, role in (roles or {}).items()} | ({} if id is None else {str(id): "identifier"})
    if derive:
        mapping = mapping or SavedMapping(kind, {})
        mapping = replace(mapping, derived={**mapping.derived, **derive})
    if chosen:
        mapping = _with_roles(mapping, kind, chosen, tables)
    if choices:
        mapping = mapping or SavedMapping(kind, {})
        mapping = replace(mapping, settings={**mapping.settings, **choices_from(SOURCES[kind], choices)})
    return assemble(kind, tables, mapping, as_of=as_of or "")


def _name_columns(derive: Mapping[str, str] | None, tables: Mapping[str, Table]) -> bool:
    """Whether formulas name columns of the only file, and not features that are built of it."""
    if not derive or len(tables) != 1:
        return False
    (table,) = tables.values()
    return set(named_in(derive)) <= set(map(str, table.frame.columns))


def _only_file(data: Inputs) -> Path | None:
    """The file, where just one was given, by its path."""
    if isinstance(data, list | tuple) and len(data) == 1:
        (data,) = data
    return _path_of(data)


def _path_of(item: Any) -> Path | None:
    """What was handed in as a path, where a file is there."""
    if not isinstance(item, str | os.PathLike) or is_address(item):
        return None
    path = Path(item)
    return path if path.is_file() else None


def _too_large(item: Any, reading: ReadSettings) -> Path | None:
    """The path of a file that may not be read at once, where nothing is said of how it is to be read."""
    path = _path_of(item)
    return path if path is not None and path.stat().st_size > MAX_BYTES and reading == ReadSettings() else None


def read_files(
    files: Mapping[str, Table | Readable],
    saved: SavedMapping | None = None,
    progress: Progress | None = None,
    reader: Callable[..., Table] = read,
) -> dict[str, Table]:
    """Name → file in, name → table out, read as a saved mapping says where it knows the file.

    reader: what reads a file; `read_inside` where that is done in a process with limits. The first file that cannot be
    read raises `SegmentationError`.
    """
    tables = {}
    for index, (name, data) in enumerate(files.items()):

        def step(share: float, text: str, index: int = index) -> None:
            if progress is not None:
                progress((index + share) / len(files), text)

        step(0.0, f"Reading {plain_text(name, longest=40)}")
        tables[name] = data if isinstance(data, Table) else reader(data, name, _reading(saved, name), step)
    return tables


def named(data: Inputs) -> dict[str, Table | Readable]:
    """What was handed in, one file or several, under names that are all different."""
    if isinstance(data, Mapping) and data:
        return {str(name): item for name, item in data.items()}
    several = isinstance(data, Iterable) and not isinstance(data, bytes | bytearray | str | pd.DataFrame | pd.Series)
    single = isinstance(data, Table | os.PathLike) or hasattr(data, "read") or not several
    items: list[Table | Readable] = [data] if single else list(data)  # type: ignore[arg-type, list-item]
    if not items:
        raise SegmentationError("No file was given. Give at least one.")
    if any(isinstance(item, str) and "\0" in item for item in items):
        raise SegmentationError("The name of a file holds a character that no name can hold (NUL). Check the path.")
    paths = [os.path.realpath(item) for item in items if isinstance(item, str | os.PathLike)]
    if repeated := next((path for path in paths if paths.count(path) > 1), None):
        raise SegmentationError(f"{plain_text(Path(repeated).name)} is given twice. Name each file once.")
    files: dict[str, Table | Readable] = {}
    for item in items:
        path = _path_of(item)
        content, name = (path, path.name) if path is not None else _opened(item)
        number, free = 2, name
        while free in files:
            free, number = f"{Path(name).stem} ({number}){Path(name).suffix}", number + 1
        files[free] = content
    return files


def _opened(item: Table | Readable) -> tuple[Table | Readable, str]:
    return (item, item.name) if isinstance(item, Table) else opened(item)


def roles_from(texts: Iterable[str]) -> dict[str, str]:
    """ "COLUMN=ROLE" or the name of a JSON file that holds {column: role} or a saved mapping, each → column → role.

    Which roles there are depends on the kind of file, so `customers_from` looks at them.
    """
    roles: dict[str, str] = {}
    for text in texts:
        column, equals, role = text.rpartition("=")
        if text.casefold().endswith(".json"):
            roles |= next(iter(mapping_file(text).columns.values()), {})
        elif equals and column and role:
            roles[column] = role
        else:
            raise SegmentationError(
                f"{plain_text(text, longest=60)!r} gives no column a role. Write COLUMN=ROLE with one of "
                f"{', '.join(ROLES)}, for a list of purchases customer, date, amount …, or name a .json file."
            )
    return roles


def mapping_file(path: str | os.PathLike[str]) -> SavedMapping:
    """The mapping in a file; one sentence when it cannot be read or is none."""
    try:
        return mapping_from_json(Path(path).read_bytes())
    except OSError as error:
        raise SegmentationError(f"Cannot read the mapping {plain_text(path)}. Check the path.") from error


def _guess(tables: Mapping[str, Table], roles: Mapping[str, str] | None, by_row: bool) -> str:
    """The kind of file, by its roles where only one kind has them (`amount`), else by its contents.

    Whoever names other roles, an identifier or a formula (by_row) of one file has a table of customers.
    """
    if len(tables) == 1 and (special := set((roles or {}).values()) - set(ROLES)):
        fitting = [name for name in SOURCES if special <= _meanings_of(name)]
        if len(fitting) == 1:
            return fitting[0]
    return "customers" if (roles or by_row) and len(tables) == 1 else guess_source(tables)


def _meanings_of(source: str) -> set[str]:
    """What a column can be in a kind of file that is one table; empty for the other kinds."""
    tables = SOURCES[source].tables
    return {column.name for column in tables[0].columns} if len(tables) == 1 else set()


def _reading(saved: SavedMapping | None, name: str) -> ReadSettings:
    """How the mapping says a file is read: by the name of its table, or by the only table there is."""
    known = {} if saved is None else saved.reading
    only = next(iter(known.values())) if len(known) == 1 else {}
    return ReadSettings.from_dict(known.get(Path(name).stem, only))


def _with_roles(
    saved: SavedMapping | None, source: str, chosen: Mapping[str, str], tables: Mapping[str, Table]
) -> SavedMapping:
    """The mapping with the roles that were chosen in place of its own; a chosen identifier replaces the other."""
    for table in tables.values():
        for column in chosen:
            if column not in table.frame.columns and (saved is None or column not in saved.derived):
                there = ", ".join(plain_text(name, longest=40) for name in table.frame.columns[:20])
                raise SegmentationError(f'There is no column "{plain_text(column)}". The file has: {there}.')
    saved = saved or SavedMapping(source, {})
    if source != "customers":
        return replace(saved, columns=_meanings(source, chosen, tables, saved))
    own = dict(next(iter(saved.columns.values()), {}))
    if "identifier" in chosen.values():
        own = {name: "left out" if role == "identifier" else role for name, role in own.items()}
    return replace(saved, columns={"customers": {**own, **chosen}})


def _meanings(
    source: str, chosen: Mapping[str, str], tables: Mapping[str, Table], saved: SavedMapping
) -> dict[str, dict[str, str]]:
    """Column → what it is, of a kind of data with one table, as its mapping has it; what is not named is guessed."""
    needed = [table for table in SOURCES[source].tables if table.required]
    if len(SOURCES[source].tables) != 1 or len(needed) != 1 or len(tables) != 1:
        raise SegmentationError(
            "Roles are for data of one table. Where there are several, name the columns of each in a mapping."
        )
    spec, frame = needed[0], next(iter(tables.values())).frame
    first = next(column.name for column in spec.columns if column.kind == "id")
    known = {column.name for column in spec.columns}
    own = dict(saved.columns.get(spec.name, {})) or guess_columns(spec, frame)
    for column, role in chosen.items():
        name = first if role == "identifier" else role
        if name not in known:
            raise SegmentationError(
                f"A column of {SOURCES[source].label.lower()} cannot be {plain_text(role)!r}. Choose identifier or one "
                f"of {', '.join(sorted(known))}."
            )
        own = {key: value for key, value in own.items() if value != column} | {name: column}
    return {spec.name: own}
