"""Customers of new files that are in no row to score: their lines could not be read, or hold no purchase."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from segmentation.core.tables import FeatureTable, Table

__all__ = ["not_in_a_row", "unread_rows"]

_PEOPLE = {"transactions": ("transactions", "customer"), "fintech": ("dim_users", "user_id")}
"""Kind of file → the table whose lines are of customers, and the column that says whose."""


def not_in_a_row(
    source: str, tables: Mapping[str, Table], columns: Mapping[str, Mapping[str, str]], features: FeatureTable
) -> tuple[pd.DataFrame, dict[str, int]]:
    """Customers without a row: (id, reason) a line of a table; and customer → lines of it that could not be read."""
    left_out = pd.DataFrame(list(features.left_out), columns=["id", "reason"])
    table, column = _PEOPLE.get(source, ("", ""))
    if table not in tables:
        return left_out, {}
    lines = unread_rows(tables[table], columns.get(table, {}).get(column))
    there = lines["id"].isin({*features.frame.index, *left_out["id"]})
    gone = lines[~there].drop_duplicates("id")
    partly = lines["id"][there].value_counts()
    return pd.concat([left_out, gone], ignore_index=True), {str(one): int(count) for one, count in partly.items()}


def unread_rows(table: Table, id_name: str | None) -> pd.DataFrame:
    """The refused lines of a customer table → id (from its cell, else the line) and reason, so that nobody vanishes."""
    index = list(table.frame.columns).index(id_name) if id_name and id_name in table.frame.columns else -1
    rows = []
    for line, reason, text in table.refused.itertuples(index=False):
        cells = [cell.strip() for cell in str(text).split(" | ")]
        known = 0 <= index < len(cells) and cells[index]
        rows.append((cells[index] if known else f"line {line}", f"Line {line} could not be read: {reason}."))
    return pd.DataFrame(rows, columns=["id", "reason"])
