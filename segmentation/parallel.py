"""Several pieces of work at once, with one progress bar and one Cancel for all of them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from typing import TypeVar

import joblib
from threadpoolctl import threadpool_limits

from segmentation.errors import Cancelled
from segmentation.settings import Progress

__all__ = ["part", "run_all", "workers"]

Item = TypeVar("Item")
Result = TypeVar("Result")


def workers() -> int:
    """How many pieces of work run at once: one per core that this process may use."""
    return int(joblib.cpu_count())


def part(progress: Progress | None, start: float, end: float) -> Progress | None:
    """The same progress bar, for one stage that fills it from share `start` to share `end`."""
    if progress is None:
        return None
    whole = progress
    return lambda share, text: whole(start + (end - start) * min(max(share, 0.0), 1.0), text)


def run_all(
    function: Callable[[Item, Progress], Result],
    items: Sequence[Item],
    *,
    progress: Progress | None = None,
    text: str = "Computing",
    weights: Iterable[float] | None = None,
) -> list[Result]:
    """`function(item, tick)` for every item, one thread a core → the results in the order of the items.

    `tick(share, text)` tells how much of one item is done and raises `Cancelled` once the work was cancelled. Only
    the calling thread ever calls `progress`, with the share of the whole weight. Linear algebra inside uses one
    thread, so small pieces do not wait for each other. The first error stops the rest and is raised.
    """
    weight = list(weights) if weights is not None else [1.0] * len(items)
    total, shares, stop = sum(weight) or 1.0, [0.0] * len(items), threading.Event()

    def one(number: int) -> Result:
        def tick(share: float, text: str) -> None:
            shares[number] = share
            if stop.is_set():
                raise Cancelled

        tick(0.0, "")
        with threadpool_limits(1):  # the OpenMP limit belongs to the thread that sets it
            result = function(items[number], tick)
        shares[number] = 1.0
        return result

    with threadpool_limits(1), ThreadPoolExecutor(min(workers(), max(len(items), 1))) as pool:
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
