"""A list of purchases that is added up in parts gives what the same list gives in memory, or is left to it."""

from __future__ import annotations

import errno
import gzip
import random
import re
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import segmentation as seg
from segmentation.core.errors import DataProblems, SegmentationError
from segmentation.core.tables import FeatureTable
from segmentation.data.sources import part_files, row_store
from segmentation.data.sources.checksums import checksums
from tests.data.on_disk import assert_equal, big_from, read_here
from tests.data.test_rfm_sql import ALL, LINES

HEADER = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country"
CHOICES = {
    "as the browser does": {},
    "net, guests, gifts": {"use": ALL, "returns": "net", "missing_customer": "guest", "zero_prices": "keep"},
    "a window up to a day": {"use": ALL, "purchase": "day", "start": "2023-02-01", "as_of": "2023-11-15"},
}


def lines(rows: int = 1_500, seed: int = 1) -> list[str]:
    """Lines as an export has them: ids with .0 or none at all, cancellations, gifts, repeated lines."""
    rng = random.Random(seed)
    made = []
    for number in range(rows):
        order = 1_000 + number // 3
        who, back = order * 7 % 90, order % 17 == 0
        made.append(
            f"{'C' if back else ''}{order},P{rng.randint(1, 40)},{rng.choice(('RED MUG', ' mug ', 'Tea; loose'))},"
            f"{-1 if back else rng.randint(1, 9)},2023-{1 + order % 12:02}-{1 + order % 28:02} 0{order % 10}:15:00,"
            f"{rng.choice(('0', '2.55', '13.1', '0.07'))},{'' if who < 4 else f'{12_000 + who}.0'},"
            f"{rng.choice(('United Kingdom', 'France'))}"
        )
    made[900] = made[901] = made[1_200]
    return made


@pytest.fixture
def on_disk(monkeypatch: pytest.MonkeyPatch) -> list[FeatureTable | None]:
    """Every file counts as a big one from now on; what came of it, one by one."""
    read_here(monkeypatch)
    return big_from(monkeypatch, 1_000, block=40_000)


