"""Work on all cores: results in order, one progress bar, one Cancel, the first error stops the rest."""

from __future__ import annotations

import threading

import pytest

from segmentation.core.errors import Cancelled, SegmentationError
from segmentation.core.parallel import part, run_all


def test_results_come_in_the_order_of_the_items() -> None:
    assert run_all(lambda item, tick: item * item, [3, 1, 2]) == [9, 1, 4]


def test_nothing_to_do_is_no_error() -> None:
    assert run_all(lambda item, tick: item, []) == []


def test_progress_only_rises_and_is_called_by_the_caller() -> None:
    seen, threads = [], set()

    def progress(share: float, text: str) -> None:
        seen.append(share)
        threads.add(threading.current_thread())

    run_all(lambda item, tick: item, list(range(20)), progress=progress, text="Counting", weights=range(1, 21))
    assert seen == sorted(seen)
    assert seen[0] >= 0.0
    assert seen[-1] <= 1.0
    assert threads == {threading.current_thread()}


def test_cancel_stops_the_pieces_that_still_run() -> None:
    started = threading.Event()
    heard = []

    def endless(item: int, tick: object) -> None:
        started.set()
        while True:
            try:
                tick(0.5, "")  # type: ignore[operator]
            except Cancelled:
                heard.append(item)
                raise

    def progress(share: float, text: str) -> None:
        if started.is_set():
            raise Cancelled

    with pytest.raises(Cancelled):
        run_all(endless, [1], progress=progress)
    assert heard == [1]


def test_the_first_error_is_raised() -> None:
    def fail(item: int, tick: object) -> int:
        if item == 2:
            raise SegmentationError("Two is not allowed.")
        return item

    with pytest.raises(SegmentationError, match="Two is not allowed"):
        run_all(fail, [1, 2, 3])


def test_a_part_fills_its_own_stretch_of_the_bar() -> None:
    seen = []
    inner = part(lambda share, text: seen.append(round(share, 6)), 0.2, 0.6)
    assert inner is not None
    for share in (0.0, 0.5, 1.0, 1.5):
        inner(share, "")
    assert seen == [0.2, 0.4, 0.6, 0.6]
    assert part(None, 0, 1) is None
