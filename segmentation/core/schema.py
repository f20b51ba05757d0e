"""Check plain values against a shape, strictly, with sentences for a reader."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

__all__ = ["Each", "Maybe", "Named", "Optional", "faults"]

_LONGEST_TEXT = 20_000
_LARGEST_WHOLE = 2**53
_LARGEST = 1e300
_DEEPEST = 12

_WORDS = {bool: "true or false", str: "text", int: "a whole number", float: "a number", dict: "a group of named values"}


@dataclass(frozen=True)
class Each:
    """A list whose every item has the shape, of at most so many items."""

    shape: Any
    most: int = 200_000


@dataclass(frozen=True)
class Named:
    """A group of values under any names, each of the shape."""

    shape: Any
    most: int = 2_000


@dataclass(frozen=True)
class Maybe:
    """The shape, or null."""

    shape: Any


@dataclass(frozen=True)
class Optional:
    """Under a key of a dict: the key may be absent; where it is there, its value has the shape."""

    shape: Any


def faults(value: Any, shape: Any, where: str = "") -> list[str]:
    """What is wrong with a value, one sentence each; empty when it has exactly the shape.

    shape: a type (int counts as float, bool as neither; numbers are finite), `Each`, `Maybe`, or a dict that names
    every key there must be (or, marked `Optional`, may be) and none else.
    """
    if isinstance(shape, Maybe) and value is None:
        return []
    if isinstance(shape, Maybe | Optional):
        return faults(value, shape.shape, where)
    if isinstance(shape, Each | Named):
        return _faults_of_many(value, shape, where)
    if isinstance(shape, dict):
        return _dict_faults(value, shape, where)
    wrong = _fault_of_one(value, shape)
    return [f"{where or 'the file'} {wrong}."] if wrong else []


def _faults_of_many(value: Any, shape: Each | Named, where: str) -> list[str]:
    if isinstance(shape, Named):
        if not isinstance(value, dict) or len(value) > shape.most:
            return [f"{where or 'the file'} must be {_WORDS[dict]}, at most {shape.most:,}."]
        return [fault for key, item in value.items() for fault in faults(item, shape.shape, f"{where}.{key[:40]}")]
    if not isinstance(value, list):
        return [f"{where or 'the file'} must be a list."]
    if len(value) > shape.most:
        return [f"{where or 'the file'} has {len(value):,} items; the most is {shape.most:,}."]
    return [fault for index, item in enumerate(value) for fault in faults(item, shape.shape, f"{where}[{index}]")]


def _fault_of_one(value: Any, shape: Any) -> str:
    """What is wrong with a single value of a type, to follow its name; empty when nothing is."""
    kinds = (int, float) if shape is float else shape
    right = isinstance(value, kinds) and isinstance(value, bool) == (shape is bool)
    if not right or (shape is float and not math.isfinite(value)):
        return f"must be {_WORDS[shape]}"
    if shape in (int, float):
        return "is too large a number" if abs(value) > (_LARGEST_WHOLE if shape is int else _LARGEST) else ""
    if shape is str:
        return f"is longer than {_LONGEST_TEXT:,} letters" if len(value) > _LONGEST_TEXT else ""
    return "is nested too deeply" if shape is dict and _depth(value) > _DEEPEST else ""


def _depth(value: Any) -> int:
    """How deeply lists and groups are nested; stops where it is too deep anyway."""
    deepest, level = 0, [value]
    while level and deepest <= _DEEPEST:
        deepest += 1
        level = [
            item
            for group in level
            if isinstance(group, dict | list)
            for item in (group.values() if isinstance(group, dict) else group)
            if isinstance(item, dict | list)
        ]
    return deepest


def _dict_faults(value: Any, shape: dict[str, Any], where: str) -> list[str]:
    if not isinstance(value, dict):
        return [f"{where or 'the file'} must be {_WORDS[dict]}."]
    inside = f"{where}." if where else ""
    needed = [key for key, item in shape.items() if not isinstance(item, Optional)]
    missing = [f"{inside}{key} is missing." for key in needed if key not in value]
    unknown = [f"{inside}{str(key)[:40]} is not known." for key in value if key not in shape]
    if missing or unknown:
        return missing + unknown
    there = {key: item for key, item in shape.items() if key in value}
    return [fault for key, item in there.items() for fault in faults(value[key], item, f"{inside}{key}")]
