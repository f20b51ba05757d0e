"""Small files that count as big ones, so that they are added up in parts on disk, and what has to come of it."""

from __future__ import annotations

import pandas as pd
import pytest

from segmentation.core.tables import FeatureTable
from segmentation.data import customers
from segmentation.data.reading.stream import apart
from segmentation.data.sources import big_files, part_files, row_store

__all__ = ["assert_equal", "big_from", "read_here"]

PART = 30_000
"""Bytes of a file whose rows are added up at once."""


def big_from(patch: pytest.MonkeyPatch, size: int, *, block: int) -> list[FeatureTable | None]:
    """From so many bytes on a file is a big one, read in blocks of so many → what will come of each, in order."""
    outcomes: list[FeatureTable | None] = []

    def through_disk(*args: object) -> FeatureTable | None:
        outcomes.append(big_files.through_disk(*args))  # type: ignore[arg-type]
        return outcomes[-1]

    patch.setattr(customers, "MAX_BYTES", size)
    patch.setattr(customers, "through_disk", through_disk)
    for module in (big_files, row_store):
        patch.setattr(module, "BLOCK", block)
    patch.setattr(part_files, "PART", PART)
    return outcomes


def read_here(patch: pytest.MonkeyPatch) -> None:
    """What is read block by block is read in this process: to start one takes most of the time of a small table."""
    patch.setattr(apart, "stream_limited", lambda function, *args, limits: function(*args))
    patch.setattr(apart, "run_limited", lambda function, *args, limits: function(*args))


def assert_equal(made: FeatureTable, wanted: FeatureTable) -> None:
    """Every figure to the last bit, every word, and all that a model keeps."""
    pd.testing.assert_frame_equal(made.frame, wanted.frame, check_exact=True)
    pd.testing.assert_frame_equal(made.descriptors, wanted.descriptors, check_exact=True)
    for name in ("info", "as_of", "notes", "problems", "notices", "categories", "roles", "left_out", "fingerprint"):
        assert getattr(made, name) == getattr(wanted, name), name
    assert dict(made.replay) == dict(wanted.replay)
