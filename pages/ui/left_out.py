"""Work that is kept without its data: what stays of it on the disk, and how the data come back.

What stays holds no customer: the choices, the segments as a saved model has them, the personas, and of every file its
name and digest, by which it is known again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from pages.ui.state import Studio
from segmentation.core.settings import Progress
from segmentation.core.tables import Table
from segmentation.core.text import listed, plain_text
from segmentation.data.reading import ReadSettings, read

__all__ = ["asked_for", "fits", "is_other", "read_as_before", "take", "without_data"]

_KEPT = ("kind", "source", "source_settings", "made_columns", "roles", "prep", "k", "saved", "basis")


def without_data(root: Mapping[str, Any]) -> dict[str, Any]:
    """The root of a state → the same without anything of a customer; one that has nothing of them stays as it is."""
    files, tables, made = root.get("files", {}), root.get("tables", {}), root["segmentation"]
    left = {
        name: (_digest(data), tables[name].settings if name in tables else None) for name, data in files.items()
    } or dict(root["left_out"])
    memory = root.get("memory", {})
    return {
        **{name: root[name] for name in _KEPT if name in root},
        "left_out": left,
        "segmentation": None if made is None else replace(made, labels=None),
        "personas": root["personas"],
        "earlier": root["earlier"] if made is None else None,
        "memory": {name: memory[name] for name in ("OpenedModel",) if name in memory},
    }


def asked_for(studio: Studio) -> str:
    """The sentence that asks for the files again; empty where nothing was left out."""
    if not studio.left_out:
        return ""
    names = listed([f"“{plain_text(name, longest=60)}”" for name in studio.left_out], most=4)
    return f"This work was kept without its data. Load {names} again on the Data page to go on with it."


def fits(studio: Studio, files: Mapping[str, bytes]) -> bool:
    """Whether these are the very files that were left out, whatever they are called now."""
    return _digests(files) == sorted(digest for digest, _ in studio.left_out.values())


def is_other(left: Mapping[str, tuple[str, Any]], files: Mapping[str, bytes]) -> bool:
    """Whether none of these files is one of those that were left out."""
    return not set(_digests(files)) & {digest for digest, _ in left.values()}


def read_as_before(studio: Studio, files: Mapping[str, bytes], progress: Progress | None = None) -> dict[str, Table]:
    """The files that were left out, under the names that they had, read as they were."""
    tables = {}
    for name, data in named_as_before(studio, files).items():
        settings = studio.left_out[name][1]
        tables[name] = read(data, name, settings if isinstance(settings, ReadSettings) else ReadSettings(), progress)
    return tables


def named_as_before(studio: Studio, files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The files that were left out under the names that they had."""
    by_digest = {_digest(data): data for data in files.values()}
    return {name: by_digest[digest] for name, (digest, _) in studio.left_out.items()}


def take(studio: Studio, files: Mapping[str, bytes], tables: Mapping[str, Table]) -> None:
    """Go on with the files: every choice stays, and what was made of them is made again."""
    studio.earlier = studio.earlier or (studio.segmentation, studio.personas, studio.k)
    studio.files, studio.tables = named_as_before(studio, files), dict(tables)
    studio.left_out, studio.segmentation, studio.personas, studio.saved = {}, None, (), ""


def _digests(files: Mapping[str, bytes]) -> list[str]:
    return sorted(map(_digest, files.values()))


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
