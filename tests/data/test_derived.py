"""Columns that are made of others: values worked by hand, one sentence for what is wrong, the same bits row by row."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import segmentation as seg
from segmentation.core.errors import DataProblems, SegmentationError
from segmentation.core.tables import Table
from segmentation.data.derived import FUNCTIONS, derive, derive_again, derived_from, formulas_from, with_derived

ROOT = Path(__file__).resolve().parents[2]
NONE = None
FRAME = pd.DataFrame(
    {
        "born": pd.to_datetime(["1980-03-01", "2000-02-29", None]),
        "year_born": [1957.0, 1970.0, np.nan],
        "wine": [1.0, 2.0, np.nan],
        "meat": [0.0, 4.0, 5.0],
        "plan": pd.Series(["Gold", "silver ", None], dtype="str"),
        "pdays": [-1.0, 3.0, 40.0],
        "contact": pd.Series(["Never", "3", "40"], dtype="str"),
        "active": pd.array([True, False, None], dtype="boolean"),
        "Monthly [net] charges": [10.0, 20.0, 30.0],
    }
)
TABLE = Table("customers", FRAME)


def made(formula: str, frame: pd.DataFrame = FRAME) -> list[object]:
    column = derive(Table("customers", frame), {"new": formula}).frame["new"]
    return [None if pd.isna(value) else value for value in column.tolist()]


@pytest.mark.parametrize(
    ("formula", "values"),
    [
        ("wine + meat * 2", [1, 10, NONE]),
        ("(wine + meat) * 2", [2, 12, NONE]),
        ("10 - wine - 2", [7, 6, NONE]),
        ("wine / meat", [NONE, 0.5, NONE]),  # 1 / 0 is nothing
        ("-wine", [-1, -2, NONE]),
        ("sum(wine, meat)", [1, 6, 5]),
        ("mean(wine, meat, pdays)", [0, 3, 22.5]),
        ("min(wine, meat)", [0, 2, 5]),
        ("max(wine, meat)", [1, 4, 5]),
        ("[Monthly [net]] charges] / 10", [1, 2, 3]),
        ("years_between(born, 2026-02-28)", [45, 25, NONE]),  # the birthdays are on 1 March and 29 February
        ("years_between(born, 2026-03-01)", [46, 26, NONE]),
        ("years_between(year_born, 2014-12-31)", [57, 44, NONE]),
        ("years_between(year_born, born)", [23, 30, NONE]),
        ("months_between(born, 2026-01-31)", [550, 311, NONE]),
        ("days_between(born, 1980-03-31)", [30, -7274, NONE]),
        ("2000-03-01 - born", [7305, 1, NONE]),
        ("year(born) + month(born) / 100", [1980.03, 2000.02, NONE]),
        ("is(plan, 'gold')", [True, False, NONE]),
        ("is(plan, 'GOLD', 'Silver')", [True, True, NONE]),
        ("is(pdays, -1)", [True, False, False]),
        ("without(pdays, -1)", [NONE, 3, 40]),
        ("known(plan)", [True, True, False]),
        ("wine < meat", [False, True, NONE]),
        ("born >= 2000-01-01", [False, True, NONE]),
        ("active = 1", [True, False, NONE]),
        ("sum(active, 1)", [2, 1, 1]),
        ("bands(pdays, 7, 30, never=-1)", ["never", "under 7", "30+"]),
        ("bands(meat, 4, 5)", ["under 4", "4–5", "5+"]),
        ("bands(contact, 7, 30)", ["never", "under 7", "30+"]),
        ("bands(contact, 7, again=40)", ["never", "under 7", "again"]),
        ("parts(contact, 2)", ["never", "under 21.5", "21.5+"]),
    ],
)
def test_values_worked_by_hand(formula: str, values: list[object]) -> None:
    assert made(formula) == values


def test_parts_are_found_once_and_written_into_the_formula() -> None:
    frame = pd.DataFrame({"income": np.arange(1.0, 101.0)})
    table = derive(Table("customers", frame), {"band": "parts(income, 4)"})
    assert table.derived[0].formula == "bands(income, 25.8, 50.5, 75.2)"  # the quartiles of 1 … 100
    assert table.frame["band"].value_counts().tolist() == [25, 25, 25, 25]
    later = derive_again(Table("customers", pd.DataFrame({"income": [1.0, 26.0, 1000.0]})), table.derived)
    assert later.frame["band"].tolist() == ["under 25.8", "25.8–50.5", "75.2+"]


@pytest.mark.parametrize(
    ("formula", "sentence"),
    [
        ("agee", "There is no column “agee”"),
        ("Wine", "Did you mean “wine”?"),
        ("summ(wine)", "There is no function “summ”. Did you mean “sum”?"),
        ("__import__('os')", "There is no function “__import__”"),
        ("wine.real", "It cannot be read at “.real”"),
        ("wine if 1 else 2", "“if” is not expected at letter 6"),
        ('"wine"', "stands in square brackets"),
        ("'wine", "ends with the mark that it begins with"),
        ("wine +", "ends too early"),
        ("sum(wine", "ends too early"),
        ("wine meat", "“meat” is not expected at letter 6"),
        ("1 + 1", "It names no column"),
        ("born", "It gives dates"),
        ("plan", "It gives text"),
        ("sum(plan)", "“sum” needs numbers, and “plan” holds text"),
        ("years_between(born)", "takes 2 values"),
        ("born - wine", "cannot compare dates and numbers"),
        ("is(plan, 3)", "cannot compare text and numbers"),
        ("is(plan, plan)", "are written out"),
        ("2026-13-01 - born", "There is no day 2026-13-01"),
        ("bands(wine, 3, 2)", "must rise"),
        ("bands(wine, -10, -5)", "cannot be told apart in words"),
        ("bands(wine, 2, x=meat)", "is a number and has a word of its own"),
        ("parts(wine, 50)", "makes 2 to 12 bands"),
        ("(" * 100 + "wine", "nested too deeply"),
        ("wine" + "+wine" * 390, "at most 400 words"),
        ("wine" * 900, "at most 2,000 letters"),
        ("wine / 0", "would have no value for anybody"),
        ("", "ends too early"),
    ],
)
def test_what_is_wrong_is_one_sentence(formula: str, sentence: str) -> None:
    with pytest.raises(SegmentationError, match=re.escape(sentence)) as error:
        derive(TABLE, {"new": formula})
    assert str(error.value).endswith(".")


@pytest.mark.parametrize("name", ["wine", "", " ", "a\nb", "x" * 101])
def test_a_made_column_needs_a_name_of_its_own(name: str) -> None:
    with pytest.raises(SegmentationError, match=r"already|needs a name"):
        derive(TABLE, {name: "wine + meat"})


@pytest.mark.parametrize("text", ["age", "= wine", "age =", ""])
def test_the_command_line_takes_a_name_and_a_formula(text: str) -> None:
    assert formulas_from(["a = wine", "b=wine = 3"]) == {"a": "wine", "b": "wine = 3"}
    with pytest.raises(SegmentationError, match="Write NAME = FORMULA"):
        formulas_from([text])


def test_a_later_column_may_be_made_of_an_earlier_one() -> None:
    table = derive(TABLE, {"spent": "sum(wine, meat)", "big": "spent >= 5"})
    assert table.frame["big"].tolist() == [False, True, True]
    assert FRAME.shape[1] == 9, "the table that was given has not changed"


numbers = st.floats(-1e6, 1e6, allow_nan=False) | st.none()
FORMULAS = (
    "(a + b) / c", "sum(a, b, c)", "mean(a, b)", "without(a, 0, -1)", "a * b - c / 3", "bands(a, 0.5, 10, none=0)",
    "years_between(a, 2026-11-28)", "max(a, b) > c", "is(a, 0, 1)", "known(a)",
)  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(numbers, numbers, numbers), min_size=2, max_size=8), st.sampled_from(FORMULAS))
def test_one_row_and_many_in_any_order_get_the_same_bits(rows: list[tuple[float | None, ...]], formula: str) -> None:
    frame = pd.DataFrame([(1.5, 2.5, 0.5), *rows], columns=["a", "b", "c"], dtype=np.float64)
    table = derive(Table("customers", frame), {"new": formula})
    known, whole = table.derived, table.frame["new"]
    turned = with_derived(frame.iloc[::-1], known)["new"].iloc[::-1]
    alone = pd.concat([with_derived(frame.iloc[[place]], known)["new"] for place in range(len(frame))])
    pd.testing.assert_series_equal(turned, whole, check_exact=True)
    pd.testing.assert_series_equal(alone, whole, check_exact=True)


@settings(max_examples=60, deadline=None)
@given(st.text(st.sampled_from("ab1-+*/().,[]'=<> \n\"`;éﷺ"), max_size=30) | st.text(max_size=30))
def test_any_text_is_a_column_or_one_sentence(formula: str) -> None:
    frame = pd.DataFrame({"a": [1.0, 2.0], "b": [3.0, np.nan]})
    sentence, rows = "", 2
    try:
        rows = len(derive(Table("customers", frame), {"new": formula}).frame["new"])
    except SegmentationError as error:
        sentence = str(error)
    assert rows == 2
    assert "\n" not in sentence


def test_a_later_file_is_read_as_the_kinds_that_were() -> None:
    known = derive(TABLE, {"age": "years_between(born, 2026-03-01)", "spent": "sum(wine, meat)"}).derived
    later = pd.DataFrame({"born": ["1980-03-01", "unknown"], "wine": ["2", "many"], "meat": [1.0, 1.0]})
    table = derive_again(Table("later", later), known)
    assert table.frame["spent"].tolist() == [3, 1]
    assert table.frame["age"].iloc[0] == 46
    assert [(note.where, note.count) for note in table.notes if note.kind == "lost"] == [("born", 1), ("wine", 1)]


def test_a_later_file_without_the_sources_may_hold_the_column_itself() -> None:
    known = derive(TABLE, {"spent": "sum(wine, meat)"}).derived
    own = derive_again(Table("later", pd.DataFrame({"spent": [7.0]})), known, ["spent"])
    assert own.frame["spent"].tolist() == [7]
    both = derive_again(Table("later", pd.DataFrame({"spent": [7.0], "wine": [1.0], "meat": [1.0]})), known)
    assert both.frame["spent"].tolist() == [2]
    assert any("own column of this name is not used" in note.what for note in both.notes)
    with pytest.raises(DataProblems, match="made by sum\\(wine, meat\\), and the file has no “meat”"):
        derive_again(Table("later", pd.DataFrame({"wine": [1.0]})), known, ["spent"])
    derive_again(Table("later", pd.DataFrame({"wine": [1.0]})), known, ["something else"])


@pytest.mark.parametrize(
    "plain",
    [
        3,
        [3],
        [{"name": "a"}],
        [{"name": "a", "formula": "b +", "kinds": []}],
        [{"name": "a", "formula": "b", "kinds": 1}],
    ],
)
def test_formulas_of_an_edited_model_are_one_sentence(plain: object) -> None:
    with pytest.raises(SegmentationError):
        derived_from({"derived": plain})


def test_what_is_made_of_personal_or_later_facts_is_so_too() -> None:
    frame = pd.DataFrame(
        {
            "gender": ["f", "m"] * 20,
            "Churn": ["Yes", "No"] * 20,
            "spent": np.arange(40.0),
            "calls": np.arange(40.0) ** 2,
        }
    )
    features = seg.features(
        frame,
        derive={
            "woman": "is(gender, 'f')",
            "gone": "is(Churn, 'yes')",
            "both": "gone + spent",
            "per_call": "spent / calls",
        },
    )
    roles = {role.name: role.role for role in features.roles}
    assert [roles[name] for name in ("woman", "gone", "both", "per_call")] == [
        "sensitive",
        "outcome",
        "outcome",
        "feature",
    ]
    reasons = {role.name: role.reason for role in features.roles}
    assert reasons["woman"] == "Made of gender, which is personal: kept out, but audited."
    asked = seg.features(frame, derive={"woman": "is(gender, 'f')"}, roles={"woman": "feature"})
    assert "woman" in asked.names


def test_a_formula_of_purchases_names_their_features() -> None:
    with pytest.raises(SegmentationError, match="The file has recency, frequency, monetary"):
        seg.features(seg.sample("retail"), "transactions", derive={"a": "b"})


def test_the_page_of_formulas_names_every_function() -> None:
    page = (ROOT / "docs/formulas.md").read_text(encoding="utf-8")
    assert all(f"| `{item.example}` | {item.about} |" in page for item in FUNCTIONS.values())


CODED = pd.DataFrame(
    {"id": [f"c{i}" for i in range(100)], "pdays": [-1, 3, 5, 9, 14] * 20, "nps": [-99, *range(1, 10)] * 10}
)


@pytest.mark.parametrize(
    ("formulas", "asked", "where"),
    [
        ([], "-1 in pdays, -99 in nps", ["pdays", "nps"]),
        (["bands(pdays, 7, never=-1)"], "-99 in nps", ["nps"]),
        (["is(pdays, -1)"], "-99 in nps", ["nps"]),
        (["pdays = -1"], "-99 in nps", ["nps"]),
        (["without(pdays, -99)", "pdays - 1"], "-1 in pdays, -99 in nps", ["pdays", "nps"]),
        (["without(pdays, -1)", "100 * without(nps, 7, -99)"], "", []),
    ],
)
def test_a_code_that_a_formula_names_is_asked_about_no_more(formulas: list[str], asked: str, where: list[str]) -> None:
    table = derive(seg.read(CODED), {f"made {place}": formula for place, formula in enumerate(formulas)})
    assert [item.text for item in table.questions] == ([f"Do these stand for “no answer”: {asked}?"] if asked else [])
    assert [item.where for item in table.problems] == where


def test_a_column_answered_before_stays_answered_beside_a_formula() -> None:
    answered = seg.read(CODED, "coded")
    read_again = seg.read(CODED, "coded", no_answer=[("nps", "-99")])
    assert [item.text for item in read_again.questions] == ["Do these stand for “no answer”: -1 in pdays?"]
    table = derive(read_again, {"contact": "bands(pdays, 7, never=-1)"})
    assert (len(answered.questions), table.questions, table.problems) == (1, (), ())
