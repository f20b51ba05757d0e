"""What a file says of itself: its decimal mark, its order of day and month, its percent signs, by its cells alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from segmentation.core.tables import Table
from segmentation.data.reading.distinct import Distinct, distinct_cells
from segmentation.data.reading.numbers import has_percent, parse_both
from segmentation.data.reading.settings import ReadSettings

__all__ = ["Evidence", "evidence_of", "readings_of"]

_SAMPLE = 20_000


@dataclass(frozen=True)
class Evidence:
    """What the cells of a file decide, and what they do not.

    decimal ("." or ","), date_order ("dmy" or "mdy"): of the file as a whole, "" where no cell tells or they disagree.
    decimals, orders: the same by column, for the columns whose own cells decide. unsure_decimals, unsure_orders:
    columns that can be read in two ways. percent: columns with a percent sign in most cells.
    """

    decimal: str = ""
    date_order: str = ""
    decimals: Mapping[str, str] = field(default_factory=dict)
    orders: Mapping[str, str] = field(default_factory=dict)
    unsure_decimals: tuple[str, ...] = ()
    unsure_orders: tuple[str, ...] = ()
    percent: tuple[str, ...] = ()


def evidence_of(table: Table) -> Evidence:
    """A table as it was read → what its cells say; nothing where the text of the cells was not kept."""
    decimals, orders = dict[str, str](), dict[str, str]()
    unsure_decimals, unsure_orders, percent = list[str](), list[str](), list[str]()
    kinds = dict(getattr(table.settings, "columns", ()))
    for name in table.text.columns:
        kind = kinds.get(name, "")
        column = _column(name, table.text[name], kind)
        if column is None:
            continue
        if kind.startswith("date"):
            votes = column.order_votes
            if bool(votes["dmy"]) != bool(votes["mdy"]):
                orders[name] = "dmy" if votes["dmy"] else "mdy"
            elif votes["?"] or votes["dmy"]:
                unsure_orders.append(name)
            continue
        votes = column.written.votes()
        if bool(votes["."]) != bool(votes[","]):
            decimals[name] = "." if votes["."] else ","
        elif votes["?."] or votes["?,"] or votes["."]:
            unsure_decimals.append(name)
        signs = has_percent(column.values)
        if column.value_rows[signs].sum() * 2 > column.value_rows.sum():
            percent.append(name)
    return Evidence(
        _agreed(decimals.values()),
        _agreed(orders.values()),
        decimals,
        orders,
        tuple(unsure_decimals),
        tuple(unsure_orders),
        tuple(percent),
    )


def readings_of(cells: pd.Series) -> dict[str, np.ndarray]:
    """The text of a column → its numbers with a decimal point and with a decimal comma, NaN where a cell is none."""
    return dict(zip(".,", parse_both(pc.utf8_trim_whitespace(_text(cells))), strict=True))


def _column(name: str, cells: pd.Series, kind: str) -> Distinct | None:
    """The distinct cells of a column of numbers or dates; None for any other."""
    if not kind.startswith(("number", "date d", "date m")) and kind not in ("date", "unit", "unit,"):
        return None
    column = distinct_cells(str(name), _text(cells.iloc[:_SAMPLE]), ReadSettings())
    return column if len(column.values) else None


def _text(cells: pd.Series) -> pa.LargeStringArray:
    text = pa.array(cells, pa.large_string(), from_pandas=True)
    whole = text.combine_chunks() if isinstance(text, pa.ChunkedArray) else text
    return pc.fill_null(whole, "")


def _agreed(marks: object) -> str:
    different = set(marks)  # type: ignore[call-overload]
    return str(different.pop()) if len(different) == 1 else ""
