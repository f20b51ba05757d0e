"""Rows of a file larger than memory, typed block by block, on disk in parts of rows that belong together.

A cell becomes what `read` and `standard` make of it once the kind of its column is known: the kinds of a first part of
the file are used, and at the end they must be the kinds of the whole (`RowStore.close`), else `NotPlain`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from segmentation.core.settings import Progress
from segmentation.core.tables import Table
from segmentation.core.text import count_text
from segmentation.data.reading import ReadSettings
from segmentation.data.reading.dates import parse_moments
from segmentation.data.reading.distinct import distinct_cells
from segmentation.data.reading.stream import BLOCK, Ending, Lane, NotPlain, Piece, head_of, parts_of
from segmentation.data.reading.values import read_values
from segmentation.data.sources.base import TableSpec
from segmentation.data.sources.guessing import complete
from segmentation.data.sources.nameless import are_nameless
from segmentation.data.sources.part_files import PartFiles

__all__ = [
    "TEXT",
    "RowStore",
    "Typed",
    "are_plain",
    "fill",
    "floats",
    "kinds_of_columns",
    "missing",
    "with_middles",
]

TEXT = pa.large_string()
_TYPES = {"id": TEXT, "text": TEXT, "flag": TEXT, "date": pa.timestamp("us"), "number": pa.float64()}
_UNSEEN = "\ufeff\u200b\u2060\u00a0 \t\r\n"
_PLAIN_ID = r"^[0-9]+(?:\.0+)?$"
_ENDS_WITH_ZERO = r"^[0-9]+\.0$"
_PLAIN_TEXT = r"^[0-9A-Za-z]*[0-9]$"
_KINDS = ("text", "trimmed", "number", "yes/no", "date")
_DATES = ("date", "date dmy", "date mdy")
_SAMPLE, _AT_ONCE = 65_536, 2**20
_BY_THE_MIDDLE = (0.48, 0.52)


@dataclass(frozen=True)
class Typed:
    """A column of a block: its different values, which of them each row holds, and their cells where these are kept."""

    values: pa.Array
    codes: pa.Array
    cells: pa.Array | None = None

    def rows(self) -> pa.Array:
        return self.values.take(self.codes)


@dataclass(kw_only=True)
class RowStore(ABC):
    """The rows of a table in files: its columns in use and its place of each row.

    mapping: name of the specification → column of the file. kinds: column → what it is read as. rows: how many so far.
    """

    files: PartFiles
    spec: TableSpec
    mapping: Mapping[str, str]
    kinds: Mapping[str, str]
    rows: int = 0
    _with_zero: dict[str, bool] = field(default_factory=dict)

    @property
    def numbers(self) -> list[str]:
        """The columns that hold numbers."""
        return [name for name, kind in self.kinds.items() if kind.startswith("number")]

    @property
    def texts(self) -> set[str]:
        """The columns in use that are kept as text."""
        return {self.mapping[one.name] for one in self.spec.columns if one.name in self.mapping and _is_text(one.kind)}

    def sizes(self, name: str) -> Path:
        """Where the sizes of a column of numbers are, but for those that are 0."""
        return self.files.folder / f"sizes {list(self.kinds).index(name)}"

    def add(self, piece: Piece) -> None:
        """The next rows of the file, with all its columns."""
        typed = {name: self._typed(name, piece) for name in self.kinds if self.in_use(name)}
        for name in self.numbers:
            sizes = np.abs(piece.numbers[name] if name in piece.numbers else floats(typed[name].rows()))
            with self.sizes(name).open("ab") as out:
                sizes[sizes > 0].tofile(out)
        kept = {column.name: _TYPES[column.kind] for column in self.spec.columns if column.name in self.mapping}
        columns = {name: self._standard(name, typed[self.mapping[name]]) for name in kept}
        rows = {name: column.rows().cast(kept[name]) for name, column in columns.items()}
        self.count(columns, rows)
        rows["place"] = pa.array(np.arange(self.rows, self.rows + piece.rows))
        rows |= self.beside(typed, piece.rows)
        self.rows += piece.rows
        self.files.write(pa.record_batch(rows), self.part_of(columns, rows))

    def in_use(self, name: str) -> bool:
        """Whether the cells of a column are looked at."""
        return name in self.mapping.values() or name in self.numbers

    def beside(self, typed: Mapping[str, Typed], rows: int) -> dict[str, pa.Array]:
        """What more is kept of rows."""
        return {}

    @abstractmethod
    def count(self, columns: Mapping[str, Typed], rows: Mapping[str, pa.Array]) -> None:
        """What is asked of all rows before they are added up; the next columns as they are kept, and their rows."""

    @abstractmethod
    def part_of(self, columns: Mapping[str, Typed], rows: Mapping[str, pa.Array]) -> np.ndarray:
        """The part of each of these rows."""

    def close(self, table: Table) -> None:
        """No rows are left; raises `NotPlain` unless the whole file is read as its first part was."""
        self.files.close()
        if dict(table.settings.columns) != {name: kind for name, kind in self.kinds.items() if kind}:
            raise NotPlain
        if any(self._with_zero.values()):
            raise NotPlain  # every id ends with .0: then none of them does

    def _typed(self, name: str, piece: Piece) -> Typed:
        if name in piece.numbers:
            codes, values = pd.factorize(piece.numbers[name], use_na_sentinel=False)
            return Typed(pa.array(values, from_pandas=True), pa.array(codes))
        encoded, kind = piece.cells[name].dictionary_encode(), self.kinds[name]
        cells = encoded.dictionary
        if kind in ("text", "trimmed") and pc.all(pc.match_substring_regex(cells, _PLAIN_TEXT)).as_py():
            return Typed(cells, encoded.indices, cells)
        if kind in _DATES and (moments := parse_moments(cells)) is not None:
            return Typed(moments, encoded.indices, cells)
        column = distinct_cells(name, encoded, ReadSettings())
        values = read_values(column, kind).typed
        made = values if isinstance(values, pa.Array) else pa.array(pd.Series(values), from_pandas=True)
        return Typed(made, column.codes, column.cells)

    def _standard(self, name: str, column: Typed) -> Typed:
        """A column as `standard` has it."""
        if not _is_text(self.spec.column(name).kind):
            return column
        return replace(column, values=self._text(name, column))

    def _text(self, name: str, column: Typed) -> pa.Array:
        """Different ids or words as `base.ids_of` has them."""
        values = column.values
        if pa.types.is_large_string(values.type):
            ids = _stripped(values)
            there = pc.drop_null(ids)
            if len(there):
                alike = bool(pc.all(pc.match_substring_regex(there, _ENDS_WITH_ZERO)).as_py())
                self._with_zero[name] = alike and self._with_zero.get(name, True)
            return ids
        if not pa.types.is_floating(values.type):
            raise NotPlain
        numbers = floats(values)
        if column.cells is None:
            plain = bool(((numbers >= 0) & (numbers == np.floor(numbers)))[~np.isnan(numbers)].all())
        else:
            cells = pc.utf8_trim(column.cells.filter(values.is_valid()), _UNSEEN)
            plain = pc.all(pc.match_substring_regex(cells, _PLAIN_ID)).as_py()
        if plain is False:
            raise NotPlain
        whole = pa.array(np.where(np.isnan(numbers), 0, numbers).astype(np.int64), mask=np.isnan(numbers))
        return whole.cast(TEXT)


def kinds_of_columns(first: Table) -> dict[str, str]:
    """The first part of a file → column → what it is read as, "" where nothing is known of it."""
    return {str(name): "" for name in first.frame.columns} | dict(first.settings.columns)


def are_plain(first: Table, spec: TableSpec, mapping: Mapping[str, str]) -> bool:
    """Whether a file of this form can be put in a store: columns have names, numbers no unit, and dates are dates."""
    kinds = kinds_of_columns(first)
    if are_nameless(first.frame.columns) or not complete(spec, mapping) or not set(mapping.values()) <= set(kinds):
        return False
    asked = {file: spec.column(name).kind for name, file in mapping.items()}
    dated = all(kinds[file].startswith("date") for file, kind in asked.items() if kind == "date")
    counted = all(kinds[file] == "number" for file, kind in asked.items() if kind == "number")
    return dated and counted and all(kind.startswith(_KINDS) for kind in kinds.values() if kind)


def fill(store: RowStore, path: Path, progress: Progress | None) -> Table:
    """Read the file into the store; text is kept as it is written, or as whole numbers where all of it is."""
    head = head_of(path, BLOCK)
    texts = store.texts
    whole = {item.name for item in head.columns if item.lane is Lane.WHOLE and store.kinds.get(item.name) == "number"}
    columns = [replace(item, lane=Lane.WORDS) if item.name in texts - whole else item for item in head.columns]
    if [item.name for item in columns] != list(store.kinds):
        raise NotPlain
    head = replace(head, columns=tuple(columns))
    numbers = [item.name for item in columns if item.lane in (Lane.DECIMAL, Lane.WHOLE)]
    cells = [item.name for item in columns if item.name not in numbers]
    with closing(parts_of(path, head, numbers, cells, BLOCK)) as parts:
        for part in parts:
            if isinstance(part, Ending):
                if part.fraction_later:
                    raise NotPlain
                return part.table
            store.add(part.piece)
            if progress is not None:
                progress(part.done, f"{count_text(store.rows)} lines read")
    raise NotPlain


def with_middles(store: RowStore, table: Table) -> Table:
    """The table with the middle of each column of numbers in place of its ends: what a model remembers of it."""
    middles = {name: [_middle(store.sizes(name))] for name in store.numbers}
    rest = {name: [None] for name in table.frame.columns if name not in middles}
    frame = pd.DataFrame({**middles, **rest})[list(table.frame.columns)]
    return replace(table, frame=frame)


def _middle(path: Path) -> float:
    """The median of the numbers in a file, NaN where it holds none; those near the middle are in memory at once."""
    if not path.stat().st_size:
        return float("nan")
    values = np.memmap(path, dtype=np.float64, mode="r")
    sample = np.sort(values[:: len(values) // _SAMPLE + 1])
    low, high = (sample[int(share * (len(sample) - 1))] for share in _BY_THE_MIDDLE)
    ranks = (len(values) - 1) // 2, len(values) // 2
    for ends in ((low, high), (-np.inf, np.inf)):
        before, inside = 0, []
        for start in range(0, len(values), _AT_ONCE):
            block = values[start : start + _AT_ONCE]
            before += int(np.count_nonzero(block < ends[0]))
            inside.append(np.array(block[(block >= ends[0]) & (block <= ends[1])]))
        between = np.sort(np.concatenate(inside))
        places = [rank - before for rank in ranks]
        if places[0] >= 0 and places[1] < len(between):
            break
    return float(between[places].mean())


def floats(values: pa.Array) -> np.ndarray:
    """Numbers as float64, NaN where missing."""
    numbers: np.ndarray = values.cast(pa.float64()).to_numpy(zero_copy_only=False)
    return numbers


def missing(column: Typed) -> np.ndarray:
    """Which rows of a column have no value."""
    gone: np.ndarray = column.values.is_null().to_numpy(zero_copy_only=False)[column.codes.to_numpy()]
    return gone


def _stripped(texts: pa.Array) -> pa.Array:
    """Texts without blanks around; an empty one is missing."""
    trimmed = pc.utf8_trim_whitespace(texts.cast(TEXT))
    return pc.if_else(pc.equal(trimmed, ""), pa.scalar(None, trimmed.type), trimmed)


def _is_text(kind: str) -> bool:
    return kind in ("id", "text", "flag")
