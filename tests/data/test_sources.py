"""A customer table becomes features and descriptors; what was done to it is listed, what is wrong is one sentence."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from segmentation.core.errors import DataProblems
from segmentation.core.roles import ROLES
from segmentation.core.tables import Table
from segmentation.data.reading import read
from segmentation.data.sources import SOURCES, build_customers
from segmentation.data.sources.base import id_text

FRAME = pd.DataFrame(
    {
        "id": ["01", "02", "03"],
        "income": [10.0, np.nan, np.inf],
        "member": pd.array([True, False, None], dtype="boolean"),
        "city": ["Rome", "=cmd()", None],
        "joined": pd.to_datetime(["2024-01-01", "2024-02-01", None]),
        "noise": [1.0, 2.0, 3.0],
    }
)
USABLE = {"income", "member", "noise"}
ROLES_OF = {
    "id": "identifier",
    "income": "feature",
    "member": "feature",
    "city": "descriptor",
    "joined": "date",
    "noise": "left out",
}


def build(frame: pd.DataFrame = FRAME, **roles: str):
    return build_customers(Table("people.csv", frame), {**ROLES_OF, **roles})


def sentences(frame: pd.DataFrame, roles: dict[str, str]) -> str:
    with pytest.raises(DataProblems) as caught:
        build_customers(Table("people.csv", frame), roles)
    assert all(problem.fix for problem in caught.value.problems)
    return str(caught.value)


def test_features_are_numbers_and_everything_else_is_kept_as_a_descriptor() -> None:
    table = build()
    assert table.frame.index.tolist() == ["01", "02", "03"]
    assert table.frame.index.name == "id"
    assert table.names == ("income", "member")
    np.testing.assert_array_equal(table.frame["income"], [10, np.nan, np.nan])
    np.testing.assert_array_equal(table.frame["member"], [1, 0, np.nan])
    assert list(table.descriptors) == ["id", "city", "joined", "noise"]
    assert table.descriptors["city"].tolist()[:2] == ["Rome", "=cmd()"]


def test_what_was_changed_is_listed() -> None:
    notes = {note.where: note for note in build().notes}
    assert notes["income"].what.startswith("Infinite")
    assert notes["income"].count == 1
    assert notes["member"].examples == (("true", "1"), ("false", "0"))
    assert notes["member"].count == 2


def test_the_table_that_came_in_is_not_changed() -> None:
    before = FRAME.copy(deep=True)
    build()
    pd.testing.assert_frame_equal(FRAME, before)


def test_repeated_ids_are_named_with_a_remedy() -> None:
    text = sentences(FRAME.assign(id=["a", "b", "a"]), ROLES_OF)
    assert "1 ids appear more than once, for example a in 2 rows" in text
    assert "Transactions" in text


def test_without_an_identifier_customers_are_numbered_and_it_is_said() -> None:
    table = build(id="left out")
    assert table.frame.index.tolist() == ["1", "2", "3"]
    assert table.frame.index.name == "customer"
    assert any("numbered by their row" in note.what for note in table.notes)


def test_a_customer_without_an_id_is_named_after_the_row() -> None:
    table = build(FRAME.assign(id=["a", None, "  "]))
    assert table.frame.index.tolist() == ["a", "row 2", "row 3"]
    assert any("named after their row" in note.what and note.count == 2 for note in table.notes)


def test_a_second_identifier_becomes_a_descriptor() -> None:
    table = build(city="identifier")
    assert table.frame.index.name == "id"
    assert "city" in table.descriptors
    assert any("already is the identifier" in note.what for note in table.notes)


@pytest.mark.parametrize(
    ("roles", "expected"),
    [
        ({"city": "feature"}, "city: 2 of 2 values are text, for example “Rome” in row 1."),
        ({"joined": "feature"}, "joined: dates cannot be a feature."),
        ({"income": "descriptor", "member": "left out"}, "no column has the role feature"),
        ({"gone": "feature"}, "gone: this column is not in the file."),
    ],
)
def test_a_wrong_role_is_one_sentence(roles: dict[str, str], expected: str) -> None:
    assert expected in sentences(FRAME, {**ROLES_OF, **roles})


def test_all_faults_are_reported_at_once() -> None:
    text = sentences(FRAME.assign(id=["a", "a", "b"]), {**ROLES_OF, "city": "feature", "joined": "feature"})
    assert text.count(":") >= 3
    assert "more than once" in text
    assert "dates cannot" in text
    assert "are text" in text


def test_an_empty_feature_and_an_empty_table_are_refused() -> None:
    assert "the column is empty" in sentences(FRAME.assign(income=np.nan), ROLES_OF)
    assert "no row below the header" in sentences(FRAME.iloc[:0], ROLES_OF)
    one = sentences(FRAME.iloc[:1], dict.fromkeys(FRAME, "left out"))
    assert "only one row below the header" in one
    assert "the role feature" not in one


def test_numbers_kept_as_text_become_numbers_only_with_a_note() -> None:
    table = build(FRAME.assign(city=["1", "2", None]), city="feature")
    np.testing.assert_array_equal(table.frame["city"], [1, 2, np.nan])
    assert any(note.where == "city" and "Text became numbers" in note.what for note in table.notes)


def test_ids_that_are_numbers_have_no_decimal_point() -> None:
    assert id_text(pd.Series([17850.0, np.nan, 3.0])).isna().tolist() == [False, True, False]
    assert id_text(pd.Series([17850.0, 3.0])).tolist() == ["17850", "3"]
    assert id_text(pd.Series([1.5, 3.0])).tolist() == ["1.5", "3.0"]


def test_the_fingerprint_follows_the_data_and_the_roles() -> None:
    first = build().fingerprint
    assert first == build().fingerprint
    assert first != build(noise="feature").fingerprint
    assert first != build(FRAME.assign(noise=[1.0, 2.0, 4.0])).fingerprint


def test_the_replay_builds_the_same_table() -> None:
    table = build()
    source = SOURCES[table.source]
    again = source.build({"customers": Table("next.csv", FRAME)}, table.replay["columns"], None)
    pd.testing.assert_frame_equal(again.frame, table.frame)


@settings(max_examples=40, deadline=None)
@given(
    st.fixed_dictionaries(
        {
            name: st.sampled_from(sorted(set(ROLES) - {"identifier" if name in USABLE else "feature"}))
            for name in FRAME.columns
        }
    )
)
def test_every_choice_of_roles_gives_a_table_with_all_columns(roles: dict[str, str]) -> None:
    features = {name for name, role in roles.items() if role == "feature"}
    inputs = features | {name for name, role in roles.items() if role == "category"}
    assume(features)
    table = build_customers(Table("people.csv", FRAME), roles)
    assert set(table.inputs) == inputs  # of a category every level is a column of its own
    assert set(FRAME.columns) - inputs <= set(table.descriptors) <= set(FRAME.columns) - features


def test_customers_of_a_table_whose_ids_differ_only_by_spelling_are_told() -> None:
    table = read("member_no,spend\nAB-1,1\nAB\u20111,2\nab-1 ,3\nAB-2,4\n".encode(), "members.csv")
    made = build_customers(table, {"member_no": "identifier", "spend": "feature"})
    assert list(made.frame.index) == ["AB-1", "AB\u20111", "ab-1", "AB-2"]
    (problem,) = [one for one in made.problems if one.kind == "spelling"]
    assert problem.count == 3
    assert not problem.fatal
    assert "3 ids differ only by capitals, blanks, hyphens or leading zeros" in problem.sentence
