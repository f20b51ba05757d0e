"""`export-sql`: a saved model as one SELECT for a warehouse."""

from __future__ import annotations

import argparse
from typing import Any

from segmentation.api import export_sql, load
from segmentation.cli.base import Outcome
from segmentation.core.text import plain_text

__all__ = ["run"]


def run(args: argparse.Namespace) -> Outcome:
    """{"model", "dialect", "columns", "query", "test", "files"}: the SELECT, and one that tests it without a table.

    `--out` writes both, FILE.sql and FILE.test.sql; without it the SELECT is the answer, to be piped.
    """
    saved = load(args.model, args.models)
    sql = export_sql(saved, args.dialect, args.out or "", table=args.table, id=args.id or "")
    files = [] if args.out is None else [str(args.out), str(args.out.with_suffix(".test.sql"))]
    plain: dict[str, Any] = {
        "model": saved.ref,
        "dialect": sql.dialect,
        "columns": list(saved.segmentation.feature_names),
        "query": sql.query,
        "test": sql.test,
        "files": files,
    }
    if not files:
        return Outcome(plain, sql.query.rstrip("\n"))
    query, test = (plain_text(file, longest=300) for file in files)
    return Outcome(plain, f"Written to {query}.\nTest it with {test}: every row must say 'same'.")
