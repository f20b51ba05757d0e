"""How many rows of a file have an id that stands above already, counted block by block in eight bytes a row."""

from __future__ import annotations

from array import array

import numpy as np
import pyarrow as pa

from segmentation.core.tables import Note

__all__ = ["SeenIds"]

_PRIME = np.uint64(0x9E3779B97F4A7C15)
"""An odd number whose powers take all bits (the golden ratio in 64 bits; Knuth 1998, section 6.4)."""


class SeenIds:
    """The ids so far, as numbers of 64 bits that differ where texts differ (but for one pair in 10¹³ at 10⁶ rows)."""

    def __init__(self) -> None:
        self._seen = array("Q")

    def add(self, ids: pa.Array) -> None:
        """The next ids of the file (large strings, none missing)."""
        self._seen.frombytes(_as_numbers(ids).tobytes())

    def repeats(self) -> int:
        """How many rows have an id that an earlier row has."""
        numbers = np.frombuffer(self._seen, dtype=np.uint64)
        numbers.sort()  # where they are: in which order they came matters no more
        return int((numbers[1:] == numbers[:-1]).sum())

    def notes(self) -> tuple[Note, ...]:
        """What is said of them; nothing where every id stands once."""
        rows = self.repeats()
        if not rows:
            return ()
        what = "an id that stands above already; each row was scored by itself"
        return (Note("Ids", what, rows, kind="same ids"),)


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
