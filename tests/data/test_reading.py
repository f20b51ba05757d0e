"""Reading a file: small files worked out by hand, one rule each."""

from __future__ import annotations

import datetime
import io
import json

import numpy as np
import openpyxl
import pandas as pd
import pytest

from segmentation.core.errors import DataProblems, SegmentationError
from segmentation.core.tables import Table
from segmentation.data.reading import ReadSettings, read, sheets


def table_of(text: str, **settings: object) -> Table:
    return read(text.encode(), "file.csv", ReadSettings(**settings))  # type: ignore[arg-type]


def column_of(*cells: str, name: str = "x", separator: str = ";", **settings: object) -> pd.Series:
    """One column of cells beside an id, read."""
    lines = [f"id{separator}{name}", *(f"k{row}{separator}{cell}" for row, cell in enumerate(cells))]
    return table_of("\n".join(lines) + "\n", **settings).frame[name]


def test_the_currency_of_a_column_is_its_unit_where_most_amounts_state_the_same() -> None:
    table = table_of("id;a;b;c;d;e;f\nk1;3 €;EUR 1;$4;5 €;7;1 %\nk2;4,50 €;2 €;€5;;8 €;2 %\nk3;0;7 €;$6;6;9;3 %\n")
    # c is in two currencies, d says one for one of two amounts, e for one of three.
    assert dict(table.units) == {"a": "€", "b": "€", "f": "%"}
    assert table.frame["a"].tolist() == [3.0, 4.5, 0.0]


NUMBERS = {
    "German": (["1.234,50", "2,5", "12.345.678,00", "-3,25"], [1234.5, 2.5, 12345678, -3.25]),
    "French": (["1 234,50", "1\u00a0234,50", "1\u202f234,50", "7,5"], [1234.5, 1234.5, 1234.5, 7.5]),
    "English": (["1,234.50", "2.5", "12,345,678", "-3.25"], [1234.5, 2.5, 12345678, -3.25]),
    "Swiss": (["1'234.50", "1’234.50", "2.5"], [1234.5, 1234.5, 2.5]),
    "Indian": (["1,23,456.50", "12,34,567", "2.5"], [123456.5, 1234567, 2.5]),
    "accounting": (["(49.00)", "49.00-", "(1,234.50)", "€ (3.00)"], [-49, -49, -1234.5, -3]),
    "currency": (["£67.40", "+ £1,100.00", "-£5.00", "5.00 EUR", "$ -2.50"], [67.4, 1100, -5, 5, -2.5]),
    "a dash for no cents": (["CHF 1’100.–", "45,--", "1.200,- €", "7,5"], [1100, 45, 1200, 7.5]),
    "rupees without paise": (["Rs. 1,10,100/-", "Rs. 500/-", "2.5"], [110100, 500, 2.5]),
    "signs of the east": (["1.200,50 руб.", "300円", "AED 20", "7,5"], [1200.5, 300, 20, 7.5]),
    "euro behind": (["1.234,50 €", "-2,5€", "3 €"], [1234.5, -2.5, 3]),
    "percent": (["12.5 %", "3%", "(4%)"], [12.5, 3, -4]),
    "typographic minus": (["−5.5", "–3", "2"], [-5.5, -3, 2]),
    "scientific": (["1.5e3", "2E+05", "-1.0E-2"], [1500, 200000, -0.01]),
    "stray blanks": ([" 1.5 ", "\u00a02", "3\t"], [1.5, 2, 3]),
    "bare points": ([".5", "5.", "0.25"], [0.5, 5, 0.25]),
}


@pytest.mark.parametrize(("cells", "values"), NUMBERS.values(), ids=NUMBERS.keys())
def test_numbers_are_read_as_people_write_them(cells: list[str], values: list[float]) -> None:
    found = column_of(*cells)
    assert found.dtype == "float64"
    assert found.tolist() == values


@pytest.mark.parametrize(
    "cells",
    [
        ["01234", "00567"],
        ["12345678901234567", "12345678901234568"],
        ["1E5", "2E7"],
        ["+491701234567", "+441701234567"],
        ["536365", "C536379"],
        ["85123A", "71053"],
        ["0171 1234567", "0171 7654321"],
        ["1.2.3", "1.2.4"],
        ["12,34,5", "1,2,3"],
        ["192.168.0.1", "10.0.0.1"],
        ["5-3", "6-2"],
        ["--5", "((5))"],
    ],
)
def test_codes_and_almost_numbers_stay_exactly_the_text_they_are(cells: list[str]) -> None:
    assert column_of(*cells).tolist() == cells


