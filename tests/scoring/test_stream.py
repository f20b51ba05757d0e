"""A big file scored block by block gives the rows and the words of the same file read as a whole."""

from __future__ import annotations

import gzip
import random
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from segmentation.api import describe, features, fit
from segmentation.clustering.model import Segmentation
from segmentation.core.csv_export import altered, csv_text
from segmentation.core.csv_lines import untouched
from segmentation.core.errors import Cancelled, SegmentationError
from segmentation.data.reading import ReadSettings, reader
from segmentation.data.reading.no_answer import _EVERY
from segmentation.data.reading.stream import apart, pieces
from segmentation.data.reading.stream.facts import Numbers
from segmentation.data.reading.stream.lanes import _letters_then_digits
from segmentation.data.reading.stream.pieces import _sixteen_digits_in_a_row
from segmentation.personas.cards import segment_names
from segmentation.scoring.batch import score_files
from segmentation.scoring.choices import Choices
from segmentation.scoring.scored_file import ScoredFile
from segmentation.scoring.stream import score_stream
from segmentation.scoring.stream.rows import COLUMNS

ROWS = 1_000
SMALL = 13_000
"""Bytes of a block: a block has about 380 rows; a shorter first one does not tell what the columns are."""

Row = list[str]


def table(rows: int = ROWS, seed: int = 1) -> list[Row]:
    """Customers as cells: a code, two amounts, a count, a word."""
    rng = random.Random(seed)
    return [
        [
            f"C{10_000 + number}",
            f"{rng.lognormvariate(6, 1):.2f}",
            f"{rng.uniform(0, 1):.6f}",
            str(rng.choice((0, 1, 2, 3, 5, 12, 31))),
            rng.choice(("north", "south", "east")),
        ]
        for number in range(rows)
    ]


HEADER = ["customer_id", "spend", "share", "orders", "region"]


def text_of(rows: list[Row], end: str = "\n", header: list[str] = HEADER) -> bytes:
    return "".join(",".join(row) + end for row in [header, *rows]).encode()


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> tuple[Segmentation, dict[int, str]]:
    path = tmp_path_factory.mktemp("training") / "training.csv"
    path.write_bytes(text_of(table()))
    customers = features(path, "customers", roles={"region": "descriptor"})
    made = fit(customers, k=3)
    return made, segment_names(made, describe(made, customers))


def as_a_whole(
    made: Segmentation, names: dict[int, str], path: Path, *, here: bool = False
) -> tuple[ScoredFile, pd.DataFrame]:
    """here: read in this process, where a test may have changed a limit."""
    batch, _ = score_files(made, names, {path.name: reader.read(path) if here else path})
    listed = batch.rows[[name for name in COLUMNS if name in batch.rows]]
    return batch.without_rows, listed


def check_equal(
    model: tuple[Segmentation, dict[int, str]], path: Path, block: int = SMALL, *, here: bool = False
) -> ScoredFile | None:
    """Score a file both ways; where blocks could do it, everything must be the same. Returns what the blocks say."""
    made, names = model
    out = path.with_name("out.csv")
    out.unlink(missing_ok=True)
    streamed = score_stream(made, names, path, out, block=block)
    if streamed is None:
        assert not list(path.parent.glob("*out.csv*")), "what was not finished must leave no file"
        return None
    whole, listed = as_a_whole(made, names, path, here=here)
    assert out.read_bytes().decode() == csv_text(listed)
    pd.testing.assert_frame_equal(streamed.mix, whole.mix)
    pd.testing.assert_frame_equal(streamed.features, whole.features)
    pd.testing.assert_frame_equal(streamed.columns, whole.columns)
    assert streamed.verdict == whole.verdict
    assert [notice.text for notice in streamed.notices] == [notice.text for notice in whole.notices]
    assert streamed.of_list == altered(listed)
    for name in ("n_rows", "scored", "noise", "on_the_border", "how_sure", "far_share"):
        assert getattr(streamed, name) == getattr(whole, name), name
    return streamed


