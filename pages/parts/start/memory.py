"""What the Start page keeps for itself while the session lasts."""

from __future__ import annotations

from dataclasses import dataclass, field

from pages.ui.state import PASSING

__all__ = ["StartMemory"]


@dataclass
class StartMemory:
    """deleted: id and name of the project that was deleted last. link: a project, and the secret of its new link.

    loads: how many times the uploader of projects was emptied, which is part of its key. problem: why a project could
    not be opened or changed. here: the project that holds what a file does. deleted_model: the version ("name/v3")
    that was deleted last. model_problem: why a model could not be opened or changed.
    """

    deleted: tuple[str, str] | None = field(default=None, metadata=PASSING)
    link: tuple[str, str] | None = field(default=None, metadata=PASSING)
    loads: int = field(default=0, metadata=PASSING)
    problem: str = field(default="", metadata=PASSING)
    here: str = field(default="", metadata=PASSING)
    deleted_model: str = field(default="", metadata=PASSING)
    model_problem: str = field(default="", metadata=PASSING)
