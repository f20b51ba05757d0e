"""The projects that sessions of this server have open, and the one thread that writes them to the disk.

`changing` is held while `open_now` is looked up or changed.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from weakref import WeakValueDictionary

from pages.ui.left_out import without_data
from pages.ui.snapshot import Snapshot
from segmentation.core.text import plain_text
from segmentation.store import suggested_name
from segmentation.store.projects import About, Known, Shelf

__all__ = [
    "Live",
    "Waiting",
    "about",
    "changing",
    "close",
    "flush",
    "leave_data_out",
    "open_now",
    "write_waiting",
    "writer",
]

_LOG = logging.getLogger(__name__)
_PAGE_FIRST = 0.1
"""Seconds that the writer leaves to the end of the run that handed something over: both need the interpreter."""


@dataclass(eq=False)
class Live:
    """A project that sessions of this server have open; it lives as long as one of them does.

    version: counts the snapshots, latest: the newest. number: its step on the disk, and what: the decision that led to
    that step; basis: the earlier step that it went back to. waiting: what is to be written, in this order. kept: the
    snapshot that was handed over for writing.
    """

    version: int = 0
    latest: Snapshot | None = None
    kept: Snapshot | None = None
    number: int | None = None
    what: str = ""
    basis: int | None = None
    waiting: list[Waiting] = field(default_factory=list)
    closed: bool = False
    trouble: str = ""
    known: Known = field(default_factory=Known)
    lock: threading.Lock = field(default_factory=threading.Lock)


@dataclass(frozen=True)
class Waiting:
    """A snapshot to write. decided: what was decided since the one before; empty when the step just goes on."""

    snapshot: Snapshot
    decided: str
    basis: int | None


open_now: WeakValueDictionary[str, Live] = WeakValueDictionary()
changing = threading.Lock()
writer = ThreadPoolExecutor(max_workers=1, thread_name_prefix="project")


def flush(seconds: float = 60.0) -> None:
    """Wait until everything that waits to be written is on the disk."""
    writer.submit(lambda: None).result(seconds)


def close(project: str) -> None:
    """Let go of a project that is about to be deleted: no tab writes it again."""
    with changing:
        live = open_now.pop(project, None)
    if live is not None:
        with live.lock:
            live.closed, live.waiting, live.latest = True, [], None
    flush()


def leave_data_out(own: Shelf, project: str, seconds: float = 300.0) -> None:
    """Remove the data, and the steps before, of a project that is on the disk."""

    def reduce() -> None:
        own.reduce(project, without_data)
        with changing:
            live = open_now.get(project)
        if live is not None:
            live.known = Known()  # the parts that it knew are gone

    writer.submit(reduce).result(seconds)


def write_waiting(live: Live, own: Shelf, project: str) -> None:
    """Write the next of what waits, in the writer's thread, once the page that changed it is on the screen."""
    time.sleep(_PAGE_FIRST)
    with live.lock:
        if live.closed or not live.waiting:
            return
        waiting = live.waiting.pop(0)
    what = waiting.decided or live.what
    replaces = None if waiting.decided else live.number
    try:
        root = waiting.snapshot.root(waiting.basis)
        said = about(root)
        if not own.keeps_data():
            root = without_data(root)
        live.number = own.save(project, root, said, what=what, known=live.known, replaces=replaces)
        live.what, live.trouble = what, ""
    except OSError as error:
        live.trouble = (
            f"Your work is not kept at present ({plain_text(error.strerror or 'the disk refused', longest=60)}). "
            "Free some space; it is kept again with the next change."
        )
    except Exception as error:  # noqa: BLE001  a thread that dies would keep nothing any more
        _LOG.error("A project was not written: %s", type(error).__name__)
        live.trouble = "Your work is not kept at present: a part of it cannot be written. Save a model to be sure."
    if live.trouble:
        live.kept = None


def about(root: Mapping[str, Any]) -> About:
    """What the list of projects says of a state."""
    features, seg, names = (
        root.get("features"),
        root.get("segmentation"),
        list(root.get("files") or root.get("left_out", ())),
    )
    opened = str(root.get("memory", {}).get("OpenedModel", {}).get("ref", "")).rpartition("/v")[0]
    return About(
        "",
        suggested_name(Path(names[0]).stem if names else opened, "My customers"),
        data=plain_text(", ".join(names), longest=200),
        customers=len(features.frame) if features is not None else 0 if seg is None else seg.n_customers,
        segments=0 if seg is None else seg.k,
        personas=tuple(plain_text(persona.name, longest=60) for persona in root.get("personas", ())),
    )
