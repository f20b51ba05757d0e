"""The lines of some customers, of all their lines → what they add up to, by the functions that add up a small file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from segmentation.data.reading.values import text_series
from segmentation.data.sources.days import as_second
from segmentation.data.sources.line_store import COLUMNS
from segmentation.data.sources.lines import COUNTED, mark_lines, sort_out, with_amount, with_guests
from segmentation.data.sources.marking import repeated
from segmentation.data.sources.part_files import rows_of
from segmentation.data.sources.rfm import numbered, rfm_features
from segmentation.data.sources.row_store import TEXT
from segmentation.data.sources.transaction_table import TransactionSettings
from segmentation.data.sources.transactions import of_the_lines

__all__ = ["Asked", "LineSums", "add_up_lines", "together"]


@dataclass(frozen=True)
class Asked:
    """What is asked of every part.

    settings: with the as-of date. priced: whether the file has prices. latest: how many of the last dates are wanted.
    """

    mapping: Mapping[str, str]
    settings: TransactionSettings
    priced: bool
    latest: int


@dataclass(frozen=True)
class LineSums:
    """What lines add up to.

    customers: see `rfm_features`, by customer. more: see `of_the_lines`. seen: customer → its first line. gone: see
    `people.vanished`, one row a customer without a purchase. left_out: why → how many lines. counts: "bought", "guests"
    and "returned" (of those that count), and of all lines "marked" (returned) and "marked without C". twice, ordered:
    lines that repeat another, and those with an order, as how many and their worth. dates: the last, in any order.
    """

    customers: pd.DataFrame
    more: pd.DataFrame
    seen: pd.Series
    gone: pd.DataFrame
    left_out: dict[str, int]
    counts: Counter[str]
    twice: tuple[int, float]
    ordered: tuple[int, float]
    dates: np.ndarray


def add_up_lines(path: Path, asked: Asked) -> LineSums:
    """One file of a `LineStore` → what its customers add up to."""
    settings = asked.settings
    lines = _lines(path, asked.mapping)
    seen = lines["place"].groupby(lines["customer"], sort=False).min()
    marked = mark_lines(lines, c_invoices=settings.c_invoices)
    plain = mark_lines(lines, c_invoices=False)["returned"] if settings.c_invoices else marked["returned"]
    counts = Counter({"marked": int(marked["returned"].sum()), "marked without C": int(plain.sum())})
    known = marked["customer"].notna()
    if settings.missing_customer == "guest":
        marked, counts["guests"] = with_guests(marked)
    kept, left_out = sort_out(marked, settings, settings.as_of, priced=asked.priced)
    buys = kept & ~marked["returned"]
    counts["bought"], counts["returned"] = int(buys.sum()), int((kept & marked["returned"]).sum())
    again = marked.loc[kept & marked["repeated"], ["invoice", "amount"]]
    gone = marked[known & ~_of_any(marked["customer"], buys)].assign(nothing=marked["free"])
    gone = gone.groupby("customer")[["returned", "nothing", "none", "foreign"]].all().reset_index()
    marked = marked.loc[kept, list(COUNTED)]
    customers, more = pd.DataFrame(), pd.DataFrame()
    if counts["bought"]:
        numbers, ids = numbered(marked)
        customers = rfm_features(
            numbers,
            as_second(settings.as_of, "The as-of date"),
            purchase=settings.purchase if "invoice" in asked.mapping else "day",
            net=settings.returns == "net",
            trend_days=settings.trend_days,
        )
        customers = customers.set_index(ids[customers.pop("customer")].rename("customer"))
        more = of_the_lines(marked, customers.index, "country" in asked.mapping)
    dates = np.sort(marked["date"].to_numpy())[-asked.latest :]
    ordered = again[again["invoice"].notna()]
    return LineSums(customers, more, seen, gone, left_out, counts, _worth(again), _worth(ordered), dates)


def together(parts: list[LineSums]) -> LineSums:
    """Parts with different customers as one, these by their ids."""
    left_out, counts = Counter[str](), Counter[str]()
    for part in parts:
        left_out.update(part.left_out)
        counts.update(part.counts)
    bought = [part for part in parts if len(part.customers)] or parts[:1]
    customers = pd.concat([part.customers for part in bought]).sort_index()
    more = pd.concat([part.more for part in bought])
    return LineSums(
        customers,
        more.reindex(customers.index),
        pd.concat([part.seen for part in parts]).sort_values(),
        pd.concat([part.gone for part in parts], ignore_index=True),
        dict(left_out),
        counts,
        _sum([part.twice for part in parts]),
        _sum([part.ordered for part in parts]),
        np.concatenate([part.dates for part in parts]),
    )


def _lines(path: Path, mapping: Mapping[str, str]) -> pd.DataFrame:
    """The lines of a file as `standard` has them, with what `mark` adds to those that nothing has to be weighed of."""
    table = rows_of(path)
    columns = {}
    for name, kind in COLUMNS.items():
        cells = table[name] if name in table.column_names else pa.chunked_array([pa.nulls(len(table), kind)])
        columns[name] = text_series(cells) if kind == TEXT else cells.to_pandas()
    lines = with_amount(pd.DataFrame(columns), dict(mapping), [])
    own = pd.DataFrame({"checksum": table["checksum"].to_pandas(), "date": lines["date"], "amount": lines["amount"]})
    lines["repeated"], lines["place"] = repeated(own, ["checksum"]), table["place"].to_pandas()
    return lines.assign(none=False, foreign=False, rest=False, currency=None)


def _of_any(ids: pd.Series, which: pd.Series) -> np.ndarray:
    """Which rows have an id that one of these rows has."""
    codes, different = ids.factorize()
    has = np.zeros(len(different) + 1, dtype=bool)  # the last for code −1, no id
    has[codes[which]] = True
    of_any: np.ndarray = has[codes]
    return of_any


def _worth(lines: pd.DataFrame) -> tuple[int, float]:
    return len(lines), float(lines["amount"].sum())


def _sum(parts: list[tuple[int, float]]) -> tuple[int, float]:
    return sum(count for count, _ in parts), sum(worth for _, worth in parts)
