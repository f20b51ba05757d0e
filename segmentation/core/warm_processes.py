"""The crew of processes that wait for work, which hands each piece of work to one of them."""

from __future__ import annotations

import math
import os
import queue
import signal
import sys
import threading
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Any

from segmentation.core.child_process import LISTEN, Begin, Child
from segmentation.core.errors import SegmentationError
from segmentation.core.settings import Progress
from segmentation.core.worker import LOGGED, NO_MEMORY, log_here

__all__ = ["NO_LIMITS", "Crew", "Ended", "Limits"]

_LISTEN = LISTEN
_LIMITED_BY_SYSTEM = sys.platform == "linux"  # elsewhere the limit on memory is not kept, or there is none
_MOST_MEMORY = 350e6
_MOST_PIECES = 200
_HEIR = 40
"""Pieces of work before the last at which the successor of a process is started, so that nobody waits for it."""
_TO_GET_READY = 120.0
"""Seconds for the imports of a new process on a very busy computer; its work has its own clock."""
_REST = 30.0
"""Seconds for which a process that is more than are kept warm stays for the next work."""
_MOST_AT_ONCE = 4 + (os.cpu_count() or 2)


@dataclass(frozen=True)
class Limits:
    """What one piece of work may take: bytes of memory beyond the code, seconds of computing, seconds on the clock.

    A memory or computing of 0 is no limit.
    """

    memory: int
    computing: float
    clock: float


NO_LIMITS = Limits(0, 0.0, math.inf)


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


class Crew:
    """The warm processes that wait for work, `most` at once. niceness: how far a server's stand back for others."""

    def __init__(self, most: int = _MOST_AT_ONCE, niceness: int = 0) -> None:
        self._most, self._niceness = most, niceness
        self._lock = threading.Lock()
        self._idle: list[Child] = []
        self._heirs: list[Child] = []
        self._places = threading.BoundedSemaphore(most)
        self._imports: tuple[str, ...] = ()
        self._warm, self._refill, self._closed = 0, False, False

    @property
    def is_kept(self) -> bool:
        """Whether processes are kept warm, as a server does."""
        return self._refill and not self._closed

    def run(self, work: tuple[Any, ...], tick: Callable[[], None], progress: Progress, limits: Limits) -> Any:
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

    def _run(self, work: tuple[Any, ...], tick: Callable[[], None], progress: Progress, limits: Limits) -> Any:
        child = self._take(work[0].__module__)
        kind = ""
        try:
            child.ask(work)
            kind, outcome = self._follow(child, tick, progress, limits)
        finally:
            self._leave(child, good=kind in ("done", "refused"))
        if kind == "done":
            return outcome
        raise outcome

    def _leave(self, child: Child, *, good: bool) -> None:
        if good:
            return self._give_back(child)
        child.end()
        return self._renew()

    @staticmethod
    def _follow(
        child: Child, tick: Callable[[], None], progress: Progress, limits: Limits
    ) -> tuple[str, BaseException | Any]:
        ends = time.monotonic() + (limits.clock if child.ready else max(limits.clock, _TO_GET_READY))
        while True:
            if time.monotonic() > ends:
                return "failed", Ended("time")
            try:
                message = child.messages.get(timeout=_LISTEN)
            except queue.Empty:
                tick()
                if limits.memory and not _LIMITED_BY_SYSTEM and child.memory > limits.memory:
                    return "failed", Ended("memory")
                continue
            if message is None:
                return "failed", Ended(_why(child.process.wait()))
            if message[0] == "ready":
                child.ready, ends = True, time.monotonic() + limits.clock
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

    def begin(self, imports: tuple[str, ...], begin: Begin | None, *, forked: bool) -> None:
        """One process, with these modules imported, that begins before it is asked; one that waits already is enough.

        A process that is to begin with something of its own is started in any case.
        """
        self._imports, self._warm = imports, max(self._warm, 1)
        with self._lock:
            if begin is None and any(child.alive for child in self._idle):
                return
        child = Child(imports, begin, forked=forked)
        with self._lock:
            self._idle.append(child)

    def rest(self) -> None:
        """End those that are more than are kept warm and had nothing to do for a while."""
        with self._lock:
            since = time.monotonic() - _REST
            over = [child for child in self._idle[self._warm :] if child.rests < since]
            self._idle = [child for child in self._idle if child not in over]
        for child in over:
            child.end()

    def close(self) -> None:
        self._closed = True
        for children in (self._idle, self._heirs):
            while children:
                children.pop().end()

    def _take(self, module: str) -> Child:
        while True:
            with self._lock:
                children = self._idle or self._heirs
                child = children.pop() if children else None
            if child is None:
                return self._new(self._imports or (module,))
            if child.alive:
                return child

    def _give_back(self, child: Child) -> None:
        child.pieces, child.rests = child.pieces + 1, time.monotonic()
        with self._lock:
            keep = (
                not self._closed
                and len(self._idle) < (self._most if self._refill else max(self._warm, 1))
                and child.pieces < _MOST_PIECES
                and child.memory < _MOST_MEMORY
            )
            if keep:
                self._idle.append(child)
                if child.pieces >= _MOST_PIECES - _HEIR and not self._heirs:
                    self._heirs.append(self._new(child.imports))
        if not keep:
            child.end()
            self._renew()

    def _new(self, imports: tuple[str, ...]) -> Child:
        return Child(imports, niceness=self._niceness if self._refill else 0)

    def _renew(self) -> None:
        if self._refill and not self._closed:
            threading.Thread(target=self._fill, daemon=True, name="refill").start()

    def _fill(self) -> None:
        while True:
            with self._lock:
                if self._closed or len(self._idle) >= self._warm:
                    return
                self._idle.append(self._new(self._imports))


def _why(code: int) -> str:
    """What an exit code says: the system ends a process that computes too long, or has no memory left."""
    if code == -getattr(signal, "SIGXCPU", 0):
        return "time"
    return "memory" if code in (-getattr(signal, "SIGKILL", 0), -signal.SIGABRT) else "crash"
