"""From the files named on the command line to one table of features."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from segmentation.errors import SegmentationError
from segmentation.profiling import suggest_roles
from segmentation.reading import read
from segmentation.sources import SOURCES, assign_files, build_customers, guess_mapping
from segmentation.tables import FeatureTable, Table
from segmentation.text import plain_text

__all__ = ["load_features", "read_files"]


def load_features(files: Sequence[Path], source: str = "customers", id_column: str | None = None) -> FeatureTable:
    """Files and the kind of file they are → features, one row a customer, with every role and column guessed.

    id_column overrules the guess of the identifier. Raises `SegmentationError` when a file cannot be read or used.
    """
    if source not in SOURCES:
        raise SegmentationError(f"There is no kind of file {source!r}. Choose one of {', '.join(SOURCES)}.")
    tables = read_files(files)
    if source == "customers":
        return _customers(tables, id_column)
    kind = SOURCES[source]
    held_by = assign_files(kind, tables)
    named = {name: tables[file] for name, file in held_by.items()}
    return kind.build(named, guess_mapping(kind, named), kind.settings() if kind.settings else None)


def read_files(files: Sequence[Path]) -> dict[str, Table]:
    """Paths → file name → table."""
    tables = {}
    for path in files:
        try:
            data = path.read_bytes()
        except OSError as error:
            why = "There is no file" if not path.exists() else "Cannot read"
            raise SegmentationError(f"{why} {plain_text(path)}. Check the path.") from error
        tables[path.name] = read(data, path.name)
    return tables


def _customers(tables: Mapping[str, Table], id_column: str | None) -> FeatureTable:
    if len(tables) != 1:
        raise SegmentationError("A table of customers is one file. Name one, or choose another --source.")
    (table,) = tables.values()
    roles = {item.name: item.role for item in suggest_roles(table)}
    if id_column is not None:
        _check_column(table.frame, id_column)
        roles = {name: "left out" if role == "identifier" else role for name, role in roles.items()}
        roles[id_column] = "identifier"
    return build_customers(table, roles)


def _check_column(frame: pd.DataFrame, name: str) -> None:
    if name not in frame.columns:
        there = ", ".join(plain_text(column, longest=40) for column in frame.columns[:20])
        raise SegmentationError(f'There is no column "{plain_text(name)}". The file has: {there}.')
