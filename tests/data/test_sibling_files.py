"""Files like those that people really send, of the kinds of the field cases: each with the values that are right.

They are made here, and every expected value was worked out before the file was read. A file is right, or it asks.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import openpyxl
import pytest

from segmentation.core.notices import notices_of
from segmentation.core.tables import Table
from segmentation.data.customers import customers_from
from segmentation.data.reading import ReadSettings
from segmentation.data.reading.reader import read


def rfm(text: str, **choices: Any) -> tuple[dict[str, tuple[float, ...]], set[str]]:
    """A list of purchases → recency, frequency and monetary of each customer, and the kinds of what was noticed."""
    made = customers_from({"file.csv": text.encode()}, "transactions", choices=choices or None)
    figures = {str(name): tuple(round(float(value), 2) for value in row[:3]) for name, row in made.frame.iterrows()}
    return figures, {notice.kind for notice in made.notices}


def kinds(table: Table) -> set[str]:
    return {notice.kind for notice in notices_of(table.notes, table.problems)}


def text_of(text: str, **settings: Any) -> Table:
    return read(text.encode(), "file.csv", ReadSettings(**settings))


def book(rows: Sequence[Sequence[object]], change: Callable[[Any, Any], None] | None = None) -> bytes:
    made, out = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        made.active.append(list(row))
    if change is not None:
        change(made, made.active)
    made.save(out)
    return out.getvalue()


# ---- money


PURCHASES = {
    "italian words": (
        "Cliente;Data;Importo;Stato\nA;02/01/2024;100,00;Pagato\nA;20/01/2024;50,00;Rimborsato\n"
        "B;15/01/2024;1.040,50;Pagato\nB;18/01/2024;10,00;Annullato\nC;19/01/2024;7,00;In attesa\n",
        {"A": (19, 1, 100), "B": (6, 1, 1040.5)},
        {"words", "vanished"},
    ),
    "words of a shop with a prefix": (
        "order_id,status,customer,date,total\n1,wc-completed,A,2024-01-01,10\n2,wc-refunded,A,2024-01-03,20\n"
        "3,wc-pending,B,2024-01-04,5\n4,wc-completed,B,2024-01-05,7\n5,wc-failed,C,2024-01-06,9\n",
        {"A": (6, 1, 10), "B": (2, 1, 7)},
        {"words", "vanished"},
    ),
    "a settlement of orders, refunds and fees": (
        "settlement,type,buyer,date,order,amount\n1,Order,A,2024-01-01,o1,30\n1,Refund,A,2024-01-03,o1,-30\n"
        "1,Order,B,2024-01-04,o2,12\n1,Service Fee,,2024-01-05,,-4\n1,Transfer,,2024-01-06,,-50\n",
        {"A": (6, 1, 30), "B": (3, 1, 12)},
        {"words"},
    ),
    "debit and credit as S and H": (
        "Debitor;Buchungsdatum;Betrag;S/H\nD1;01.02.2024;100,00;S\nD1;05.02.2024;40,00;H\nD2;03.02.2024;60,00;S\n",
        {"D1": (5, 1, 100), "D2": (3, 1, 60)},
        {"words", "date order"},
    ),
    "Dr and Cr behind the amounts": (
        "Customer,Date,Amount\nA,2024-01-01,100.00 Dr\nA,2024-01-02,20.00 Cr\nB,2024-01-03,50.00 Dr\n"
        "B,2024-01-04,60.00 Dr\n",
        {"A": (4, 1, 100), "B": (1, 2, 110)},
        {"measure", "sign"},
    ),
    "sales below zero": (
        "Kunde;Datum;Betrag;Art\nA;01.03.2024;-10,00;Verkauf\nA;02.03.2024;4,00;Retoure\nB;03.03.2024;-20,00;Verkauf\n",
        {"A": (3, 1, 10), "B": (1, 1, 20)},
        {"words", "sign", "date order"},
    ),
    "the total of an order on each of its lines": (
        "Order,Customer,Date,Item,Price,Quantity,Order total\n1,A,2024-01-01,x,10,1,25\n1,A,2024-01-01,y,5,3,25\n"
        "2,B,2024-01-02,x,10,2,20\n3,A,2024-01-03,y,5,1,15\n3,A,2024-01-03,x,10,1,15\n",
        {"A": (1, 2, 40), "B": (2, 1, 20)},
        {"order totals"},
    ),
    "currencies in a column": (
        "Customer,Date,Amount,Currency\nA,2024-01-01,100,EUR\nA,2024-01-02,50,EUR\nB,2024-01-03,9000,JPY\n"
        "C,2024-01-04,30,GBP\n",
        {"A": (3, 2, 150), "B": (2, 1, 9000), "C": (1, 1, 30)},
        {"currencies"},
    ),
    "a second currency of one customer": (
        "Customer,Date,Amount\nA,2024-01-01,€100\nA,2024-01-02,£50\nB,2024-01-03,€90\n",
        {"A": (3, 1, 100), "B": (1, 1, 90)},
        {"currencies"},
    ),
    "a payment provider in German": (
        "Datum;Name;Typ;Status;Währung;Brutto;Absender E-Mail-Adresse\n"
        "01.02.2024;Ann;Website-Zahlung;Abgeschlossen;EUR;20,00;ann@x.de\n"
        "02.02.2024;Bob;Website-Zahlung;Abgelehnt;EUR;30,00;bob@x.de\n"
        "03.02.2024;Ann;Rückzahlung;Abgeschlossen;EUR;-5,00;ann@x.de\n"
        "04.02.2024;;Allgemeine Abbuchung;Abgeschlossen;EUR;-15,00;\n",
        {"ann@x.de": (4, 1, 20)},
        {"words", "vanished"},
    ),
    "years with two digits": (
        "Kunde;Datum;Betrag\nA;05.03.24;10,00\nA;31.03.24;5,00\nB;01.04.24;7,50\n",
        {"A": (2, 2, 15), "B": (1, 1, 7.5)},
        set(),
    ),
}


@pytest.mark.parametrize("name", list(PURCHASES))
def test_purchases_are_counted_as_they_were_and_what_is_not_plain_is_said(name: str) -> None:
    text, wanted, noticed = PURCHASES[name]
    figures, said = rfm(text)
    assert figures == wanted
    assert noticed <= said


def test_a_refund_in_brackets_is_taken_off_where_net_amounts_are_wanted() -> None:
    text = (
        "Date,Customer ID,Event Type,Net Total\n2024-01-01,A,Payment,$30.00\n2024-01-02,A,Refund,($10.00)\n"
        "2024-01-03,B,Payment,$12.00\n"
    )
    assert rfm(text)[0] == {"A": (3, 1, 30), "B": (1, 1, 12)}
    assert rfm(text, returns="net")[0] == {"A": (3, 1, 20), "B": (1, 1, 12)}


def test_lines_of_overlapping_exports_are_left_out_once_that_is_chosen() -> None:
    lines = [f"{day},C{day % 3},2024-01-{day:02},{day}.50\n" for day in range(1, 12)]
    text = "Order No,Customer,Date,Amount\n" + "".join(lines[:8] + lines[5:])
    figures, said = rfm(text)
    assert "repeated" in said
    assert sum(row[2] for row in figures.values()) == 94.0  # 71.5 and once more 6.5 + 7.5 + 8.5
    figures, said = rfm(text, duplicates="orders")
    assert figures == {"C0": (3, 3, 19.5), "C1": (2, 4, 24.0), "C2": (1, 4, 28.0)}
    assert "repeated" not in said


# ---- people


def test_one_customer_in_five_spellings_is_one_once_that_is_chosen() -> None:
    text = (
        "Customer,Date,Amount\nAB-1,2024-01-01,1\nab\u20131,2024-01-02,2\nAB-1\u00a0,2024-01-03,4\n"
        "\ufeffAB-1,2024-01-04,8\nCD,2024-01-05,16\n"
    )
    figures, said = rfm(text)
    assert figures == {"AB-1": (2, 3, 13), "ab\u20131": (4, 1, 2), "CD": (1, 1, 16)}
    assert "spelling" in said
    assert rfm(text, same_ids="join")[0] == {"AB-1": (2, 4, 15), "CD": (1, 1, 16)}
    zeros = "Customer,Date,Amount\n007,2024-01-01,1\n7,2024-01-02,2\n0008,2024-01-03,4\n"
    assert rfm(zeros, same_ids="join")[0] == {"007": (2, 2, 3), "0008": (1, 1, 4)}


def test_a_date_that_stands_for_none_is_asked() -> None:
    text = "Customer,Date,Amount\n" + "".join(
        f"C{row % 10},{'1900-01-01' if row % 10 == 3 else f'2024-03-{1 + row % 28:02}'},{row + 1}\n"
        for row in range(60)
    )
    table = text_of(text)
    assert [(problem.where, problem.count) for problem in table.problems if problem.kind == "no answer"] == [
        ("Date", 6)
    ]


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        (
            "id,satisfaction,age\n"
            + "".join(f"K{row},{99 if row % 9 == 0 else row % 5 + 1},{999 if row % 11 == 0 else 20 + row % 50}\n"
                      for row in range(80)),
            {"satisfaction", "age"},
        ),
        (
            "id;q1;q2\n"
            + "".join(f"K{row};{-99 if row % 8 == 0 else row % 7 + 1};{row % 4 + 1}\n" for row in range(80)),
            {"q1"},
        ),
    ],
)  # fmt: skip
def test_codes_for_no_answer_are_asked(text: str, columns: set[str]) -> None:
    assert {problem.where for problem in text_of(text).problems if problem.kind == "no answer"} == columns


def test_years_of_birth_with_two_digits_are_told() -> None:
    text = "id,birth date,x\n" + "".join(
        f"K{row},{1 + row % 28:02}/{1 + row % 12:02}/{40 + row % 55:02},{row}.5\n" for row in range(40)
    )
    assert "birth years" in kinds(text_of(text))


# ---- totals, headings, layout

REGIONS = (("Nord", 10, 1), ("Süd", 20, 2), ("Ost", 30, 3), ("West", 40, 4), ("Mitte", 50, 5), ("Rand", 60, 6))
NAMES = [name for name, _, _ in REGIONS]


def region_lines(rows: Sequence[tuple[str, int, int]] = REGIONS) -> list[str]:
    return [f"{name};{amount},5;{people}" for name, amount, people in rows]


def total_line(label: str, rows: Sequence[tuple[str, int, int]] = REGIONS) -> str:
    amount = sum(value + 0.5 for _, value, _ in rows)
    return f"{label};{amount:.1f};{sum(people for _, _, people in rows)}".replace(".", ",")


@pytest.mark.parametrize(
    "label",
    ["Gesamt", "Endsumme", "Total general", "Totale", "Eindtotaal", "Totaal generaal", "Razem", "Suma końcowa",
     "Celkem", "Spolu", "Összesen", "Mindösszesen", "Genel Toplam", "Итого", "Разом", "Γενικό σύνολο", "Yhteensä",
     "Totalt", "I alt", "Ukupno", "Skupaj", "合計", "総計", "小计", "합계", "المجموع", "Everything together"],
)  # fmt: skip
def test_a_total_is_left_out_in_any_language_and_told(label: str) -> None:
    table = text_of("Region;Umsatz;Kunden\n" + "\n".join([*region_lines(), total_line(label)]) + "\n")
    assert table.frame["Region"].tolist() == NAMES
    assert table.frame["Umsatz"].sum() == 213.0
    assert [note.count for note in table.notes if note.kind == "left out"] == [1]
    kept = text_of("Region;Umsatz;Kunden\n" + "\n".join([*region_lines(), total_line(label)]) + "\n", total_rows=False)
    assert len(kept.frame) == 7


@pytest.mark.parametrize(
    ("lines", "count"),
    [
        ([*region_lines()[:3], total_line("Zwischensumme", REGIONS[:3]), *region_lines()[3:], total_line("Summe")], 2),
        ([total_line("Total général"), *region_lines()], 1),
        ([*region_lines()[:3], total_line("Nord-Ost Gesamt", REGIONS[:3]), *region_lines()[3:]], 1),
        ([*region_lines(), "Gesamt;999,9;77"], 1),
        ([*region_lines(), total_line("Summe"), "Durchschnitt;35,5;3,5"], 2),
        ([*region_lines()[:3], "Seite 1 von 2;;", *region_lines()[3:], "Seite 2 von 2;;"], 2),
    ],
    ids=["subtotals", "first row", "label with names", "wrong sum", "sum and mean", "pages"],
)
def test_rows_that_are_no_data_are_left_out_wherever_they_stand(lines: list[str], count: int) -> None:
    table = text_of("Region;Umsatz;Kunden\n" + "\n".join(lines) + "\n")
    assert table.frame["Region"].tolist() == NAMES
    assert sum(note.count for note in table.notes if note.kind == "left out") == count


@pytest.mark.parametrize(
    "last",
    ["Total;5,5;2", "Nord;213,0;21", "Haus;60,5;6"],
    ids=["a customer called Total that is small", "one that repeats the sum by chance", "an ordinary row"],
)
def test_a_row_of_data_is_not_taken_for_a_total_in_silence(last: str) -> None:
    table = text_of("Region;Umsatz;Kunden\n" + "\n".join([*region_lines(), last]) + "\n")
    assert len(table.frame) == 7 or kinds(table) & {"left out", "totals"}


def test_a_line_of_two_columns_that_grow_alike_has_no_total() -> None:
    table = text_of("a;b;name\n1;10;x\n2;20;y\n3;30;z\n")
    assert len(table.frame) == 3


def test_keys_and_a_balance_above_the_header_are_no_data() -> None:
    table = text_of(
        "Konto: 4711;;;\nInhaber: E Muster;;;\nZeitraum: 01.01.2024 - 31.01.2024;;;\nAnfangssaldo: 100,00 EUR;;;\n\n"
        "Datum;Text;Kunde;Betrag\n02.01.2024;a;K1;10,00\n03.01.2024;b;K2;-5,00\n13.01.2024;c;K2;7,50\n"
    )
    assert table.frame["Betrag"].tolist() == [10.0, -5.0, 7.5]
    assert table.frame["Datum"].dt.day.tolist() == [2, 3, 13]


def test_names_units_and_years_are_three_heading_lines() -> None:
    table = text_of("Kunde;Umsatz;Menge\n;EUR;Stück\n;2023;2023\n" + "".join(f"K{n};{n},50;{n}\n" for n in range(1, 8)))
    assert table.frame["Umsatz"].tolist() == [1.5, 2.5, 3.5, 4.5, 5.5, 6.5, 7.5]
    assert table.units["Umsatz"] == "EUR"


# ---- workbooks


def test_merged_cells_of_two_columns_carry_their_values() -> None:
    def merge(made: Any, sheet: Any) -> None:
        sheet.merge_cells("A2:A4")
        sheet.merge_cells("B2:B3")

    rows = [["Region", "Customer", "Spend"], ["N", "A", 1.5], [None, None, 2.5], [None, "B", 3.5], ["S", "C", 4.5]]
    table = read(book(rows, merge), "file.xlsx")
    assert table.frame["Region"].tolist() == ["N", "N", "N", "S"]
    assert table.frame["Customer"].tolist() == ["A", "A", "B", "C"]


def test_days_from_1904_percent_formats_and_hidden_rows_are_read_as_they_are_shown() -> None:
    def change(made: Any, sheet: Any) -> None:
        made.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
        for row in range(2, 10):
            sheet.cell(row, 3).number_format = "0.0%"
        for row in (3, 5):
            sheet.row_dimensions[row].hidden = True

    rows = [["Customer", "Order date", "Rate"], *([f"K{n}", 43_830 + n, n * 0.125] for n in range(1, 9))]
    table = read(book(rows, change), "file.xlsx")
    assert str(table.frame["Order date"].iloc[0])[:10] == "2024-01-02"
    assert table.frame["Rate"].tolist() == [12.5, 25.0, 37.5, 50.0, 62.5, 75.0, 87.5, 100.0]
    assert [note.count for note in table.notes if note.kind == "hidden rows"] == [2]


def test_currencies_in_the_formats_of_cells_are_told() -> None:
    def change(made: Any, sheet: Any) -> None:
        for row in range(2, 8):
            sheet.cell(row, 2).number_format = "#,##0.00\\ [$€-407]" if row < 5 else "[$$-409]#,##0.00"

    assert "currencies" in kinds(
        read(book([["Customer", "Spend"], *([f"K{n}", n * 12.5] for n in range(1, 7))], change), "f.xlsx")
    )


# ---- cells


@pytest.mark.parametrize(
    ("cells", "values"),
    [
        (["1,2 Mio.", "850 Tsd.", "2,5 Mrd."], [1.2e6, 850e3, 2.5e9]),
        (["12.5k", "1.1M", "300", "2k"], [12_500, 1.1e6, 300, 2_000]),
        (["70 kg", "82.5 kg", "64kg"], [70, 82.5, 64]),
        (["1h 20m", "45m", "2h"], [4_800, 2_700, 7_200]),
        (["1’234.50", "99.–", "12’000.05"], [1234.5, 99, 12_000.05]),
        (["1,23,456.50", "12,345.00", "99.5"], [123_456.5, 12_345, 99.5]),
        (["１２３４", "５６７", "￥８９０"], [1234, 567, 890]),
        (["١٢٣", "٤٥٦", "٧"], [123, 456, 7]),
    ],
)
def test_numbers_of_other_habits_are_numbers(cells: list[str], values: list[float]) -> None:
    table = text_of("id;x\n" + "".join(f"K{row};{cell}\n" for row, cell in enumerate(cells)))
    assert table.frame["x"].tolist() == values


@pytest.mark.parametrize(
    "cells",
    [
        ["170 cm", "1.82 m", "165 cm"],
        ["500 KB", "1.5 MB", "2 GB"],
        ["3 มีนาคม 2567", "15 สิงหาคม 2567"],
    ],
)
def test_cells_that_agree_on_nothing_are_told(cells: list[str]) -> None:
    table = text_of("id;x\n" + "".join(f"K{row};{cell}\n" for row, cell in enumerate(cells)))
    assert table.frame["x"].tolist() == cells
    assert "stayed text" in kinds(table)


def test_a_mark_and_three_figures_alone_are_asked() -> None:
    asked = text_of('id,revenue\nA,"12,500"\nB,"13,750"\nC,"14,100"\n')
    assert [question.setting for question in asked.questions] == ["decimal"]
    decided = text_of('id,revenue\nA,"12,500"\nB,950\nC,"14,100"\n')
    assert decided.questions == ()
    assert decided.frame["revenue"].tolist() == [12_500, 950, 14_100]


@pytest.mark.parametrize(
    ("heading", "words", "encoding"),
    [
        ("Imię i nazwisko", ["Łukasz Wójcik", "Zażółć Gęślą", "Małgorzata Dąbrowska", "Paweł Żak"], "cp1250"),
        ("Miasto", ["Łódź", "Gdańsk", "Kraków"], "iso8859-2"),
        ("Město", ["Příbram", "Žďár", "Třebíč", "Děčín"], "cp1250"),
        ("Şehir", ["Eskişehir", "Muğla", "Iğdır", "Şanlıurfa"], "cp1254"),
        ("Город", ["Москва", "Казань", "Омск"], "cp1251"),
        ("Город", ["Москва", "Казань", "Нижний Новгород"], "koi8-r"),
        ("Город", ["Москва", "Казань", "Нижний Новгород"], "cp866"),
        ("Πόλη", ["Αθήνα", "Θεσσαλονίκη", "Πάτρα"], "cp1253"),
        ("城市", ["臺北市", "高雄市", "臺中市", "桃園市"], "big5"),
        ("城市", ["北京", "上海", "广州市", "深圳市"], "gb18030"),
        ("都市", ["東京都", "大阪府", "名古屋市", "札幌市"], "shift_jis"),
        ("도시", ["서울특별시", "부산광역시", "대구"], "cp949"),
        ("Prénom", ["Hélène", "François", "Zoé", "Jérôme"], "mac-roman"),
        ("Straße", ["Größe", "Müller", "Jäger"], "cp850"),
        ("עיר", ["ירושלים", "חיפה", "תל אביב"], "cp1255"),
        ("Miestas", ["Šiauliai", "Klaipėda", "Panevėžys"], "cp1257"),
        ("Linn", ["Tõrva", "Pärnu", "Jõhvi"], "cp850"),
        ("Қала", ["Алматы қаласы", "Шымкент", "Қарағанды", "Өскемен"], "kz1048"),
        ("Staður", ["Þórshöfn", "Guðrún", "Reykjavík", "Ísafjörður"], "mac-iceland"),
        ("고객", ["김철수", "이영희", "서울특별시"], "johab"),
    ],
)
def test_letters_are_those_that_were_written_or_it_is_asked(heading: str, words: list[str], encoding: str) -> None:
    text = f"{heading};x\n" + "".join(f"{word};{row},50\n" for row, word in enumerate(words, 1))
    table = read(text.encode(encoding), "file.csv")
    right = table.frame.columns[0] == heading and table.frame.iloc[:, 0].tolist() == words
    assert right or "encoding" in [question.setting for question in table.questions]


def test_a_word_between_day_and_time_and_its_zone_are_understood() -> None:
    cells = ["January 5, 2024 at 10:12:01 AM PST", "January 15, 2024 at 01:00:00 PM PST"]
    table = text_of("customer,placed\n" + "".join(f'C{row},"{cell}"\n' for row, cell in enumerate(cells)))
    assert table.frame["placed"].astype(str).tolist() == ["2024-01-05 18:12:01", "2024-01-15 21:00:00"]
    german = text_of("Kunde;Datum\nA;5. Januar 2024 um 10:12 Uhr\nB;15. März 2024 um 9:30 Uhr\n")
    assert german.frame["Datum"].astype(str).tolist() == ["2024-01-05 10:12:00", "2024-03-15 09:30:00"]


@pytest.mark.parametrize("encoding", ["shift_jis", "euc_jp", "utf-8"])
def test_a_backslash_before_figures_is_the_sign_of_yen_in_old_encodings(encoding: str) -> None:
    text = '顧客,日付,金額\n田中,2024年1月13日,"\\1,200"\n鈴木,2024年2月14日,\\80\n佐藤,2024年3月1日,-\\20\n'
    assert read(text.encode(encoding), "sales.csv").frame["金額"].tolist() == [1200, 80, -20]


def test_a_heading_merged_over_two_lines_names_its_column() -> None:
    rows = [["Customer", 2023, None, 2024, None], [None, "Sales", "Orders", "Sales", "Orders"], ["A", 10, 1, 20, 2]]
    table = read(book([*rows, ["B", 30, 3, 10, 1]]), "sales.xlsx")
    assert list(table.frame) == ["Customer", "2023 Sales", "2023 Orders", "2024 Sales", "2024 Orders"]
    assert any("1 column without a name got the heading above it as its name" in note.what for note in table.notes)
    plain = read(book([["Customer", "Money", "Visits"], [None, "Sales", "Orders"], ["A", 1, 2], ["B", 2, 1]]), "b.xlsx")
    assert list(plain.frame) == ["Customer", "Money", "Visits"]  # all are named: the second line says more of them
    titled = read(book([["Report", "May 2024"], [None, "Sales", "Orders"], ["A", 1, 2], ["B", 2, 1]]), "titled.xlsx")
    assert list(titled.frame) == ["Column 1", "Sales", "Orders"]


def test_times_longer_than_a_day_and_formulas_without_a_result_are_understood_or_said() -> None:
    hours = [
        ["Agent", "Talk time"],
        ["A", timedelta(hours=26)],
        ["B", timedelta(minutes=45)],
        ["C", timedelta(hours=1)],
    ]
    assert read(book(hours), "calls.xlsx").frame["Talk time"].tolist() == [93_600, 2_700, 3_600]
    table = read(book([["id", "spend", "twice"], *([row, row * 7, f"=B{row + 1}*2"] for row in range(1, 6))]), "f.xlsx")
    assert any(note.what.startswith("5 cells hold formulas without a saved result") for note in table.notes)
