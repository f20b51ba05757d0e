"""Purchase lines of a file larger than memory, typed block by block, in a database on disk that ends with its folder.

A cell becomes what `read` makes of it once the kind of its column is known: the kinds of a first part of the file are
used, and at the end they must be the kinds of the whole (`LineStore.close`), else `NotPlain`.
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from segmentation.core.settings import Progress
from segmentation.core.tables import Table
from segmentation.core.text import count_text
from segmentation.data.reading import ReadSettings
from segmentation.data.reading.distinct import Distinct, distinct_cells
from segmentation.data.reading.stream import BLOCK, Ending, Lane, NotPlain, Piece, head_of, parts_of
from segmentation.data.reading.values import Values, read_values
from segmentation.data.sources.transaction_table import LINES

__all__ = ["COLUMNS", "LineStore", "fill", "with_middles"]

COLUMNS = {
    "customer": "VARCHAR", "date": "TIMESTAMP", "amount": "DOUBLE", "quantity": "DOUBLE", "price": "DOUBLE",
    "invoice": "VARCHAR", "product": "VARCHAR", "country": "VARCHAR",
}  # fmt: skip
"""What is kept of a line, under the names of the specification."""
_UNSEEN = "\ufeff\u200b\u2060\u00a0 \t\r\n"
_PLAIN_ID = r"^[0-9]+(?:\.0+)?$"
_ENDS_WITH_ZERO = r"^[0-9]+\.0$"
_TYPES = {"VARCHAR": pa.large_string(), "TIMESTAMP": pa.timestamp("us"), "DOUBLE": pa.float64()}


@dataclass
class LineStore:
    """The lines in a table `lines`: `COLUMNS`, every column of numbers as n0, n1 …, place, and a checksum of the line.

    connection: of DuckDB. mapping: name of the specification → column of the file. kinds: column → what it is read as.
    pool: stores a block while the next one is typed.
    """

    connection: Any
    mapping: Mapping[str, str]
    kinds: Mapping[str, str]
    pool: ThreadPoolExecutor
    rows: int = 0
    _with_zero: dict[str, bool] = field(default_factory=dict)
    _started: bool = False
    _storing: Future[None] | None = None

    @property
    def numbers(self) -> list[str]:
        """The columns that hold numbers, in the order of n0, n1 …"""
        return [name for name, kind in self.kinds.items() if kind.startswith("number")]

    def add(self, piece: Piece) -> None:
        """The next rows of the file, with all its columns."""
        typed = {name: self._typed(name, piece) for name in self.kinds}
        columns = {f"c{at}": typed[name][0] for at, name in enumerate(self.kinds)}
        columns |= {f"n{at}": typed[name][0] for at, name in enumerate(self.numbers)}
        columns |= {name: self._standard(name, typed, piece.rows) for name in COLUMNS}
        columns["place"] = pa.array(np.arange(self.rows, self.rows + piece.rows))
        self.rows += piece.rows
        cells = ", ".join(f"c{at}" for at in range(len(self.kinds)))
        kept = ", ".join([*COLUMNS, *(f"n{at}" for at in range(len(self.numbers))), "place"])
        self.wait()
        self._storing = self.pool.submit(
            self._store, pa.table(columns), f"SELECT {kept}, hash({cells}) AS checksum FROM block"
        )

    def wait(self) -> None:
        """Until what was added is stored; raises what went wrong then."""
        if self._storing is not None:
            self._storing.result()

    def _store(self, block: pa.Table, wanted: str) -> None:
        self.connection.register("block", block)
        if not self._started:
            self.connection.begin()  # all in one, or every block would be written twice
        self.connection.execute(f"{'INSERT INTO lines' if self._started else 'CREATE TABLE lines AS'} {wanted}")
        self.connection.unregister("block")
        self._started = True

    def close(self, table: Table) -> None:
        """No rows are left; raises `NotPlain` unless the whole file is read as its first part was."""
        self.wait()
        self.connection.commit()
        if dict(table.settings.columns) != {name: kind for name, kind in self.kinds.items() if kind}:
            raise NotPlain
        if any(self._with_zero.values()):
            raise NotPlain  # every id ends with .0: then none of them does

    def _typed(self, name: str, piece: Piece) -> tuple[pa.Array, Distinct | None, Values | None]:
        if name in piece.numbers:
            return pa.array(piece.numbers[name], from_pandas=True), None, None
        column = distinct_cells(name, piece.cells[name], ReadSettings())
        values = read_values(column, self.kinds[name])
        return _taken(values.typed, column), column, values

    def _standard(self, name: str, typed: Mapping[str, tuple[Any, Any, Any]], rows: int) -> pa.Array:
        """A column under its own name as `standard` has it; empty where the file has none."""
        kind, chosen = COLUMNS[name], self.mapping.get(name, "")
        if name == "amount" and not chosen and {"quantity", "price"} <= set(self.mapping):
            quantity, price = (typed[self.mapping[one]][0] for one in ("quantity", "price"))
            return pc.multiply(quantity, price)
        if not chosen:
            return pa.nulls(rows, _TYPES[kind])
        cells, column, values = typed[chosen]
        if LINES.column(name).kind == "id":
            return self._ids(name, column, values)
        if kind == "VARCHAR":
            return _stripped(cells)
        return cells.cast(_TYPES[kind])

    def _ids(self, name: str, column: Distinct, values: Values) -> pa.Array:
        """Ids as `base.ids_of` has them, from the different cells of a block."""
        known = ~values.missing
        if isinstance(values.typed, pa.Array):
            ids = _stripped(values.typed)
            there = pc.drop_null(ids)
            if len(there):
                alike = bool(pc.all(pc.match_substring_regex(there, _ENDS_WITH_ZERO)).as_py())
                self._with_zero[name] = alike and self._with_zero.get(name, True)
            return ids.take(column.codes)
        if np.issubdtype(values.typed.dtype, np.floating):
            cells = pc.utf8_trim(column.cells.filter(pa.array(known)), _UNSEEN)
            if not pc.all(pc.match_substring_regex(cells, _PLAIN_ID)).as_py() and len(cells):
                raise NotPlain
            whole = pa.array(np.where(known, values.typed, 0).astype(np.int64), mask=~known)
            return whole.cast(pa.large_string()).take(column.codes)
        raise NotPlain


def fill(store: LineStore, path: Path, tell: Progress) -> Table:
    """Read the file into the store; ids are kept as they are written."""
    head = head_of(path, BLOCK)
    ids = {store.mapping.get(spec.name) for spec in LINES.columns if spec.kind == "id"}
    columns = [replace(item, lane=Lane.WORDS) if item.name in ids else item for item in head.columns]
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
    middles = {}
    for at, name in enumerate(store.numbers):
        query = f"SELECT median(abs(n{at})) FROM lines WHERE abs(n{at}) > 0"
        ((value,),) = store.connection.execute(query).fetchall()
        middles[name] = [float("nan") if value is None else float(value)]
    rest = {name: [None] for name in table.frame.columns if name not in middles}
    frame = pd.DataFrame({**middles, **rest})[list(table.frame.columns)]
    return replace(table, frame=frame)


def _taken(values: Any, column: Distinct) -> pa.Array:
    """The values of the different cells → those of all rows; a missing one is null."""
    made = values if isinstance(values, pa.Array) else pa.array(pd.Series(values), from_pandas=True)
    return made.take(column.codes)


def _stripped(texts: pa.Array) -> pa.Array:
    """Texts without blanks around; an empty one is missing."""
    trimmed = pc.utf8_trim_whitespace(texts.cast(pa.large_string()))
    return pc.if_else(pc.equal(trimmed, ""), pa.scalar(None, trimmed.type), trimmed)
