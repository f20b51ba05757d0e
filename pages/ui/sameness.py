"""When two values of the state are the same: identical, or equal where equality has a plain yes."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from segmentation.core.tables import FeatureTable

__all__ = ["same", "same_inputs"]

_FRAMES = ("frame", "descriptors")


def same(old: Any, new: Any) -> bool:
    """Identical, or equal where equality has a plain yes (tables of data never do)."""
    if old is new:
        return True
    if type(old) is not type(new):
        return False
    if isinstance(old, dict):
        return list(old) == list(new) and all(same(old[name], new[name]) for name in old)
    if type(old) in (list, tuple):
        return len(old) == len(new) and all(map(same, old, new))
    if isinstance(old, FeatureTable):  # built again from the same files and choices, in a session of its own
        return _same_customers(old, new)
    try:
        return bool(old == new)
    except (TypeError, ValueError):
        return False


def _same_customers(old: FeatureTable, new: FeatureTable) -> bool:
    plain = all(getattr(old, item.name) == getattr(new, item.name) for item in fields(old) if item.name not in _FRAMES)
    return plain and all(getattr(old, name).equals(getattr(new, name)) for name in _FRAMES)


def same_inputs(old: tuple[Any, ...], new: tuple[Any, ...]) -> bool:
    if old[0] != new[0] or len(old[1]) != len(new[1]) or list(old[2]) != list(new[2]):
        return False
    pairs = [*zip(old[1], new[1], strict=True), *((old[2][name], new[2][name]) for name in new[2])]
    return all(same(before, after) for before, after in pairs)
