"""Several tables in one sheet: each is offered, the usual one is read, and nothing of it is mixed up in silence."""

from __future__ import annotations

import io
from collections.abc import Sequence

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segmentation.core.errors import DataProblems
from segmentation.core.tables import Table
from segmentation.data.reading import ReadSettings
from segmentation.data.reading.reader import read
from tests.conftest import cases

Rows = Sequence[Sequence[object]]

PEOPLE: Rows = [["Customer", "Spend", "Visits"], *([f"K{row}", row * 10.5, row] for row in range(1, 9))]
PRODUCTS: Rows = [["Product", "Price"], *([f"P{row}", row * 2.5] for row in range(1, 4))]


def as_csv(rows: Rows) -> bytes:
    return "\n".join(",".join("" if cell is None else str(cell) for cell in row) for row in rows).encode()


def as_book(rows: Rows) -> bytes:
    book, out = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(list(row))
    book.save(out)
    return out.getvalue()


def beside(left: Rows, right: Rows) -> Rows:
    width, blank = len(left[0]), [None]
    longest = max(len(left), len(right))
    pad_left = [*left, *([[None] * width] * (longest - len(left)))]
    pad_right = [*right, *([[None] * len(right[0])] * (longest - len(right)))]
    return [[*one, *blank, *other] for one, other in zip(pad_left, pad_right, strict=True)]


def choices_of(table: Table) -> dict[str, str]:
    return {
        value: label for question in table.questions if question.setting == "table" for value, label in question.choices
    }


def counted(table: Table) -> list[int]:
    return [note.count for note in table.notes if note.kind == "tables"]


@pytest.mark.parametrize(("write", "name"), [(as_csv, "sheet.csv"), (as_book, "sheet.xlsx")])
@pytest.mark.parametrize(
    "rows",
    [
        beside(PEOPLE, PRODUCTS),
        [*PEOPLE, [], *PRODUCTS],
        [["Prices of today"], *PRODUCTS, [], ["Customers"], *PEOPLE],
        [*PRODUCTS, [], [], *PEOPLE],
    ],
    ids=["beside", "below", "titles", "small first"],
)
def test_two_tables_in_a_sheet_are_offered_and_the_larger_one_is_read(write, name: str, rows: Rows) -> None:
    table = read(write(rows), name)
    assert list(table.frame.columns) == ["Customer", "Spend", "Visits"]
    assert table.frame["Customer"].tolist() == ["K1", "K2", "K3", "K4", "K5", "K6", "K7", "K8"]
    assert table.frame["Spend"].tolist() == [10.5, 21.0, 31.5, 42.0, 52.5, 63.0, 73.5, 84.0]
    assert counted(table) == [2]
    other = next(value for value, label in choices_of(table).items() if "3 rows" in label)
    again = read(write(rows), name, ReadSettings(table=other))
    assert list(again.frame.columns) == ["Product", "Price"]
    assert again.frame["Price"].tolist() == [2.5, 5.0, 7.5]
    assert read(write(rows), name, again.settings).frame.equals(again.frame)


def test_the_same_columns_side_by_side_are_one_table_in_parts() -> None:
    left = [["Customer", "Spend"], ["K1", 1.5], ["K2", 2.5]]
    right = [["Customer", "Spend"], ["K3", 3.5], ["K4", 4.5]]
    table = read(as_csv(beside(left, right)), "sheet.csv")
    assert table.frame["Customer"].tolist() == ["K1", "K2", "K3", "K4"]
    assert table.frame["Spend"].tolist() == [1.5, 2.5, 3.5, 4.5]
    assert list(choices_of(table)) == ["stack", "1", "2", "one"]
    assert counted(table) == [2]


def test_months_below_one_another_with_titles_are_one_table_without_the_titles() -> None:
    names = ["Customer", "Spend", "Visits"]
    january = [["January"], names, ["K1", 1.5, 1], ["K2", 2.5, 2]]
    february = [["February"], names, ["K3", 3.5, 3], ["K4", 4.5, 4]]
    for data, name in ((as_csv([*january, [], *february]), "m.csv"), (as_book([*january, [], *february]), "m.xlsx")):
        table = read(data, name)
        assert table.frame["Customer"].tolist() == ["K1", "K2", "K3", "K4"]
        assert table.frame["Spend"].sum() == 12.0
        assert [label.split(": ")[1] for label in list(choices_of(table).values())[1:3]] == ["January", "February"]
        only = read(data, name, ReadSettings(table="2"))
        assert only.frame["Customer"].tolist() == ["K3", "K4"]


