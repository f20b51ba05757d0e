"""Files as other programs export them: spreadsheets, databases, apps, accounting; small files worked out by hand."""

from __future__ import annotations

import io
import zipfile
from unittest.mock import Mock

import openpyxl
import pandas as pd
import pytest

from segmentation.core.errors import DataProblems
from segmentation.core.tables import Table
from segmentation.data.reading import ReadSettings, read, reader


def table_of(text: str, encoding: str = "utf-8", **settings: object) -> Table:
    return read(text.encode(encoding), "file.csv", ReadSettings(**settings))  # type: ignore[arg-type]


def said(table: Table) -> str:
    return " ".join([*(note.what for note in table.notes), *(problem.what for problem in table.problems)])


@pytest.mark.parametrize(
    ("start", "words"),
    [
        ('[\n  {\n    "id": 1\n  }\n]', "JSON"),
        ("[[1, 2], [3, 4]]", "JSON"),
        ('{"id": 1}\n{"id": 2}\n', "JSON"),
        ("<table border=1><tr><th>id</th></tr></table>", "web page"),
        ("<!-- saved -->\n<HTML><body>x</body></HTML>", "web page"),
        ('<?xml version="1.0"?>\n<Workbook></Workbook>', "XML"),
        ("INSERT INTO users VALUES (1,'a',2.5);\n" * 3, "database dump"),
        ("--\n-- PostgreSQL database dump\n--\n", "database dump"),
    ],
)
def test_what_is_no_table_is_refused_by_how_it_begins(start: str, words: str) -> None:
    with pytest.raises(DataProblems, match=words):
        table_of(start)


def test_a_header_that_only_looks_like_a_dump_or_json_is_read() -> None:
    assert list(table_of("[id],[age]\na,3\nb,4\n").frame) == ["[id]", "[age]"]
    assert list(table_of("created,table\na,3\nb,4\n").frame) == ["created", "table"]


