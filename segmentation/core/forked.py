"""A copy of this process (a fork) that waits for work, in place of a new one: what both need is imported once.

Only for a process of one thread, such as a command that has just begun: a copy has no other thread than the one that
made it, and what another held at that moment stays locked in it for ever.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import IO

from segmentation.core.worker import main

__all__ = ["Fork", "can_fork"]


def can_fork() -> bool:
    """Whether this process can be copied: elsewhere than on Linux the system's own libraries do not outlive it."""
    return sys.platform == "linux" and threading.active_count() == 1 and None not in (sys.stdin, sys.stdout, sys.stderr)


class Fork:
    """The copy, with what `subprocess.Popen` has of a process; line: what breaks in it when this process ends."""

    def __init__(self, begin: Sequence[str], environment: Mapping[str, str]) -> None:
        (line, self.line), (work, to_it), (from_it, answers) = os.pipe(), os.pipe(), os.pipe()
        for stream in (sys.stdout, sys.stderr):
            stream.flush()  # what waits to be written would be written twice
        self.pid = os.fork()
        if not self.pid:
            os.environ.update(environment)
            _work(line, begin, (work, answers), (self.line, to_it, from_it))
        for theirs in (line, work, answers):
            os.close(theirs)
        self.stdin: IO[bytes] | None = os.fdopen(to_it, "wb")
        self.stdout: IO[bytes] | None = os.fdopen(from_it, "rb")
        self._code: int | None = None
        self._lock = threading.Lock()

    def poll(self) -> int | None:
        """How it ended, or None while it has not."""
        return self._ended(os.WNOHANG)

    def wait(self) -> int:
        """How it ended, once it has."""
        code = self._ended(0)
        assert code is not None
        return code

    def kill(self) -> None:
        """End it at once, where it has not ended."""
        if self._code is None:  # it is there until somebody has asked how it ended
            with suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)

    def _ended(self, how: int) -> int | None:
        with self._lock:
            if self._code is None:
                pid, status = os.waitpid(self.pid, how)
                if pid:
                    self._code = os.waitstatus_to_exitcode(status)
            return self._code


def _work(line: int, begin: Sequence[str], ends: tuple[int, int], others: tuple[int, ...]) -> None:
    """In the copy: take the ends of the pipes for its own input and output, work, and never come back."""
    code = 1
    try:
        for other in others:
            os.close(other)
        for own, place in zip(ends, (0, 1), strict=True):
            os.dup2(own, place)
            os.close(own)
        from segmentation.core.memory import keep_blocks  # with Arrow, which a command that only helps does not need

        keep_blocks()
        main(line, begin, ())
        code = 0
    finally:
        os._exit(code)
