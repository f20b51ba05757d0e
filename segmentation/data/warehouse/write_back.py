"""Write personas into a table: only what changed, in one transaction, so that a second run writes nothing."""

from __future__ import annotations

import logging
import os
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass

from segmentation.core.dialects import DIALECTS, Dialect
from segmentation.core.errors import SegmentationError
from segmentation.core.text import plain_text
from segmentation.data.warehouse.address import Address
from segmentation.data.warehouse.engines import database_path, open_duckdb, postgres_driver

__all__ = ["Written", "write_back"]

_LOG = logging.getLogger(__name__)
_NEW = "personas_coming_in"
Rows = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Written:
    """How many customers got a persona or another one; how many kept theirs."""

    changed: int
    same: int


def write_back(address: Address, rows: Rows, since: str, *, secrets: Mapping[str, str] | None = None) -> Written:
    """(customer, persona) each → the table at the address has them: customer, persona, since.

    since: when a persona is written for the first time, as ISO text. The table is made where there is none. A customer
    whose persona is the same keeps its row with the older date; customers of the table that are not given stay. All of
    it is one transaction: who ends this process in between finds the table as it was. Raises `SegmentationError`.
    """
    if address.kind not in _WRITERS or not address.table:
        raise SegmentationError(
            f"Personas cannot be written to {address.shown}. Write postgresql://…#TABLE, sqlite:///FILE#TABLE or "
            "duckdb:///FILE#TABLE."
        )
    rows = list(dict(rows).items())
    place = address.filled(os.environ if secrets is None else secrets)
    try:
        changed = _WRITERS[address.kind](place, address.table, rows, since)
    except SegmentationError:
        raise
    except Exception as error:  # noqa: BLE001  every driver has errors of its own
        _LOG.info("Writing personas failed: %s", type(error).__name__)
        what = plain_text((str(error).strip().splitlines() or [type(error).__name__])[0], longest=200).rstrip(".")
        raise SegmentationError(
            f"Nothing was written to {address.shown}: {what}. Check the address and the right to write."
        ) from None
    return Written(changed, len(rows) - changed)


def _table(dialect: Dialect, table: str) -> str:
    text = dialect.string
    return (
        f"CREATE TABLE IF NOT EXISTS {dialect.table(table)} (customer {text} PRIMARY KEY, persona {text} NOT NULL, "
        f"since {text} NOT NULL)"
    )


def _merge(dialect: Dialect, table: str, since: str, marks: str) -> str:
    """Customers that are new or have another persona; the rest is not touched."""
    into, day = dialect.table(table), marks or dialect.text(since)
    return (
        f"INSERT INTO {into} (customer, persona, since) SELECT new.customer, new.persona, {day} FROM {_NEW} AS new "
        f"LEFT JOIN {into} AS old ON old.customer = new.customer "
        "WHERE old.customer IS NULL OR old.persona <> new.persona "
        "ON CONFLICT (customer) DO UPDATE SET persona = excluded.persona, since = excluded.since"
    )


def _sqlite(place: str, table: str, rows: Rows, since: str) -> int:
    dialect = DIALECTS["sqlite"]
    with closing(sqlite3.connect(database_path(place), isolation_level=None, timeout=60)) as connection:
        connection.execute(f"CREATE TEMP TABLE {_NEW} (customer TEXT PRIMARY KEY, persona TEXT)")
        connection.execute("BEGIN")
        connection.executemany(f"INSERT INTO {_NEW} VALUES (?, ?)", rows)
        connection.execute("COMMIT")
        connection.execute("BEGIN IMMEDIATE")
        try:
            connection.execute(_table(dialect, table))
            changed = connection.execute(_merge(dialect, table, since, "")).rowcount
            connection.execute("COMMIT")
        except BaseException:
            connection.execute("ROLLBACK")
            raise
    return changed


def _duckdb(place: str, table: str, rows: Rows, since: str) -> int:
    import pyarrow as pa

    dialect = DIALECTS["duckdb"]
    with closing(open_duckdb(place, read_only=False)) as connection:
        connection.register(_NEW, pa.table({"customer": [row[0] for row in rows], "persona": [row[1] for row in rows]}))
        connection.execute("BEGIN")
        connection.execute(_table(dialect, table))
        changed = int(connection.execute(_merge(dialect, table, since, "")).fetchall()[0][0])
        connection.execute("COMMIT")
    return changed


def _postgresql(place: str, table: str, rows: Rows, since: str) -> int:
    import pyarrow as pa

    dialect, dbapi = DIALECTS["postgres"], postgres_driver()
    new = pa.table({"customer": [row[0] for row in rows], "persona": [row[1] for row in rows]})
    with closing(dbapi.connect(place)) as connection, closing(connection.cursor()) as cursor:
        cursor.adbc_ingest(_NEW, new, mode="create", temporary=True)
        cursor.execute(_table(dialect, table))
        cursor.execute(f"LOCK TABLE {dialect.table(table)} IN SHARE ROW EXCLUSIVE MODE")
        cursor.execute(
            f"WITH written AS ({_merge(dialect, table, since, '')} RETURNING 1) SELECT COUNT(*) FROM written"
        )
        changed = int(cursor.fetchone()[0])
        connection.commit()
    return changed


_WRITERS: dict[str, Callable[[str, str, Rows, str], int]] = {
    "sqlite": _sqlite,
    "duckdb": _duckdb,
    "postgresql": _postgresql,
}