def test_a_plain_file_is_scored_in_blocks_and_none_is_read_cell_by_cell(
    model: tuple[Segmentation, dict[int, str]], tmp_path: Path
) -> None:
    path = tmp_path / "plain.csv"
    path.write_bytes(text_of(table(seed=2)))
    streamed = check_equal(model, path, block=20_000)
    assert streamed is not None
    assert streamed.blocks > 0
    assert streamed.exact_blocks == 0


def test_an_id_that_stands_twice_is_scored_twice_and_said(
    model: tuple[Segmentation, dict[int, str]], tmp_path: Path
) -> None:
    rows = table(seed=3)
    rows[900][0], rows[901][0] = rows[5][0], rows[5][0]  # in another block than the first
    path = tmp_path / "twice.csv"
    path.write_bytes(text_of(rows))
    streamed = check_equal(model, path)
    assert streamed is not None
    assert [(one.kind, one.count) for one in streamed.notices if one.kind == "same ids"] == [("same ids", 2)]


BLANKS = ("", " ", "NA", "n/a", "-", "?", "nan", "NaN", "#N/A")
PLAIN = (
    "7", "0", "2.25", "3666.666667", "1.125", "5.0", "-0.5", "-3", "1e3", "+5", " 12.5", "12.50", "0.0001", "99", "999",
    "-999", "5.", ".5", "1E5", "100000",
)  # fmt: skip
ODD = ("abc", "many", "unknown?", "Total", "x y")
HOSTILE = (
    "1,5", "€ 12", "12%", "1.234,50", "(5)", "12 kg", "1.2K", "2024-01-05", "inf", "-inf", "1e400", "007", "0x1F",
    "'5", '"5"', '"a ""b"" c"', '"a\nb"', '"open', "=1+1", "@x", "\u00a05", "٣", "5\u200b", "−5", "123456789012345678",
    "0000000000000005", "+4912345678", "Grand total", "1_000", "TRUE", "Fr 5",
)  # fmt: skip


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    cells=st.lists(
        st.tuples(st.integers(0, ROWS - 1), st.integers(0, 4), st.sampled_from(BLANKS + PLAIN + ODD)), max_size=6
    ),
    hostile=st.lists(st.tuples(st.integers(0, ROWS - 1), st.integers(0, 4), st.sampled_from(HOSTILE)), max_size=1),
    lines=st.lists(
        st.tuples(
            st.integers(1, ROWS), st.sampled_from(("", ",,,,", "x", "a,b", ",".join(HEADER), "----", "a,1,2,3,b,c"))
        ),
        max_size=2,
    ),
    end=st.sampled_from(("\n", "\r\n")),
    last=st.booleans(),
)
def test_whatever_stands_in_it_a_file_gives_the_same_rows_and_the_same_words(
    model: tuple[Segmentation, dict[int, str]],
    tmp_path: Path,
    cells: list[tuple[int, int, str]],
    hostile: list[tuple[int, int, str]],
    lines: list[tuple[int, str]],
    end: str,
    last: bool,
) -> None:
    rows = table(seed=3)
    for row, column, cell in (*cells, *hostile):
        rows[row][column] = cell
    text = text_of(rows, end).decode().split(end)
    for place, line in sorted(lines, reverse=True):
        text.insert(place, line)
    whole = end.join(text) if last else end.join(text).rstrip(end)
    path = tmp_path / "any.csv"
    path.write_bytes(whole.encode())
    try:
        check_equal(model, path)
    except SegmentationError:  # raised by both: nothing was scored
        made, names = model
        with pytest.raises(SegmentationError):
            score_files(made, names, {path.name: path})


