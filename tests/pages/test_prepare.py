"""The Prepare page: useful at once, every step switchable, every column decidable, nothing learned twice."""

from __future__ import annotations

from dataclasses import replace
from functools import wraps

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from pages.parts.prepare import steps
from segmentation.core.settings import PREP_PRESETS, ColumnPrep, PrepSettings
from segmentation.core.tables import Table
from segmentation.data.exploration import correlation_table
from segmentation.data.profiling import suggest_roles
from segmentation.data.sources import build_customers
from segmentation.preparation import compared_values, learn
from segmentation.preparation.saved import prep_to_json


def features_of(frame: pd.DataFrame):
    table = Table("customers.csv", frame)
    return build_customers(table, {item.name: item.role for item in suggest_roles(table)})


def said(test: AppTest) -> str:
    return " ".join(str(item.value) for item in (*test.markdown, *test.caption, *test.error)).replace("\\", "")


def keys(test: AppTest) -> set[str]:
    return {item.key for item in test.button}


@pytest.fixture
def twins(fast) -> pd.DataFrame:
    return fast.assign(BALANCE_EUR=fast["BALANCE"] * 1.07 + 3)


@pytest.fixture
def opened(app, twins) -> AppTest:
    test = app("prepare", features=features_of(twins))
    assert not test.exception
    return test


def place(test: AppTest, name: str) -> str:
    features = test.session_state["studio"].features
    return f"{features.fingerprint[:8]}-{features.names.index(name)}"


def test_without_customers_the_page_says_what_comes_and_leads_to_the_data(app) -> None:
    test = app("prepare")
    assert "First there must be customers." in said(test)
    assert "empty-data" in keys(test)


def test_the_first_visit_shows_a_recipe_and_leads_on(opened) -> None:
    studio = opened.session_state["studio"]
    assert studio.prep == PREP_PRESETS["recommended"]
    assert studio.recipe is not None
    assert "6 of 9 features take part" in said(opened)
    assert len(opened.get("plotly_chart")) == 2
    assert "next-choose_k" in keys(opened)


def test_a_near_copy_can_be_kept_with_one_click(opened) -> None:
    dropped = opened.session_state["studio"].recipe.dropped
    lost = next(item for item in dropped if {item.name, item.stand_in} == {"BALANCE", "BALANCE_EUR"})
    assert "It says almost the same as" in said(opened)
    assert f"(correlation {lost.correlation:.2f} of the prepared values)." in said(opened)
    opened.button(key=f"keep-{place(opened, lost.name)}").click().run()
    studio = opened.session_state["studio"]
    assert studio.prep.columns == {lost.name: ColumnPrep(keep=True), lost.stand_in: ColumnPrep(keep=True)}
    assert {lost.name, lost.stand_in} <= set(studio.recipe.names)
    assert "7 of 9 features take part" in said(opened)


def test_the_compared_values_have_the_correlations_that_decide(opened) -> None:
    features = opened.session_state["studio"].features
    for name in ("recommended", "plain"):
        prep = replace(PREP_PRESETS[name], drop_correlated=True)
        values = compared_values(features, prep)
        assert list(values) == list(features.names)  # near-copies stand beside each other
        table = correlation_table(values, "pearson")
        for item in learn(features, prep).dropped:
            assert item.correlation == pytest.approx(table.at[item.name, item.stand_in], abs=1e-9)


def test_the_plain_preset_fills_and_scales_and_does_nothing_else(opened) -> None:
    opened.segmented_control(key="prepare-preset").set_value("plain").run()
    recipe = opened.session_state["studio"].recipe
    assert recipe.settings == PREP_PRESETS["plain"]
    assert {item.transform for item in recipe.features} == {"none"}
    assert recipe.dropped == ()


def test_a_switch_changes_the_recipe_and_leaves_the_preset(opened) -> None:
    opened.toggle(key="prepare-drop_correlated").set_value(False).run()
    studio = opened.session_state["studio"]
    assert studio.recipe.dropped == ()
    assert opened.segmented_control(key="prepare-preset").value is None
    assert "Your own choice of steps." in said(opened)
    assert "slider" not in [item.key for item in opened.slider if item.key == "prepare-correlation_limit"]


def test_a_decision_for_one_column_holds_for_it_alone_and_can_be_taken_back(opened) -> None:
    picker = next(item for item in opened.selectbox if item.label == "Column")
    picker.select("MINIMUM_PAYMENTS").run()
    own = f"prepare-own-{place(opened, 'MINIMUM_PAYMENTS')}"
    opened.selectbox(key=f"{own}-fill").select("zero").run()
    opened.selectbox(key=f"{own}-transform").select("none").run()
    studio = opened.session_state["studio"]
    item = next(item for item in studio.recipe.features if item.name == "MINIMUM_PAYMENTS")
    assert (item.fill, item.transform) == (0.0, "none")
    others = [item for item in studio.recipe.features if item.name != "MINIMUM_PAYMENTS"]
    assert all(item.fill_rule == "median" for item in others)
    opened.selectbox(key=f"{own}-fill").select("").run()
    opened.selectbox(key=f"{own}-transform").select("").run()
    assert opened.session_state["studio"].prep == PREP_PRESETS["recommended"]


