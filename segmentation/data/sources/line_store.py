"""Purchase lines of a file larger than memory, typed block by block, on disk in parts of whole customers.

A cell becomes what `read` makes of it once the kind of its column is known: the kinds of a first part of the file are
used, and at the end they must be the kinds of the whole (`LineStore.close`), else `NotPlain`.
"""

from __future__ import annotations

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
from segmentation.data.sources.checksums import checksums, of_texts
from segmentation.data.sources.transaction_table import LINES

__all__ = ["COLUMNS", "TEXT", "LineStore", "fill", "with_middles"]

TEXT = pa.large_string()
COLUMNS = {
    "customer": TEXT, "date": pa.timestamp("us"), "amount": pa.float64(), "quantity": pa.float64(),
    "price": pa.float64(), "invoice": TEXT, "product": TEXT, "country": TEXT,
}  # fmt: skip
"""What is kept of a line, under the names of the specification."""
_UNSEEN = "\ufeff\u200b\u2060\u00a0 \t\r\n"
_PLAIN_ID = r"^[0-9]+(?:\.0+)?$"
_ENDS_WITH_ZERO = r"^[0-9]+\.0$"
_PLAIN_TEXT = r"^[0-9A-Za-z]*[0-9]$"
_DATES = ("date", "date dmy", "date mdy")
_SAMPLE, _AT_ONCE = 65_536, 2**20
_BY_THE_MIDDLE = (0.48, 0.52)


@dataclass(frozen=True)
class _Typed:
    """A column of a block: its different values, which of them each row holds, and their cells where these are kept."""

    values: pa.Array
    codes: pa.Array
    cells: pa.Array | None = None

    def rows(self) -> pa.Array:
        return self.values.take(self.codes)


