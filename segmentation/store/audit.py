"""A log of who did what, when and with which model, in which no line can be changed, taken out or moved unseen.

One JSON object a line: {"number", "at" (ISO 8601, UTC), "who", "what", "model", "chain"}. chain is the SHA-256 of the
chain of the line before and of this line without it, so each line vouches for all before it. Who can write the file
can write a new one from the start: note the last chain elsewhere from time to time, and check that it is still there.
Nothing of any customer is in it.
"""

from __future__ import annotations

import hashlib
import json
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from segmentation.core.errors import SegmentationError
from segmentation.core.schema import faults
from segmentation.core.text import plain_text
from segmentation.store.files import private_folder

try:
    import fcntl
except ImportError:  # Windows: one server a log
    fcntl = None  # type: ignore[assignment]

__all__ = ["Entry", "Verdict", "append", "verify"]

_START = "0" * 64
_LONGEST_LINE = 4_096
_BEGIN = b'{"number": '
_SHAPE = {"number": int, "at": str, "who": str, "what": str, "model": str, "chain": str}
_writing = threading.Lock()


@dataclass(frozen=True)
class Entry:
    """One line. number: counts from 1. who: the person. model: "name/v3" or empty."""

    number: int
    at: str
    who: str
    what: str
    model: str
    chain: str


@dataclass(frozen=True)
class Verdict:
    """What a log is worth. problem: the first fault, empty when the chain holds. last: the newest entries."""

    entries: int
    chain: str
    problem: str = ""
    last: tuple[Entry, ...] = ()
    holds: bool | None = None
    """Whether the chain noted elsewhere is among the lines; None when none was given."""


def append(path: Path, who: str, what: str, model: str = "") -> Entry:
    """Add a line to the log and wait until it is on the disk; raises `OSError` where that cannot be.

    A line that a crash cut off was never told to anybody: it is taken away. Raises `SegmentationError` when the end of
    the log is none of ours: nothing is added to a log that is broken, and nothing is taken from it.
    """
    private_folder(path.parent)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    with _writing, os.fdopen(descriptor, "r+b") as file, _locked(file):
        number, chain = _end(file)
        at = datetime.now(UTC).isoformat(timespec="seconds")
        texts = {"who": plain_text(who, longest=200), "what": plain_text(what), "model": plain_text(model)}
        plain: dict[str, Any] = {"number": number + 1, "at": at, **texts}
        entry = Entry(chain=_chain(chain, plain), **plain)
        file.write(_line(asdict(entry)))
        file.flush()
        os.fsync(file.fileno())
    return entry


def verify(path: Path, noted: str = "", newest: int = 20) -> Verdict:
    """Walk the whole log → whether every line follows from the one before. noted: a chain that was noted elsewhere.

    Raises `SegmentationError` when the file cannot be read.
    """
    chain, number, last = _START, 0, list[Entry]()
    holds = False if noted else None
    try:
        with path.open("rb") as file:
            while line := file.readline(_LONGEST_LINE):
                entry, problem = _checked(line, number + 1, chain)
                if entry is None:
                    return Verdict(number, chain, problem, tuple(last), holds)
                number, chain = entry.number, entry.chain
                last = [*last[-(newest - 1) :], entry]
                holds = holds or chain == noted if noted else None
    except OSError as error:
        raise SegmentationError(
            f"Cannot read {plain_text(path)}: {error.strerror or 'it is no file'}. Name the file of the log."
        ) from error
    return Verdict(number, chain, "", tuple(last), holds)


def _checked(line: bytes, number: int, chain: str) -> tuple[Entry | None, str]:
    """A line as an entry when it follows from the one before; else None and why not."""
    if not line.endswith(b"\n"):
        return None, f"Line {number:,} is cut off."
    plain = _plain(line)
    if plain is None:
        return None, f"Line {number:,} is no entry of a log."
    if _line(plain) != line:  # the same name twice, other blanks: readers could differ on what it says
        return None, f"Line {number:,} is not written as the log writes it: it was changed."
    if plain["number"] != number:
        return None, f"Line {number:,} is entry {plain['number']:,}: lines were taken out, added or moved."
    if plain["chain"] != _chain(chain, {name: value for name, value in plain.items() if name != "chain"}):
        return None, f"Line {number:,} does not follow from the lines before it: it, or one before, was changed."
    return Entry(**plain), ""


def _plain(line: bytes) -> dict[str, Any] | None:
    try:
        plain = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return None if faults(plain, _SHAPE) else plain


def _line(plain: dict[str, Any]) -> bytes:
    return json.dumps(plain, ensure_ascii=False).encode() + b"\n"


def _chain(before: str, plain: dict[str, Any]) -> str:
    text = json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(f"{before}\n{text}".encode()).hexdigest()


def _end(file: IO[bytes]) -> tuple[int, str]:
    """Number and chain of the last whole line; the file stands behind it, and what a crash cut off is gone."""
    size = file.seek(0, os.SEEK_END)
    start = max(0, size - 3 * _LONGEST_LINE)
    file.seek(start)
    whole, newline, cut = file.read().rpartition(b"\n")
    begun = cut.rstrip(b"\0")  # some file systems fill up with zeros what was not written before a crash
    cut_off = len(cut) < _LONGEST_LINE and begun[: len(_BEGIN)] == _BEGIN[: len(begun)]
    plain = _plain(whole.rpartition(b"\n")[2]) if newline else None
    if not cut_off or (plain is None and (newline or start)):
        raise SegmentationError(
            "The log of who did what is damaged at its end. Whoever runs the server must look at it."
        )
    file.seek(start + len(whole) + len(newline))
    file.truncate()
    return (0, _START) if plain is None else (plain["number"], plain["chain"])


@contextmanager
def _locked(file: IO[bytes]) -> Iterator[None]:
    """Other processes that write the same log wait."""
    if fcntl is None:
        yield
        return
    fcntl.flock(file, fcntl.LOCK_EX)
    try:
        yield
    finally:
        fcntl.flock(file, fcntl.LOCK_UN)
