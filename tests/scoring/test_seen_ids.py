"""Ids that stand in a file more than once are counted, whatever the blocks in which they come."""

from __future__ import annotations

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segmentation.scoring import seen_ids
from segmentation.scoring.seen_ids import SeenIds


@given(st.lists(st.text(max_size=4) | st.sampled_from(["C1", "C2", "C12", "ü", "u"]), max_size=60), st.integers(0, 60))
def test_as_many_as_pandas_counts_in_memory_and_on_disk(ids: list[str], cut: int) -> None:
    expected = int(pd.Series(ids, dtype=object).duplicated().sum())
    for held in (1_000, 7):
        seen = SeenIds()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(seen_ids, "_HELD", held)
            patch.setattr(seen_ids, "_READ", 5)
            for part in (ids[:cut], ids[cut:]):
                seen.add(pa.array(part, pa.large_string()))
            assert seen.repeats() == expected
            assert [note.count for note in seen.notes()] == ([expected] if expected else [])
        assert (seen._file is not None) == (len(ids) > held)
        seen.close()
