"""Files that are broken, huge, or made to do harm: each is one plain sentence or a right table, quickly."""

from __future__ import annotations

import gzip
import io
import struct
import time
import zipfile
from collections.abc import Callable
from contextlib import nullcontext

import openpyxl
import pytest

from segmentation.core.errors import DataProblems
from segmentation.data.reading import gather, read, reader
from segmentation.data.reading.guards import MAX_BYTES

ROW = b"1,2,3\n"


def workbook(*cells: tuple[str, object]) -> bytes:
    book = openpyxl.Workbook()
    for place, value in cells:
        book.active[place] = value
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def archive(size: int, *, name: str = "xl/worksheets/sheet1.xml") -> bytes:
    """A zip file whose one big member holds `size` zero bytes."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as pack:
        pack.writestr("xl/workbook.xml", "<workbook/>")
        with pack.open(name, "w") as member:
            for _ in range(size // 2**20):
                member.write(bytes(2**20))
    return file.getvalue()


def lying_archive() -> bytes:
    """A zip bomb whose directory says that the big member has 1,000 bytes."""
    data = bytearray(archive(50 * 2**20))
    place = data.rfind(b"PK\x01\x02")
    data[place + 24 : place + 28] = struct.pack("<I", 1000)
    return bytes(data)


def shifted_table() -> bytes:
    return b"id,age\n" + b"".join(b"%d,30,x\n" % row for row in range(50))


REFUSED: dict[str, tuple[bytes | Callable[[], bytes], str]] = {
    "no bytes at all": (b"", "is empty"),
    "one line end": (b"\n", "is empty"),
    "only blank lines": (b"\r\n" * 500 + b"  \n\t\n", "is empty"),
    "a byte order mark and nothing else": (b"\xef\xbb\xbf", "is empty"),
    "UTF-16 mark and nothing else": (b"\xff\xfe", "is empty"),
    "a header only": (b"id,age,income\n", "no rows below"),
    "a header and blank rows": (b"id,age,income\n,,\n,,\n", "no rows below"),
    "random bytes": (bytes(range(256)) * 40, "no text"),
    "control characters": (b"a,b\n" + b"\x01\x02\x03\x04" * 100, "not a file of text"),
    "one NUL byte": (b"a,b,c\n1,\x00,3\n", "first on line 2"),
    "gzip": (gzip.compress(b"a,b\n1,2\n"), "compressed (gzip)"),
    "gzip bomb": (lambda: gzip.compress(bytes(50 * 2**20)), "compressed (gzip)"),
    "zip": (archive(2**20, name="data.csv").replace(b"xl/workbook.xml", b"xx/workbook.xml"), "archive (zip)"),
    "cut-off zip": (b"PK\x03\x04" + b"junk" * 100, "damaged"),
    "zip bomb named xlsx": (lambda: archive(700 * 2**20), "would unpack into 700 MB"),
    "zip bomb that lies about its size": (lying_archive, "damaged"),
    "workbook with a cell in the last corner": (lambda: workbook(("A1", "id"), ("XFD1048576", 1)), "16,384 columns"),
    "workbook with a cell far below": (lambda: workbook(("A1", "id"), ("SA1048576", 1)), "scattered"),
    "empty workbook": (workbook(), "no sheet that holds anything"),
    "old Excel": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), ".xls"),
    "PDF": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "PDF"),
    "PNG": (b"\x89PNG\r\n\x1a\n" + bytes(60), "picture"),
    "JPEG": (b"\xff\xd8\xff\xe0" + bytes(60), "picture"),
    "web page": (b"<!DOCTYPE html><html><table><tr><td>1</td></tr></table></html>", "web page"),
    "XML": (b"<?xml version='1.0'?><rows/>", "XML"),
    "JSON": (b'[{"id": 1, "age": 30}]', "JSON"),
    "database": (b"SQLite format 3\x00" + bytes(100), "database"),
    "600 columns": (b",".join(b"c%d" % i for i in range(600)) + b"\n" + b",".join([b"1"] * 600), "600 columns"),
    "80,000 equal headers": (b",".join([b"age"] * 80_000) + b"\n" + b",".join([b"1"] * 80_000), "80,000 columns"),
    "a first line of 3 MB": (b"x" * 3 * 2**20, "longer than 1 MB"),
    "a line of 2 MB in the middle": (b"a,b\n1,2\n" + b"x" * 2**21 + b"\n3,4\n", "line 3"),
    "cut-off Parquet": (b"PAR1" + bytes(100), "damaged Parquet"),
    "one name too few": (shifted_table(), "line 1 has 2 cells"),
    "a quotation mark on every line": (b"a,b\n" + b'"x\n' * 3001, "quotation mark"),
    "20 million lines and one": (lambda: b"a,b\n" + b"1,\n" * 20_000_000, "the most is 20,000,000"),
    "larger than allowed": (lambda: bytes(MAX_BYTES + 1), "the most is 200 MB"),
}


@pytest.mark.parametrize(("data", "words"), REFUSED.values(), ids=REFUSED.keys())
def test_a_hostile_file_is_refused_in_one_quick_sentence_with_a_remedy(
    data: bytes | Callable[[], bytes], words: str
) -> None:
    given = data() if callable(data) else data
    start = time.process_time()
    with pytest.raises(DataProblems) as caught:
        read(given, "customers.csv")
    seconds = time.process_time() - start
    assert len(caught.value.problems) == 1
    problem = caught.value.problems[0]
    assert words in problem.what
    assert problem.fix.endswith(".")
    assert "\n" not in str(caught.value)
    assert seconds < 0.5


@pytest.mark.parametrize(
    ("lines", "are"),
    [(b"1\n", "do not fit its header"), (b",\n", "are blank"), (b"id,age\n", "repeat its header")],
)
def test_of_a_file_that_is_mostly_no_rows_reading_stops_before_its_end(
    lines: bytes, are: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (gather, reader):
        monkeypatch.setattr(module, "MOST_LEFT_OUT", 100)
    with pytest.raises(DataProblems, match=f"^people.csv: the file has more than 100 lines that {are}"):
        reader.read(b"id,age\nA,1\n" + lines * 101, "people.csv")
    with pytest.raises(DataProblems, match="does not fit") if "fit" in are else nullcontext():
        reader.read(b"id,age\nA,1\n" + lines * 100, "people.csv")


def test_text_in_a_numeric_column_is_listed_with_its_line() -> None:
    rows = b"".join(b"C%d,%d\n" % (row, row) for row in range(30))
    table = read(b"id,age\n" + rows[:12] + b"Cx,thirty\n" + rows[12:], "customers.csv")
    assert table.frame["age"].dtype == "float64"
    assert table.frame["age"].isna().sum() == 1
    (problem,) = table.problems
    assert problem.where == "age"
    assert "line 4 “thirty”" in problem.what
    assert not problem.fatal


def test_mostly_text_stays_text_and_is_said() -> None:
    table = read(b"id,age\na,1\nb,2\nc,x\nd,3\n", "customers.csv")
    assert list(table.frame["age"]) == ["1", "2", "x", "3"]
    assert "75 % of its cells are numbers" in table.problems[0].what


def test_one_column_is_read_and_questioned() -> None:
    table = read(b"age\n1\n2\n3\n", "customers.csv")
    assert list(table.frame["age"]) == [1, 2, 3]
    assert "only one column" in table.problems[0].what


def test_ragged_lines_are_refused_by_number_and_nothing_shifts() -> None:
    table = read(b"id,age,income\nA,30,10\nB,40\nC,50,20,extra\nD,60,30\n", "customers.csv")
    assert list(table.frame["id"]) == ["A", "D"]
    assert list(table.frame["income"]) == [10, 30]
    assert table.refused.to_dict("list") == {
        "line": [3, 4],
        "reason": ["too few cells: 2 instead of 3", "too many cells: 4 instead of 3"],
        "text": ["B | 40", "C | 50 | 20 | extra"],
    }


def test_a_quotation_mark_that_never_closes_costs_one_line() -> None:
    table = read(b'id,note,age\nA,"open,1\nB,x,2\nC,y,3\n', "customers.csv")
    assert list(table.frame["id"]) == ["B", "C"]
    assert table.refused["line"].tolist() == [2]
    assert "does not close" in table.refused["reason"][0]


def test_two_stray_quotation_marks_do_not_swallow_the_lines_between() -> None:
    table = read(b'id,note\nA,"five\nB,x\nC,y\nD,"six inch\nE,z\n', "customers.csv")
    assert list(table.frame["id"]) == ["B", "C", "E"]
    assert table.refused["line"].tolist() == [2, 5]


def test_quoted_line_ends_belong_to_their_cell() -> None:
    table = read(b'id,note,age\nA,"two\nlines",1\nB,x,2\n', "customers.csv")
    assert list(table.frame["note"]) == ["two\nlines", "x"]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["Unix", "Windows", "old Macintosh"])
def test_every_line_end_ends_a_line(end: str) -> None:
    table = read(end.join(["id,age", "A,1", "B,2"]).encode(), "customers.csv")
    assert list(table.frame["age"]) == [1, 2]


def test_mixed_line_ends_are_read() -> None:
    table = read(b"id,age\nA,1\r\nB,2\rC,3\n", "customers.csv")
    assert list(table.frame["age"]) == [1, 2, 3]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_every_usual_encoding_gives_the_same_table(encoding: str) -> None:
    text = "id;größe;ort\n" + "".join(f"K{row};{row},5;Köln\n" for row in range(20))
    table = read(text.encode(encoding), "kunden.csv")
    assert list(table.frame.columns) == ["id", "größe", "ort"]
    assert table.frame["größe"].sum() == 200
    assert set(table.frame["ort"]) == {"Köln"}


def test_hostile_headers_become_visible_unique_names() -> None:
    header = '=cmd()|x,![a](http://b/c.png),\u202eevil,a\u200bb,age,age,,"line\nend"\n'
    table = read(header.encode() + b"1,2,3,4,5,6,7,8\n2,3,4,5,6,7,8,9\n", "customers.csv")
    assert list(table.frame.columns) == [
        "=cmd()|x", "![a](http://b/c.png)", "evil", "a b", "age", "age (2)", "Column 7", "line end",
    ]  # fmt: skip
    note = next(note for note in table.notes if note.where == "Header")
    assert note.count == 5


def test_a_headerless_file_says_so() -> None:
    table = read(b"1,2.5,30\n2,3.5,40\n3,4.5,50\n", "numbers.csv")
    assert list(table.frame.columns) == ["Column 1", "Column 2", "Column 3"]
    assert len(table.frame) == 3
    assert "no header line" in table.problems[0].what


def test_a_line_of_half_a_million_commas_below_the_header_is_only_refused() -> None:
    data = b"id,age\nA,1\nB,2\nC,3\n" * 10 + b"," * 500_000 + b"x\nD,4\n"
    start = time.process_time()
    table = read(data, "customers.csv")
    assert time.process_time() - start < 1
    assert table.frame["id"].iloc[-1] == "D"
    assert len(table.refused) == 1


def test_millions_of_blank_lines_are_refused_before_they_fill_the_memory() -> None:
    with pytest.raises(DataProblems, match="2,000,000 lines that are blank"):
        read(b"id,age\nA,1\n" + b"\n" * 2_000_010, "customers.csv")


def test_cells_beyond_the_range_of_a_float_are_listed_not_infinite() -> None:
    table = read(b"id,x\n" + b"".join(b"A,%d\n" % row for row in range(20)) + b"B,1.5e999\n", "customers.csv")
    assert table.frame["x"].isna().sum() == 1
    assert "1.5e999" in table.problems[0].what
