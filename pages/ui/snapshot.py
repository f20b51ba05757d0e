"""A session's work at one moment: taken from the `Studio`, put into another one, and as a project keeps it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from pages.ui.state import Studio, same

__all__ = ["Snapshot", "of_root"]

_FIELDS = tuple(
    item.name
    for item in fields(Studio)
    if item.name not in ("message", "derived", "memory", "remembered", "passing", "project", "arrived")
)
Memory = Mapping[str, Mapping[str, Any]]
"""Name of the class of a page's memory → its fields."""


@dataclass(frozen=True, eq=False)
class Snapshot:
    """values: the stages and choices of the studio. memory: what pages keep. passing: what they keep for the moment.

    What is passing goes to the other tabs of this server, and never into a project.
    """

    values: Mapping[str, Any]
    memory: Memory
    passing: Memory

    @classmethod
    def of(cls, studio: Studio) -> Snapshot:
        """What the studio holds now; the parts are shared, lists and dicts are copied."""
        memory: dict[str, dict[str, Any]] = {name: dict(held) for name, held in studio.remembered.items()}
        passing: dict[str, dict[str, Any]] = {name: dict(held) for name, held in studio.passing.items()}
        for kind, mine in studio.memory.items():
            for item in fields(mine):
                part = passing if item.metadata.get("passing") else memory
                part.setdefault(kind.__name__, {})[item.name] = _copied(getattr(mine, item.name))
        return cls({name: _copied(getattr(studio, name)) for name in _FIELDS}, memory, passing)

    def put_into(self, studio: Studio) -> None:
        """Make the studio hold this; nothing is cleared that belongs together here."""
        for name in _FIELDS:
            setattr(studio, name, _copied(self.values[name]))
        studio.remembered = {name: _copied_all(held) for name, held in self.memory.items()}
        studio.passing = {name: _copied_all(held) for name, held in self.passing.items()}
        studio.memory.clear()
        studio.message = ""
        studio.arrived += 1

    def keeps_the_same(self, other: Snapshot) -> bool:
        """Whether a project would hold the same."""
        return same(self.values, other.values) and same(self.memory, other.memory)

    def is_same(self, other: Snapshot) -> bool:
        """Whether both are equal in what is passing, too."""
        return self.keeps_the_same(other) and same(self.passing, other.passing)

    def root(self, basis: int | None) -> dict[str, Any]:
        """As a project keeps it. basis: the earlier step that this one went back to."""
        return {**self.values, "memory": self.memory, "basis": basis}


def of_root(root: Mapping[str, Any]) -> Snapshot:
    """A snapshot of what a project held; what an older version did not know yet has its default."""
    empty = Studio()
    values = {name: root.get(name, getattr(empty, name)) for name in _FIELDS}
    return Snapshot(values, root.get("memory", {}), {})


def _copied(value: Any) -> Any:
    return type(value)(value) if type(value) in (dict, list, set) else value


def _copied_all(held: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _copied(value) for name, value in held.items()}