def test_a_zip_code_is_text_because_of_its_name() -> None:
    assert column_of("10115", "80331", name="zip_code").tolist() == ["10115", "80331"]
    assert column_of("10115", "80331", name="income").tolist() == [10115, 80331]


@pytest.mark.parametrize("mark", ["?", "-", "#DIV/0!", "#N/A", "#VALUE!", "NA", "N/A", "NaN", "null", "None", " ", ""])
def test_missing_marks_among_numbers_are_missing(mark: str) -> None:
    found = column_of("1", mark, "3")
    assert found.isna().tolist() == [False, True, False]


def test_na_in_a_column_of_names_is_a_name() -> None:
    assert column_of("Kim", "NA", "Null", "None").tolist() == ["Kim", "NA", "Null", "None"]


def test_a_mark_of_your_own_is_missing_everywhere() -> None:
    assert column_of("1", "-999", "3", missing=("-999",)).isna().tolist() == [False, True, False]
    assert column_of("a", "unknown", missing=("Unknown",)).isna().tolist() == [False, True]


DATES = {
    "ISO": (["2024-01-31", "2024-02-01"], ["2024-01-31", "2024-02-01"]),
    "ISO with time": (["2024-01-31 08:30:15", "2024-02-01T09:00"], ["2024-01-31 08:30:15", "2024-02-01 09:00"]),
    "zone": (["2024-01-31T08:30:00Z", "2024-01-31T08:30:00+02:00"], ["2024-01-31 08:30", "2024-01-31 06:30"]),
    "fractions": (["2024-01-31 08:30:00.25", "2024-01-31 8:30"], ["2024-01-31 08:30:00.25", "2024-01-31 08:30"]),
    "day first": (["31/01/2024", "01/02/2024"], ["2024-01-31", "2024-02-01"]),
    "month first": (["01/31/2024", "02/01/2024 1:05 PM"], ["2024-01-31", "2024-02-01 13:05"]),
    "points": (["31.1.2024", "1.2.24"], ["2024-01-31", "2024-02-01"]),
    "month names": (["03-NOV-2010", "21 Mar  2012", "4th March, 2012"], ["2010-11-03", "2012-03-21", "2012-03-04"]),
    "American names": (["March 4, 2012", "Sep 1, 2013"], ["2012-03-04", "2013-09-01"]),
    "German names": (["3. März 2024", "1. Dez 2024"], ["2024-03-03", "2024-12-01"]),
    "two ways in one column": (["01/11/2010", "24/11/2010", "03-NOV-2010"], ["2010-11-01", "2010-11-24", "2010-11-03"]),
    "leap day": (["29/02/2024", "28/02/2024"], ["2024-02-29", "2024-02-28"]),
}  # fmt: skip


@pytest.mark.parametrize(("cells", "values"), DATES.values(), ids=DATES.keys())
def test_dates_are_read_as_people_write_them(cells: list[str], values: list[str]) -> None:
    assert column_of(*cells).tolist() == [pd.Timestamp(value) for value in values]


def test_packed_dates_need_a_name_or_many_cells() -> None:
    assert column_of("930101", "981231", name="date")[1] == pd.Timestamp("1998-12-31")
    assert column_of("930101", "981231", name="amount").tolist() == [930101, 981231]
    many = [f"1997{month:02}{day:02}" for month in (1, 2) for day in range(1, 12)]
    assert column_of(*many).iloc[-1] == pd.Timestamp("1997-02-11")


def test_days_counted_by_excel_are_dates_only_under_a_name_that_says_so() -> None:
    assert column_of("45000", "45001.5", name="OrderDate")[1] == pd.Timestamp("2023-03-16 12:00")
    assert column_of("45000", "45001", name="price").tolist() == [45000, 45001]


def test_a_date_that_does_not_exist_is_lost_and_listed() -> None:
    good = [f"{day:02}/01/2024" for day in range(1, 20)]
    table = table_of("id;when\n" + "".join(f"k;{cell}\n" for cell in [*good, "31/02/2024"]))
    assert table.frame["when"].isna().sum() == 1
    assert "line 21 “31/02/2024”" in table.problems[0].what


def test_an_unsure_order_of_day_and_month_is_asked_and_can_be_answered() -> None:
    text = "id;when\na;01/02/2024\nb;03/04/2024\n"
    table = table_of(text)
    assert table.frame["when"].tolist() == [pd.Timestamp("2024-02-01"), pd.Timestamp("2024-04-03")]
    assert "day or the month first" in table.problems[0].what
    answered = table_of(text, date_order="mdy")
    assert answered.frame["when"].tolist() == [pd.Timestamp("2024-01-02"), pd.Timestamp("2024-03-04")]
    assert answered.problems == ()


