"""The sample data that comes with the project: one click puts its files into the session."""

from __future__ import annotations

from pages.ui import state
from segmentation.data.samples import SAMPLES, Sample

__all__ = ["SAMPLES", "Sample", "take"]


def take(sample: Sample) -> None:
    """Put the sample's files and its kind of data into the session, as if they had been uploaded.

    The Data page reads `studio.files` whenever `studio.tables` is empty.
    """
    studio = state.studio()
    studio.kind = ""
    state.put(studio, "source", sample.source)
    state.put(studio, "files", sample.read())
