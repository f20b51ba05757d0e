"""Lines written by Arrow are letter for letter those that are written one by one."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segmentation.core import csv_lines
from segmentation.core.csv_export import csv_text

WORDS = ["", "sure", "=1+1", 'a "b"', "a\tb;=c"]


@given(
    st.lists(st.sampled_from(("few", "many", "whole", "id")), min_size=1, max_size=5),
    st.integers(1, 40),
    st.integers(0, 2**32 - 1),
    st.sampled_from((0, 6, 4_096)),
)
def test_columns_with_few_different_cells_are_written_together_and_give_the_same_lines(
    kinds: list[str], rows: int, seed: int, most: int
) -> None:
    rng = np.random.default_rng(seed)
    cells = {
        "few": lambda: pa.array(rng.choice(WORDS, rows)).dictionary_encode(),
        "many": lambda: pa.array(rng.normal(size=rows)),
        "whole": lambda: pa.array(rng.integers(0, 4, rows)),
        "id": lambda: pa.array([f"c{number}" for number in range(rows)], pa.large_string()),
    }
    columns = [cells[kind]() for kind in kinds]
    names = [f"column {place}" for place in range(len(kinds))]
    frame = pd.DataFrame({name: column.to_pylist() for name, column in zip(names, columns, strict=True)})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(csv_lines, "_MOST_JOINED", most)
        made = csv_lines.csv_header(names) + csv_lines.csv_lines(pa.table(dict(zip(names, columns, strict=True))))
    assert made.decode() == csv_text(frame)
