"""Score: a customer typed in, looked up or pasted gets a persona, with a saved model alone or with data loaded."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from segmentation.clustering.model import Segmentation
from segmentation.core.settings import PREP_PRESETS
from segmentation.core.tables import FeatureTable
from segmentation.data.vocabulary import describe_column
from segmentation.evaluation.final import fit
from segmentation.personas import Persona, describe
from segmentation.store import save

Open = Callable[..., AppTest]


@pytest.fixture(autouse=True)
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder of models for each test."""
    monkeypatch.setenv("SEGMENTATION_MODELS", str(tmp_path / "models"))
    return tmp_path / "models"


@pytest.fixture(scope="module")
def features(fast: pd.DataFrame) -> FeatureTable:
    values = fast.set_index("CUST_ID").astype(float)
    return FeatureTable(values, tuple(describe_column(name) for name in values), values[[]])


@pytest.fixture(scope="module")
def made(features: FeatureTable) -> Segmentation:
    return fit(features, PREP_PRESETS["plain"], 3)


@pytest.fixture(scope="module")
def personas(made: Segmentation, features: FeatureTable) -> tuple[Persona, ...]:
    return describe(made, features)


def said(test: AppTest) -> str:
    """All the text of the page, as it reads (Markdown escapes taken off)."""
    return raw(test).replace("\\", "")


def raw(test: AppTest) -> str:
    """All the text of the page, as it is written."""
    kinds = ("title", "header", "subheader", "markdown", "caption", "info", "warning", "error")
    return "\n".join(str(item.value) for kind in kinds for item in test.get(kind))


def way(test: AppTest, name: str) -> AppTest:
    return test.segmented_control(key="score-way").set_value(name).run()


def box(test: AppTest, feature: str, ref: str = "") -> object:
    return test.text_input(key=f"score-{ref}-{feature}")


def test_the_start_page_lists_saved_models_with_the_moment_as_a_person_writes_it(app: Open, made, personas, models):
    save(made, personas, "cards", models)
    test = app("start")
    assert not test.exception
    (saved,) = [item.value for item in test.markdown if item.value.startswith("**cards, version 1**")]
    assert re.search(r", \d\d [A-Z][a-z]{2} \d{4}, \d\d:\d\d\]$", saved)


def test_without_any_model_the_page_says_what_will_be_here_and_leads_to_the_next_step(app: Open):
    test = app("score")
    assert not test.exception
    assert "learn which persona it is" in said(test)
    assert test.button(key="empty-data").label == "Load your customers"


def test_the_page_leads_on_to_sharing_the_model_that_it_works_with(app: Open, made, personas, models: Path):
    save(made, personas, "cards", models)
    save(made, personas, "newest", models)
    test = app("score")
    test.selectbox[0].set_value("cards/v1").run()
    test.button(key="next-share").click().run()
    assert not test.exception
    assert test.selectbox(key="share-model").value == "cards/v1"


def test_a_saved_model_answers_without_any_data_loaded(app: Open, made, personas, models: Path):
    save(made, personas, "cards", models)
    test = app("score")
    assert not test.exception
    assert [persona.name in said(test) for persona in personas] == [True] * 3
    assert "belongs with" not in said(test)
    box(test, "CASH_ADVANCE", "cards/v1").set_value("3.000,00").run()
    box(test, "CREDIT_LIMIT", "cards/v1").set_value("5,000").run()
    assert not test.exception
    assert "Not enough is known of this customer (2 of 8 values)." in said(test)
    assert "belongs with" not in said(test)
    assert "6 of 8 values are not known" in said(test)
    assert len(test.get("plotly_chart")) == 2


def test_the_unsaved_segments_of_this_session_answer_too(app: Open, made, personas, features):
    test = app("score", segmentation=made, personas=personas, features=features)
    assert test.selectbox[0].value == ""
    test.selectbox(key="score--start").set_value(1).run()
    assert f"belongs with “{personas[0].name}”" in said(test)
    assert box(test, "TENURE").value not in (None, "")
    test.selectbox(key="score--start").set_value(-1).run()
    assert box(test, "TENURE").value == ""
    assert "belongs with" not in said(test)


def test_values_survive_a_visit_to_another_page(app: Open, made, personas, features):
    test = app("score", segmentation=made, personas=personas, features=features)
    box(test, "BALANCE").set_value("1234").run()
    root = Path(__file__).resolve().parents[2]
    test.switch_page(str(root / "pages/data.py")).run()
    test.switch_page(str(root / "pages/score.py")).run()
    assert box(test, "BALANCE").value == "1234"
    assert "belongs with" in said(test)


