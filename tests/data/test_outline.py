"""Values that stand once above the rows they belong to: repeated where that is known, asked where it is not."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segmentation.core.tables import Table
from segmentation.data.reading import ReadSettings, read
from tests.conftest import cases

MERGED = """Customer,Order,Date,Amount
K1,1,2024-01-03,10
,2,2024-01-20,20
,3,2024-02-01,30
K2,4,2024-01-05,100
K3,5,2024-02-02,5
,6,2024-02-09,15
K4,7,2024-02-20,60
"""
WITH_TOTALS = """Customer,Order,Date,Amount
K1,1,2024-01-03,10
,2,2024-01-20,20
,3,2024-02-01,30
K1 Total,,,60
K2,4,2024-01-05,100
K2 Total,,,100
K3,5,2024-02-02,5
,6,2024-02-09,15
K3 Total,,,20
Grand Total,,,180
"""
LINES_OF_THEIR_OWN = """Region,Customer,Sales
North,,
,C1,10
,C2,25
South,,
,C3,7
,C4,31
"""
NESTED = """Region;Customer;Order date;Amount
North;K1;03.01.2024;10,00
;;20.01.2024;20,00
;K2;05.01.2024;5,50
South;K1;02.02.2024;8,00
;;09.02.2024;9,00
"""


def table(text: str, **choices: str) -> Table:
    return read(text.encode(), "any.csv", ReadSettings(**choices))


def column(made: Table, name: str) -> list[object]:
    return made.frame[name].astype(object).where(made.frame[name].notna(), None).tolist()


def test_blank_cells_below_a_value_are_asked_and_stay_blank_meanwhile() -> None:
    made = table(MERGED)
    assert column(made, "Customer") == ["K1", None, None, "K2", "K3", None, "K4"]
    question = next(item for item in made.questions if item.setting == "blanks_below")
    assert [value for value, _ in question.choices] == ["repeat", "leave"]
    problem = next(item for item in made.problems if item.kind == "blanks below")
    assert (problem.where, problem.count, problem.fatal) == ("Customer", 3, False)


@pytest.mark.parametrize(
    ("choice", "customers"),
    [
        ("repeat", ["K1", "K1", "K1", "K2", "K3", "K3", "K4"]),
        ("leave", ["K1", None, None, "K2", "K3", None, "K4"]),
    ],
)
def test_what_was_answered_is_done_and_not_asked_again(choice: str, customers: list[str | None]) -> None:
    made = table(MERGED, blanks_below=choice)
    assert column(made, "Customer") == customers
    assert [item for item in made.questions if item.setting == "blanks_below"] == []
    assert made.settings.blanks_below == choice


def test_totals_that_name_their_rows_answer_it() -> None:
    made = table(WITH_TOTALS)
    assert column(made, "Customer") == ["K1", "K1", "K1", "K2", "K3", "K3"]
    assert column(made, "Amount") == [10, 20, 30, 100, 5, 15]
    assert [note.count for note in made.notes if note.kind == "repeated below"] == [3]
    assert made.questions == ()
    assert column(table(WITH_TOTALS, blanks_below="leave"), "Customer")[:3] == ["K1", None, None]


def test_lines_that_hold_nothing_else_are_headings_of_the_rows_below() -> None:
    made = table(LINES_OF_THEIR_OWN)
    assert column(made, "Region") == ["North", "North", "South", "South"]
    assert column(made, "Customer") == ["C1", "C2", "C3", "C4"]
    assert column(made, "Sales") == [10, 25, 7, 31]


def test_a_column_within_another_is_repeated_within_it() -> None:
    made = table(NESTED, blanks_below="repeat")
    assert column(made, "Region") == ["North", "North", "North", "South", "South"]
    assert column(made, "Customer") == ["K1", "K1", "K2", "K1", "K1"]
    assert column(made, "Amount") == [10.0, 20.0, 5.5, 8.0, 9.0]


@pytest.mark.parametrize(
    "text",
    [
        "Customer,Day,Amount\nA,2024-01-01,1\n,2024-01-02,2\nA,2024-01-03,3\n,2024-01-04,4\nB,2024-01-05,9\n",
        "Spend,Age\n10.5,30\n,31\n12.25,40\n,41\n19.75,50\n",
        "Customer,Age\n,30\nB,31\n,33\nC,35\nD,36\n",
        "id,age\n" + "".join(f"{'' if at == 7 else f'C{at}'},{20 + at}\n" for at in range(1, 20)),
    ],
    ids=["customers come again", "amounts", "begins blank", "a few ids are missing"],
)
def test_missing_values_stay_missing_and_nothing_is_asked(text: str) -> None:
    made = table(text)
    assert [item for item in made.questions if item.setting == "blanks_below"] == []
    assert made.frame.iloc[:, 0].isna().any()


@given(
    sizes=st.lists(st.integers(1, 5), min_size=3, max_size=8), totals=st.booleans(), separator=st.sampled_from(",;\t")
)
@settings(max_examples=cases(15, 40))
def test_a_table_written_as_an_outline_is_the_table_again(sizes: list[int], totals: bool, separator: str) -> None:
    sizes = [*sizes, 5]  # enough blank cells to be seen
    rows = [
        (f"Shop {block}", 100 + block * 10 + at, block + at) for block, size in enumerate(sizes) for at in range(size)
    ]
    frame = pd.DataFrame(rows, columns=["shop", "order", "items"])
    text = [separator.join(frame.columns)]
    for shop, part in frame.groupby("shop", sort=False):
        written = [shop, *[""] * (len(part) - 1)]
        text += [separator.join(map(str, row)) for row in zip(written, part["order"], part["items"], strict=True)]
        text += [separator.join([f"{shop} total", "", str(part["items"].sum())])] * totals
    made = table("\n".join(text), **({} if totals else {"blanks_below": "repeat"}))
    assert column(made, "shop") == frame["shop"].tolist()
    assert column(made, "order") == frame["order"].tolist()
    assert column(made, "items") == frame["items"].tolist()


@pytest.mark.parametrize("label", ["Overall", "Company figures"])
def test_a_last_row_that_names_nobody_and_is_larger_than_all_is_a_total(label: str) -> None:
    rows = "".join(f"North,S{at % 3},C{at:03d},{100 + at},{at % 7}\n" for at in range(20))
    made = table(f"Region,Store,Customer,Sales,Visits\n{rows}{label},,,99999,999\n")
    assert len(made.frame) == 20
    assert [note.count for note in made.notes if note.kind == "left out"] == [1]
