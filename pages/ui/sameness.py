"""When two values of the state are the same: identical, or equal in their facts where equality has a plain yes.

Words that the product itself made from the facts do not count: a new version may word them differently, and what is
made again from the same files and choices then is no change, which would clear what somebody made before.
"""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from segmentation.core.errors import Problem
from segmentation.core.notices import Notice
from segmentation.core.tables import ColumnRole, FeatureInfo, FeatureTable, Note
from segmentation.preparation.recipe import Dropped, FeatureRecipe, Recipe

__all__ = ["same", "same_inputs"]

_FRAMES = ("frame", "descriptors")
_WORDS: dict[type, tuple[str, ...]] = {
    ColumnRole: ("reason",),
    Dropped: ("reason",),
    FeatureInfo: ("about", "high", "low", "trait_high", "trait_low"),
    FeatureRecipe: ("reasons",),
    Note: ("what",),
    Notice: ("sentence",),
    Problem: ("what", "fix"),
    Recipe: (),
}
"""What is compared fact by fact, and its fields that are words."""


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
    if type(old) in _WORDS:
        return _same_facts(old, new, leaving=_WORDS[type(old)])
    try:
        return bool(old == new)
    except (TypeError, ValueError):
        return False


def _same_customers(old: FeatureTable, new: FeatureTable) -> bool:
    return (
        _same_facts(old, new, leaving=(*_FRAMES, "left_out"))
        and [customer for customer, _ in old.left_out] == [customer for customer, _ in new.left_out]
        and all(getattr(old, name).equals(getattr(new, name)) for name in _FRAMES)
    )


def _same_facts(old: Any, new: Any, *, leaving: tuple[str, ...]) -> bool:
    """Whether all fields that count for equality are the same, but for some."""
    compared = (item.name for item in fields(old) if item.compare and item.name not in leaving)
    return all(same(getattr(old, name), getattr(new, name)) for name in compared)


def same_inputs(old: tuple[Any, ...], new: tuple[Any, ...]) -> bool:
    if old[0] != new[0] or len(old[1]) != len(new[1]) or list(old[2]) != list(new[2]):
        return False
    pairs = [*zip(old[1], new[1], strict=True), *((old[2][name], new[2][name]) for name in new[2])]
    return all(same(before, after) for before, after in pairs)
