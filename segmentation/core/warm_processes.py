"""Processes that wait for work: one of them with its pipes, and the crew that hands each piece of work to one."""

from __future__ import annotations

import math
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Generator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from segmentation.core.errors import SegmentationError
from segmentation.core.settings import Progress
from segmentation.core.worker import LOGGED, NO_MEMORY, log_here, receive, send

__all__ = ["Crew", "Ended", "Limits"]

_LISTEN = 0.1
_ROOT = Path(__file__).resolve().parents[2]
_PROGRAM = "import sys; from segmentation.core.worker import main; main(int(sys.argv[1]), sys.argv[2:])"
_LIMITED_BY_SYSTEM = sys.platform == "linux"  # elsewhere the limit on memory is not kept, or there is none
_MOST_MEMORY = 350e6
_MOST_PIECES = 200
_HEIR = 40
"""Pieces of work before the last at which the successor of a process is started, so that nobody waits for it."""
_TO_GET_READY = 120.0
"""Seconds for the imports of a new process on a very busy computer; its work has its own clock."""
_MOST_AT_ONCE = 4 + (os.cpu_count() or 2)
_AHEAD = 3
"""Messages that wait until they are taken; then the process waits."""
_PIPE = 2**20
"""Bytes that a pipe holds, where the system lets one say so: fewer turns for big answers."""


@dataclass(frozen=True)
class Limits:
    """What one piece of work may take: bytes of memory beyond the code, seconds of computing, seconds on the clock."""

    memory: int
    computing: float
    clock: float


class Ended(SegmentationError):
    """The process was ended before it could answer; why: "memory", "time" or "crash"."""

    def __init__(self, why: str) -> None:
        super().__init__(_WORDS[why])
        self.why = why


_WORDS = {
    "memory": "There was not enough free memory for this. Close other programs, or choose fewer customers.",
    "time": "It took longer than is allowed, so it was stopped. Choose fewer customers or columns.",
    "crash": "A process that did this work ended by itself. Try again, or change a setting first.",
}


class _Child:
    """One process with its pipes, and a thread that takes in what it says."""

    def __init__(self, imports: tuple[str, ...] = ()) -> None:
        self.pieces, self.ready, self.imports = 0, False, imports
        command, more = [sys.executable, "-P", "-c", _PROGRAM], dict[str, Any]()
        self._line: int | None = None
        if os.name == "posix":  # a pipe that says nothing: it breaks when this process ends, however that happens
            theirs, self._line = os.pipe()
            more["pass_fds"] = [theirs]
        else:
            theirs = -1
        self.process: subprocess.Popen[bytes] = subprocess.Popen(
            [*command, str(theirs), *imports],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=_environment(),
            **more,
        )
        if theirs >= 0:
            os.close(theirs)
        self.messages: queue.Queue[tuple[Any, ...] | None] = queue.Queue(_AHEAD)
        self._over = False
        _widen(self.process.stdout)
        threading.Thread(target=self._listen, daemon=True, name="listen").start()

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
                self.messages.put(message, timeout=_LISTEN)
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


