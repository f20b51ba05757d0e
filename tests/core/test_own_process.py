"""Work apart: limits are kept, what goes wrong is said, nothing outlives the process that asked for it."""

from __future__ import annotations

import logging
import os
import pickle
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import psutil
import pytest

from segmentation.core import own_process, warm_processes, worker
from segmentation.core.errors import Cancelled, DataProblems, Problem
from segmentation.core.own_process import run_limited, stream_limited
from segmentation.core.warm_processes import Ended, Limits

ROOT = Path(__file__).resolve().parents[2]
AMPLE = Limits(memory=2 * 2**30, computing=60, clock=120)
GIGABYTE = 2**30


def fill_memory() -> int:
    return len(np.ones(GIGABYTE))


def hold_the_interpreter() -> object:
    """One call into C that never lets another thread run."""
    return re.match("(a*)*b", "a" * 60)


def crash() -> None:
    os.kill(os.getpid(), signal.SIGSEGV)


def tell_and_wait(progress: own_process.Progress) -> str:
    progress(0.5, "half")
    time.sleep(30)
    return "never"


def log_a_line() -> None:
    logging.getLogger("segmentation.there").warning("%s went wrong", "Something")


def raise_problems() -> None:
    raise DataProblems([Problem("Here", "this.", "That."), Problem("There", "more.", fatal=False)])


KEPT = []


def keep_memory() -> None:
    KEPT.append(np.ones(60_000_000))


def answer_twice(array: np.ndarray) -> tuple[np.ndarray, int]:
    return array * 2, os.getpid()


def why(function: object, limits: Limits) -> str:
    with pytest.raises(Ended) as caught:
        run_limited(function, limits=limits)  # type: ignore[arg-type]
    return caught.value.why


def test_what_is_logged_there_is_logged_here_and_printed_nowhere(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    run_limited(log_a_line, limits=AMPLE)
    assert caplog.record_tuples == [("segmentation.there", logging.WARNING, "Something went wrong")]
    assert capfd.readouterr().err == ""


def test_arrays_travel_there_and_back() -> None:
    twice, process = run_limited(answer_twice, np.arange(100_000.0), limits=AMPLE)
    assert process != os.getpid()
    assert twice[-1] == 199_998.0


def test_more_memory_than_is_allowed_is_told_as_memory() -> None:
    assert why(fill_memory, Limits(memory=GIGABYTE, computing=60, clock=60)) == "memory"


def test_where_the_system_keeps_no_limit_the_watch_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warm_processes, "_LIMITED_BY_SYSTEM", False)
    monkeypatch.setattr(warm_processes, "_LISTEN", 0.01)
    work = (time.sleep, (30,), False, 0, 0.0)  # without a limit of the system
    limits = Limits(memory=2**20, computing=60, clock=60)
    with pytest.raises(Ended) as caught:
        own_process._CREW.run(work, lambda: None, lambda share, text: None, limits)
    assert caught.value.why == "memory"


def test_more_computing_than_is_allowed_is_told_as_time() -> None:
    began = time.monotonic()
    assert why(hold_the_interpreter, Limits(memory=GIGABYTE, computing=1, clock=60)) == "time"
    assert time.monotonic() - began < 30


def test_a_long_wait_is_told_as_time() -> None:
    began = time.monotonic()
    with pytest.raises(Ended, match="longer than is allowed"):
        run_limited(time.sleep, 60, limits=Limits(memory=GIGABYTE, computing=60, clock=0.5))
    assert time.monotonic() - began < 40  # a new process may have to get ready first, on a busy machine


def test_a_crash_is_told_and_the_next_work_is_done() -> None:
    assert why(crash, AMPLE) == "crash"
    assert run_limited(abs, -3, limits=AMPLE) == 3


def test_problems_arrive_whole() -> None:
    with pytest.raises(DataProblems) as caught:
        run_limited(raise_problems, limits=AMPLE)
    assert caught.value.problems == (Problem("Here", "this.", "That."), Problem("There", "more.", fatal=False))


