"""Whole commands against the notebook, in one run: seconds, computing, peak memory and the slope over rows.

python -m tests.bench.files                                  10,000 … 1,000,000 rows, written to docs/speed.md
python -m tests.bench.files --rows 10000 1000000 10000000    other sizes

Every line is a process of its own, started from nothing; the fastest of three counts (of one above a minute). The
customers are those of the credit-card data, drawn again and shaken; the answers of both are compared row by row.
"""

from __future__ import annotations

import argparse
import gzip
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from segmentation.api import describe, features, fit, save
from segmentation.core.parallel import workers
from tests.bench.processes import ROOT, Measured, measured
from tests.bench.speed_report import busy_words, write_part

SHARED = ROOT.parent / "shared" / "data"
CREDIT = SHARED / "credit_card" / "CC GENERAL.csv"
RETAIL = SHARED / "online_retail" / "online_retail.csv.gz"
K = 5

NOTEBOOK_FIT = """
import joblib, pandas as pd, sys
from sklearn.cluster import KMeans
from sklearn.impute import SimpleImputer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
frame = pd.read_csv(sys.argv[1]).drop(columns="CUST_ID")
steps = SimpleImputer(strategy="median"), StandardScaler(), KMeans(5, n_init=10, random_state=0)
joblib.dump((make_pipeline(*steps).fit(frame), list(frame)), sys.argv[2])
"""
NOTEBOOK_SCORE = """
import joblib, pandas as pd, sys
pipeline, columns = joblib.load(sys.argv[1])
frame = pd.read_csv(sys.argv[2])
frame["segment"] = pipeline.predict(frame[columns])
frame[["CUST_ID", "segment"]].to_csv(sys.argv[3], index=False)
"""
NOTEBOOK_RFM = """
import pandas as pd, sys
lines = pd.read_csv(sys.argv[1], parse_dates=["InvoiceDate"]).dropna(subset=["CustomerID"])
lines = lines[~lines["InvoiceNo"].astype(str).str.startswith("C")]
lines["Amount"] = lines["Quantity"] * lines["UnitPrice"]
end = lines["InvoiceDate"].max() + pd.Timedelta(days=1)
by = lines.groupby("CustomerID")
rfm = by.agg(last=("InvoiceDate", "max"), frequency=("InvoiceNo", "nunique"), monetary=("Amount", "sum"))
rfm["recency"] = (end - rfm.pop("last")).dt.days
rfm.to_csv(sys.argv[2])
"""


def customers(rows: int, path: Path) -> None:
    """So many customers like those of the credit-card data, as CSV; a million at a time."""
    frame, rng = pd.read_csv(CREDIT), np.random.default_rng(rows)
    measured_columns = [name for name in frame.columns[1:] if frame[name].dropna().mod(1).ne(0).any()]
    for start in range(0, rows, 1_000_000):
        size = min(1_000_000, rows - start)
        piece = frame.iloc[rng.integers(0, len(frame), size)].reset_index(drop=True)
        shaken = piece[measured_columns] * np.exp(rng.normal(0, 0.05, (size, len(measured_columns))))
        piece[measured_columns] = shaken.round(6)
        piece["CUST_ID"] = [f"C{10_000_000 + number}" for number in range(start, start + size)]
        piece.to_csv(path, index=False, mode="a" if start else "w", header=not start)


def score_lines(sizes: Sequence[int], folder: Path) -> list[str]:
    """`score` of so many customers, beside read_csv, predict and to_csv."""
    table = features(CREDIT)
    made = fit(table, "plain", k=K)
    save(made, describe(made, table), "cards", folder / "models")
    pipeline = folder / "pipeline.joblib"
    subprocess.run([sys.executable, "-c", NOTEBOOK_FIT, CREDIT, pipeline], check=True)
    text, seconds = [], {"score": [], "notebook": []}
    for rows in sizes:
        source, ours, theirs = folder / f"{rows}.csv", folder / "ours.csv", folder / "theirs.csv"
        customers(rows, source)
        program = [sys.executable, "-m", "segmentation", "score", "cards", str(source)]
        mine = measured([*program, "--out", str(ours), "--models", str(folder / "models")])
        notebook = measured([sys.executable, "-c", NOTEBOOK_SCORE, str(pipeline), str(source), str(theirs)])
        seconds["score"].append(mine.seconds)
        seconds["notebook"].append(notebook.seconds)
        text += [_line(f"{rows:,}", "`score`", mine, notebook), _line(f"{rows:,}", "notebook", notebook, None)]
        print(text[-2], f"agree: {_agreement(ours, theirs):.6f}", flush=True)
        print(text[-1], flush=True)
        if rows == max(sizes):
            text += other_kinds(source, folder, [*program[:-1]])
        source.unlink()
    return text + [f"| slope | `{name}` | {_slope(sizes, found)} | | | | |" for name, found in seconds.items()]


