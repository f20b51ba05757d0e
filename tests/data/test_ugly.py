"""Files that people really have: each ends as the right table or as one clear sentence.

Row counts, sums, dates and kinds were worked out from the files with Python's `csv` module and by eye, and are typed
here in full; where a file states its own total, that total is used.
"""

from __future__ import annotations

import csv
import gzip
import io
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd
import pytest

from segmentation.core.errors import DataProblems
from segmentation.core.tables import Table
from segmentation.data.reading import ReadSettings, read

CARD = [
    "BALANCE", "BALANCE_FREQUENCY", "PURCHASES", "ONEOFF_PURCHASES", "INSTALLMENTS_PURCHASES", "CASH_ADVANCE",
    "PURCHASES_FREQUENCY", "ONEOFF_PURCHASES_FREQUENCY", "PURCHASES_INSTALLMENTS_FREQUENCY", "CASH_ADVANCE_FREQUENCY",
    "CASH_ADVANCE_TRX", "PURCHASES_TRX", "CREDIT_LIMIT", "PAYMENTS", "MINIMUM_PAYMENTS", "PRC_FULL_PAYMENT", "TENURE",
]  # fmt: skip
CARD_SUMS = {"PURCHASES_TRX": 131_653, "TENURE": 103_080}
NHS = [27872, 2138, 82, 30092, 434149, 14399, 478640, 85846, 16647, 15675, 32322, 3834, 1601, 1018, 1167]


@dataclass(frozen=True)
class Expected:
    """The right table: columns with a letter for their kind (n number, t text, d date, b yes or no, - empty)."""

    rows: int
    columns: dict[str, str]
    sums: dict[str, float] = field(default_factory=dict)
    cells: dict[tuple[int, str], object] = field(default_factory=dict)
    settings: dict[str, object] = field(default_factory=dict)
    refused: int = 0
    problems: tuple[str, ...] = ()


