"""`export-sql`: a saved model as one SELECT for a warehouse."""

from __future__ import annotations

import argparse
from typing import Any

from segmentation.api import export_sql, load
from segmentation.cli.base import Outcome
from segmentation.cli.columns import columns_lines, model_plain
from segmentation.cli.models import seal_notices
from segmentation.core.text import plain_text

__all__ = ["run"]


def run(args: argparse.Namespace) -> Outcome:
    """{"model", "dialect", "query", "test", "files", "columns"}: the SELECT, and one that tests it without a table.

    `--out` writes both, FILE.sql and FILE.test.sql; without it the SELECT is the answer, to be piped.
    """
    saved = load(args.model, args.models)
    sql = export_sql(
        saved, args.dialect, args.out or "", table=args.table, id=args.id or "", accept_changed=args.accept_changed
    )
    files = [] if args.out is None else [str(args.out), str(args.out.with_suffix(".test.sql"))]
    plain: dict[str, Any] = {
        "model": saved.ref,
        "dialect": sql.dialect,
        "query": sql.query,
        "test": sql.test,
        "files": files,
        "columns": model_plain(saved.segmentation),
    }
    if not files:
        return Outcome(plain, sql.query.rstrip("\n"), seal_notices(saved))
    query, test = (plain_text(file, longest=300) for file in files)
    lines = [f"Written to {query}.", f"Test it with {test}: every row must say 'same'."]
    return Outcome(plain, "\n".join([*lines, *columns_lines(plain["columns"])]), seal_notices(saved))
