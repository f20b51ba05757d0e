"""How much memory is free, so that work which needs more is refused before it begins."""

from __future__ import annotations

import psutil

from segmentation.core.errors import SegmentationError
from segmentation.core.text import count_text

__all__ = ["free_memory", "refuse_without_memory"]

_GIGABYTE = 1e9


def free_memory() -> float | None:
    """Bytes that a new program could get without slowing the computer down; None where the system does not say."""
    try:
        return float(psutil.virtual_memory().available)
    except (OSError, RuntimeError, psutil.Error):
        return None


def refuse_without_memory(needed: float, rows: int) -> None:
    """Raise one sentence when work on so many rows needs more bytes than are free."""
    free = free_memory()
    if free is not None and needed > free:
        raise SegmentationError(
            f"The distances between {count_text(rows)} customers need {needed / _GIGABYTE:.1f} GB of memory; "
            f"{free / _GIGABYTE:.1f} GB are free. Close other programs, or choose another method, such as K-means."
        )
