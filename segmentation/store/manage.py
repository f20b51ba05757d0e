"""What can be done with saved models: another name, a note on a version, delete and bring back.

A version itself never changes: its note is a file beside it (`note.txt`), and the number of a deleted version is not
given to another one.
"""

from __future__ import annotations

import os
import shutil
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from segmentation.core.errors import SegmentationError
from segmentation.core.text import plain_text
from segmentation.store.files import flush, read_bounded, write_flushed
from segmentation.store.names import checked_name, parsed_ref
from segmentation.store.seal import renew_seal
from segmentation.store.tree import DELETED, existing, folders_in, models_root, tombstone, version_folder, versions_in

__all__ = [
    "LONGEST_NOTE",
    "Deleted",
    "delete",
    "deleted_models",
    "empty_deleted",
    "is_there",
    "note_of",
    "rename",
    "restore",
    "set_note",
]

LONGEST_NOTE = 400
"""Letters of a note on a version."""
_NOTE = "note.txt"
_DAY = 24 * 3600.0


@dataclass(frozen=True)
class Deleted:
    """A version that can still be brought back. ref: "name/v3". seconds: how long ago it was deleted."""

    ref: str
    seconds: float


def is_there(ref: str, root: Path | None = None) -> bool:
    """Whether "name/v3" is a saved version, without reading it."""
    try:
        name, version = parsed_ref(ref)
    except SegmentationError:
        return False
    there = versions_in((root or models_root()) / name)
    return version in there if version is not None else bool(there)


def rename(old: str, new: str, root: Path | None = None) -> str:
    """Give a model, with all its versions, another name; returns that name.

    Raises `SegmentationError` for a model that is not there, a name that is no file name, and one that is taken.
    """
    place, old, new = root or models_root(), checked_name(old), checked_name(new)
    if not versions_in(place / old):
        raise SegmentationError(f'There is no saved model "{plain_text(old)}". Choose one of the list.')
    if old == new:
        return new
    if (place / new).exists() and not (place / new).samefile(place / old):
        raise SegmentationError(f'There is or was a model called "{plain_text(new)}". Choose another name.')
    with _said("The model could not be renamed"):
        (place / old).rename(place / new)
        for version in versions_in(place / new):
            renew_seal(version_folder(place, new, version), (old, version), (new, version))
        flush(place)
    return new


def note_of(ref: str, root: Path | None = None) -> str:
    """The note on a version as one line; empty where there is none, or none that can be read."""
    try:
        data = read_bounded(existing(ref, root)[2] / _NOTE, 8 * LONGEST_NOTE, "The note")
    except (OSError, SegmentationError):
        return ""
    return _one_line(data.decode("utf-8", "replace"))


def set_note(ref: str, text: str, root: Path | None = None) -> str:
    """Put a note on a version, in the place of the one before; an empty one takes it away. Returns it as it is kept."""
    folder, text = existing(ref, root)[2], _one_line(text)
    temporary = folder / f".note-{uuid.uuid4().hex}"
    with _said("The note could not be saved"):
        if not text:
            (folder / _NOTE).unlink(missing_ok=True)
            return ""
        try:
            write_flushed(temporary, text.encode())
            temporary.replace(folder / _NOTE)
        finally:
            temporary.unlink(missing_ok=True)
    return text


def delete(ref: str, root: Path | None = None) -> str:
    """Take a version off the list, with all that lies beside it; for a day it can be brought back. Returns its ref."""
    place = root or models_root()
    name, version, folder = existing(ref, root)
    target = version_folder(place / DELETED, name, version)
    with _said("The model could not be deleted"):
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(target, ignore_errors=True)
        tombstone(place / name, version).touch()
        os.utime(folder)
        folder.rename(target)
        flush(place / name)
    return f"{name}/v{version}"


def restore(ref: str, root: Path | None = None) -> str:
    """Bring a deleted version back under the name and the number that it had. Returns its ref."""
    place = root or models_root()
    name, version = parsed_ref(ref)
    source = version_folder(place / DELETED, name, version or 0)
    if not source.is_dir():
        raise SegmentationError(f'"{plain_text(ref)}" is gone for good: deleted models are kept for a day.')
    with _said("The model could not be brought back"):
        (place / name).mkdir(parents=True, exist_ok=True)
        source.rename(version_folder(place, name, version or 0))
        tombstone(place / name, version or 0).unlink(missing_ok=True)
        flush(place / name)
    return f"{name}/v{version}"


def deleted_models(root: Path | None = None) -> tuple[Deleted, ...]:
    """What can still be brought back, the last deleted first."""
    now, place = time.time(), (root or models_root()) / DELETED
    there = []
    for folder in folders_in(place):
        for version in versions_in(folder):
            with suppress(OSError):
                age = now - version_folder(place, folder.name, version).stat().st_mtime
                there.append(Deleted(f"{plain_text(folder.name)}/v{version}", age))
    return tuple(sorted((item for item in there if item.seconds < _DAY), key=lambda item: item.seconds))


def empty_deleted(root: Path | None = None, *, older: float = _DAY) -> None:
    """Remove for good what was deleted longer ago than `older` seconds."""
    place = (root or models_root()) / DELETED
    for folder in folders_in(place):
        for path in folders_in(folder):
            with suppress(OSError):
                if time.time() - path.stat().st_mtime >= older:
                    shutil.rmtree(path, ignore_errors=True)
        with suppress(OSError):
            folder.rmdir()


def _one_line(text: str) -> str:
    return plain_text(" ".join(plain_text(text, longest=10 * LONGEST_NOTE).split()), longest=LONGEST_NOTE)


@contextmanager
def _said(what: str) -> Iterator[None]:
    """Turns what the disk refuses into one sentence."""
    try:
        yield
    except OSError as error:
        raise SegmentationError(
            f"{what} ({error.strerror or 'the disk refused'}). Check the folder of models, and try again."
        ) from error
