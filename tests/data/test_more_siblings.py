"""More files of the kinds of the field cases, as other programs and languages write them, with the right values.

Every expected value was worked out before the file was read.
"""

from __future__ import annotations

import pytest

from segmentation.core.money import heading_unit, same_currency
from segmentation.core.notices import notices_of
from segmentation.core.tables import Table
from segmentation.data.customers import customers_from
from segmentation.data.reading.reader import read


def text_of(text: str) -> Table:
    return read(text.encode(), "file.csv")


def kinds(table: Table) -> set[str]:
    return {notice.kind for notice in notices_of(table.notes, table.problems)}


def column(cells: list[str], name: str = "x") -> Table:
    return text_of(f"row;{name}\n" + "".join(f'R-{row};"{cell}"\n' for row, cell in enumerate(cells)))


# ---- currencies


@pytest.mark.parametrize(
    ("heading", "unit"),
    [
        ("Spend (EUR)", "€"), ("umsatz_usd", "USD"), ("Umsatz in T€", "€"), ("Revenue, CHF", "CHF"), ("Total £", "£"),
        ("Try again", ""), ("EUR/USD rate", ""), ("Retries", ""), ("Betrag", ""),
    ],
)  # fmt: skip
def test_a_heading_names_one_currency_or_none(heading: str, unit: str) -> None:
    assert heading_unit(heading) == unit


def test_a_sign_may_be_each_of_its_currencies() -> None:
    assert same_currency("$", "USD")
    assert same_currency("CAD", "$")
    assert not same_currency("$", "€")
    assert not same_currency("USD", "CAD")


def test_cells_in_another_currency_than_the_heading_says_are_told_and_followed() -> None:
    text = "customer,spend (EUR)\n" + "".join(f"C-{row},${row + 10}.50\n" for row in range(6))
    table = text_of(text)
    assert table.units == {"spend (EUR)": "$"}
    assert [problem.kind for problem in table.problems] == ["currencies"]
    assert "its heading says € and its cells $" in table.problems[0].what
    assert customers_from({"file.csv": text.encode()}).info[0].unit == "$"
    assert kinds(text_of(text.replace("(EUR)", "(USD)"))) == set()


@pytest.mark.parametrize(
    ("heading", "words"),
    [("money", ("Euro", "US Dollar")), ("WKZ", ("EUR", "USD")), ("X", ("EUR", "USD")), ("kind", ("€", "£"))],
)
def test_a_column_of_currencies_is_known_by_what_stands_in_it(heading: str, words: tuple[str, str]) -> None:
    text = (
        f"client,date,amount,{heading}\nA,2024-01-01,10.00,{words[0]}\nA,2024-01-02,20.00,{words[1]}\n"
        f"A,2024-01-03,1.00,{words[0]}\nB,2024-01-13,5.00,{words[0]}\n"
    )
    made = customers_from({"file.csv": text.encode()}, "transactions")
    assert made.frame["monetary"].to_dict() == {"A": 11.0, "B": 5.0}
    assert "currencies" in {notice.kind for notice in made.notices}


def test_codes_of_countries_are_no_currencies() -> None:
    text = "client,date,amount,place\nA,2024-01-01,10.00,FR\nA,2024-01-02,20.00,TL\nB,2024-01-13,5.00,FR\n"
    made = customers_from({"file.csv": text.encode()}, "transactions")
    assert made.frame["monetary"].to_dict() == {"A": 30.0, "B": 5.0}


# ---- lines that are no purchase