INSIDE = {
    "the header again": [",".join(HEADER)],
    "the header of a joined file": ["\ufeff" + ",".join(HEADER)],
    "the header in capitals below a blank line": ["", ",".join(HEADER).upper()],
    "a page of a report": ["Page 2 of 9", "", "Report: customers", ",".join(HEADER)],
    "facts about the file": ["Account: 0815", "Date: 2024-01-31"],
    "a further table": ["", "product,price,stock", "pen,2.50,7", "ink,3.25,9", "cap,1.75,4"],
    "a further table as wide": ["", "product,price,tax,stock,shelf", "pen,2.50,0.475,7,A", "ink,3.25,0.6175,9,B"],
    "a further table at once": ["code,amount,rate,n,place", "X1,2.50,0.475000,7,north", "X2,3.25,0.617500,9,south"],
    "a total of a group": ["north Total,99999.50,,,"],
    "a total with a name beside": ["Total north,99999.50,12.5,99,north"],
    "a subtotal and a blank line": ["Subtotal,1234.50,0.5,7,", ""],
    "a line of sums without a label": [",123456.75,48.250000,999,"],
    "units": [",EUR,%,pcs,"],
    "a note": ["* estimated,,,,"],
}


@pytest.mark.parametrize("looked_through", [100, 50_000])
@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    inside=st.lists(st.tuples(st.integers(1, ROWS), st.sampled_from(sorted(INSIDE))), min_size=1, max_size=2),
    end=st.sampled_from(("\n", "\r\n")),
)
def test_tables_headings_totals_and_lines_of_text_in_the_middle_give_the_same_as_the_whole(
    model: tuple[Segmentation, dict[int, str]],
    tmp_path: Path,
    looked_through: int,
    inside: list[tuple[int, str]],
    end: str,
) -> None:
    lines = text_of(table(seed=10)).decode().splitlines()
    for place, name in sorted(inside, reverse=True):
        lines[place:place] = INSIDE[name]
    path = tmp_path / "inside.csv"
    path.write_bytes((end.join(lines) + end).encode())
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(reader, "MOST_LOOKED_THROUGH", looked_through)
        patched.setattr(apart, "stream_limited", lambda function, *args, limits: function(*args))
        try:
            check_equal(model, path, here=True)
        except SegmentationError:  # raised by both: nothing was scored
            made, names = model
            with pytest.raises(SegmentationError):
                score_files(made, names, {path.name: reader.read(path)})


@pytest.mark.parametrize(
    ("cell", "column", "sentence"),
    [
        ("abc", 1, "spend: 1 cell is no number and became missing: line 902 “abc”."),
        ("NA", 1, ""),
        ("", 3, ""),
        ('"12.5"', 2, ""),
    ],
)
def test_a_cell_off_its_lane_sends_only_its_block_the_exact_way(
    model: tuple[Segmentation, dict[int, str]], tmp_path: Path, cell: str, column: int, sentence: str
) -> None:
    rows = table(seed=4)
    rows[900][column] = cell
    path = tmp_path / "one.csv"
    path.write_bytes(text_of(rows))
    streamed = check_equal(model, path)
    assert streamed is not None
    assert streamed.exact_blocks in ((0,) if cell == "" else (1,))
    assert sentence in " ".join(notice.text for notice in streamed.notices)


