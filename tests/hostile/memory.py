"""How much memory the children that read hold at their largest."""

from __future__ import annotations

import threading
from contextlib import suppress
from pathlib import Path
from types import TracebackType

import psutil

__all__ = ["Peak"]

_EVERY = 0.02
_ROW = "VmHWM:"
"""The largest size of one program's memory; `getrusage` says that of the parent too, which a fork hands on."""


def largest(pid: int) -> int:
    """Bytes that this process held at its largest, 0 where the system does not say."""
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith(_ROW):
                return int(line.split()[1]) * 1024
    return 0


class Peak:
    """Watches the children of this process between its beginning and its end: `bytes` of the largest of them."""

    def __init__(self) -> None:
        self.bytes, self._over = 0, threading.Event()
        self._watch = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> Peak:
        self._watch.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._watch.join()
        self._once()

    def _look(self) -> None:
        while not self._over.wait(_EVERY):
            self._once()

    def _once(self) -> None:
        with suppress(psutil.Error):
            self.bytes = max([self.bytes, *(largest(child.pid) for child in psutil.Process().children())])
