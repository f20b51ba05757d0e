"""The two files of a saved model: read within limits, written and flushed so that a crash leaves nothing half."""

from __future__ import annotations

import json
import math
import os
import re
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from segmentation.core.errors import SegmentationError

__all__ = ["LARGEST", "flush", "private_folder", "read_bounded", "read_plain", "readable_json", "write_flushed"]

LARGEST = 1_000_000
"""Bytes of `params.json`."""
_MOST_DIGITS = 40


def read_plain(path: Path, ref: str) -> dict[str, Any]:
    """The plain values of a `params.json`; `SegmentationError` where it is not one that we wrote."""
    try:
        text = read_bounded(path, LARGEST, f"The saved model {ref}")
        plain: dict[str, Any] = json.loads(
            text.decode("utf-8"),
            parse_constant=_no_constant,
            parse_int=_short_whole,
            parse_float=_short_float,
            object_pairs_hook=_no_twice,
        )
        json.dumps(plain, ensure_ascii=False).encode()  # half a letter (a lone surrogate) cannot be shown or saved
    except OSError as error:
        raise SegmentationError(f"The saved model {ref} has no readable params.json. Save the model again.") from error
    except (ValueError, RecursionError) as error:
        raise SegmentationError(f"The saved model {ref} has a damaged params.json. Save the model again.") from error
    return plain


def read_bounded(path: Path, most: int, what: str) -> bytes:
    """The bytes of a plain file of at most `most` bytes; no pipe, device or link is waited for.

    what: the file, as its error says it. Raises `SegmentationError` for a larger file, `OSError` for no plain one.
    """
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOFOLLOW", 0))
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError("no plain file")
        data = file.read(most + 1)
    if len(data) > most:
        raise SegmentationError(f"{what} is larger than {most / 1_000_000:g} MB, so it is not one of ours.")
    return data


def _short_whole(digits: str) -> int:
    if len(digits) > _MOST_DIGITS:
        raise ValueError("a number has too many digits")
    return int(digits)


def _short_float(digits: str) -> float:
    if len(digits) > _MOST_DIGITS or not math.isfinite(number := float(digits)):
        raise ValueError("a number has too many digits, or is too large")
    return number


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is not a finite number")


def _no_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({key for key, _ in pairs}) < len(pairs):
        raise ValueError("a key appears twice")
    return dict(pairs)


def readable_json(plain: Mapping[str, Any]) -> str:
    """JSON that a person can read: indented, but a list of numbers on one line (no raw line break is ever in text)."""
    text = json.dumps(plain, ensure_ascii=False, allow_nan=False, indent=1)
    return re.sub(r'\[\n[^\[\]{}"]*\]', lambda match: re.sub(r"\s+", " ", match.group()), text) + "\n"


def write_flushed(path: Path, data: bytes, *, private: bool = False) -> None:
    """Write a file and wait until it is on the disk. private: a new file that only the user can read."""
    descriptor = os.open(
        path, os.O_WRONLY | os.O_CREAT | (os.O_EXCL if private else os.O_TRUNC), 0o600 if private else 0o666
    )
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def private_folder(path: Path) -> None:
    """Make a folder that only the user can look into, and so those above it that are not there."""
    for above in reversed(path.parents):
        if not above.exists():
            above.mkdir(mode=0o700, exist_ok=True)  # `parents=True` would make them readable for everybody
    path.mkdir(mode=0o700, exist_ok=True)


def flush(path: Path) -> None:
    """Make sure that a file or the entries of a folder are on the disk (folders cannot be flushed on Windows)."""
    if os.name == "nt" and path.is_dir():
        return
    descriptor = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
