"""`features`: files of any kind to one row a customer."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import pandas as pd

from segmentation.cli.base import Outcome, check_spared
from segmentation.cli.columns import columns_lines, columns_plain, features_of, reading_from
from segmentation.cli.lists import write_list
from segmentation.core.errors import COMMAND_LINE, SegmentationError
from segmentation.core.notices import Notice
from segmentation.core.tables import FeatureTable, Table
from segmentation.core.text import counted, plain_text
from segmentation.data.reading import read
from segmentation.data.sources.rfm_sql import check_alike, features_sql
from segmentation.data.vocabulary import with_units

__all__ = ["run"]


def run(args: argparse.Namespace) -> Outcome:
    """{"source", "customers", "as_of", "features": [{"name", "label", "unit", "about", "missing", "mean"}…],
    "descriptors", "columns", "notes": [{"where", "what", "count"}…], "out", "sql"}; `--out` gets the customer,
    features, descriptors; `--sql` a SELECT that makes them in a warehouse.
    """
    if args.out is None and args.sql is None:
        raise SegmentationError("Nothing would be written. Add --out FEATURES.csv, or --sql FEATURES.sql.")
    check_spared(args.out, args.files)
    check_spared(args.sql, args.files)
    tables = [read(path, settings=reading_from(args.read)) for path in args.files] if args.sql is not None else []
    made = features_of(args, tables)
    if args.sql is not None:
        _write_sql(made, tables, args)
    guarded = _write(made, args.out) if args.out is not None else ()
    features: list[dict[str, Any]] = [
        {
            "name": info.name,
            "label": info.label,
            "unit": info.unit,
            "about": info.about,
            "missing": int(made.frame[info.name].isna().sum()),
            "mean": None if made.frame[info.name].isna().all() else float(made.frame[info.name].mean()),
        }
        for info in made.info
    ]
    plain: dict[str, Any] = {
        "source": made.source,
        "customers": len(made.frame),
        "as_of": made.as_of,
        "features": features,
        "descriptors": [str(name) for name in made.descriptors.columns],
        "columns": columns_plain(made),
        "notes": [{"where": note.where, "what": note.what, "count": note.count} for note in made.notes],
        "out": None if args.out is None else str(args.out),
        "sql": None if args.sql is None else str(args.sql),
    }
    until = f", days counted to {made.as_of}" if made.as_of else ""
    lines = [f"{counted(len(made.frame), 'customer')} with {counted(len(features), 'feature')}{until}."]
    lines += [f"   {plain_text(item['label'])}: mean {_mean(item['mean'])}" for item in features]
    lines += columns_lines(plain["columns"])
    lines += [f"{plain_text(note.where)}: {plain_text(note.what, longest=400)}" for note in made.notes]
    lines += [plain_text(problem.told(COMMAND_LINE), longest=400) for problem in made.problems]
    lines += [f"Written to {plain_text(path)}." for path in (args.out, args.sql) if path is not None]
    return Outcome(plain, "\n".join(lines), (*made.notices, *guarded))


def _write_sql(made: FeatureTable, tables: list[Table], args: argparse.Namespace) -> None:
    """The SELECT that makes these features in a warehouse; on these lines it was seen to make them alike."""
    from segmentation.api.warehouse import write_text  # with all that scores and reports, which features do not need

    query = features_sql(made, args.dialect, table=args.table, as_of=args.as_of or "")
    check_alike(made, tables[0])
    write_text(args.sql, query)


def _mean(value: float | None) -> str:
    return "missing" if value is None else f"{value:,.3f}"


def _write(made: FeatureTable, path: Path) -> tuple[Notice, ...]:
    others = made.descriptors.drop(columns=made.frame.index.name, errors="ignore")
    table = pd.concat([with_units(made.frame, made.info), others], axis=1).reset_index()
    return write_list(path, table)