def other_kinds(source: Path, folder: Path, program: list[str]) -> list[str]:
    """The same customers packed and as Parquet, in and out."""
    packed, columnar = folder / f"{source.stem}.csv.gz", folder / f"{source.stem}.parquet"
    with pacsv.open_csv(source) as reader, pq.ParquetWriter(columnar, reader.schema) as writer:
        for batch in reader:
            writer.write_batch(batch)
    with source.open("rb") as raw, gzip.open(packed, "wb", 1) as out:
        shutil.copyfileobj(raw, out, 2**20)
    text = []
    for kind, path in (("gz", packed), ("Parquet", columnar)):
        list_of = folder / f"ours.{path.name.split('.', 1)[1]}"
        mine = measured([*program, str(path), "--out", str(list_of), "--models", str(folder / "models")])
        text.append(_line(f"{int(source.stem):,}", f"`score`, {kind} in and out", mine, None))
        print(text[-1], flush=True)
        path.unlink()
    return text


def _agreement(ours: Path, theirs: Path) -> float:
    """Share of the customers that both put into one segment, under the best matching of numbers."""
    mine = pd.read_csv(ours, usecols=["id", "segment"])
    other = pd.read_csv(theirs)
    both = pd.crosstab(mine["segment"], other["segment"]).to_numpy()
    assert (mine["id"] == other["CUST_ID"]).all()
    return float(both.max(axis=1).sum() / both.sum())


def _slope(rows: Sequence[int], seconds: Sequence[float]) -> str:
    """Seconds for each further million rows, from the two largest files."""
    if len(rows) < 2:
        return "–"
    return f"{1e6 * (seconds[-1] - seconds[-2]) / (rows[-1] - rows[-2]):.2f} a million"


def other_lines(folder: Path) -> list[str]:
    """RFM of Online Retail, one customer, help."""
    program, text = [sys.executable, "-m", "segmentation"], []
    if RETAIL.exists():
        lines = folder / "retail.csv"
        with lines.open("wb") as out:
            subprocess.run(["gzip", "-dc", str(RETAIL)], stdout=out, check=True)
        mine = measured([*program, "features", str(lines), "--out", str(folder / "rfm.csv")])
        notebook = measured([sys.executable, "-c", NOTEBOOK_RFM, str(lines), str(folder / "notebook.csv")])
        text += [
            _line("541,909 lines", "`features`", mine, notebook),
            _line("541,909 lines", "notebook", notebook, None),
        ]
    one = folder / "one.csv"
    one.write_text("\n".join(CREDIT.read_text(encoding="utf-8").splitlines()[:2]) + "\n", encoding="utf-8")
    score = measured([*program, "score", "cards", str(one), "--models", str(folder / "models")])
    text += [_line("1", "`score`", score, None), _line("", "`--help`", measured([*program, "--help"]), None)]
    print("\n".join(text), flush=True)
    return text


def _line(rows: str, what: str, mine: Measured, notebook: Measured | None) -> str:
    clock = f"{mine.seconds / notebook.seconds:.2f} ×" if notebook else ""
    computing = f"{mine.computing / notebook.computing:.2f} ×" if notebook else ""
    return (
        f"| {rows} | {what} | {mine.seconds:.2f} | {clock} | {mine.computing:.2f} | {computing} | {mine.memory:,.0f} |"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", nargs="+", type=int, default=[10_000, 100_000, 1_000_000])
    sizes = sorted(parser.parse_args().rows)
    if not CREDIT.exists():
        raise SystemExit("The credit-card data is not beside the project: nothing was measured.")
    busy = busy_words()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        text = [*score_lines(sizes, folder), *other_lines(folder)]
    write_part(
        ROOT / "docs" / "speed.md",
        "files",
        [
            "## Whole commands",
            "",
            f"Written by `python -m tests.bench.files` ({workers()} cores): each a process of its own, the fastest of",
            "three. The notebook reads with `read_csv`, predicts with a scikit-learn pipeline and writes two columns;",
            "`score` also reads with care, tests for drift and writes eight columns. *Computing* adds up all cores;",
            f"memory is what a process and its children hold together at the most.{busy}",
            "",
            "| rows | what | seconds | ratio | computing (s) | ratio | memory (MB) |",
            "|---|---|---|---|---|---|---|",
            *text,
        ],
    )


if __name__ == "__main__":
    main()