def test_a_value_of_ones_own_fills_the_gaps(opened) -> None:
    picker = next(item for item in opened.selectbox if item.label == "Column")
    picker.select("MINIMUM_PAYMENTS").run()
    own = f"prepare-own-{place(opened, 'MINIMUM_PAYMENTS')}"
    opened.selectbox(key=f"{own}-fill").select("constant").run()
    opened.number_input(key=f"{own}-value").set_value(77.0).run()
    recipe = opened.session_state["studio"].recipe
    assert next(item.fill for item in recipe.features if item.name == "MINIMUM_PAYMENTS") == 77.0


def test_a_column_left_out_says_so_and_comes_back(opened) -> None:
    next(item for item in opened.selectbox if item.label == "Column").select("BALANCE").run()
    own = f"prepare-own-{place(opened, 'BALANCE')}"
    opened.selectbox(key=f"{own}-keep").select(False).run()
    assert "BALANCE" not in opened.session_state["studio"].recipe.names
    assert "You left it out." in said(opened)
    opened.button(key=f"keep-{place(opened, 'BALANCE')}").click().run()
    assert opened.session_state["studio"].prep == PREP_PRESETS["recommended"]


def test_an_impossible_decision_is_one_sentence(app, twins) -> None:
    test = app("prepare", features=features_of(twins.assign(NET=twins["BALANCE"] - 900)))
    picker = next(item for item in test.selectbox if item.label == "Column")
    picker.select("NET").run()
    own = f"prepare-own-{place(test, 'NET')}"
    test.selectbox(key=f"{own}-transform").select("log1p").run()
    assert not test.exception
    assert len(test.error) == 1
    assert "a logarithm needs values from 0 up" in said(test)
    assert test.session_state["studio"].recipe is None
    test.selectbox(key=f"{own}-transform").select("none").run()
    assert test.session_state["studio"].recipe is not None
    assert not test.error


def test_all_columns_left_out_is_one_sentence_and_no_traceback(app, fast) -> None:
    test = app("prepare", features=features_of(fast[["CUST_ID", "BALANCE"]]))
    test.selectbox(key=f"prepare-own-{place(test, 'BALANCE')}-keep").select(False).run()
    assert not test.exception
    assert "No feature is left" in said(test)


def test_a_rerun_without_a_change_learns_nothing_again(opened, monkeypatch) -> None:
    learned = []

    @wraps(steps.learn)
    def counted(*given):
        learned.append(given)
        return learn(*given)

    monkeypatch.setattr(steps, "learn", counted)
    opened.run()
    assert learned == []
    opened.segmented_control(key="prepare-preset").set_value("plain").run()
    assert len(learned) == 1


def test_changed_steps_clear_the_comparison_and_say_so(opened) -> None:
    opened.session_state["studio"].comparison = object()
    opened.segmented_control(key="prepare-preset").set_value("plain").run()
    assert opened.session_state["studio"].comparison is None
    assert "so the comparison" in " ".join(item.value for item in opened.info)


def test_hostile_names_stay_plain_text(app, twins) -> None:
    bad = "![x](http://host.invalid/x.png)"
    test = app("prepare", features=features_of(twins.rename(columns={"BALANCE": bad, "BALANCE_EUR": "<b>b</b>"})))
    assert not test.exception
    shown = [str(item.value) for item in (*test.markdown, *test.caption)]
    assert [text for text in shown if "![x](" in text] == []


def test_the_choices_are_kept_in_a_file_and_taken_from_one(opened) -> None:
    wanted = PrepSettings(scale=False, cap="all", columns={"BALANCE": ColumnPrep(transform="none", keep=True)})
    assert "prepare-download" in {item.key for item in opened.get("download_button")}
    opened.file_uploader(key="prepare-upload").set_value(
        ("mine.json", prep_to_json(wanted).encode(), "application/json")
    )
    next(item for item in opened.button if item.label == "Use it").click().run()
    assert not opened.exception
    assert opened.session_state["studio"].prep == wanted
    assert "They keep their own scales" in said(opened)


def test_a_file_that_holds_no_choices_is_one_sentence_and_changes_nothing(opened) -> None:
    opened.file_uploader(key="prepare-upload").set_value(
        ("mine.json", b'{"settings": {"cap": "odd"}}', "application/json")
    )
    next(item for item in opened.button if item.label == "Use it").click().run()
    assert "must be one of off, auto, all" in said(opened)
    assert opened.session_state["studio"].prep == PREP_PRESETS["recommended"]