@dataclass
class LineStore:
    """The lines in files 0, 1 … of a folder: the columns in use, place, checksum; all lines of a customer in one file.

    mapping: name of the specification → column of the file. kinds: column → what it is read as. parts: how many files.
    guests: whether a line without a customer belongs to its invoice. between: first and last moment of the window.

    rows, worth (lines whose amount is not 0), below (less than 0), blank (none): counted. latest: inside the window.
    """

    folder: Path
    mapping: Mapping[str, str]
    kinds: Mapping[str, str]
    parts: int
    guests: bool
    between: tuple[pd.Timestamp, pd.Timestamp]
    rows: int = 0
    worth: int = 0
    below: int = 0
    blank: int = 0
    priced: bool = False
    latest: pd.Timestamp | None = None
    _with_zero: dict[str, bool] = field(default_factory=dict)
    _writers: dict[int, pa.ipc.RecordBatchStreamWriter] = field(default_factory=dict)

    @property
    def numbers(self) -> list[str]:
        """The columns that hold numbers."""
        return [name for name, kind in self.kinds.items() if kind.startswith("number")]

    def sizes(self, name: str) -> Path:
        """Where the sizes of a column of numbers are, but for those that are 0."""
        return self.folder / f"sizes {list(self.kinds).index(name)}"

    def files(self) -> list[Path]:
        """The files that hold lines."""
        return [self._file(part) for part in sorted(self._writers)]

    def _file(self, part: int) -> Path:
        return self.folder / f"lines {part}"

    def add(self, piece: Piece) -> None:
        """The next rows of the file, with all its columns."""
        typed = {name: self._typed(name, piece) for name in self.kinds}
        for name in self.numbers:
            sizes = np.abs(piece.numbers[name] if name in piece.numbers else _floats(typed[name].rows()))
            with self.sizes(name).open("ab") as out:
                sizes[sizes > 0].tofile(out)
        columns = {name: self._standard(name, typed[self.mapping[name]]) for name in COLUMNS if name in self.mapping}
        self._count({name: column.rows() for name, column in columns.items() if COLUMNS[name] != TEXT})
        rows = {name: column.rows().cast(COLUMNS[name]) for name, column in columns.items()}
        rows["place"] = pa.array(np.arange(self.rows, self.rows + piece.rows))
        rows["checksum"] = pa.array(checksums([(one.values, one.codes) for one in typed.values()], piece.rows))
        self.rows += piece.rows
        self._write(pa.record_batch(rows), self._part_of(columns, rows["checksum"]))

    def _part_of(self, columns: Mapping[str, _Typed], checksum: pa.Array) -> np.ndarray:
        """The part of each line: by its customer; by its invoice where that stands for one, else by all it says."""
        known, whole = columns["customer"], checksum.to_numpy()
        keys = np.where(_missing(known), whole, of_texts(known.values)[known.codes.to_numpy()])
        if self.guests and "invoice" in columns:
            order = columns["invoice"]
            guests = of_texts(
                pc.binary_join_element_wise(pa.scalar("guest ", TEXT), order.values, pa.scalar("", TEXT))
            )[order.codes.to_numpy()]
            keys = np.where(_missing(known) & ~_missing(order), guests, keys)
        parts: np.ndarray = (keys % np.uint64(self.parts)).astype(np.int64)
        return parts

    def _write(self, lines: pa.RecordBatch, part: np.ndarray) -> None:
        lines = lines.take(pa.array(np.argsort(part, kind="stable")))
        start = 0
        for number, count in enumerate(np.bincount(part, minlength=self.parts).tolist()):
            if count and number not in self._writers:
                options = pa.ipc.IpcWriteOptions(compression="lz4")
                self._writers[number] = pa.ipc.new_stream(str(self._file(number)), lines.schema, options=options)
            if count:
                self._writers[number].write_batch(lines.slice(start, count))
            start += count

    def _count(self, rows: Mapping[str, pa.Array]) -> None:
        """What is asked of all lines before they are added up."""
        price, dates = _floats(rows["price"]) if "price" in rows else np.empty(0), rows["date"]
        amounts = _floats(rows["amount"]) if "amount" in rows else _floats(rows["quantity"]) * price
        missing = np.isnan(amounts)
        self.blank += int(missing.sum())
        self.worth += int(((amounts != 0) & ~missing).sum())
        self.below += int((amounts < 0).sum())
        self.priced |= bool((~np.isnan(price)).any())
        moments = pd.Series(dates.to_numpy(zero_copy_only=False))
        latest = moments[moments.between(*self.between)].max()
        if pd.notna(latest) and (self.latest is None or latest > self.latest):
            self.latest = latest

    def close(self, table: Table) -> None:
        """No rows are left; raises `NotPlain` unless the whole file is read as its first part was."""
        for writer in self._writers.values():
            writer.close()
        if dict(table.settings.columns) != {name: kind for name, kind in self.kinds.items() if kind}:
            raise NotPlain
        if any(self._with_zero.values()):
            raise NotPlain  # every id ends with .0: then none of them does

    def _typed(self, name: str, piece: Piece) -> _Typed:
        if name in piece.numbers:
            codes, values = pd.factorize(piece.numbers[name], use_na_sentinel=False)
            return _Typed(pa.array(values, from_pandas=True), pa.array(codes))
        encoded, kind = piece.cells[name].dictionary_encode(), self.kinds[name]
        cells = encoded.dictionary
        if kind in ("text", "trimmed") and pc.all(pc.match_substring_regex(cells, _PLAIN_TEXT)).as_py():
            return _Typed(cells, encoded.indices, cells)
        if kind in _DATES and (moments := parse_moments(cells)) is not None:
            return _Typed(moments, encoded.indices, cells)
        column = distinct_cells(name, encoded, ReadSettings())
        values = read_values(column, kind).typed
        made = values if isinstance(values, pa.Array) else pa.array(pd.Series(values), from_pandas=True)
        return _Typed(made, column.codes, column.cells)

    def _standard(self, name: str, column: _Typed) -> _Typed:
        """A column as `standard` has it."""
        if LINES.column(name).kind == "id":
            return replace(column, values=self._ids(name, column))
        return replace(column, values=_stripped(column.values)) if COLUMNS[name] == TEXT else column

    def _ids(self, name: str, column: _Typed) -> pa.Array:
        """Different ids as `base.ids_of` has them."""
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
        numbers = _floats(values)
        if column.cells is None:
            plain = bool(((numbers >= 0) & (numbers == np.floor(numbers)))[~np.isnan(numbers)].all())
        else:
            cells = pc.utf8_trim(column.cells.filter(values.is_valid()), _UNSEEN)
            plain = pc.all(pc.match_substring_regex(cells, _PLAIN_ID)).as_py()
        if plain is False:
            raise NotPlain
        whole = pa.array(np.where(np.isnan(numbers), 0, numbers).astype(np.int64), mask=np.isnan(numbers))
        return whole.cast(TEXT)


def fill(store: LineStore, path: Path, tell: Progress) -> Table:
    """Read the file into the store; ids are kept as they are written, or as whole numbers where all of them are."""
    head = head_of(path, BLOCK)
    ids = {store.mapping.get(spec.name) for spec in LINES.columns if spec.kind == "id"}
    whole = {item.name for item in head.columns if item.lane is Lane.WHOLE and store.kinds.get(item.name) == "number"}
    columns = [replace(item, lane=Lane.WORDS) if item.name in ids - whole else item for item in head.columns]
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
            tell(0.6 * part.done, f"{count_text(store.rows)} lines read")
    raise NotPlain


def with_middles(store: LineStore, table: Table) -> Table:
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


def _floats(values: pa.Array) -> np.ndarray:
    numbers: np.ndarray = values.cast(pa.float64()).to_numpy(zero_copy_only=False)
    return numbers


def _missing(column: _Typed) -> np.ndarray:
    """Which rows of a column have no value."""
    gone: np.ndarray = column.values.is_null().to_numpy(zero_copy_only=False)[column.codes.to_numpy()]
    return gone


def _stripped(texts: pa.Array) -> pa.Array:
    """Texts without blanks around; an empty one is missing."""
    trimmed = pc.utf8_trim_whitespace(texts.cast(TEXT))
    return pc.if_else(pc.equal(trimmed, ""), pa.scalar(None, trimmed.type), trimmed)
