"""One job file for Spark wherever it runs (docs/spark_jobs.md): `spark-submit job.py score --model cards …`.

    job.py features --lines LINES --out CUSTOMERS [--as-of 2024-12-31]
    job.py fit      --customers CUSTOMERS --name cards --models DIR [--id CUST_ID] [--k 4]
    job.py score    --customers CUSTOMERS --model cards --models DIR --out SCORED

LINES, CUSTOMERS and SCORED are Parquet, wherever Spark reads and writes (s3://, gs://, abfss://, /Volumes/…), or a
table of the catalog where the name has no slash. DIR is a folder that the driver sees as files.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Any

import segmentation as seg
from segmentation import spark as on_spark
from segmentation.core.errors import SegmentationError


def parser() -> argparse.ArgumentParser:
    """What can be asked for."""
    made = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    commands = made.add_subparsers(dest="command", required=True)
    features = commands.add_parser("features")
    features.add_argument("--lines", required=True)
    features.add_argument("--out", required=True)
    features.add_argument("--as-of")
    fit = commands.add_parser("fit")
    fit.add_argument("--customers", required=True)
    fit.add_argument("--name", required=True)
    fit.add_argument("--models", required=True)
    fit.add_argument("--id")
    fit.add_argument("--k", type=int)
    score = commands.add_parser("score")
    score.add_argument("--customers", required=True)
    score.add_argument("--model", required=True)
    score.add_argument("--models", required=True)
    score.add_argument("--out", required=True)
    return made


def read(session: Any, name: str) -> Any:
    """A path of Parquet, or a table of the catalog."""
    return session.read.parquet(name) if "/" in name else session.table(name)


def write(rows: Any, name: str) -> None:
    """The same for the result; what was there before is replaced."""
    writer = rows.write.mode("overwrite")
    if "/" in name:
        writer.parquet(name)
    else:
        writer.saveAsTable(name)


def run(session: Any, arguments: Sequence[str]) -> str:
    """Do what is asked for; what was done, in a line."""
    asked = parser().parse_args(arguments)
    if asked.command == "features":
        write(on_spark.features(read(session, asked.lines), as_of=asked.as_of), asked.out)
        return f"Features written to {asked.out}."
    if asked.command == "fit":
        made = on_spark.fit(read(session, asked.customers), asked.k, id=asked.id)
        ref = seg.save(made.segments, made.personas, asked.name, asked.models)
        return f"Saved {ref}: {made.summary}."
    write(on_spark.score(read(session, asked.customers), asked.model, root=asked.models), asked.out)
    return f"Scored customers written to {asked.out}."


if __name__ == "__main__":
    import sys

    from pyspark.sql import SparkSession

    try:
        print(run(SparkSession.builder.getOrCreate(), sys.argv[1:]))
    except SegmentationError as error:
        sys.exit(str(error))
