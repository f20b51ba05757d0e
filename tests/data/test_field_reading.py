"""Files made after public reports, with values that were worked out apart from the product, and siblings of them."""

from __future__ import annotations

import io
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from segmentation.core.notices import Notice, notices_of
from segmentation.core.tables import Table
from segmentation.data.customers import customers_from
from segmentation.data.reading import ReadSettings, read


@pytest.fixture(scope="module")
def field(shared_data: Path) -> Path:
    folder = shared_data / "field"
    if not folder.is_dir():
        pytest.skip("the field cases are not beside the project")
    return folder


def table_of(path: Path, **settings: object) -> Table:
    return read(path.read_bytes(), path.name, ReadSettings(**settings))  # type: ignore[arg-type]


def text_of(text: str, name: str = "file.csv", encoding: str = "utf-8", **settings: object) -> Table:
    return read(text.encode(encoding), name, ReadSettings(**settings))  # type: ignore[arg-type]


def kinds_of(table: Table) -> dict[str, int]:
    return {notice.kind: notice.count for notice in notices_of(table.notes, table.problems)}


def rfm_of(path: Path) -> dict[str, tuple[float, float, float]]:
    made = customers_from(path, "transactions")
    return {str(name): tuple(row[:3]) for name, row in made.frame.iterrows()}  # type: ignore[misc]


# ---- the cases of the folder, typed in full


def test_a_dash_beside_accounting_formats_is_zero_and_said(field: Path) -> None:
    table = table_of(field / "accounting_dash_zero.csv")
    assert table.frame["Cash Advance"].tolist() == [0, 250, 0, 0, 300, 0]
    assert table.frame["Refunds"].tolist() == [0, 0, 15, 0, 22, 0]
    assert table.frame["Purchases"].tolist() == [1_000_000, 1_100, 12_400.5, 45, 7_800, -120]
    assert [(note.where, note.count) for note in table.notes if note.kind == "zero"] == [
        ("Cash Advance", 4),
        ("Refunds", 4),
    ]


def test_a_byte_order_mark_between_joined_files_is_no_part_of_an_id(field: Path) -> None:
    table = table_of(field / "bom_no_header.csv")
    assert table.frame.groupby("Column 1")["Column 3"].sum().to_dict() == {17: 40, 18: 40, 19: 5, 20: 5}


def test_totals_between_the_rows_are_left_out_named_and_counted(field: Path) -> None:
    clean, table = table_of(field / "clean.csv"), table_of(field / "region_totals.csv")
    pd.testing.assert_frame_equal(table.frame, clean.frame)
    (note,) = [note for note in table.notes if note.kind == "left out"]
    assert note.count == 11
    assert "“Region 0 Total”" in note.what


def test_survey_headings_become_labels(field: Path) -> None:
    table = table_of(field / "qualtrics.csv")
    assert len(table.frame) == 40
    assert [str(table.frame[name].dtype) for name in ("Q1_1", "Q1_2", "Q2", "Q3")] == ["float64"] * 4
    assert table.labels["Q1_1"] == "How satisfied are you with: - Price"
    assert table.frame["Q3"].iloc[:3].tolist() == [27, 70, 44]


def test_units_and_years_below_the_names_are_no_customers(field: Path) -> None:
    table = table_of(field / "three_line_header.csv")
    assert table.frame["Customer"].tolist() == ["K-001", "K-002", "K-003", "K-004", "K-005"]
    assert table.frame["Revenue"].tolist() == [1234.5, 99.9, 12400, 760.1, 2310]
    assert table.units == {"Revenue": "EUR", "Weight": "kg"}


def test_lines_of_key_and_value_above_the_header_are_no_header(field: Path) -> None:
    table = table_of(field / "metadata_above.csv")
    assert table.settings.header_row == 5
    assert len(table.frame) == 28
    assert (table.frame["Date"].min(), table.frame["Date"].max()) == (
        pd.Timestamp("2020-04-01"),
        pd.Timestamp("2020-04-28"),
    )
    assert (table.frame["Debit"].count(), table.frame["Debit"].sum()) == (19, -1221)
    assert (table.frame["Credit"].count(), table.frame["Credit"].sum()) == (9, 11835)


