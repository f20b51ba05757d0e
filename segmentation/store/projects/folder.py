"""One project on disk: a folder with one file for each saved state, and the tables that the states share.

    states/000012.json      one state, written whole or not at all. Three lines: the sha256 of the rest; what the step
                            was, when, and the parts it uses; the values
    parts/<sha256>.parquet  tables and arrays, named by their content, never changed; .bin for other bytes
    about.json              name, times, and what the list of projects says of it (see `shelf.About`)

A state is claimed by linking a finished, flushed file to the next free number, after all its parts are on the disk. A
crash at any moment leaves the states before it, and at most files that no state names; they are swept up later.
Nothing in a project is code, and nothing of it is run. Files are readable by the user alone.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from segmentation.core.errors import SegmentationError
from segmentation.core.schema import Each, faults
from segmentation.store.files import flush, private_folder
from segmentation.store.projects.content import digest_of
from segmentation.store.projects.faults import damaged
from segmentation.store.projects.values import Known, Reader, Writer

__all__ = [
    "FORMAT",
    "MOST_STATES",
    "Step",
    "parts_of_state",
    "read_state",
    "steps",
    "sweep",
    "work_in_state",
    "write_small",
    "write_state",
]

FORMAT = 1
MOST_STATES = 60
"""So many steps can be gone back to."""
MOST_BYTES = 2 * 2**30
"""Above so many bytes of parts the oldest steps are let go of."""

_STATE = re.compile(r"([0-9]{6,9})\.json")
_PART = re.compile(r"[0-9a-f]{64}\.(parquet|bin)")
_TEMPORARY = ".saving-"
_LARGEST_STATE = 64 * 2**20
_LARGEST_HEAD = 2**20
_HEAD = {"format": int, "what": str, "saved": str, "parts": Each(str)}


@dataclass(frozen=True)
class Step:
    """One saved state. number: counts up. what: the decision that led to it, in words. saved: ISO 8601, UTC."""

    number: int
    what: str
    saved: str


def write_state(
    folder: Path,
    root: Mapping[str, Any],
    *,
    kinds: Mapping[str, type],
    what: str = "",
    saved: str = "",
    known: Known | None = None,
    replaces: int | None = None,
) -> int:
    """Write a state as the newest of the project in `folder` (made when it is not there); returns its number.

    root: name → value of the kinds that `values` knows. what: the decision that led here, in words. known: parts that
    earlier calls wrote. replaces: an earlier state that is let go of once this one is there (the same step, further
    on). Raises `TypeError` for a value that cannot be kept, and `OSError` when the disk refuses.
    """
    for path in (folder, folder / "states", folder / "parts"):
        private_folder(path)
    plain = Writer(kinds, lambda data, ending: _put(folder / "parts", data, ending), known).state(root)
    parts = sorted(set(_parts_in(plain)))
    if not all((folder / "parts" / name).is_file() for name in parts):
        raise FileNotFoundError("parts of the project were removed while it was saved")
    flush(folder / "parts")
    text = _json({"format": FORMAT, "what": what, "saved": saved, "parts": parts}) + b"\n" + _json(plain)
    data = hashlib.sha256(text).hexdigest().encode() + b"\n" + text
    number = _claim(folder / "states", data)
    if replaces is not None and replaces < number:
        (folder / "states" / _name(replaces)).unlink(missing_ok=True)
    return number


def read_state(folder: Path, number: int, kinds: Mapping[str, type]) -> dict[str, Any]:
    """The root of one state; `SegmentationError` when it is not there or not as it was saved."""
    return Reader(kinds, lambda name: _get(folder / "parts", name)).state(_plain(folder, number))


def work_in_state(folder: Path, number: int) -> str:
    """A digest of the work that a state holds: its values, not which pages were looked at, nor which step was before.

    `SegmentationError` when it cannot be read.
    """
    try:
        return digest_of(_plain(folder, number), without=("memory", "basis"))
    except (KeyError, IndexError, TypeError, ValueError, RecursionError) as error:
        raise damaged("a state is not as it was saved") from error


def steps(folder: Path) -> tuple[Step, ...]:
    """The saved states, the oldest first; of one that cannot be read only the number is known."""
    return tuple(_step(folder, number) for number in _numbers(folder))


def parts_of_state(folder: Path, number: int) -> tuple[str, ...]:
    """The names of the parts that a state uses."""
    names = tuple(_head(folder, number)["parts"])
    if not all(_PART.fullmatch(name) for name in names):
        raise damaged("it names a file that is no part of it")
    return names


def sweep(folder: Path, *, most: int = MOST_STATES, most_bytes: int = MOST_BYTES) -> None:
    """Let go of the oldest steps beyond `most`, or beyond `most_bytes` of parts, and of files that no state names.

    Call it from the one place that writes this project: a part that is being written is named by no state yet.
    """
    numbers = list(_numbers(folder))
    there = {path.name: path.stat().st_size for path in _files(folder / "parts")}
    used: dict[str, int] = {}
    kept: list[int] = []
    for number in reversed(numbers):
        try:
            own = {name: there.get(name, 0) for name in _head(folder, number)["parts"]}
        except SegmentationError:
            own = {}  # stays to be named, and goes with age
        full = len(kept) >= most or sum((used | own).values()) > most_bytes
        if kept and full:
            break
        kept.append(number)
        used |= own
    for number in set(numbers) - set(kept):
        (folder / "states" / _name(number)).unlink(missing_ok=True)
    for name in set(there) - set(used):
        (folder / "parts" / name).unlink(missing_ok=True)
    for path in _files(folder / "states"):
        if path.name.startswith(_TEMPORARY):
            path.unlink(missing_ok=True)


def write_small(path: Path, plain: Mapping[str, Any]) -> None:
    """A small JSON file, put in the place of the old one in a single step."""
    private_folder(path.parent)
    temporary = path.with_name(f"{_TEMPORARY}{uuid.uuid4().hex}")
    try:
        _write(temporary, _json(plain))
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    flush(path.parent)


def _put(parts: Path, data: bytes, ending: str) -> str:
    """A part in its file, named by its content; one that is there already is not written again."""
    name = f"{hashlib.sha256(data).hexdigest()}.{ending}"
    if not (parts / name).is_file():
        temporary = parts / f"{_TEMPORARY}{uuid.uuid4().hex}"
        try:
            _write(temporary, data)
            temporary.replace(parts / name)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
    return name


def _get(parts: Path, name: str) -> bytes:
    if not isinstance(name, str) or not _PART.fullmatch(name):
        raise damaged("it names a file that is no part of it")
    try:
        data = (parts / name).read_bytes()
    except OSError as error:
        raise damaged("a part of it is missing") from error
    if hashlib.sha256(data).hexdigest() != name.partition(".")[0]:
        raise damaged("a part of it was changed")
    return data


def _plain(folder: Path, number: int) -> dict[str, Any]:
    path = folder / "states" / _name(number)
    try:
        if path.stat().st_size > _LARGEST_STATE:
            raise damaged("a state is larger than any that is saved")
        digest, _, text = path.read_bytes().partition(b"\n")
    except OSError as error:
        raise damaged("a state is missing") from error
    if hashlib.sha256(text).hexdigest().encode() != digest:
        raise damaged("a state is not as it was saved")
    head, _, values = text.partition(b"\n")
    _checked_head(head)
    try:
        return json.loads(values)  # type: ignore[no-any-return]
    except (ValueError, RecursionError) as error:
        raise damaged("a state is not as it was saved") from error


def _head(folder: Path, number: int) -> dict[str, Any]:
    """What a state says of itself, without its values."""
    try:
        with (folder / "states" / _name(number)).open("rb") as file:
            file.readline(100)
            return _checked_head(file.readline(_LARGEST_HEAD))
    except OSError as error:
        raise damaged("a state is missing") from error


def _checked_head(line: bytes) -> dict[str, Any]:
    try:
        head = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise damaged("a state is not as it was saved") from error
    if not isinstance(head, dict) or head.get("format") != FORMAT:
        raise damaged("another version of the program wrote it")
    if faults(head, _HEAD):
        raise damaged("a state is not as it was saved")
    return head


def _parts_in(plain: Any) -> Iterator[str]:
    """The names of the files that values refer to."""
    if isinstance(plain, dict):
        if isinstance(plain.get("@file"), str) and plain["@file"]:
            yield plain["@file"]
        for item in plain.values():
            yield from _parts_in(item)
    elif isinstance(plain, list):
        for item in plain:
            yield from _parts_in(item)


def _json(plain: Mapping[str, Any]) -> bytes:
    return json.dumps(plain, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()


def _step(folder: Path, number: int) -> Step:
    try:
        head = _head(folder, number)
    except SegmentationError:
        return Step(number, "", "")
    return Step(number, head["what"], head["saved"])


def _numbers(folder: Path) -> tuple[int, ...]:
    matches = (_STATE.fullmatch(path.name) for path in _files(folder / "states"))
    return tuple(sorted(int(match.group(1)) for match in matches if match))


def _name(number: int) -> str:
    return f"{number:06d}.json"


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.iterdir() if path.is_file()] if folder.is_dir() else []


def _claim(states: Path, data: bytes) -> int:
    """Give a finished file the next free number; a number that another one took is left to it."""
    temporary = states / f"{_TEMPORARY}{uuid.uuid4().hex}"
    try:
        _write(temporary, data)
        number = max(_numbers(states.parent), default=0) + 1
        while True:
            try:
                os.link(temporary, states / _name(number))
                break
            except FileExistsError:
                number += 1
    finally:
        temporary.unlink(missing_ok=True)
    flush(states)
    return number


def _write(path: Path, data: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