@pytest.mark.parametrize(
    ("heading", "no", "yes", "net"),
    [("is_refund", "false", "true", 70.0), ("return", "N", "Y", 70.0), ("Is Returned", "no", "yes", 100.0),
     ("Retoure", "nein", "ja", 70.0)],
)  # fmt: skip
def test_a_flag_of_refunds_makes_a_return_of_its_line(heading: str, no: str, yes: str, net: float) -> None:
    text = f"customer,date,amount,{heading}\nA,2024-01-01,100,{no}\nA,2024-01-05,30,{yes}\nB,2024-01-13,50,{no}\n"
    made = customers_from({"file.csv": text.encode()}, "transactions")
    assert made.frame[["recency", "frequency", "monetary"]].T.to_dict("list") == {"A": [13, 1, 100], "B": [1, 1, 50]}
    assert "words" in {notice.kind for notice in made.notices}
    taken_off = customers_from({"file.csv": text.encode()}, "transactions", choices={"returns": "net"})
    assert taken_off.frame["monetary"].to_dict() == {"A": net, "B": 50.0}


def test_a_total_of_one_order_with_several_lines_is_asked() -> None:
    text = (
        "order_id,email,created,sku,grand_total\n1,a@x.de,2024-01-01,s,25\n1,a@x.de,2024-01-01,t,25\n"
        "2,b@x.de,2024-01-15,s,15\n"
    )
    made = customers_from({"file.csv": text.encode()}, "transactions")
    assert any("50.00 instead of 25.00" in problem.what for problem in made.problems)
    once = customers_from({"file.csv": text.encode()}, "transactions", choices={"order_totals": "once"})
    assert once.frame["monetary"].to_dict() == {"a@x.de": 25.0, "b@x.de": 15.0}


# ---- ids


@pytest.mark.parametrize(
    ("heading", "cells"),
    [
        ("Kundennr", ["CHF12", "EUR13", "USD14"]),
        ("member", ["TL-100", "TL-200", "RS-300"]),
        ("card", ["10M", "11M", "12K"]),
        ("article", ["100G", "101G", "102G"]),
        ("member no", ["100h", "101h", "102h"]),
    ],
)
def test_letters_at_an_id_are_no_currency_and_no_unit(heading: str, cells: list[str]) -> None:
    table = column(cells, heading)
    assert table.frame[heading].tolist() == cells
    assert not kinds(table) & {"currencies", "measure", "lost"}


def test_letters_at_figures_under_other_headings_are_still_units() -> None:
    assert column(["10M", "1.5M", "12K"], "revenue").frame["revenue"].tolist() == [10e6, 1.5e6, 12e3]
    assert column(["100g", "101g", "102g"], "weight").frame["weight"].tolist() == [100, 101, 102]


# ---- cells


@pytest.mark.parametrize(
    ("cells", "days"),
    [
        (["15012024", "20022024", "31032024"], ["2024-01-15", "2024-02-20", "2024-03-31"]),
        (["5012024", "20022024", "31032024"], ["2024-01-05", "2024-02-20", "2024-03-31"]),
        (["01152024", "02202024", "03312024"], ["2024-01-15", "2024-02-20", "2024-03-31"]),
        (["15/01/2567", "29/02/2567", "31/03/2567"], ["2024-01-15", "2024-02-29", "2024-03-31"]),
        (["2567-01-15", "2567-02-29"], ["2024-01-15", "2024-02-29"]),
        (["24.01.15", "24.01.20", "24.02.11", "24.03.31", "24.04.05"],
         ["2024-01-15", "2024-01-20", "2024-02-11", "2024-03-31", "2024-04-05"]),
        (["15.01.24", "20.01.24", "11.02.24", "31.03.24", "05.04.24"],
         ["2024-01-15", "2024-01-20", "2024-02-11", "2024-03-31", "2024-04-05"]),
        ([f"01.0{month}.{year}" for month in (1, 7) for year in range(13, 18)],
         [f"20{year}-0{month}-01" for month in (1, 7) for year in range(13, 18)]),
        (["2024-01-15", "2500-12-31"], ["2024-01-15", "2500-12-31"]),
    ],
)  # fmt: skip
def test_days_are_those_that_were_written(cells: list[str], days: list[str]) -> None:
    assert column(cells, "order date").frame["order date"].dt.strftime("%Y-%m-%d").tolist() == days