def test_magnitudes_units_and_durations_are_numbers(field: Path) -> None:
    frame = table_of(field / "units_and_suffixes.csv").frame
    assert frame["Value"].tolist() == [103.5e6, 63e6, 120e6, 350e3]
    assert frame["Wage"].tolist() == [560e3, 220e3, 125e3, 3e3]
    assert frame["Height"].tolist() == [170, 187, 188, 175]
    assert frame["Weight"].tolist() == [159, 183, 192, 150]
    assert frame["Reviews"].tolist() == [1200, 340, 2000, 15]
    assert frame["Tenure"].tolist() == [36, 60, 36, 12]
    assert frame["Session"].tolist() == [151, 721, 75, 45]


def test_central_european_letters_are_read_or_asked_with_two_samples(field: Path) -> None:
    table = table_of(field / "cp1250_hungarian.csv")
    assert list(table.frame.columns) == ["Vevő", "Összeg", "Város"]
    assert table.frame["Vevő"][0] == "Szűcs Győző 0"
    assert table.settings.encoding == "cp1250"
    for question in table.questions:
        assert question.setting == "encoding"
        assert len(question.choices) >= 2


def test_dates_with_a_dot_behind_are_dates(field: Path) -> None:
    dates = table_of(field / "dates_with_trailing_dot.csv").frame["order_date"]
    assert dates.iloc[0] == pd.Timestamp("2019-01-01")
    assert dates.notna().all()


def test_one_cell_that_can_be_read_in_two_ways_is_enough_to_ask(field: Path) -> None:
    table = table_of(field / "mixed_iso_and_slash.csv")
    assert [question.setting for question in table.questions] == ["date_order"]
    assert table_of(field / "mixed_iso_and_slash.csv", date_order="mdy").frame["Order Date"][2] == pd.Timestamp(
        "2024-05-01"
    )


@pytest.mark.parametrize("name", ["ids_that_begin_like_a_currency.csv", "fr_ids_60_customers.csv"])
def test_ids_behind_the_letters_of_a_country_stay_text(field: Path, name: str) -> None:
    frame = table_of(field / name).frame
    assert frame["customer_id"].str.fullmatch("FR[0-9]+").all()
    assert frame["customer_id"].is_unique


def test_dates_that_a_spreadsheet_swapped_are_swapped_back_and_asked(field: Path) -> None:
    path = field / "half_swapped_dates.xlsx"
    assert rfm_of(path) == {
        "C1": (17, 3, 140),
        "C2": (54, 2, 80),
        "C3": (21, 2, 110),
        "C4": (80, 1, 50),
        "C5": (1, 2, 170),
    }
    table = table_of(path)
    assert [question.setting for question in table.questions] == ["swapped"]
    assert kinds_of(table)["swapped dates"] == 5
    assert table_of(path, swapped="keep").frame["Order Date"][0] == pd.Timestamp("2024-05-01")


def test_vertically_merged_cells_carry_their_value(field: Path) -> None:
    frame = table_of(field / "merged_customer_cells.xlsx").frame
    sums = frame.groupby("Customer")["Amount"].agg(["count", "sum"])
    assert {name: tuple(row) for name, row in sums.iterrows()} == {
        "K1": (3, 60),
        "K2": (1, 100),
        "K3": (2, 20),
        "K4": (1, 60),
    }


def test_a_table_that_goes_on_on_the_next_sheet_is_one_table(field: Path) -> None:
    path = field / "two_sheets_same_table.xlsx"
    table = table_of(path)
    assert len(table.frame) == 12
    assert kinds_of(table)["sheets"] == 2
    assert [value for value, _ in table.questions[0].choices] == ["*", "Year 2022-2023", "Year 2023-2024"]
    assert len(table_of(path, sheet="Year 2022-2023").frame) == 6


def test_currencies_in_the_formats_of_cells_are_said(field: Path) -> None:
    table = table_of(field / "currency_formats.xlsx")
    assert table.frame["Amount"].tolist() == [100, 15_000, 90, 50, 80]
    assert kinds_of(table)["currencies"] == 3


