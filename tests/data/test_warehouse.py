"""Data by its address: the same customers as from a file, read only, within limits, without a secret anywhere; and
personas written back whole or not at all."""

from __future__ import annotations

import logging
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import duckdb
import pandas as pd
import pytest

import segmentation as seg
from segmentation.core.errors import SegmentationError
from segmentation.data.warehouse import Limit, address_of, fetch, is_address, write_back
from tests.warehouses import Postgres, postgres_cluster, postgres_programs

ROOT = Path(__file__).resolve().parents[2]
FILE = ROOT / "sample_data/credit_card.csv"
HEAVY = bool(os.environ.get("SEGMENTATION_WAREHOUSE"))


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The credit-card sample in an SQLite file, a DuckDB file and a folder of Parquet."""
    folder = tmp_path_factory.mktemp("places")
    frame = pd.read_csv(FILE)
    with duckdb.connect(str(folder / "cards.duckdb")) as connection:
        connection.register("frame", frame)
        connection.execute("CREATE TABLE customers AS FROM frame")
    (folder / "parts").mkdir()
    frame[:1_000].to_parquet(folder / "parts/1.parquet")
    frame[1_000:].to_parquet(folder / "parts/2.parquet")
    return {
        "sqlite": f"sqlite:///{ROOT}/sample_data/cards.db",
        "duckdb": f"duckdb:///{folder}/cards.duckdb",
        "folder": str(folder / "parts"),
        "files": f"file://{folder}/parts/*.parquet",
    }


@pytest.fixture(scope="module")
def postgres() -> Iterator[Postgres]:
    if postgres_programs() is None:
        pytest.skip("PostgreSQL is not on this machine (Debian: apt install postgresql)")
    with postgres_cluster() as cluster:
        yield cluster


def test_every_address_gives_the_customers_of_the_file(places: dict[str, str]) -> None:
    wanted = seg.read(FILE).frame
    queries = [f"{places[kind]}#SELECT * FROM customers" for kind in ("sqlite", "duckdb")]
    for address in [*places.values(), places["sqlite"] + "#customers", *queries]:
        pd.testing.assert_frame_equal(seg.read(address).frame, wanted)
    made = seg.features(seg.sample("database"))
    pd.testing.assert_frame_equal(made.frame, seg.features(FILE).frame)


def test_postgres_gives_the_customers_of_the_file_and_lists_its_tables(postgres: Postgres) -> None:
    frame = pd.read_csv(FILE)
    postgres.answer("SELECT 1", {"cards": frame})
    for what in ("", "#cards", '#public."cards"', "#SELECT * FROM cards"):
        pd.testing.assert_frame_equal(seg.read(postgres.address + what).frame, seg.read(FILE).frame)
    postgres.run(
        "CREATE TABLE odd AS SELECT 7 AS id, 1.25::numeric(20, 2) AS money, true AS yes, DATE '2024-02-29' AS day"
    )
    read = seg.read(postgres.address + "#odd").frame
    assert read["money"].tolist() == [1.25]
    assert read["day"].tolist() == [pd.Timestamp("2024-02-29")]
    with pytest.raises(
        SegmentationError, match=r"Which table\? It has cards and odd\. Write #TABLE after the address\."
    ):
        fetch(address_of(postgres.address))


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("sqlite:///nowhere.db", "unable to open database file"),
        ("{sqlite}#nope", "no such table: nope"),
        ("{sqlite}#SELECT load_extension('x')", "not authorized"),
        ("{sqlite}#WITH x AS (SELECT 1) DELETE FROM customers", "not authorized"),
        ("{sqlite}#SELECT * FROM customers WHERE 0", "has no rows. Choose another table or query."),
        ("{duckdb}#SELECT * FROM read_csv('/etc/passwd')", "file system operations are disabled"),
        ("{files}#x", "A folder of Parquet files has no tables."),
        ("mysql://host/crm#x", "There is no way to read mysql addresses. Choose one of postgresql"),
        ("postgresql://ann:hunter2@host/crm#x", "A password must not stand in an address"),
        ("postgresql://host/crm?password=hunter2#x", "A password must not stand in an address"),
        ("postgresql://ann:${UNKNOWN_SECRET}@host/crm#x", "UNKNOWN_SECRET is not set."),
    ],
)
def test_what_cannot_be_read_is_one_sentence(address: str, sentence: str, places: dict[str, str]) -> None:
    for name, place in places.items():
        address = address.replace(f"{{{name}}}", place)
    with pytest.raises(SegmentationError) as error:
        fetch(address_of(address))
    assert sentence in str(error.value)
    assert "hunter2" not in str(error.value)


def test_limits_hold_and_the_process_lives_on(places: dict[str, str]) -> None:
    endless = "#WITH RECURSIVE t(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM t) SELECT count(*) FROM t"
    began = time.monotonic()
    with pytest.raises(SegmentationError, match=r"[Ii]t took longer than"):
        fetch(address_of(places["sqlite"] + endless), limit=Limit(seconds=1.0))
    assert time.monotonic() - began < 20
    for kind in places:
        with pytest.raises(SegmentationError, match=r"There are more than 100 rows\."):
            fetch(address_of(places[kind]), limit=Limit(rows=100))


def test_a_secret_is_filled_in_and_never_shown_or_logged(
    postgres: Postgres, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(logging.DEBUG)
    monkeypatch.setenv("CRM_PASSWORD", "s3cret/€?")
    address = address_of(f"postgresql://postgres:${{CRM_PASSWORD}}@/postgres?host={postgres.folder}#nope")
    assert "s3cret%2F%E2%82%AC%3F" in address.filled(os.environ)
    assert address.shown == "postgresql:///postgres#nope"
    with pytest.raises(SegmentationError, match="postgresql:///postgres#nope cannot be read") as error:
        fetch(address)
    for text in (str(error.value), repr(address), caplog.text):
        assert "s3cret" not in text


def test_nothing_is_written_while_reading(postgres: Postgres) -> None:
    postgres.run("CREATE TABLE IF NOT EXISTS kept AS SELECT 1 AS id")
    for query in ("WITH x AS (DELETE FROM kept RETURNING *) SELECT * FROM x", "SELECT setval('s', 1)"):
        with pytest.raises(SegmentationError):
            fetch(address_of(f"{postgres.address}#{query}"))
    assert postgres.run("SELECT COUNT(*) FROM kept").split()[2] == "1"


def test_paths_are_no_addresses_and_folders_are(tmp_path: Path) -> None:
    assert not is_address("customers.csv")
    assert not is_address(tmp_path / "a.csv")
    assert is_address(tmp_path)
    assert is_address("s3://bucket/part-*.parquet")
    assert address_of("s3://bucket/part-*.parquet").kind == "parquet"
    assert address_of("sqlite:///shop.db#crm.lines").name == "lines"


def _tables(tmp_path: Path, postgres: Postgres | None) -> list[str]:
    files = [f"sqlite:///{tmp_path}/w.db#personas", f"duckdb:///{tmp_path}/w.duckdb#personas"]
    return files + ([f"{postgres.address}#crm.personas"] if postgres else [])


def test_only_what_changed_is_written_and_a_second_run_writes_nothing(tmp_path: Path, postgres: Postgres) -> None:
    postgres.run("CREATE SCHEMA IF NOT EXISTS crm", "DROP TABLE IF EXISTS crm.personas")
    rows = [("ann", "It's A"), ("bob", "B"), ("eve", "B")]
    for text in _tables(tmp_path, postgres):
        address = address_of(text)
        first = write_back(address, rows, "2024-01-01")
        again = write_back(address, rows, "2024-02-01")
        later = write_back(address, [("ann", "It's A"), ("bob", "C"), ("new", "B")], "2024-03-01")
        assert [(item.changed, item.same) for item in (first, again, later)] == [(3, 0), (0, 3), (2, 1)]
        there = seg.read(text).frame.sort_values("customer").to_numpy().tolist()
        days = {row[0]: (row[1], str(row[2])[:10]) for row in there}
        assert days == {
            "ann": ("It's A", "2024-01-01"),
            "bob": ("C", "2024-03-01"),
            "eve": ("B", "2024-01-01"),
            "new": ("B", "2024-03-01"),
        }


def test_a_table_of_another_shape_is_left_alone(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "w.db")) as connection, connection:
        connection.execute("CREATE TABLE personas (a)")
    with pytest.raises(SegmentationError, match=r"Nothing was written to sqlite:///.* has no column named customer"):
        write_back(address_of(f"sqlite:///{tmp_path}/w.db#personas"), [("ann", "A")], "2024-01-01")
    with pytest.raises(SegmentationError, match="Personas cannot be written to"):
        write_back(address_of(str(tmp_path)), [("ann", "A")], "2024-01-01")
    with pytest.raises(SegmentationError, match="Personas cannot be written to"):
        write_back(address_of(f"sqlite:///{tmp_path}/w.db"), [("ann", "A")], "2024-01-01")


_WRITER = """
import sys
from segmentation.data.warehouse import address_of, write_back
address, persona = sys.argv[1:]
rows = [(str(number), persona) for number in range(20_000)]
print("ready", flush=True)
sys.stdin.readline()
print(write_back(address_of(address), rows, persona).changed, flush=True)
"""


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("postgresql://nobody:hidden@[::1/x#t", "cannot be read"),
        ("sqlite:///a\0b.db#t", "NUL"),
        ("sqlite:///{folder}/pipe#t", "no file of a database"),
        ("duckdb:///{folder}/pipe#t", "no file of a database"),
        ("duckdb:///{folder}/other.db#t", "cannot be read"),
    ],
)
def test_an_address_that_leads_nowhere_is_one_sentence_at_once_and_asks_nobody(
    text: str, words: str, tmp_path: Path
) -> None:
    os.mkfifo(tmp_path / "pipe")
    with closing(sqlite3.connect(tmp_path / "other.db")) as other:  # DuckDB would fetch what reads it
        other.execute("CREATE TABLE t (id TEXT)")
    with pytest.raises(SegmentationError, match=words) as caught:
        seg.features(text.format(folder=tmp_path))
    assert "hidden" not in str(caught.value)
    assert "ownload" not in str(caught.value)


_TORN = """
import os, sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("PRAGMA cache_size = 1")
connection.execute("BEGIN IMMEDIATE")
connection.execute("UPDATE people SET persona = 'torn, and longer than before'")
os._exit(0)
"""


def test_what_a_writer_of_sqlite_left_in_the_middle_is_taken_back_by_who_reads(tmp_path: Path) -> None:
    path = tmp_path / "people.db"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE people (id, persona)")
        connection.executemany("INSERT INTO people VALUES (?, 'old')", [(number,) for number in range(20_000)])
    subprocess.run([sys.executable, "-c", _TORN, path], check=True)
    assert (tmp_path / "people.db-journal").stat().st_size > 0
    frame = seg.read(f"sqlite:///{path}#people").frame
    assert frame["persona"].value_counts().to_dict() == {"old": 20_000}


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_a_killed_writer_leaves_all_or_nothing(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """kill -9 at moments spread over a whole write: the table has the old personas or the new ones, never both."""
    cluster = request.getfixturevalue("postgres") if kind == "postgres" else None
    text = f"{cluster.address}#kills" if cluster else f"sqlite:///{tmp_path}/kills.db#kills"
    rows = [(str(number), "start") for number in range(20_000)]
    write_back(address_of(text), rows, "start")
    began = time.monotonic()
    write_back(address_of(text), [(row[0], "timed") for row in rows], "timed")
    whole, turns, halves, unfinished = time.monotonic() - began, 50 if HEAVY else 2, 0, 0
    for turn in range(turns):
        writer = subprocess.Popen(
            [sys.executable, "-c", _WRITER, text, f"turn {turn}"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=ROOT,
        )
        assert writer.stdout is not None
        assert writer.stdin is not None
        writer.stdout.readline()
        writer.stdin.write(b"\n")
        writer.stdin.flush()
        time.sleep(whole * turn / turns)  # the first at once: however busy the machine is, it hits the write
        writer.send_signal(signal.SIGKILL)
        unfinished += writer.communicate()[0] == b""
        personas = fetch(address_of(text))
        there = seg.read(personas.data, "kills.parquet").frame
        assert len(there) == 20_000
        halves += there["persona"].nunique() != 1
    assert halves == 0
    assert unfinished, "no kill hit a write"


@pytest.mark.parametrize(("kind", "module"), [("duckdb", "duckdb"), ("postgresql", "adbc_driver_postgresql.dbapi")])
def test_a_missing_driver_is_a_sentence_that_says_how_to_get_it(
    kind: str, module: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(SegmentationError, match=r"needs a driver\. Install it: pip install"):
        write_back(address_of(f"{kind}:///nowhere#personas"), [("ann", "A")], "2024-01-01")


def test_what_was_read_is_called_as_its_table_or_its_folder_is() -> None:
    names = {
        "s3://bucket/cards/*.parquet": "cards",
        "file:///data/2024/cards": "cards",
        "sqlite:///crm.db": "crm",
        "postgresql://host/crm#sales.lines": "lines",
        "duckdb:///crm.duckdb#SELECT 1": "query",
    }
    assert {text: address_of(text).name for text in names} == names