@pytest.fixture
def crew(monkeypatch: pytest.MonkeyPatch) -> Iterator[warm_processes.Crew]:
    """Processes of its own for a test that asks which one does the work: none of them is worn by earlier tests."""
    monkeypatch.setattr(own_process, "_CREW", crew := warm_processes.Crew())
    yield crew
    crew.close()


@pytest.mark.usefixtures("crew")
def test_cancel_ends_the_process() -> None:
    process = run_limited(os.getpid, limits=AMPLE)  # the next work gets the same one

    def progress(share: float, text: str) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        run_limited(tell_and_wait, limits=AMPLE, progress=progress, tells=True)
    assert not psutil.pid_exists(process)


@pytest.mark.usefixtures("crew")
def test_a_process_that_grew_is_not_kept() -> None:
    process = run_limited(os.getpid, limits=AMPLE)
    assert run_limited(os.getpid, limits=AMPLE) == process
    run_limited(keep_memory, limits=AMPLE)
    assert run_limited(os.getpid, limits=AMPLE) != process


@pytest.mark.skipif(os.name != "posix", reason="kill -9 is how a system of this kind ends a process")
def test_a_worn_process_has_a_successor_before_it_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warm_processes, "_MOST_PIECES", 5)
    monkeypatch.setattr(warm_processes, "_HEIR", 2)
    monkeypatch.setattr(own_process, "_CREW", crew := warm_processes.Crew())
    try:
        pids = [run_limited(answer_twice, np.ones(1), limits=AMPLE)[1] for _ in range(3)]
        (heir,) = crew._heirs
        pids += [run_limited(answer_twice, np.ones(1), limits=AMPLE)[1] for _ in range(2)]
        assert len(set(pids)) == 1
        assert not psutil.pid_exists(pids[0])
        assert run_limited(answer_twice, np.ones(1), limits=AMPLE)[1] == heir.process.pid
        assert crew._heirs == []
    finally:
        crew.close()
    assert not psutil.pid_exists(heir.process.pid)


def test_children_end_within_a_second_of_a_killed_parent_even_in_the_middle_of_a_call_into_c() -> None:
    program = (
        "import sys, threading\n"
        "from tests.core.test_own_process import AMPLE, hold_the_interpreter\n"
        "from segmentation.core.own_process import keep_warm, run_limited\n"
        "keep_warm(2)\n"
        "threading.Thread(target=run_limited, args=(hold_the_interpreter,), kwargs={'limits': AMPLE}).start()\n"
        "import time; time.sleep(3); print('ready', flush=True); time.sleep(60)\n"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, cwd=ROOT, text=True) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == "ready\n"
        children = psutil.Process(parent.pid).children(recursive=True)
        assert len(children) >= 2
        parent.send_signal(signal.SIGKILL)
        _, alive = psutil.wait_procs(children, timeout=1)
        if alive:  # on a busy machine an end takes its turn, too
            _, alive = psutil.wait_procs(alive, timeout=1 + os.getloadavg()[0])
        assert not [child for child in alive if child.status() != psutil.STATUS_ZOMBIE]


def test_a_command_without_standard_input_works_apart_too() -> None:
    program = (
        "from tests.core.test_own_process import AMPLE, answer_twice\n"
        "from segmentation.core.own_process import begin_reading, run_limited\n"
        "begin_reading((), alone=True)\n"
        "print(run_limited(answer_twice, 21, limits=AMPLE)[0])\n"
    )
    line = [f'exec "{sys.executable}" -c "$0" <&-', program]
    done = subprocess.run(["sh", "-c", *line], capture_output=True, cwd=ROOT, text=True, timeout=120)
    assert (done.stdout, done.stderr) == ("42\n", "")


def test_a_command_takes_the_process_that_waits_already(crew: warm_processes.Crew) -> None:
    crew.begin((), None, forked=False)
    (waiting,) = crew._idle
    crew.begin((), None, forked=False)
    assert crew._idle == [waiting]
    waiting.process.kill()
    waiting.process.wait()
    crew.begin((), None, forked=False)
    assert crew._idle[-1] is not waiting


def count_up(path: str) -> Iterator[np.ndarray]:
    for number in range(1_000):
        Path(path).write_text(str(number), encoding="ascii")
        yield np.full(50_000, number)


