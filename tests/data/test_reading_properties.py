"""What must hold for every table: nothing changes silently, nothing shifts, a replay gives the same table."""

from __future__ import annotations

import csv
import io
import json
import math
from datetime import datetime

import numpy as np
import pandas as pd
import pyarrow as pa
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from segmentation.core.errors import DataProblems
from segmentation.core.tables import Table
from segmentation.data.reading import ReadSettings, read
from segmentation.data.reading.dates import _parse, parse_dates, parse_moments
from segmentation.data.reading.numbers import parse_numbers
from tests.conftest import cases

slow = settings(max_examples=cases(14, 40), deadline=None, suppress_health_check=[HealthCheck.too_slow])
quick = settings(max_examples=cases(50, 120), deadline=None, suppress_health_check=[HealthCheck.too_slow])

TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=8)
CELLS = st.one_of(
    TEXTS,
    st.integers(-(10**6), 10**6).map(str),
    st.floats(-1e6, 1e6).map(repr),
    st.sampled_from(
        ["", " ", "?", "NA", "#DIV/0!", "-", "1.234,50", "1,234.50", "(49.00)", "5 %", "£3", "01234", "1E5"]
    ),
    st.sampled_from(
        ["31/12/2024", "01/02/2024", "2024-01-31", "03-NOV-2010", "yes", "no", "Total", '"', "a\nb", "a;b"]
    ),
    st.sampled_from(
        ["12345678901234567", "1e999", "nan", "inf", "-inf", "TRUE", "False", "930101", "1.5", "2,5", "+7"]
    ),
)


@st.composite
def columns(draw: st.DrawFn, rows: int) -> list[str]:
    """A column of one kind of cells, so that conversions happen, with some of any other kind."""
    common = draw(
        st.sampled_from([CELLS, st.floats(-1e6, 1e6).map(lambda v: f"{v:,.2f}"), st.integers(0, 99).map(str)])
    )
    return [draw(common) if draw(st.integers(0, 19)) else draw(CELLS) for _ in range(rows)]


@st.composite
def files(draw: st.DrawFn) -> tuple[list[list[str]], bytes, str]:
    """Rows with a first column that is never blank, written by the `csv` module: (rows, bytes, separator)."""
    count = draw(st.integers(1, 12))
    table = [draw(columns(count)) for _ in range(draw(st.integers(1, 4)))]
    rows = [[f"k{at}", *cells] for at, cells in enumerate(zip(*table, strict=True))]
    separator = draw(st.sampled_from([",", ";", "\t", "|"]))
    text = io.StringIO()
    writer = csv.writer(text, delimiter=separator, lineterminator=draw(st.sampled_from(["\n", "\r\n"])))
    writer.writerow(["key", *(f"name {chr(97 + at)}" for at in range(len(table)))])
    writer.writerows(rows)
    return rows, text.getvalue().encode(), separator


def table_or_none(data: bytes) -> Table | None:
    """The table, or None where it was refused; a refusal must say what and how to mend it."""
    try:
        return read(data, "any.csv")
    except DataProblems as error:
        faults = error.problems
    assert all(problem.what and problem.fix for problem in faults)
    return None


def said_of(table: Table, column: str) -> int:
    """How many cells of a column the notes say were changed."""
    return sum(note.count for note in table.notes if note.undo == column)


def is_changed(before: str, after: object) -> bool:
    """Whether a cell that is not blank differs from what it says: as text, or as the float Python reads in it."""
    if pd.isna(after):
        return True
    if isinstance(after, str):
        return after != before
    if isinstance(after, float):
        try:
            return float(before) != after or not before.isascii() or "_" in before or before != before.strip()
        except ValueError:
            return True
    return True


@slow
@given(files())
def test_no_cell_changes_without_a_note_and_the_text_is_what_csv_reads(
    file: tuple[list[list[str]], bytes, str],
) -> None:
    _, data, separator = file
    wanted = ReadSettings(separator=separator, header_row=1, total_rows=False)
    table = read(data, "any.csv", wanted)
    rows = list(csv.reader(io.StringIO(data.decode(), newline=""), delimiter=separator))[1:]
    assert table.text.to_numpy().tolist() == rows
    assert len(table.refused) == 0
    blank = 0
    for place, column in enumerate(table.frame):
        before, after = [row[place] for row in rows], table.frame[column].tolist()
        pairs = list(zip(before, after, strict=True))
        blank += sum(not cell.strip() for cell in before)
        assert all(pd.isna(value) for cell, value in pairs if not cell.strip())
        assert said_of(table, column) == sum(is_changed(cell, value) for cell, value in pairs if cell.strip())
    assert sum(note.count for note in table.notes if note.where == "Blank cells") == blank


@slow
@given(files())
def test_every_row_is_read_refused_or_listed_whatever_is_found(file: tuple[list[list[str]], bytes, str]) -> None:
    rows, data, _ = file
    table = table_or_none(data)
    assume(table is not None)
    kept = list(table.text.iloc[:, 0])
    assert all(len(table.frame[column]) == len(kept) for column in table.frame)
    if table.frame.columns[0] == "key" and len(table.refused) == 0:
        left_out = sum(note.count for note in table.notes if note.where == "Rows")
        assert len(kept) + left_out >= len(rows)


