"""`report`: a saved model as slides, a workbook or a report to read."""

from __future__ import annotations

import argparse
from typing import Any

from segmentation.api import load, report
from segmentation.cli.base import Outcome
from segmentation.cli.columns import columns_lines, model_plain
from segmentation.cli.models import seal_notices
from segmentation.core.text import plain_text

__all__ = ["run"]


def run(args: argparse.Namespace) -> Outcome:
    """{"model", "reports": [file…], "columns"}: the files written, and the columns that the model uses and left out."""
    saved = load(args.model, args.models)
    title = {} if args.title is None else {"title": args.title}
    written = [str(report(saved, path=path, **title)) for path in args.out]
    plain: dict[str, Any] = {"model": saved.ref, "reports": written, "columns": model_plain(saved.segmentation)}
    lines = [f"Written to {plain_text(path)}." for path in written]
    return Outcome(plain, "\n".join([*lines, *columns_lines(plain["columns"])]), seal_notices(saved))
