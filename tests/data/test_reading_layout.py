"""Where the table is inside a file: separator, quotes, header, titles, totals; small files worked out by hand."""

from __future__ import annotations

import pytest

from segmentation.core.errors import DataProblems
from segmentation.core.tables import Table
from segmentation.data.reading import ReadSettings, read


def table_of(text: str, **settings: object) -> Table:
    return read(text.encode(), "file.csv", ReadSettings(**settings))  # type: ignore[arg-type]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_every_separator_is_found(separator: str) -> None:
    lines = [separator.join(row) for row in (["id", "name", "age"], ["a", "Smith", "30"], ["b", "Jones", "40"])]
    table = table_of("\n".join(lines))
    assert table.settings.separator == separator
    assert table.frame["age"].tolist() == [30, 40]


def test_decimal_commas_do_not_pass_for_separators() -> None:
    assert table_of("a;b\n1,5;2,5\n3,5;4,5\n5,5;6,5\n").frame["b"].tolist() == [2.5, 4.5, 6.5]


def test_commas_in_texts_do_not_pass_for_separators() -> None:
    table = table_of("id;note;x\n1;Hello, you, there;5\n2;Well, no, yes;6\n3;A, b, c;7\n")
    assert table.frame["x"].tolist() == [5, 6, 7]


def test_excels_hint_of_the_separator_is_followed() -> None:
    table = table_of("sep=;\nid;x\na;1,5\nb;2,5\n")
    assert table.frame["x"].tolist() == [1.5, 2.5]
    assert table.settings.header_row == 2


def test_single_quotation_marks_are_found() -> None:
    assert table_of("'id','name'\n'1','a, b'\n'2','c, d'\n").frame["name"].tolist() == ["a, b", "c, d"]


def test_lines_that_end_in_one_more_separator_are_read() -> None:
    table = table_of("id,x\na,1,\nb,2,\n")
    assert table.frame["x"].tolist() == [1, 2]
    assert any("beyond the last column" in note.what for note in table.notes)


def test_titles_above_and_blank_columns_beside_the_table_are_left_out() -> None:
    table = table_of(",Sales report,,,\n,Year:,2024,,\n,,,,\n,id,name,amount,\n,1,a,5.5,\n,2,b,6.5,\n")
    assert list(table.frame.columns) == ["id", "name", "amount"]
    assert table.settings.header_row == 4
    said = " ".join(note.what for note in table.notes)
    assert "2 lines above it left out" in said
    assert "position 1, 5" in said


def test_another_header_line_can_be_chosen() -> None:
    text = "id,x\nname,y\na,1\nb,2\n"
    assert list(table_of(text, header_row=2).frame.columns) == ["name", "y"]
    none = table_of(text, header_row=0)
    assert list(none.frame.columns) == ["Column 1", "Column 2"]
    assert len(none.frame) == 4
    with pytest.raises(DataProblems, match="no line 99"):
        table_of(text, header_row=99)


def test_a_header_of_years_is_a_header() -> None:
    assert list(table_of("Region,2022,2023,2024\nNorth,5,6,7\nSouth,8,9,10\n").frame.columns)[1] == "2022"


TOTALS = {
    "label and sum": ("id,x\na,1\nb,2\nc,3\nTotal,6\n", 3),
    "label in another language": ("id;x\na;1,5\nb;2,5\nSumme;4\n", 2),
    "grand total": ("id,x,y\na,1,2\nb,2,3\nGrand Total,3,5\n", 2),
    "no label": ("id,name,x\na,u,1.5\nb,v,2.5\nc,w,3.5\n,,7.5\n", 3),
    "label and rounded sum": ("id,x\na,1000\nb,2000\nTotal,3001\n", 2),
    "two totals": ("id,x\na,1\nb,2\nTotal,3\nGrand total,3\n", 2),
    "a customer called Total": ("id,x,y,z\nShell,9,5,1\nBP,2,3,1\nTotal,40,7,1\n", 3),
    "the last of a growing series": ("id,x\na,1\nb,2\nc,3\n", 3),
    "a sum by accident in a full row": ("id,name,x\na,u,1\nb,v,2\nc,w,3\n", 3),
}