def test_date_and_time_without_marks_are_a_time() -> None:
    times = column(["20240115103000", "20240220110059", "20240331235959"], "date").frame["date"]
    assert times.astype(str).tolist() == ["2024-01-15 10:30:00", "2024-02-20 11:00:59", "2024-03-31 23:59:59"]
    minutes = column(["202401151030", "202402201100"], "date").frame["date"]
    assert minutes.astype(str).tolist() == ["2024-01-15 10:30:00", "2024-02-20 11:00:00"]


@pytest.mark.parametrize(
    ("name", "cells", "values"),
    [
        ("rate", ["%12,5", "%80", "%3"], [12.5, 80, 3]),
        ("Dauer", ["1 Std 20 Min", "45 Min", "2 Std"], [4_800, 2_700, 7_200]),
        ("duration", ["PT1H20M", "PT45M", "PT2H"], [4_800, 2_700, 7_200]),
        ("duration", ["1 day, 2:00:00", "0:45:00", "3:00:00"], [93_600, 2_700, 10_800]),
        ("balance", ["(1,250.00)", "-", "300.00", "-"], [-1_250, 0, 300, 0]),
    ],
)
def test_figures_of_other_habits(name: str, cells: list[str], values: list[float]) -> None:
    assert column(cells, name).frame[name].tolist() == values


@pytest.mark.parametrize(
    ("name", "cells"),
    [
        ("x", ["~100", "~200", "300"]),
        ("date", ["Jan 2024", "Feb 2024", "Mar 2024"]),
        ("date", ["令和6年1月15日", "令和6年2月20日"]),
        ("created", ["Mon Jan 15 2024 10:00:00 GMT+0100 (CET)", "Tue Feb 20 2024 10:00:00 GMT+0100 (CET)"]),
    ],
)
def test_figures_and_dates_that_stay_text_get_a_sentence(name: str, cells: list[str]) -> None:
    assert "stayed text" in kinds(column(cells, name))


# ---- totals and headings


@pytest.mark.parametrize(
    ("lines", "values"),
    [
        (["A;10,00", "B;20,00", "Übertrag;30,00", "Übertrag;30,00", "C;5,00", "Summe;35,00"], [10, 20, 5]),
        (["K1;10,00", "K1;20,00", "* K1;30,00", "K2;5,00", "* K2;5,00", "**;35,00"], [10, 20, 5]),
        (["N;10,00", "N;20,00", "S;30,00", "Star * rated;7,00"], [10, 20, 30, 7]),
    ],
    ids=["carried forward", "stars", "a name with a star"],
)
def test_rows_that_programs_put_between_the_data_are_left_out(lines: list[str], values: list[float]) -> None:
    assert text_of("Kunde;Betrag\n" + "\n".join(lines) + "\n").frame["Betrag"].tolist() == values


def test_counts_and_means_of_groups_as_a_spreadsheet_labels_them_are_left_out() -> None:
    table = text_of("Region,Customer,Sales\nN,A,10\nN,B,20\nN Count,2,\nS,C,30\nS Count,1,\nGrand Count,3,\n")
    assert table.frame["Sales"].tolist() == [10, 20, 30]
    assert table.frame["Customer"].tolist() == ["A", "B", "C"]


def test_names_on_two_lines_with_the_name_of_the_index_below_as_pandas_writes_them() -> None:
    table = text_of(
        ",spend,spend,visits,visits\n,sum,mean,sum,mean\ncustomer,,,,\nA,10.0,5.0,2,1.0\nB,20.0,10.0,4,2.0\n"
    )
    assert list(table.frame) == ["customer", "spend sum", "spend mean", "visits sum", "visits mean"]
    assert table.frame["customer"].tolist() == ["A", "B"]
    assert table.frame["visits mean"].tolist() == [1.0, 2.0]


def test_words_below_repeated_names_are_data_where_no_values_stand_below_them() -> None:
    table = text_of("name,tag,tag,spend\nAnn,red,blue,1\nBob,blue,green,2\nCyd,red,green,3\n")
    assert table.frame["name"].tolist() == ["Ann", "Bob", "Cyd"]
