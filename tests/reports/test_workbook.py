"""The workbook: what it holds, and that its typing sheet, computed by LibreOffice, agrees with the scorer."""

from __future__ import annotations

import io
import shutil
import subprocess
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest
from xlsxwriter.worksheet import Worksheet

from segmentation.clustering.assignment import Centres
from segmentation.clustering.model import Segmentation
from segmentation.core.disclosure import shared_ends
from segmentation.core.errors import SegmentationError
from segmentation.core.tables import FeatureInfo
from segmentation.preparation import FeatureRecipe, Recipe
from segmentation.reports import collect, workbook
from segmentation.reports.workbook import make_workbook, sheets
from segmentation.reports.workbook.calculation import prepared_formula
from segmentation.reports.workbook.cells import number_format, tint
from segmentation.reports.workbook.grid import ROWS, TYPING, Grid
from segmentation.scoring import assign
from tests.reports.small import ATTACKS, facts_of, hostile_facts, personas_of, planted
from tests.small import credit_card_features, credit_card_segmentation

_CONSTANTS = ("fill", "low", "high", "lmbda", "mean", "scale", "origin", "step")
CELLS = {name: f"B{place}" for place, name in enumerate(_CONSTANTS, start=1)}


def opened(data: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(data))


def every_step() -> Segmentation:
    """Every kind of step at once, the special exponents of Yeo-Johnson among them, and five random centres."""
    steps = [
        FeatureRecipe("plain", "Plain", 1.5, "median", mean=0.25, scale=2.0),
        FeatureRecipe("capped", "Capped", 3.0, "median", -10.0, 12.5, mean=1 / 3, scale=0.7),
        FeatureRecipe("upper", "Upper cap", 3.0, "median", None, 4.0),
        FeatureRecipe("log", "Logarithm", 0.0, "zero", 0.0, 900.0, "log1p", None, 2.1, 1.3),
        FeatureRecipe("steps", "Steps", 3.0, "zero", 2.0, 900.0, "log1p", None, 2.1, 1.3, origin=2.0, step=7.5),
        FeatureRecipe("yeo0", "Exponent 0", 0.5, "median", transform="yeo-johnson", lmbda=0.0, scale=1.7),
        FeatureRecipe("yeo2", "Exponent 2", 0.5, "median", transform="yeo-johnson", lmbda=2.0, scale=40.0),
        FeatureRecipe("yeo", "Exponent 0.37", 0.5, "median", -50.0, 80.0, "yeo-johnson", 0.37, 0.1, 2.2, (), 1.5, 0.25),
        FeatureRecipe("yeo-", "Exponent -1.2", 0.5, "median", transform="yeo-johnson", lmbda=-1.2, scale=9.0),
    ]
    recipe = Recipe(tuple(steps))
    rng = np.random.default_rng(5)
    values = rng.normal(0, 4, (101, len(steps)))
    training = pd.DataFrame(np.sort(values, axis=0), columns=list(recipe.names), index=range(101))
    info = tuple(FeatureInfo(item.name, item.label) for item in steps)
    sizes = (50, 40, 30, 20, 10)
    centres = rng.normal(0, 1, (5, len(steps)))
    return Segmentation(recipe, info, Centres(centres), centres, sizes, None, 1.0, 0.3, training)


def awkward(names: tuple[str, ...]) -> pd.DataFrame:
    """200 customers: values inside and far outside the range, negative, zero, missing, one with nothing at all."""
    rng = np.random.default_rng(11)
    frame = pd.DataFrame(rng.normal(0, 6, (200, len(names))), columns=list(names))
    frame = frame.mask(rng.random(frame.shape) < 0.08)
    frame.iloc[3] *= 1000
    frame.iloc[4] = 0.0
    frame.iloc[7] = np.nan
    return frame


def typed_in(data: bytes, rows: pd.DataFrame, target: Path) -> Path:
    """The workbook with these rows typed in, every stored result forgotten."""
    book = opened(data)
    sheet = book[TYPING]
    for step in range(ROWS):
        blank = step >= len(rows)
        sheet.cell(Grid.FIRST + step + 1, Grid.CUSTOMER + 1, None if blank else f"row {step}")
        for place, value in enumerate([np.nan] * rows.shape[1] if blank else rows.iloc[step]):
            sheet.cell(Grid.FIRST + step + 1, Grid.INPUTS + place + 1, None if np.isnan(value) else float(value))
    book.save(target)
    return target


