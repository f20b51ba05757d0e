"""One command as a process of its own with its children: seconds, computing of all, and what they held together."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import psutil

__all__ = ["ROOT", "Measured", "measured", "once"]

ROOT = Path(__file__).resolve().parents[2]
LONG = 60.0
_LOOK = 0.05


@dataclass(frozen=True)
class Measured:
    """Seconds on the clock, computing of all cores and of child processes, megabytes at the peak.

    Memory is what the processes hold for themselves, added up, looked at twenty times a second.
    """

    seconds: float
    computing: float
    memory: float


def measured(command: Sequence[str | Path]) -> Measured:
    """The fastest of three runs of a command, each from nothing; of a long one the first counts."""
    best = Measured(np.inf, np.inf, np.inf)
    for _ in range(3):
        best = min(best, once(command), key=lambda item: item.seconds)
        if best.seconds > LONG:
            break
    return best


def once(command: Sequence[str | Path]) -> Measured:
    """One run of a command."""
    began, most = time.perf_counter(), 0.0
    process = subprocess.Popen(
        command, cwd=ROOT, env=_as_installed(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    while True:
        done, status, used = os.wait4(process.pid, os.WNOHANG)
        if done:
            break
        most = max(most, _held(process.pid))
        time.sleep(_LOOK)
    seconds = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"failed: {' '.join(map(str, command))}")
    return Measured(seconds, used.ru_utime + used.ru_stime, most / 1024**2)


@cache
def _kept() -> TemporaryDirectory[str]:
    return TemporaryDirectory(prefix="bytecode-")


def _as_installed() -> dict[str, str]:
    """The environment, with modules compiled once and kept, as an installed package has them.

    Where a setting forbids that, every start would compile 200 modules of this project, and none of the libraries'.
    """
    rest = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**rest, "PYTHONPYCACHEPREFIX": _kept().name}


def _held(pid: int) -> float:
    """Bytes that a process and its children hold for themselves."""
    held = 0.0
    with suppress(psutil.Error):
        process = psutil.Process(pid)
        for one in (process, *process.children(recursive=True)):
            with suppress(psutil.Error):
                held += one.memory_full_info().uss
    return held