def test_a_percent_format_is_the_percent_sign(field: Path) -> None:
    frame = table_of(field / "next_month_percent.xlsx").frame
    assert frame["discount_share"].head(3).tolist() == [1, 32, 78]


def test_everything_that_was_noticed_reaches_the_features(field: Path) -> None:
    made = customers_from(field / "cli_says_nothing.csv", "transactions")
    kinds = {(notice.kind, notice.count) for notice in made.notices}
    assert {("refused", 1), ("date order", 5), ("currencies", 3)} <= kinds
    assert [set(fact) for fact in made.replay["noticed"]] == [{"kind", "where", "count"}] * len(made.notices)


# ---- siblings, made here


LETTERS = {
    "cp1250": ("Łódź Kraków Zażółć gęślą jaźń", "Příliš žluťoučký kůň Dvořák", "Čačak Šibenik Žarko Đorđe"),
    "cp1252": ("Müller Straße Köln", "Café crème Français", "Señor Muñoz Peña José", "Åse Sørensen Ærø Västerås"),
    "cp1254": ("İstanbul Yıldız Şahin Çağlar Güneş", "Ağrı Iğdır Işık"),
    "cp1251": ("Иванов Пётр Москва", "Київ Олексій Шевченко"),
    "cp1253": ("Παπαδόπουλος Αθήνα Πελάτης",),
    "cp1257": ("Rīga Jānis Bērziņš Ķekava",),
    "koi8-r": ("Иванов Пётр Москва Санкт Петербург",),
    "cp866": ("Иванов Петр Москва",),
    "mac-roman": ("Müller Straße Köln", "Café crème Zoë"),
    "cp850": ("Müller Straße Köln", "Señor Muñoz"),
    "big5": ("客戶 金額 城市 王小明 台北 李美玲 高雄",),
    "gb18030": ("客户 金额 城市 王小明 北京 李美丽 上海",),
    "shift_jis": ("顧客 金額 都市 山田太郎 東京 さくら カタカナ",),
    "euc_jp": ("顧客 金額 都市 山田太郎 東京 さくら カタカナ",),
    "cp949": ("고객 금액 도시 김철수 서울 이영희",),
    "iso8859-2": ("Žaneta Šťastná Řehoř Dvořák Plzeň", "Świątek Łódź Gdańsk Żak"),
    "iso8859-15": ("Œuvre René 20€ François", "Šiškin Žukov Tõnu Märt"),
    "iso8859-7": ("Παπαδόπουλος Αθήνα Ήλιος Άννα",),
    "cp1256": ("محمد القاهرة أحمد دمشق فاطمة",),
    "cp874": ("สมชาย กรุงเทพ สมหญิง เชียงใหม่",),
    "mac-latin2": ("Łukasz Żak Łódź Świątek Kraków Wójcik",),
    "mac-cyrillic": ("Иванов Пётр Москва Яна",),
    "mac-greek": ("Παπαδόπουλος Αθήνα Πελάτης",),
    "iso8859-5": ("Иванов Пётр Москва Яна",),
    "iso8859-6": ("محمد القاهرة أحمد دمشق فاطمة",),
    "cp857": ("İstanbul Yıldız Şahin Çağlar Güneş",),
}


@pytest.mark.parametrize(("encoding", "words"), [(name, words) for name, all_ in LETTERS.items() for words in all_])
def test_letters_say_which_encoding_they_are_in(encoding: str, words: str) -> None:
    names = words.split()
    rows = "".join(f"{name};{place},5\n" for place, name in enumerate(names))
    table = text_of(f"name;amount\n{rows}", encoding=encoding)
    assert table.frame["name"].tolist() == names
    assert not any("damaged" in problem.what for problem in table.problems)


def test_two_encodings_that_read_alike_well_are_asked_with_a_word_in_each() -> None:
    table = text_of("city;x\nKőszeg;1\n", encoding="cp1250")
    (question,) = table.questions
    assert question.setting == "encoding"
    assert {"cp1250", "cp1252"} <= {value for value, _ in question.choices}
    assert any("Kőszeg" in label for _, label in question.choices)
    assert text_of("city;x\nKőszeg;1\n", encoding="cp1250").problems[0].kind == "letters"


