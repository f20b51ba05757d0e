"""A saved model opened again: its segments and personas are the work of this session, without the customers.

What is opened stands in the address (`?model=name/v3`) while it is as it was saved. From the first change on it is
work of its own, kept in a project like any other.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from pages.ui import models, own_models, projects, state
from pages.ui.snapshot import Snapshot
from pages.ui.state import PASSING, Studio
from segmentation.core.errors import SegmentationError
from segmentation.core.tables import FeatureTable
from segmentation.core.text import plain_text

__all__ = ["OpenedModel", "begin", "is_opened", "open_model", "opened"]

_PARAMETER = "model"
_GONE = "is no longer there: it was renamed or deleted. What you see can be saved again under Segments."


@dataclass
class OpenedModel:
    """The saved model that this session opened.

    ref: "name/v3". note: what was kept of the evidence when it was saved. seal: what its seal says, as a sentence;
    changed: whether that is a warning.
    features: customers that were loaded to see it with; file: where they are from; own: whether the model was made from
    that file; begun: the uploads that were last read. asked: the address that was last looked at.
    """

    ref: str = ""
    note: dict[str, Any] = field(default_factory=dict)
    seal: str = ""
    changed: bool = False
    features: FeatureTable | None = field(default=None, metadata=PASSING)
    file: str = field(default="", metadata=PASSING)
    own: bool = field(default=False, metadata=PASSING)
    begun: tuple[str, ...] = field(default=(), metadata=PASSING)
    asked: str = field(default="", metadata=PASSING)


def opened(studio: Studio) -> OpenedModel:
    """What is known of the model that this session opened."""
    return studio.memory_of(OpenedModel)


def is_opened(studio: Studio) -> bool:
    """Whether the segments of this session are those of a saved model, without the data that they were made from."""
    return studio.segmentation is not None and studio.comparison is None and not studio.files


def open_model(ref: str) -> None:
    """Turn to a saved model; what was open before stays in its project, where work is kept.

    Raises `SegmentationError`, and changes nothing, where the model cannot be used.
    """
    saved = models.load(ref)
    if not saved.personas:
        raise SegmentationError(f"{plain_text(saved.ref)} has no personas to show. Customers can be scored with it.")
    state.leave()
    studio = state.studio()
    studio.segmentation, studio.personas, studio.saved = saved.segmentation, saved.personas, saved.ref
    studio.memory[OpenedModel] = OpenedModel(
        saved.ref,
        dict(saved.meta["note"]),
        saved.seal.sentence(saved.ref),
        saved.seal.state == "changed",
        asked=saved.ref,
    )
    studio.project.taken = Snapshot.of(studio)
    projects.show_address()


def begin() -> None:
    """Take up the model that the address names in a session without work, and say where a saved one is gone."""
    studio, wanted = state.studio(), st.query_params.get(_PARAMETER, "")
    if studio.saved and not own_models.is_there(studio.saved):
        gone, studio.saved = studio.saved, ""
        studio.project.notes = (*studio.project.notes, f"The saved model {plain_text(gone)} {_GONE}")
    empty = not studio.files and (studio.segmentation is None or is_opened(studio)) and not studio.project.id
    if wanted and empty and wanted not in (opened(studio).asked, studio.saved):
        opened(studio).asked = wanted
        try:
            open_model(wanted)
        except SegmentationError as error:
            studio.project.notes = (str(error),)
    projects.show_address()
