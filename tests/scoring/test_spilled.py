"""The middle value of a column on disk is that of numpy, however few values are held at once."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from segmentation.clustering.crowd import Bins
from segmentation.scoring.stream import spilled
from segmentation.scoring.stream.spilled import Spilled

numbers = st.floats(-1e9, 1e9) | st.integers(-3, 3).map(float) | st.just(float("nan"))


@given(
    st.lists(st.lists(numbers, min_size=1, max_size=30), min_size=1, max_size=4),
    st.lists(st.integers(-3, 3).map(float) | st.floats(-1e9, 1e9), max_size=4),
    st.sampled_from((2, 5, 1_000)),
)
@example([[float("nan")]], [], 2)
@example([[0.0] * 20, [1.0] * 20], [], 2)
@example([[0.0] * 20, [1.0] * 20], [0.0], 2)
@example([list(map(float, range(30))), list(map(float, range(30, 60)))], [], 2)
@example([[5.0, -1.0, float("nan"), 2.0, float("inf")]], [0.0], 1_000)
@example([[1e308, 1.0]], [], 1_000)
def test_the_middle_value_is_that_of_numpy(blocks: list[list[float]], edges: list[float], most: int) -> None:
    values = np.concatenate([np.array(block) for block in blocks])
    known = values[~np.isnan(values)]
    on_disk = Spilled(("other", "column"))
    for block in blocks:
        on_disk.add({"other": np.zeros(len(block)), "column": np.array(block)})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(spilled, "_AT_ONCE", most)
        patch.setattr(spilled, "_SAMPLE", 8)
        patch.setattr(spilled, "_PIVOTS", 3)
        middle = on_disk.middle("column", Bins(tuple(sorted(set(edges))), ()).count(values))
    assert middle == pytest.approx(float(np.median(known)) if len(known) else np.nan, abs=0, rel=0, nan_ok=True)
    assert on_disk["column"].tolist() == pytest.approx(values.tolist(), abs=0, rel=0, nan_ok=True)
    on_disk.close()
