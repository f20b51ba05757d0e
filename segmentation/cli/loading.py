"""From the files named on the command line to one table of features."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from segmentation.core.errors import SegmentationError
from segmentation.core.tables import FeatureTable, Table
from segmentation.core.text import plain_text
from segmentation.data.reading import ReadSettings, read
from segmentation.data.sources import SOURCES, SavedMapping, assemble, mapping_from_json

__all__ = ["file_bytes", "load_features", "read_files"]


def load_features(
    files: Sequence[Path],
    source: str = "customers",
    id_column: str | None = None,
    mapping: Path | None = None,
    as_of: str | None = None,
) -> FeatureTable:
    """Files and the kind of file they are → features, one row a customer, with every role and column guessed.

    id_column overrules the guess of the identifier; the file `mapping` overrules every guess that it speaks of; as_of
    is the date that days count up to. Raises `SegmentationError` when a file cannot be read or used.
    """
    if source not in SOURCES:
        raise SegmentationError(f"There is no kind of file {source!r}. Choose one of {', '.join(SOURCES)}.")
    saved = _mapping(mapping) if mapping is not None else None
    tables = read_files(files, saved)
    if id_column is not None:
        saved = _with_id(saved, source, id_column, tables)
    return assemble(source, tables, saved, as_of=as_of or "").build()


def read_files(files: Sequence[Path], saved: SavedMapping | None = None) -> dict[str, Table]:
    """Paths → file name → table, read as a saved mapping says where it knows the file."""
    data = file_bytes(files)
    return {path.name: read(data[path.name], path.name, _reading(saved, path)) for path in files}


def file_bytes(files: Sequence[Path]) -> dict[str, bytes]:
    """Paths → file name → bytes."""
    data = {}
    for path in files:
        try:
            data[path.name] = path.read_bytes()
        except OSError as error:
            why = "There is no file" if not path.exists() else "Cannot read"
            raise SegmentationError(f"{why} {plain_text(path)}. Check the path.") from error
    return data


def _reading(saved: SavedMapping | None, path: Path) -> ReadSettings:
    """How the mapping says a file is read: by the name of its table, or by the only table there is."""
    known = {} if saved is None else saved.reading
    only = next(iter(known.values())) if len(known) == 1 else {}
    return ReadSettings.from_dict(known.get(path.stem, only))


def _mapping(path: Path) -> SavedMapping:
    try:
        return mapping_from_json(path.read_bytes())
    except OSError as error:
        raise SegmentationError(f"Cannot read the mapping {plain_text(path)}. Check the path.") from error


def _with_id(saved: SavedMapping | None, source: str, id_column: str, tables: Mapping[str, Table]) -> SavedMapping:
    """The mapping with the identifier that the command line names."""
    if source != "customers":
        raise SegmentationError("--id is for a table of customers. Name the customer column in a --map file instead.")
    for table in tables.values():
        if id_column not in table.frame.columns:
            there = ", ".join(plain_text(column, longest=40) for column in table.frame.columns[:20])
            raise SegmentationError(f'There is no column "{plain_text(id_column)}". The file has: {there}.')
    saved = saved or SavedMapping(source, {})
    roles = dict(next(iter(saved.columns.values()), {}))
    roles = {name: "left out" if role == "identifier" else role for name, role in roles.items()}
    return replace(saved, columns={"customers": {**roles, id_column: "identifier"}})
