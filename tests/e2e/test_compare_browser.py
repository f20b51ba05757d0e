"""Other ways of grouping in a real browser: the published figures on the screen, and Ward from a row to a customer."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Visitor
from tests.e2e.test_main_journey import REAL, answered, choose

TABLE = "[data-testid=stDataFrame] td"
PATIENCE = 120_000
"""Ward takes some ten seconds where nothing else runs."""


def pick(page: Page, key: str, option: str) -> None:
    """Choose one of a menu."""
    page.locator(f".st-key-{key} [role=combobox]").first.click()
    page.get_by_role("option", name=option, exact=True).click()


def add(visitor: Visitor, method: str, **values: str) -> None:
    """Add a method with these settings to the comparison."""
    page = visitor.page
    pick(page, "compare-method", method)
    visitor.quiet()
    for label, value in values.items():
        page.get_by_role("spinbutton", name=re.compile(rf"\({label}\)")).fill(value)
        page.keyboard.press("Tab")
        visitor.quiet()
    page.get_by_role("button", name="Add to the comparison").click()


def compared(page: Page, words: str) -> None:
    """The comparison has ended, and the page's answer says this."""
    expect(page.locator(".st-key-answer")).to_contain_text(words, timeout=PATIENCE)


def test_the_published_figures_are_on_the_screen_and_ward_is_taken_over_saved_and_scored_with(visit) -> None:
    if not REAL.exists():
        pytest.skip("the real data (../shared/data) is not on this machine")
    visitor = visit()
    page = visitor.open("data")
    page.locator("input[type=file]").first.set_input_files(REAL)
    answered(page, "customers with 17")
    visitor.step("prepare")
    answered(page, "features take part")
    choose(page, "prepare-preset", "Plain")
    answered(page, "All 17 features take part")
    visitor.step("choose_k")
    answered(page, "segments are recommended")
    visitor.quiet()
    choose(page, "choose-k-k", "3")
    expect(page.get_by_role("button", name="Make 3 segments")).to_be_visible()

    visitor.step("compare")
    add(visitor, "Hierarchical")
    compared(page, "Hierarchical (Ward), 3 segments puts partly the same customers together (agreement 0.36)")
    expect(page.locator(TABLE, has_text="0.167").first).to_be_attached()
    add(visitor, "DBSCAN", eps="2.5", min_samples="8")
    compared(page, "DBSCAN (eps 2.5, min_samples 8), 1 segment (one group only)")
    expect(page.get_by_text("369 customers (4.1 %) are in no segment")).to_be_visible()
    visitor.quiet()
    choose(page, "compare-measure-of", "Mutual information")
    expect(page.locator(".js-plotly-plot text", has_text=re.compile(r"^0\.35$")).first).to_be_attached()
    visitor.quiet()

    pick(page, "compare-looked-at", "Hierarchical (Ward), 3 segments")
    expect(page.get_by_text("3 segments: 4,875 · 2,881 · 1,194 customers.")).to_be_visible()
    page.get_by_role("button", name="Make these the segments").click()
    page.get_by_role("button", name="See who they are").click()
    compared(page, "into 3 personas")
    page.get_by_label("Name of the model").fill("Ward cards")
    page.get_by_role("button", name="Save as a new version").click()
    expect(page.get_by_text("Saved as Ward cards/v1.")).to_be_visible()
    page.get_by_role("button", name="Score a customer").click()
    choose(page, "score-way", "Look up an id")
    page.get_by_label("Customer id").fill("C10008")
    page.keyboard.press("Enter")
    answered(page, "C10008")


def test_where_kmeans_is_wrong_the_page_says_which_method_sees_the_groups(visit) -> None:
    visitor = visit()
    page = visitor.open()
    page.locator(".st-key-sample-app_habits button:visible").click()
    answered(page, "customers with 3")
    for key, words in (("prepare", "take part"), ("choose_k", "recommended")):
        visitor.step(key)
        answered(page, words)
    visitor.step("compare")
    add(visitor, "DBSCAN", eps="0.25")
    compared(page, "DBSCAN (eps 0.25), 3 segments finds groups with empty space around them: nobody lies between")
    answered(page, "cuts through such groups")
    page.get_by_role("tab", name="Pictures").click()
    expect(page.locator(".js-plotly-plot .main-svg").first).to_be_visible()
    assert visitor.in_every_look("compare") == []
