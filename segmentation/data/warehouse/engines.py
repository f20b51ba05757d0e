"""One way to read for each kind of address: read only, with limits; run in a process of its own."""

from __future__ import annotations

import math
import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pyarrow as pa

from segmentation.core.dialects import DIALECTS
from segmentation.core.errors import SegmentationError
from segmentation.core.text import count_text, duration_text, listed, plain_text

__all__ = ["ENGINES", "database_path", "duckdb_driver", "one_table", "open_duckdb", "postgres_driver"]

_ROWS = 50_000
Report = Callable[[int], None]


def _too_many(most: int) -> SegmentationError:
    return SegmentationError(
        f"There are more than {count_text(most)} rows. Filter or sample them in a query, or let the warehouse score "
        "them itself (export-sql)."
    )


def read_sqlite(place: str, table: str, query: str, most: int, seconds: float, report: Report) -> pa.Table:
    """A table or a query of an SQLite file; nothing else of the disk can be reached."""
    path = database_path(place)
    _refuse_devices(path)
    _take_back(path)
    with closing(sqlite3.connect(f"file:{_uri(path)}?mode=ro", uri=True)) as connection:
        connection.set_authorizer(_only_reading)
        until = time.monotonic() + seconds
        connection.set_progress_handler(lambda: time.monotonic() > until, 100_000)
        there = [row[0] for row in connection.execute(
            "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite_%' ORDER BY name"
        )]  # fmt: skip
        cursor = connection.execute(query or _everything("sqlite", one_table(table, there)))
        names = [item[0] for item in cursor.description or ()]
        pieces: list[list[pa.Array]] = [[pa.array([], type=pa.null())] for _ in names]
        rows = 0
        while piece := cursor.fetchmany(_ROWS):
            rows += len(piece)
            report(rows)
            if rows > most:
                raise _too_many(most)
            for kept, cells in zip(pieces, zip(*piece, strict=True), strict=True):
                kept.append(_column(cells))
    return pa.Table.from_arrays([_joined(kept) for kept in pieces], names=_different(names))


def read_duckdb(place: str, table: str, query: str, most: int, seconds: float, report: Report) -> pa.Table:
    """A table or a query of a DuckDB file; the query can reach no other file and no network."""
    _refuse_devices(database_path(place))
    with closing(open_duckdb(place, read_only=True)) as connection, _stopped(connection, seconds):
        connection.execute("SET enable_external_access = false")
        connection.execute("SET lock_configuration = true")
        there = [row[0] for row in connection.execute("SELECT table_name FROM information_schema.tables").fetchall()]
        relation = connection.sql(query or _everything("duckdb", one_table(table, there)))
        return _gathered(relation.to_arrow_reader(_ROWS), most, report)


def read_postgresql(place: str, table: str, query: str, most: int, seconds: float, report: Report) -> pa.Table:
    """A table or a query of a PostgreSQL server, in a transaction that can only read."""
    dbapi = postgres_driver()
    with closing(dbapi.connect(place)) as connection, closing(connection.cursor()) as cursor:
        cursor.execute("SET TRANSACTION READ ONLY")
        cursor.execute(f"SET LOCAL statement_timeout = {max(int(seconds * 1000), 1)}")
        if not query and not table:
            cursor.execute(
                "SELECT table_name FROM information_schema.tables "
                "WHERE table_schema NOT IN ('pg_catalog', 'information_schema') ORDER BY table_name"
            )
            table = one_table("", [row[0] for row in cursor.fetchall()])
        cursor.execute(query or _everything("postgres", table))
        return _numbers(_gathered(cursor.fetch_record_batch(), most, report))


def read_parquet(place: str, table: str, query: str, most: int, seconds: float, report: Report) -> pa.Table:
    """All Parquet files of a folder, on this disk or in S3 (credentials as AWS's own tools find them)."""
    from pyarrow import dataset, fs

    if table or query:
        raise SegmentationError("A folder of Parquet files has no tables. Leave out what stands after #.")
    system, folder = fs.LocalFileSystem(), place
    if place.startswith("s3://"):
        parts = urlsplit(place)
        asked = parse_qs(parts.query)
        known = {name: asked[name][0] for name in ("region", "endpoint_override", "scheme") if name in asked}
        system, folder = fs.S3FileSystem(**known), unquote(parts.netloc + parts.path)
    stem, star, ending = folder.rpartition("/")[2].partition("*")
    folder = folder.rpartition("/")[0] if star or folder.endswith("/") or ending else folder
    found = system.get_file_info(fs.FileSelector(folder, recursive=not star))
    files = sorted(
        item.path for item in found
        if item.is_file and item.path.endswith(".parquet")
        and (not star or (item.base_name.startswith(stem) and item.base_name.endswith(ending)))
    )  # fmt: skip
    if not files:
        raise SegmentationError(f"There is no .parquet file in {plain_text(place)}. Check the folder.")
    read = dataset.dataset(files, filesystem=system, format="parquet")
    return _gathered(read.scanner(batch_size=_ROWS).to_reader(), most, report, seconds)


ENGINES: dict[str, Callable[[str, str, str, int, float, Report], pa.Table]] = {
    "sqlite": read_sqlite,
    "duckdb": read_duckdb,
    "postgresql": read_postgresql,
    "parquet": read_parquet,
}
"""Kind of address → how it is read. A new one is one function here and its scheme in `address.KINDS`."""


