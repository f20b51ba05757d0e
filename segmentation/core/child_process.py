"""A process that waits for work, as this side sees it: its pipes, and a thread that takes in what it says."""

from __future__ import annotations

import os
import queue
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

import psutil

from segmentation.core.forked import Fork
from segmentation.core.worker import receive, send

__all__ = ["LISTEN", "Begin", "Child"]

LISTEN = 0.1
_ROOT = Path(__file__).resolve().parents[2]
_PROGRAM = (
    "import sys; from segmentation.core.worker import main; "
    "main(int(sys.argv[1]), sys.argv[3:6], sys.argv[6:], niceness=int(sys.argv[2]))"
)
_NOTHING = ("", "", "")
_AHEAD = 3
"""Messages that wait until they are taken; then the process waits."""
_PIPE = 2**20
"""Bytes that a pipe holds, where the system lets one say so: fewer turns for big answers."""


class Begin(NamedTuple):
    """What a process begins with before it is asked: `function(argument)` of a module, which keeps what it made.

    The function sets its own limits (`worker.limit`). What goes wrong in it goes wrong again, and is said, when the
    work is asked for.
    """

    module: str
    function: str
    argument: str


class Child:
    """One process with its pipes, and a thread that takes in what it says.

    imports: modules that it has when work comes. niceness: how far a new one stands back for others, 0 (not at all) to
    19. pieces: of work that it did. rests: since when it has nothing to do.
    """

    def __init__(
        self,
        imports: tuple[str, ...] = (),
        begin: Begin | None = None,
        *,
        forked: bool = False,
        niceness: int = 0,
    ) -> None:
        self.pieces, self.ready, self.rests, self.imports = 0, False, time.monotonic(), imports
        # A pipe that says nothing: it breaks when this process ends, however that happens.
        self._line: int | None = None
        self.process: subprocess.Popen[bytes] | Fork
        if forked:
            self.process = Fork(begin or _NOTHING, environment())
            self._line = self.process.line
        else:
            self.process = self._started(begin or _NOTHING, niceness)
        self.messages: queue.Queue[tuple[Any, ...] | None] = queue.Queue(_AHEAD)
        self._over = False
        _widen(self.process.stdout)
        threading.Thread(target=self._listen, daemon=True, name="listen").start()

    def _started(self, begin: tuple[str, str, str], niceness: int) -> subprocess.Popen[bytes]:
        """A new process of Python."""
        more, theirs = dict[str, Any](), -1
        if os.name == "posix":
            theirs, self._line = map(_above_standard, os.pipe())
            more["pass_fds"] = [theirs]
        command = [sys.executable, "-P", "-c", _PROGRAM, str(theirs), str(niceness), *begin, *self.imports]
        process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env={**os.environ, **environment()}, **more
        )
        if theirs >= 0:
            os.close(theirs)
        return process

    def _listen(self) -> None:
        assert self.process.stdout is not None
        try:
            while (message := receive(self.process.stdout)) is not None:
                self._tell(message)
        except (OSError, ValueError):
            pass
        except Exception as error:  # noqa: BLE001  an answer that cannot be put together again
            self._tell(("failed", RuntimeError(f"an answer could not be read: {type(error).__name__}")))
        self._tell(None)
        self.process.stdout.close()

    def _tell(self, message: tuple[Any, ...] | None) -> None:
        """Hand a message over as soon as there is room for it, or never once nobody waits."""
        while not self._over:
            with suppress(queue.Full):
                self.messages.put(message, timeout=LISTEN)
                return

    def ask(self, work: tuple[Any, ...]) -> None:
        """Hand the work over; a process that has died is noticed by its silence."""
        assert self.process.stdin is not None
        with suppress(BrokenPipeError):
            send(self.process.stdin, work)

    @property
    def memory(self) -> int:
        """Bytes that it holds."""
        try:
            return int(psutil.Process(self.process.pid).memory_info().rss)
        except psutil.Error:
            return 0

    @property
    def alive(self) -> bool:
        return self.process.poll() is None

    def end(self) -> int:
        """End it at once; returns how it ended, or had ended before."""
        self._over = True
        self.process.kill()
        if self._line is not None:
            line, self._line = self._line, None
            os.close(line)
        with suppress(BrokenPipeError, OSError):
            self.process.stdin.close()  # type: ignore[union-attr]
        return self.process.wait()


def _above_standard(end: int) -> int:
    """The end of a pipe under a number that is none of standard input and output, without which one may be started."""
    if end > 2:
        return end
    import fcntl

    moved = fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 3)  # type: ignore[attr-defined,unused-ignore]
    os.close(end)
    return int(moved)


def _widen(pipe: Any) -> None:
    with suppress(ImportError, AttributeError, OSError):
        import fcntl  # not on Windows

        fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _PIPE)  # type: ignore[attr-defined,unused-ignore]


def environment() -> dict[str, str]:
    """What a process that works is started with: one thread, and memory as `memory.keep_blocks` has it."""
    paths = [str(_ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {
        **dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"),
        "MALLOC_ARENA_MAX": "2",
        "MALLOC_TRIM_THRESHOLD_": str(64 * 2**20),  # less, and every array is asked of the system anew: twice the time
        "MALLOC_MMAP_THRESHOLD_": str(16 * 2**20),
        "ARROW_DEFAULT_MEMORY_POOL": "system",  # Arrow's own sets aside far more than it uses, which counts as used
        "RUST_BACKTRACE": "0",
        "PYTHONPATH": os.pathsep.join(paths),
    }
