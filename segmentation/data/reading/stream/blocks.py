"""The lines of a file, some megabytes at a time; a file packed with gzip is unpacked on the way."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa

from segmentation.core.errors import SegmentationError
from segmentation.core.text import plain_text
from segmentation.data.reading.guards import MAX_LINE

__all__ = ["BLOCK", "Blocks", "NotPlain"]

BLOCK = 4 * 2**20
_GZIP = b"\x1f\x8b"


class NotPlain(Exception):
    """The file cannot be read block by block with the same result; the whole of it has to be read at once."""


class Blocks:
    """Blocks of whole lines; every block but the last ends with a line feed.

    Raises `SegmentationError` for a file that cannot be opened or unpacked, `NotPlain` where a line is too long.
    """

    def __init__(self, path: Path, size: int = BLOCK, *, unpack: bool = True) -> None:
        self._path, self._block, self._unpack = path, size, unpack
        self._size, self._place = max(path.stat().st_size, 1), 0

    @property
    def done(self) -> float:
        """The share of the file that was read so far."""
        return min(self._place / self._size, 1.0)

    def __iter__(self) -> Iterator[bytes]:
        try:
            with self._path.open("rb") as raw:
                packed = self._unpack and raw.read(2) == _GZIP
                raw.seek(0)
                stream = pa.CompressedInputStream(raw, "gzip") if packed else raw
                rest = b""
                while more := stream.read(self._block):
                    self._place = raw.tell()
                    if end := more.rfind(b"\n") + 1:
                        yield b"".join((rest, memoryview(more)[:end]))
                        rest = more[end:]
                        continue
                    rest += more
                    if len(rest) > MAX_LINE:
                        raise NotPlain
                if rest:
                    yield rest
        except (OSError, pa.ArrowException) as error:
            what = f"{plain_text(self._path)} cannot be read to its end. Check the file, or write it again."
            raise SegmentationError(what) from error