def test_a_line_of_another_length_is_refused_by_its_number_and_stands_in_the_list(
    model: tuple[Segmentation, dict[int, str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = text_of(table(seed=5)).decode().splitlines()
    lines.insert(700, "C9,1")
    lines.insert(600, "")
    path = tmp_path / "short.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert check_equal(model, path) is None, "a further table may begin below"
    monkeypatch.setattr(reader, "MOST_LOOKED_THROUGH", 100)
    monkeypatch.setattr(apart, "stream_limited", lambda function, *args, limits: function(*args))
    streamed = check_equal(model, path, here=True)
    assert streamed is not None
    assert streamed.n_rows == ROWS + 1
    assert '"C9","0",""' in path.with_name("out.csv").read_text(encoding="utf-8")


def test_a_column_that_began_with_whole_numbers_may_go_on_with_fractions(
    model: tuple[Segmentation, dict[int, str]], tmp_path: Path
) -> None:
    rows = table(seed=8)
    rows[900][3], rows[950][3] = "2.25", "3666.666667"
    path = tmp_path / "later.csv"
    path.write_bytes(text_of(rows))
    streamed = check_equal(model, path)
    assert streamed is not None
    assert streamed.exact_blocks == 0


@pytest.mark.parametrize("cell", ["€ 12", "1,234.5", "12%"])
def test_figures_that_need_the_whole_file_are_left_to_it(
    model: tuple[Segmentation, dict[int, str]], tmp_path: Path, cell: str
) -> None:
    rows = table(seed=6)
    rows[900][1] = f'"{cell}"'
    path = tmp_path / "money.csv"
    path.write_bytes(text_of(rows))
    assert check_equal(model, path) is None


@pytest.mark.parametrize("last", ["Total,99,1,2,north", "Source: the shop,,,,", ",1,2,3,north"])
def test_a_total_or_a_note_at_the_end_is_left_to_the_whole_file(
    model: tuple[Segmentation, dict[int, str]], tmp_path: Path, last: str
) -> None:
    path = tmp_path / "total.csv"
    path.write_bytes(text_of(table(seed=7)) + last.encode() + b"\n")
    assert check_equal(model, path) is None


def test_settings_that_only_the_whole_file_knows_are_left_to_it(
    model: tuple[Segmentation, dict[int, str]], tmp_path: Path
) -> None:
    path = tmp_path / "plain.csv"
    path.write_bytes(text_of(table(seed=2)))
    assert score_stream(*model, path, choices=Choices(read=ReadSettings(decimal=","))) is None
    assert score_stream(*model, path, choices=Choices(scale={"share": 100.0})) is None


def test_packed_files_in_and_out_hold_the_same_lines(
    model: tuple[Segmentation, dict[int, str]], tmp_path: Path
) -> None:
    path, packed = tmp_path / "plain.csv", tmp_path / "plain.csv.gz"
    path.write_bytes(text_of(table(seed=2)))
    packed.write_bytes(gzip.compress(path.read_bytes()))
    assert score_stream(*model, path, tmp_path / "a.csv", block=SMALL) is not None
    assert score_stream(*model, packed, tmp_path / "b.csv.gz", block=SMALL) is not None
    assert score_stream(*model, path, tmp_path / "c.parquet", block=SMALL) is not None
    lines = (tmp_path / "a.csv").read_bytes()
    assert gzip.decompress((tmp_path / "b.csv.gz").read_bytes()) == lines
    listed = pq.read_table(tmp_path / "c.parquet").to_pandas()
    listed = listed.astype(dict.fromkeys(("id", "persona", "how_sure", "reason"), str))
    assert csv_text(listed).encode() == lines


ODD_NUMBERS = (None, float("nan"), float("inf"), -0.0, 5.0, 1e-7, 1e10, 2.5e11, 1e300, -999.0, 0.1 + 0.2, 99.0)
ODD_WHOLE = (None, 0, -1, 99, -999, 10**10, 2**53, 2**62, 7)
ODD_TEXTS = (None, "", " ", "NA", "Total", "12", "=1+1", "north\x00", "a\nb", "x" * 300)


def typed(rows: int, seed: int) -> dict[str, list[object]]:
    """The columns of `table` with the types that a Parquet file has."""
    kinds = (str, float, float, int, str)
    columns = zip(*table(rows, seed), strict=True)
    return {name: [kind(cell) for cell in column] for name, kind, column in zip(HEADER, kinds, columns, strict=True)}


def storable(count: int | None, kind: pa.DataType) -> float | None:
    """`count` as a column of this type can hold it; 3 where it is too large for 32 bits."""
    if count is None or kind == pa.int64():
        return count
    if kind == pa.float64():
        return float(count)  # pyarrow refuses whole numbers above 2^53 there
    return count if abs(count) < 2**31 else 3


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    numbers=st.lists(st.tuples(st.integers(0, ROWS - 1), st.sampled_from(ODD_NUMBERS)), max_size=3),
    whole=st.lists(st.tuples(st.integers(0, ROWS - 1), st.sampled_from(ODD_WHOLE)), max_size=2),
    texts=st.lists(
        st.tuples(st.integers(0, ROWS - 1), st.sampled_from(("customer_id", "region")), st.sampled_from(ODD_TEXTS)),
        max_size=2,
    ),
    blank=st.none() | st.integers(400, ROWS - 1),
    orders=st.sampled_from((pa.int32(), pa.int64(), pa.float64())),
    spend=st.sampled_from((pa.float64(), pa.float64(), pa.float32())),
    region=st.sampled_from((pa.string(), pa.dictionary(pa.int32(), pa.string()))),
)
def test_a_parquet_file_gives_the_same_rows_and_the_same_words(
    model: tuple[Segmentation, dict[int, str]],
    tmp_path: Path,
    numbers: list[tuple[int, float | None]],
    whole: list[tuple[int, int | None]],
    texts: list[tuple[int, str, str | None]],
    blank: int | None,
    orders: pa.DataType,
    spend: pa.DataType,
    region: pa.DataType,
) -> None:
    columns = typed(ROWS, seed=9)
    for row, value in numbers:
        columns["spend"][row] = value
    for row, count in whole:
        columns["orders"][row] = storable(count, orders)
    for row, name, text in texts:
        columns[name][row] = text
    if blank is not None:
        for column in columns.values():
            column[blank] = None
    types = {"spend": spend, "orders": orders, "region": region}
    arrays = {name: pa.array(cells, types.get(name), safe=False) for name, cells in columns.items()}
    path = tmp_path / "any.parquet"
    pq.write_table(pa.table(arrays), path, row_group_size=700)
    try:
        check_equal(model, path, block=12_800)
    except SegmentationError:  # raised by both: nothing was scored
        made, names = model
        with pytest.raises(SegmentationError):
            score_files(made, names, {path.name: path})


def test_a_plain_parquet_file_is_scored_in_pieces_of_numbers_as_they_are_stored(
    model: tuple[Segmentation, dict[int, str]], tmp_path: Path
) -> None:
    columns = typed(ROWS, seed=2)
    columns["spend"][7] = None
    path = tmp_path / "plain.parquet"
    pq.write_table(pa.table(columns), path)
    streamed = check_equal(model, path, block=12_800)
    assert streamed is not None
    assert streamed.blocks == 4
    assert streamed.exact_blocks == 0


def test_a_damaged_parquet_file_is_left_to_the_whole(
    model: tuple[Segmentation, dict[int, str]], tmp_path: Path
) -> None:
    path = tmp_path / "cut.parquet"
    pq.write_table(pa.table(typed(ROWS, seed=2)), path)
    path.write_bytes(path.read_bytes()[:-300])
    assert score_stream(*model, path, tmp_path / "list.csv") is None
    assert not (tmp_path / "list.csv").exists()


def test_who_stops_it_finds_no_half_of_a_file(model: tuple[Segmentation, dict[int, str]], tmp_path: Path) -> None:
    path, out = tmp_path / "plain.csv", tmp_path / "list.csv"
    path.write_bytes(text_of(table(seed=2)))
    out.write_text("what was there before", encoding="utf-8")

    def stop(share: float, text: str) -> None:
        if share > 0.3:
            raise Cancelled

    with pytest.raises(Cancelled):
        score_stream(*model, path, out, block=SMALL, progress=stop)
    assert out.read_text(encoding="utf-8") == "what was there before"
    assert sorted(item.name for item in tmp_path.iterdir()) == ["list.csv", "plain.csv"]


def test_a_file_cut_off_while_packed_is_one_sentence(
    model: tuple[Segmentation, dict[int, str]], tmp_path: Path
) -> None:
    packed = tmp_path / "cut.csv.gz"
    packed.write_bytes(gzip.compress(text_of(table(seed=2)))[:-2_000])
    with pytest.raises(SegmentationError, match="cannot be read to its end"):
        score_stream(*model, packed, tmp_path / "list.csv", block=SMALL)
    assert not (tmp_path / "list.csv").exists()


@given(
    st.lists(
        st.integers(1, 20).map(lambda length: "7" * length) | st.sampled_from((",", ".", "C10000000", "x", "\n")),
        max_size=12,
    )
)
def test_sixteen_digits_in_a_row_are_seen_wherever_they_stand(parts: list[str]) -> None:
    text = "".join(parts)
    assert _sixteen_digits_in_a_row(text.encode()) == bool(re.search("[0-9]{16}", text))


@given(
    st.lists(st.none() | st.text('aZ09 ._-=+é\n"', max_size=4), max_size=6),
    st.integers(0, 5),
)
def test_cells_that_are_written_as_they_are_are_told_by_their_bytes(cells: list[str | None], start: int) -> None:
    array = pa.array(cells, pa.large_string()).slice(min(start, len(cells)))
    expected = all(re.fullmatch(r"(?:[A-Za-z0-9][A-Za-z0-9 ._-]*)?", cell or "") for cell in array.to_pylist())
    assert untouched(array) == expected


@given(
    st.lists(st.sampled_from(("AB1", "AB22", "AB", "A1", "AB-1", "ab1", "AB1x", "", "AB٣")), min_size=1, max_size=6),
    st.integers(0, 3),
)
def test_codes_counted_by_bytes_are_those_of_the_pattern(cells: list[str], start: int) -> None:
    array = pa.array(cells, pa.large_string()).slice(min(start, len(cells) - 1))
    expected = all(re.fullmatch("AB[0-9]+", cell) for cell in array.to_pylist())
    assert _letters_then_digits("AB", array) == expected


@given(
    st.lists(st.floats(-1e6, 1e6).map(lambda value: round(value, 1)) | st.sampled_from((-9.0, 9.0, 99.0, 999.0, 7.0)))
)
def test_codes_and_the_range_of_what_is_none_are_those_of_one_value_after_the_other(values: list[float]) -> None:
    known = Numbers.of(np.array([*values, np.nan]))
    codes = {code: values.count(code) for code in _EVERY.tolist() if code in values}
    rest = [value for value in values if value not in codes]
    assert known.codes == codes
    assert (known.low_rest, known.high_rest) == ((min(rest), max(rest)) if rest else (np.inf, -np.inf))


@given(st.lists(st.sampled_from((b"\n", b"1234567", b"0123456789012345", b",", b"x")), max_size=60))
def test_what_is_counted_in_a_block_does_not_hang_on_how_much_is_looked_at_at_once(parts: list[bytes]) -> None:
    block = b"".join(parts)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pieces, "_IN_CACHE", 16)
        assert pieces._count_of(pieces._LINE_FEED, block) == block.count(b"\n")
        assert _sixteen_digits_in_a_row(block) == bool(re.search(b"[0-9]{16}", block))


def test_a_layout_that_was_looked_for_ahead_is_given_once_and_not_of_a_file_that_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    allowed: list[tuple[int, float]] = []
    monkeypatch.setattr(apart, "limit", lambda memory, computing: allowed.append((memory, computing)))
    path = tmp_path / "plain.csv"
    path.write_bytes(text_of(table()))
    expected = apart._head_of(path, apart.BLOCK)
    apart.look_ahead(str(path))
    assert [limit[0] for limit in allowed] == [apart._limits(path).memory]
    (ahead,) = apart._LOOKED_AT.values()
    assert apart._head_of(path, SMALL) is not ahead
    assert apart._head_of(path, apart.BLOCK) is ahead
    assert not apart._LOOKED_AT
    assert ahead.header == expected.header
    apart.look_ahead(str(path))
    path.write_bytes(text_of(table(), header=["key", *HEADER[1:]]))
    assert apart._head_of(path, apart.BLOCK).header == ["key", *HEADER[1:]]
    apart._LOOKED_AT.clear()
