"""Sixty small files made by hand to fill the memory or hold the server: each is a table or one sentence, in time."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from segmentation.core.errors import DataProblems
from segmentation.data.reading import read
from tests.hostile.clock import Stopwatch
from tests.hostile.memory import Peak

SECONDS = 5.0
MOST_MEMORY = 1 << 30
"""Bytes that a child may have held at its largest: 1 GB."""
NAMESPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
FAR = "XFD1048576"
ONE = '<c r="A1"><v>1</v></c>'
SHEET = "xl/worksheets/sheet1.xml"
SHARED = "xl/sharedStrings.xml"


def parts() -> dict[str, bytes]:
    """The parts of a whole workbook with one sheet and one shared text."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        book.add_worksheet("Customers").write(0, 0, "id")
    with zipfile.ZipFile(file) as pack:
        return {name: pack.read(name) for name in pack.namelist()}


def book(sheet: str | bytes, **others: bytes) -> bytes:
    """A workbook with this text for its sheet; `others`: shared=… in place of its shared texts."""
    changed = {SHEET: sheet.encode() if isinstance(sheet, str) else sheet}
    if "shared" in others:
        changed[SHARED] = others["shared"]
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as pack:
        for name, data in (parts() | changed).items():
            pack.writestr(name, data)
    return file.getvalue()


def sheet(cells: str, *, prefix: str = "", before: str = "", after: str = "") -> str:
    """The text of a sheet with these rows, something before its data and something after."""
    name, p = (f":{prefix[:-1]}" if prefix else ""), prefix
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><{p}worksheet xmlns{name}="{NAMESPACE}">{before}'
        f"<{p}sheetData>{cells}</{p}sheetData>{after}</{p}worksheet>"
    )


def two(far: str, *, first: str = ONE) -> str:
    """A sheet with a cell at A1 and this one."""
    return sheet(f'<row r="1">{first}{far}</row>')


def shared(count: int, length: int) -> bytes:
    """Shared texts of a workbook: `count` of them with `length` letters each."""
    texts = f"<si><t>{'x' * length}</t></si>" * count
    return f'<?xml version="1.0"?><sst xmlns="{NAMESPACE}">{texts}</sst>'.encode()


def parquet(table: pa.Table, **options: str) -> bytes:
    file = io.BytesIO()
    pq.write_table(table, file, **options)
    return file.getvalue()


def column(values: object, kind: pa.DataType | None = None) -> pa.Table:
    return pa.table({"a": pa.array(values, kind)})


DOCTYPE = (
    '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;">]>'
)
OUTSIDE = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
MERGED = '<mergeCells count="1"><mergeCell ref="A1:XFD1048576"/></mergeCells>'