def test_letters_that_stand_in_no_word_of_any_language_that_is_known_are_asked() -> None:
    table = text_of("name;x\nMüller;1\nStraße;2\nKöln;3\n", encoding="hp_roman8")  # which is not among them
    assert "letters" in {problem.kind for problem in table.problems}


MEASURES = {
    "magnitude": (["1.2K", "340", "2M", "1.5bn"], [1200, 340, 2e6, 1.5e9]),
    "magnitude,": (["1,2 Mio. €", "0,5 Mio", "2 Mrd. €", "900 k€"], [1.2e6, 0.5e6, 2e9, 9e5]),
    "unit": (["170 cm", "187.5 cm", "165 cm"], [170, 187.5, 165]),
    "unit,": (["12,5 kg", "3,25 kg", "150,0 kg"], [12.5, 3.25, 150]),
    "side": (["900.00 Dr", "1,200.50 Cr", "15.25 Dr"], [-900, 1200.5, -15.25]),
    "side,": (["900,00 S", "1.200,50 H", "15,25 S"], [-900, 1200.5, -15.25]),
    "duration": (["26:02:31", "00:12:01", "00:01:15"], [93_751, 721, 75]),
}


@pytest.mark.parametrize(("kind", "cells", "values"), [(kind, *pair) for kind, pair in MEASURES.items()])
def test_what_stands_beside_a_number_is_understood_where_all_agree(
    kind: str, cells: list[str], values: list[float]
) -> None:
    table = text_of("id;x\n" + "".join(f"k{place};{cell}\n" for place, cell in enumerate(cells)))
    assert table.frame["x"].tolist() == values
    assert dict(table.settings.columns)["x"] == kind
    again = text_of(
        "id;x\n" + "".join(f"k{place};{cell}\n" for place, cell in enumerate(cells)), columns=(("x", kind),)
    )
    assert again.frame["x"].tolist() == values
    assert kinds_of(table) == {"measure": len(cells)}


@pytest.mark.parametrize(
    ("heading", "cells"),
    [
        ("customerID", [f"{1000 + 7 * n}-{chr(65 + n % 26)}Q{chr(65 + n // 3)}MC" for n in range(24)]),
        ("Konto", [f"{n}{chr(65 + n)}{chr(90 - n)}" for n in range(24)]),
        ("Kundennr", [f"{n:02}-{3 * n:03}-7" for n in range(24)]),
    ],
)
def test_ids_are_no_figures_that_stayed_text(heading: str, cells: list[str]) -> None:
    table = text_of(f"x;{heading}\n" + "".join(f"k;{cell}\n" for cell in cells))
    assert table.frame[heading].tolist() == cells
    assert [notice for notice in notices_of(table.notes, table.problems) if notice.kind == "stayed text"] == []


@pytest.mark.parametrize(
    "cells",
    [
        ["12:01:05 AM PST", "11:15:00 PM PST", "01:30:00 PM PST"],
        ["5 apples", "7 pears", "3 plums"],
        ["18-25", "26-35", "36-50"],
        ["2024-01-31", "2024-02-01", "2024-03-05", "pending", "waiting", "unpaid"],
    ],
)
def test_a_column_of_figures_that_stays_text_gets_a_sentence_with_three_of_its_cells(cells: list[str]) -> None:
    table = text_of("id;x\n" + "".join(f"k{place};{cell}\n" for place, cell in enumerate(cells)))
    (notice,) = [notice for notice in notices_of(table.notes, table.problems) if notice.kind == "stayed text"]
    assert notice.where == "x"
    assert all(f"“{cell}”" in notice.text for cell in cells[:3])


@pytest.mark.parametrize("cells", [["K-001", "K-002"], ["a1@x.org", "b2@x.org"], ["12 Main Street", "5 Oak Lane"]])
def test_ids_and_addresses_get_no_such_sentence(cells: list[str]) -> None:
    table = text_of("id;x\n" + "".join(f"k{place};{cell}\n" for place, cell in enumerate(cells)))
    assert kinds_of(table) == {}


