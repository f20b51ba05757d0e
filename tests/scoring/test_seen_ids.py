"""Ids that stand in a file more than once are counted, whatever the blocks in which they come."""

from __future__ import annotations

import pandas as pd
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from segmentation.scoring.seen_ids import SeenIds


@given(st.lists(st.text(max_size=4) | st.sampled_from(["C1", "C2", "C12", "ü", "u"]), max_size=60), st.integers(0, 60))
def test_as_many_as_pandas_counts(ids: list[str], cut: int) -> None:
    seen = SeenIds()
    for part in (ids[:cut], ids[cut:]):
        seen.add(pa.array(part, pa.large_string()))
    assert seen.repeats() == int(pd.Series(ids, dtype=object).duplicated().sum())
    assert [note.count for note in seen.notes()] == ([seen.repeats()] if seen.repeats() else [])