WORKBOOKS: dict[str, Callable[[], bytes]] = {
    "far cell": lambda: book(two(f'<c r="{FAR}"><v>1</v></c>')),
    "far cell, single quotes": lambda: book(two(f"<c r='{FAR}'><v>1</v></c>")),
    "far cell, prefix": lambda: book(
        sheet(f'<x:row r="1"><x:c r="A1"><x:v>1</x:v></x:c><x:c r="{FAR}"><x:v>1</x:v></x:c></x:row>', prefix="x:")
    ),
    "far cell, letter as entity": lambda: book(two('<c r="&#88;FD1048576"><v>1</v></c>')),
    "far cell, hexadecimal entity": lambda: book(two('<c r="&#x58;FD1048576"><v>1</v></c>')),
    "far cell, small letters": lambda: book(two('<c r="xfd1048576"><v>1</v></c>')),
    "far cell, other order": lambda: book(two(f'<c s="0"\n\t t="n" r = "{FAR}" ><v>1</v></c>')),
    "far cell, text in place": lambda: book(two(f'<c r="{FAR}" t="inlineStr"><is><t>a</t></is></c>')),
    "far cell, after a comment": lambda: book(two(f'<!-- > --><c r="{FAR}"><!-- x --><v>1</v></c>')),
    "far cell, in UTF-16": lambda: book(two(f'<c r="{FAR}"><v>1</v></c>').replace("UTF-8", "UTF-16").encode("utf-16")),
    "far cell, dollar signs": lambda: book(two('<c r="$XFD$1048576"><v>1</v></c>')),
    "far cell, empty": lambda: book(two(f'<c r="{FAR}"/>')),
    "far row without references": lambda: book(
        sheet('<row r="1"><c><v>1</v></c></row><row r="1048576">' + "<c/>" * 499 + "<c><v>1</v></c></row>")
    ),
    "column past the last": lambda: book(two('<c r="ZZZZZZ1"><v>1</v></c>')),
    "row past the last": lambda: book(two('<c r="B99999999999"><v>1</v></c>')),
    "row zero": lambda: book(two('<c r="A0"><v>1</v></c>')),
    "row below zero": lambda: book(sheet(f'<row r="-1">{ONE}</row>')),
    "row of 5,000 digits": lambda: book(sheet(f'<row r="{"9" * 5_000}">{ONE}</row>')),
    "entities that grow": lambda: book(DOCTYPE + sheet("").partition("?>")[2].replace("></", ">&d;</", 1)),
    "entity from outside": lambda: book(OUTSIDE + sheet("").partition("?>")[2].replace("></", ">&x;</", 1)),
    "not closed": lambda: book(sheet("")[:-30] + ONE),
    "all cells merged": lambda: book(sheet(f'<row r="1">{ONE}</row>', after=MERGED)),
    "merged 20,000 times": lambda: book(
        sheet(
            f'<row r="1">{ONE}</row>', after=MERGED.replace("/></", "/>" + '<mergeCell ref="A1:XFD9"/>' * 20_000 + "</")
        )
    ),
    "200,000 levels deep": lambda: book(f'<worksheet xmlns="{NAMESPACE}">' + "<a>" * 200_000 + "</a>" * 200_000),
    "200,000 attributes": lambda: book(
        two(f'<c r="B1" {" ".join(f"a{number}=" + chr(34) * 2 for number in range(200_000))}><v>1</v></c>')
    ),
    "an attribute of 10 MB": lambda: book(two(f'<c r="B1" s="{"1" * 10_000_000}"><v>1</v></c>')),
    "a name of 1 MB": lambda: book(sheet(f"<{'r' * 1_000_000}/>")),
    "a number of 1 MB": lambda: book(two(f'<c r="B1"><v>{"9" * 1_000_000}</v></c>')),
    "a wide extent": lambda: book(sheet(f'<row r="1">{ONE}</row>', before=f'<dimension ref="A1:{FAR}"/>')),
    "columns without end": lambda: book(
        sheet(f'<row r="1">{ONE}</row>', before='<cols><col min="1" max="999999999" width="9"/></cols>')
    ),
    "100,000 rows without references": lambda: book(sheet("<row><c><v>1</v></c></row>" * 100_000)),
    "shared texts of 60 MB": lambda: book(two('<c r="B1" t="s"><v>0</v></c>'), shared=shared(60, 1_000_000)),
    "a million shared texts": lambda: book(two('<c r="B1" t="s"><v>0</v></c>'), shared=shared(1_000_000, 1)),
    "a shared text that is not there": lambda: book(two('<c r="B1" t="s"><v>999999999999</v></c>')),
    "a shared text in 50,000 cells": lambda: book(
        sheet('<row><c t="s"><v>0</v></c></row>' * 50_000), shared=shared(1, 32_000)
    ),
    "NUL in the sheet": lambda: book(two("\x00")),
}
PARQUETS: dict[str, Callable[[], bytes]] = {
    "dictionary of one long text": lambda: parquet(
        pa.table({"a": pa.DictionaryArray.from_arrays([0] * 700, ["x" * 3_000_000]), "b": list(range(700))})
    ),
    "long bytes, packed": lambda: parquet(
        pa.table({"a": pa.array([b"x" * 300_000] * 300), "b": list(range(300))}), compression="zstd"
    ),
    "25 million empty cells": lambda: parquet(pa.table({"a": pa.nulls(25_000_000)})),
    "long lists": lambda: parquet(column([[1] * 50_000] * 40)),
    "nested": lambda: parquet(column([{"x": {"y": [{"z": 1}]}}] * 10)),
    "dates beyond the calendar": lambda: parquet(column([2**62] * 10, pa.timestamp("us"))),
    "durations beyond time": lambda: parquet(column([2**40] * 10, pa.duration("s"))),
    "5,000 columns": lambda: parquet(pa.table({f"c{number}": [1] for number in range(5_000)})),
    "a name of 1 MB": lambda: parquet(pa.table({"n" * 1_000_000: [1, 2]})),
    "the same name twice": lambda: parquet(pa.Table.from_arrays([pa.array([1]), pa.array([2])], names=["a", "a"])),
    "two marks and nothing between": lambda: b"PAR1" + b"\x00" * 50 + b"PAR1",
    "a footer longer than the file": lambda: b"PAR1" + b"\x00" * 50 + b"\xff\xff\xff\x7fPAR1",
}
TEXTS: dict[str, Callable[[], bytes]] = {
    "long words of two alphabets": lambda: b"a,b\n" + (b"x" * 300_000 + b"\xe9" + b"y" * 300_000 + b",1\n") * 2,
    "a word of accents": lambda: ("id,n\n" + "é" * 400_000 + ",1\n").encode("latin-1"),
    "tabs": lambda: b"a,b\n1," + b"\t" * 900_000 + b"\n",
    "quotation marks": lambda: b"a,b\n" + b'"' * 900_001 + b"\n1,2\n",
    "backslashes": lambda: b"a,b\n" + b'\\"' * 400_000 + b",1\n",
    "digits": lambda: b"a,b\n1," + b"1" * 900_000 + b"\n2,3\n",
    "dots between digits": lambda: b"a,b\n1," + b"1." * 450_000 + b"\n2,3\n",
    "a form feed": lambda: b"\x0c\n",
    "a mark of UTF-16 and an odd byte": lambda: b"\xff\xfe" + b"\x00" * 1_001,
    "commas": lambda: b"a,b\n" + b"," * 900_000 + b"\n",
    "blanks before a dash": lambda: b"a,b\n1," + b" " * 900_000 + b"-\n",
    "500 columns, 20,000 rows": lambda: (
        ",".join(f"c{number}" for number in range(500)).encode() + b"\n" + (b"," * 499 + b"\n") * 20_000
    ),
}
BOMBS = {
    **{f"{name}.xlsx": make for name, make in WORKBOOKS.items()},
    **{f"{name}.parquet": make for name, make in PARQUETS.items()},
    **{f"{name}.csv": make for name, make in TEXTS.items()},
}


@pytest.fixture(scope="module", autouse=True)
def reader() -> None:
    """The child that reads is there before the clock starts."""
    read(b"id,age\n1,30\n2,40\n", "good.csv")


def test_there_are_sixty() -> None:
    assert len(BOMBS) == 60


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_a_table_or_one_sentence_in_time(name: str) -> None:
    data, refused = BOMBS[name](), None
    with Peak() as peak:
        watch = Stopwatch()
        try:
            assert read(data, name).frame.shape[1] > 0
        except DataProblems as error:
            refused = error
        took = watch.seconds()
    assert took < SECONDS
    if refused is not None:
        assert "\n" not in str(refused)
        assert all(one.fix for one in refused.problems if one.fatal)
    assert read(b"id,age\n1,30\n2,40\n", "good.csv").frame.shape == (2, 2)
    assert peak.bytes < MOST_MEMORY
