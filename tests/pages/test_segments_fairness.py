"""The audit of sensitive columns in the pages: marked on the Data page, read on the Segments page, taken as a file."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from segmentation.core.settings import PREP_PRESETS, KSettings
from segmentation.core.tables import Table
from segmentation.data.sources import build_customers
from segmentation.evaluation.choose_k import search
from segmentation.preparation import learn

ROOT = Path(__file__).resolve().parents[2]
TAB = "Sensitive columns"
GENDERS = ("=female", "<b>male")


@pytest.fixture(scope="module")
def frame(request: pytest.FixtureRequest) -> pd.DataFrame:
    """The small table with a gender that goes with the purchases, an age in bands with small cells, and a religion."""
    fast: pd.DataFrame = request.getfixturevalue("fast").copy()
    random = np.random.default_rng(4)
    busy = fast["PURCHASES"].to_numpy() > 1500
    fast["gender"] = np.where(random.random(len(fast)) < np.where(busy, 0.8, 0.4), *GENDERS)
    fast.loc[[5, 6], "gender"] = None
    fast["age"] = np.where(busy, 34.0, 55.0) + np.arange(len(fast)) % 12
    fast["religion"] = "none"
    return fast


def made_with(frame: pd.DataFrame, **roles: str) -> dict[str, Any]:
    known = {"CUST_ID": "identifier", "gender": "sensitive", "age": "sensitive", "religion": "sensitive", **roles}
    features = build_customers(Table("customers", frame), {name: known.get(name, "feature") for name in frame.columns})
    recipe = learn(features, PREP_PRESETS["plain"])
    comparison = search(recipe.transform(features.frame), KSettings(k_max=3, n_init=2))
    return {"features": features, "recipe": recipe, "comparison": comparison, "k": 3}


@pytest.fixture(scope="module")
def made(frame: pd.DataFrame) -> dict[str, Any]:
    return made_with(frame)


@pytest.fixture(autouse=True)
def models(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEGMENTATION_MODELS", str(tmp_path))


def opened(app: Callable[..., AppTest], made: dict[str, Any]) -> AppTest:
    test = app("segments", **made)
    test.session_state["segments-tabs"] = TAB
    test.run()
    assert not test.exception
    return test


def text_of(test: AppTest) -> str:
    return "\n".join(item.value for kind in (test.markdown, test.caption, test.error) for item in kind)


def test_every_sensitive_column_is_compared_in_words_with_what_they_do_not_say(app, made) -> None:
    test = opened(app, made)
    test.selectbox(key="segments-audit").set_value(1).run()
    shown = text_of(test)
    assert "The association of gender with the personas is" in shown
    assert "one would guess gender right for" in shown
    assert "2 customers have no value and are left out" in shown
    assert "Features that go with “Gender” the most" in shown
    assert "two things go together, not why" in shown
    assert "<b>male" not in shown.replace("\\<b\\>male", "")
    assert [len(table.value) for table in test.dataframe][-1] == 4
    assert test.get("plotly_chart")


def test_a_column_that_cannot_be_compared_says_why(app, made) -> None:
    test = opened(app, made)
    test.selectbox(key="segments-audit").set_value(2).run()
    said = "Religion cannot be compared: it has fewer than two groups of at least 30 customers"
    assert said in text_of(test).replace("\\", "")
    assert not test.get("plotly_chart")


def test_the_lift_is_one_click_away(app, made) -> None:
    test = opened(app, made)
    test.session_state["segments-audit-figure"] = "lift"
    test.run()
    assert "2 is twice as frequent" in text_of(test)


def test_hidden_cells_are_hidden_in_the_table_and_in_the_file(app, made) -> None:
    test = opened(app, made)
    table = test.dataframe[-1].value
    assert table.filter(like="group").isna().to_numpy().sum() >= 4  # the word stands in their place
    from pages.parts.segments.fairness import _file
    from segmentation.personas import fairness

    studio = test.session_state["studio"]
    labels = studio.segmentation.labels.to_numpy()
    audits = fairness.audit_all(studio.features.descriptors, labels, columns=("age", "gender"))
    names = {persona.segment: persona.name for persona in studio.personas}
    file = pd.read_csv(io.BytesIO(_file(audits, names)))
    ages = file[file["column"] == "age"]
    assert ages["hidden"].eq("hidden").sum() == table.filter(like="group").isna().to_numpy().sum()
    assert ages.loc[ages["hidden"] == "hidden", "count"].isna().all()
    assert set(file.loc[file["column"] == "gender", "group"]) == {"'=female", "<b>male"}


def test_the_audit_is_made_once(app, made, monkeypatch: pytest.MonkeyPatch) -> None:
    from segmentation.personas.fairness import measure

    test = opened(app, made)
    monkeypatch.setattr(measure, "hide", None)
    assert not test.run().exception


def test_without_a_sensitive_column_one_sentence_says_how_to_mark_one(app, frame) -> None:
    roles = dict.fromkeys(("gender", "age", "religion"), "left out")
    test = opened(app, made_with(frame, **roles))
    assert "No column is marked as sensitive" in text_of(test)
    assert not test.error
    assert not test.warning


def test_the_tab_of_descriptors_and_the_list_of_customers_leave_them_out(app, made) -> None:
    from pages.parts.segments.keep import _customers

    test = opened(app, made)
    studio = test.session_state["studio"]
    listed = pd.read_csv(io.BytesIO(_customers(studio.segmentation, studio.features, studio.personas)))
    assert not {"gender", "age", "religion"} & set(listed.columns)
    assert "BALANCE" in listed
    test.session_state["segments-tabs"] = "Descriptors"
    test.run()
    assert not test.exception
    assert not [table for table in test.dataframe if "gender" in table.value.to_numpy().astype(str)]


def test_the_data_page_suggests_the_role_and_takes_another(app, frame) -> None:
    from tests.pages.test_data import csv, load

    test = load(app("data"), csv(frame.drop(columns="religion")))
    studio = test.session_state["studio"]
    assert (studio.roles["gender"], studio.roles["age"]) == ("sensitive", "sensitive")
    assert studio.features.sensitive == ("gender", "age")
    assert "2 sensitive." in text_of(test)
    rows = test.data_editor[0].value["column"].tolist()
    edits = {rows.index("age"): {"role": "Feature"}, rows.index("TENURE"): {"role": "Sensitive"}}
    test.session_state[test.data_editor[0].key] = {"edited_rows": edits, "added_rows": [], "deleted_rows": []}
    test.run()
    for page in ("prepare", "data"):
        test.switch_page(str(ROOT / f"pages/{page}.py")).run()
    features = test.session_state["studio"].features
    assert "age" in features.names
    assert features.sensitive == ("TENURE", "gender")
    assert features.replay["columns"]["customers"]["TENURE"] == "sensitive"


def test_figures_of_segments_leave_the_page_coarse_or_as_the_users_own_working_table(app, made) -> None:
    test = opened(app, made)
    files = {item.key: item for item in test.get("download_button")}
    assert "download-audit" in files
    assert "segments-audit-table-file" not in files
    assert any("for your own work: exact, also of few customers" in item.value for item in test.caption)
    test.session_state["segments-tabs"] = "Profiles"
    test.run()
    files = {item.key: item for item in test.get("download_button")}
    assert "download-profiles" in files
    assert "segments-profile-file" not in files
    test.session_state["segments-tabs"] = "Distances"
    test.run()
    files = {item.key: item for item in test.get("download_button")}
    assert files["segments-spread-file"].proto.help.startswith("Your own working table")
