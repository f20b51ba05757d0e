"""Next month's file is understood as the model's own was, and says so where it differs."""

from __future__ import annotations

import pytest

from segmentation.clustering.model import Segmentation
from segmentation.core.errors import DataProblems, SegmentationError
from segmentation.core.settings import PREP_PRESETS
from segmentation.data.customers import customers_from
from segmentation.data.reading import ReadSettings, read
from segmentation.data.sources import build_customers
from segmentation.evaluation.final import fit
from segmentation.scoring import assign
from segmentation.scoring.batch import score_files
from segmentation.scoring.choices import Choices, Undecided
from segmentation.scoring.new_files import identify, read_alike, take_in
from segmentation.store import load, save

MARCH = "id|spend|visits\n" + "\n".join(f"00{row}|{row % 7 * 100},{row % 10}|{row % 5}" for row in range(60)) + "\n"
# Every amount of April has three figures after the comma: by itself it would be read as thousands. The middle amount of
# March is 300, so 402.3 is as large as before and 402,300 is not.
APRIL = "id|spend|visits\n" + "\n".join(f"00{row}|{row % 7 + 1}02,{row % 10}00|{row % 5}" for row in range(60)) + "\n"
# Read either way, the amounts of May are another size than those of March: 4.1 or 4,100.
MAY = "id|spend|visits\n" + "\n".join(f"00{row}|{row % 7 + 1},{row % 10}00|{row % 5}" for row in range(60)) + "\n"


@pytest.fixture(scope="module")
def made() -> Segmentation:
    table = read(MARCH.encode(), "march.csv")
    features = build_customers(table, {"id": "identifier", "spend": "feature", "visits": "feature"})
    return fit(features, PREP_PRESETS["plain"], 2)


def test_the_decimal_mark_of_the_model_is_kept(made: Segmentation, tmp_path) -> None:
    alone = read(APRIL.encode(), "april.csv").frame["spend"]
    for model in (made, load(save(made, (), "shop", tmp_path), tmp_path).segmentation):
        alike = read_alike(model, {"april.csv": APRIL.encode()})["april.csv"].frame
        assert alike["spend"].head(3).tolist() == [102.0, 202.1, 302.2]
        assert alike["id"].iloc[1] == "001"
    assert alone.head(3).tolist() != [102.0, 202.1, 302.2]  # else this test proves nothing


def test_nothing_is_scored_where_neither_cells_nor_figures_tell_the_decimal_mark(made: Segmentation) -> None:
    with pytest.raises(Undecided) as stopped:
        read_alike(made, {"may.csv": MAY.encode()})
    assert [question.setting for question in stopped.value.questions] == ["decimal"]
    assert "--read decimal=. or --read decimal=," in stopped.value.hint
    for mark, first in ((",", 1.0), (".", 1000.0)):
        chosen = Choices(read=ReadSettings(decimal=mark))
        assert read_alike(made, {"may.csv": MAY.encode()}, choices=chosen)["may.csv"].frame["spend"][0] == first


def test_another_encoding_separator_and_order_of_columns_change_nothing(made: Segmentation) -> None:
    frame = read(MARCH.encode(), "march.csv").frame
    other = "\n".join("\t".join(line.split("|")[::-1]) for line in MARCH.splitlines()).encode("utf-16")
    again = read_alike(made, {"export.txt": other})["export.txt"].frame
    assert again["spend"].tolist() == frame["spend"].tolist()
    assert again["id"].tolist() == frame["id"].tolist()


def test_a_row_with_text_in_place_of_a_number_is_kept_with_the_reason(made: Segmentation) -> None:
    odd = MARCH[: MARCH.index("\n006|")].replace("|300,3|", "|not known to us|")
    frame = take_in(made, read_alike(made, {"march.csv": odd.encode()})).frame
    scored = assign(made, frame)
    assert scored["segment"].tolist()[3] == 0
    assert "not a number" in scored["reason"].iloc[3]


def test_ids_come_from_the_identifier_else_from_the_row() -> None:
    table = read(b"key,x\nA1,1\n,2\n", "a.csv")
    assert identify(table, {"key": "identifier"}).tolist() == ["A1", "row 2"]
    assert identify(table).tolist() == ["1", "2"]
    with pytest.raises(DataProblems, match="it is not in the file"):
        identify(table, {}, "nope")