def count_and_fail() -> Iterator[int]:
    yield 1
    raise_problems()


def test_items_come_in_their_order_and_few_ahead_of_who_takes_them(tmp_path: Path) -> None:
    path = tmp_path / "last"
    items = stream_limited(count_up, str(path), limits=AMPLE)
    assert [next(items)[0] for _ in range(3)] == [0, 1, 2]
    time.sleep(0.3)
    made = int(path.read_text(encoding="ascii"))
    assert 3 <= made < 20, "what nobody has taken yet must not fill the memory"
    items.close()  # type: ignore[attr-defined]
    time.sleep(0.2)
    last = path.read_text(encoding="ascii")
    time.sleep(0.2)
    assert path.read_text(encoding="ascii") == last, "the work ends with who takes the items"


def test_what_goes_wrong_between_two_items_arrives_after_the_first() -> None:
    items = stream_limited(count_and_fail, limits=AMPLE)
    assert next(items) == 1
    with pytest.raises(DataProblems):
        next(items)


def own_niceness(progress: own_process.Progress) -> tuple[int, int]:
    progress(0.5, "half")
    return os.getpid(), psutil.Process().nice()


def tell_once_and_compute(progress: own_process.Progress) -> None:
    progress(0.1, "begun")
    hold_the_interpreter()


def double(number: int, *, more: int, progress: own_process.Progress) -> int:
    return 2 * number + more


@pytest.fixture
def ready(monkeypatch: pytest.MonkeyPatch) -> Iterator[warm_processes.Crew]:
    """A server's processes for long work, one of them warm."""
    monkeypatch.setattr(own_process, "_BEHIND", crew := warm_processes.Crew(most=3, niceness=5))
    try:
        own_process.keep_ready(1, imports=("segmentation.core.own_process",))
        yield crew
    finally:
        crew.close()


def test_long_work_of_a_server_stands_back_in_a_process_of_its_own(ready: warm_processes.Crew) -> None:
    heard: list[tuple[float, str]] = []
    process, niceness = own_process.run_behind(own_niceness, progress=lambda *told: heard.append(told))
    assert process != os.getpid()
    if os.name == "posix":
        assert niceness == min(psutil.Process().nice() + 5, 19)
    assert (0.5, "half") in heard
    assert own_process.run_behind(double, 20, more=2, progress=lambda share, text: None) == 42


def test_without_a_server_long_work_is_done_here() -> None:
    assert own_process.run_behind(own_niceness, progress=lambda share, text: None)[0] == os.getpid()


def test_long_work_that_tells_nothing_ends_when_it_is_cancelled(ready: warm_processes.Crew) -> None:
    told = 0

    def progress(share: float, text: str) -> None:
        nonlocal told
        told += text == "begun"
        if told > 3:
            raise Cancelled

    began = time.monotonic()
    with pytest.raises(Cancelled):
        own_process.run_behind(tell_once_and_compute, progress=progress)
    assert time.monotonic() - began < 20


def test_processes_that_nobody_needs_any_more_end(ready: warm_processes.Crew, monkeypatch: pytest.MonkeyPatch) -> None:
    more = [ready._new(()) for _ in range(2)]
    for child in more:
        ready._give_back(child)
    ready.rest()
    assert len(ready._idle) == 3, "they wait a while for the next work"
    monkeypatch.setattr(warm_processes, "_REST", -1.0)
    ready.rest()
    assert len(ready._idle) == 1
    assert sum(child.alive for child in more) <= 1


def test_a_file_comes_to_the_other_side_as_bytes_and_an_array_can_be_changed_there() -> None:
    source, out = os.pipe()
    with os.fdopen(source, "rb") as reads, os.fdopen(out, "wb") as writes:
        message = (pickle.PickleBuffer(b"a,b\n" * 50_000), np.arange(50_000))
        sender = threading.Thread(target=worker.send, args=(writes, message))
        sender.start()
        data, array = worker.receive(reads)
        sender.join()
    assert type(data) is bytes
    assert data == b"a,b\n" * 50_000
    array[0] = 7
    assert array.tolist() == [7, *range(1, 50_000)]
