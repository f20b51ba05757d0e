"""The other side of `own_process`: a process that waits for a piece of work, does it within limits and answers.

A message is its sizes, a pickle, and the big arrays of it as they lie in memory. Both sides are this project's own
code; nothing that came from a file or a user is ever unpickled.
"""

from __future__ import annotations

import gc
import importlib
import logging
import os
import pickle
import struct
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from types import ModuleType
from typing import IO, Any

from segmentation.core.errors import SegmentationError

fcntl: ModuleType | None
resource: ModuleType | None
try:
    import fcntl
    import resource
    import signal
except ImportError:  # not on Windows: there `own_process` watches
    fcntl = resource = None

__all__ = ["LOGGED", "NO_MEMORY", "import_all", "limit", "log_here", "main", "receive", "send"]

NO_MEMORY = "no memory"
LOGGED = "logged"
_TELL = 0.1
_MANY = 2**16


def send(stream: IO[bytes], message: Any) -> None:
    """Write one message; arrays are not copied."""
    arrays: list[pickle.PickleBuffer] = []
    head = pickle.dumps(message, protocol=5, buffer_callback=arrays.append)
    parts = [memoryview(head), *(array.raw() for array in arrays)]
    sizes = (2 * len(part) + part.readonly for part in parts)
    stream.write(struct.pack(f"<Q{len(parts)}Q", len(parts), *sizes))
    for part in parts:
        stream.write(part)
    stream.flush()