def workbook(**sheets: list[list[object]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def test_a_cover_is_not_taken_for_the_table() -> None:
    data = workbook(Cover=[["Sales report"], [], ["Finance"]], Data=[["id", "spend"], ["a", 2], ["b", 3]])
    table = read(data, "report.xlsx")
    assert table.settings.sheet == "Data"
    assert table.frame["spend"].tolist() == [2, 3]
    assert "the others are “Cover”" in said(table)


def test_a_single_column_is_read_when_there_is_no_other_sheet() -> None:
    assert read(workbook(Only=[["spend"], [2], [3]]), "one.xlsx").frame["spend"].tolist() == [2, 3]


def test_headings_above_repeated_names_become_part_of_them() -> None:
    table = table_of(",2023,,2024,\nCustomer,Orders,Spend,Orders,Spend\na,1,2,3,4\nb,5,6,7,8\n")
    assert list(table.frame) == ["Customer", "2023 Orders", "2023 Spend", "2024 Orders", "2024 Spend"]
    assert "4 columns with repeated names got the heading above them" in said(table)
    again = read(b",2023,,2024,\nCustomer,Orders,Spend,Orders,Spend\nc,1,2,3,4\n", "next.csv", table.settings)
    assert list(again.frame) == list(table.frame)


def test_headings_that_tell_nothing_apart_are_left_out_as_titles() -> None:
    table = table_of("Report,,May\nid,spend,spend\na,1,2\nb,3,4\n")
    assert list(table.frame) == ["id", "Report spend", "May spend"]
    assert list(table_of("Report,May,\nid,spend,spend\na,1,2\nb,3,4\n").frame) == ["id", "spend", "spend (2)"]


@pytest.mark.parametrize("units", [",EUR,EUR/month,per year", "[-],[EUR],(kEUR),", "text,€,%,days"])
def test_a_line_of_units_below_the_header_is_no_customer_and_can_be_kept(units: str) -> None:
    text = f"customer,income,spend,visits\n{units}\n" + "".join(f"c{i},{i}000,{i}0,{i}\n" for i in range(1, 6))
    table = table_of(text)
    assert table.frame["income"].tolist() == [1000, 2000, 3000, 4000, 5000]
    assert "line of units below the header was left out (line 2)" in said(table)
    assert len(table_of(text, total_rows=False).frame) == 6


@pytest.mark.parametrize("first", ["c0,unknown,10,1", "kg,5,6,7", "-,-,-,-", ",,,"])
def test_a_first_customer_is_not_taken_for_units(first: str) -> None:
    text = f"customer,income,spend,visits\n{first}\n" + "".join(f"c{i},{i}000,{i}0,{i}\n" for i in range(1, 6))
    assert "units" not in said(table_of(text))


def test_blanks_before_quotation_marks_are_no_part_of_the_cells() -> None:
    text = 'id, name, spend\n1, "Smith, Ann", 2\n2, "Jones, Bob", 4\n'
    table = table_of(text)
    assert table.frame["name"].tolist() == ["Smith, Ann", "Jones, Bob"]
    assert table.frame["spend"].tolist() == [2, 4]
    assert "Blanks after each separator are no part of the cells" in said(table)
    assert read(text.encode(), "next.csv", table.settings).frame.equals(table.frame)


def test_whole_lines_in_quotation_marks_are_unwrapped() -> None:
    table = table_of('id,name,spend\n"1,""Ann, B."",2"\n"2,""Bob"",4"\n"3,Cy,6"\n')
    assert table.frame["name"].tolist() == ["Ann, B.", "Bob", "Cy"]
    assert table.frame["spend"].tolist() == [2, 4, 6]
    assert "Whole lines stand in quotation marks" in said(table)


def test_quoted_sentences_in_one_column_are_not_unwrapped() -> None:
    table = table_of('comment\n"good, really"\n"bad, sorry"\n')
    assert table.frame["comment"].tolist() == ["good, really", "bad, sorry"]


def test_ids_written_as_formulas_are_their_text_and_listed() -> None:
    table = table_of('id,spend\n="00123",2\n="00124",4\n')
    assert table.frame["id"].tolist() == ["00123", "00124"]
    assert "2 cells written as a formula for Excel" in said(table)
    assert table.text["id"].tolist() == ['="00123"', '="00124"']
    assert table_of('id,spend\n="00123",2\n="00124",4\n', as_text=("id",)).frame["id"][0] == '="00123"'


def test_ids_that_excel_shortened_are_a_warning() -> None:
    assert "shortened by Excel (“1.23457E+17”)" in said(table_of("id,x\n1.23457E+17,1\n1.23458E+17,2\n"))
    assert "shortened" not in said(table_of("id,x\n1.5E+05,1\n2.5E+05,2\n"))


def test_seconds_and_milliseconds_since_1970_are_times_where_the_name_says_so() -> None:
    table = table_of("user,created_at,seen_ts,phone\na,1700000000,1700000000000,1700000000\n")
    assert table.frame["created_at"][0] == table.frame["seen_ts"][0] == pd.Timestamp("2023-11-14 22:13:20")
    assert table.frame["phone"].dtype != table.frame["created_at"].dtype
    assert table_of("user,created_at\na,12\nb,1700000000\n").frame["created_at"].tolist() == [12, 1_700_000_000]


def test_times_as_databases_write_them_are_brought_to_utc_and_that_is_said() -> None:
    table = table_of("user,at,day\na,2024-01-01 10:00:00.5+00,2024-01-01 10:00+02\nb,2024-01-02 10:00:00 GMT,\n")
    assert table.frame["at"].tolist() == [pd.Timestamp("2024-01-01 10:00:00.5"), pd.Timestamp("2024-01-02 10:00")]
    assert table.frame["day"][0] == pd.Timestamp("2024-01-01 08:00")
    moved = [note.where for note in table.notes if "brought to UTC" in note.what]
    assert moved == ["day"]


def test_words_for_unknown_are_missing_among_numbers_and_values_among_text() -> None:
    table = table_of(
        "id,age,plan\n" + "".join(f"{i},{'unknown' if i % 3 else i},{'basic' if i else 'unknown'}\n" for i in range(9))
    )
    assert table.frame["age"].isna().sum() == 6
    assert table.frame["plan"].tolist() == ["unknown"] + ["basic"] * 8
    assert "6 cells with “unknown” read as missing" in said(table)


def test_nan_is_missing_and_nan_with_one_capital_is_a_name() -> None:
    table = table_of("id,name\n1,Nan\n2,NaN\n3,nan\n4,Null\n5,Smith\n")
    assert table.frame["name"].isna().tolist() == [False, True, True, False, False]


def test_a_file_in_two_encodings_is_a_warning() -> None:
    data = b"id;name\n" + b"".join(f"{i};Müller\n".encode("utf-8" if i % 2 else "cp1252") for i in range(20))
    assert "mixes two encodings" in said(read(data, "mixed.csv"))
    assert "mixes" not in said(table_of("id;name\n" + "1;Müller\n2;Söhne\n" * 10, "cp1252"))


@pytest.mark.parametrize(
    ("encoding", "words"),
    [
        ("cp1250", ["Łódź", "Gdańsk", "Wrocław", "Częstochowa", "zł"]),
        ("cp1250", ["Příbram", "Plzeň", "žluťoučký", "kůň", "Kč"]),
        ("cp1252", ["Müller", "Größe", "çà", "cœur", "niño", "Åkesson", "coração", "d’été", "2º", "5 €"]),
    ],
    ids=["Polish", "Czech", "Western"],
)
def test_central_europe_is_told_from_the_west(encoding: str, words: list[str]) -> None:
    table = table_of("id;word\n" + "".join(f"{i};{word}\n" for i, word in enumerate(words)), encoding)
    assert table.frame["word"].tolist() == words
    assert table.settings.encoding == encoding


def test_a_workbook_is_opened_twice_however_many_sheets_it_has(monkeypatch: pytest.MonkeyPatch) -> None:
    data = workbook(**{f"Month {place}": [["id", "amount"], [place, place * 1.5]] for place in range(9)})
    opened = Mock(wraps=zipfile.ZipFile)
    monkeypatch.setattr(zipfile, "ZipFile", opened)
    assert len(reader.read(data, "months.xlsx", ReadSettings()).frame) == 9
    assert opened.call_count == 2  # to check it, and for what the sheets say beside their values


def test_a_workbook_of_many_sheets_tells_which_sheet_it_is_at() -> None:
    names = [f"Month {number}" for number in range(1, 71)]
    data = workbook(**{name: [["id", "amount"], [place, place * 1.5]] for place, name in enumerate(names)})
    told: list[tuple[float, str]] = []
    table = reader.read(data, "months.xlsx", ReadSettings(), lambda share, text: told.append((share, text)))
    assert len(table.frame) == 61  # the first and sixty more
    shares, texts = [share for share, _ in told], [text for _, text in told]
    assert shares == sorted(shares)
    assert [text for text in texts if text.startswith("Checking sheet")] == [
        f"Checking sheet {number} of 70" for number in range(1, 71)
    ]
    assert [text for text in texts if text.startswith("Reading sheet")] == [
        f"Reading sheet {number} of 61" for number in range(2, 62)
    ]
    assert texts[-1] == "61 rows, 2 columns"
    told.clear()
    reader.read(workbook(One=[["id", "amount"], [1, 2]]), "one.xlsx", ReadSettings(), lambda *now: told.append(now))
    assert "sheet" not in " ".join(text for _, text in told)
