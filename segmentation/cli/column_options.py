"""The options that say what the columns of a file are, and which are made of others."""

from __future__ import annotations

import argparse
from pathlib import Path

from segmentation.core.roles import ROLES

__all__ = ["add_columns"]

_KINDS = "the kind of file: customers, transactions, fintech or related (default: found out from the files)"


def add_columns(parser: argparse.ArgumentParser) -> None:
    """--id, --source, --roles, --derive and --map."""
    parser.add_argument("--id", metavar="COLUMN", help="the column that tells customers apart")
    parser.add_argument("--source", metavar="KIND", help=_KINDS)
    parser.add_argument(
        "--roles",
        metavar="COLUMN=ROLE",
        action="append",
        default=[],
        help=f"what a column is for: {', '.join(ROLES)}; of a list of purchases customer, date, amount, …; may be "
        "given several times; or a .json file of {column: role}",
    )
    parser.add_argument(
        "--derive",
        metavar="NAME=FORMULA",
        action="append",
        default=[],
        help='a column that is made of others, such as "age = years_between(born, 2026-11-28)"; may be given several '
        "times; docs/formulas.md has all functions",
    )
    parser.add_argument("--map", metavar="MAP.json", type=Path, help="which column is what, as the Data page saves it")
