"""Files from a grammar of habits, the truth known: every one is read right or asked about, none silently wrong."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import pytest

from segmentation.core.errors import SegmentationError
from segmentation.data.customers import customers_from
from tests.conftest import cases
from tests.data.file_grammar import HABITS, GrammarFile, Habits, make_file, some_habits

COUNT = cases(80, 200)
ASKED = {"date order", "decimal", "currencies", "letters", "swapped dates", "totals", "other"}
"""Kinds of notices that ask or warn about what was read."""


@dataclass(frozen=True)
class Answer:
    """How a file was read: right, asked (with what), or silently wrong (with what came out)."""

    outcome: str
    what: str


def answer_of(file: GrammarFile) -> Answer:
    """The features of a file against its truth."""
    try:
        made = customers_from({"purchases.csv": file.data}, "transactions")
    except SegmentationError as error:
        return Answer("asked", str(error))
    asked = sorted({notice.kind for notice in made.notices} & ASKED)
    if file.mixed:
        return Answer("asked" if asked else "silently wrong", ", ".join(asked) or "currencies were added up")
    found = {
        str(customer): (row["recency"], row["frequency"], row["monetary"]) for customer, row in made.frame.iterrows()
    }
    same = found.keys() == file.truth.keys() and all(
        found[name][:2] == file.truth[name][:2] and abs(found[name][2] - file.truth[name][2]) < 0.01 for name in found
    )
    if same:
        return Answer("right", "")
    return Answer("asked", ", ".join(asked)) if asked else Answer("silently wrong", f"{found} and not {file.truth}")


def test_the_grammar_has_the_habits_that_are_promised() -> None:
    assert {name: len(ways) for name, ways in HABITS.items()} == {
        "separator": 4, "decimal": 2, "thousands": 4, "figures": 3, "dates": 9, "status": 7, "totals": 7, "headings": 7,
        "currency": 5, "letters": 4, "ids": 4,
    }  # fmt: skip
    habits = some_habits(COUNT)
    for name, ways in HABITS.items():
        assert {getattr(item, name) for item in habits} == set(ways)


def test_a_file_of_the_grammar_says_what_its_truth_says() -> None:
    plain = Habits(",", ".", "", "cents", "iso", "en", "", "one", "", "utf-8", "C101")
    file = make_file(plain, 1)
    first = file.data.decode().splitlines()[1].split(",")
    assert first[0] == "C101"
    mine = [line.split(",") for line in file.data.decode().splitlines()[1:] if line.startswith("C101,")]
    paid = sum(float(cells[3]) for cells in mine if cells[4] == "paid")
    assert file.truth["C101"][2] == pytest.approx(paid)


@pytest.mark.parametrize("part", range(10))
def test_every_file_is_read_right_or_asked_about(part: int) -> None:
    habits = some_habits(COUNT)[part * COUNT // 10 : (part + 1) * COUNT // 10]
    answers = {item: answer_of(make_file(item, seed)) for seed, item in enumerate(habits, part * 1_000)}
    wrong = {item: answer.what for item, answer in answers.items() if answer.outcome == "silently wrong"}
    assert wrong == {}
    counts = Counter(answer.outcome for answer in answers.values())
    assert counts["right"] >= len(habits) // 2
