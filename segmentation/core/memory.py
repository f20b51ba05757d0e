"""How much memory is free, so that work which needs more is refused before it begins."""

from __future__ import annotations

from pathlib import Path

from segmentation.core.errors import SegmentationError
from segmentation.core.text import count_text

__all__ = ["free_memory", "refuse_without_memory"]

_STATE = Path("/proc/meminfo")
_GIGABYTE = 1e9


def free_memory() -> float | None:
    """Bytes that a new program could get without slowing the computer down; None where the system does not say."""
    try:
        lines = _STATE.read_text(encoding="ascii").splitlines()
        return next(1024.0 * int(line.split()[1]) for line in lines if line.startswith("MemAvailable:"))
    except (OSError, ValueError, IndexError, StopIteration):
        return None


def refuse_without_memory(needed: float, rows: int) -> None:
    """Raise one sentence when work on so many rows needs more bytes than are free."""
    free = free_memory()
    if free is not None and needed > free:
        raise SegmentationError(
            f"The distances between {count_text(rows)} customers need {needed / _GIGABYTE:.1f} GB of memory; "
            f"{free / _GIGABYTE:.1f} GB are free. Close other programs, or choose another method, such as K-means."
        )
