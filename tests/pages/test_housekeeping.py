"""What a visitor held is given back when the minute to return is over."""

from __future__ import annotations

import gc
import time
from types import SimpleNamespace
from weakref import ref

from streamlit.runtime.memory_session_storage import MemorySessionStorage

from app import _end_expired
from segmentation.core.memory import tidy


class Held:
    """What a session holds, in a circle as sessions are."""

    def __init__(self) -> None:
        self.id = "one"
        self.circle = self


def test_a_session_whose_time_is_over_is_let_go() -> None:
    storage = MemorySessionStorage(ttl_seconds=0)  # type: ignore[arg-type]
    held = Held()
    seen = ref(held)
    storage.save(SimpleNamespace(session=held))  # type: ignore[arg-type]
    del held
    time.sleep(0.01)
    tidy()
    assert seen() is not None, "Streamlit keeps it: if it does not any more, `_end_expired` can go"
    _end_expired(SimpleNamespace(_session_mgr=SimpleNamespace(_session_storage=storage)))  # type: ignore[arg-type]
    tidy()
    assert seen() is None


def test_what_is_left_out_of_the_search_for_garbage_is_found_by_the_next_tidying() -> None:
    held = Held()
    seen = ref(held)
    tidy()
    del held
    gc.collect()
    assert seen() is not None
    tidy()
    assert seen() is None
    gc.unfreeze()
