"""The typing sheet with categories, computed by LibreOffice: 200 of 200 customers get the persona of scoring."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from segmentation.reports.facts import collect
from segmentation.reports.workbook import make_workbook
from segmentation.reports.workbook.grid import TYPING, Grid
from segmentation.scoring import assign
from tests.reports.test_workbook import computed, opened, personas_of
from tests.small_mixed import mixed

COLUMNS = ["spend", "Contract", "Internet", "Satisfaction", "Region"]


def test_libreoffice_finds_the_same_persona_for_200_of_200_customers(tmp_path: Path) -> None:
    m = mixed()
    book = opened(make_workbook(collect(m.made, personas_of(m.made))))
    sheet = book[TYPING]
    assert [sheet.cell(Grid.HEAD + 1, Grid.INPUTS + place).value for place in range(1, 6)] == [
        "Spend", "Contract", "Internet", "Satisfaction", "Region",
    ]  # fmt: skip
    rows = m.frame.head(200).copy()
    rows.loc[5, "Internet"], rows.loc[6, "Contract"], rows.loc[7, "Satisfaction"] = "Mars", "one YEAR ", "=vast"
    rows.loc[8, COLUMNS] = None
    rows.loc[9, "Region"] = 9.0
    for step in range(200):
        sheet.cell(Grid.FIRST + step + 1, Grid.CUSTOMER + 1, f"row {step}")
        for place, name in enumerate(COLUMNS):
            value = rows.iloc[step][name]
            cell = sheet.cell(Grid.FIRST + step + 1, Grid.INPUTS + place + 1)
            cell.value = None if pd.isna(value) else value
            cell.data_type = "s" if isinstance(value, str) else cell.data_type
    book.save(tmp_path / "mixed.xlsx")
    done = computed(tmp_path, [tmp_path / "mixed.xlsx"])["mixed"]
    grid = Grid(len(m.made.feature_names), m.made.k, 5, 1)
    calculation, expected = done["Calculation"], assign(m.made, rows)

    def column(place: int) -> list[object]:
        return [calculation.cell(grid.start + step + 1, place + 1).value for step in range(200)]

    assert column(grid.nearest) == expected["segment"].tolist()
    assert column(grid.second) == expected["second"].tolist()
    np.testing.assert_allclose(np.array(column(grid.margin), dtype=float), expected["margin"], rtol=0, atol=1e-9)
    notes = [done[TYPING].cell(Grid.FIRST + step + 1, Grid.NOTES + 1).value or "" for step in range(200)]
    assert notes[5] == "1 not among the values seen."
    assert notes[6] == ""
    assert notes[8] == "5 filled."
    assert "1 not among the values seen." in notes[9]
