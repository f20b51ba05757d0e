"""Long work that cannot be interrupted, in a process of its own: Cancel ends it at once and frees its memory."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

from segmentation.core.errors import SegmentationError
from segmentation.core.parallel import one_thread
from segmentation.core.settings import Progress
from segmentation.core.text import duration_text

__all__ = ["answer", "run_apart"]

Result = TypeVar("Result")

_QUICK = 2.0
"""Seconds: shorter work is done where it is asked for (a process needs about as long to start)."""
_LISTEN = 0.2
_ROOT = Path(__file__).resolve().parents[2]
# It takes its work in before the imports, which take a second.
_PROGRAM = "import sys; work = sys.stdin.buffer.read(); from segmentation.core.own_process import answer; answer(work)"


def run_apart(
    function: Callable[..., Result], *args: Any, seconds: float, progress: Progress | None, text: str
) -> Result:
    """`function(*args)`, with one thread; what takes longer than two of the expected `seconds` runs in a new process.

    `function` stands at the top of a module; arguments and result are plain values or arrays and travel through pipes,
    never through files. Progress is elapsed over expected time. Without a `progress` nobody can cancel, and the work
    is done here. Raises `Cancelled` from `progress`, what `function` raises, and one sentence when memory runs out.
    """
    if progress is None or seconds < _QUICK:
        if progress is not None:
            progress(0.0, text)
        with one_thread():
            return function(*args)
    command = [sys.executable, "-P", "-c", _PROGRAM]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=_environment()) as process:
        try:
            said = _listen(process, pickle.dumps((function, args)), seconds, progress, text)
        except BaseException:
            process.kill()
            raise
    if process.returncode < 0:  # the system ended it: nothing of ours does
        raise _memory()
    if process.returncode:
        raise RuntimeError(f"the work apart ended with code {process.returncode}")
    good, outcome = pickle.loads(said)  # bytes of our own child, never a file
    if not good:
        raise outcome
    return outcome  # type: ignore[no-any-return]


def answer(work: bytes) -> None:
    """The other side: (function, args) in, (True, result) or (False, error) to standard output."""
    with os.fdopen(os.dup(1), "wb") as out:
        os.dup2(2, 1)  # whatever a library prints must not end up in the answer
        try:
            function, args = pickle.loads(work)
            with one_thread():
                found = (True, function(*args))
        except MemoryError:
            found = (False, _memory())
        except Exception as error:  # noqa: BLE001  raised again on the other side
            found = (False, error)
        pickle.dump(found, out)


def _listen(process: subprocess.Popen[bytes], work: bytes, seconds: float, progress: Progress, text: str) -> bytes:
    assert process.stdin is not None
    with suppress(BrokenPipeError):  # a child that died at once is told by its exit code
        process.stdin.write(work)
    began, expected = time.monotonic(), f"{text} ({duration_text(seconds)} expected)"
    while True:
        progress(min((time.monotonic() - began) / seconds, 0.95), expected)
        try:
            return process.communicate(timeout=_LISTEN)[0]
        except subprocess.TimeoutExpired:
            continue


def _environment() -> dict[str, str]:
    paths = [str(_ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    single = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    return {**os.environ, **single, "PYTHONPATH": os.pathsep.join(paths)}


def _memory() -> SegmentationError:
    return SegmentationError(
        "There was not enough free memory for this method. Close other programs, choose fewer customers, or choose "
        "another method, such as K-means."
    )
