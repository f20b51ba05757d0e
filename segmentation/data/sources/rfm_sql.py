"""Recency, frequency, monetary and their companions as one SELECT, so that a warehouse makes the features itself.

The same definitions as `lines` and `rfm`. What only a look at the whole file decides (words of a status, refunds beside
an order, several currencies) is not in it, and a file that needs it is refused.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import Any

import numpy as np
import pandas as pd

from segmentation.core.dialects import DIALECTS, LARGEST, Dialect, dialect_of
from segmentation.core.errors import SegmentationError
from segmentation.core.sql_steps import Column, Step, query_text
from segmentation.core.tables import FeatureTable, Table
from segmentation.core.text import count_text, counted, listed, plain_text
from segmentation.data.sources.base import ids_of
from segmentation.data.sources.days import DAY, as_second
from segmentation.data.sources.transaction_table import LINES, TransactionSettings

__all__ = ["check_alike", "check_answer", "features_sql"]

_WEIGHED = ("status", "type", "refunded", "cancelled", "currency")
_FEATURES = {
    "recency": "FLOOR((as_of - last_second) / {day})",
    "frequency": "frequency",
    "monetary": "monetary",
    "average_order_value": "monetary / frequency",
    "tenure": "FLOOR((as_of - first_second) / {day})",
    "days_between_purchases": "CASE WHEN days > 1 THEN (last_day - first_day) / (days - 1) END",
    "distinct_products": "distinct_products",
    "return_share": "CASE WHEN bought > {zero} THEN ({zero} - returned) / bought END",
    "recent_trend": "CASE WHEN recent + earlier > {zero} THEN (recent - earlier) / (recent + earlier) END",
}
"""Feature → how it is computed from what is added up of a customer."""


def features_sql(made: FeatureTable, dialect: str, *, table: str = "lines", as_of: str = "") -> str:
    """Features that were made of purchase lines, a key of `DIALECTS` → one SELECT that makes them in a warehouse.

    Columns of the result: customer, and the features in use under their own names, so that the SELECT of a model reads
    them. table: where the lines are, with the columns of the file. as_of: the date that days count up to; empty is one
    day after the last line, as in a file. Raises `SegmentationError` for features of other files, and for lines whose
    meaning hangs on words, refunds or currencies.
    """
    if made.source != "transactions":
        raise SegmentationError(
            "SQL makes the features of purchase lines only (recency, frequency, monetary). These are made of another "
            "kind of file: make them with `features`, and score the result."
        )
    mapping: dict[str, str] = dict(made.replay["columns"]["transactions"])
    weighed = [mapping[name] for name in _WEIGHED if name in mapping]
    if weighed:
        raise SegmentationError(
            f"What counts hangs on {listed(plain_text(name, longest=40) for name in weighed)}, whose words, refunds or "
            "currencies are weighed here and not in SQL. Filter such lines in the warehouse and leave the columns out "
            "of the mapping (--map), or make the features with `features`."
        )
    settings = TransactionSettings(**made.replay["settings"])
    known = dialect_of(dialect)
    steps = [_lines(known, mapping), *_marked(known, mapping, settings), _dated(known, settings, as_of)]
    steps += [_kept(known, settings), *_customers(known, mapping, settings, made.names)]
    source = known.table(table)
    if settings.duplicates != "keep":
        source = _once(known, mapping, settings, source)
    labels = listed(info.label for info in made.info)
    header = (
        f"-- {known.remark(labels)} of every customer, for {known.label}: purchase lines in, one row a customer out.\n"
    )
    return f"{header}{query_text(known, source, steps)}\n"


def check_alike(made: FeatureTable, lines: Table) -> None:
    """Raise `SegmentationError` unless the SELECT makes of these lines the features that were made of them.

    SQLite runs it on the very lines. What only the file as a whole tells, such as that an amount is the total of its
    order and stands on each line, is not in the SELECT, and shows here.
    """
    mapping = dict(made.replay["columns"]["transactions"])
    frame = lines.frame.astype("str").where(lines.frame.notna(), None)
    for spec in LINES.columns:
        name = mapping.get(spec.name, "")
        if name and spec.kind == "number":
            frame[name] = pd.to_numeric(pd.Series(lines.frame[name]), errors="coerce").astype(object)
        elif name and spec.kind == "id":
            frame[name] = ids_of(lines, name).astype(object)
    query = features_sql(made, "sqlite", table="main.lines", as_of=str(made.as_of or ""))
    columns = ", ".join(DIALECTS["sqlite"].column(str(name)) for name in frame)
    rows = frame.astype(object).where(frame.notna(), None).itertuples(index=False, name=None)
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute(f"CREATE TABLE lines ({columns})")
        connection.executemany(f"INSERT INTO lines VALUES ({', '.join('?' * frame.shape[1])})", rows)
        answer = pd.DataFrame(connection.execute(query).fetchall(), columns=["customer", *made.names])
    check_answer(made, answer)


def check_answer(made: FeatureTable, answer: pd.DataFrame) -> None:
    """Raise `SegmentationError` unless an answer of the SELECT (customer, features) is what was made of the lines."""
    wanted = made.frame.sort_index()
    answer = answer.set_index("customer").astype("float64").reindex(wanted.index.union(pd.Index(answer["customer"])))
    wanted = wanted.reindex(answer.index)
    alike = np.isclose(answer, wanted, rtol=1e-9, atol=1e-9, equal_nan=True).all(axis=1)
    if not alike.all():
        raise SegmentationError(
            f"For {counted(int((~alike).sum()), 'customer')} of {count_text(len(wanted))} the SELECT would give other "
            "figures than this file: it needs more than SQL does here (such as ids in several spellings, or the total "
            "of an order on each of its lines). Settle that in the warehouse, or make the features with `features`."
        )


def _once(dialect: Dialect, mapping: dict[str, str], settings: TransactionSettings, source: str) -> str:
    """The table without lines that repeat another word for word; "orders": only where they have an order number."""
    if settings.duplicates == "drop" or "invoice" not in mapping:
        return f"(SELECT DISTINCT * FROM {source}) AS every_line" if settings.duplicates == "drop" else source
    number = dialect.column(mapping["invoice"])
    return (
        f"(SELECT DISTINCT * FROM {source} WHERE {number} IS NOT NULL UNION ALL SELECT * FROM {source} WHERE {number} "
        "IS NULL) AS every_line"
    )


def _lines(dialect: Dialect, mapping: dict[str, str]) -> Step:
    columns = []
    for spec in LINES.columns:
        if spec.name not in ("customer", "date", "amount", "quantity", "price", "invoice", "product"):
            continue
        there = spec.name in mapping
        cell = dialect.column(mapping[spec.name]) if there else "NULL"
        if spec.kind == "date":
            seconds = f"CAST({dialect.seconds.format(cell)} AS {dialect.double})"
            columns.append(Column("second_number", f"FLOOR({seconds})", "seconds since 1970"))
        elif spec.kind == "number":
            number = dialect.number_of(cell) if there else f"CAST(NULL AS {dialect.double})"
            columns.append(Column(spec.name, number))
        else:
            columns.append(Column(spec.name, f"NULLIF(TRIM(CAST({cell} AS {dialect.string})), '')"))
    return Step(
        "purchase_lines", "The purchase lines: dates as seconds, numbers, texts without blanks around.", columns, ()
    )


def _marked(dialect: Dialect, mapping: dict[str, str], settings: TransactionSettings) -> list[Step]:
    zero, largest = dialect.number(0.0), dialect.number(LARGEST)
    worth = "amount" if "amount" in mapping else "quantity * price"
    returned = f"quantity < {zero} OR worth < {zero}"
    if settings.c_invoices and "invoice" in mapping:
        digits = ", ".join(f"'{digit}'" for digit in range(10))
        returned += f" OR (UPPER(SUBSTRING(invoice, 1, 1)) = 'C' AND SUBSTRING(invoice, 2, 1) IN ({digits}))"
    customer = "customer"
    if settings.missing_customer == "guest" and "invoice" in mapping:
        guest = dialect.glued([dialect.text("guest", ending=" "), "invoice"])
        customer = f"COALESCE(customer, {guest})"
    kept = ("second_number", "quantity", "price", "invoice", "product")
    return [
        Step(
            "worths",
            "What each line is worth.",
            [Column("customer", customer), Column("worth", f"CASE WHEN ABS({worth}) <= {largest} THEN {worth} END")],
            kept,
        ),
        Step(
            "marked",
            "Which lines are cancellations or returns, and which are free of charge.",
            [
                Column("is_return", f"CASE WHEN {returned} THEN 1 ELSE 0 END"),
                Column("is_free", f"CASE WHEN worth = {zero} OR price = {zero} THEN 1 ELSE 0 END"),
            ],
        ),
    ]


def _dated(dialect: Dialect, settings: TransactionSettings, as_of: str) -> Step:
    """The moment that days count up to, beside every line."""
    if as_of:
        moment = dialect.number(as_second(as_of, "The as-of date"))
        return Step("dated", "The moment that days count up to.", [Column("as_of", moment, as_of)])
    day, inside = dialect.number(DAY), _inside(dialect, settings)
    where = f" WHERE {' AND '.join(inside)}" if inside else ""
    latest = f"\n  CROSS JOIN (SELECT MAX(second_number) AS latest FROM marked{where}) AS latest_line"
    midnight = f"latest / {day} = FLOOR(latest / {day})"
    whole_day = f"CASE WHEN {midnight} THEN {dialect.number(DAY - 1)} ELSE {dialect.number(0.0)} END"
    until = Column(
        "as_of", f"latest + {day} + {whole_day}", "one day after the last line; a day without a time to its end"
    )
    return Step("dated", "The moment that days count up to.", [until], ("marked.*",), latest)


def _kept(dialect: Dialect, settings: TransactionSettings) -> Step:
    conditions = ["second_number IS NOT NULL", "worth IS NOT NULL", "customer IS NOT NULL", "second_number <= as_of"]
    if settings.zero_prices == "drop":
        conditions.append("(is_free = 0 OR is_return = 1)")
    conditions += _inside(dialect, settings)
    columns = [
        Column("amount", "CASE WHEN is_return = 1 THEN -ABS(worth) ELSE worth END", "below zero where returned"),
        Column("day_number", f"FLOOR(second_number / {dialect.number(DAY)})"),
    ]
    kept = ("customer", "second_number", "invoice", "product", "is_return", "as_of")
    return Step("kept", "The lines that count.", columns, kept, "\n  WHERE " + "\n    AND ".join(conditions))


def _inside(dialect: Dialect, settings: TransactionSettings) -> list[str]:
    """The conditions of the window of dates."""
    conditions = []
    if settings.start:
        first = as_second(settings.start, "From") // DAY * DAY
        conditions.append(f"second_number >= {dialect.number(first)}")
    if settings.end:
        conditions.append(f"second_number <= {dialect.number(as_second(settings.end, 'To'))}")
    return conditions


def _customers(dialect: Dialect, mapping: dict[str, str], settings: TransactionSettings, names: Any) -> list[Step]:
    zero = dialect.number(0.0)

    def bought(value: str) -> str:
        return f"CASE WHEN is_return = 0 THEN {value} END"

    def within(after: int, until: int) -> str:
        edges = [f"as_of - {dialect.number(days * settings.trend_days * DAY)}" for days in (after, until)]
        inside = f"is_return = 0 AND second_number > {edges[0]} AND second_number <= {edges[1]}"
        return f"SUM(CASE WHEN {inside} THEN amount ELSE {zero} END)"

    by_invoice = settings.purchase == "invoice" and "invoice" in mapping
    purchase = f"COALESCE(invoice, CAST(day_number AS {dialect.string}))" if by_invoice else "day_number"
    sums = [
        Column("as_of", "MAX(as_of)"),
        Column("last_second", f"MAX({bought('second_number')})"),
        Column("first_second", f"MIN({bought('second_number')})"),
        Column("last_day", f"MAX({bought('day_number')})"),
        Column("first_day", f"MIN({bought('day_number')})"),
        Column("days", f"COUNT(DISTINCT {bought('day_number')})"),
        Column("frequency", f"COUNT(DISTINCT {bought(purchase)})"),
        Column("distinct_products", f"COUNT(DISTINCT {bought('product')})"),
        Column("bought", f"SUM(CASE WHEN is_return = 0 THEN amount ELSE {zero} END)"),
        Column("returned", f"SUM(CASE WHEN is_return = 1 THEN amount ELSE {zero} END)"),
        Column("recent", within(1, 0)),
        Column("earlier", within(2, 1)),
    ]
    groups = "\n  GROUP BY customer\n  HAVING SUM(1 - is_return) > 0"
    monetary = "bought + returned" if settings.returns == "net" else "bought"
    figures = {"day": dialect.number(DAY), "zero": zero}
    features = [Column(name, _FEATURES[name].format(**figures)) for name in names]
    return [
        Step("sums", "Each customer with at least one purchase, added up.", sums, ("customer",), groups),
        Step("totals", "What was spent.", [Column("monetary", monetary)]),
        Step("answer", "One row a customer.", features, ("customer",)),
    ]
