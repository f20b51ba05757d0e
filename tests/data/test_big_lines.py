"""A list of purchases that is added up on disk gives what the same list gives in memory, or is left to it."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pandas as pd
import pytest

import segmentation as seg
from segmentation.core.errors import SegmentationError
from segmentation.core.tables import FeatureTable
from segmentation.data import customers
from segmentation.data.sources import big_lines, line_store
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
    outcomes: list[FeatureTable | None] = []

    def through_disk(*args: object) -> FeatureTable | None:
        outcomes.append(big_lines.through_disk(*args))  # type: ignore[arg-type]
        return outcomes[-1]

    monkeypatch.setattr(customers, "MAX_BYTES", 1_000)
    monkeypatch.setattr(customers, "through_disk", through_disk)
    for module in (big_lines, line_store):
        monkeypatch.setattr(module, "BLOCK", 40_000)
    return outcomes


def assert_equal(made: FeatureTable, wanted: FeatureTable) -> None:
    """Counts, days and every word are the same, sums to twelve digits, and so is all that a model keeps."""
    pd.testing.assert_frame_equal(made.frame, wanted.frame, check_exact=False, rtol=1e-12, atol=1e-12)
    pd.testing.assert_frame_equal(made.descriptors, wanted.descriptors, check_exact=False, rtol=1e-12, atol=1e-12)
    for name in {"recency", "frequency", "tenure", "distinct_products"} & set(made.frame):
        assert made.frame[name].tolist() == wanted.frame[name].tolist()
    for name in ("info", "as_of", "notes", "problems", "notices", "categories", "roles", "left_out", "fingerprint"):
        assert getattr(made, name) == getattr(wanted, name), name
    ours, theirs = dict(made.replay), dict(wanted.replay)
    ours_learned, theirs_learned = ours.pop("learned")["cuts"], theirs.pop("learned")["cuts"]
    assert ours == theirs
    assert ours_learned == {name: pytest.approx(cuts, rel=1e-12) for name, cuts in theirs_learned.items()}


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


def test_the_sample_on_disk_is_the_sample_in_memory(
    on_disk: list[FeatureTable | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = seg.features(LINES)
    assert on_disk == [made]
    monkeypatch.undo()
    assert_equal(made, seg.features(LINES))


@pytest.mark.parametrize(
    ("place", "cell"),
    [(3, "six"), (4, "31.12.2023"), (5, "1,5"), (6, "A-17"), (6, "012345"), (0, '"12'), (5, "inf")],
)
def test_a_cell_that_may_change_the_whole_is_left_to_the_whole_or_read_as_it_reads_it(
    place: int, cell: str, tmp_path: Path, on_disk: list[FeatureTable | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [row.split(",") for row in lines()]
    rows[1_300][place] = cell
    path = tmp_path / "lines.csv"
    path.write_text("\n".join([HEADER, *map(",".join, rows)]) + "\n", encoding="utf-8")
    try:
        made = seg.features(path)
    except SegmentationError as error:
        monkeypatch.undo()
        with pytest.raises(SegmentationError, match=re.escape(str(error))):
            seg.features(path)
    else:
        monkeypatch.undo()
        assert_equal(made, seg.features(path))
    assert len(on_disk) == 1


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
