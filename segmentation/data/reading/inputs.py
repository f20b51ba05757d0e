"""What a person hands in to be read (a path, an address, bytes, an open file, a table) → its bytes and its name."""

from __future__ import annotations

import os
from pathlib import Path
from typing import BinaryIO, TypeAlias

import pandas as pd

from segmentation.core.checks import kind_text
from segmentation.core.errors import SegmentationError
from segmentation.core.text import plain_text
from segmentation.data.warehouse import address_of, fetch, is_address

__all__ = ["Readable", "opened"]

Readable: TypeAlias = bytes | str | os.PathLike[str] | BinaryIO | pd.DataFrame
"""What can be read: the bytes of a file, its path or an address, an open file, or a table in memory."""


def opened(data: Readable, name: str = "") -> tuple[bytes | pd.DataFrame, str]:
    """The bytes (or the table in memory) and a name for them: the one given, else that of the file, else "data"."""
    if isinstance(data, pd.DataFrame):
        return data, name or "data"
    if isinstance(data, bytes | bytearray | memoryview):
        return bytes(data), name or "data"
    if is_address(data):
        fetched = fetch(address_of(data))  # type: ignore[arg-type]
        return fetched.data, name or fetched.name
    if isinstance(data, str | os.PathLike):
        path = Path(data)
        return _bytes_of(path), name or path.name
    if hasattr(data, "read"):
        content = data.read()
        if isinstance(content, bytes):
            return content, name or Path(str(getattr(data, "name", "data"))).name
    raise SegmentationError(
        f"A table cannot be read from {kind_text(data)}. Give the path of a file, its bytes, or a DataFrame."
    )


def _bytes_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except (OSError, ValueError) as error:
        if isinstance(error, IsADirectoryError):
            raise SegmentationError(f"{plain_text(path)} is a folder. Name a file in it.") from error
        why = "Cannot read" if os.path.exists(path) else "There is no file"
        raise SegmentationError(f"{why} {plain_text(path)}. Check the path.") from error