def test_an_empty_column_within_one_table_keeps_it_one_and_is_asked() -> None:
    rows = beside(PEOPLE, [["Age", "Score"], *([20 + row, row * 7] for row in range(1, 9))])
    table = read(as_csv(rows), "sheet.csv")
    assert list(table.frame.columns) == ["Customer", "Spend", "Visits", "Age", "Score"]
    assert table.frame["Score"].sum() == 252
    assert choices_of(table)["one"] == "All of it as one table"
    assert [note.what for note in table.notes if note.where == "Tables"] == [
        "A blank column divides what may be 2 tables; they were read as one."
    ]
    settled = read(as_csv(rows), "sheet.csv", ReadSettings(table="one"))
    assert settled.frame.equals(table.frame)
    assert counted(settled) == []


@pytest.mark.parametrize(
    "text",
    [
        "Customer,Spend\nK1,1\n\nK2,2\n\nK3,3\n",  # blank lines
        "Customer,City\nAnn,Rome\n\nBob,Oslo\nCyd,Bonn\nDee,Graz\n",  # words alone below a gap
        "Customer,Spend\nK1,1\nK2,2\n\nCustomer,Spend\nK3,3\nK4,4\n",  # a heading repeated, as on every page
        "Customer,Spend\nK1,1\nK2,2\nK3,3\n\nTotal,6\n",
        "Customer,Spend\nK1,1\nK2,2\nK3,x,4\nK5,5\n",  # a line of another width
    ],
)
def test_one_table_with_gaps_is_not_taken_for_several(text: str) -> None:
    table = read(text.encode(), "one.csv")
    assert choices_of(table) == {}
    assert counted(table) == []


def test_the_number_of_a_table_that_there_is_not_is_one_sentence() -> None:
    with pytest.raises(DataProblems, match="has no table “5”; there are 2"):
        read(as_csv([*PEOPLE, [], *PRODUCTS]), "sheet.csv", ReadSettings(table="5"))


@given(
    first=st.integers(2, 12), second=st.integers(2, 12), gap=st.integers(1, 3), side=st.booleans(), title=st.booleans()
)
@settings(max_examples=cases(5, 12), deadline=None)
def test_each_of_two_tables_comes_back_whole(first: int, second: int, gap: int, side: bool, title: bool) -> None:
    left = [["Shop", "Sales", "Staff"], *([f"S{row}", row + 0.5, row] for row in range(first))]
    right = [["Product", "Price"], *([f"P{row}", row * 2 + 0.25] for row in range(second))]
    if side:
        rows = beside(left, right)
    else:
        rows = [*left, *([[]] * gap), *([["Prices"]] if title else []), *right]
    data = as_csv(rows)
    labels = choices_of(read(data, "sheet.csv"))
    for wanted in (left, right):
        number = next(
            value for value in ("1", "2") if list(read(data, "sheet.csv", ReadSettings(table=value)).frame) == wanted[0]
        )
        assert number in labels
        frame = read(data, "sheet.csv", ReadSettings(table=number)).frame
        assert frame.iloc[:, 0].tolist() == [row[0] for row in wanted[1:]]
        assert frame.iloc[:, 1].tolist() == [row[1] for row in wanted[1:]]


@pytest.mark.parametrize(
    ("right", "told"),
    [
        ([["Income", "Score"], *([row * 3, row % 3] for row in range(1, 9))], []),
        ([["Product", "Price"], *([f"P{row}", row * 2.5] for row in range(1, 9))], [2]),
    ],
)
def test_a_blank_column_for_the_eye_is_a_remark_and_one_beside_other_rows_is_a_notice(
    right: Rows, told: list[int]
) -> None:
    table = read(as_csv(beside(PEOPLE, right)), "sheet.csv")
    assert list(table.frame.columns) == [*map(str, PEOPLE[0]), *map(str, right[0])]
    assert counted(table) == told
    assert "one" in choices_of(table)
