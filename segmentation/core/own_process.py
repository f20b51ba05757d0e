"""Work in a process of its own, with limits: what crashes, hangs or swells there costs nobody else anything.

The one mechanism for the reading of files and for methods that cannot be interrupted. A few processes are kept warm,
so that work need not wait for imports; each does one piece of work at a time. They end with this process, also when
it is killed. They are a wall against accidents and exhaustion, not a jail: they run as the same user.
"""

from __future__ import annotations

import atexit
import os
import time
from collections.abc import Callable, Generator, Iterator
from typing import Any, TypeVar

from segmentation.core.child_process import Begin, environment
from segmentation.core.errors import SegmentationError
from segmentation.core.forked import can_fork
from segmentation.core.settings import Progress
from segmentation.core.text import duration_text
from segmentation.core.warm_processes import NO_LIMITS, Crew, Ended, Limits
from segmentation.core.worker import import_all

__all__ = [
    "Begin",
    "begin_reading",
    "keep_ready",
    "keep_warm",
    "rest",
    "run_apart",
    "run_behind",
    "run_limited",
    "stream_limited",
]

Result = TypeVar("Result")

_QUICK = 2.0
"""Seconds: shorter work of a method is done where it is asked for."""


def run_limited(
    function: Callable[..., Result], *args: Any, limits: Limits, progress: Progress | None = None, tells: bool = False
) -> Result:
    """`function(*args)` in a warm process, within limits; it gets `progress=…` as well where it tells how far it is.

    `function` stands at the top of a module; arguments and result travel through pipes, never through files. Raises
    what `function` raises, what `progress` raises (`Cancelled`), and `Ended` where the process did not live to answer.
    """
    work = (function, args, tells, limits.memory, limits.computing)
    return _CREW.run(work, *_heard(progress), limits)  # type: ignore[no-any-return]


def stream_limited(
    function: Callable[..., Iterator[Result]], *args: Any, limits: Limits
) -> Generator[Result, None, None]:
    """What `function(*args)` yields in a warm process, within limits, item by item; the clock counts for each item.

    Few items are ahead of who takes them, so that memory stays flat; who closes the iterator ends the work. Raises like
    `run_limited`.
    """
    return _CREW.stream((function, args, False, limits.memory, limits.computing), limits)


def run_apart(
    function: Callable[..., Result], *args: Any, seconds: float, progress: Progress | None, text: str
) -> Result:
    """`function(*args)`, with one thread; what takes longer than two of the expected `seconds` runs in a new process.

    For a method that cannot say how far it is: progress is elapsed over expected time. Without a `progress` nobody
    can cancel, and the work is done here. Raises like `run_limited`, and one sentence when memory runs out.
    """
    from segmentation.core.parallel import one_thread  # scikit-learn, which reading does not need

    if progress is None or seconds < _QUICK:
        if progress is not None:
            progress(0.0, text)
        with one_thread():
            return function(*args)
    began, expected = time.monotonic(), f"{text} ({duration_text(seconds)} expected)"
    tell = progress

    def tick() -> None:
        tell(min((time.monotonic() - began) / seconds, 0.95), expected)

    try:
        return _BEHIND.run(  # type: ignore[no-any-return]
            (_single, (function, args), False, 0, 0.0), tick, tell, NO_LIMITS
        )
    except Ended as error:
        raise SegmentationError(_METHOD_MEMORY) if error.why == "memory" else error from error


def run_behind(function: Callable[..., Result], *args: Any, progress: Progress, **named: Any) -> Result:
    """`function(*args, progress=…, **named)` behind a server: it has a process that stands back for those who wait.

    Long work in a thread would make every page wait for the interpreter, and its memory would stay with the server.
    Where no process is kept ready (`keep_ready`) there is no server that somebody waits for, and the work is done here.
    `function` stands at the top of a module, and what it takes and gives is its own afterwards. Cancel ends the process
    at once. Raises like `run_limited`.
    """
    if not _BEHIND.is_kept:
        return function(*args, progress=progress, **named)
    work = (_named, (function, args, named), True, 0, 0.0)
    return _BEHIND.run(work, *_heard(progress), NO_LIMITS)  # type: ignore[no-any-return]


def _heard(progress: Progress | None) -> tuple[Callable[[], None], Progress]:
    """What is called ten times a second, and what takes what is told: the first tells it again, and so hears Cancel.

    Work that says nothing for a while, in the middle of a call into C say, is ended all the same.
    """
    last = (0.0, "")

    def tell(share: float, text: str) -> None:
        nonlocal last
        last = (share, text)
        if progress is not None:
            progress(share, text)

    return lambda: tell(*last), tell


_METHOD_MEMORY = (
    "There was not enough free memory for this method. Close other programs, choose fewer customers, or choose "
    "another method, such as K-means."
)


def keep_warm(processes: int = 1, *, imports: tuple[str, ...] = (), refill: bool = False) -> None:
    """Start processes that wait for work with these modules imported; refill: and replace each that ends."""
    _CREW.keep_warm(processes, imports=imports, refill=refill)


def begin_reading(imports: tuple[str, ...], begin: Begin | None = None, *, alone: bool = False) -> None:
    """Start one process for the work that a command is about to ask for; begin: what it does before it is asked.

    alone: nothing but this command runs in this process yet. Then, where the system can, the modules are imported once
    and the process is copied.
    """
    forked = alone and can_fork()
    if forked:
        os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", environment()["ARROW_DEFAULT_MEMORY_POOL"])
        import_all(imports)
    _CREW.begin(imports, begin, forked=forked)


def keep_ready(processes: int, *, imports: tuple[str, ...]) -> None:
    """Start processes that wait for work of `run_behind` with these modules imported; each that ends is replaced."""
    _BEHIND.keep_warm(processes, imports=imports, refill=True)


def rest() -> None:
    """End processes that nobody needed for a while; a server calls this now and then."""
    _CREW.rest()
    _BEHIND.rest()


def _named(
    function: Callable[..., Result], args: tuple[Any, ...], named: dict[str, Any], *, progress: Progress
) -> Result:
    return function(*args, progress=progress, **named)


def _single(function: Callable[..., Result], args: tuple[Any, ...]) -> Result:
    from segmentation.core.parallel import one_thread

    with one_thread():
        return function(*args)


_CREW = Crew()
_BEHIND = Crew(most=2 + (os.cpu_count() or 2), niceness=5)
for _crew in (_CREW, _BEHIND):
    atexit.register(_crew.close)
