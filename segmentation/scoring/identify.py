"""The id of every row of a file to be scored."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import pandas as pd

from segmentation.core.errors import DataProblems, Problem
from segmentation.core.tables import Table
from segmentation.core.text import plain_text
from segmentation.data.sources.base import ids_of

__all__ = ["id_column_of", "identify"]


def identify(table: Table, roles: Mapping[str, str] = {}, id_column: str | None = None) -> pd.Series:
    """The id of every row as the file has it: of the column named, else of the identifier in `roles`, else a number."""
    frame = table.frame
    name = id_column_of(roles, frame.columns, id_column)
    rows = pd.Series([str(number) for number in range(1, len(frame) + 1)], index=frame.index)
    return rows if name is None else ids_of(table, name).fillna("row " + rows)


def id_column_of(roles: Mapping[str, str], there: Collection[str], id_column: str | None = None) -> str | None:
    """The column that tells customers apart: the one named, else the identifier in `roles` that is there; else None."""
    if id_column is not None and id_column not in there:
        shown = ", ".join(plain_text(column, longest=40) for column in list(there)[:20])
        raise DataProblems(
            [Problem(f'Column "{plain_text(id_column)}"', "it is not in the file.", f"The file has: {shown}.")]
        )
    return id_column or next((name for name, role in roles.items() if role == "identifier" and name in there), None)
