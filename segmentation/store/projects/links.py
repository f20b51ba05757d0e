"""A project of somebody else, opened by a link that its owner made and has not withdrawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from segmentation.core.errors import SegmentationError
from segmentation.store.projects.shelf import Shelf, hash_of_link, is_project_id, projects_root

__all__ = ["linked"]


def linked(project: str, key: str, kinds: Mapping[str, type], root: Path | None = None) -> Shelf:
    """The shelf of the owner who made this link; `SegmentationError` when it was withdrawn or never made."""
    projects = root or projects_root()
    for owner in projects.iterdir() if projects.is_dir() and is_project_id(project) else ():
        shelf = _Opened("", kinds, projects, owner.name)
        if (owner / project).is_dir() and hash_of_link(key) in shelf.about(project).links:
            return shelf
    raise SegmentationError("This link opens nothing: it was withdrawn, or the project was deleted. Ask for a new one.")


@dataclass(frozen=True)
class _Opened(Shelf):
    """The shelf of an owner who is known by the folder only."""

    name: str = ""

    @property
    def home(self) -> Path:
        return self.root / self.name
