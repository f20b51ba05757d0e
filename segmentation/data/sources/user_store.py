"""The tables of an app on disk in parts of whole users, of a file larger than memory or of a table that is in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from segmentation.data.reading.stream import NotPlain
from segmentation.data.reading.values import text_series
from segmentation.data.sources.base import TableSpec
from segmentation.data.sources.fintech_tables import DATES
from segmentation.data.sources.part_files import PartFiles, rows_of
from segmentation.data.sources.people import spelling_numbers
from segmentation.data.sources.purchases import MOST_WORDS
from segmentation.data.sources.row_store import TEXT, RowStore, Typed, floats
from segmentation.data.sources.standard import empty_column

__all__ = ["UserStore", "store_frame", "stored"]


@dataclass(kw_only=True)
class UserStore(RowStore):
    """The rows of users; all rows of a user, however the user is spelled, in one file.

    latest: the last date. words: of a status, in the order in which they come, with lines and amount; None: too many.
    """

    latest: pd.Timestamp | None = None
    words: dict[str, tuple[int, float]] | None = field(default_factory=dict)
    _currencies: set[str] = field(default_factory=set)

    def part_of(self, columns: Mapping[str, Typed], rows: Mapping[str, pa.Array]) -> np.ndarray:
        """By the user; rows without one anywhere."""
        users = columns["user_id"]
        places = rows["place"].to_numpy()
        return _parts_of(text_series(users.values), users.codes.to_numpy(), places, self.files.parts)

    def count(self, columns: Mapping[str, Typed], rows: Mapping[str, pa.Array]) -> None:
        """The last date and the words of a status; raises `NotPlain` for a second currency."""
        latest = pc.max(rows[DATES[self.spec.name]]).as_py()
        if latest is not None and (self.latest is None or latest > self.latest):
            self.latest = pd.Timestamp(latest)
        if "currency" in columns:
            self._currencies |= set(columns["currency"].values.drop_null().to_pylist())
            if len(self._currencies) > 1:
                raise NotPlain
        if "status" in columns and self.words is not None:
            amounts = floats(rows["amount"]) if "amount" in rows else np.zeros(len(rows["status"]))
            self._count_words(columns["status"], amounts, self.words)

    def figures(self) -> pd.DataFrame:
        """The words of a status, most lines first, "" for none: lines, amount."""
        made = pd.DataFrame.from_dict(self.words or {}, "index", columns=["lines", "amount"])
        return made.sort_values("lines", ascending=False, kind="stable")

    def _count_words(self, status: Typed, amounts: np.ndarray, known: dict[str, tuple[int, float]]) -> None:
        codes, words = status.codes.to_numpy(), status.values.fill_null("").to_pylist()
        lines = np.bincount(codes, minlength=len(words))
        sums = np.bincount(codes, weights=np.nan_to_num(amounts, nan=0.0), minlength=len(words))
        for word, more, worth in zip(words, lines.tolist(), sums.tolist(), strict=True):
            before, amount = known.get(word, (0, 0.0))
            known[word] = (before + more, amount + worth)
        if len(known) > MOST_WORDS:
            self.words = None


def store_frame(files: PartFiles, frame: pd.DataFrame) -> None:
    """Rows of a table in memory, under standard names, to the parts of their users; the index is their place."""
    if len(frame):
        codes, ids = frame["user_id"].factorize(use_na_sentinel=False)
        parts = _parts_of(pd.Series(ids, dtype="str"), codes, np.arange(len(frame)), files.parts)
        rows = pa.Table.from_pandas(frame.assign(place=frame.index), preserve_index=False)
        files.write(rows.combine_chunks().to_batches()[0], parts)
    files.close()


def stored(path: Path, spec: TableSpec) -> pd.DataFrame:
    """One part of a table, as `standard` has it; its index: the places of the rows in the table."""
    columns, index = dict[str, pd.Series](), pd.Index([], dtype="int64")
    if path.exists():
        table = rows_of(path)
        columns = {
            name: text_series(table[name]) if table[name].type == TEXT else table[name].to_pandas()
            for name in table.column_names
        }
        index = pd.Index(columns.pop("place"))
    frame = pd.DataFrame({name: column.set_axis(index, axis=0) for name, column in columns.items()}, index=index)
    empty = {one.name: empty_column(one, index) for one in spec.columns if one.name not in columns}
    return frame.assign(**empty)


def _parts_of(ids: pd.Series, codes: np.ndarray, places: np.ndarray, parts: int) -> np.ndarray:
    """Different ids, which of them each row has, and the places of the rows → the part of each row."""
    known = ids.notna().to_numpy()
    numbers = np.zeros(len(ids), dtype=np.uint64)
    numbers[known] = spelling_numbers(ids[known])
    keys = np.where(known[codes], numbers[codes], places.astype(np.uint64))
    made: np.ndarray = (keys % np.uint64(parts)).astype(np.int64)
    return made