def test_two_files_of_customers_are_one_table_in_parts_or_one_sentence(made: Segmentation) -> None:
    first, second = MARCH.splitlines()[:20], [MARCH.splitlines()[0], *MARCH.splitlines()[20:]]
    parts = {"a.csv": "\n".join(first).encode(), "b.csv": "\n".join(second).encode()}
    whole = take_in(made, read_alike(made, {"m.csv": MARCH.encode()}))
    assert take_in(made, read_alike(made, parts)).ids.tolist() == whole.ids.tolist()
    twice = take_in(made, read_alike(made, {"a.csv": MARCH.encode(), "b.csv": MARCH.encode()}))
    assert twice.ids.tolist() == whole.ids.tolist()
    assert [note.kind for note in twice.notes if note.where == "Files"] == ["copies"]
    with pytest.raises(SegmentationError, match="several with different columns were given"):
        take_in(made, read_alike(made, parts | {"c.csv": b"another,thing\n1,2\n3,4\n"}))


def test_a_model_that_remembers_no_reading_still_reads(made: Segmentation) -> None:
    object.__setattr__(made, "replay", {**made.replay, "reading": {}})
    assert isinstance(read_alike(made, {"m.csv": MARCH.encode()})["m.csv"].settings, ReadSettings)


@pytest.mark.parametrize(
    "ids",
    [
        ["1.10", "1.1", "12.036", "5"],
        ["1E5", "2E5", "100000", "3"],
        ["+49 170 1", "+49 170 2", "0170", "17"],
        ["FR001", "TL100", "FR40303265045", "KR17"],
        ["00017", "0018", "0019", "0020"],
    ],
)
def test_scored_ids_come_back_as_the_file_has_them(made: Segmentation, ids: list[str]) -> None:
    rows = "".join(f"{name}|{place}00.5|{place}\n" for place, name in enumerate(ids))
    tables = read_alike(made, {"april.csv": f"id|spend|visits\n{rows}".encode()})
    assert take_in(made, tables, anyway=True).ids.tolist() == ids


LINES = "Customer,Date,Amount\n" + "".join(
    f"C{row % 20},2024-{1 + row % 12:02}-{1 + row % 27:02},{5 + row * 7 % 90}.50\n" for row in range(120)
)


def test_every_customer_of_a_list_of_purchases_is_in_the_scored_output_with_the_reason() -> None:
    shop = fit(customers_from({"may.csv": LINES.encode()}), PREP_PRESETS["plain"], 3)
    lost = "C3,2024-01-05,10.5,extra\nZ9,2024-01-05,1,2,3\nZ8,2024-01-05,0\nZ7,2024-01-05,\nZ6,2024-01-06,-5\nZ5,,7\n"
    batch, _ = score_files(shop, {}, {"june.csv": (LINES + lost).encode()})
    rows = batch.rows.set_index("id")
    assert len(rows) == 25
    assert batch.scored == 20
    assert rows.loc[["Z5", "Z6", "Z7", "Z8", "Z9"], "reason"].tolist() == [
        "It has no line that counts.",
        "It has returns but no purchase.",
        "It has no line that counts.",
        "It has only lines worth zero.",
        "Line 123 could not be read: too many cells: 5 instead of 3.",
    ]
    assert (rows["segment"] == 0).sum() == 5
    assert rows.loc["C3", "caution"] == "1 line of this customer could not be read."
    assert (rows["caution"] != "").sum() == 1
    assert sum(notice.count for notice in batch.notices if notice.kind == "vanished") == 4


def test_the_table_of_the_sheet_that_was_chosen_is_the_one_that_is_scored() -> None:
    people = [f"K{row},{row % 3 * 40 + row % 5},{row % 3 * 7}" for row in range(24)]
    shops = [f"S{row},{row},{row % 4},{row}.5" for row in range(40)]
    text = "\n".join(["shop,size,staff,rent", *shops, "", "id,spend,visits", *people]) + "\n"
    chosen = read(text.encode(), "may.csv", ReadSettings(table="2"))
    roles = {"id": "identifier", "spend": "feature", "visits": "feature"}
    model = fit(build_customers(chosen, roles), PREP_PRESETS["plain"], 3)
    assert list(read(text.encode(), "june.csv").frame.columns) == ["shop", "size", "staff", "rent"]
    batch, _ = score_files(model, {}, {"june.csv": text.encode()})
    assert batch.scored == 24
    assert batch.rows["segment"].tolist() == model.labels.tolist()
