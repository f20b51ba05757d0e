"""A session's state ⇄ plain values: a closed set of kinds, shared parts written once, never any code.

    {"objects": [[kind, content] …], "root": value}

A value is null, true, false, a whole number, a finite float, a text, or {"@": n}: the object with that number. Objects
are lists, tuples, sets, dicts, tables, arrays, moments, and the frozen classes that `kinds` names. A part that two
others share is one object, and is the same object again when it was read: what the pages compare by identity stays
comparable.
"""

from __future__ import annotations

import base64
import math
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd

from segmentation.store.projects import columns
from segmentation.store.projects.faults import damaged

__all__ = ["Known", "Reader", "Writer"]

_DEEPEST = 60
_LARGE = 4096
_PLAIN = (bool, int, str)


class Known:
    """Large parts that are in files already, by identity, so that saving again writes only what is new."""

    def __init__(self) -> None:
        self._kept: dict[int, tuple[Any, Any]] = {}
        self._used: dict[int, tuple[Any, Any]] = {}

    def content(self, part: Any, make: Callable[[], Any]) -> Any:
        """What stands for the part in a state, made only the first time."""
        kept = self._kept.get(id(part))
        made = kept if kept is not None and kept[0] is part else (part, make())
        self._used[id(part)] = made
        return made[1]

    def forget_unused(self) -> None:
        """Let go of the parts that the state just written does not have."""
        self._kept, self._used = self._used, {}


class Writer:
    """Values → objects. kinds: name → class of the frozen classes that may stand in a state."""

    def __init__(self, kinds: Mapping[str, type], put: columns.Put, known: Known | None = None) -> None:
        self._names = {kind: name for name, kind in kinds.items()}
        self._put, self._known = put, known or Known()
        self._places: dict[int, int] = {}
        self._alive: list[Any] = []
        self._depth = 0
        self.objects: list[Any] = []

    def state(self, root: Mapping[str, Any]) -> dict[str, Any]:
        """The whole state as plain values; `TypeError` names a kind that cannot be kept."""
        plain = self.plain(dict(root))
        self._known.forget_unused()
        return {"objects": self.objects, "root": plain}

    def plain(self, value: Any) -> Any:
        """One value, as it stands where it is used."""
        if value is None or type(value) in _PLAIN:
            return value
        if type(value) is float and math.isfinite(value):
            return value
        reference = self._places.get(id(value))
        if reference is None:
            self._depth += 1
            if self._depth > _DEEPEST:
                raise TypeError("values that hold one another without end")
            content = self._object(value)
            self._depth -= 1
            reference = len(self.objects)
            self.objects.append(content)
            self._places[id(value)] = reference
            self._alive.append(value)  # or its identity could be given to another value
        return {"@": reference}

    def _object(self, value: Any) -> list[Any]:
        if is_dataclass(value) and type(value) in self._names:
            held = {item.name: self.plain(getattr(value, item.name)) for item in fields(value)}
            return [f"={self._names[type(value)]}", held]
        if isinstance(value, pd.DataFrame):
            known = self._known.content
            return ["frame", known(value, lambda: columns.frame_to_plain(value, self._put, _cell))]
        if isinstance(value, pd.Series):
            return ["series", self._known.content(value, lambda: _series(value, self._put))]
        if isinstance(value, pd.Index):
            return ["index", self._known.content(value, lambda: columns.index_to_plain(value, self._put, _cell))]
        if isinstance(value, np.ndarray):
            return ["array", self._known.content(value, lambda: columns.array_to_plain(value, self._put, _cell))]
        if isinstance(value, bytes):
            if len(value) <= _LARGE:
                return ["bytes", base64.b64encode(value).decode()]
            return ["bytes", self._known.content(value, lambda: {"@file": self._put(value, "bin")})]
        if isinstance(value, dict | MappingProxyType):
            return ["dict", [[self.plain(key), self.plain(item)] for key, item in value.items()]]
        if type(value) in (list, tuple, set, frozenset):
            ordered = sorted(value, key=repr) if isinstance(value, set | frozenset) else value
            return [type(value).__name__, [self.plain(item) for item in ordered]]
        return _small(value)