def duckdb_driver() -> Any:
    """The package duckdb; one sentence where it is not there."""
    try:
        import duckdb
    except ImportError:
        raise _missing("duckdb") from None
    return duckdb


def open_duckdb(place: str, *, read_only: bool) -> Any:
    """A connection to a DuckDB file; for one of another kind it fetches no extension from the internet."""
    alone = {"autoinstall_known_extensions": False, "autoload_known_extensions": False}
    return duckdb_driver().connect(database_path(place), read_only=read_only, config=alone)


def _refuse_devices(path: str) -> None:
    """Raise for a pipe, a device or a folder in the place of a file: one would be waited for without end."""
    if os.path.exists(path) and not os.path.isfile(path):
        raise SegmentationError(f"{plain_text(path)} is no file of a database. Check the path.")


def postgres_driver() -> Any:
    """ADBC's driver for PostgreSQL; one sentence where it is not there."""
    try:
        import adbc_driver_postgresql.dbapi
    except ImportError:
        raise _missing("postgres") from None
    return adbc_driver_postgresql.dbapi


def _missing(extra: str) -> SegmentationError:
    return SegmentationError(
        f"This kind of address needs a driver. Install it: pip install 'customer-segmentation-studio[{extra}]'."
    )


def database_path(place: str) -> str:
    """The file of `sqlite:///shop.db` (beside you) or `sqlite:////var/shop.db` (from the root)."""
    return unquote(urlsplit(place).netloc + urlsplit(place).path).removeprefix("/")


def one_table(table: str, there: Sequence[str]) -> str:
    """The table that was named, else the only one; one sentence that lists them where there are several."""
    if table:
        return table
    if len(there) != 1:
        names = listed((plain_text(name, longest=40) for name in there), most=12)
        have = f"It has {names}." if there else "It has none."
        raise SegmentationError(f"Which table? {have} Write #TABLE after the address.")
    return there[0]


def _everything(dialect: str, table: str) -> str:
    return f"SELECT * FROM {DIALECTS[dialect].table(table)}"


def _uri(path: str) -> str:
    from urllib.parse import quote

    return quote(path)


def _take_back(path: str) -> None:
    """Let SQLite take back what a program that was ended in the middle of a write left; who may only read cannot.

    Nothing else is written, and what a program at work writes is left alone (sqlite.org/lockingv3.html, hot journals).
    """
    if not os.path.exists(f"{path}-journal"):
        return
    with suppress(sqlite3.Error), closing(sqlite3.connect(f"file:{_uri(path)}?mode=rw", uri=True)) as connection:
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()


def _only_reading(action: int, first: str | None, *_: Any) -> int:
    allowed = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE}
    return sqlite3.SQLITE_OK if action in allowed and first != "load_extension" else sqlite3.SQLITE_DENY


@contextmanager
def _stopped(connection: Any, seconds: float) -> Iterator[None]:
    """Interrupt a query that takes longer."""
    clock = threading.Timer(seconds, connection.interrupt)
    clock.daemon = True
    clock.start()
    try:
        yield
    finally:
        clock.cancel()


def _gathered(batches: Any, most: int, report: Report, seconds: float = math.inf) -> pa.Table:
    pieces, rows, until = [], 0, time.monotonic() + seconds
    for batch in batches:
        pieces.append(batch)
        rows += len(batch)
        report(rows)
        if rows > most:
            raise _too_many(most)
        if time.monotonic() > until:
            raise SegmentationError(f"It took longer than {duration_text(seconds)}. Read fewer files.")
    return pa.Table.from_batches(pieces, schema=batches.schema)


def _column(cells: Sequence[Any]) -> pa.Array:
    """Cells of SQLite, each with a type of its own, as one column: numbers where all are, else text."""
    try:
        return pa.array(cells)
    except (pa.ArrowInvalid, pa.ArrowTypeError, OverflowError):
        return pa.array([None if cell is None else _as_text(cell) for cell in cells], type=pa.string())


def _joined(pieces: Sequence[pa.Array]) -> pa.ChunkedArray:
    """Pieces of one column, which may differ in kind: whole numbers and others are numbers, with text all is text."""
    kinds = {piece.type for piece in pieces} - {pa.null()}
    numbers = kinds <= {pa.int64(), pa.float64()}
    kind = next(iter(kinds)) if len(kinds) == 1 else pa.float64() if numbers and kinds else pa.string()
    return pa.chunked_array([piece.cast(kind) for piece in pieces], type=kind)


def _as_text(cell: Any) -> str:
    return cell.decode("utf-8", "replace") if isinstance(cell, bytes) else str(cell)


def _different(names: Sequence[str]) -> list[str]:
    return [name if names.index(name) == place else f"{name} ({place + 1})" for place, name in enumerate(names)]


def _numbers(table: pa.Table) -> pa.Table:
    """Decimals of PostgreSQL, which come as text, as numbers."""
    for place, field in enumerate(table.schema):
        if (field.metadata or {}).get(b"ADBC:postgresql:typname") == b"numeric":
            column = table.column(place)
            plain = column.cast(pa.string()) if not pa.types.is_string(column.type) else column
            table = table.set_column(place, field.name, plain.cast(pa.float64()))
    return table
