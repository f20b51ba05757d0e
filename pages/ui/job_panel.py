"""One piece of long work: how far it is, how it ended, and the panel that shows it while it goes on."""

from __future__ import annotations

import os
import threading
import time
from concurrent.futures import Future, wait
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakSet

import streamlit as st

from segmentation.core.errors import Cancelled
from segmentation.core.text import duration_text, safe_label

__all__ = ["Job", "draw", "every_job", "pause", "wait_shortly"]

_TELLING = 0.04
"""The share that must be done before the rest is guessed from it."""
_LOOK, _LOOK_AT_LEAST = 0.5, 2.0
"""Seconds between two looks at a job: on a server with little to do, and on a busy one."""
_NEARLY = 1.0
"""Seconds that a page waits, once, for work that may end any moment: a panel for so short a time only flickers."""
_EVERY: WeakSet[Job] = WeakSet()
_EVERY_LOCK = threading.Lock()


@dataclass(eq=False)
class Job:
    """One piece of long work: how far it is, and how it ended."""

    key: str
    label: str
    cancel: threading.Event = field(default_factory=threading.Event)
    share: float = 0.0
    text: str = ""
    queued: float = field(default_factory=time.monotonic)
    started: float | None = None
    future: Future[Any] | None = None
    waited: bool = False

    def __post_init__(self) -> None:
        with _EVERY_LOCK:
            _EVERY.add(self)

    def progress(self, share: float, text: str = "") -> None:
        """Called by the work itself; raises `Cancelled` once the user has cancelled."""
        if self.cancel.is_set():
            raise Cancelled()
        self.share, self.text = min(max(float(share), 0.0), 1.0), text

    @property
    def finished(self) -> bool:
        """Whether the work has ended, in whatever way."""
        return self.future is not None and self.future.done()

    @property
    def seconds(self) -> float:
        """Time since the work began; while it waits, time since it was asked for."""
        return time.monotonic() - (self.queued if self.started is None else self.started)

    @property
    def left(self) -> float | None:
        """About how many seconds it still takes, from how far it came so far; None while too little is done to say."""
        if self.started is None or self.share < _TELLING or self.seconds < 2:
            return None
        return self.seconds * (1 - self.share) / self.share


def wait_shortly(job: Job) -> None:
    """The first time, wait a moment for work that may just be ending; not for what still waits for other work."""
    if job.future is not None and job.started is not None and not job.waited:
        job.waited = True
        wait([job.future], timeout=_NEARLY)


def every_job() -> tuple[Job, ...]:
    """Every job of the server that somebody still holds, whoever began it and whether or not its session is there."""
    with _EVERY_LOCK:
        return tuple(_EVERY)


def draw(job: Job) -> None:
    """Show a job at work, again and again; the whole page is drawn again once it has finished.

    Each look is a run of the server and of the browser, so many who wait look less often.
    """
    at_work = sum(not other.finished for other in every_job())
    with st.container(border=True, key=f"job-{job.key}", horizontal=True, vertical_alignment="bottom"):
        st.fragment(_panel, run_every=pause(at_work, os.cpu_count() or 1))(job)
        # Not in the fragment: a click in one waits until the page is drawn, and is lost where another one comes first.
        st.button("Cancel", key=f"job-{job.key}-cancel", disabled=job.cancel.is_set(), on_click=job.cancel.set)


def pause(at_work: int, cores: int) -> float:
    """Seconds between two looks at a job, by the number of jobs at work on the server and its cores."""
    return min(_LOOK * max(1, at_work // cores), _LOOK_AT_LEAST)


def _panel(job: Job) -> None:
    if job.finished:
        st.rerun(scope="app")
    with st.container():
        detail = "Waiting for other work to finish" if job.started is None else job.text
        if job.cancel.is_set():
            detail = "Cancelling at the next step"
        st.progress(job.share, text=f"**{safe_label(job.label)}** {safe_label(detail)}")
        left = "" if job.left is None else f", {duration_text(job.left)} to go"
        st.caption(f"{job.seconds:.0f} s so far{left}")