def test_every_customer_looked_up_gets_the_persona_of_the_training(app: Open, made, personas, features):
    test = way(app("score", segmentation=made, personas=personas, features=features), "id")
    names = {persona.segment: persona.name for persona in personas}
    for customer in features.frame.index[[0, 130, 239]]:
        test.text_input(key="score-id").set_value(f" {customer.lower()} ").run()
        expected = names[int(made.labels[customer])]
        assert f"Customer {customer} belongs with “{expected}”" in said(test)


def test_headings_in_another_spelling_are_looked_up_all_the_same(app: Open, made, personas, features):
    spelt = features.frame.rename(columns=str.lower)
    other = FeatureTable(spelt, tuple(describe_column(name) for name in spelt), spelt[[]])
    named = replace(
        made, source="customers", replay={"columns": {"customers": dict.fromkeys(made.feature_names, "feature")}}
    )
    test = way(app("score", segmentation=named, personas=personas, features=other), "id")
    test.text_input(key="score-id").set_value("C10001").run()
    assert "Customer C10001 belongs with" in said(test)


def test_an_unknown_id_is_said_with_the_closest_ones(app: Open, made, personas, features):
    test = way(app("score", segmentation=made, personas=personas, features=features), "id")
    test.text_input(key="score-id").set_value("C1023").run()
    assert "There is no customer" in said(test)
    (close,) = [group for group in test.button_group if group.key == "score-close"]
    assert "C10230" in close.options
    close.set_value("C10230").run()
    assert "Customer C10230 belongs with" in said(test)


def test_what_is_no_number_is_refused_where_it_was_typed_and_nothing_is_answered(app: Open, made, personas):
    test = app("score", segmentation=made, personas=personas)
    box(test, "BALANCE").set_value("1.2.3").run()
    assert [item.value for item in test.error] == ['Balance\\: "1\\.2\\.3" is not a number\\.']
    assert "belongs with" not in said(test)
    box(test, "BALANCE").set_value("1.234,50").run()
    assert not test.error
    assert "belongs with" in said(test)


def test_an_id_cannot_be_looked_up_without_data_or_in_other_data(app: Open, made, personas, features, models: Path):
    save(made, personas, "cards", models)
    assert "Load the customers on the Data page" in said(way(app("score"), "id"))
    other = way(app("score", features=features.only(["BALANCE", "TENURE"])), "id")
    assert "do not have all the features" in said(other)
    assert "PURCHASES" in said(other)


def test_a_pasted_row_is_understood_and_a_bad_one_is_explained(app: Open, made, personas, features):
    test = way(app("score", segmentation=made, personas=personas, features=features), "paste")
    row = features.frame.iloc[[5]]
    test.text_area(key="score-paste").set_value(row.to_csv(index=False)).run()
    expected = personas[int(made.labels.iloc[5]) - 1].name
    assert f"belongs with “{expected}”" in said(test)
    test.text_area(key="score-paste").set_value("what, ever").run()
    assert not test.exception
    assert "not one customer" in said(test)


def test_values_outside_the_range_seen_are_pointed_out(app: Open, made, personas, features):
    test = app("score", segmentation=made, personas=personas, features=features)
    test.selectbox(key="score--start").set_value(0).run()
    box(test, "BALANCE").set_value("1000000").run()
    assert "outside what was usual in training" in said(test)
    assert "unlike all personas" in said(test)
    assert "Do not rely on this answer: Balance lies far outside what was usual in training." in said(test)
    assert {item.label: item.value for item in test.metric}["How sure"] == "Not reliable"
    assert "(%)" in box(test, "PURCHASES_FREQUENCY").label  # shares are typed as they are shown


def test_what_would_move_the_customer_is_answered_and_locked_values_stay(app: Open, made, personas, features):
    test = app("score", segmentation=made, personas=personas, features=features)
    test.selectbox(key="score--start").set_value(2).run()
    assert test.multiselect(key="score-locked-").value == ["TENURE"]
    assert "What would move this customer?" in said(test)
    assert " up to " in said(test) or " down to " in said(test)
    test.segmented_control(key="score-move-count").set_value(2).run()
    assert not test.exception
    assert " and " in said(test)
    test.multiselect(key="score-locked-").set_value(list(features.names)).run()
    line = next(item for item in said(test).splitlines() if "no such change" in item)
    (own,) = [persona.name for persona in personas if f"**{persona.name}**" not in line]
    assert f"belongs with “{own}”" in said(test)