def computed(folder: Path, files: list[Path]) -> dict[str, openpyxl.Workbook]:
    """The workbooks as LibreOffice computes them."""
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("LibreOffice is not on this machine (Debian: apt install libreoffice-calc)")
    command = [office, f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", "xlsx"]
    subprocess.run([*command, "--outdir", str(folder / "out"), *map(str, files)], check=True, capture_output=True)
    return {path.stem: openpyxl.load_workbook(folder / "out" / path.name, data_only=True) for path in files}


def answers(book: openpyxl.Workbook, seg: Segmentation, rows: int) -> pd.DataFrame:
    grid, sheet = Grid(len(seg.feature_names), seg.k), book["Calculation"]
    places = {"segment": grid.nearest, "second": grid.second, "margin": grid.margin}
    places |= {f"distance {number}": grid.costs + number - 1 for number in seg.segments}
    return pd.DataFrame(
        {
            name: [sheet.cell(grid.start + step + 1, place + 1).value for step in range(rows)]
            for name, place in places.items()
        }
    )


def test_libreoffice_finds_the_same_persona_for_200_of_200_customers(tmp_path: Path) -> None:
    made, real = every_step(), None
    cases = {"steps": (made, awkward(made.feature_names))}
    shared = Path(__file__).resolve().parents[2] / "../shared/data"
    if shared.is_dir():
        frame = credit_card_features(shared).frame.sample(200, random_state=3)
        for name, preset, k in (("plain", "plain", 3), ("recommended", "recommended", 4)):
            real = credit_card_segmentation(shared, preset, k)
            cases[name] = (real, frame[list(real.feature_names)])
    files = []
    for name, (seg, rows) in cases.items():
        data = make_workbook(collect(seg, personas_of(seg)))
        files.append(typed_in(data, rows, tmp_path / f"{name}.xlsx"))
    books = computed(tmp_path, files)
    for name, (seg, rows) in cases.items():
        expected = assign(seg, rows)
        found = answers(books[name], seg, len(rows))
        assert (found["segment"].to_numpy() == expected["segment"].to_numpy()).sum() == 200, name
        assert (found["second"].to_numpy() == expected["second"].to_numpy()).sum() == 200, name
        np.testing.assert_allclose(found["margin"].astype(float), expected["margin"], rtol=0, atol=1e-9)
        own = [found.at[row, f"distance {number}"] for row, number in enumerate(found["segment"])]
        np.testing.assert_allclose(np.array(own, dtype=float), expected["distance"], rtol=1e-9)
        sheet = books[name][TYPING]
        notes = [sheet.cell(Grid.FIRST + step + 1, Grid.NOTES + 1).value or "" for step in range(200)]
        for column, words in (("filled", " filled."), ("capped", " capped."), ("outside", " outside the range seen.")):
            wanted = [f"{number}{words}" if number else "" for number in expected[column]]
            assert all(
                (text in note) if text else (words not in note) for text, note in zip(wanted, notes, strict=True)
            )


def test_libreoffice_says_what_is_wrong_with_a_row(tmp_path: Path) -> None:
    table, seg = planted()
    book = opened(make_workbook(collect(seg, personas_of(seg))))
    sheet = book[TYPING]
    row = Grid.FIRST + 1 + 10
    sheet.cell(row, Grid.INPUTS + 1, "a lot")
    for place, value in enumerate(table.frame.iloc[0].fillna(0)):
        sheet.cell(row + 1, Grid.INPUTS + 1 + place, float(value))
    sheet.cell(row + 2, Grid.INPUTS + 1, 1e200)
    book.save(tmp_path / "rows.xlsx")
    found = computed(tmp_path, [tmp_path / "rows.xlsx"])["rows"][TYPING]
    assert found.cell(row, Grid.PERSONA + 1).value == "Numbers only, please"
    assert found.cell(row + 1, Grid.PERSONA + 1).value == f"Persona {seg.labels.iloc[0]}"
    assert found.cell(row + 1, Grid.CLEAR + 1).value.startswith("Clear, next is Persona ")
    assert found.cell(row + 2, Grid.PERSONA + 1).value == "Too large to compute with"
    assert not found.cell(row + 3, Grid.PERSONA + 1).value


def test_the_examples_show_their_answer_before_anything_is_computed() -> None:
    _table, seg = planted()
    data = make_workbook(collect(seg, personas_of(seg)))
    stored = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
    sheet = stored[TYPING]
    for number in seg.segments:
        row = Grid.FIRST + number
        assert sheet.cell(row, Grid.PERSONA + 1).value == f"Persona {number}"
        assert sheet.cell(row, Grid.MARGIN + 1).value == pytest.approx(1.0)
    assert not sheet.cell(Grid.FIRST + 1 + seg.k, Grid.PERSONA + 1).value
    values = answers(stored, seg, seg.k)
    expected = assign(seg, seg.typical)
    np.testing.assert_array_equal(values["segment"], expected["segment"])


def test_the_recipe_keeps_every_digit() -> None:
    seg = every_step()
    sheet = opened(make_workbook(collect(seg, personas_of(seg))))["Recipe"]
    heads = [cell.value for cell in sheet[4]]
    for step, item in enumerate(seg.recipe.features, start=5):
        row = dict(zip(heads, (cell.value for cell in sheet[step]), strict=True))
        wanted = (item.fill, item.low, item.high, item.origin, item.step, item.lmbda, item.mean, item.scale)
        names = ("Missing becomes", "Capped below", "Capped above", "Counted from", "In steps of", "λ", "Mean", "Scale")
        assert tuple(row[name] for name in names) == wanted
        for number in seg.segments:
            assert row[f"Centre of Persona {number}"] == seg.centres[number - 1, step - 5]


@pytest.mark.parametrize(
    ("item", "formula"),
    [
        (FeatureRecipe("a", "A", 0, "zero"), "(IF(ISNUMBER(A1),A1,B1)-B5)/B6"),
        (FeatureRecipe("a", "A", 0, "zero", 1.0, 2.0), "(MIN(MAX(IF(ISNUMBER(A1),A1,B1),B2),B3)-B5)/B6"),
        (FeatureRecipe("a", "A", 0, "zero", transform="log1p"), "(LN(1+(IF(ISNUMBER(A1),A1,B1)-B7)/B8)-B5)/B6"),
    ],
)
def test_the_formula_follows_the_recipe_step_by_step(item: FeatureRecipe, formula: str) -> None:
    assert prepared_formula(item, "A1", **CELLS) == formula


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_text_becomes_a_formula_or_a_link(attack: str) -> None:
    book = opened(make_workbook(hostile_facts(attack)))
    computing = {TYPING, "Calculation"}
    for sheet in book:
        assert not sheet._hyperlinks
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    assert sheet.title in computing
                    assert "cmd" not in cell.value
                    assert "evil" not in cell.value
                    assert "HYPERLINK" not in cell.value
                elif isinstance(cell.value, str) and sheet.title != "Customers":
                    assert not cell.value.startswith(("=", "+", "@", "-"))


def test_no_formula_has_a_function_that_is_to_be_written_otherwise_for_older_programs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    facts = collect(seg := every_step(), personas_of(seg))
    quick = opened(make_workbook(facts))
    monkeypatch.setattr(workbook._Sheet, "_prepare_formula", Worksheet._prepare_formula)
    plain = opened(make_workbook(facts))
    for name in (TYPING, "Calculation"):
        assert list(quick[name].values) == list(plain[name].values)


def test_customers_are_listed_only_on_request() -> None:
    assert "Customers" not in opened(make_workbook(facts_of())).sheetnames
    table, seg = planted()
    sheet = opened(make_workbook(facts_of(customers=True)))["Customers"]
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0][:4] == ("customer", "segment", "persona", "Spend")
    assert rows[0][-1] == "branch"
    assert len(rows) == 136
    assert rows[1][:4] == ("001", int(seg.labels.iloc[0]), f"Persona {seg.labels.iloc[0]}", table.frame.iloc[0, 0])
    assert [row[0] for row in rows[1:]] == list(table.frame.index)


