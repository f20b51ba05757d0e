"""Joining tables by a key without ever multiplying a row or changing a sum."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import narwhals as nw

from segmentation.core.settings import Settings, option
from segmentation.data.sources.currencies import currencies_option
from segmentation.data.sources.people import same_ids_option

__all__ = ["Join", "RelatedSettings", "summarise"]


@dataclass(frozen=True)
class Join:
    """One table and what it adds to each customer.

    table: the table joined. key: column of the customers so far that points to it. table_key: the column of the table
    that it equals. columns: taken as they are (the table must have one row a key). count: number of rows. sums: columns
    added up. latest: columns taken from the row with the latest `by`. only_column, only_value: rows that count.
    """

    table: str
    key: str
    table_key: str
    columns: tuple[str, ...] = ()
    count: bool = False
    sums: tuple[str, ...] = ()
    latest: tuple[str, ...] = ()
    by: str = ""
    only_column: str = ""
    only_value: str = ""

    @property
    def adds_up(self) -> bool:
        """Whether the join counts or sums, so that a total must stay what it was."""
        return self.count or bool(self.sums)

    def name(self, column: str, how: str) -> str:
        """The name of a column that the join adds: "order_amount_sum"."""
        return "_".join(part for part in (self.table, column, how) if part)


@dataclass(frozen=True)
class RelatedSettings(Settings):
    """Which table holds the customers, what tells them apart, and what every other table adds."""

    base: str = option("", "The table with one row a customer")
    key: str = option("", "The column that tells customers apart")
    joins: tuple[Join, ...] = field(default=())
    roles: Mapping[str, str] = field(default_factory=dict)
    """Role of each column of the joined table; what it does not name gets the suggested role."""
    same_ids: str = same_ids_option()
    money: str = option(
        "settle",
        "Amounts in the joined tables",
        "Where a table has amounts, a status or a currency, as payments and orders do.",
        choices={
            "settle": "Only purchases count, and currencies are kept apart",
            "as is": "Add up every line as it stands",
        },
    )
    currencies: str = currencies_option()
    words: Mapping[str, str] = field(default_factory=dict)
    """Word of a status or type → purchase | none, where it is not to count as usual (see `status_words`)."""
    currency: str = ""
    """The one currency that counts or that amounts are converted to; "" is the one of most lines."""
    rates: Mapping[str, float] = field(default_factory=dict)
    """Currency → what one of it is worth in that currency."""


def summarise(rows: Any, join: Join) -> Any:
    """Rows of a table in any engine that narwhals knows → one row a key: the key, then what the join adds.

    rows: key text under "key" (never missing), a running number under "row", and the columns of the join. Missing
    values add nothing to a sum. Of several latest rows the last in the file counts; one without a date is never it.
    """
    rows = nw.from_native(rows)
    summed = (
        rows.with_columns(one=nw.lit(1.0), **{name: nw.col(name).fill_null(0.0) for name in join.sums})
        .group_by("key")
        .agg(
            nw.col("one").sum().alias(join.name("", "count")),
            *(nw.col(name).sum().alias(join.name(name, "sum")) for name in join.sums),
        )
    )
    if not join.latest:
        return summed.to_native()
    dated = rows.filter(~nw.col(join.by).is_null())
    newest = dated.filter(nw.col(join.by) == nw.col(join.by).max().over("key"))
    last = newest.filter(nw.col("row") == nw.col("row").max().over("key"))
    last = last.select("key", *(nw.col(name).alias(join.name(name, "latest")) for name in join.latest))
    return summed.join(last, on="key", how="left").to_native()
