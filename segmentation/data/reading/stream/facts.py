"""What is counted of each column while its blocks go by: enough to decide at the end as if all cells were there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from segmentation.data.reading.no_answer import codes_among
from segmentation.data.reading.records import Refused
from segmentation.data.reading.stream.blocks import NotPlain
from segmentation.data.reading.stream.folding import Folding

__all__ = ["Counts", "FileFacts", "Numbers", "Strays", "Words"]

_MOST_LETTERS = 64 * 2**20
_MANY_LETTERS = 2 * 2**20
"""So many bytes of different cells are held before cells that say alike of their column become one."""
_MOST_STRAYS = 100_000
_MOST_PARTS = 32


@dataclass(frozen=True)
class Strays:
    """Cells among numbers that are none, one by one: what stands there and in which line."""

    cells: tuple[str, ...] = ()
    lines: tuple[int, ...] = ()


@dataclass(frozen=True)
class Numbers:
    """The numbers of one column in one block.

    count: how many; low, high: their range; fraction: one of them that is not whole, or NaN. codes: values that
    often stand for no answer → in how many rows. low_rest, high_rest: the range of the others.
    """

    count: int = 0
    low: float = np.inf
    high: float = -np.inf
    fraction: float = np.nan
    codes: dict[float, int] = field(default_factory=dict)
    low_rest: float = np.inf
    high_rest: float = -np.inf
    strays: Strays = Strays()

    @classmethod
    def of(cls, values: np.ndarray, strays: Strays = Strays()) -> Numbers:
        """Values of a column (NaN where missing) → what is known of them."""
        missing = np.isnan(values)
        there = values[~missing] if missing.any() else values
        if not len(there):
            return cls(strays=strays)
        low, high = float(there.min()), float(there.max())
        whole = there == np.rint(there)
        first = int(np.argmin(whole))
        fraction = np.nan if whole[first] else float(there[first])
        codes, ends = codes_among(there, low, high), (low, high)
        if low in codes or high in codes:
            rest = there[~np.isin(there, list(codes))]
            ends = (float(rest.min()), float(rest.max())) if len(rest) else (np.inf, -np.inf)
        return cls(len(there), low, high, fraction, codes, *ends, strays)

    def joined(self, other: Numbers) -> Numbers:
        """The same of both blocks, this one first."""
        codes = {value: self.codes.get(value, 0) + other.codes.get(value, 0) for value in {**self.codes, **other.codes}}
        return Numbers(
            self.count + other.count,
            min(self.low, other.low),
            max(self.high, other.high),
            other.fraction if np.isnan(self.fraction) else self.fraction,
            codes,
            min(self.low_rest, other.low_rest),
            max(self.high_rest, other.high_rest),
            Strays(self.strays.cells + other.strays.cells, self.strays.lines + other.strays.lines),
        )


class Counts:
    """The different cells of a column, in the order in which they came, and how many rows hold each.

    Of very many, those that say alike are one (`folding`).
    """

    def __init__(self) -> None:
        self.folding = Folding()
        self._parts: list[tuple[pa.Array, np.ndarray]] = []
        self._letters, self._folds = 0, False

    def add(self, cells: pa.Array, rows: np.ndarray) -> None:
        """Take in the different cells of the next block; raises `NotPlain` when they are too many to be held."""
        self._parts.append(self.folding.fold(cells, rows) if self._folds else (cells, rows))
        self._letters += self._parts[-1][0].nbytes
        if len(self._parts) > _MOST_PARTS or self._letters > (_MOST_LETTERS if self._folds else _MANY_LETTERS):
            self._join()
            self._folds |= self._letters > _MANY_LETTERS // 2
            if self._letters > _MOST_LETTERS // 2:
                raise NotPlain

    def done(self) -> tuple[pa.Array, np.ndarray]:
        """The cells and their rows."""
        self._join()
        return self._parts[0]

    def _join(self) -> None:
        encoded = pa.concat_arrays([cells for cells, _ in self._parts]).dictionary_encode()
        weights = np.concatenate([rows for _, rows in self._parts])
        rows = np.bincount(encoded.indices.to_numpy(), weights=weights, minlength=len(encoded.dictionary))
        self._parts = [(encoded.dictionary, rows.astype(np.int64))]
        self._letters = encoded.dictionary.nbytes


@dataclass
class Words:
    """The cells of a column of words so far; sample: the first of them as they stand."""

    counts: Counts = field(default_factory=Counts)
    sample: list[pa.Array] = field(default_factory=list)


@dataclass
class FileFacts:
    """What is known of a file so far.

    blank_texts: rows that leave every column of text empty; blank_first: rows that leave the first of them empty.
    last: the cells of the last row.
    """

    rows: int = 0
    lines: int = 1
    blank_lines: int = 0
    numbers: dict[str, Numbers] = field(default_factory=dict)
    words: dict[str, Words] = field(default_factory=dict)
    refused: Refused = field(default_factory=Refused)
    blank_texts: int = 0
    blank_first: int = 0
    last: list[str] = field(default_factory=list)

    def add_numbers(self, name: str, new: Numbers) -> None:
        """Take in the numbers of the next block; raises `NotPlain` when too many cells among them are none."""
        known = self.numbers.get(name)
        self.numbers[name] = new if known is None else known.joined(new)
        if len(self.numbers[name].strays.lines) > _MOST_STRAYS:
            raise NotPlain

    def fraction_later(self, whole: Iterable[str]) -> bool:
        """Whether one of these columns, which began with whole numbers, went on with fractions."""
        return any(not np.isnan(self.numbers[name].fraction) for name in whole if name in self.numbers)

    def add_refused(self, new: Refused) -> None:
        """Take in the refused lines of the next block."""
        for row in new.rows:
            self.refused.add(*row)
        self.refused.count += new.count - len(new.rows)