def test_one_clear_column_answers_for_the_others() -> None:
    table = table_of("a;b;x;y\n01/02/2024;13/02/2024;1,5;1.234\n03/04/2024;14/02/2024;2,5;2.345\n")
    assert table.frame["a"][0] == pd.Timestamp("2024-02-01")
    assert table.frame["y"].tolist() == [1234, 2345]
    assert table.problems == ()


def test_an_unsure_decimal_mark_is_asked_and_can_be_answered() -> None:
    text = "id;x\na;1.234\nb;2.345\n"
    assert "two ways" in table_of(text).problems[0].what
    assert table_of(text, decimal=".").frame["x"].tolist() == [1.234, 2.345]
    assert table_of(text, decimal=",").frame["x"].tolist() == [1234, 2345]
    assert table_of(text, decimal=",").problems == ()


@pytest.mark.parametrize(
    ("words", "values"),
    [
        (["yes", "no", "Yes"], [True, False, True]),
        (["TRUE", "FALSE", ""], [True, False, None]),
        (["ja", "nein", "ja"], [True, False, True]),
        (["Y", "N", "?"], [True, False, None]),
        (["oui", "non", "NON"], [True, False, False]),
        (["true", "true", "true"], [True, True, True]),
    ],
)
def test_words_for_yes_and_no_are_booleans(words: list[str], values: list[bool | None]) -> None:
    found = column_of(*words)
    assert found.dtype == "boolean"
    assert [None if pd.isna(value) else value for value in found] == values


def test_zero_and_one_stay_numbers_and_single_letters_stay_text() -> None:
    assert column_of("0", "1", "1").tolist() == [0, 1, 1]
    assert column_of("Y", "Y").tolist() == ["Y", "Y"]
    assert column_of("M", "F").tolist() == ["M", "F"]


def test_one_click_undoes_a_conversion() -> None:
    table = table_of("id;when;x\na;31/01/2024; 1,5 €\nb;01/02/2024;\n")
    assert {note.undo for note in table.notes if note.undo} == {"when", "x"}
    undone = read(
        b"id;when;x\na;31/01/2024; 1,5 \xe2\x82\xac\nb;01/02/2024;\n", "f", ReadSettings(as_text=("when", "x"))
    )
    assert undone.frame["when"].tolist() == ["31/01/2024", "01/02/2024"]
    assert undone.frame["x"].tolist()[0] == " 1,5 €"
    assert undone.frame["x"].isna().tolist() == [False, True]


def test_next_months_file_is_read_as_this_months() -> None:
    settings = table_of("id;x;y;when\n1;1,5;ja;01/02/2024\n2;2,5;nein;31/12/2024\n").settings
    later = read(b"id;x;y;when\n3;7;ja;02/03/2024\n4;8;ja;03/04/2024\n", "later.csv", settings)
    assert later.frame["y"].tolist() == [True, True]
    assert later.frame["when"].tolist() == [pd.Timestamp("2024-03-02"), pd.Timestamp("2024-04-03")]
    assert later.problems == ()


def test_settings_go_through_json() -> None:
    settings = ReadSettings(
        separator=";", as_text=("a",), missing=("-9",), columns=(("x", "number,"),), total_rows=False
    )
    assert ReadSettings.from_dict(json.loads(json.dumps(settings.to_dict()))) == settings


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        ({"separator": "#"}, "Separator must be one of"),
        ({"encoding": "ebcdic"}, "Encoding must be one of"),
        ({"header_row": -1}, "Line of the header"),
        ({"columns": (("x", "colour"),)}, "cannot be read as 'colour'"),
    ],
)
def test_a_wrong_setting_is_one_sentence(bad: dict[str, object], words: str) -> None:
    with pytest.raises(SegmentationError, match=words):
        ReadSettings(**bad)  # type: ignore[arg-type]


def test_unknown_saved_settings_are_refused() -> None:
    with pytest.raises(SegmentationError, match="no setting colour"):
        ReadSettings.from_dict({"colour": "red"})


def test_words_that_change_with_the_encoding_are_shown() -> None:
    table = read("id;ort\n1;Köln\n2;Zürich\n".encode("cp1252"), "orte.csv")
    assert table.frame["ort"].tolist() == ["Köln", "Zürich"]
    note = next(note for note in table.notes if note.where == "File")
    assert note.examples == (("K\ufffdln", "Köln"), ("Z\ufffdrich", "Zürich"))


