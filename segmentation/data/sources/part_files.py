"""Rows on disk in parts that belong together, such as all rows of some customers, and work on part after part."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pyarrow as pa

from segmentation.core.settings import Progress
from segmentation.data.reading.apart import within_limits
from segmentation.data.reading.guards import MAX_BYTES

__all__ = ["PartFiles", "in_parts", "number_of_parts", "rows_of", "sha256_of"]

PART = 32 * 2**20
"""Bytes of the files whose rows are added up at once."""
_MOST_PARTS = 400
"""So many files are open at once."""
_AT_ONCE = 4

Answer = TypeVar("Answer")


@dataclass
class PartFiles:
    """Files 0, 1 … of a folder, each with the rows of one part in their order. parts: how many there may be."""

    folder: Path
    parts: int
    _writers: dict[int, pa.ipc.RecordBatchStreamWriter] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.folder.mkdir(exist_ok=True)

    def path(self, part: int) -> Path:
        """The file of one part; it is there once it has a row."""
        return self.folder / f"rows {part}"

    def paths(self) -> list[Path]:
        """The files that hold rows."""
        return [self.path(part) for part in sorted(self._writers)]

    def write(self, rows: pa.RecordBatch, part: np.ndarray) -> None:
        """The next rows and the part of each."""
        rows = rows.take(pa.array(np.argsort(part, kind="stable")))
        start = 0
        for number, count in enumerate(np.bincount(part, minlength=self.parts).tolist()):
            if count and number not in self._writers:
                options = pa.ipc.IpcWriteOptions(compression="lz4")
                self._writers[number] = pa.ipc.new_stream(str(self.path(number)), rows.schema, options=options)
            if count:
                self._writers[number].write_batch(rows.slice(start, count))
            start += count

    def close(self) -> None:
        """No rows are left."""
        for writer in self._writers.values():
            writer.close()


def rows_of(path: Path) -> pa.Table:
    """A file of `PartFiles` → its rows."""
    with pa.memory_map(str(path)) as source, pa.ipc.open_stream(source) as stream:
        return stream.read_all()


def number_of_parts(paths: Iterable[Path]) -> int:
    """In how many parts files are put."""
    return min(sum(path.stat().st_size for path in paths) // PART + 1, _MOST_PARTS)


def sha256_of(path: Path) -> str:
    """The sha256 of a file, in hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def in_parts(
    add_up: Callable[..., Answer], parts: Sequence[Any], asked: Any, name: str, progress: Progress | None = None
) -> list[Answer]:
    """What each part adds up to, some at a time, each in a process with limits. name: of the file, should one end."""

    def one(part: Any) -> Answer:
        return within_limits(add_up, part, asked, size=MAX_BYTES, name=name)

    with ThreadPoolExecutor(min(os.cpu_count() or 1, _AT_ONCE)) as pool:
        made = []
        for answer in pool.map(one, parts):
            made.append(answer)
            if progress is not None:
                progress(len(made) / len(parts), "Adding up each customer")
    return made
