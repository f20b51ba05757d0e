"""Long work: a bounded pool for each kind, progress, time so far, Cancel; a job belongs to the session that began it,
and to every other tab that has the same project open: it goes on when the page is loaded again.

A job is named by the stage it makes ("comparison", "evidence", …): when that stage is cleared the job is cancelled,
so a result never belongs to older settings. The worker calls nothing of Streamlit.
"""

from __future__ import annotations

import logging
import os
import time
import traceback
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any
from weakref import WeakValueDictionary

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from pages.ui import job_panel, record, show
from pages.ui.job_panel import Job, every_job
from pages.ui.limits import LIMITS
from segmentation.core.errors import Cancelled, SegmentationError
from segmentation.core.text import safe_label

__all__ = [
    "Job",
    "cancel",
    "end_left",
    "every_job",
    "forget",
    "forget_all",
    "known",
    "leave",
    "rename",
    "running",
    "share",
    "start",
    "watch",
]

_LOG = logging.getLogger(__name__)
_WORKERS = max(2, (os.cpu_count() or 2) // 2)
"""Pieces of one kind of work at once: each may use every core."""
_KINDS = 16
_SHARED: WeakValueDictionary[str, _Jobs] = WeakValueDictionary()
_GRACE = 5.0
"""Seconds without a tab after which the jobs of a session end."""
_left: dict[str, float] = {}
"""Session without a tab → since when."""


def start(key: str, label: str, function: Callable[..., Any], *args: Any, **kwargs: Any) -> bool:
    """Begin `function(*args, progress=…, **kwargs)` in the background; False when that key is already at work."""
    jobs = _jobs()
    if key in jobs and not jobs[key].finished:
        return False
    full = _full(jobs)
    jobs[key] = job = Job(key, label)
    if full:
        job.future = Future()
        job.future.set_exception(SegmentationError(f"{label}: {full}"))
        return True
    job.future = _pool(key).submit(_work, job, function, args, kwargs)
    return True


def watch(key: str, *, soon: bool = False) -> Any:
    """Draw a running job; hand over its result once when it has finished, else None.

    soon: where it is shown for the first time and may end any moment, it is waited for shortly.
    Put the result into the state: the next call returns None. A failure is shown until the job is started again.
    """
    job = _jobs().get(key)
    if job is None:
        return None
    if soon:
        job_panel.wait_shortly(job)
    if not job.finished:
        job_panel.draw(job)
        return None
    assert job.future is not None
    error = job.future.exception()
    if error is None:
        del _jobs()[key]
        return job.future.result()
    if isinstance(error, Cancelled):
        st.info(safe_label(error))
    else:
        show.problem(error if isinstance(error, SegmentationError) else _unexpected(job))
    return None


def failure(key: str) -> BaseException | None:
    """What a job that is finished ended with, where that was an error; it stays until the job is started again."""
    job = _jobs().get(key)
    return job.future.exception() if job is not None and job.finished and job.future is not None else None


def known(key: str) -> bool:
    """Whether there is a job with this key: at work, ready to be handed over, or failed."""
    return key in _jobs()


def running(key: str) -> bool:
    """Whether the job with this key is at work or waiting."""
    job = _jobs().get(key)
    return job is not None and not job.finished


def cancel(key: str) -> None:
    """Ask a job to stop at its next step."""
    if key in _jobs():
        _jobs()[key].cancel.set()


def forget(key: str) -> None:
    """Cancel a job and drop its result."""
    cancel(key)
    _jobs().pop(key, None)


def rename(key: str, wanted: str) -> bool:
    """Give a job that was begun early the name under which it is asked for; False where none is at work or done."""
    job = _jobs().get(key)
    if job is None or job.cancel.is_set() or failure(key) is not None:
        return False
    _jobs()[wanted] = _jobs().pop(key)
    job.key = wanted
    return True


def forget_all() -> None:
    """Cancel every job of this session."""
    for key in tuple(_jobs()):
        forget(key)


def leave() -> None:
    """Let go of the jobs of this session; those that no other tab has end."""
    st.session_state.pop("jobs", None)


def share(project: str, *, opened: bool) -> None:
    """Have the jobs of a project in common with the other tabs that have it open, while there are any.

    opened: whether this session came to a project that was there; else its own jobs become those of the project.
    """
    st.session_state["jobs"] = _SHARED.setdefault(project, _Jobs() if opened else _jobs())


def end_left(is_active: Callable[[str], bool]) -> None:
    """Cancel the jobs of sessions that no tab shows any more; called every few seconds.

    A tab that is only loaded again is back before the jobs end.
    """
    now, sessions = time.monotonic(), tuple(_SESSIONS.items())
    seen = {id(jobs) for session, jobs in sessions if is_active(session)}  # tabs of one project have them in common
    for session, jobs in sessions:
        if id(jobs) in seen:
            _left.pop(session, None)
        elif now - _left.setdefault(session, now) >= _GRACE:
            for job in tuple(jobs.values()):
                job.cancel.set()
    for session in tuple(_left):
        if session not in _SESSIONS:
            del _left[session]


def _full(jobs: _Jobs) -> str:
    """Why no more work is taken on now; empty when it is."""
    if sum(not job.finished for job in tuple(jobs.values())) >= LIMITS.session_jobs:
        return f"at most {LIMITS.session_jobs} pieces of work run at once. Wait until one has ended, or cancel one."
    context = get_script_run_ctx()
    theirs = record.with_whom(context.session_id) if context is not None else frozenset()
    own = {id(one): one for session, one in tuple(_SESSIONS.items()) if session in theirs}.values()
    if sum(not job.finished for one in own for job in tuple(one.values())) >= LIMITS.person_jobs:
        return f"at most {LIMITS.person_jobs} pieces of work of one person run at once. Wait until one has ended."
    if sum(not job.finished for job in every_job()) >= LIMITS.jobs:
        return "the server has as much work as it takes at once. Try again in a minute."
    return ""


class _Jobs(dict[str, Job]):
    """The jobs of one session, or of all that have one project open; when the last one ends, they are cancelled."""

    def __del__(self) -> None:
        for job in self.values():
            job.cancel.set()


_SESSIONS: WeakValueDictionary[str, _Jobs] = WeakValueDictionary()
"""The jobs of every session that began some, or opened a project."""


def _jobs() -> _Jobs:
    if "jobs" not in st.session_state:
        st.session_state["jobs"] = _Jobs()
    mine: _Jobs = st.session_state["jobs"]
    context = get_script_run_ctx()
    if context is not None:
        _SESSIONS[context.session_id] = mine
    return mine


@st.cache_resource(max_entries=_KINDS, show_spinner=False)
def _pool(key: str) -> ThreadPoolExecutor:
    """The workers of one kind of work, shared by all sessions: minutes of testing never hold up a second's fit."""
    return ThreadPoolExecutor(max_workers=_WORKERS, thread_name_prefix="job")


def _work(job: Job, function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    job.progress(0.0)
    job.started = time.monotonic()
    try:
        return function(*args, progress=job.progress, **kwargs)
    except SegmentationError:
        raise
    except Exception as error:
        last = traceback.extract_tb(error.__traceback__)[-1]
        _LOG.error("Job %s failed: %s in %s line %s", job.key, type(error).__name__, last.filename, last.lineno)
        raise


def _unexpected(job: Job) -> SegmentationError:
    return SegmentationError(
        f"{job.label}: something went wrong that we did not foresee. Your data and earlier results are unchanged; "
        "try again, or change a setting first."
    )
