"""Several files with the same columns: one table in parts, said; what is no part of it is not put below it."""

from __future__ import annotations

import pytest

from segmentation.core.errors import SegmentationError
from segmentation.core.notices import Notice
from segmentation.data.customers import customers_from
from segmentation.data.reading import read
from segmentation.data.sources import guess_source, parts_of_one, stack

NORTH = b"customer_id,Spend,Visits\nK1,10.5,1\nK2,20.5,2\nK3,30.5,3\n"
SOUTH = b"Customer ID,spend,VISITS\nK4,40.5,4\nK5,50.5,5\n"


def facts(notices: tuple[Notice, ...]) -> dict[str, int]:
    return {notice.kind: notice.count for notice in notices}


def test_two_files_of_customers_with_the_same_columns_are_one_table_whatever_the_spelling_of_headings() -> None:
    made = customers_from({"north.csv": NORTH, "south.csv": SOUTH})
    assert made.source == "customers"
    assert made.frame["Spend"].to_dict() == {"K1": 10.5, "K2": 20.5, "K3": 30.5, "K4": 40.5, "K5": 50.5}
    assert made.frame["Visits"].tolist() == [1, 2, 3, 4, 5]
    assert facts(made.notices) == {"files": 2}
    assert "north.csv (3 rows), south.csv (2 rows)" in made.notices[0].text


def test_a_file_given_twice_is_used_once_and_said() -> None:
    made = customers_from({"north.csv": NORTH, "north (1).csv": NORTH})
    assert made.frame["Spend"].tolist() == [10.5, 20.5, 30.5]
    assert facts(made.notices) == {"copies": 1}
    three = customers_from({"north.csv": NORTH, "copy.csv": NORTH, "south.csv": SOUTH})
    assert len(three.frame) == 5
    assert facts(three.notices) == {"files": 2, "copies": 1}


def test_files_that_share_customers_are_not_one_table_in_parts() -> None:
    later = NORTH.replace(b"10.5", b"99.5")
    parts = parts_of_one({"may.csv": read(NORTH, "may.csv"), "june.csv": read(later, "june.csv")})
    assert parts is not None
    assert parts.names == ("may.csv", "june.csv")
    assert parts.shared == 3
    with pytest.raises(SegmentationError, match="3 customers stand in more than one of them"):
        customers_from({"may.csv": NORTH, "june.csv": later})


def test_files_with_different_columns_are_no_parts() -> None:
    other = read(b"customer_id,Age\nK1,30\n", "ages.csv")
    assert parts_of_one({"north.csv": read(NORTH, "north.csv"), "ages.csv": other}) is None
    with pytest.raises(SegmentationError, match="several with different columns were given"):
        customers_from({"north.csv": NORTH, "ages.csv": b"customer_id,Age\nK1,30\nK2,40\n"}, "customers")
    assert guess_source({"north.csv": read(NORTH, "n"), "ages.csv": other}) == "related"


def test_the_marks_of_each_file_are_its_own() -> None:
    german = b"customer_id;Spend;Visits\nK4;1.040,5;4\nK5;50,5;5\n"
    made = customers_from({"north.csv": NORTH, "south.csv": german})
    assert made.frame["Spend"].tolist() == [10.5, 20.5, 30.5, 1040.5, 50.5]


def test_a_column_that_is_text_in_one_file_stays_text_and_is_said() -> None:
    words = read(b"customer_id,Spend,Visits\nK4,some,4\nK5,more,5\n", "words.csv")
    table = stack([read(NORTH, "north.csv"), words])
    assert table.frame["Spend"].tolist() == ["10.5", "20.5", "30.5", "some", "more"]
    assert table.frame["Visits"].tolist() == [1, 2, 3, 4, 5]
    assert [problem.where for problem in table.problems if problem.kind == "stayed text"] == ["Spend"]


def test_lists_of_purchases_in_parts_are_said_too() -> None:
    names = b"Customer,Date,Amount\n"
    made = customers_from(
        {"a.csv": names + b"A,2024-01-01,5\nA,2024-01-02,5\n", "b.csv": names + b"A,2024-02-01,7\nB,2024-02-01,1\n"}
    )
    assert made.source == "transactions"
    assert made.frame["monetary"].to_dict() == {"A": 17, "B": 1}
    assert facts(made.notices)["files"] == 2