@slow
@given(files())
def test_the_found_settings_read_the_file_again_in_the_same_way(file: tuple[list[list[str]], bytes, str]) -> None:
    _, data, separator = file
    first = read(data, "any.csv", ReadSettings(separator=separator, header_row=1))
    replay = ReadSettings.from_dict(json.loads(json.dumps(first.settings.to_dict())))
    again = read(data, "any.csv", replay)
    pd.testing.assert_frame_equal(first.frame, again.frame)
    assert first.settings == again.settings


@slow
@given(files())
def test_undoing_every_conversion_gives_the_file_back(file: tuple[list[list[str]], bytes, str]) -> None:
    _, data, separator = file
    plain = ReadSettings(separator=separator, header_row=1, total_rows=False)
    names = tuple(read(data, "any.csv", plain).frame.columns)
    undone = read(data, "any.csv", ReadSettings(separator=separator, header_row=1, total_rows=False, as_text=names))
    for column in names:
        pairs = zip(undone.text[column], undone.frame[column], strict=True)
        assert all(before == after if before.strip() else pd.isna(after) for before, after in pairs)


STYLES = {
    "English": (".", lambda v: f"{v:,.2f}"),
    "German": (",", lambda v: f"{v:,.2f}".translate(str.maketrans(",.", ".,"))),
    "French": (",", lambda v: f"{v:,.2f}".translate(str.maketrans(",.", "\u202f,"))),
    "Swiss": (".", lambda v: f"{v:,.2f}".replace(",", "’")),
    "accounting": (".", lambda v: f"({-v:,.2f})" if v < 0 else f"{v:,.2f}"),
    "minus behind": (".", lambda v: f"{-v:,.2f}-" if v < 0 else f"{v:,.2f}"),
    "pounds": (".", lambda v: f"-£{-v:,.2f}" if v < 0 else f"£{v:,.2f}"),
    "euros": (",", lambda v: f"{v:,.2f} €".translate(str.maketrans(",.", ".,"))),
}


@quick
@given(st.floats(-1e9, 1e9).map(lambda v: round(v, 2)), st.sampled_from(list(STYLES)))
def test_a_number_written_in_any_style_is_read_back_exactly(value: float, style: str) -> None:
    mark, write = STYLES[style]
    assert parse_numbers(pa.array([write(value)], pa.large_string()), mark)[0] == value


@quick
@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_float_is_read_as_the_float_that_python_reads(value: float) -> None:
    found = parse_numbers(pa.array([repr(value)], pa.large_string()), ".")[0]
    assert found == value
    assert math.copysign(1, found) == math.copysign(1, value)


@quick
@given(TEXTS | CELLS, st.sampled_from(".,"))
def test_what_is_no_number_is_missing_and_never_raises(cell: str, mark: str) -> None:
    found = parse_numbers(pa.array([cell], pa.large_string()), mark)
    assert found.shape == (1,)
    assert np.isnan(found[0]) or any(letter.isdigit() for letter in cell)


WRITTEN = ["%Y-%m-%d %H:%M:%S", "%d/%m/%Y %H:%M:%S", "%d.%m.%Y %H:%M:%S", "%d-%b-%Y %H:%M:%S", "%B %d, %Y %I:%M:%S %p"]


@quick
@given(st.datetimes(pd.Timestamp("1900-01-01"), pd.Timestamp("2099-12-31")), st.sampled_from(WRITTEN))
def test_a_date_written_in_any_style_is_read_back_exactly(moment: pd.Timestamp, style: str) -> None:
    moment = moment.replace(microsecond=0)
    found = parse_dates(pa.array([moment.strftime(style)], pa.large_string()), "dmy")[0]
    assert found == np.datetime64(moment, "us")


@quick
@given(
    moments=st.lists(st.datetimes(), max_size=5),
    style=st.sampled_from(("%Y-%m-%d", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S")),
    odd=st.sampled_from(("", "2024-02-30", "2024-13-01 10:00", "2024-01-05 24:00", "2024-01-05 10:60", "3024-01-05")),
)
def test_dates_as_computers_write_them_are_read_at_once_as_one_by_one(
    moments: list[datetime], style: str, odd: str
) -> None:
    cells = pa.array([moment.strftime(style) for moment in moments] + [odd] * bool(odd), pa.large_string())
    made = parse_moments(cells)
    assert odd == "" or made is None
    if made is not None:
        np.testing.assert_array_equal(made.to_numpy(zero_copy_only=False), _parse(cells, "dmy"))


@quick
@given(st.binary(max_size=300))
def test_any_bytes_are_a_table_or_a_sentence(data: bytes) -> None:
    table = table_or_none(data)
    if table is not None:
        assert table.frame.shape == table.text.shape
        assert table.frame.columns.is_unique
