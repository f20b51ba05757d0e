"""How much memory is free, so that work which needs more is refused before it begins."""

from __future__ import annotations

import ctypes
import gc
from contextlib import suppress

import psutil
import pyarrow as pa

from segmentation.core.errors import SegmentationError
from segmentation.core.text import count_text

__all__ = ["free_memory", "give_back", "keep_blocks", "keep_small", "refuse_without_memory", "tidy"]

_GIGABYTE = 1e9


def free_memory() -> float | None:
    """Bytes that a new program could get without slowing the computer down; None where the system does not say."""
    try:
        return float(psutil.virtual_memory().available)
    except (OSError, RuntimeError, psutil.Error):
        return None


def keep_small() -> None:
    """Have the system's memory in few pieces, so that it can be given back: by default every thread keeps its own.

    Does what MALLOC_ARENA_MAX=2 and MALLOC_TRIM_THRESHOLD_=131072 do, for a process that began without them.
    """
    with suppress(OSError, AttributeError):
        system = ctypes.CDLL(None)
        system.mallopt(-8, 2)  # M_ARENA_MAX
        system.mallopt(-1, 131_072)  # M_TRIM_THRESHOLD


def keep_blocks() -> None:
    """Keep memory that was given back block by block for the next blocks, for a process that does one thing and ends.

    Else the system is asked for every array anew. Processes that read are started so (`warm_processes`).
    """
    with suppress(OSError, AttributeError):
        system = ctypes.CDLL(None)
        system.mallopt(-8, 2)  # M_ARENA_MAX
        system.mallopt(-1, 64 * 2**20)  # M_TRIM_THRESHOLD
        system.mallopt(-3, 16 * 2**20)  # M_MMAP_THRESHOLD
    pa.set_memory_pool(pa.system_memory_pool())  # Arrow's own takes far more than it uses


def tidy() -> None:
    """Look through everything that this process holds for garbage, and take what is left out of the search until then.

    Streamlit looks for garbage after every run of a page, in all that libraries and sessions hold, while nobody else
    can compute: 15 to 60 ms for a run that takes 5. Between two calls of this it looks through what is new.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()


def give_back() -> None:
    """Give memory that is free back to the system, after a session ended."""
    tidy()
    pa.default_memory_pool().release_unused()
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)


def refuse_without_memory(needed: float, rows: int) -> None:
    """Raise one sentence when work on so many rows needs more bytes than are free."""
    free = free_memory()
    if free is not None and needed > free:
        raise SegmentationError(
            f"The distances between {count_text(rows)} customers need {needed / _GIGABYTE:.1f} GB of memory; "
            f"{free / _GIGABYTE:.1f} GB are free. Close other programs, or choose another method, such as K-means."
        )
