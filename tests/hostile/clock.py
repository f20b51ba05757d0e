"""How long a file takes: on the clock, or in computing where other programs keep the machine busy."""

from __future__ import annotations

import resource
import time
from contextlib import suppress

import psutil

__all__ = ["HUNG", "Stopwatch"]

HUNG = 25.0
"""Seconds on the clock that are too long on any machine: the reader stops a file by itself after them."""


def computed() -> float:
    """Seconds of computing so far: of this process, its children that ended, and those that still read."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    total = time.process_time() + ended.ru_utime + ended.ru_stime
    for child in psutil.Process().children():
        with suppress(psutil.NoSuchProcess):
            total += sum(child.cpu_times()[:2])
    return total


class Stopwatch:
    """Begins when it is made."""

    def __init__(self) -> None:
        self._computed, self._began = computed(), time.monotonic()

    def seconds(self) -> float:
        """Seconds since it began: what the clock says, or the computing where that is less and nothing hung."""
        clock = time.monotonic() - self._began
        return clock if clock > HUNG else min(clock, computed() - self._computed)