def test_too_many_customers_are_refused_with_a_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "CUSTOMER_LIMIT", 100)
    with pytest.raises(SegmentationError, match="135 customers; a workbook takes up to 100"):
        make_workbook(facts_of(customers=True))


def test_a_hidden_segment_leaves_no_typing_sheet() -> None:
    names = opened(make_workbook(facts_of((60, 45, 4)))).sheetnames
    assert names == ["Summary", "Profiles", "Number of segments", "Recipe", "How it was made"]
    full = ["Summary", "Profiles", "Number of segments", TYPING, "Calculation", "Recipe", "How it was made"]
    assert opened(make_workbook(facts_of())).sheetnames == full


def test_the_profiles_hold_the_figures_of_the_facts() -> None:
    facts = facts_of()
    sheet = opened(make_workbook(facts))["Profiles"]
    rows = list(sheet.iter_rows(min_row=4, values_only=True))
    assert rows[0][:4] == ("Feature", "Column", "Unit", "Persona 1")
    for row, info in zip(rows[1:], facts.features, strict=False):
        assert row[1] == info.name
        assert row[3:7] == tuple(facts.typical.loc[info.name])


def test_each_cell_to_type_in_says_the_range_seen() -> None:
    table, _seg = planted()
    sheet = opened(make_workbook(facts_of()))[TYPING]
    rules = {str(rule.sqref): rule for rule in sheet.data_validations.dataValidation}
    rule = rules[f"F9:F{8 + ROWS}"]
    assert (float(rule.formula1), float(rule.formula2)) == shared_ends(table.frame["spend"])  # nobody's own
    assert rule.promptTitle == "Spend"
    assert rule.prompt.endswith("What they spent in a year.")
    assert rule.errorStyle == "information"
    assert sheet.freeze_panes == "C9"


@pytest.mark.parametrize(
    ("values", "kind", "pattern"),
    [([0.123], "share", "0.0 %"), ([1234.5, 999.0], "number", "#,##0"), ([1.0, 20.0], "number", "#,##0"),
     ([0.0123], "number", "#,##0.0000"), ([12.34], "number", "#,##0.0"), ([float("nan")], "number", "#,##0")],
)  # fmt: skip
def test_numbers_are_shown_as_a_person_reads_them(values: list[float], kind: str, pattern: str) -> None:
    assert number_format(values, kind) == pattern


def test_a_tint_lies_between_white_and_the_colour() -> None:
    assert tint("#0072B2", 1) == "#0072B2"
    assert tint("#0072B2", 0) == "#FFFFFF"
    assert tint("#000000", 0.5) == "#808080"
