"""Lines that a fast reader cuts into cells are cut as the careful one does, and what needs care gets it."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from segmentation.data.reading import plain_lines
from segmentation.data.reading.gather import Grid, gather
from segmentation.data.reading.plain_lines import gather_plain
from segmentation.data.reading.records import Dialect, Refused, TextFile, open_text, records
from tests.conftest import cases

HEADER = ["id", "name", "spent"]


def carefully(data: bytes, *, fill_short: bool = False) -> Grid:
    stream = open_text(data, "utf-8")[0]
    next(stream)
    refused = Refused()
    each = records(stream, Dialect(","), first=2, width=3, refused=refused)
    return gather(each, HEADER, refused, width=3, fill_short=fill_short)


def fast(data: bytes, *, fill_short: bool = False) -> Grid | None:
    return gather_plain(TextFile(data, "utf-8", Dialect(",")), 2, HEADER, Refused(), width=3, fill_short=fill_short)


def content(grid: Grid) -> tuple[object, ...]:
    columns = [column.to_pylist() for column in grid.columns]
    return columns, grid.lines.tolist(), grid.refused.rows, grid.refused.count, grid.notes


CELLS = (
    "",
    " ",
    "a",
    "12.5",
    "1,5",
    "x y",
    "Ä",
    "\u00a0",
    "\ufeff",
    "\u2028",
    "\x0b",
    "=1",
    "'",
    "-",
    "--",
    "NaN",
    "id",
)
QUOTED = (
    '"a"',
    '"a,b"',
    '"a ""b"" c"',
    '""',
    '"',
    'a"b',
    '"a"b',
    '"a\nb"',
    ' "a"',
    '"a\tb"',
    "\x1f",
    '"a,\x1f"',
    '",,"',
)


@settings(max_examples=cases(60, 150), deadline=None)
@given(
    rows=st.lists(st.lists(st.sampled_from(CELLS), min_size=3, max_size=3), min_size=1, max_size=40),
    odd=st.lists(
        st.tuples(st.integers(0, 39), st.lists(st.sampled_from(CELLS + QUOTED), min_size=0, max_size=5)), max_size=3
    ),
    end=st.sampled_from(("\n", "\r\n", "\n", "\r")),
    last=st.booleans(),
    fill_short=st.booleans(),
    block=st.sampled_from((8, 60, 300)),
)
def test_both_ways_give_the_same_cells_lines_refusals_and_notes(
    rows: list[list[str]],
    odd: list[tuple[int, list[str]]],
    end: str,
    last: bool,
    fill_short: bool,
    block: int,
) -> None:
    for place, cells in odd:
        rows.insert(place, cells)
    data = (end.join(",".join(row) for row in [HEADER, *rows]) + (end if last else "")).encode()
    before = plain_lines.BLOCK, plain_lines.FIRST_BLOCK
    plain_lines.BLOCK = plain_lines.FIRST_BLOCK = block
    try:
        found = fast(data, fill_short=fill_short)
    finally:
        plain_lines.BLOCK, plain_lines.FIRST_BLOCK = before
    if found is not None:
        assert content(found) == content(carefully(data, fill_short=fill_short))


def test_plain_lines_and_lines_with_marks_of_their_own_are_cut_fast() -> None:
    lines = ["id,name,spent", *(f"{number},name {number},{number / 4}" for number in range(2_000))]
    lines[900] = '900,"Smith, ""Ann""",3'
    lines[1_500] = "only one cell"
    data = "\n".join(lines).encode()
    found = fast(data)
    assert found is not None
    assert content(found) == content(carefully(data))
    assert found.columns[1][899].as_py() == 'Smith, "Ann"'
    assert found.refused.rows == [(1_501, "too few cells: 1 instead of 3", "only one cell")]


def test_a_record_on_two_lines_is_left_to_the_careful_way() -> None:
    assert fast(b'id,name,spent\n1,a,2\n2,"b\nc",3\n') is None
    assert fast(b"id,name,spent\r1,a,2\r") is None
    assert fast("id,name,spent\n1,ä,2\n".encode("latin-1")) is None
