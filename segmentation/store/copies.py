"""Versions of saved models that are shared: copied to the folder that everybody has, and taken back from there."""

from __future__ import annotations

import json
import os
import shutil
import uuid
from pathlib import Path

from segmentation.core.errors import SegmentationError
from segmentation.core.text import plain_text
from segmentation.store.files import flush, write_flushed
from segmentation.store.folders import claim, load
from segmentation.store.key import opened
from segmentation.store.names import parsed_ref
from segmentation.store.seal import FILES, check_accepted
from segmentation.store.tree import tombstone

__all__ = ["copy_version", "shared_by", "take_back"]

_SHARED = "shared.json"
_LONGEST = 1_000


def copy_version(ref: str, source: Path, target: Path, by: str) -> str:
    """Copy "name/v3" from one folder of models to another, as the next version of its name there; its new ref.

    by: who shares it, to be asked for with `shared_by`. Raises `SegmentationError` for a model that cannot be used or
    was changed since it was saved, and for a disk that refuses.
    """
    saved = load(ref, source)
    check_accepted(saved.seal, saved.ref, None, "shared")
    folder = target / saved.ref.partition("/")[0]
    temporary = folder / f".saving-{uuid.uuid4().hex}"
    try:
        temporary.mkdir(parents=True)
        try:
            for file in FILES:
                if (source / saved.ref / file).exists():
                    with os.fdopen(opened(source / saved.ref / file), "rb") as given:
                        write_flushed(temporary / file, given.read())
            version = claim(temporary, folder)
        except BaseException:
            shutil.rmtree(temporary, ignore_errors=True)
            raise
        write_flushed(folder / f"v{version}" / _SHARED, json.dumps({"by": by}).encode())
        flush(folder)
    except OSError as error:
        raise SegmentationError(
            f"The model could not be shared ({error.strerror or 'the disk refused'}). Free some space and try again."
        ) from error
    return f"{folder.name}/v{version}"


def shared_by(ref: str, root: Path) -> str:
    """Who shared a version; empty where that is not known."""
    try:
        with os.fdopen(opened(_folder(ref, root) / _SHARED), "rb") as file:
            plain = json.loads(file.read(_LONGEST))
    except (OSError, ValueError, RecursionError, SegmentationError):
        return ""
    by = plain.get("by") if isinstance(plain, dict) else None
    return by if isinstance(by, str) else ""


def take_back(ref: str, root: Path) -> None:
    """Remove a version from the folder that everybody has; the one it was copied from stays."""
    name, version = parsed_ref(ref)
    folder = _folder(ref, root)
    gone = folder.with_name(f".saving-{uuid.uuid4().hex}")
    try:
        folder.rename(gone)
        tombstone(root / name, version or 0).touch()  # its number is not given to another model
    except OSError as error:
        raise SegmentationError(
            f'There is no shared model "{plain_text(ref)}" any more. Load the page again.'
        ) from error
    shutil.rmtree(gone, ignore_errors=True)


def _folder(ref: str, root: Path) -> Path:
    name, version = parsed_ref(ref)
    if version is None:
        raise SegmentationError(f'"{plain_text(ref)}" names no version. Write NAME/v3.')
    return root / name / f"v{version}"
