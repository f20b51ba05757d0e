"""A temporary folder that goes with the work, also after a process that was killed: the next one sweeps it away."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import ModuleType

fcntl: ModuleType | None
try:
    import fcntl
except ImportError:  # not on Windows, where a folder in use cannot be removed anyway
    fcntl = None

__all__ = ["own_folder"]

_HELD = "held"


@contextmanager
def own_folder(name: str) -> Iterator[Path]:
    """A new folder whose name begins so, for this block; those of this name that nobody holds any more are removed.

    A file in it is locked for as long as it is in use. The system lets go of a lock however a process ends.
    """
    _sweep(name)
    with tempfile.TemporaryDirectory(prefix=f"{name}-") as made:
        folder = Path(made)
        with (folder / "new").open("w") as lock:
            if fcntl is not None:
                fcntl.flock(lock, fcntl.LOCK_EX)
                (folder / "new").rename(folder / _HELD)  # none sees it before it is locked
            yield folder


def _sweep(name: str) -> None:
    if fcntl is None:
        return
    for held in Path(tempfile.gettempdir()).glob(f"{name}-*/{_HELD}"):
        with suppress(OSError):  # another's, in use (it would have to be waited for), or gone
            if held.parent.is_symlink() or held.stat().st_uid != os.getuid():
                continue
            with held.open("r") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(held.parent, ignore_errors=True)
