"""What one visitor and all of them together may take of the server: the settings, each with its sentence."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields

from segmentation.core.errors import SegmentationError
from segmentation.core.settings import Settings, option

__all__ = ["LIMITS", "ServerLimits", "from_environment"]

_PREFIX = "SEGMENTATION_MAX_"


@dataclass(frozen=True)
class ServerLimits(Settings):
    """How much the server gives; each can be set by an environment variable, such as SEGMENTATION_MAX_SESSIONS=20."""

    sessions: int = option(40, "Visitors at once", low=1, high=10_000)
    session_files: int = option(60, "Uploaded files a visitor", low=1, high=10_000)
    session_megabytes: int = option(500, "Megabytes of uploads a visitor", low=1, high=1_000_000)
    session_jobs: int = option(6, "Pieces of work a visitor at once", low=1, high=100)
    person_sessions: int = option(10, "Tabs a person who signed in", low=1, high=1_000)
    person_jobs: int = option(8, "Pieces of work a person who signed in at once", low=1, high=1_000)
    jobs: int = option(60, "Pieces of work at once, all visitors together", low=1, high=10_000)


def from_environment(values: Mapping[str, str]) -> ServerLimits:
    """The limits with what the environment says; raises one sentence for a value that is none."""
    given = {}
    for item in fields(ServerLimits):
        text = values.get(_PREFIX + item.name.upper(), "").strip()
        if text:
            if not text.isascii() or not text.isdigit() or len(text) > 9:
                raise SegmentationError(f"{_PREFIX}{item.name.upper()} must be a whole number; it was {text[:20]!r}.")
            given[item.name] = int(text)
    return ServerLimits(**given)


LIMITS = from_environment(os.environ)
