"""`features`: purchase lines in a Spark table to one row a customer, by the SELECT that warehouses run too."""

from __future__ import annotations

import os
import uuid
from collections.abc import Mapping
from datetime import date
from typing import Any

from segmentation.api.arguments import day_text, mapping_of
from segmentation.api.spark.frames import as_pandas, checked, plainly
from segmentation.core.errors import SegmentationError
from segmentation.core.text import plain_text
from segmentation.data.customers import customers_from
from segmentation.data.sources import SavedMapping, guess_columns
from segmentation.data.sources.rfm_sql import check_answer, features_sql
from segmentation.data.sources.transaction_table import LINES

__all__ = ["features"]

_HEAD = 2_000
_MOST = 4
"""So many times the lines that were asked for are looked at, where some customers have very many."""


def features(
    df: Any,
    *,
    roles: Mapping[str, str] | None = None,
    mapping: SavedMapping | str | os.PathLike[str] | None = None,
    as_of: date | str | None = None,
    choices: Mapping[str, Any] | None = None,
    look_at: int = 50_000,
) -> Any:
    """Purchase lines → one row a customer: recency, frequency, monetary and the others, as `seg.features` defines them.

    Which column is what and what counts is found out on all lines of some customers, as `seg.features` does it for a
    file. Spark then makes the features of everybody by the SELECT of `features --sql`; on those customers it must give
    what the library gives, or nothing is returned.

    Parameters
    ----------
    df
        A DataFrame of Spark, one row a purchase line. Dates must be dates, moments or ISO text; a moment with a time
        zone counts as the clock of the session's time zone shows it.
    roles
        Column → `customer`, `date`, `amount`, `quantity`, `price`, `invoice`, `product` …; the others are guessed.
    mapping
        Which column is what and what counts, as the Data page saves it.
    as_of
        The day that days are counted up to; None is the day after the last line.
    choices
        What counts, where the usual is not wanted, as in `seg.features`: `{"returns": "net", "use": "recency,tenure"}`.
    look_at
        About how many lines are looked at on this machine.

    Returns
    -------
    pyspark.sql.DataFrame
        customer (text), then one column of numbers a feature; a customer without a purchase has no row.

    Raises
    ------
    SegmentationError
        Where Spark is not installed; for lines whose meaning hangs on words of a status, refunds or several
        currencies; and where Spark would give other figures than the library (ids in several spellings, dates in
        other forms …).
    """
    df = checked(df)
    known = mapping_of(mapping)
    customer = _customer_column(df, roles or {}, known)
    some, day = _some_customers(df, customer, look_at).persist(), day_text(as_of)
    try:
        lines = as_pandas(some)
        made = customers_from(lines, "transactions", roles=roles, mapping=known, as_of=day, choices=choices)
        check_answer(made, as_pandas(_answer(some, made, str(made.as_of or ""))))
    finally:
        some.unpersist()
    return _answer(df, made, day or "")


def _customer_column(df: Any, roles: Mapping[str, str], mapping: SavedMapping | None) -> str:
    """Which column tells customers apart: as it was said, else as it is guessed of a file."""
    named = [name for name, role in roles.items() if role in ("customer", "identifier")]
    saved = {} if mapping is None else next(iter(mapping.columns.values()), {})
    name = named[0] if named else saved.get("customer")
    name = name or guess_columns(LINES, as_pandas(df.limit(_HEAD))).get("customer")
    if name is None:
        raise SegmentationError('No column tells customers apart. Name it, such as roles={"client": "customer"}.')
    if df.columns.count(name) != 1:
        there = plain_text(", ".join(df.columns[:20]), longest=300)
        raise SegmentationError(f'There is no single column "{plain_text(name)}". The table has: {there}.')
    return str(name)


def _some_customers(df: Any, customer: str, look_at: int) -> Any:
    """All lines of some customers, drawn by their ids, about so many; whatever way an id is spelled, it is one."""
    from pyspark.sql import functions as fn

    parts = max(1, -(-df.count() // max(look_at, 1)))
    if parts == 1:
        return df
    spelled = fn.lower(fn.trim(fn.col(f"c{df.columns.index(customer)}").cast("string")))
    drawn = plainly(df).where(fn.pmod(fn.xxhash64(spelled), fn.lit(parts)) == 0).limit(_MOST * look_at)
    return drawn.toDF(*df.columns)


def _answer(df: Any, made: Any, as_of: str) -> Any:
    """The SELECT over these lines."""
    from pyspark.sql import functions as fn
    from pyspark.sql.utils import is_remote

    view, session = f"purchase_lines_{uuid.uuid4().hex}", df.sparkSession
    df.createOrReplaceTempView(view)
    answer = session.sql(features_sql(made, "spark", table=view, as_of=as_of))
    answer = answer.select("customer", *(fn.col(name).cast("double") for name in made.names))
    if not is_remote():  # a server far away looks the view up only when the rows are asked for
        session.catalog.dropTempView(view)
    return answer
