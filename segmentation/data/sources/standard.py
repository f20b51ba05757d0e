"""The columns of a file under the names that a source uses, with the types it needs; every change is listed."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from segmentation.core.errors import Problem
from segmentation.core.tables import Note, Table
from segmentation.core.text import count_text, plain_text
from segmentation.data.sources.base import ColumnSpec, TableSpec, id_text, ids_of

__all__ = ["empty_column", "standard"]


def standard(
    table: Table, spec: TableSpec, columns: Mapping[str, str], notes: list[Note], problems: list[Problem]
) -> pd.DataFrame:
    """Table and mapping → frame with the columns of the specification, same rows; columns not mapped are missing.

    id, text and flag become text, date datetime64, number float64. Adds to notes what could not be converted, and to
    problems every required column that is not there.
    """
    made = {}
    for column in spec.columns:
        chosen = columns.get(column.name, "")
        if chosen and chosen not in table.frame.columns:
            problems.append(
                Problem(
                    spec.label,
                    f"the column “{plain_text(chosen)}” is not in {plain_text(table.name)}.",
                    f"Choose the column for “{column.label}” again.",
                )
            )
        elif chosen:
            if column.kind == "id":
                made[column.name] = ids_of(table, chosen)
            else:
                made[column.name] = _convert(table.frame[chosen], column, notes, problems)
        elif column.required:
            problems.append(
                Problem(
                    spec.label,
                    f"no column is chosen for “{column.label}”.",
                    "Choose the column of the file that holds it.",
                    by=f"--roles COLUMN={column.name}" if spec.name == "transactions" else "",
                )
            )
    nothing: dict[str, pd.Series] = {}
    for column in spec.columns:
        if column.name not in made:
            kind = column.kind if column.kind in ("date", "number") else "text"
            if kind not in nothing:
                nothing[kind] = empty_column(column, table.frame.index)
            made[column.name] = nothing[kind]
    return pd.DataFrame({column.name: made[column.name] for column in spec.columns}, index=table.frame.index)


def _convert(values: pd.Series, column: ColumnSpec, notes: list[Note], problems: list[Problem]) -> pd.Series:
    if column.kind in ("text", "flag"):
        return id_text(values)
    if column.kind == "date":
        made = values
        if not pd.api.types.is_datetime64_any_dtype(values):
            made = pd.to_datetime(id_text(values), format="ISO8601", errors="coerce")
    else:
        made = pd.to_numeric(values, errors="coerce").astype("float64")
    lost = values.notna() & made.isna()
    if lost.any():
        example = plain_text(values[lost].iloc[0], longest=40)
        what = "dates" if column.kind == "date" else "numbers"
        if made.notna().any():
            text = f"{count_text(lost.sum())} values are not {what} and count as missing."
            notes.append(Note(str(values.name), text, int(lost.sum()), ((example, ""),)))
        else:
            problems.append(
                Problem(
                    plain_text(values.name),
                    f"the column for “{column.label}” must hold {what}; it holds text such as “{example}”.",
                    "Choose another column, or change how the file is read.",
                )
            )
    return made


def empty_column(column: ColumnSpec, index: pd.Index) -> pd.Series:
    """A column of which nothing is known."""
    if column.kind == "date":
        return pd.Series(pd.NaT, index=index, dtype="datetime64[ns]")
    return pd.Series(None, index=index, dtype="float64" if column.kind == "number" else "str")
