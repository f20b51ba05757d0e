"""Several pieces of work at once, with one progress bar and one Cancel for all of them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from contextlib import AbstractContextManager
from functools import cache
from typing import TypeVar

from threadpoolctl import ThreadpoolController

from segmentation.core.errors import Cancelled
from segmentation.core.progress import part
from segmentation.core.settings import Progress

__all__ = ["one_thread", "part", "run_all", "workers"]

Item = TypeVar("Item")
Result = TypeVar("Result")


@cache
def _pools() -> ThreadpoolController:
    import sklearn.cluster  # noqa: F401  loads the thread pools that are limited

    return ThreadpoolController()


def one_thread() -> AbstractContextManager[object]:
    """While this lasts, linear algebra and K-means use one thread: small fits in many threads wait for each other.

    Looks the thread pools up only once: `threadpool_limits` searches the whole process every time (6 ms, as long as
    a small fit).
    """
    limited: AbstractContextManager[object] = _pools().limit(limits=1)
    return limited


def workers() -> int:
    """How many pieces of work run at once: one per core that this process may use."""
    import joblib

    return int(joblib.cpu_count())


def run_all(
    function: Callable[[Item, Progress], Result],
    items: Sequence[Item],
    *,
    progress: Progress | None = None,
    text: str = "Computing",
    weights: Iterable[float] | None = None,
    cores: int | None = None,
) -> list[Result]:
    """`function(item, tick)` for every item, one thread a core → the results in the order of the items.

    `cores` limits the threads; with 1 the work is done in the calling thread, as for work inside such a piece.

    `tick(share, text)` tells how much of one item is done and raises `Cancelled` once the work was cancelled. Only
    the calling thread ever calls `progress`, with the share of the whole weight. Linear algebra inside uses one
    thread, so small pieces do not wait for each other. The first error stops the rest and is raised.
    """
    if cores == 1:
        with one_thread():
            return [function(item, progress or _silent) for item in items]
    weight = list(weights) if weights is not None else [1.0] * len(items)
    total, shares, stop = sum(weight) or 1.0, [0.0] * len(items), threading.Event()

    def one(number: int) -> Result:
        def tick(share: float, text: str) -> None:
            shares[number] = share
            if stop.is_set():
                raise Cancelled

        tick(0.0, "")
        with one_thread():  # the OpenMP limit belongs to the thread that sets it
            result = function(items[number], tick)
        shares[number] = 1.0
        return result

    with one_thread(), ThreadPoolExecutor(max(1, min(cores or workers(), len(items)))) as pool:
        futures = [pool.submit(one, number) for number in range(len(items))]
        waiting = set(futures)
        try:
            while waiting:
                if progress is not None:
                    done = sum(w * share for w, share in zip(weight, shares, strict=True))
                    progress(done / total, text)
                finished, waiting = wait(waiting, timeout=0.2, return_when=FIRST_COMPLETED)
                for future in finished:
                    future.result()
        except BaseException:
            stop.set()
            pool.shutdown(wait=True, cancel_futures=True)
            raise
    return [future.result() for future in futures]


def _silent(share: float, text: str) -> None:
    """A progress bar that nobody looks at."""
