"""Work behind a server is done here, and what it takes and gives is copied, as between the server and its processes."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from typing import Any

import pytest

from pages.parts.choose_k import evidence
from segmentation.core import own_process
from segmentation.core.settings import Progress
from segmentation.core.warm_processes import Crew, Limits
from segmentation.evaluation.choose_k import compare
from segmentation.evaluation.evidence import gather
from segmentation.evaluation.final import fit

_KEPT: dict[bytes, bytes] = {}
"""Comparisons, segments and evidence of the very same customers, which many tests come by: they are made once."""


class _Copying(Crew):
    """A crew without processes: a page that asks whether it got the very object that it gave finds another one."""

    is_kept = True  # type: ignore[assignment]

    def keep_warm(self, processes: int = 1, *, imports: tuple[str, ...] = (), refill: bool = False) -> None:
        """Nothing waits for work here."""

    def run(self, work: tuple[Any, ...], tick: Callable[[], None], progress: Progress, limits: Limits) -> Any:
        """What the work gives, on copies of what it takes."""
        function, args, *_ = work
        taken = pickle.dumps(args)
        if taken in _KEPT:
            return pickle.loads(_KEPT[taken])
        given = pickle.dumps(function(*pickle.loads(taken), progress=progress))
        if args[0] in (compare, fit, gather):
            _KEPT[taken] = given
        return pickle.loads(given)


@pytest.fixture(autouse=True)
def _behind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own_process, "_BEHIND", _Copying())
    monkeypatch.setattr(evidence, "_DRAWING", 0.0)
