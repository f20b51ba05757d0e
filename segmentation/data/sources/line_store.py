"""Purchase lines of a file larger than memory on disk in parts of whole customers, see `row_store`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from segmentation.data.sources.base import TableSpec
from segmentation.data.sources.checksums import checksums, of_texts
from segmentation.data.sources.row_store import TEXT, RowStore, Typed, floats, missing
from segmentation.data.sources.transaction_table import LINES

__all__ = ["COLUMNS", "LineStore"]

COLUMNS = {
    "customer": TEXT, "date": pa.timestamp("us"), "amount": pa.float64(), "quantity": pa.float64(),
    "price": pa.float64(), "invoice": TEXT, "product": TEXT, "country": TEXT,
}  # fmt: skip
"""What is kept of a line, under the names of the specification."""


@dataclass(kw_only=True)
class LineStore(RowStore):
    """The lines with their checksum; all lines of a customer in one file.

    guests: whether a line without a customer belongs to its invoice. between: first and last moment of the window.

    worth (lines whose amount is not 0), below (less than 0), blank (none): counted. latest: inside the window.
    """

    guests: bool
    between: tuple[pd.Timestamp, pd.Timestamp]
    spec: TableSpec = LINES
    worth: int = 0
    below: int = 0
    blank: int = 0
    priced: bool = False
    latest: pd.Timestamp | None = None

    def in_use(self, name: str) -> bool:
        """Every column says whether two lines are one."""
        return True

    def beside(self, typed: Mapping[str, Typed], rows: int) -> dict[str, pa.Array]:
        """The number that stands for the whole line."""
        return {"checksum": pa.array(checksums([(one.values, one.codes) for one in typed.values()], rows))}

    def part_of(self, columns: Mapping[str, Typed], rows: Mapping[str, pa.Array]) -> np.ndarray:
        """By the customer; by the invoice where that stands for one, else by all that the line says."""
        known, whole = columns["customer"], rows["checksum"].to_numpy()
        keys = np.where(missing(known), whole, of_texts(known.values)[known.codes.to_numpy()])
        if self.guests and "invoice" in columns:
            order = columns["invoice"]
            guests = of_texts(
                pc.binary_join_element_wise(pa.scalar("guest ", TEXT), order.values, pa.scalar("", TEXT))
            )[order.codes.to_numpy()]
            keys = np.where(missing(known) & ~missing(order), guests, keys)
        parts: np.ndarray = (keys % np.uint64(self.files.parts)).astype(np.int64)
        return parts

    def count(self, columns: Mapping[str, Typed], rows: Mapping[str, pa.Array]) -> None:
        """Amounts that are there, below zero or missing; whether there are prices; the last date."""
        price, dates = floats(rows["price"]) if "price" in rows else np.empty(0), rows["date"]
        amounts = floats(rows["amount"]) if "amount" in rows else floats(rows["quantity"]) * price
        gone = np.isnan(amounts)
        self.blank += int(gone.sum())
        self.worth += int(((amounts != 0) & ~gone).sum())
        self.below += int((amounts < 0).sum())
        self.priced |= bool((~np.isnan(price)).any())
        moments = pd.Series(dates.to_numpy(zero_copy_only=False))
        latest = moments[moments.between(*self.between)].max()
        if pd.notna(latest) and (self.latest is None or latest > self.latest):
            self.latest = latest
