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
from segmentation.core.warm_processes import Crew, Ended, Limits
from segmentation.core.worker import import_all

__all__ = ["Begin", "begin_reading", "keep_warm", "run_apart", "run_limited", "stream_limited"]

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
    return _CREW.run(work, lambda: None, progress or (lambda share, text: None), limits)  # type: ignore[no-any-return]


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
        return _CREW.run((_single, (function, args), False, 0, 0.0), tick, tell, None)  # type: ignore[no-any-return]
    except Ended as error:
        raise SegmentationError(_METHOD_MEMORY) if error.why == "memory" else error from error


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


def _single(function: Callable[..., Result], args: tuple[Any, ...]) -> Result:
    from segmentation.core.parallel import one_thread

    with one_thread():
        return function(*args)


_CREW = Crew()
atexit.register(_CREW.close)
