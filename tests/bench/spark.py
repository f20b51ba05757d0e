"""The same customers placed and fitted in memory, by DuckDB and by Spark: seconds, memory, and whether all agree.

python -m tests.bench.spark                        1,000,000 customers, written to docs/spark.md
python -m tests.bench.spark --rows 100000 1000000  other sizes
python -m tests.bench.spark --only fit             some of the lines; the others stay as they were measured

It needs an environment with PySpark (`make test-spark` makes one: .venv-spark) and the credit-card data, which is drawn
again and shaken. Every line is a process of its own, started from nothing, from Parquet to Parquet; memory is that of
all its processes together, Java and Python, at the peak.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import psutil
import pyarrow.csv
import pyarrow.parquet

import segmentation as seg
from segmentation.core.parallel import workers
from tests.bench.files import CREDIT, K, customers
from tests.bench.speed_report import busy_words, write_part

ROOT = Path(__file__).resolve().parents[2]


def session() -> Any:
    """Spark on this machine, all cores."""
    from pyspark.sql import SparkSession

    os.environ |= {"PYTHONPATH": str(ROOT), "PYSPARK_PYTHON": sys.executable}
    builder = SparkSession.builder.master("local[*]").config("spark.driver.memory", "2g")
    for name in ("spark.ui.enabled", "spark.ui.showConsoleProgress"):
        builder = builder.config(name, "false")
    return builder.config("spark.driver.host", "127.0.0.1").config("spark.sql.shuffle.partitions", "4").getOrCreate()


def command_line(source: str, out: str, models: str) -> None:
    """`segmentation score`."""
    from segmentation.__main__ import main

    sys.exit(main(["score", "cards", source, "--models", models, "--out", out, "--json"]))


def duckdb_sql(source: str, out: str, models: str) -> None:
    """`segmentation export-sql`, run by DuckDB."""
    import duckdb

    query = seg.export_sql("cards", "duckdb", root=models, id="CUST_ID").query
    with duckdb.connect() as connection:
        connection.execute(f"CREATE VIEW customers AS FROM read_parquet('{source}')")
        connection.execute(f"COPY ({query}) TO '{out}' (FORMAT parquet)")


def spark_sql(source: str, out: str, models: str) -> None:
    """`segmentation export-sql`, run by Spark."""
    spark = session()
    spark.read.parquet(source).createOrReplaceTempView("customers")
    spark.sql(seg.export_sql("cards", "spark", root=models, id="CUST_ID").query).write.parquet(out)


def spark_score(source: str, out: str, models: str) -> None:
    """`spark.score`."""
    from segmentation import spark as on_spark

    on_spark.score(session().read.parquet(source), "cards", root=models).write.parquet(out)


def memory_fit(source: str, out: str, models: str) -> None:
    """`seg.fit`, k given."""
    made = seg.fit(seg.features(source, id="CUST_ID"), "plain", k=K)
    Path(out).write_text(repr(made.inertia), encoding="utf-8")


def spark_fit(source: str, out: str, models: str) -> None:
    """`spark.fit`, k given."""
    from segmentation import spark as on_spark

    made = on_spark.fit(session().read.parquet(source), K, id="CUST_ID", settings="plain")
    Path(out).write_text(repr(made.segments.inertia), encoding="utf-8")


TASKS: dict[str, Callable[[str, str, str], None]] = {
    "score: command line": command_line,
    "score: SQL in DuckDB": duckdb_sql,
    "score: SQL in Spark": spark_sql,
    "score: `spark.score`": spark_score,
    "fit: `seg.fit`": memory_fit,
    "fit: `spark.fit`": spark_fit,
}


def measured(task: str, *paths: str) -> tuple[float, float]:
    """Seconds, and megabytes of the process and its children at the peak."""
    began, peak = time.perf_counter(), 0.0
    command = [sys.executable, "-m", "tests.bench.spark", "--one", task, *paths]
    with tempfile.TemporaryFile() as told:
        process = subprocess.Popen(command, cwd=ROOT, stdout=told, stderr=told)
        family = psutil.Process(process.pid)
        while process.poll() is None:
            peak = max(peak, _megabytes(family))
            time.sleep(0.1)
        if process.returncode:
            told.seek(0)
            raise RuntimeError(told.read().decode()[-2_000:])
    return time.perf_counter() - began, peak


def _megabytes(family: psutil.Process) -> float:
    total = 0
    try:
        for process in [family, *family.children(recursive=True)]:
            total += process.memory_info().rss
    except psutil.NoSuchProcess:
        return 0.0
    return total / 2**20


def segments_in(path: Path) -> pd.Series:
    """What was written: customer → segment."""
    frame = pyarrow.parquet.read_table(path).to_pandas()
    key = next(name for name in ("CUST_ID", "customer", "id") if name in frame)
    return frame.set_index(frame[key].astype(str))["segment"].sort_index()


def measured_before() -> dict[tuple[str, str], str]:
    """(customers, task) → the line that the document has."""
    text = (ROOT / "docs" / "spark.md").read_text(encoding="utf-8").partition("<!-- spark: measured -->")[2]
    rows = [line for line in text.partition("<!-- spark: end -->")[0].splitlines() if line[:3].strip("| ").isdigit()]
    return {(cells[1].strip(), cells[2].strip()): line for line in rows if (cells := line.split("|"))}


def lines(sizes: list[int], folder: Path, only: str) -> dict[tuple[str, str], str]:
    """One line a size and task whose name has `only` in it."""
    table = seg.features(CREDIT)
    made = seg.fit(table, "plain", k=K)
    seg.save(made, seg.describe(made, table), "cards", folder / "models")
    text = {}
    for rows in sizes:
        plain, source = folder / "customers.csv", folder / "customers.parquet"
        customers(rows, plain)
        pyarrow.parquet.write_table(pyarrow.csv.read_csv(plain), source, row_group_size=max(rows // 8, 1))
        plain.unlink()
        frame, inertia = pyarrow.parquet.read_table(source).to_pandas(), 0.0
        wanted = made.assign(frame).set_index(frame["CUST_ID"])["segment"].sort_index()
        del frame
        for task in [task for task in TASKS if only in task]:
            out = folder / f"{rows} {list(TASKS).index(task)}.parquet"
            seconds, memory = measured(task, str(source), str(out), str(folder / "models"))
            if task.startswith("fit"):
                own = float(out.read_text(encoding="utf-8"))
                inertia = inertia or own
                answer = f"inertia {100 * (own / inertia - 1):+.4f} %"
            else:
                answer = f"{int((segments_in(out).to_numpy() == wanted.to_numpy()).sum()):,} alike"
            text[f"{rows:,}", task] = f"| {rows:,} | {task} | {seconds:.1f} | {memory:,.0f} | {answer} |"
            print(text[f"{rows:,}", task], flush=True)
    return text


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", nargs="+", type=int, default=[1_000_000])
    parser.add_argument("--only", default="", help="of tasks with this in their name")
    parser.add_argument("--one", nargs=4, metavar=("TASK", "SOURCE", "OUT", "MODELS"))
    asked = parser.parse_args()
    if asked.one:
        TASKS[asked.one[0]](*asked.one[1:])
        return
    if not CREDIT.exists():
        raise SystemExit("The credit-card data is not beside the project: nothing was measured.")
    busy = busy_words()
    with tempfile.TemporaryDirectory() as name:
        text = measured_before() | lines(sorted(asked.rows), Path(name), asked.only)
    order = sorted(text, key=lambda key: (int(key[0].replace(",", "")), list(TASKS).index(key[1])))
    write_part(
        ROOT / "docs" / "spark.md",
        "spark",
        [
            f"Written by `python -m tests.bench.spark` ({workers()} cores, one machine): credit-card customers drawn",
            "again, 17 features, 5 segments, Parquet in, Parquet out, each line once. Memory is that of all processes",
            f"of a line together, Java's 2 GB among them.{busy}",
            "",
            "| customers | what | seconds | memory (MB) | beside the library |",
            "|---|---|---|---|---|",
            *(text[key] for key in order),
        ],
    )


if __name__ == "__main__":
    main()
