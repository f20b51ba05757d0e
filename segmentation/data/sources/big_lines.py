"""A file of purchase lines that is larger than may be read at once → one row a customer, through DuckDB on disk.

The lines are read block by block, checked and typed as `read` has them (`line_store`), marked by `mark_lines` and added
up by `rfm_features`, the very functions that a small file goes through: narwhals runs them in DuckDB. What needs a look
at all lines in another way (words, refunds, currencies, totals of orders) is not done here; such a file is refused.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from segmentation.core.errors import DataProblems, Problem, raise_if_fatal
from segmentation.core.own_folder import own_folder
from segmentation.core.settings import Progress
from segmentation.core.tables import FeatureTable, Note, Table
from segmentation.core.text import count_text, plain_text
from segmentation.data.reading import read
from segmentation.data.reading.stream import BLOCK, NotPlain, first_lines
from segmentation.data.sources.assemble import Assembly
from segmentation.data.sources.days import as_second, day_after
from segmentation.data.sources.line_store import COLUMNS, LineStore, fill, with_middles
from segmentation.data.sources.lines import (
    INCOMPLETE,
    counted_twice,
    guests,
    left_out,
    mark_lines,
    mostly_c,
    returns_of,
    zero_words,
)
from segmentation.data.sources.nameless import are_nameless
from segmentation.data.sources.orders import sums_text
from segmentation.data.sources.people import settle_ids, vanished
from segmentation.data.sources.rfm import RFM, rfm_features
from segmentation.data.sources.rfm_scores import cut_points
from segmentation.data.sources.transaction_table import LINES, TransactionSettings
from segmentation.data.sources.transactions import NOTHING_LEFT, late_slip, transaction_features
from segmentation.data.warehouse.engines import duckdb_driver

__all__ = ["add_up", "fits", "through_disk"]

MEMORY = 2 * 2**30
"""Bytes that DuckDB may hold; what is more goes to the disk."""
_WEIGHED = ("status", "type", "refunded", "cancelled", "currency")
_AS_USUAL = ("duplicates", "same_ids", "currencies", "currency", "words")
_KINDS = ("text", "trimmed", "number", "yes/no", "date")
_NEGATIVE_SALES = 0.6
_FAR = 366
_DAY = 86_400


def through_disk(
    path: Path, assembled: Callable[[Table], Assembly], progress: Progress | None = None
) -> FeatureTable | None:
    """A big file and what says how a table is understood → one row a customer; None where it has to be read at once.

    The first lines are read in full, and all that was decided of them is checked on the others.
    """
    try:
        assembly = assembled(read(first_lines(path, BLOCK), path.name))
        return add_up(path, assembly, progress) if fits(assembly) else None
    except NotPlain:
        return None


def fits(assembly: Assembly) -> bool:
    """Whether files of this form, with these choices, are added up here as they are in memory."""
    if assembly.source.name != "transactions" or assembly.told or len(assembly.tables) != 1:
        return False
    mapping, settings = assembly.columns["transactions"], assembly.settings
    return _plain(assembly.tables["transactions"], mapping) and _told_line_by_line(mapping, settings)


def _plain(table: Table, mapping: Mapping[str, str]) -> bool:
    """Whether the columns have names, the numbers no unit, and the dates are dates."""
    kinds = dict(table.settings.columns)
    numbers = [mapping[name] for name in ("amount", "quantity", "price") if name in mapping]
    dated = {"customer", "date"} <= set(mapping) and kinds.get(mapping["date"], "").startswith("date")
    known = all(kind.startswith(_KINDS) for kind in kinds.values()) and not are_nameless(table.frame.columns)
    return dated and known and all(kinds.get(name) == "number" for name in numbers)


def _told_line_by_line(mapping: Mapping[str, str], settings: TransactionSettings) -> bool:
    """Whether each line says itself what it counts as: no words, no order totals, and the usual choices."""
    worth = "amount" in mapping or {"quantity", "price"} <= set(mapping)
    totals = {"amount", "invoice"} <= set(mapping) and settings.order_totals != "lines"
    usual = TransactionSettings()
    chosen = all(getattr(settings, name) == getattr(usual, name) for name in _AS_USUAL)
    return worth and chosen and settings.sign != "negative" and not totals and not set(_WEIGHED) & set(mapping)


def add_up(path: Path, assembly: Assembly, progress: Progress | None = None) -> FeatureTable:
    """A file and how its first part is understood (see `fits`) → what `build_transactions` makes of all its lines.

    Raises `NotPlain` where the whole file would be understood in another way, `DataProblems` as the build does.
    """
    tell = progress or (lambda share, text: None)
    duckdb = duckdb_driver()
    mapping = dict(assembly.columns["transactions"])
    with (
        own_folder("segmentation-lines") as folder,
        closing(duckdb.connect(str(folder / "lines.duckdb"))) as connection,
        ThreadPoolExecutor(2) as pool,
    ):
        digest = pool.submit(_sha256, path)
        connection.execute(f"SET memory_limit = '{MEMORY // 2**20}MiB'")
        connection.execute(f"SET temp_directory = '{folder.as_posix()}'")
        kinds = {str(name): "" for name in assembly.tables["transactions"].frame.columns}
        kinds |= dict(assembly.tables["transactions"].settings.columns)
        store = LineStore(connection, mapping, kinds, pool)
        table = replace(fill(store, path, tell), sha256=digest.result())
        store.close(table)
        made = _Lines(connection, mapping, assembly.settings, tell).customers(with_middles(store, table))
    return replace(assembly, tables={"transactions": table}).finished(made)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@dataclass
class _Lines:
    """The stored lines on their way to customers."""

    connection: Any
    mapping: Mapping[str, str]
    settings: TransactionSettings
    tell: Progress

    def customers(self, table: Table) -> FeatureTable:
        """What `build_transactions` makes of these lines."""
        notes, problems = list[Note](), list[Problem]()
        seen = "SELECT customer FROM lines WHERE customer IS NOT NULL GROUP BY customer ORDER BY min(place)"
        settle_ids(pd.Series(self._column(seen), dtype="str"), "keep", self.mapping["customer"], notes, problems)
        raise_if_fatal(problems)
        self._mark(notes)
        as_of = self._as_of()
        self._keep(as_of, notes)
        (bought,) = self._row("SELECT count(*) FROM kept WHERE NOT returned")
        if not bought:
            raise DataProblems([Problem(LINES.label, "no purchase is left.", NOTHING_LEFT)])
        self.tell(0.75, "Adding up each customer")
        self.connection.execute("CREATE MACRO sum(x) AS fsum(x)")  # with a running correction, as pandas adds up
        self.connection.execute("SET threads = 1")  # in the order of the file: the same sums every time
        customers = rfm_features(
            self.connection.table("kept"),
            as_second(as_of, "The as-of date"),
            purchase=self.settings.purchase if "invoice" in self.mapping else "day",
            net=self.settings.returns == "net",
            trend_days=self.settings.trend_days,
        ).df()
        customers = customers.set_index(customers.pop("customer").astype("str")).sort_index()
        (lines,) = self._row("SELECT count(*) FROM marked")
        of_all = f"{count_text(bought)} of {count_text(lines)} lines are purchases"
        notes.insert(0, Note(LINES.label, f"{of_all} of {count_text(len(customers))} customers.", len(customers)))
        gone = vanished(self._without_purchase(), customers.index, notes, LINES.label)
        problems += [] if self.settings.as_of else self._late_slip()
        more = self._countries(customers.index)
        cuts = {name: cut_points(customers[name]) for name in RFM}
        used = replace(self.settings, as_of=as_of)
        features = transaction_features(table, dict(self.mapping), used, customers, more, cuts, notes, problems)
        return replace(features, left_out=gone)

    def _mark(self, notes: list[Note]) -> None:
        """The view `marked`: with returned and free; raises `NotPlain` where more than the line itself decides."""
        lines = self.connection.table("lines")
        sale, below, blank = self._row(
            "SELECT count(*) FILTER (amount <> 0), count(*) FILTER (amount < 0), count(*) FILTER (amount IS NULL) "
            "FROM lines"
        )
        if self.settings.sign == "find" and sale and below / sale > _NEGATIVE_SALES:
            raise NotPlain
        if blank and "amount" in self.mapping and "invoice" in self.mapping:
            raise NotPlain
        marked = mark_lines(lines, c_invoices=self.settings.c_invoices)
        if self.settings.c_invoices and self._mostly_returned(marked):
            without = mark_lines(lines, c_invoices=False)
            if not self._mostly_returned(without):
                notes.append(mostly_c())
                marked, self.settings = without, replace(self.settings, c_invoices=False)
        marked.create_view("marked_lines")
        customer, asked = "customer", self.settings.missing_customer == "guest"
        if asked:
            notes += guests(*self._row("SELECT count(*) FROM lines WHERE customer IS NULL AND invoice IS NOT NULL"))
            customer = "coalesce(customer, 'guest ' || invoice)"
        self.connection.execute(f"CREATE VIEW marked AS SELECT * REPLACE ({customer} AS customer) FROM marked_lines")

    @staticmethod
    def _mostly_returned(marked: Any) -> bool:
        ((share,),) = marked.aggregate("avg(returned::INTEGER)").fetchall()
        return bool((share or 0) > 0.5)

    def _as_of(self) -> str:
        if self.settings.as_of:
            return self.settings.as_of
        (latest,) = self._row(f"SELECT max(date) FROM marked WHERE {self._inside()}")
        return "" if latest is None else day_after(pd.Timestamp(latest))

    def _inside(self) -> str:
        """The condition of the window of dates."""
        conditions = ["true"]
        if self.settings.start:
            first = as_second(self.settings.start, "From") // _DAY * _DAY
            conditions.append(f"date >= make_timestamp({int(first * 1_000_000)})")
        if self.settings.end:
            last = as_second(self.settings.end, "To")
            conditions.append(f"date <= make_timestamp({int(last * 1_000_000)})")
        return " AND ".join(conditions)

    def _keep(self, as_of: str, notes: list[Note]) -> None:
        """The table `kept`, and what is said of the lines left out, one reason each, and of those that stay."""
        (priced,) = self._row("SELECT count(price) FROM lines")
        until = int(as_second(as_of, "The as-of date") * 1_000_000) if as_of else 0
        reasons = [
            ("date IS NULL", INCOMPLETE[0]),
            ("amount IS NULL", INCOMPLETE[1]),
            ("customer IS NULL", INCOMPLETE[2]),
            ("free AND NOT returned", zero_words(priced=bool(priced)) if self.settings.zero_prices == "drop" else ""),
            (f"NOT ({self._inside()})", "lie outside the chosen dates"),
            (f"date > make_timestamp({until})", f"are later than {plain_text(as_of)}" if as_of else ""),
        ]
        cases = " ".join(f"WHEN {which} THEN {at}" for at, (which, words) in enumerate(reasons) if words)
        self.connection.execute(f"CREATE VIEW reasoned AS SELECT *, CASE {cases} ELSE -1 END AS reason FROM marked")
        counts = dict(self.connection.execute("SELECT reason, count(*) FROM reasoned GROUP BY reason").fetchall())
        notes += [left_out(counts[at], words) for at, (_, words) in enumerate(reasons) if counts.get(at)]
        kept = [*COLUMNS, "returned", "place", "checksum"]
        self.connection.execute(f"CREATE TABLE kept AS SELECT {', '.join(kept)} FROM reasoned WHERE reason = -1")
        self.tell(0.65, "Looking for lines that are repeated")
        twice, worth, ordered, ordered_worth = self._row(
            "SELECT coalesce(fsum(n - 1), 0), fsum((n - 1) * amount), "
            "coalesce(fsum(n - 1) FILTER (invoice IS NOT NULL), 0), "
            "fsum((n - 1) * amount) FILTER (invoice IS NOT NULL) FROM "
            "(SELECT count(*) AS n, amount, any_value(invoice) AS invoice "
            "FROM kept GROUP BY checksum, date, amount HAVING count(*) > 1)"
        )
        if twice:
            count, amount = (ordered, ordered_worth) if ordered else (twice, worth)
            notes.append(counted_twice(int(count), sums_text(pd.Series([amount]), None), ordered=bool(ordered)))
        (returned,) = self._row("SELECT count(*) FROM kept WHERE returned")
        notes += returns_of(returned, self.settings)

    def _without_purchase(self) -> pd.DataFrame:
        """Customers of whom no line is a purchase, one row each, as `vanished` takes lines."""
        gone: pd.DataFrame = self.connection.execute(
            "SELECT customer, bool_and(returned) AS returned, bool_and(free) AS nothing, "
            "false AS none, false AS foreign "
            "FROM marked_lines WHERE customer IS NOT NULL "
            "AND customer NOT IN (SELECT customer FROM kept WHERE NOT returned) GROUP BY customer"
        ).df()
        return gone

    def _countries(self, customers: pd.Index) -> pd.DataFrame:
        """The country of the latest purchase of each customer, where the file has countries."""
        more = pd.DataFrame(index=customers)
        if "country" in self.mapping:
            latest = self.connection.execute(
                "SELECT customer, arg_max(country, (date, place)) AS country FROM kept "
                "WHERE NOT returned AND country IS NOT NULL GROUP BY customer"
            ).df()
            more["country"] = latest.set_index("customer")["country"].astype("str").reindex(customers)
        return more

    def _late_slip(self) -> list[Problem]:
        """The last date where it lies far after nearly all others; the quantile is looked up only if it may."""
        last, lines = self._row("SELECT max(date), count(*) FROM kept")
        near = f"SELECT count(*) FROM kept WHERE date >= TIMESTAMP '{last}' - INTERVAL {_FAR} DAY"
        if self._row(near)[0] > lines / 500:
            return []
        (usual,) = self._row("SELECT quantile_cont(epoch_us(date), 0.999) FROM kept")
        return late_slip(pd.Timestamp(last), pd.Timestamp(int(usual), unit="us"))

    def _row(self, query: str) -> tuple[Any, ...]:
        (row,) = self.connection.execute(query).fetchall()
        return tuple(row)

    def _column(self, query: str) -> list[Any]:
        return [value for (value,) in self.connection.execute(query).fetchall()]