DATES = {
    "2019.01.31.": "2019-01-31",
    "31.12.2019.": "2019-12-31",
    "2024-01-31 (pending)": "2024-01-31",
    "ca. 31.01.2024": "2024-01-31",
    "2024-01-31 11:00:00 PM PST": "2024-02-01 07:00",
    "31 Jan 2024 10:00 CET": "2024-01-31 09:00",
    "2024-01-31 10:00 UTC+2": "2024-01-31 08:00",
}


@pytest.mark.parametrize(("cell", "value"), DATES.items())
def test_dates_with_dots_words_and_zones(cell: str, value: str) -> None:
    assert text_of(f"id;when\na;{cell}\nb;{cell}\n").frame["when"].tolist() == [pd.Timestamp(value)] * 2


def test_a_total_that_is_a_name_is_kept() -> None:
    table = text_of("name;visits;spend\nTotal Wine;3;10\nAnn;4;20\nSum Yi;5;30\nBob;1;5\n")
    assert len(table.frame) == 4


def test_a_repeated_heading_in_other_spelling_is_left_out_and_said() -> None:
    table = text_of("Customer,Amount\nA,1\nB,2\n\ufeffCUSTOMER,amount\nC,3\n")
    assert table.frame["Amount"].tolist() == [1, 2, 3]
    assert kinds_of(table) == {"headings": 1}


def workbook(*sheets: tuple[str, list[list[object]]], mac: bool = False) -> tuple[openpyxl.Workbook, io.BytesIO]:
    book = openpyxl.Workbook()
    if mac:
        book.epoch = CALENDAR_MAC_1904
    book.remove(book.active)
    for name, rows in sheets:
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    return book, io.BytesIO()


def read_book(book: openpyxl.Workbook, stream: io.BytesIO, **settings: object) -> Table:
    book.save(stream)
    return read(stream.getvalue(), "book.xlsx", ReadSettings(**settings))  # type: ignore[arg-type]


def test_rows_hidden_by_a_filter_are_told() -> None:
    book, stream = workbook(("s", [["id", "x"], ["a", 1], ["b", 2], ["c", 3]]))
    book["s"].row_dimensions[3].hidden = True
    table = read_book(book, stream)
    assert len(table.frame) == 3
    assert kinds_of(table) == {"hidden rows": 1}


def test_days_counted_from_1904_are_right() -> None:
    rows = [["id", "order date"], *[[f"c{day}", 45_294 - 1_462 + day] for day in range(3)]]
    book, stream = workbook(("s", rows), mac=True)
    assert read_book(book, stream).frame["order date"][0] == pd.Timestamp("2024-01-03")


def test_a_sheet_with_the_columns_in_another_order_goes_on_and_a_copy_does_not() -> None:
    first = [["id", "x"], ["a", 1], ["b", 2]]
    book, stream = workbook(("one", first), ("two", [["X", "ID"], [3, "c"]]), ("copy", first), ("other", [["q"], [1]]))
    table = read_book(book, stream)
    assert table.frame["id"].tolist() == ["a", "b", "c"]
    assert table.frame["x"].tolist() == [1, 2, 3]
    assert any("only repeat an earlier one" in note.what for note in table.notes)


def test_a_notice_of_a_saved_model_is_worded_from_its_facts() -> None:
    assert Notice("refused", "Rows", 1).text == "Rows: 1 line could not be read and was refused."
    assert Notice("refused", "Rows", 2).text == "Rows: 2 lines could not be read and were refused."
    assert Notice("currencies", "Amount", 3).text == "Amount: its amounts are in 3 different currencies."


def test_a_month_first_file_opened_by_a_day_first_spreadsheet_is_swapped_back_and_asked() -> None:
    days = ["2024-05-03", "03/25/2024", "2024-07-04", "04/17/2024", "2024-02-05", "05/30/2024", "2024-11-02"]
    days += ["02/28/2024", "05/14/2024", "01/19/2024"]
    rows = "".join(f"a,{day},10\n" for day in days)
    table = read(f"Customer,Order Date,Amount\n{rows}".encode(), "orders.csv")
    assert table.frame["Order Date"].dt.strftime("%m-%d").tolist() == [
        "03-05", "03-25", "04-07", "04-17", "05-02", "05-30", "02-11", "02-28", "05-14", "01-19",
    ]  # fmt: skip
    assert [question.setting for question in table.questions] == ["swapped"]
