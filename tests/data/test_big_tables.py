"""Tables of an app that are added up in parts give what the same tables give in memory, or are left to it."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

import pytest

import segmentation as seg
from segmentation.core.errors import SegmentationError
from segmentation.core.tables import FeatureTable
from tests.data.on_disk import assert_equal, big_from, read_here

Rows = dict[str, list[str]]
CONTACTS, ENTRIES, PAYMENTS, EVENTS = (
    "dim_user_contacts", "fct_ledger_entries", "fct_payment_transactions", "int_events",
)  # fmt: skip
HEADINGS = {
    "dim_users": "user_id,signup_date,onboarding,loan_status,city",
    CONTACTS: "user_id,contact_type,added_at",
    ENTRIES: "user_id,entry_date,entry_type,amount",
    PAYMENTS: "user_id,transaction_date,amount,status",
    EVENTS: "user_id,event_time,event_type,feature",
}


def day(rng: random.Random) -> str:
    return f"2023-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}"


def tables(rows: int = 1_500, seed: int = 1) -> Rows:
    """Users of whom some have nothing, one row twice; rows of strangers, of nobody, without a date or an amount."""
    rng = random.Random(seed)
    users = [f"U{100 + number}" for number in range(60)]

    def who() -> str:
        return rng.choice((*users[:50], *users[:50], "U999", "u104", "U1000", ""))

    made: Rows = {
        "dim_users": [
            f"{user},{'' if user == 'U107' else day(rng)},{rng.choice(('referral', 'advert', ''))},"
            f"{rng.choice(('approved', 'none', 'applied'))},{rng.choice(('Accra', 'Lagos'))}"
            for user in users
        ],
        CONTACTS: [f"{who()},{rng.choice(('customer', 'friend', 'other', ''))},{day(rng)}" for _ in range(90)],
        ENTRIES: [
            f"{who()},{day(rng)},{rng.choice(('credit', 'debit', 'note'))},{rng.choice((0.1, 2.55, 13.07, 7))}"
            for _ in range(rows)
        ],
        PAYMENTS: [
            f"{who()},{day(rng)},{rng.choice((0.1, 0.2, 19.99, 250, ''))},"
            f"{rng.choice(('completed', 'completed', 'failed', 'reversed', 'odd', ''))}"
            for _ in range(rows)
        ],
        EVENTS: [
            f"{who()},{day(rng)} {rng.randint(0, 23):02}:{rng.randint(0, 59):02},"
            f"{rng.choice(('screen_viewed', 'funnel_completed', 'funnel_started'))},"
            f"{rng.choice(('ledger', 'loans', 'reports', ''))}"
            for _ in range(rows)
        ],
    }
    made["dim_users"].append(made["dim_users"][3])
    made[PAYMENTS][5] = made[PAYMENTS][1_205] = "U103,,7.5,completed"
    made[EVENTS][700] = "U999,2023-05-01 10:00,screen_viewed,only of a stranger"
    for name in (PAYMENTS, EVENTS):
        made[name][900:900] = made[name][10:60]
    return made


def written(folder: Path, rows: Rows, headings: Mapping[str, str] = HEADINGS) -> list[Path]:
    paths = [folder / f"{name}.csv" for name in rows]
    for path in paths:
        path.write_text("\n".join([headings[path.stem], *rows[path.stem]]) + "\n", encoding="utf-8")
    return paths


@pytest.fixture
def on_disk(monkeypatch: pytest.MonkeyPatch) -> list[FeatureTable | None]:
    """Every file of more than 8 kB counts as a big one from now on; what came of it, one by one."""
    read_here(monkeypatch)
    return big_from(monkeypatch, 8_000, block=30_000)


CHOICES: dict[str, dict[str, object]] = {
    "as the browser does": {},
    "spellings joined": {"same_ids": "join"},
    "all payments, nothing before the signup": {"failed": "keep", "before_signup": "drop"},
    "words of one's own": {"words": {"odd": "none", "reversed": "purchase"}, "session_minutes": 5},
}


@pytest.mark.parametrize("choices", CHOICES.values(), ids=CHOICES)
def test_tables_on_disk_give_what_tables_in_memory_give(
    choices: dict[str, object], tmp_path: Path, on_disk: list[FeatureTable | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = written(tmp_path, tables())
    made = seg.features(paths, choices=choices)
    assert on_disk == [made]
    assert made.source == "fintech"
    monkeypatch.undo()
    assert_equal(made, seg.features(paths, choices=choices))


def _without(name: str) -> Callable[[Rows], Rows]:
    return lambda rows: {table: lines for table, lines in rows.items() if table != name}


def _in_lines(name: str, change: Callable[[int, str], str]) -> Callable[[Rows], Rows]:
    return lambda rows: {**rows, name: [change(at, row) for at, row in enumerate(rows[name])]}


FURTHER: dict[str, Callable[[Rows], Rows]] = {
    "no payments": _without(PAYMENTS),
    "no events": _without(EVENTS),
    "whole numbers as ids": lambda rows: {
        name: [re.sub("^[Uu]", "", row) for row in lines] for name, lines in rows.items()
    },
    "capitals lost in one file": _in_lines(PAYMENTS, lambda at, row: row.lower()),
    "every row of strangers": _in_lines(EVENTS, lambda at, row: f"X{row}"),
    "users of whom nothing is known": lambda rows: {
        **rows, "dim_users": rows["dim_users"] + [f"N{number},2022-01-01,,," for number in range(40)]
    },
    "few users": lambda rows: {**rows, "dim_users": rows["dim_users"][:4]},
    "one later date": _in_lines(EVENTS, lambda at, row: row.replace("2023-", "2027-") if at == 1_400 else row),
    "a status nobody uses": _in_lines(PAYMENTS, lambda at, row: row.rsplit(",", 1)[0] + ("," if at % 3 else ",paid")),
    "a word of many, later": _in_lines(PAYMENTS, lambda at, row: f"{row}{at % 250 if at > 1_200 else ''}"),
}  # fmt: skip


@pytest.mark.parametrize("change", FURTHER.values(), ids=FURTHER)
def test_what_only_all_rows_tell_is_told_of_the_parts_together(
    change: Callable[[Rows], Rows],
    tmp_path: Path,
    on_disk: list[FeatureTable | None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    paths = written(tmp_path, change(tables(seed=2)))
    made = seg.features(paths)
    assert on_disk == [made]
    monkeypatch.undo()
    assert_equal(made, seg.features(paths))


def test_a_column_of_sessions_and_one_of_one_currency_are_taken_as_in_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    on_disk = big_from(monkeypatch, 8_000, block=30_000)  # here with the processes that the product reads in
    rows = tables(seed=3)
    rows[EVENTS] = [f"{row},{'' if at % 7 == 0 else at // 5}" for at, row in enumerate(rows[EVENTS])]
    rows[PAYMENTS] = [f"{row},{'' if at % 5 == 0 else 'GHS'}" for at, row in enumerate(rows[PAYMENTS])]
    headings = {**HEADINGS, EVENTS: f"{HEADINGS[EVENTS]},session_id", PAYMENTS: f"{HEADINGS[PAYMENTS]},currency"}
    paths = written(tmp_path, rows, headings)
    made = seg.features(paths)
    assert on_disk == [made]
    monkeypatch.undo()
    assert_equal(made, seg.features(paths))


def _with_cells(rows: Rows, *cells: tuple[str, int, str]) -> Rows:
    """The tables with these cells, each (table, place, cell), in a late row."""
    for table, place, cell in cells:
        row = rows[table][1_300].split(",")
        row[place] = cell
        rows[table][1_300] = ",".join(row)
    return rows


@pytest.mark.parametrize(
    "cells",
    [
        ((PAYMENTS, 0, "0104"), (ENTRIES, 0, " U104 "), (EVENTS, 0, "U１０４")),
        ((PAYMENTS, 2, "1,5"), (ENTRIES, 2, "7"), (EVENTS, 1, "2023-05-05 10:00:00.123456")),
        ((PAYMENTS, 2, "-3.5"), (ENTRIES, 3, "inf"), (EVENTS, 3, "7.0")),
        ((PAYMENTS, 3, '"fail,ed"'), (EVENTS, 3, "n/a")),
        ((EVENTS, 1, "1066-01-01 00:00"),),
    ],
)
def test_cells_that_change_nothing_of_the_whole_are_read_as_it_reads_them(
    cells: tuple[tuple[str, int, str], ...],
    tmp_path: Path,
    on_disk: list[FeatureTable | None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    paths = written(tmp_path, _with_cells(tables(seed=4), *cells))
    made = seg.features(paths)
    assert on_disk == [made]
    monkeypatch.undo()
    assert_equal(made, seg.features(paths))


@pytest.mark.parametrize(
    "cell",
    [
        (PAYMENTS, 1, "31.12.2023"), (PAYMENTS, 2, "12 EUR"), (PAYMENTS, 2, "€5"), (PAYMENTS, 3, "Total"),
        (ENTRIES, 3, "9e99"), (EVENTS, 1, "yesterday"),
    ],
)  # fmt: skip
def test_a_cell_that_may_change_the_whole_is_left_to_the_whole(
    cell: tuple[str, int, str], tmp_path: Path, on_disk: list[FeatureTable | None]
) -> None:
    paths = written(tmp_path, _with_cells(tables(seed=4), cell))
    with suppress(SegmentationError):
        seg.features(paths)
    assert on_disk == [None]


LEFT: dict[str, Callable[[Rows], Rows]] = {
    "a large table of users": lambda rows: {
        **rows, "dim_users": rows["dim_users"] + [f"N{number},2022-01-01,advert,none,Accra" for number in range(400)]
    },
    "a column that words may make a status": _in_lines(PAYMENTS, lambda at, row: f"{row.rsplit(',', 1)[0]},paid"),
}  # fmt: skip


@pytest.mark.parametrize(
    ("change", "status"), [(LEFT["a large table of users"], "status"), (list(LEFT.values())[1], "how")]
)
def test_what_cannot_be_told_part_by_part_is_left_to_the_whole(
    change: Callable[[Rows], Rows], status: str, tmp_path: Path, on_disk: list[FeatureTable | None]
) -> None:
    headings = {**HEADINGS, PAYMENTS: HEADINGS[PAYMENTS].replace("status", status)}
    seg.features(written(tmp_path, change(tables(seed=5)), headings))
    assert on_disk == [None]


def test_two_currencies_are_left_to_the_whole(tmp_path: Path, on_disk: list[FeatureTable | None]) -> None:
    rows = tables(seed=6)
    rows[PAYMENTS] = [f"{row},{'GHS' if at < 1_200 else 'NGN'}" for at, row in enumerate(rows[PAYMENTS])]
    seg.features(written(tmp_path, rows, {**HEADINGS, PAYMENTS: f"{HEADINGS[PAYMENTS]},currency"}))
    assert on_disk == [None]


def test_what_is_wrong_with_the_choices_or_the_users_is_said_as_in_memory(
    tmp_path: Path, on_disk: list[FeatureTable | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = tables(seed=7)
    paths = written(tmp_path, rows)
    with pytest.raises(SegmentationError, match="must be a date such as"):
        seg.features(paths, as_of="soon")
    with pytest.raises(SegmentationError, match="must be one of purchase, return, none"):
        seg.features(paths, choices={"words": {"odd": "perhaps"}})
    rows["dim_users"].append(rows["dim_users"][0].replace("2023", "2021"))
    with pytest.raises(SegmentationError, match="appear in several different rows, for example U100"):
        seg.features(written(tmp_path, rows))
    assert on_disk == []


@pytest.mark.parametrize("line", [HEADINGS[EVENTS], HEADINGS[EVENTS].upper(), f" {HEADINGS[EVENTS]}"])
def test_a_header_that_comes_again_where_no_column_holds_numbers_is_left_to_the_whole(
    line: str, tmp_path: Path, on_disk: list[FeatureTable | None]
) -> None:
    rows = tables(seed=8)
    rows[EVENTS][1_300] = line
    seg.features(written(tmp_path, rows))
    assert on_disk == [None]
