"""How many rows of a file have an id that stands above already, counted block by block in eight bytes a row."""

from __future__ import annotations

import tempfile
from array import array
from itertools import pairwise
from typing import IO

import numpy as np
import pyarrow as pa

from segmentation.core.tables import Note

__all__ = ["SeenIds"]

_PRIME = np.uint64(0x9E3779B97F4A7C15)
"""An odd number whose powers take all bits (the golden ratio in 64 bits; Knuth 1998, section 6.4)."""
_HELD, _READ = 2_000_000, 2**17
"""So many ids are held in memory, and so many are read at once."""


class SeenIds:
    """The ids so far, as numbers of 64 bits that differ where texts differ (but for one pair in 10¹³ at 10⁶ rows).

    Above some millions they wait on disk, in a file without a name, and are counted range by range.
    """

    def __init__(self) -> None:
        self._seen = array("Q")
        self._file: IO[bytes] | None = None
        self._stored = 0

    def add(self, ids: pa.Array) -> None:
        """The next ids of the file (large strings, none missing)."""
        self._seen.frombytes(_as_numbers(ids).tobytes())
        if len(self._seen) > _HELD:
            self._store()

    def repeats(self) -> int:
        """How many rows have an id that an earlier row has."""
        if self._file is None:
            return _repeats(np.array(self._seen, dtype=np.uint64))
        self._store()
        parts = self._stored // _HELD + 1
        limits = [2**64 * part // parts for part in range(parts + 1)]
        return sum(_repeats(self._between(low, high - 1)) for low, high in pairwise(limits))

    def close(self) -> None:
        """Give the space on disk back."""
        if self._file is not None:
            self._file.close()

    def _store(self) -> None:
        if self._file is None:
            self._file = tempfile.TemporaryFile()  # noqa: SIM115  closed by `close`
        self._file.seek(8 * self._stored)
        self._file.write(self._seen)
        self._stored += len(self._seen)
        self._seen = array("Q")

    def _between(self, low: int, high: int) -> np.ndarray:
        """The numbers from low to high."""
        assert self._file is not None
        self._file.seek(0)
        parts = []
        while data := self._file.read(8 * _READ):
            numbers = np.frombuffer(data, dtype=np.uint64)
            parts.append(numbers[(numbers >= np.uint64(low)) & (numbers <= np.uint64(high))])
        return np.concatenate(parts)

    def notes(self) -> tuple[Note, ...]:
        """What is said of them; nothing where every id stands once."""
        rows = self.repeats()
        if not rows:
            return ()
        what = "an id that stands above already; each row was scored by itself"
        return (Note("Ids", what, rows, kind="same ids"),)


def _repeats(numbers: np.ndarray) -> int:
    """How many of the numbers stand there a second time, or more often; they are put in order where they are."""
    numbers.sort()
    return int((numbers[1:] == numbers[:-1]).sum())


def _as_numbers(ids: pa.Array) -> np.ndarray:
    """A polynomial of the bytes of every text, modulo 2⁶⁴ (Karp, Rabin 1987), with its length mixed in."""
    texts = ids.cast(pa.large_string())
    ends = np.frombuffer(texts.buffers()[1], dtype=np.int64)[texts.offset : texts.offset + len(texts) + 1]
    lengths = np.diff(ends)
    letters = np.frombuffer(texts.buffers()[2] or b"", dtype=np.uint8)[ends[0] : ends[-1]].astype(
        np.uint64
    ) + np.uint64(1)
    numbers = np.zeros(len(texts), dtype=np.uint64)
    starts = ends[:-1] - ends[0]
    for place in range(int(lengths.max(initial=0))):
        there = lengths > place
        numbers[there] = numbers[there] * _PRIME + letters[starts[there] + place]
    return numbers * _PRIME + lengths.astype(np.uint64)