class Reader:
    """Objects → values. kinds: as they were written; `get` gives the content of a file by its name."""

    def __init__(self, kinds: Mapping[str, type], get: columns.Get) -> None:
        self._kinds, self._get = kinds, get
        self._made: list[Any] = []

    def state(self, plain: Any) -> dict[str, Any]:
        """The state again; `SegmentationError` when it is not one that `Writer` wrote."""
        try:
            for kind, content in plain["objects"]:
                self._made.append(self._object(kind, content))
            root = self.value(plain["root"])
        except (KeyError, IndexError, TypeError, ValueError, AttributeError, OverflowError, RecursionError) as error:
            raise damaged(f"a part of it is not as it was saved ({type(error).__name__})") from error
        if not isinstance(root, dict):
            raise damaged("it holds no state")
        return root

    def value(self, plain: Any) -> Any:
        """One value from where it is used."""
        if isinstance(plain, dict):
            reference = plain["@"]
            if type(reference) is not int or reference < 0:
                raise ValueError("no place")
            return self._made[reference]
        if plain is None or isinstance(plain, bool | int | float | str):
            return plain
        raise ValueError("no value")

    def _object(self, kind: str, content: Any) -> Any:
        if kind.startswith("="):
            return self._instance(kind[1:], content)
        if kind == "frame":
            return columns.plain_to_frame(content, self._get, _from_cell)
        if kind == "series":
            series = columns.plain_to_frame(content[0], self._get, _from_cell).iloc[:, 0]
            series.name = _from_cell(content[1])
            return series
        if kind == "index":
            return columns.plain_to_index(content, self._get, _from_cell)
        if kind == "array":
            return columns.plain_to_array(content, self._get, _from_cell)
        if kind == "bytes":
            return (
                self._get(content["@file"]) if isinstance(content, dict) else base64.b64decode(content, validate=True)
            )
        if kind == "dict":
            return {self.value(key): self.value(item) for key, item in content}
        if kind in ("list", "tuple", "set", "frozenset"):
            made = {"list": list, "tuple": tuple, "set": set, "frozenset": frozenset}[kind]
            return made(self.value(item) for item in content)
        return _from_small(kind, content)

    def _instance(self, name: str, content: dict[str, Any]) -> Any:
        """A frozen class from its fields; one that a later version added has its default.

        A field that had another name says so in its metadata: `formerly`.
        """
        kind = self._kinds.get(name)
        if kind is None:
            raise damaged(f"another version of the program wrote it (it holds a “{name[:40]}”)")
        there = {item.name: item for item in fields(kind)}
        renamed = {item.metadata["formerly"]: name for name, item in there.items() if "formerly" in item.metadata}
        content = {renamed.get(key, key): item for key, item in content.items()}
        needed = [item.name for item in there.values() if item.default is MISSING and item.default_factory is MISSING]
        if not set(needed) <= set(content) <= set(there):
            raise damaged(f"another version of the program wrote it (its “{name[:40]}” has other parts)")
        return kind(**{key: self.value(item) for key, item in content.items()})


def _small(value: Any) -> list[Any]:
    """Values that need no object of their own parts."""
    if isinstance(value, np.generic):
        return ["scalar", [value.dtype.str, base64.b64encode(value.tobytes()).decode()]]
    if isinstance(value, float):
        return ["float", repr(float(value))]
    if value is pd.NaT:
        return ["moment", ""]
    if isinstance(value, pd.Timestamp | datetime):
        return ["moment", value.isoformat()]
    if isinstance(value, date):
        return ["date", value.isoformat()]
    raise TypeError(f"a {type(value).__name__}")


def _from_small(kind: str, content: Any) -> Any:
    if kind == "scalar":
        dtype = np.dtype(content[0])
        if dtype.kind not in "biufMm":
            raise ValueError("no number")
        return np.frombuffer(base64.b64decode(content[1], validate=True), dtype=dtype)[0]
    if kind == "float":
        return float(content)
    if kind == "moment":
        return pd.Timestamp(content) if content else pd.NaT
    if kind == "date":
        return date.fromisoformat(content)
    raise damaged(f"another version of the program wrote it (it holds a “{str(kind)[:40]}”)")


def _series(series: pd.Series, put: columns.Put) -> list[Any]:
    return [columns.frame_to_plain(series.to_frame(name="0"), put, _cell), _cell(series.name)]


def _cell(value: Any) -> Any:
    """A cell or a label of a table as a plain value of its own: [kind, content] where it is not plain."""
    if value is None or type(value) in _PLAIN:
        return value
    if type(value) is float and math.isfinite(value):
        return value
    if isinstance(value, tuple | list):
        return ["tuple" if isinstance(value, tuple) else "list", [_cell(item) for item in value]]
    return _small(value)


def _from_cell(plain: Any) -> Any:
    if plain is None or isinstance(plain, bool | int | float | str):
        return plain
    kind, content = plain
    if kind in ("tuple", "list"):
        made = [_from_cell(item) for item in content]
        return tuple(made) if kind == "tuple" else made
    return _from_small(kind, content)
