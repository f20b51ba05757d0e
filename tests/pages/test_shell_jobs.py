"""Long work: once at a time, with progress, cancellable, and a failure is one sentence."""

from __future__ import annotations

import gc
import threading
import time
from concurrent.futures import Future

import pytest
from streamlit.testing.v1 import AppTest

from pages.ui import job_panel
from pages.ui.job_panel import pause, wait_shortly
from pages.ui.jobs import Job
from segmentation.core.errors import Cancelled, SegmentationError


def page() -> None:
    """A page with one job, as the real pages have them."""
    import streamlit as st

    from pages.ui import jobs
    from tests.pages.test_shell_jobs import WORK

    kind = st.text_input("Kind", "count", key="kind")
    if st.button("Go", key="go"):
        jobs.start("comparison", "Comparing", WORK[kind])
    result = jobs.watch("comparison")
    if result is not None:
        st.session_state["result"] = result
        st.write(f"result {result}")


CALLS: list[str] = []
GATE = threading.Event()


def count(progress) -> int:
    CALLS.append("count")
    for step in range(6000):
        progress(step / 400, f"step {step}")
        if GATE.wait(0.01):
            return 7
    raise AssertionError("nobody opened the gate within a minute")


def refuse(progress) -> int:
    raise SegmentationError("k must be at most 3; it was 9. Choose a smaller k.")


def break_down(progress) -> int:
    raise ValueError("customer 17850 owes 12.34")


WORK = {"count": count, "refuse": refuse, "break down": break_down}


@pytest.fixture
def test() -> AppTest:
    CALLS.clear()
    GATE.clear()
    return AppTest.from_function(page, default_timeout=30).run()


def job_of(test: AppTest):
    return test.session_state["jobs"]["comparison"]


def wait_until(condition) -> None:
    until = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.01)


def test_cancel_is_of_the_page_and_heard_before_anything_is_drawn(test, monkeypatch: pytest.MonkeyPatch) -> None:
    """A click in a fragment waits until the page is drawn, and is lost where another one comes first."""
    test.button(key="go").click().run()
    monkeypatch.setattr(job_panel, "_panel", lambda job: None)
    assert test.run().button(key="job-comparison-cancel").label == "Cancel"
    monkeypatch.setattr(job_panel, "draw", lambda job: job_panel.st.stop())
    test.button(key="job-comparison-cancel").click().run()
    assert job_of(test).cancel.is_set()


def test_clicking_twice_runs_it_once_and_the_result_is_handed_over_once(test) -> None:
    test.button(key="go").click().run()
    test.button(key="go").click().run()
    GATE.set()
    wait_until(lambda: job_of(test).finished)
    test.run()
    assert CALLS == ["count"]
    assert "result 7" in [item.value for item in test.markdown]
    test.run()
    assert "result 7" not in [item.value for item in test.markdown]


def test_a_running_job_shows_how_far_it_is_and_can_be_cancelled(test) -> None:
    test.button(key="go").click().run()
    wait_until(lambda: job_of(test).text.startswith("step "))
    test.run()
    assert test.button(key="job-comparison-cancel").label == "Cancel"
    job = job_of(test)
    test.button(key="job-comparison-cancel").click().run()
    wait_until(lambda: job.finished)
    test.run()
    assert [item.value for item in test.error] == []
    assert [item.value for item in test.info] == ["Cancelled\\. Nothing was changed\\."]
    assert "result" not in test.session_state


def test_the_time_that_is_left_follows_from_what_is_done() -> None:
    job = Job("evidence", "Testing")
    assert job.left is None  # still waiting
    job.started = time.monotonic() - 30
    assert job.left is None  # nothing done yet
    job.progress(0.25)
    assert job.left == pytest.approx(90, abs=1)
    job.progress(0.9)  # it went faster than it looked at first
    assert job.left == pytest.approx(30 / 9, abs=0.2)


@pytest.mark.parametrize(
    ("at_work", "cores", "seconds"), [(1, 2, 0.5), (3, 2, 0.5), (4, 2, 1.0), (8, 2, 2.0), (60, 2, 2.0), (8, 16, 0.5)]
)
def test_many_who_wait_on_few_cores_look_less_often(at_work: int, cores: int, seconds: float) -> None:
    assert pause(at_work, cores) == seconds


def test_the_time_that_is_left_is_shown(test) -> None:
    test.button(key="go").click().run()
    job = job_of(test)
    wait_until(lambda: job.share > 0.05)
    job.started = time.monotonic() - 600
    test.run()
    assert any("so far, about" in item.value and item.value.endswith("to go") for item in test.caption)


def test_a_refusal_is_shown_in_its_own_words(test) -> None:
    test.text_input(key="kind").set_value("refuse").run()
    test.button(key="go").click().run()
    wait_until(lambda: job_of(test).finished)
    test.run()
    assert "k must be at most 3" in test.error[0].value.replace("\\", "")


def test_a_defect_of_ours_becomes_one_sentence_and_the_log_holds_no_data(test, caplog) -> None:
    test.text_input(key="kind").set_value("break down").run()
    test.button(key="go").click().run()
    wait_until(lambda: job_of(test).finished)
    test.run()
    said = test.error[0].value
    assert "something went wrong" in said
    assert "17850" not in said + caplog.text
    assert "ValueError" in caplog.text
    assert not test.exception


def test_a_failed_job_can_be_started_again(test) -> None:
    test.text_input(key="kind").set_value("refuse").run()
    test.button(key="go").click().run()
    wait_until(lambda: job_of(test).finished)
    test.text_input(key="kind").set_value("count").run()
    test.button(key="go").click().run()
    GATE.set()
    wait_until(lambda: job_of(test).finished)
    test.run()
    assert [item.value for item in test.error] == []
    assert "result 7" in [item.value for item in test.markdown]


def test_the_jobs_of_a_session_end_with_it(test) -> None:
    test.button(key="go").click().run()
    job = job_of(test)
    del test.session_state["jobs"]
    gc.collect()
    wait_until(lambda: job.finished)
    assert job.cancel.is_set()
    assert isinstance(job.future.exception(), Cancelled)


def test_work_of_one_kind_does_not_wait_for_work_of_another() -> None:
    from pages.ui.jobs import _pool

    gate = threading.Event()
    slow = [_pool("evidence").submit(gate.wait, 60) for _ in range(4)]
    try:
        assert _pool("comparison").submit(int, "7").result(timeout=20) == 7
        assert not any(future.done() for future in slow)
    finally:
        gate.set()


def test_work_that_may_end_any_moment_is_waited_for_once_and_never_while_it_waits_itself() -> None:
    begun = time.monotonic()
    soon = Job("a", "A", started=begun, future=Future())
    threading.Timer(0.1, soon.future.set_result, [1]).start()
    wait_shortly(soon)
    assert soon.finished
    long = Job("b", "B", started=begun, future=Future())
    wait_shortly(long)
    assert not long.finished
    waited = time.monotonic()
    wait_shortly(long)
    queued = Job("c", "C", future=Future())
    wait_shortly(queued)
    assert time.monotonic() - waited < 0.5
    assert not queued.waited
