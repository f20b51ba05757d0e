"""A column with more different cells than are held says what the whole of it says, or is left to the whole."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segmentation.core.tables import Table
from segmentation.data.reading import reader
from segmentation.data.reading.stream import Lane, NotPlain, apart, facts
from segmentation.data.reading.stream.apart import Ending
from segmentation.data.reading.stream.folding import Folding
from tests.conftest import cases

BLOCK = 24_000
"""Bytes: about 400 lines."""

ODD = (
    "", "A-17", "C99", "999999", "998001", "9999", "0", "007", "12.5", "1,5", "-4", "USD12", "K7", "1E5", "n/a", "-",
    "nan", "x y", "123456789012345678", "2023-02-30 10:00", "2023-13-01 09:00", "31.12.2023", "05/04/2023", "7",
    "1970-01-01 00:00:00", "2099-12-31 00:00", "Total",
)  # fmt: skip


def _worded(rng: random.Random) -> str:
    """Half of the time a figure with three letters of its own: letters that differ from cell to cell make codes."""
    return f"12 {''.join(rng.choices('abcdefghij', k=3))}q" if rng.random() < 0.77 else "12 kq"


KINDS = {
    "order": lambda rng: str(rng.randint(100_000, 999_999)),
    "order or back": lambda rng: f"{'C' if rng.random() < 0.1 else ''}{rng.randint(536_000, 999_999)}",
    "moment": lambda rng: (
        f"2023-{rng.randint(1, 12):02}-{rng.randint(1, 28):02} {rng.randint(10, 23)}:{rng.randint(10, 59)}"
    ),
    "to the second": lambda rng: f"2024-0{rng.randint(1, 3)}-15T10:{rng.randint(0, 59):02}:{rng.randint(0, 59):02}",
    "a letter": lambda rng: f"{rng.choice('AB')}-{rng.randint(1, 99_999)}",
    "price": lambda rng: f"kr{rng.randint(1, 99_999)}",
    "near one another": lambda rng: str(rng.randint(500_000, 509_999)),
    "digits and words": lambda rng: str(rng.randint(1_000, 9_999_999)) if rng.random() < 0.48 else _worded(rng),
    "any length": lambda rng: str(rng.randint(1, 10 ** rng.randint(1, 9))),
}


def in_blocks(path: Path) -> Table:
    """The file as it is read block by block, every column as words: what is known of it at the end."""
    with pytest.MonkeyPatch.context() as changed:
        changed.setattr(facts, "_MANY_LETTERS", 4_000)
        changed.setattr(facts, "_MOST_LETTERS", 60_000)  # all cells would be more than may be held
        head = apart._head_of(path, BLOCK)
        columns = [replace(item, lane=Lane.WORDS) if item.name != "amount" else item for item in head.columns]
        head = replace(head, columns=tuple(columns))
        names = [item.name for item in columns]
        *_, ending = apart._parts_of(path, head, ["amount"], names[:2], BLOCK)
    assert isinstance(ending, Ending)
    return ending.table


def assert_said_alike(text: str) -> bool:
    """Whether it was told block by block."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "lines.csv"
        path.write_text(text, encoding="utf-8")
        try:
            told = in_blocks(path)
        except NotPlain:
            return False
        whole = reader.read(path)
    for name in ("notes", "problems", "questions", "units"):
        assert getattr(told, name) == getattr(whole, name), name
    assert told.settings.columns == whole.settings.columns
    return True


def lines(kind: str, seed: int, odd: list[str], again: int = 1, name: str = "nr") -> str:
    rng = random.Random(seed)
    cells = [KINDS[kind](rng) for _ in range(2_400)]
    for cell in odd:
        for _ in range(again):
            cells[rng.randrange(1_250, 2_399)] = cell
    rows = [f"{cell},{rng.choice(('north', 'south'))} {rng.randint(1, 9)},{rng.uniform(1, 99):.2f}" for cell in cells]
    return "\n".join([f"{name},region,amount", *rows]) + "\n"


@pytest.mark.parametrize(
    ("kind", "odd"), [("near one another", ["999999", "999999", "998001"]), ("digits and words", [])]
)
def test_what_the_ends_and_the_number_of_cells_decide_is_not_told_by_a_few(kind: str, odd: list[str]) -> None:
    assert_said_alike(lines(kind, 3, odd))


@settings(max_examples=cases(12, 40), deadline=None)
@given(
    kind=st.sampled_from(list(KINDS)),
    seed=st.integers(0, 10**6),
    odd=st.lists(st.sampled_from(ODD), max_size=3),
    again=st.sampled_from((1, 40)),
    name=st.sampled_from(("nr", "InvoiceDate", "id", "born")),
)
def test_cells_that_stand_for_others_say_what_all_say(
    kind: str, seed: int, odd: list[str], again: int, name: str
) -> None:
    assert_said_alike(lines(kind, seed, odd, again, name))


@pytest.mark.parametrize("kind", ["order", "order or back", "moment", "to the second", "a letter", "any length"])
def test_orders_and_moments_of_every_line_are_told_block_by_block(kind: str) -> None:
    assert assert_said_alike(lines(kind, 3, []))


def test_one_cell_of_a_kind_stays_with_the_rows_of_all_and_the_ends_stay_by_themselves() -> None:
    folding = Folding()
    cells = ["104", "100", "105", "109", "C7", "C8", "kr12", "kr13", "2023-01-05 10:00", "2023-01-05 11:00", "x", "999"]
    kept, rows = folding.fold(pa.array(cells, pa.large_string()), np.arange(1, 13))
    assert dict(zip(kept.to_pylist(), rows.tolist(), strict=True)) == {
        "104": 4, "100": 2, "109": 4, "C7": 11, "kr12": 7, "kr13": 8, "2023-01-05 10:00": 19, "x": 11, "999": 12,
    }  # fmt: skip
    kept, rows = folding.fold(pa.array(["106", "107", "108", "C1"], pa.large_string()), np.array([1, 2, 3, 4]))
    assert dict(zip(kept.to_pylist(), rows.tolist(), strict=True)) == {"106": 1, "108": 3, "104": 2, "C7": 4}