class Crew:
    """The warm processes that wait for work."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._idle: list[_Child] = []
        self._heirs: list[_Child] = []
        self._places = threading.BoundedSemaphore(_MOST_AT_ONCE)
        self._imports: tuple[str, ...] = ()
        self._warm, self._refill, self._closed = 0, False, False

    def run(self, work: tuple[Any, ...], tick: Callable[[], None], progress: Progress, limits: Limits | None) -> Any:
        while not self._places.acquire(timeout=_LISTEN):
            progress(0.0, "Waiting for other work to finish")
        try:
            return self._run(work, tick, progress, limits)
        finally:
            self._places.release()

    def stream(self, work: tuple[Any, ...], limits: Limits) -> Generator[Any, None, None]:
        """What the work yields, item by item; the clock of `limits` begins anew with each."""
        with self._places:
            child = self._take(work[0].__module__)
            kind, outcome = "", None
            try:
                child.ask(work)
                while True:
                    kind, outcome = self._follow(child, lambda: None, lambda share, text: None, limits)
                    if kind != "item":
                        break
                    yield outcome
            finally:
                self._leave(child, good=kind in ("done", "refused"))
        if kind != "done":
            raise outcome

    def _run(self, work: tuple[Any, ...], tick: Callable[[], None], progress: Progress, limits: Limits | None) -> Any:
        child = self._take(work[0].__module__)
        kind = ""
        try:
            child.ask(work)
            kind, outcome = self._follow(child, tick, progress, limits)
        finally:
            self._leave(child, good=kind in ("done", "refused") and limits is not None)
        if kind == "done":
            return outcome
        raise outcome

    def _leave(self, child: _Child, *, good: bool) -> None:
        if good:
            return self._give_back(child)
        child.end()
        return self._renew()

    @staticmethod
    def _follow(
        child: _Child, tick: Callable[[], None], progress: Progress, limits: Limits | None
    ) -> tuple[str, BaseException | Any]:
        clock = limits.clock if limits else math.inf
        ends = time.monotonic() + (clock if child.ready else _TO_GET_READY)
        while True:
            if time.monotonic() > ends:
                return "failed", Ended("time")
            try:
                message = child.messages.get(timeout=_LISTEN)
            except queue.Empty:
                tick()
                if limits is not None and not _LIMITED_BY_SYSTEM and child.memory > limits.memory:
                    return "failed", Ended("memory")
                continue
            if message is None:
                return "failed", Ended(_why(child.process.wait()))
            if message[0] == "ready":
                child.ready, ends = True, time.monotonic() + clock
            elif message[0] == "progress":
                progress(*message[1])
            elif message[0] == LOGGED:
                log_here(*message[1])
            elif message[0] == NO_MEMORY:
                return "failed", Ended("memory")
            else:
                return message[0], message[1]

    def keep_warm(self, processes: int, *, imports: tuple[str, ...], refill: bool) -> None:
        self._imports = imports
        self._warm, self._refill = processes, self._refill or refill
        self._fill()

    def close(self) -> None:
        self._closed = True
        for children in (self._idle, self._heirs):
            while children:
                children.pop().end()

    def _take(self, module: str) -> _Child:
        while True:
            with self._lock:
                children = self._idle or self._heirs
                child = children.pop() if children else None
            if child is None:
                return _Child(self._imports or (module,))
            if child.alive:
                return child

    def _give_back(self, child: _Child) -> None:
        child.pieces += 1
        with self._lock:
            keep = (
                not self._closed
                and len(self._idle) < max(self._warm, 1)
                and child.pieces < _MOST_PIECES
                and child.memory < _MOST_MEMORY
            )
            if keep:
                self._idle.append(child)
                if child.pieces >= _MOST_PIECES - _HEIR and not self._heirs:
                    self._heirs.append(_Child(child.imports))
        if not keep:
            child.end()
            self._renew()

    def _renew(self) -> None:
        if self._refill and not self._closed:
            threading.Thread(target=self._fill, daemon=True, name="refill").start()

    def _fill(self) -> None:
        while True:
            with self._lock:
                if self._closed or len(self._idle) >= self._warm:
                    return
                self._idle.append(_Child(self._imports))


def _widen(pipe: Any) -> None:
    with suppress(ImportError, AttributeError, OSError):
        import fcntl  # not on Windows

        fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _PIPE)  # type: ignore[attr-defined,unused-ignore]


def _why(code: int) -> str:
    """What an exit code says: the system ends a process that computes too long, or has no memory left."""
    if code == -getattr(signal, "SIGXCPU", 0):
        return "time"
    return "memory" if code in (-getattr(signal, "SIGKILL", 0), -signal.SIGABRT) else "crash"


def _environment() -> dict[str, str]:
    paths = [str(_ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    single = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    more = {
        "MALLOC_ARENA_MAX": "2",
        "MALLOC_TRIM_THRESHOLD_": str(64 * 2**20),  # less, and every array is asked of the system anew: twice the time
        "MALLOC_MMAP_THRESHOLD_": str(16 * 2**20),
        "ARROW_DEFAULT_MEMORY_POOL": "system",  # Arrow's own sets aside far more than it uses, which counts as used
        "RUST_BACKTRACE": "0",
    }
    return {**os.environ, **single, **more, "PYTHONPATH": os.pathsep.join(paths)}
