"""The numbers of a big file on disk, and the middle value of each column, found in a few of them at a time."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pandas as pd

from segmentation.clustering.crowd import Bins

__all__ = ["Spilled"]

_AT_ONCE = 2_000_000
"""So many values are put in order in memory."""
_SAMPLE, _PIVOTS = 65_536, 255


class Spilled(Mapping[str, pd.Series]):
    """Columns of numbers on disk, in a file without a name that ends with this process; one is in memory at a time."""

    def __init__(self, names: tuple[str, ...]) -> None:
        self._names = names
        self._file = tempfile.TemporaryFile()  # noqa: SIM115  closed by `close`
        self._lengths: list[int] = []
        self._lock = threading.Lock()

    def add(self, values: Mapping[str, np.ndarray]) -> None:
        """The columns of the next block."""
        for name in self._names:
            self._file.write(np.ascontiguousarray(values[name]).data)
        self._lengths.append(len(values[self._names[0]]))

    def blocks(self, name: str) -> Iterator[np.ndarray]:
        """The values of one column, block by block, in the order of the file."""
        width, at, row = len(self._names), self._names.index(name), 0
        for length in self._lengths:
            values = np.empty(length)
            with self._lock:
                self._file.seek(8 * (row * width + at * length))
                self._file.readinto(values.data.cast("B"))
            row += length
            yield values

    def middle(self, name: str, bins: Bins) -> float:
        """The median of the values of a column that are there (NaN where none is); bins: the same values counted."""
        if not bins.known:
            return float("nan")
        ranks = (bins.known - 1) // 2, bins.known // 2
        return float(np.mean(self._ranked(name, np.array(bins.edges), np.array(bins.counts), ranks)))

    def _ranked(
        self, name: str, edges: np.ndarray, counts: np.ndarray, ranks: Sequence[int], below: int = 0
    ) -> list[float]:
        """The values of these ranks (from 0, ascending, known to differ by one at most).

        edges, counts: how many values there are up to each edge and above the last; below: how many are smaller than
        all of these. Where more fall into one bin than are put in order at once, a sample of them cuts it further; a
        number that many share becomes a bin of its own.
        """
        ends = below + np.cumsum(counts)
        first, last = np.searchsorted(ends, ranks, side="right")
        if first != last:
            return [self._ranked(name, edges, counts, (rank, rank), below)[0] for rank in ranks]
        low = edges[first - 1] if first else -np.inf
        high = edges[first] if first < len(edges) else np.inf
        before, inside = int(ends[first] - counts[first]), int(counts[first])
        if np.nextafter(low, np.inf) >= high:  # no other number lies between
            return [float(high)] * len(ranks)
        if inside <= _AT_ONCE:
            values = np.concatenate([_within(block, low, high) for block in self.blocks(name)])
            places = [rank - before for rank in ranks]
            values.partition(places)
            return [float(values[place]) for place in places]
        step = inside // _SAMPLE + 1
        sample = np.concatenate([_within(block, low, high)[::step] for block in self.blocks(name)])
        pivots = np.quantile(sample, np.linspace(0, 1, _PIVOTS), method="inverted_cdf")
        cuts = np.unique(np.concatenate([pivots, np.nextafter(pivots, -np.inf)]))
        cuts = cuts[(cuts > low) & (cuts < high)]
        finer = np.zeros(len(cuts) + 1, dtype=np.int64)
        for block in self.blocks(name):
            finer += np.bincount(np.searchsorted(cuts, _within(block, low, high)), minlength=len(finer))
        return self._ranked(name, np.array([low, *cuts, high]), np.array([0, *finer, 0]), ranks, before)

    def close(self) -> None:
        """Give the space back."""
        self._file.close()

    def __getitem__(self, name: str) -> pd.Series:
        return pd.Series(np.concatenate([np.empty(0), *self.blocks(name)]), name=name)

    def __contains__(self, name: object) -> bool:
        return name in self._names

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


def _within(values: np.ndarray, low: float, high: float) -> np.ndarray:
    """The values above one number and up to another; missing ones are not. Below −∞ there is none."""
    return values[values <= high] if low == -np.inf else values[(values > low) & (values <= high)]