def test_a_few_damaged_letters_do_not_turn_the_others_into_nonsense() -> None:
    text = "id;ort\n" + "".join(f"{row};Köln\n" for row in range(50))
    table = read(text.encode() + b"51;K\xf6ln\n", "orte.csv")
    assert set(table.frame["ort"]) == {"Köln", "K\ufffdln"}
    assert "line 52" in table.problems[0].what


def workbook() -> bytes:
    book = openpyxl.Workbook()
    first = book.active
    first.title = "Notes"
    sheet = book.create_sheet("Customers")
    sheet.append(["Customers of 2024"])
    sheet.append([])
    sheet.append(["id", "born", "joined", "vip", "spent", "score"])
    for row in range(6):
        day = datetime.datetime(2024, 1, 31, 8, row)
        sheet.append([f"00{row}", datetime.date(1990, 1, 1 + row), day, row % 2 == 0, 1.5 + row, row])
    sheet["F5"] = "#DIV/0!"
    sheet.append(["Total", None, None, None, 24, None])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def test_an_excel_workbook_is_read_with_its_types() -> None:
    table = read(workbook(), "customers.xlsx")
    assert table.settings.sheet == "Customers"  # the first sheet is empty
    assert table.settings.header_row == 3
    frame = table.frame
    assert frame["id"].tolist() == ["000", "001", "002", "003", "004", "005"]
    assert frame["born"][5] == pd.Timestamp("1990-01-06")
    assert frame["joined"][1] == pd.Timestamp("2024-01-31 08:01")
    assert frame["vip"].tolist() == [True, False] * 3
    assert frame["spent"].tolist() == [1.5, 2.5, 3.5, 4.5, 5.5, 6.5]
    assert frame["score"].isna().tolist() == [False, True, False, False, False, False]
    assert any("formula error" in note.what and note.count == 1 for note in table.notes)


def test_the_sheets_of_a_workbook_are_listed_and_one_can_be_chosen() -> None:
    assert sheets(workbook(), "customers.xlsx") == ("Notes", "Customers")
    assert sheets(b"id,x\n1,2\n", "customers.csv") == ()
    with pytest.raises(DataProblems, match="has no sheet “Other”"):
        read(workbook(), "customers.xlsx", ReadSettings(sheet="Other"))


def test_a_parquet_file_keeps_its_types_and_its_ids() -> None:
    frame = pd.DataFrame(
        {
            "id": ["001", "002", "003"],
            "x": [0.1, np.nan, 1e-7],
            "big": [12345678901234567, 2, 3],
            "vip": [True, False, True],
            "when": pd.to_datetime(["2024-01-31 08:30", "2024-02-01 09:00", None]),
        }
    )
    file = io.BytesIO()
    frame.to_parquet(file)
    found = read(file.getvalue(), "customers.parquet").frame
    assert found["id"].tolist() == ["001", "002", "003"]
    assert found["x"].tolist()[::2] == [0.1, 1e-7]
    assert found["big"][0] == "12345678901234567"
    assert found["vip"].tolist() == [True, False, True]
    assert found["when"][0] == pd.Timestamp("2024-01-31 08:30")
    assert found["when"].isna().tolist() == [False, False, True]


def test_different_currencies_in_one_column_are_a_warning() -> None:
    table = table_of("id,x\na,£5.00\nb,$6.00\n")
    assert table.frame["x"].tolist() == [5, 6]
    assert "different currencies ($, £)" in table.problems[0].what


def test_the_cancel_button_stops_reading() -> None:
    from segmentation.core.errors import Cancelled

    def cancel(share: float, text: str) -> None:
        if share > 0.1:
            raise Cancelled

    with pytest.raises(Cancelled):
        read(b"id,x\n" + b"a,1\n" * 1_000_000, "big.csv", progress=cancel)


@pytest.mark.parametrize("encoding", ["mac-roman", "cp850", "cp1252"])
def test_western_encodings_are_told_apart_by_where_capitals_stand(encoding: str) -> None:
    text = "id;ort\n1;Köln\n2;Nürnberg\n3;Orléans\n4;Nîmes\n"
    table = read(text.encode(encoding), "orte.csv")
    assert table.frame["ort"].tolist() == ["Köln", "Nürnberg", "Orléans", "Nîmes"]
    assert table.settings.encoding == encoding


def test_letters_of_another_script_are_read_as_that_script() -> None:
    table = read("имя;сумма\nИван;1,5\nПетр;2,5\n".encode("cp1251"), "file.csv")
    assert table.settings.encoding == "cp1251"
    assert table.frame["имя"].tolist() == ["Иван", "Петр"]
    assert table.problems == ()