def receive(stream: IO[bytes]) -> Any:
    """The next message, or None when the other side has ended."""
    count = stream.read(8)
    if len(count) < 8:
        return None
    sizes = struct.unpack(f"<{(number := struct.unpack('<Q', count)[0])}Q", stream.read(8 * number))
    parts = []
    for size in sizes:
        part = _read_only(stream, size // 2) if size % 2 else _writable(stream, size // 2)
        if part is None:
            return None
        parts.append(part)
    return pickle.loads(parts[0], buffers=parts[1:])  # bytes of our own process, never a file


def _read_only(stream: IO[bytes], size: int) -> bytes | None:
    """What nobody may change, as bytes: a file is what it was on the other side, without another copy."""
    part = stream.read(size)
    return part if len(part) == size else None


def _writable(stream: IO[bytes], size: int) -> Any:
    part = _room(size)
    view, got = memoryview(part), 0
    while got < size:
        more = stream.readinto(view[got:])  # type: ignore[attr-defined]
        if not more:
            return None
        got += more
    return part


def _room(size: int) -> Any:
    """So many bytes to be written to; of many, none is filled with zeros before."""
    if size < _MANY:
        return bytearray(size)
    import numpy as np  # whoever is sent so much works with arrays

    return np.empty(size, dtype=np.uint8)


def import_all(names: Sequence[str]) -> None:
    """Import modules by their names."""
    for name in names:
        importlib.import_module(name)


def main(line: int, begin: Sequence[str], imports: Sequence[str], niceness: int = 0) -> None:
    """Work until there is nobody to work for; line: the pipe that breaks when the other side ends; imports: ahead.

    begin: module, function and argument of what is done ahead as well, or three empty texts. niceness: how far this
    stands back for other processes, 0 to 19.
    """
    _end_with_parent(line)
    _stand_back(niceness)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the other side, whose end is the end of this one
    if resource is not None:
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a memory image would hold customer data
    with suppress(OSError), open("/proc/self/oom_score_adj", "w") as score:
        score.write("800")  # where memory runs out, this process goes and not the server
    source, out = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library prints while it is imported must not end up in the answer
    gc.disable()  # imports make much that stays: looking for garbage in it takes a twentieth of their time
    import_all(imports)
    gc.freeze()
    gc.enable()
    logging.getLogger("segmentation").addHandler(_Homewards(out))
    silent = os.open(os.devnull, os.O_WRONLY)  # a library that breaks prints what it was at, which may be data
    os.dup2(silent, 1), os.dup2(silent, 2)
    send(out, ("ready", None))
    if begin[0]:
        with suppress(Exception):  # asked for it, the same happens again and is said
            getattr(importlib.import_module(begin[0]), begin[1])(begin[2])
        limit(0, 0.0)
    while (work := receive(source)) is not None:
        answer = _answer(out, *work)
        limit(0, 0.0)
        try:
            send(out, answer)
        except BrokenPipeError:
            return
        except Exception as error:  # noqa: BLE001  a result or an error that cannot travel
            send(out, ("failed", RuntimeError(f"the answer cannot be sent: {type(error).__name__}")))
        del work, answer  # the tables of one file do not stay until the next


class _Homewards(logging.Handler):
    """Sends what is logged here to the other side, which knows who reads it: a server's log, or nobody."""

    def __init__(self, out: IO[bytes]) -> None:
        super().__init__()
        self._out = out

    def emit(self, record: logging.LogRecord) -> None:
        """Send one line: who logs it, how grave it is, its words."""
        with suppress(BrokenPipeError):
            send(self._out, (LOGGED, (record.name, record.levelno, record.getMessage())))


def log_here(name: str, level: int, text: str) -> None:
    """Log on this side what was logged on the other."""
    logging.getLogger(name).log(level, "%s", text)


def _answer(out: IO[bytes], function: Any, args: Any, tells: bool, memory: int, computing: float) -> tuple[str, Any]:
    last = 0.0

    def progress(share: float, text: str) -> None:
        nonlocal last
        if time.monotonic() - last >= _TELL:
            last = time.monotonic()
            send(out, ("progress", (share, text)))

    try:
        limit(memory, computing)
        outcome = function(*args, progress=progress) if tells else function(*args)
        if not isinstance(outcome, Iterator):
            return "done", outcome
        for item in outcome:  # the pipe holds little: who is slow to take items holds this up, and memory stays flat
            send(out, ("item", item))
        return "done", None
    except MemoryError:
        return NO_MEMORY, None
    except SegmentationError as error:
        return "refused", error
    except Exception as error:  # noqa: BLE001  raised again on the other side
        return "failed", error


def limit(memory: int, computing: float) -> None:
    """Let the system end this process when it takes more than this from now on; 0 lifts a limit."""
    if resource is None:
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    seconds = int(used.ru_utime + used.ru_stime + computing + 1) if computing else resource.RLIM_INFINITY
    for name, most in (("RLIMIT_CPU", seconds), ("RLIMIT_DATA", memory or resource.RLIM_INFINITY)):
        kind = getattr(resource, name)
        hard = resource.getrlimit(kind)[1]
        within = most if hard == resource.RLIM_INFINITY else hard if most == resource.RLIM_INFINITY else min(most, hard)
        with suppress(ValueError, OSError):
            resource.setrlimit(kind, (within, hard))


def _stand_back(niceness: int) -> None:
    """Compute when others do not need the processor."""
    if niceness <= 0:
        return
    if hasattr(os, "nice"):
        os.nice(niceness)
        return
    import psutil  # on Windows

    psutil.Process().nice(psutil.BELOW_NORMAL_PRIORITY_CLASS)


def _end_with_parent(line: int) -> None:
    """End at once with the process that started this one, even in the middle of a long call into C."""
    if fcntl is None:
        threading.Thread(target=_wait_for_parent, daemon=True).start()
        return
    signal.signal(signal.SIGIO, signal.SIG_DFL)  # the system's answer to the pipe that breaks: it ends the process
    fcntl.fcntl(line, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(line, fcntl.F_SETFL, fcntl.fcntl(line, fcntl.F_GETFL) | os.O_ASYNC | os.O_NONBLOCK)
    with suppress(BlockingIOError):
        if os.read(line, 1) == b"":  # broken before we listened
            os._exit(1)


def _wait_for_parent() -> None:
    import psutil

    psutil.Process(os.getppid()).wait()
    os._exit(1)