RIGHT = {
    "ugly/1011-bbsrc-25k-spend-return.csv": Expected(
        67,
        {
            "Department Family": "t", "Entity": "t", "Date": "d", "Expense Type": "t", "Expense Area": "t",
            "Supplier": "t", "Transaction Number": "t", "Amount": "n", "VAT Registration Number": "-",
        },
        {"Amount": 13_471_165.43},
        {(0, "Date"): "2010-11-01", (2, "Date"): "2010-11-03", (66, "Amount"): 105_384.25},
        {"header_row": 1, "date_order": "dmy"},
    ),
    "ugly/VilleMTP_MTP_BudgetPri_2015.csv": Expected(
        1329,
        {
            "Exercice": "n", "Section": "t", "D/R": "t", "Fonction": "t", "Libellé fonction": "t", "Nature": "t",
            "BP2015": "n",
        },
        {"BP2015": 1_006_813_024, "Exercice": 1329 * 2015},
        {(0, "Fonction"): "020", (0, "BP2015"): 454_000.0, (1328, "BP2015"): 17_760_059.0},
        {"encoding": "cp1252", "separator": ";", "decimal": ","},
    ),
    "ugly/bank_MS_JANE_SMITH_01-12-2019_14-12-2019.csv": Expected(
        13,
        {"Date Processed": "d", "Description": "t", "Amount": "n", "Column 4": "t"},
        {"Amount": 2599.99},
        {(3, "Date Processed"): "2019-12-12", (3, "Amount"): 1183.23, (12, "Amount"): 1100.0, (12, "Column 4"): "CR"},
        problems=("3 cells are no date",),
    ),
    "ugly/bank_TransactionHistory_20180418043121.csv": Expected(
        8,
        {
            "Transaction date": "d", "Value date": "d", "Description": "t", "Withdrawals (SGD)": "n",
            "Deposits (SGD)": "-",
        },
        {"Withdrawals (SGD)": 6 * 6.66 + 2 * 66.66},
        {(0, "Transaction date"): "2018-04-18", (7, "Transaction date"): "2018-04-13"},
        {"header_row": 6},
        refused=8,
        problems=("8 lines were refused",),
    ),
    "ugly/csvkit_mac_newlines.csv": Expected(
        2, {"a": "t", "b": "n", "c": "n"}, {"b": 7, "c": 9}, {(1, "a"): "Once upon\ra time"}, problems=("50 %",)
    ),
    "ugly/csvkit_test_locale.csv": Expected(
        1, {"a": "n", "b": "n", "c": "-"}, {"a": 1.7, "b": 200_000_000}, settings={"decimal": ","}
    ),
    "ugly/frictionless_bom.csv": Expected(2, {"id": "n", "name": "t"}, {"id": 3}, {(1, "name"): "中国人"}),
    "ugly/frictionless_duplicate-headers.csv": Expected(
        2,
        {"id": "n", "name": "t", "id (2)": "n", "age": "n", "id (3)": "t"},
        {"id": 2203, "age": 56},
        {(0, "id (3)"): "001101"},
    ),
    "ugly/frictionless_issue-811.csv": Expected(
        7904,
        {
            "Codice Regione": "t",
            "Codice dell'Unità territoriale sovracomunale (valida a fini statistici)": "t",
            "Codice Provincia (Storico)(1)": "t",
            "Progressivo del Comune (2)": "t",
            "Codice Comune formato alfanumerico": "t",
            "Denominazione (Italiana e straniera)": "t",
            "Denominazione in italiano": "t",
            "Denominazione altra lingua": "t",
            "Codice Ripartizione Geografica": "n",
            "Ripartizione geografica": "t",
            "Denominazione Regione": "t",
            "Denominazione dell'Unità territoriale sovracomunale (valida a fini statistici)": "t",
            "Tipologia di Unità territoriale sovracomunale": "n",
            "Flag Comune capoluogo di provincia/città metropolitana/libero consorzio": "n",
            "Sigla automobilistica": "t",
            "Codice Comune formato numerico": "n",
            "Codice Comune numerico con 110 province (dal 2010 al 2016)": "n",
            "Codice Comune numerico con 107 province (dal 2006 al 2009)": "t",
            "Codice Comune numerico con 103 province (dal 1995 al 2005)": "n",
            "Codice Catastale del comune": "t",
            "Codice NUTS1 2010": "t",
            "Codice NUTS2 2010 (3)": "t",
            "Codice NUTS3 2010": "t",
            "Codice NUTS1 2021": "t",
            "Codice NUTS2 2021 (3)": "t",
            "Codice NUTS3 2021": "t",
        },
        {
            "Codice Comune formato numerico": 357_251_951,
            "Flag Comune capoluogo di provincia/città metropolitana/libero consorzio": 109,
        },
        {
            (0, "Codice Regione"): "01",
            (0, "Progressivo del Comune (2)"): "001",
            (0, "Denominazione in italiano"): "Agliè",
            (7903, "Codice NUTS3 2021"): "ITG2H",
        },
        {"separator": ";", "encoding": "cp1252"},
    ),
    "ugly/frictionless_table-with-accents.csv": Expected(
        638,
        {
            "Classement": "t", "Quartier": "t", "Date": "d", "Année": "n", "Occupancy rate": "n", "Average Price": "n",
            "RevPAR": "n", "Source": "t",
        },
        {"Average Price": 68_796.43397465, "Occupancy rate": 438.38807938},
        {(0, "Date"): "2013-01-01", (637, "Date"): "2017-10-01"},
        {"separator": ";", "decimal": ",", "date_order": "dmy"},
        problems=("the day was taken to come first",),
    ),
    "ugly/gla-2011-12-P13-500.csv": Expected(
        617,
        {
            "Vendor ID": "n", "Vendor Name": "t", "Cost Element": "n", "Expenditure Account Code Description": "t",
            "Document No": "n", "Amount": "n", "Clearing Date": "d",
        },
        {"Amount": 15_232_841.74},  # the total that the file states
        {(0, "Clearing Date"): "2012-03-21", (616, "Amount"): -48_996.96},
        {"header_row": 7},
    ),
    "ugly/gla-250-report-2013-14-P07.csv": Expected(
        461,
        {
            "Vendor ID": "n", "Vendor Name": "t", "Cost Element": "n", "Expenditure Account Code Description": "t",
            "Document No": "n", "Amount": "n", "Clearing Date": "d",
        },
        {"Amount": 25_395_604.71},  # the total that the file states
        {(0, "Clearing Date"): "2013-10-03", (460, "Amount"): -7905.0},
        {"header_row": 7},
    ),
    "ugly/messytables_excel_pasting.csv": Expected(
        13,
        {"Year": "t"} | {str(year): "n" for year in range(2000, 2008)},
        {"2000": 120_522, "2001": 117_044, "2002": 110_530, "2007": 108_610},  # the file rounds two of its totals
        {(0, "Year"): "Timber", (12, "2007"): 12_292.0},
        {"header_row": 4},
    ),
    "ugly/messytables_simple.psv": Expected(
        28,
        dict.fromkeys(
            [
                "Year", "New dwellings", "Other dwellings", "All dwellings", "First time buyers",
                "Former owner occupiers",
            ],
            "n",
        ),
        {"Year": 55_986, "New dwellings": 3_858_000, "Former owner occupiers": 4_225_000},
        settings={"separator": "|"},
    ),
    "ugly/messytables_utf-16le_encoded.csv": Expected(
        327,
        {
            "Organisation_code": "t", "Organisation_name": "t", "Organisation_classification": "t",
            "Reporting_period": "t",
        }
        | dict.fromkeys(
            [
                "Part_II_patients", "Court_and_prison_disposal_patients", "Previous_legislation_and_other_acts",
                "Total_formal_admissions_excluding_place_of_safety_detentions", "Total_informal_admissions",
                "Place_of_safety_patients", "All_admissions_including_place_of_safety_detentions",
                "Total_changes_in_legal_status", "Detained_under_MHA_31st_March", "Informal_patients_male_31st_March",
                "Total_patients_31st_march", "Total_number_of_SCTs", "SCT_recalls_to_hospital", "Revocations_of_SCT",
                "Discharges_from_SCT",
            ],
            "n",
        ),
        {"Part_II_patients": NHS[0], "Total_informal_admissions": NHS[4], "Discharges_from_SCT": NHS[14]},
        {(0, "Reporting_period"): "2010-11", (0, "Organisation_classification"): "NHS Facilities"},
        {"encoding": "utf-16"},
    ),
    "credit_card/CC GENERAL.csv": Expected(8950, {"CUST_ID": "t"} | dict.fromkeys(CARD, "n"), CARD_SUMS),
    "credit_card/variants/anshul05_formula_errors.csv": Expected(
        8950,
        {"CUST_ID": "t"} | dict.fromkeys([*CARD, "#VALUE!"], "n"),
        {"PURCHASES_TRX": 131_655, "TENURE": 103_080},  # two purchases more than the original has
        {(0, "#VALUE!"): 47.7},
    ),
    "credit_card/variants/kevintirta_empty_column.csv": Expected(
        8950, {"CUST_ID": "t"} | dict.fromkeys(CARD, "n") | {"TESTING": "-"}, CARD_SUMS
    ),
    "credit_card/variants/mishtert_recnum_first.csv": Expected(
        8950, {"Recnum": "n", "CUST_ID": "t"} | dict.fromkeys(CARD, "n"), CARD_SUMS | {"Recnum": 8950 * 8951 / 2}
    ),
    "berka/account.csv": Expected(
        4500,
        {"account_id": "n", "district_id": "n", "frequency": "t", "date": "d"},
        cells={(0, "date"): "1993-01-01", (4499, "date"): "1997-12-29"},
    ),
    "berka/card.csv": Expected(
        892, {"card_id": "n", "disp_id": "n", "type": "t", "issued": "d"}, cells={(0, "issued"): "1993-11-07"}
    ),
    "berka/client.csv": Expected(5369, {"client_id": "n", "birth_number": "n", "district_id": "n"}),
    "berka/disp.csv": Expected(5369, {"disp_id": "n", "client_id": "n", "account_id": "n", "type": "t"}),
    "berka/district.csv": Expected(77, {f"A{n}": "t" if n in (2, 3) else "n" for n in range(1, 17)}),
    "berka/loan.csv": Expected(
        682,
        {
            "loan_id": "n", "account_id": "n", "date": "d", "amount": "n", "duration": "n", "payments": "n",
            "status": "t",
        },
        cells={(0, "date"): "1993-07-05"},
    ),
    "berka/order.csv": Expected(
        6471,
        {"order_id": "n", "account_id": "n", "bank_to": "t", "account_to": "n", "amount": "n", "k_symbol": "t"},
        {"amount": 21_228_993.60},
    ),
    "cdnow/CDNOW_sample.txt": Expected(
        6919,
        {"Column 1": "t", "Column 2": "t", "Column 3": "d", "Column 4": "n", "Column 5": "n"},
        cells={(0, "Column 1"): "00004", (0, "Column 3"): "1997-01-01", (0, "Column 5"): 29.33},
        settings={"separator": " ", "header_row": 0},
        problems=("no header line",),
    ),
    "cdnow/cdnow_customers_summary.csv": Expected(2357, dict.fromkeys(["ID", "frequency", "recency", "T"], "n")),
    "rfm_oracle/Lesson05_wrangled_transactions.csv": Expected(
        738,
        dict.fromkeys(
            [
                "CustomerID", "2010 revenue", "days_since_first_purchase", "days_since_last_purchase",
                "number_of_purchases", "avg_order_cost", "2011 revenue",
            ],
            "n",
        ),
        cells={(0, "2011 revenue"): 3598.2100000000005},
    ),
}  # fmt: skip

