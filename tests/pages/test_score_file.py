"""Scoring a whole file on the Score page: what next month's file gets, and what a bad one is told."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from pages.ui.snapshot import Snapshot
from segmentation.core.settings import PREP_PRESETS
from segmentation.data.reading import read
from segmentation.data.sources import build_customers
from segmentation.evaluation.final import fit
from segmentation.personas import describe


@pytest.fixture
def page(app: Callable[..., AppTest], fast: pd.DataFrame, tmp_path, monkeypatch) -> AppTest:
    """The Score page with three unsaved segments of the stand-in, on its file section."""
    monkeypatch.setenv("SEGMENTATION_MODELS", str(tmp_path))
    roles = dict.fromkeys(fast.columns, "feature") | {"CUST_ID": "identifier"}
    features = build_customers(read(fast.to_csv(index=False).encode(), "cards.csv"), roles)
    made = fit(features, PREP_PRESETS["plain"], 3)
    test = app("score", features=features, segmentation=made, personas=describe(made, features))
    test.segmented_control(key="score-section").set_value("A whole file").run()
    return test


def upload(page: AppTest, frame: pd.DataFrame, settle: Callable[..., AppTest], name: str = "march.csv") -> AppTest:
    page.file_uploader(key="score-files-one").upload(name, frame.to_csv(index=False).encode()).run()
    return settle(page)


def words(page: AppTest) -> str:
    shown = [*page.markdown, *page.success, *page.warning, *page.error, *page.caption, *page.info]
    return "\n".join(item.value for item in shown)


def test_before_a_file_is_there_the_page_says_what_will_come(page: AppTest) -> None:
    assert "rows that cannot be scored are listed with the reason" in words(page)


def test_the_same_customers_keep_the_model(page: AppTest, fast: pd.DataFrame, settle) -> None:
    upload(page, fast, settle)
    assert not page.exception
    assert "240 of 240 customers have their persona" in words(page)
    assert any("Keep the model" in item.value for item in page.success)


def test_a_crowd_that_moved_asks_for_new_segments(page: AppTest, fast: pd.DataFrame, settle) -> None:
    moved = fast.assign(BALANCE=fast["BALANCE"] * 6, PURCHASES=fast["PURCHASES"] * 6, TENURE=3.0)
    upload(page, moved, settle)
    assert any("Make the segments anew" in item.value for item in page.error)


def test_a_row_that_cannot_be_scored_is_listed_with_its_reason(page: AppTest, fast: pd.DataFrame, settle) -> None:
    broken = fast.astype({"BALANCE": object})
    broken.loc[4, "BALANCE"] = "n/k"
    upload(page, broken, settle)
    assert "of 240 customers have their persona" in words(page)
    assert not page.exception


def test_a_missing_column_is_one_sentence_and_the_page_stays(page: AppTest, fast: pd.DataFrame, settle) -> None:
    upload(page, fast.drop(columns="BALANCE").rename(columns={"PURCHASES": "purchases_total"}), settle)
    assert not page.exception
    assert any("BALANCE" in item.value and "missing" in item.value for item in page.error)


def test_a_file_that_is_no_table_is_one_sentence(page: AppTest, settle) -> None:
    page.file_uploader(key="score-files-one").upload("march.csv", b"\x1f\x8b\x08" + bytes(50)).run()
    settle(page)
    assert not page.exception
    assert len(page.error) == 1


def test_a_column_that_moved_by_a_power_of_ten_stops_and_can_be_scored_all_the_same(
    page: AppTest, fast: pd.DataFrame, settle
) -> None:
    upload(page, fast.assign(BALANCE=fast["BALANCE"] * 100), settle)
    assert any("Balance is about 100 times as large" in item.value for item in page.error)
    page.button_group(key="score-ask-0-0-0").set_value(True).run()
    settle(page)
    assert not any("Nothing was scored" in item.value for item in page.error)
    assert "240 of 240 customers have their persona" in words(page)


def test_a_column_under_another_heading_is_chosen_by_a_click(page: AppTest, fast: pd.DataFrame, settle) -> None:
    upload(page, fast.rename(columns={"BALANCE": "Kontostand"}), settle)
    assert any("is the model's “BALANCE”" in item.value for item in page.error)
    page.button_group(key="score-ask-0-0-0").set_value("Kontostand").run()
    settle(page)
    assert "240 of 240 customers have their persona" in words(page)


def test_the_section_is_there_again_after_the_page_was_loaded_again(page: AppTest, fast, settle, app) -> None:
    upload(page, fast, settle)
    before = page.session_state["studio"]
    passing = Snapshot.of(before).passing
    again = app("score", segmentation=before.segmentation, personas=before.personas, passing=passing)
    assert "240 of 240 customers have their persona" in words(again)


def test_a_remedy_of_another_page_is_not_told(page: AppTest, fast: pd.DataFrame, settle) -> None:
    rows = fast.assign(Gruß=["Bø"] * len(fast)).to_csv(index=False).encode("cp1252")
    page.file_uploader(key="score-files-one").upload("march.csv", rows).run()
    settle(page)
    assert "its letters can be read in several ways" in words(page)
    assert "Change how it is read" not in words(page)
