"""Warehouses for tests: each takes tables and a query and gives a frame back; PostgreSQL is started for it."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd

__all__ = ["Postgres", "in_duckdb", "in_sqlite", "postgres_cluster", "postgres_programs"]


def in_duckdb(query: str, tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """The answer of DuckDB; of what is missing every second cell is NaN, the others are NULL."""
    with duckdb.connect() as connection:
        for name, frame in tables.items():
            connection.register(f"given {name}", frame)
            connection.execute(f'CREATE TABLE "{name}" AS SELECT * FROM "given {name}"')
            for column in frame.columns[frame.isna().any() & (frame.dtypes == np.float64)]:
                cell = '"' + str(column).replace('"', '""') + '"'
                for value, odd in (("'NaN'", 0), ("NULL", 1)):
                    where = f"({cell} IS NULL OR ISNAN({cell})) AND rowid % 2 = {odd}"
                    connection.execute(f'UPDATE "{name}" SET {cell} = {value} WHERE {where}')
        return connection.execute(query).df()


def in_sqlite(query: str, tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """The answer of the standard library's SQLite, where every cell has a type of its own and NaN is NULL."""
    connection = sqlite3.connect(":memory:")
    try:
        for name, frame in tables.items():
            columns = ", ".join('"' + str(column).replace('"', '""') + '"' for column in frame)
            connection.execute(f'CREATE TABLE "{name}" ({columns})')
            marks = ", ".join("?" * frame.shape[1])
            rows = frame.astype(object).itertuples(index=False, name=None)
            connection.executemany(f'INSERT INTO "{name}" VALUES ({marks})', rows)
        answer = connection.execute(query)
        return pd.DataFrame(answer.fetchall(), columns=[item[0] for item in answer.description])
    finally:
        connection.close()


def postgres_programs() -> Path | None:
    """Where Debian keeps PostgreSQL's server, the newest version; None where there is none."""
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return versions[-1].parent if versions else None


class Postgres:
    """A cluster of its own in a temporary folder, reached by a socket in it; nothing listens on the network."""

    def __init__(self, folder: Path, programs: Path) -> None:
        self.folder, self.programs = folder, programs

    @property
    def address(self) -> str:
        """How a client finds it."""
        return f"postgresql://postgres@/postgres?host={self.folder}"

    def run(self, *lines: str, text: str = "") -> str:
        """Statements or psql's own commands, one after the other."""
        commands = [part for line in lines for part in ("-c", line)]
        program = [
            str(self.programs / "psql"),
            "-qX",
            "-v",
            "ON_ERROR_STOP=1",
            "-h",
            str(self.folder),
            "-U",
            "postgres",
        ]
        done = subprocess.run([*program, *commands], input=text, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(done.stderr)
        return done.stdout

    def answer(self, query: str, tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
        """The answer over tables that are made for it; every second missing number is NaN, the others are NULL."""
        for name, frame in tables.items():
            columns = ", ".join(
                '"' + str(column).replace('"', '""') + '" ' + ("float8" if frame[column].dtype.kind == "f" else "text")
                for column in frame
            )
            self.run(f'DROP TABLE IF EXISTS "{name}"', f'CREATE TABLE "{name}" ({columns})')
            path = self.folder / "in.csv"
            missing = np.where(np.arange(len(frame)) % 2 == 0, "NaN", "\\N")
            numbers = [column for column in frame if frame[column].dtype.kind == "f"]
            cells = {column: frame[column].astype(str).where(frame[column].notna(), missing) for column in numbers}
            frame.assign(**cells).to_csv(path, index=False, header=False, na_rep="\\N")
            self.run(f"\\copy \"{name}\" FROM '{path}' WITH (FORMAT csv, NULL '\\N')")
            path.unlink()
        out = self.folder / "out.csv"
        copy = f"\\copy made TO '{out}' WITH (FORMAT csv, HEADER, NULL '\\N')"
        self.run(text=f"CREATE TEMP TABLE made AS {query};\n{copy}\n")
        return pd.read_csv(out, na_values=["\\N"], keep_default_na=False)


@contextmanager
def postgres_cluster() -> Iterator[Postgres]:
    """A running cluster, stopped and removed in the end; the server never runs as root."""
    programs = postgres_programs()
    assert programs is not None
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))
    as_user: dict[str, str] = {}
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
        as_user = {"user": "postgres"}
    os.chmod(folder, 0o755)
    data = folder / "data"

    def call(*command: str) -> None:
        subprocess.run(
            [str(programs / command[0]), *command[1:]], check=True, stdout=subprocess.DEVNULL, cwd=folder, **as_user
        )

    call("initdb", "-D", str(data), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync", "--locale=C")
    options = f"-c listen_addresses='' -k {folder} -F"
    call("pg_ctl", "-D", str(data), "-w", "-l", str(folder / "log"), "-o", options, "start")
    try:
        yield Postgres(folder, programs)
    finally:
        call("pg_ctl", "-D", str(data), "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)
