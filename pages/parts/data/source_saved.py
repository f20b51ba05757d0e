"""A mapping that is kept: offered again to files with the same columns, saved to a file, taken from a file."""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import streamlit as st

from pages.parts.data.memory import DataMemory
from pages.ui import models, show, state
from pages.ui.file_names import of_data
from pages.ui.state import Studio
from segmentation.core.errors import SegmentationError
from segmentation.data.sources import (
    Assembly,
    SavedMapping,
    assemble,
    mapping_from_json,
    mapping_of,
    mapping_to_json,
    matching,
    remember,
    remembered,
)

__all__ = ["offer", "panel", "plain"]


def folder() -> Path:
    """Where mappings are kept: beside the models, on this machine."""
    return models.own_root() / ".mappings"


def plain(plan: Assembly) -> dict[str, Any]:
    """A plan as the plain values that the studio keeps; a column that is taken from nowhere is ""."""
    columns = {
        spec.name: {column.name: plan.columns[spec.name].get(column.name, "") for column in spec.columns}
        for spec in plan.source.tables
        if spec.name in plan.tables
    }
    return {"columns": columns, "settings": asdict(plan.settings), "held_by": dict(plan.held_by)}


def offer(studio: Studio, plan: Assembly) -> dict[str, Any] | None:
    """Offer the mapping that was kept for files with these columns, once; what to choose when it is taken."""
    if studio.memory_of(DataMemory).offered == _key(studio) or studio.source_settings:
        return None
    saved = state.once("source-remembered", remembered, studio.tables, folder())
    if saved is None or saved.source != studio.source:
        return None
    wanted = _taken(saved, studio)
    if wanted is None or (_same(wanted, plain(plan)) and dict(saved.derived) == dict(plan.derived)):
        return None
    with st.container(horizontal=True, vertical_alignment="center", border=True, key="source-offer"):
        st.markdown("You have kept a mapping for files with these columns.", width="stretch")
        if st.button("Use it", key="source-offer-use", type="primary"):
            studio.memory_of(DataMemory).offered = _key(studio)
            state.put(studio, "made_columns", dict(saved.derived))
            return wanted
        if st.button("Not now", key="source-offer-no"):
            studio.memory_of(DataMemory).offered = _key(studio)
            st.rerun()
    return None


def panel(studio: Studio, plan: Assembly) -> None:
    """Keep this mapping, download it, or take one from a file."""
    with st.expander("Keep this mapping for next month"):
        st.caption("Columns, choices and how the files are read; no data. It is offered when such files come again.")
        saved = mapping_of(studio.source, plan.tables, plain(plan)["columns"], plan.settings)
        saved = replace(saved, derived=dict(plan.derived))
        with st.container(horizontal=True, gap="small"):
            if st.button("Keep it", key="source-keep"):
                _remember(saved)
                studio.memory_of(DataMemory).offered = _key(studio)
            data = mapping_to_json(saved)
            show.download(
                "Download it", data, of_data(f"{studio.source} mapping", "json"), "application/json", "source-download"
            )
        given = st.file_uploader("Or use a mapping file", type=["json"], key="source-mapping-file")
        if given is not None and given.file_id != studio.memory_of(DataMemory).mapping_file:
            studio.memory_of(DataMemory).mapping_file = given.file_id
            _use(studio, given.getvalue())


def _remember(saved: SavedMapping) -> None:
    try:
        remember(saved, folder())
    except OSError as error:
        show.problem(f"The mapping could not be kept: {error.strerror}. Download it instead.")
    else:
        st.toast("Kept on this machine.")


def _use(studio: Studio, text: bytes) -> None:
    try:
        mapping = mapping_from_json(text)
        wanted = _taken(mapping, studio)
    except SegmentationError as error:
        show.problem(error)
        return
    if wanted is not None:
        state.put(studio, "made_columns", dict(mapping.derived))
        state.put(studio, "source_settings", wanted)
        st.rerun()


def _taken(mapping: SavedMapping, studio: Studio) -> dict[str, Any] | None:
    """What a saved mapping makes of the loaded files; None when it cannot be used for them."""
    held_by = matching(mapping, studio.tables)
    files = {name: (file,) for name, file in held_by.items()} if held_by else None
    return plain(assemble(studio.source, studio.tables, mapping, held_by=files))


def _same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return all(one[part] == other[part] for part in ("columns", "settings", "held_by"))


def _key(studio: Studio) -> tuple[str, ...]:
    return tuple(table.sha256 for table in studio.tables.values())
