"""Headings that are the same column although people spelt them otherwise."""

from __future__ import annotations

import re

__all__ = ["headings", "same_heading"]


def same_heading(name: str) -> str:
    """A heading without what people change by accident: case, blanks, underscores, hyphens, dots."""
    return re.sub(r"[\W_]+", "", str(name).casefold()) or str(name)


def headings(wanted: list[str], there: list[str]) -> dict[str, str]:
    """Columns that are known, those of the file → name in the file: the known name, where only spelling differs."""
    missing = [name for name in wanted if name not in there]
    free: dict[str, list[str]] = {}
    for name in there:
        if name not in wanted:
            free.setdefault(same_heading(name), []).append(name)
    renamed = {}
    for name in missing:
        alike = free.get(same_heading(name), [])
        if len(alike) == 1 and sum(same_heading(other) == same_heading(name) for other in missing) == 1:
            renamed[alike[0]] = name
    return renamed
