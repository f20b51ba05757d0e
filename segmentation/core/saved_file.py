"""A small JSON file that a page saved, read again: what every kind of them checks first."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from segmentation.core.errors import SegmentationError

__all__ = ["saved_object"]

_LARGEST = 1_000_000
"""Letters or bytes."""


def saved_object(text: str | bytes, version: int, not_one: Callable[[str], SegmentationError]) -> dict[str, Any]:
    """The JSON object in a file of this version of its format.

    not_one: makes the error of a reason, such as `it is not JSON`; raised where the text is no such file.
    """
    if len(text) > _LARGEST:
        raise not_one("it is too large")
    try:
        plain = json.loads(text)
    except (ValueError, RecursionError):
        raise not_one("it is not JSON") from None
    if not isinstance(plain, dict):
        raise not_one("it is not a JSON object")
    if plain.get("version", version) != version:
        raise not_one(f"it has version {plain['version']!r:.20}, and this program knows version {version}")
    return plain