def test_two_customers_stand_side_by_side(app: Open, made, personas, features):
    test = way(app("score", segmentation=made, personas=personas, features=features), "id")
    test.text_input(key="score-id").set_value("C10001").run()
    test.button(key="score-keep").click().run()
    test.text_input(key="score-id").set_value("C10200").run()
    assert "Side by side" in said(test)
    table = test.dataframe[-1].value
    assert isinstance(table, pd.DataFrame)
    assert len(table) == len(features.names)
    assert table["value_1"].dtype == "float64"  # numbers, so that it sorts by them
    for id in ("C10200", *features.frame.index[5:7]):
        test.text_input(key="score-id").set_value(id).run()
        test.button(key="score-keep").click().run()
    test.text_input(key="score-id").set_value(features.frame.index[9]).run()
    assert "value_5" in test.dataframe[-1].value
    assert test.button(key="score-keep").disabled  # four are kept
    test.button(key="score-forget").click().run()
    assert "Side by side" not in said(test)


def test_a_damaged_model_is_explained_and_another_can_be_chosen(app: Open, made, personas, models: Path):
    save(made, personas, "good", models)
    save(made, personas, "bad", models)
    (models / "bad/v1/params.json").write_text("{}")
    test = app("score")
    assert not test.exception
    assert "bad/v1" in said(test)
    test.selectbox[0].set_value("good/v1").run()
    assert not test.error
    assert personas[0].name in said(test)


def test_what_is_no_version_is_said_and_hides_no_other(app: Open, made, personas, models: Path):
    save(made, personas, "good", models)
    (models / "good/v1.5").mkdir()
    (models / "good/v2").write_text("a file")
    test = app("score")
    assert not test.exception
    assert "good/v1.5: No version: versions are called v1 to v999999999." in said(test)
    assert "The start page lists all 2." in said(test)
    assert test.selectbox[0].options == ["good, version 1"]
    start = app("start")
    assert not start.exception
    assert "Rename the folder, or take it out." in said(start)
    assert "No version: it is not a folder." in said(start)
    assert [item.key for item in start.text_input if "note" in str(item.key)] == ["model-note-good-47-v1"]


def test_a_hostile_name_stays_text(app: Open, made, personas, models: Path):
    name = "![x](http://host/x.png) <b>"
    save(made, (replace(personas[0], name=name), *personas[1:]), "cards", models)
    test = app("score")
    test.selectbox(key="score-cards/v1-start").set_value(1).run()
    assert not test.exception
    assert "![x](" in said(test)
    assert "![x](" not in raw(test)


def test_before_an_answer_the_hint_is_for_the_way_that_was_chosen(
    app: Callable[..., AppTest], made: Segmentation, personas: tuple[Persona, ...]
) -> None:
    test = app("score", segmentation=made, personas=personas)
    begins = {"form": "Type what you know", "id": "Choose a customer", "paste": "Paste one row"}
    for name, words in begins.items():
        hints = [item.value for item in way(test, name).info if "appear" in item.value]
        assert [hint.startswith(words) for hint in hints] == [True], name


def test_a_model_that_was_changed_since_it_was_saved_waits_for_a_tick(app: Open, made, personas, models: Path):
    ref = save(made, personas, "cards", models)
    path = models / ref / "params.json"
    path.write_bytes(path.read_bytes() + b" ")
    assert "Changed since it was saved" in said(app("start"))
    test = app("score")
    assert "cards/v1 was changed since it was saved (params.json)." in said(test)
    assert not test.get("segmented_control")
    test.checkbox(key=f"score-accept-{ref}").check().run()
    assert test.get("segmented_control")


def test_a_model_of_another_machine_is_told_and_works(app: Open, made, personas, models: Path):
    ref = save(made, personas, "cards", models)
    (models / ref / "seal.json").unlink()
    test = app("score")
    assert said(test).count("was not saved on this machine") == 1
    assert test.get("segmented_control")
    assert "Not saved on this machine" in said(app("start"))
    assert said(app("share")).count("was not saved on this machine") == 1


def test_a_form_of_many_fields_begins_with_those_that_decide_and_folds_the_others(app: Open, models: Path):
    rng = np.random.default_rng(0)
    far = {f"far{number}": np.repeat([0.0, 50.0], 20) + rng.normal(size=40) for number in range(15)}
    frame = pd.DataFrame({**far, **{f"near{number}": rng.normal(size=40) for number in range(10)}})
    wide = FeatureTable(frame, tuple(describe_column(name) for name in frame), frame[[]])
    seg = fit(wide, PREP_PRESETS["plain"], 2)
    test = app("score", segmentation=seg, personas=describe(seg, wide))
    (further,) = [item for item in test.expander if item.label == "10 further values"]
    assert {item.label for item in further.text_input} == {f"Near{number}" for number in range(10)}
    test.selectbox(key="score--start").set_value(2).run()
    assert all(item.value for item in test.text_input)
    assert "This customer belongs with" in said(test)
