"""A mapping that names what there is not: one sentence instead of a guess in its place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from segmentation.core.errors import SegmentationError
from segmentation.core.tables import Table
from segmentation.core.text import plain_text
from segmentation.data.sources.base import Source

__all__ = ["check_mapped", "check_roles"]

_MOST = 12


def check_mapped(kind: Source, columns: Mapping[str, Mapping[str, str]], tables: Mapping[str, Table]) -> None:
    """Table → column of the source → column of the file: every one of them must be known; "" is no column.

    tables: those that are there. Related tables have no columns of their own, so nothing is asked of theirs.
    """
    specs = {spec.name: spec for spec in kind.tables}
    for name, mapped in columns.items():
        if not specs or not mapped:
            continue
        if name not in specs:
            raise _unknown("table", name, specs)
        known = [column.name for column in specs[name].columns]
        for column, there in mapped.items():
            if column not in known:
                raise _unknown("column", column, known)
            if there and name in tables and there not in tables[name].frame.columns:
                raise SegmentationError(
                    f"The mapping takes {plain_text(column)} from “{plain_text(there, longest=40)}”, which is not in "
                    f"{plain_text(tables[name].name, longest=60)}. It has {_listed(tables[name].frame.columns)}."
                )


def check_roles(roles: Mapping[str, str], table: Table) -> None:
    """Column of a file of customers → role: one that is to be used must be in the file."""
    for column, role in roles.items():
        if role != "left out" and column not in table.frame.columns:
            raise SegmentationError(
                f"“{plain_text(column, longest=40)}” is to be {plain_text(role, longest=40)}, and is not in "
                f"{plain_text(table.name, longest=60)}. It has {_listed(table.frame.columns)}."
            )


def _unknown(what: str, name: str, known: Iterable[object]) -> SegmentationError:
    return SegmentationError(
        f"The mapping names a {what} “{plain_text(name, longest=40)}” that there is not. Choose from {_listed(known)}."
    )


def _listed(names: Iterable[object]) -> str:
    shown = [plain_text(name, longest=40) for name in names]
    return ", ".join(shown[:_MOST]) + (" …" if len(shown) > _MOST else "")