@pytest.mark.parametrize("choices", CHOICES.values(), ids=CHOICES)
def test_lines_on_disk_give_what_lines_in_memory_give(
    choices: dict[str, str], tmp_path: Path, on_disk: list[FeatureTable | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "lines.csv"
    path.write_text("\n".join([HEADER, *lines()]) + "\n", encoding="utf-8")
    made = seg.features(path, choices=choices)
    assert on_disk == [made]
    monkeypatch.undo()
    assert_equal(made, seg.features(path, choices=choices))


def _customer(row: str) -> str:
    return row.split(",")[6]


FURTHER = {
    "one far date": lambda rows: [*rows[:-1], rows[-1].replace(",2023-", ",2031-")],
    "most invoices start with C": lambda rows: [f"C{row.removeprefix('C')}" for row in rows],
    "no customer buys in the last orders": lambda rows: [*rows[:-30], *(row.replace(",-", ",") for row in rows[-30:])],
    "few customers, one after the other but for one line": lambda rows: [
        *sorted(
            (re.sub("120..\\.0", lambda who: f"1200{int(who[0][4]) % 5}.0", row) for row in rows[1:]), key=_customer
        ),
        re.sub(r"120..\.0", "12001.0", rows[0]),
    ],
    "some without an order": lambda rows: [row if at % 40 else row[row.index(",") :] for at, row in enumerate(rows)],
}


@pytest.mark.parametrize("change", FURTHER.values(), ids=FURTHER)
def test_what_only_all_lines_tell_is_told_of_the_parts_together(
    change: Callable[[list[str]], list[str]],
    tmp_path: Path,
    on_disk: list[FeatureTable | None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = tmp_path / "lines.csv"
    path.write_text("\n".join([HEADER, *change(lines())]) + "\n", encoding="utf-8")
    monkeypatch.setitem(sys.modules, "duckdb", None)  # no database is needed for it
    made = seg.features(path, choices={"use": ALL})
    assert on_disk == [made]
    monkeypatch.undo()
    assert_equal(made, seg.features(path, choices={"use": ALL}))


@settings(max_examples=60, deadline=None)
@given(
    numbers=st.lists(st.one_of(st.sampled_from((1.0, 2.5, 7.0)), st.floats(1e-9, 1e9)), max_size=60),
    sample=st.sampled_from((4, 10**6)),
    at_once=st.sampled_from((3, 10**6)),
)
def test_the_middle_of_numbers_on_disk_is_their_median(numbers: list[float], sample: int, at_once: int) -> None:
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as changed:
        changed.setattr(row_store, "_SAMPLE", sample)
        changed.setattr(row_store, "_AT_ONCE", at_once)
        path = Path(folder) / "numbers"
        np.array(numbers).tofile(path)
        assert repr(row_store._middle(path)) == repr(float(pd.Series(numbers, dtype="float64").median()))


def test_lines_have_one_number_where_they_are_equal_and_others_where_they_differ() -> None:
    rows = pd.DataFrame(
        {
            "text": ["a", "a", "b", "", None, "a", "a"],
            "number": [1.0, 1.0, 1.0, 0.0, -0.0, float("nan"), float("nan")],
            "moment": pd.to_datetime(["2024-01-01"] * 5 + [None, None]),
        }
    )
    columns = [pa.array(rows[name], from_pandas=True) for name in rows]
    encoded = [column.dictionary_encode(null_encoding="encode") for column in columns]
    numbers = checksums([(one.dictionary, one.indices) for one in encoded], len(rows)).tolist()
    assert [numbers[at] for at in (0, 3, 5)] == [numbers[at] for at in (1, 4, 6)]
    assert len(set(numbers)) == 4


def test_the_sample_on_disk_is_the_sample_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    on_disk = big_from(monkeypatch, 1_000, block=40_000)  # here with the processes that the product reads in
    made = seg.features(LINES)
    assert on_disk == [made]
    monkeypatch.undo()
    assert_equal(made, seg.features(LINES))


def _with_cells(path: Path, *cells: tuple[int, str]) -> Path:
    """A file of the lines with these cells, each (place, cell), in a late line of its own."""
    rows = [row.split(",") for row in lines()]
    for line, (place, cell) in enumerate(cells, 1_300):
        rows[line][place] = cell
    path.write_text("\n".join([HEADER, *map(",".join, rows)]) + "\n", encoding="utf-8")
    return path


def test_cells_that_change_nothing_of_the_whole_are_read_as_it_reads_them(
    tmp_path: Path, on_disk: list[FeatureTable | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = _with_cells(tmp_path / "lines.csv", (3, "six"), (6, "012345"), (5, "inf"))
    made = seg.features(path)
    assert on_disk == [made]
    monkeypatch.undo()
    assert_equal(made, seg.features(path))


@pytest.mark.parametrize("cell", [(4, "31.12.2023"), (5, "1,5"), (6, "A-17"), (0, '"12')])
def test_a_cell_that_may_change_the_whole_is_left_to_the_whole(
    cell: tuple[int, str], tmp_path: Path, on_disk: list[FeatureTable | None]
) -> None:
    path = _with_cells(tmp_path / "lines.csv", cell)
    with suppress(SegmentationError):
        seg.features(path)
    assert on_disk == [None]


@pytest.mark.parametrize(("place", "first"), [(1, "7"), (1, "7.0"), (2, "12.50")])
def test_a_column_that_goes_on_as_another_kind_is_left_to_the_whole(
    place: int, first: str, tmp_path: Path, on_disk: list[FeatureTable | None]
) -> None:
    rows = [row.split(",") for row in lines()]
    for at, row in enumerate(rows[:700]):
        row[place] = f"{first}{at % 9}" if "." in first else f"{first}{at % 90}"
    path = tmp_path / "lines.csv"
    path.write_text("\n".join([HEADER, *map(",".join, rows)]) + "\n", encoding="utf-8")
    seg.features(path)
    assert on_disk == [None]


def test_lines_whose_words_count_are_left_to_the_whole(tmp_path: Path, on_disk: list[FeatureTable | None]) -> None:
    path = tmp_path / "lines.csv"
    rows = [f"{row},{'paid' if at % 9 else 'refunded'}" for at, row in enumerate(lines())]
    path.write_text("\n".join([f"{HEADER},Status", *rows]) + "\n", encoding="utf-8")
    seg.features(path)
    assert on_disk == [None]
    seg.features(path, choices={"duplicates": "drop"})
    assert on_disk == [None, None]


def test_a_file_that_is_no_text_is_left_to_the_whole(tmp_path: Path, on_disk: list[FeatureTable | None]) -> None:
    path = tmp_path / "lines.parquet"
    rows = [row.split(",") for row in lines()]
    pd.DataFrame(rows, columns=HEADER.split(",")).to_parquet(path)
    assert len(seg.features(path).frame) > 0
    assert on_disk == [None]


@pytest.mark.parametrize("size", [1_000, 10_000_000], ids=["big", "small"])
def test_a_packed_file_is_to_be_unpacked_whatever_its_size(
    size: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    big_from(monkeypatch, size, block=40_000)
    path = tmp_path / "lines.csv.gz"
    path.write_bytes(gzip.compress("\n".join([HEADER, *lines()]).encode()))
    with pytest.raises(DataProblems, match=r"compressed \(gzip\)\. Unpack it first"):
        seg.features(path)


def test_a_disk_without_room_for_the_parts_is_one_sentence(
    tmp_path: Path, on_disk: list[FeatureTable | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    path = tmp_path / "lines.csv"
    path.write_text("\n".join([HEADER, *lines()]) + "\n", encoding="utf-8")
    monkeypatch.setattr(part_files.PartFiles, "write", full)
    with pytest.raises(SegmentationError, match=r"^lines\.csv cannot be put on the disk in parts \(No space left"):
        seg.features(path)
    assert on_disk == []
