"""Columns made of others on the Data page: made by a form or a formula, listed, kept with the roles, removed."""

from __future__ import annotations

import json
from collections.abc import Callable

from streamlit.testing.v1 import AppTest

from tests.data.test_made_features import purchases
from tests.scoring.test_derived import customers

Open = Callable[..., AppTest]


def opened(app: Open) -> AppTest:
    test = app("data")
    return test.file_uploader[0].upload("customers.csv", customers(60).to_csv(index=False).encode()).run()


def said(test: AppTest) -> str:
    kinds = ("markdown", "caption", "info", "warning", "error")
    return "\n".join(str(item.value) for kind in kinds for item in test.get(kind)).replace("\\", "")


def make(test: AppTest, number: int, name: str, formula: str, role: str = "") -> AppTest:
    test.selectbox(key=f"made-way-{number}").set_value("A formula of your own").run()
    test.text_area(key=f"made-{number}-7-text").set_value(formula)
    test.text_input(key=f"made-name-{number}").set_value(name)
    test.selectbox(key=f"made-role-{number}").set_value(role).run()
    if f"made-make-{number}" in {button.key for button in test.button}:
        test.button(key=f"made-make-{number}").click().run()
    assert not test.exception
    return test


def test_a_sum_is_made_by_the_form_and_removed_again(app: Open) -> None:
    test = opened(app)
    test.selectbox(key="made-way-0").set_value("Sum").run()
    test.multiselect(key="made-0-1-columns").set_value(["wine", "meat"])
    test.text_input(key="made-name-0").set_value("spent").run()
    assert "spent = sum(wine, meat)" in said(test)
    assert "Suggested role: Feature. A number for every customer." in said(test)
    test.button(key="made-make-0").click().run()
    assert not test.exception
    studio = test.session_state["studio"]
    assert studio.made_columns == {"spent": "sum(wine, meat)"}
    assert studio.features.names[-1] == "spent"
    assert studio.features.replay["derived"] == [
        {"name": "spent", "formula": "sum(wine, meat)", "kinds": [["wine", "number"], ["meat", "number"]]}
    ]
    test.button(key="made-remove-0").click().run()
    assert not test.exception
    studio = test.session_state["studio"]
    assert studio.made_columns == {}
    assert "spent" not in studio.features.names


def test_roles_stay_when_a_column_is_made_and_it_may_get_one(app: Open) -> None:
    test = opened(app)
    assert "it may stand for no answer. Say whether it is a value or missing." in said(test)
    make(test, 0, "contact", "bands(pdays, 7, 30, never=-1)", "category")
    assert "no answer" not in said(test)  # the formula has named the code
    assert not [box for box in (*test.radio, *test.segmented_control) if "no answer" in str(box.label)]
    studio = test.session_state["studio"]
    assert studio.roles["contact"] == "category"
    assert [block.column for block in studio.features.blocks] == ["contact"]
    make(test, 1, "stayed", "months_between(joined, 2026-11-28)")
    studio = test.session_state["studio"]
    assert (studio.roles["contact"], studio.roles["stayed"]) == ("category", "feature")
    assert "contact = bands(pdays, 7, 30, never=-1)" in said(test).replace("**", "")


def test_what_is_wrong_with_a_formula_is_said_beside_it(app: Open) -> None:
    test = make(opened(app), 0, "spent", "sum(wine, mead)")
    assert "There is no column “mead”. Did you mean “meat”?" in said(test)
    assert test.session_state["studio"].made_columns == {}


def test_another_file_begins_without_them(app: Open) -> None:
    test = make(opened(app), 0, "spent", "sum(wine, meat)")
    test.file_uploader[0].upload("other.csv", customers(40, 1).to_csv(index=False).encode()).run()
    assert not test.exception
    assert test.session_state["studio"].made_columns == {}


def test_purchases_have_columns_made_of_their_features(app: Open) -> None:
    test = app("data")
    test.file_uploader[0].upload("shop.csv", purchases().to_csv(index=False).encode()).run()
    assert test.session_state["studio"].source == "transactions"
    test.selectbox(key="made-way-0").set_value("Ratio").run()
    test.selectbox(key="made-0-3-one").set_value("monetary")
    test.selectbox(key="made-0-3-other").set_value("frequency")
    test.text_input(key="made-name-0").set_value("basket").run()
    test.button(key="made-make-0").click().run()
    assert not test.exception
    features = test.session_state["studio"].features
    assert features.names[-1] == "basket"
    assert (features.frame["basket"] == features.frame["monetary"] / features.frame["frequency"]).all()
    assert "basket = monetary / frequency" in said(test).replace("**", "")
    test.button(key="made-remove-0").click().run()
    assert not test.exception
    assert "basket" not in test.session_state["studio"].features.names


def test_saved_roles_bring_their_formulas_and_others_change_nothing(app: Open) -> None:
    test = opened(app)
    file = {
        "kind": "segmentation mapping", "version": 1, "source": "customers",
        "tables": {"customers": {"wine": "left out", "spent": "feature"}}, "derived": {"spent": "sum(wine, meat)"},
    }  # fmt: skip
    wrong = {**file, "derived": {"spent": "sum(wine, mead)"}}
    test.file_uploader(key="roles-file").upload("wrong.json", json.dumps(wrong).encode()).run()
    assert "There is no column “mead”. Did you mean “meat”?" in said(test)
    assert test.session_state["studio"].made_columns == {}
    test.file_uploader(key="roles-file").upload("roles.json", json.dumps(file).encode()).run()
    assert not test.exception
    studio = test.session_state["studio"]
    assert studio.made_columns == {"spent": "sum(wine, meat)"}
    assert (studio.roles["wine"], studio.roles["spent"], studio.roles["meat"]) == ("left out", "feature", "feature")
    assert studio.features.names == ("meat", "spent")
