"""Big tables of an app, generated: in parts on disk, seconds and peak memory of all processes together.

python -m tests.bench.tables                     10,000,000 payments and as many events, written to docs/speed.md
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as pcsv

from segmentation.data.reading.guards import MAX_BYTES
from tests.bench.processes import ROOT, once
from tests.bench.speed_report import busy_words, write_part

PIECE = 1_000_000
ROWS_A_USER = 40
DAYS = 2 * 365
Columns = dict[str, pa.Array]


def five_tables(rows: int, folder: Path) -> list[Path]:
    """So many payments and events of 40 to a user, over two years; a tenth as many contacts, a twentieth entries."""
    users = max(rows // ROWS_A_USER, 50)
    written = [
        _table(folder / "dim_users.csv", users, lambda rng, size, first: _users(rng, first, size)),
        _table(folder / "dim_user_contacts.csv", rows // 10, lambda rng, size, _: _contacts(rng, size, users)),
        _table(folder / "fct_ledger_entries.csv", rows // 20, lambda rng, size, _: _entries(rng, size, users)),
        _table(folder / "fct_payment_transactions.csv", rows, lambda rng, size, _: _payments(rng, size, users)),
        _table(folder / "int_events.csv", rows, lambda rng, size, _: _events(rng, size, users)),
    ]
    return written


def _table(path: Path, rows: int, columns: Callable[[np.random.Generator, int, int], Columns]) -> Path:
    rng = np.random.default_rng(rows)
    with path.open("wb") as out:
        for start in range(0, rows, PIECE):
            made = pa.table(columns(rng, min(PIECE, rows - start), start))
            if not start:
                out.write(",".join(made.column_names).encode() + b"\n")
            pcsv.write_csv(made, out, pcsv.WriteOptions(include_header=False, quoting_style="none"))
    return path


def _users(rng: np.random.Generator, first: int, size: int) -> Columns:
    return {
        "user_id": _named(np.arange(first, first + size)),
        "signup_date": _dates(rng, size).cast(pa.string()),
        "onboarding": _words(rng, size, ("organic", "referral", "advert")),
        "loan_status": _words(rng, size, ("none", "applied", "approved")),
        "city": _words(rng, size, ("Lagos", "Accra", "Nairobi")),
    }


def _contacts(rng: np.random.Generator, size: int, users: int) -> Columns:
    kinds = _words(rng, size, ("customer", "supplier", "friend", "family"))
    return {"user_id": _anybody(rng, size, users), "contact_type": kinds, "added_at": _dates(rng, size)}


def _entries(rng: np.random.Generator, size: int, users: int) -> Columns:
    dated = {"user_id": _anybody(rng, size, users), "entry_date": _dates(rng, size)}
    kinds = _words(rng, size, ("credit", "debit", "note"))
    return {**dated, "entry_type": kinds, "amount": pa.array(rng.integers(1, 90_000, size) / 100)}


def _payments(rng: np.random.Generator, size: int, users: int) -> Columns:
    dated = {"user_id": _anybody(rng, size, users), "transaction_date": _dates(rng, size)}
    status = _words(rng, size, ("completed", "completed", "completed", "completed", "failed", "reversed"))
    return {**dated, "amount": pa.array(rng.integers(1, 90_000, size) / 100), "status": status}


def _events(rng: np.random.Generator, size: int, users: int) -> Columns:
    minutes = np.datetime64("2023-01-01T00:00", "s") + 60 * rng.integers(0, DAYS * 24 * 60, size).astype("m8[s]")
    return {
        "user_id": _anybody(rng, size, users),
        "event_time": pa.array(minutes).cast(pa.string()),
        "event_type": _words(rng, size, ("screen_viewed", "button_clicked", "funnel_completed")),
        "feature": _words(rng, size, ("ledger", "contacts", "payments", "reports", "loans", "savings")),
    }


def _named(numbers: np.ndarray) -> pa.Array:
    return pa.array(np.char.add("U", (100_000 + numbers).astype("U")).astype(object))


def _anybody(rng: np.random.Generator, size: int, users: int) -> pa.Array:
    """Users, one row in a hundred of somebody who is in no table."""
    return _named(rng.integers(0, users + users // 100, size))


def _dates(rng: np.random.Generator, size: int) -> pa.Array:
    return pa.array(np.datetime64("2023-01-01") + rng.integers(0, DAYS, size)).cast(pa.string())


def _words(rng: np.random.Generator, size: int, words: tuple[str, ...]) -> pa.Array:
    return pa.array(words).take(pa.array(rng.integers(0, len(words), size)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=10_000_000, help="payments, and as many events")
    parser.add_argument("--folder", type=Path, help="where the files go; a temporary folder, unless given")
    args = parser.parse_args()
    busy = busy_words()
    with tempfile.TemporaryDirectory(dir=args.folder) as name:
        files = five_tables(args.rows, Path(name))
        sizes = [path.stat().st_size for path in files]
        made = once([sys.executable, "-m", "segmentation", "features", *files, "--out", Path(name) / "users.csv"])
    way = "in parts on disk" if max(sizes) > MAX_BYTES else "in memory"
    head = (
        f"Written by `python -m tests.bench.tables --rows {args.rows}`: {args.rows:,} generated payments and as many "
        f"events of an app, with users, contacts and entries ({sum(sizes) / 1e9:.1f} GB), {way}."
    )
    line = f"| `features` | {made.seconds:,.0f} | {made.computing:,.0f} | {made.memory:,.0f} |"
    table = ["| what | seconds | computing (s) | memory (MB) |", "|---|---|---|---|", line]
    write_part(ROOT / "docs" / "speed.md", "tables", ["## Big tables of an app", "", head + busy, "", *table])
    print(line)


if __name__ == "__main__":
    main()
