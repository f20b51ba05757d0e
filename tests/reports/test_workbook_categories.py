"""The typing sheet with categories, computed by LibreOffice.

200 of 200 customers get the persona of scoring, by K-means, latent classes and a mixture of independent columns.
"""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd

import segmentation as seg
from segmentation.clustering.model import Segmentation
from segmentation.reports.facts import collect
from segmentation.reports.workbook import make_workbook
from segmentation.reports.workbook.grid import TYPING, Grid
from segmentation.scoring import assign
from segmentation.scoring.blocks import typical_customers
from tests.reports.test_workbook import computed, opened, personas_of
from tests.small_mixed import mixed

COLUMNS = ["spend", "Contract", "Internet", "Satisfaction", "Region"]


WAYS = {"kmeans": {}, "classes": {}, "mixture": {"shape": "diag"}}


def with_odd_values() -> pd.DataFrame:
    """200 customers; some values are no level, a formula, missing, or far outside the range."""
    rows = mixed().frame.head(200).copy()
    rows.loc[5, "Internet"], rows.loc[6, "Contract"], rows.loc[7, "Satisfaction"] = "Mars", "one YEAR ", "=vast"
    rows.loc[8, COLUMNS] = None
    rows.loc[9, "Region"] = 9.0
    rows.loc[10, "spend"] = 1e6
    return rows


def typed_in(made: Segmentation, rows: pd.DataFrame, target: Path) -> Path:
    """The workbook of these segments with these rows typed in."""
    book = opened(make_workbook(collect(made, personas_of(made))))
    sheet = book[TYPING]
    heads = [sheet.cell(Grid.HEAD + 1, Grid.INPUTS + place).value for place in range(1, 6)]
    assert heads == ["Spend", "Contract", "Internet", "Satisfaction", "Region"]
    for step in range(200):
        sheet.cell(Grid.FIRST + step + 1, Grid.CUSTOMER + 1, f"row {step}")
        for place, name in enumerate(COLUMNS):
            value = rows.iloc[step][name]
            cell = sheet.cell(Grid.FIRST + step + 1, Grid.INPUTS + place + 1)
            cell.value = None if pd.isna(value) else value
            cell.data_type = "s" if isinstance(value, str) else cell.data_type
    book.save(target)
    return target


def test_libreoffice_finds_the_same_persona_for_200_of_200_customers(tmp_path: Path) -> None:
    m, rows = mixed(), with_odd_values()
    made = {way: seg.fit(m.features, m.recipe, k=3, method=way, **settings) for way, settings in WAYS.items()}
    files = [typed_in(segments, rows, tmp_path / f"{way}.xlsx") for way, segments in made.items()]
    done = computed(tmp_path, files)
    for way, segments in made.items():
        grid = Grid(len(segments.feature_names), segments.k, 5, 1, 1 if way == "kmeans" else 2)
        calculation, expected = done[way]["Calculation"], assign(segments, rows)
        found = [
            [calculation.cell(grid.start + step + 1, place + 1).value for step in range(200)]
            for place in (grid.nearest, grid.second, grid.margin)
        ]
        assert found[0] == expected["segment"].tolist(), way
        assert found[1] == expected["second"].tolist(), way
        np.testing.assert_allclose(np.array(found[2], dtype=float), expected["margin"], rtol=0, atol=1e-9, err_msg=way)
        told = [done[way][TYPING].cell(Grid.FIRST + step + 1, Grid.CLEAR + 1).value for step in range(200)]
        names = [f"Persona {number}" for number in expected["second"]]
        assert all(text.endswith(name) for text, name in zip(told, names, strict=True))
        notes = [done[way][TYPING].cell(Grid.FIRST + step + 1, Grid.NOTES + 1).value or "" for step in range(200)]
        assert notes[5] == "1 not among the values seen."
        assert notes[6] == ""
        assert notes[8] == "5 filled."
        assert "1 not among the values seen." in notes[9]


def test_the_examples_of_latent_classes_show_their_answer_before_anything_is_computed() -> None:
    made = seg.fit(mixed().features, mixed().recipe, k=3, method="classes")
    facts = collect(made, personas_of(made))
    assert not any("no typing sheet" in note for note in facts.notes)
    sheet = opened(make_workbook(facts))["Calculation"]
    stored = openpyxl.load_workbook(io.BytesIO(make_workbook(facts)), data_only=True)["Calculation"]
    grid = Grid(len(made.feature_names), 3, 5, 1, 2)
    costs = made.rule.costs(made.recipe.transform(typical_customers(made)))
    for step in range(3):
        shown = [stored.cell(grid.start + step + 1, grid.costs + place + 1).value for place in range(3)]
        np.testing.assert_allclose(shown, costs[step])
    assert sheet.cell(grid.start, grid.costs + 1).value == "How improbable: Persona 1"


def test_where_formulas_cannot_place_customers_the_notes_say_so() -> None:
    made = seg.fit(mixed().features, mixed().recipe, k=2, method="mixture", shape="full")
    facts = collect(made, personas_of(made))
    assert not facts.typing
    (note,) = [note for note in facts.notes if "typing sheet" in note]
    assert note.startswith("The workbook has no typing sheet: here a customer belongs to the segment that it most ")
    assert TYPING not in opened(make_workbook(facts)).sheetnames
