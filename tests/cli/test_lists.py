"""A list is written by a fast writer or by pandas, letter for letter alike, and what was done to its cells is told."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from segmentation.cli import lists
from segmentation.cli.lists import write_list
from segmentation.core.csv_export import altered, csv_text

TEXTS = ("a1", "", "=1+1", 'say "x"', "two\nlines", "1;=2", "ß", "12.5", "-3", None)
NUMBERS = (0.0, -0.0, 0.1 + 0.2, 12.0, 1e16, 1e-7, -2.5, float("inf"), float("nan"))
DATES = (pd.Timestamp("2024-01-05"), pd.Timestamp("2024-01-05 10:30:01.5"), pd.NaT)
COLUMNS = {
    "text": (TEXTS, "str"),
    "number": (NUMBERS, "float64"),
    "count": ((0, -5, 7, 2**53), "int64"),
    "day": (DATES[::2], "datetime64[us]"),
    "moment": (DATES, "datetime64[us]"),
    "member": ((True, False), "bool"),
    "band": (("low", "=high", None), "category"),
}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), names=st.lists(st.sampled_from(sorted(COLUMNS)), min_size=1, max_size=5, unique=True))
def test_a_list_is_the_text_of_the_table_whatever_its_columns_are(
    data: st.DataObject, names: list[str], tmp_path: Path
) -> None:
    rows = data.draw(st.integers(0, 7))
    columns = {}
    for name in names:
        values, kind = COLUMNS[name]
        drawn = data.draw(st.lists(st.sampled_from(values), min_size=rows, max_size=rows))
        columns[f"={name}"] = pd.Series(drawn, dtype=kind)
    table, path = pd.DataFrame(columns), tmp_path / "list.csv"
    before, lists._BLOCK = lists._BLOCK, 3
    try:
        notices = write_list(path, table)
    finally:
        lists._BLOCK = before
    assert path.read_bytes() == csv_text(table).encode()
    assert notices == altered(table)
