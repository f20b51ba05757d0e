"""The key of this user on this machine, with which saved models are sealed and ids are hashed.

<user's folder>/models.key    32 random bytes, readable by the user alone; another file: SEGMENTATION_KEY
"""

from __future__ import annotations

import hashlib
import os
import secrets
import stat
from contextlib import suppress
from pathlib import Path

import platformdirs

from segmentation.store.files import private_folder

__all__ = ["key_name", "known_key", "machine_key", "opened"]

_KEY_BYTES = 32


def known_key() -> bytes | None:
    """The key; None where there is none yet, or the file is none of ours."""
    try:
        return _bounded(_key_file(), _KEY_BYTES)
    except (OSError, ValueError):
        return None


def machine_key() -> bytes:
    """The key, drawn when it is first needed; when two draw one at once, both get the one that was there first.

    Raises `OSError` where it can neither be read nor written (a read-only home).
    """
    return known_key() or _new_key()


def key_name(key: bytes) -> str:
    """Which key it is, without telling it."""
    return hashlib.sha256(b"name of the key\0" + key).hexdigest()[:16]


def opened(path: Path) -> int:
    """A plain file, opened to read; no pipe, device or link is waited for."""
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOFOLLOW", 0))
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError("no plain file")
    return descriptor


def _key_file() -> Path:
    given = os.environ.get("SEGMENTATION_KEY")
    return Path(given) if given else platformdirs.user_data_path("customer-segmentation-studio", False) / "models.key"


def _new_key() -> bytes:
    """Make the key; when two do so at once, both get the one that was there first."""
    path = _key_file()
    private_folder(path.parent)
    temporary = path.with_name(f".{path.name}-{secrets.token_hex(8)}")
    try:
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_bytes(_KEY_BYTES))
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)
    key = known_key()
    if key is None:
        raise OSError("the key is not readable")
    return key


def _bounded(path: Path, exactly: int) -> bytes:
    with os.fdopen(opened(path), "rb") as file:
        data = file.read(exactly + 1)
    if len(data) != exactly:
        raise ValueError("another length")
    return data