SENTENCES = {
    "ugly/csvkit_empty.csv": "is empty",
    "ugly/csvkit_null_byte.csv": "NUL, first on line 2",
    "ugly/frictionless_wide.csv": "has 9,074 columns; the most is 500",
    "online_retail/online_retail.csv.gz": "compressed (gzip)",
}


def read_shared(shared_data: Path, name: str) -> Table:
    return read((shared_data / name).read_bytes(), Path(name).name)


def kind_of(values: pd.Series) -> str:
    if values.dtype == "float64":
        return "n"
    if values.dtype == "boolean":
        return "b"
    if values.dtype.kind == "M":
        return "d"
    return "-" if values.isna().all() else "t"


@pytest.fixture(scope="module", params=RIGHT)
def file(request: pytest.FixtureRequest, shared_data: Path) -> tuple[str, Table]:
    """A file that is a table, with its name: read once for all that is asked of it."""
    return request.param, read_shared(shared_data, request.param)


def test_a_file_that_people_really_have_ends_as_the_right_table(file: tuple[str, Table]) -> None:
    name, table = file
    expected = RIGHT[name]
    assert {column: kind_of(table.frame[column]) for column in table.frame} == expected.columns
    assert list(table.frame.columns) == list(expected.columns)
    assert len(table.frame) == expected.rows
    for column, total in expected.sums.items():
        assert table.frame[column].sum() == pytest.approx(total, rel=1e-12), column
    for (row, column), value in expected.cells.items():
        found = table.frame[column].iloc[row]
        assert found == (pd.Timestamp(value) if kind_of(table.frame[column]) == "d" else value), (row, column)
    for key, value in expected.settings.items():
        assert getattr(table.settings, key) == value
    assert len(table.refused) == expected.refused
    assert len(table.problems) == len(expected.problems)
    for problem, words in zip(table.problems, expected.problems, strict=True):
        assert words in problem.what


