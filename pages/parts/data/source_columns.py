"""Which file is which table, and which column is what: guessed, and changed in selection boxes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from pages.ui import show, widgets
from segmentation.core.tables import Table
from segmentation.core.text import plain_text
from segmentation.data.sources import Assembly, TableSpec

__all__ = ["form"]

_NONE = ""


def form(plan: Assembly, files: Mapping[str, Table]) -> dict[str, Any]:
    """Selection boxes for files and columns → {"held_by", "columns"} as the user wants them."""
    several = len(plan.source.tables) > 1
    held_by = _files(plan, files) if several else dict(plan.held_by)
    columns = {}
    show.section("Which column is what", "Guessed from names and contents. Change what is wrong.")
    for spec in plan.source.tables:
        if spec.name not in plan.tables:
            continue
        if several:
            with st.expander(f"{spec.label}: {_found(spec, plan)}"):
                columns[spec.name] = _columns(spec, plan)
        else:
            columns[spec.name] = _columns(spec, plan)
    return {"held_by": held_by, "columns": columns}


def _files(plan: Assembly, files: Mapping[str, Table]) -> dict[str, tuple[str, ...]]:
    show.section("Which file is which table", "A table that is missing leaves its features out.")
    wanted: dict[str, tuple[str, ...]] = {}
    with st.container(horizontal=True, gap="small"):
        for spec in plan.source.tables:
            now = next(iter(plan.held_by.get(spec.name, ())), _NONE)
            chosen = st.selectbox(
                spec.label,
                [_NONE, *files],
                format_func=lambda name: plain_text(name, longest=40) or "Not there",
                key=widgets.bound(f"source-file-{spec.name}", now),
                width=225,
            )
            if chosen:
                wanted[spec.name] = (chosen,)
    return wanted


def _columns(spec: TableSpec, plan: Assembly) -> dict[str, str]:
    mapping, there = plan.columns[spec.name], list(plan.tables[spec.name].frame.columns)
    wanted = {}
    with st.container(horizontal=True, gap="small"):
        for column in spec.columns:
            now = mapping.get(column.name, _NONE)
            wanted[column.name] = st.selectbox(
                column.label + (" (needed)" if column.required else ""),
                [_NONE, *there],
                format_func=lambda name: plain_text(name, longest=40) or "Not in the file",
                key=widgets.bound(f"source-column-{spec.name}-{column.name}", now if now in there else _NONE),
                help=column.about or None,
                width=225,
            )
    return wanted


def _found(spec: TableSpec, plan: Assembly) -> str:
    columns = plan.columns[spec.name]
    missing = [column.label for column in spec.columns if column.required and not columns.get(column.name)]
    if missing:
        return f"choose {', '.join(missing).lower()}"
    return f"{sum(map(bool, columns.values()))} of {len(spec.columns)} columns found"
