"""A big list of purchases, generated: in parts on disk, seconds and peak memory of all processes together.

python -m tests.bench.lines                      5,000,000 lines, written to docs/speed.md
python -m tests.bench.lines --lines 50000000     about 2.7 GB: room on the disk for three times as much is needed
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as pcsv

from segmentation.data.reading.guards import MAX_BYTES
from tests.bench.files import NOTEBOOK_RFM
from tests.bench.processes import ROOT, once
from tests.bench.speed_report import busy_words, write_part

PIECE = 1_000_000
MOST = 5_000_000
"""Lines that the notebook is asked to add up: it holds them all in memory."""
NAMES = ("InvoiceNo", "StockCode", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID", "Country")


def purchases(lines: int, path: Path) -> None:
    """So many lines of about four to an order, ten orders a customer, over two years by the minute; 2 % returns."""
    rng, order = np.random.default_rng(lines), 0
    with path.open("wb") as out:
        out.write(",".join(NAMES).encode() + b"\n")
        for start in range(0, lines, PIECE):
            size = min(PIECE, lines - start)
            orders = order + np.cumsum(rng.random(size) < 0.25)
            first, order = int(orders[0]), int(orders[-1]) + 1
            several = int(orders[-1]) - first + 1
            who = rng.integers(10_000, 10_000 + max(lines // 40, 50), several)
            when = rng.integers(0, 2 * 365 * 24 * 60, several)
            back = rng.random(several) < 0.02
            at = orders - first
            moments = np.datetime64("2023-01-01T00:00", "s") + 60 * when.astype("timedelta64[s]")
            numbers = np.char.add(np.where(back, "C", "").astype("U1"), (500_000 + np.arange(first, order)).astype(str))
            columns = (
                pa.array(numbers.astype(object)).take(pa.array(at)),
                pa.array([f"P{code}" for code in range(4_000)]).take(pa.array(rng.integers(0, 4_000, size))),
                pa.array(np.where(back[at], -1, 1) * rng.integers(1, 25, size)),
                pa.array(moments).cast(pa.string()).take(pa.array(at)),
                pa.array(rng.integers(1, 5_000, size) / 100),
                pa.array(np.where(rng.random(several) < 0.05, None, who)).take(pa.array(at)),
                pa.array(["United Kingdom", "Germany", "France"]).take(pa.array(who % 3)).take(pa.array(at)),
            )
            options = pcsv.WriteOptions(include_header=False, quoting_style="none")
            pcsv.write_csv(pa.table(dict(zip(NAMES, columns, strict=True))), out, options)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--lines", type=int, default=5_000_000)
    parser.add_argument("--folder", type=Path, help="where the files go; a temporary folder, unless given")
    args = parser.parse_args()
    busy = busy_words()
    if args.folder is not None:
        args.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=args.folder) as name:
        source, out = Path(name) / "lines.csv", Path(name) / "customers.csv"
        purchases(args.lines, source)
        size = source.stat().st_size
        mine = once([sys.executable, "-m", "segmentation", "features", source, "--out", out])
        print(mine, flush=True)
        notebook = once([sys.executable, "-c", NOTEBOOK_RFM, source, out]) if args.lines <= MOST else None
    way = "in parts on disk" if size > MAX_BYTES else "in memory"
    rows = [("`features`", mine), *([("notebook", notebook)] if notebook is not None else [])]
    lines = [f"| {what} | {one.seconds:,.0f} | {one.computing:,.0f} | {one.memory:,.0f} |" for what, one in rows]
    head = (
        f"Written by `python -m tests.bench.lines --lines {args.lines}`: {args.lines:,} generated lines of purchases "
        f"({size / 1e9:.1f} GB), {way}."
    )
    table = ["| what | seconds | computing (s) | memory (MB) |", "|---|---|---|---|", *lines]
    write_part(ROOT / "docs" / "speed.md", "lines", ["## A big list of purchases", "", head + busy, "", *table])
    print("\n".join(lines))


if __name__ == "__main__":
    main()
