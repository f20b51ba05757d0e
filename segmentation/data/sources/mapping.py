"""A mapping as a small JSON file: which column is what, how files are read, the choices; found again by columns.

Version 1 of the file: {"kind": "segmentation mapping", "version": 1, "source", "tables": {table: {column of the source:
column of the file}}, "settings": {choice: value}, "file_columns": {table: [columns of the file]}, "reading": {table:
{setting: value}}}, and "derived": {name: formula} where columns are made of others. A newer version is refused; to
change the form, raise VERSION and read the older ones here.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, is_dataclass
from pathlib import Path
from typing import Any

from segmentation.core.errors import SegmentationError
from segmentation.core.saved_file import saved_object
from segmentation.core.tables import Table
from segmentation.data.sources.base import Columns
from segmentation.data.sources.registry import SOURCES, settings_from

__all__ = ["SavedMapping", "mapping_from_json", "mapping_of", "mapping_to_json", "matching", "remember", "remembered"]

KIND, VERSION = "segmentation mapping", 1


@dataclass(frozen=True)
class SavedMapping:
    """What a user decided about files of one form: plain values only.

    columns: as `Source.build` wants them. settings: the choices as plain values. file_columns: table → the columns of
    its file, by which the mapping is found again. reading: table → how its file was read. derived: name → formula of
    the columns of a customer table that are made of others.
    """

    source: str
    columns: Columns
    settings: Mapping[str, Any] = field(default_factory=dict)
    file_columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    reading: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    derived: Mapping[str, str] = field(default_factory=dict)


def mapping_of(source: str, tables: Mapping[str, Table], columns: Columns, settings: Any = None) -> SavedMapping:
    """Tables by the names of the source, their mapping and the choices → what is worth remembering of them.

    The as-of date is not: next month's file counts to its own last date unless a date is chosen.
    """
    plain = asdict(settings) if is_dataclass(settings) and not isinstance(settings, type) else dict(settings or {})
    plain.pop("as_of", None)
    return SavedMapping(
        source=source,
        columns={name: dict(mapping) for name, mapping in columns.items()},
        settings=plain,
        file_columns={name: tuple(table.read_columns) for name, table in tables.items()},
        reading={name: _plain_settings(table.settings) for name, table in tables.items() if table.settings is not None},
        derived={item.name: item.formula for table in tables.values() for item in table.derived},
    )


def mapping_to_json(mapping: SavedMapping) -> str:
    """A mapping → the text of its file."""
    plain = {
        "kind": KIND,
        "version": VERSION,
        "source": mapping.source,
        "tables": mapping.columns,
        "settings": mapping.settings,
        "file_columns": mapping.file_columns,
        "reading": mapping.reading,
        **({"derived": mapping.derived} if mapping.derived else {}),
    }
    return json.dumps(plain, ensure_ascii=False, indent=2)


def mapping_from_json(text: str | bytes) -> SavedMapping:
    """The text of a mapping file → the mapping; raises one sentence when it is not one.

    Of a file written by hand only "tables" is needed, or for a source with one table just {column: column}.
    """
    plain = saved_object(text, VERSION, _not_one)
    source = plain.get("source", "")
    if source and source not in SOURCES:
        raise _not_one(f"its source {source!r:.40} is none of {', '.join(SOURCES)}")
    tables = plain.get("tables", {} if {"kind", "source", "settings", "derived"} & set(plain) else plain)
    settings, derived = plain.get("settings", {}), plain.get("derived", {})
    if not isinstance(derived, dict) or not all(isinstance(formula, str) for formula in derived.values()):
        raise _not_one("a column is made by no formula")
    for part in (tables, settings, plain.get("file_columns", {}), plain.get("reading", {})):
        if not isinstance(part, dict):
            raise _not_one("one of its parts is not a JSON object")
    if tables and all(isinstance(value, str) for value in tables.values()):
        tables = {"": tables}
    for columns in tables.values():
        if not isinstance(columns, dict) or not all(isinstance(value, str) for value in columns.values()):
            raise _not_one("a column is not named by a text")
    if source:
        settings_from(SOURCES[source], settings)
    return SavedMapping(
        source=source,
        columns=tables,
        settings=settings,
        file_columns={name: tuple(map(str, names)) for name, names in plain.get("file_columns", {}).items()},
        reading=plain.get("reading", {}),
        derived=derived,
    )


def matching(mapping: SavedMapping, tables: Mapping[str, Table]) -> dict[str, str] | None:
    """Table of the mapping → name of the file with the same columns (in any order); None unless every table has one."""
    matches: dict[str, str] = {}
    for name, columns in mapping.file_columns.items():
        fits = [
            file
            for file, table in tables.items()
            if set(map(str, table.frame.columns)) == set(columns) and file not in matches.values()
        ]
        if not fits:
            return None
        matches[name] = fits[0]
    return matches if matches and len(matches) == len(tables) else None


def remember(mapping: SavedMapping, folder: Path) -> Path:
    """Keep a mapping in a folder under the columns of its files; the next one with the same columns replaces it."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{_name(mapping)}.json"
    handle, temporary = tempfile.mkstemp(dir=folder, suffix=".part")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(mapping_to_json(mapping))
    os.replace(temporary, path)
    return path


def remembered(tables: Mapping[str, Table], folder: Path) -> SavedMapping | None:
    """The latest mapping kept in a folder whose files have the columns of these; None when there is none."""
    if not folder.is_dir():
        return None
    for path in sorted(folder.glob("*.json"), key=lambda one: one.stat().st_mtime, reverse=True):
        try:
            mapping = mapping_from_json(path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, SegmentationError):
            continue
        if mapping.source and matching(mapping, tables) is not None:
            return mapping
    return None


def _name(mapping: SavedMapping) -> str:
    columns = sorted(sorted(names) for names in mapping.file_columns.values())
    return hashlib.sha256(json.dumps(columns).encode()).hexdigest()[:16]


def _plain_settings(settings: Any) -> dict[str, Any]:
    return settings.to_dict() if hasattr(settings, "to_dict") else {}


def _not_one(why: str) -> SegmentationError:
    return SegmentationError(f"This is not a mapping file: {why}. Choose a file that this program saved.")
