"""Values that stand for no answer are suspected by what they do to the distribution, asked about, then missing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segmentation.core.tables import Table
from segmentation.data.profiling import suggest_roles
from segmentation.data.reading import ReadSettings, read
from segmentation.data.sources import assemble, build_customers
from tests.conftest import cases


def column(values: list[object], name: str = "answer", settings: ReadSettings = ReadSettings()) -> Table:
    text = f"id,{name}\n" + "\n".join(f"K{number},{value}" for number, value in enumerate(values))
    return read(text.encode(), "survey.csv", settings)


def suspected(values: list[object], name: str = "answer") -> list[str]:
    table = column(values, name)
    return [
        cell for question in table.questions if question.setting == "no_answer" for _, cell in question.choices[0][0]
    ]


def test_the_survey_with_99_999_and_minus_99(shared_data: Path) -> None:
    data = (shared_data / "field/codes_99_999.csv").read_bytes()
    table = read(data, "codes.csv")
    (question,) = table.questions
    assert question.text == "Do these stand for “no answer”: 99 in satisfaction, -99 in nps, 999 in age?"
    assert table.frame["satisfaction"].max() == 99  # Asked, not decided.
    pairs = question.choices[0][0]
    assert pairs == (("satisfaction", "99"), ("nps", "-99"), ("age", "999"))
    answered = read(data, "codes.csv", replace(table.settings, no_answer=pairs))
    # 120 respondents; grep counts 8, 7 and 6 such cells in the file.
    assert answered.frame.isna().sum().to_dict() == {
        "respondent_id": 0, "satisfaction": 8, "nps": 7, "visits": 0, "age": 6,
    }  # fmt: skip
    assert answered.frame["age"].max() == 70
    assert answered.questions == ()
    assert answered.problems == ()


def test_the_answer_is_remembered_with_the_model_and_the_next_file_reads_alike(shared_data: Path) -> None:
    data = (shared_data / "field/codes_99_999.csv").read_bytes()
    settings = replace(read(data, "codes.csv").settings, no_answer=(("age", "999"),))
    again = ReadSettings.from_dict(settings.to_dict())
    assert again == settings
    table = read(data, "codes.csv", again)
    made = build_customers(table, {role.name: role.role for role in suggest_roles(table)})
    assert made.replay["reading"]["customers"]["no_answer"] == [["age", "999"]]
    assert made.replay["columns"]["customers"]["respondent_id"] == "identifier"


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ([1, 2, 3, 4, 5] * 8 + [99] * 3, ["99"]),
        ([1, 2, 3, 4, 5] * 8 + [98, 98, 99, 99, 99], ["98", "99"]),
        ([0, 3, 7, 10] * 8 + [-99] * 2, ["-99"]),
        ([*list(range(18, 70)), 999, 999], ["999"]),
        ([0, 1, 2, 8, 30] * 8 + [-1] * 4, ["-1"]),
        ([1, 2, 3, 4, 5] * 8 + [9] * 6, ["9"]),
        ([12.5, 80.25, 40.1] * 8 + [9999, 9999], ["9999"]),
        (["5,5", "6,5"] * 0 + [1, 2] * 8 + ["99.0", "99"], ["99.0", "99"]),
    ],
)
def test_what_lies_far_outside_and_often_is_suspected(values: list[object], found: list[str]) -> None:
    assert suspected(values) == found


@pytest.mark.parametrize(
    "values",
    [
        [*list(range(1, 100)), 99, 99],  # percentages and ages up to 99
        [1, 2, 3, 4, 5] * 8 + [99],  # once only
        [1, 2, 3, 4, 5, 6, 7, 8, 9, 10] * 4,  # a scale to ten
        [1, 2, 3, 4, 5, 6, 7, 8, 9] * 6,
        [50, 200, 350, 500, 999, 999],  # too few to tell
        [120.5, 830.0, 4000.0, 999, 999] * 4,  # prices around it
        [-50, -1, -1, -1, 20, 400] * 5,  # below zero is usual here
        [99] * 30,  # nothing else to compare with
    ],
)
def test_ordinary_values_are_not_suspected(values: list[object]) -> None:
    assert suspected(values) == []


@pytest.mark.parametrize(
    ("days", "found"),
    [
        ([f"2024-0{1 + n % 9}-1{n % 9}" for n in range(20)] + ["1970-01-01"], ["1970-01-01"]),
        ([f"2024-0{1 + n % 9}-1{n % 9}" for n in range(20)] + ["1900-01-01"] * 2, ["1900-01-01"]),
        ([f"19{30 + n}-02-1{n % 9}" for n in range(60)] + ["1900-01-01"] * 6, ["1900-01-01"]),
        ([f"19{30 + n}-02-1{n % 9}" for n in range(60)] + ["1970-01-01"] * 6, ["1970-01-01"]),
        ([f"19{30 + n}-02-1{n % 9}" for n in range(60)] + ["1970-01-01"], []),
        ([f"2024-0{1 + n % 9}-1{n % 9}" for n in range(20)] + ["2099-12-31"], ["2099-12-31"]),
    ],
)
def test_dates_that_stand_for_none(days: list[str], found: list[str]) -> None:
    assert suspected(days, "signup_date") == found


def test_placeholder_dates_of_purchases_become_lines_without_a_date() -> None:
    text = "Customer ID,Order Date,Amount\n" + "".join(f"C{n % 3},2024-01-{n + 10},5\n" for n in range(9))
    data = (text + "C0,1970-01-01,7\nC1,1970-01-01,7\n").encode()
    table = read(data, "s.csv")
    assert [problem.kind for problem in table.problems] == ["no answer"]
    settings = replace(table.settings, no_answer=(("Order Date", "1970-01-01"),))
    made = assemble("transactions", {"s.csv": read(data, "s.csv", settings)}).build()
    assert made.frame["monetary"].to_dict() == {"C0": 15, "C1": 15, "C2": 15}
    assert "2 lines have no date that could be read: left out." in [note.what for note in made.notes]


def test_years_of_birth_with_two_digits_are_told() -> None:
    assert "its years have two digits (such as 50)" in column([*range(50, 90)], "birth_year").problems[0].sentence
    born = [f"1{n % 9}/02/{50 + n % 30}" for n in range(40)]
    kinds = [problem.kind for problem in column(born, "date of birth").problems]
    assert "birth years" in kinds
    assert column([*range(1950, 1990)], "birth_year").problems == ()


@settings(max_examples=cases(10, 30), deadline=None)
@given(st.lists(st.integers(0, 10), min_size=30, max_size=60), st.integers(2, 8), st.sampled_from([99, 999, -99, 9999]))
def test_a_code_is_found_whatever_the_answers_and_missing_once_answered(
    answers: list[int], times: int, code: int
) -> None:
    values = [*answers, *[code] * times]
    found = suspected(values)
    assert str(code) in found
    table = column(values, settings=ReadSettings(no_answer=(("answer", str(code)),)))
    assert np.isnan(table.frame["answer"].to_numpy()).sum() == times


@pytest.mark.parametrize("written", ["99", "99.0", "99.00", "99,0"])
def test_an_answered_code_is_known_as_a_number_however_a_file_writes_it(written: str) -> None:
    answered = ReadSettings(no_answer=(("answer", "99"),), separator=";")
    cells = [f"{place % 5 + 1}{written[2:]}" for place in range(20)] + [written]
    table = read("\n".join(["id;answer", *(f"a{row};{cell}" for row, cell in enumerate(cells))]).encode(), "", answered)
    assert table.frame["answer"].isna().sum() == 1
    assert table.frame["answer"].max() == 5
    assert not [question for question in table.questions if question.setting == "no_answer"]


def test_a_code_stays_a_value_in_columns_that_were_not_meant() -> None:
    answered = ReadSettings(no_answer=(("age", "99"),))
    table = read(b"id,age,answer\na,99.0,99.0\nb,3.5,1.5\n", "", answered)
    assert table.frame["answer"].tolist() == [99.0, 1.5]
    assert table.frame["age"].isna().tolist() == [True, False]