@pytest.mark.parametrize(("text", "rows"), TOTALS.values(), ids=TOTALS.keys())
def test_a_total_row_is_left_out_and_a_customer_is_not(text: str, rows: int) -> None:
    table = table_of(text)
    assert len(table.frame) == rows
    assert len(table_of(text, total_rows=False).frame) == text.count("\n") - 1
    listed = [note for note in table.notes if note.undo == "total row"]
    assert len(listed) == text.count("\n") - 1 - rows


def test_a_repeated_header_is_left_out_and_listed() -> None:
    table = table_of("id,x\na,1\nid,x\nb,2\n")
    assert table.frame["x"].tolist() == [1, 2]
    assert any("repeats the header" in note.what and "line 3" in note.what for note in table.notes)


def test_short_lines_can_be_filled_instead_of_refused() -> None:
    table = table_of("id,x,y\na,1,2\nb,3\nc,4,5\n", short_lines="fill")
    assert table.frame["y"].isna().tolist() == [False, True, False]
    assert len(table.refused) == 0


def test_an_index_column_without_a_name_gets_one() -> None:
    table = table_of('"","a","b"\n"1",1.5,"x"\n"2",2.5,"y"\n')
    assert list(table.frame.columns) == ["Column 1", "a", "b"]
    assert table.frame["a"].tolist() == [1.5, 2.5]


def test_a_blank_first_line_above_a_single_cell_is_no_index_column() -> None:
    with pytest.raises(DataProblems, match="no rows below it"):
        table_of("\nspend\n")


def test_marks_inside_cells_may_be_escaped_by_a_backslash() -> None:
    table = table_of('id,note,x\n1,"He said \\"hi, you\\"",2\n2,"ok",3\n')
    assert table.frame["note"].tolist() == ['He said "hi, you"', "ok"]
    windows = table_of('id,folder,x\n1,"C:\\temp\\",2\n2,"D:\\",3\n')
    assert windows.frame["folder"].tolist() == ["C:\\temp\\", "D:\\"]


def test_a_ruled_line_below_the_header_is_no_row() -> None:
    table = table_of("| id | x |\n|----|---|\n| 1 | 2 |\n| 2 | 3 |\n")
    assert table.frame["x"].tolist() == [2, 3]
    assert any("line below the header is only drawn" in note.what for note in table.notes)


def test_subtotals_between_the_rows_that_add_up_are_left_out_and_counted() -> None:
    table = table_of("region,x\nN,1\nN,2\nSubtotal,3\nS,4\nS,5\nSubtotal,9\nGrand total,12\n")
    assert table.frame["x"].tolist() == [1, 2, 4, 5]
    assert sum(note.count for note in table.notes if note.kind == "left out") == 3


def test_rows_called_totals_that_add_nothing_up_are_kept_and_said() -> None:
    table = table_of("region,x\nN,1\nN,2\nSubtotal,30\nS,4\nS,5\nS,6\n")
    assert table.frame["x"].sum() == 48
    assert [(problem.kind, problem.count) for problem in table.problems] == [("totals", 1)]


def test_a_row_of_averages_is_left_out() -> None:
    assert table_of("id,x,y\n1,2,3\n2,4,5\n3,6,7\nAverage,4,5\n").frame["x"].tolist() == [2, 4, 6]


@pytest.mark.parametrize("written", ["2024. 01. {:02}.", "2024. 1. {}.", "2024. 1. {}", "2024.01.{:02}."])
def test_dates_with_blanks_behind_their_dots_are_dates(written: str) -> None:
    rows = "".join(f"a;{written.format(day)}\n" for day in (3, 14, 25))
    table = read(f"id;day\n{rows}".encode(), "dates.csv")
    assert table.frame["day"].dt.strftime("%Y-%m-%d").tolist() == ["2024-01-03", "2024-01-14", "2024-01-25"]
