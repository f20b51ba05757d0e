"""The options that have to do with warehouses: SQL out of models and features, personas into a table."""

from __future__ import annotations

import argparse
from pathlib import Path

from segmentation.core.dialects import DIALECTS

__all__ = ["add_features_sql", "add_into", "add_model_sql"]


def add_model_sql(parser: argparse.ArgumentParser) -> None:
    """The warehouse, its table and its column of ids, and where the SELECT goes."""
    parser.add_argument("--dialect", required=True, choices=tuple(DIALECTS), help="the warehouse")
    parser.add_argument(
        "--table", metavar="TABLE", default="customers", help="where the customers are: TABLE or SCHEMA.TABLE"
    )
    parser.add_argument(
        "--id", metavar="COLUMN", help="the column that tells customers apart (default: that of the training file)"
    )
    parser.add_argument(
        "--out", metavar="FILE.sql", type=Path, help="write it to this file, and a test query to FILE.test.sql"
    )


def add_features_sql(parser: argparse.ArgumentParser) -> None:
    """Where the SELECT goes that makes features of purchase lines, the warehouse and its table."""
    about = "write a SELECT that makes them of purchase lines in a warehouse"
    parser.add_argument("--sql", metavar="FEATURES.sql", type=Path, help=about)
    parser.add_argument("--dialect", choices=tuple(DIALECTS), default="duckdb", help="that warehouse")
    parser.add_argument("--table", metavar="TABLE", default="lines", help="where its purchase lines are")


def add_into(parser: argparse.ArgumentParser) -> None:
    """The table that personas are written into, and whether also where the model no longer fits."""
    about = "write the personas that are new or changed into a table, such as postgresql://HOST/DB#TABLE"
    parser.add_argument("--into", metavar="ADDRESS", help=about)
    parser.add_argument("--force", action="store_true", help="write them although the model no longer fits (refit)")
