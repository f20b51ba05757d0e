"""Lists for others: no cell is a formula, whatever program opens the file and with whatever separator."""

from __future__ import annotations

import csv
import io

import pandas as pd
import pytest

from segmentation.core.csv_export import altered, csv_bytes, safe_cell

STARTS = "=+-@|%"
BEFORE = ["", " ", "\t", "\r", "\n", "\r\n", "\x00", "\u2028", "\u00a0", "x;", "x|", 'x";"', "x; ", "x\r", "x\n", "x\t"]
PAYLOADS = [before + start + "1+cmd|' /C calc'!A0" for start in STARTS for before in BEFORE]


def begins_a_formula(cell: str) -> bool:
    """What a spreadsheet may take for a formula: its first visible letter is one that begins formulas."""
    try:
        float(cell)
    except ValueError:
        return cell.lstrip(" \t\r\n\x00\u00a0\u2028\"'"[:-1]).startswith(tuple(STARTS))
    return False


@pytest.mark.parametrize("separator", [",", ";", "|", "\t"])
def test_no_cell_of_the_file_is_a_formula_whatever_the_separator(separator: str) -> None:
    frame = pd.DataFrame({"id": range(len(PAYLOADS)), "note": PAYLOADS, "=name": PAYLOADS})
    text = csv_bytes(frame).decode("utf-8-sig")
    for quoting in (csv.QUOTE_MINIMAL, csv.QUOTE_NONE):
        if quoting == csv.QUOTE_NONE and separator == ",":
            continue  # a program that knows the separator knows the quotation marks
        for row in csv.reader(io.StringIO(text), delimiter=separator, quoting=quoting):
            assert not [cell for cell in row if begins_a_formula(cell)]


def test_every_field_is_quoted_and_every_row_is_one_line() -> None:
    text = csv_bytes(pd.DataFrame({"id": ["a\r\nb", "c\u2028d"], "spend": [1.5, -2.0]})).decode("utf-8-sig")
    assert text == '"id","spend"\r\n"a b","1.5"\r\n"c d","-2"\r\n'


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Köln", "Köln"),
        ("-12.5", "-12.5"),
        ("a; b", "a; b"),
        ("x;=1+1", "x;'=1+1"),
        ("x\r=1+1", "x =1+1"),
        ("\x00=1", "'=1"),
        ("null\x00byte", "nullbyte"),
        (3, 3),
        (None, None),
    ],
)
def test_a_cell_keeps_all_that_does_no_harm(before: object, after: object) -> None:
    assert safe_cell(before) == after


def test_what_is_done_to_cells_is_told_with_the_columns_and_the_number_of_cells() -> None:
    frame = pd.DataFrame(
        {
            "id": ["=1+1", "=1+1", "K3", "K4"],
            "note": ["two\nlines", "x\u2028y", "null\x00byte", "plain"],
            "spend": [1.0, 2.0, 3.0, 4.0],
            "=head\r": ["a", "b", None, "x\r=1"],
        }
    )
    assert [(one.kind, one.where, one.count) for one in altered(frame)] == [
        ("guarded", "id", 2),
        ("removed", "note, =head", 4),
    ]
    assert altered(frame)[1].text == (
        "note, =head: 4 cells had line breaks, tabs or control characters, which were taken out."
    )
    assert altered(frame[["spend"]]) == ()