@pytest.mark.parametrize(("name", "words"), SENTENCES.items())
def test_a_file_that_is_no_table_ends_as_one_sentence(shared_data: Path, name: str, words: str) -> None:
    with pytest.raises(DataProblems) as caught:
        read_shared(shared_data, name)
    (problem,) = caught.value.problems
    assert words in problem.what
    assert problem.fix


def test_no_file_is_left_out_of_these_tables(shared_data: Path) -> None:
    folders = ("ugly", "credit_card", "berka", "cdnow", "rfm_oracle", "online_retail")
    found = {str(path.relative_to(shared_data)) for folder in folders for path in (shared_data / folder).rglob("*.*")}
    assert found == set(RIGHT) | set(SENTENCES)


def test_the_settings_that_were_found_read_the_same_file_in_the_same_way(
    shared_data: Path, file: tuple[str, Table]
) -> None:
    name, first = file
    again = read((shared_data / name).read_bytes(), first.name, ReadSettings.from_dict(first.settings.to_dict()))
    pd.testing.assert_frame_equal(first.frame, again.frame)
    assert again.settings == first.settings


def test_missing_marks_of_the_bank_are_found_and_listed(shared_data: Path) -> None:
    district = read_shared(shared_data, "berka/district.csv")
    assert district.frame[["A12", "A15"]].isna().sum().tolist() == [1, 1]
    assert [note.examples for note in district.notes if note.undo] == [(("?", "missing"),)] * 2
    order = read_shared(shared_data, "berka/order.csv")
    assert order.frame["k_symbol"].isna().sum() == 1379  # a single blank in the file
    assert ("Blank cells", 1379) in {(note.where, note.count) for note in order.notes}


def test_total_rows_and_footnotes_are_listed(shared_data: Path) -> None:
    table = read_shared(shared_data, "ugly/messytables_excel_pasting.csv")
    said = [note.what for note in table.notes]
    assert any("total row at the bottom was left out (line 21)" in what for what in said)
    assert any("2 lines of text below the table left out (line 23, 24)" in what for what in said)
    kept = read((shared_data / "ugly/messytables_excel_pasting.csv").read_bytes(), "x", ReadSettings(total_rows=False))
    assert kept.frame["Year"].iloc[13] == "Total"


def test_online_retail_is_read_exactly_and_in_seconds(shared_data: Path) -> None:
    data = gzip.decompress((shared_data / "online_retail/online_retail.csv.gz").read_bytes())
    steps: list[tuple[float, str]] = []
    table = read(data, "online_retail.csv", progress=lambda share, text: steps.append((share, text)))
    frame = table.frame
    assert frame.shape == (541_909, 8)
    assert "".join(kind_of(frame[column]) for column in frame) == "tttndnnt"
    assert frame["CustomerID"].isna().sum() == 135_080
    assert frame["CustomerID"].nunique() == 4_372
    assert frame["InvoiceNo"].str.startswith("C").sum() == 9_288
    assert frame["InvoiceDate"].max() == pd.Timestamp("2011-12-09 12:50:00")
    assert frame["Quantity"].sum() == 5_176_450
    assert [share for share, _ in steps] == sorted(share for share, _ in steps)
    assert len(steps) > 3  # a reading process tells how far it is a few times a second, however many rows that is
    reader = csv.reader(io.StringIO(data.decode(), newline=""))
    next(reader)
    every = [row for place, row in enumerate(reader) if place % 997 == 0]
    assert table.text.iloc[::997].to_numpy().tolist() == every
