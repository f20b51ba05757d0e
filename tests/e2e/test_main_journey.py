"""The main job in a real browser: from a customer file to personas, a saved model and one scored customer."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

from segmentation.core.glossary import GLOSSARY

ROOT = Path(__file__).resolve().parents[2]
REAL = ROOT / "../shared/data/credit_card/CC GENERAL.csv"
SAMPLE = ROOT / "sample_data/credit_card.csv"


def choose(page: Page, key: str, option: str) -> None:
    """Press one of a row of choices."""
    page.locator(f".st-key-{key}").get_by_role("radio", name=option).or_(
        page.locator(f".st-key-{key}").get_by_role("button", name=option)
    ).first.click()


def answered(page: Page, words: str) -> None:
    """The page's answer, below its heading, says this."""
    expect(page.locator(".st-key-answer")).to_contain_text(words, timeout=120_000)


def test_from_a_file_to_one_scored_customer(visit) -> None:
    visitor = visit()
    barriers: list[str] = []
    source = REAL if REAL.exists() else SAMPLE

    def look_around(key: str) -> None:
        print(key, [round(seconds, 2) for seconds in visitor.rerun_seconds(key)])
        barriers.extend(visitor.in_every_look(key))

    page = visitor.open("data")
    page.locator("input[type=file]").first.set_input_files(source)
    answered(page, "customers with 17")
    page.locator(".stDataFrame").first.hover()
    expect(page.locator("[data-testid=stElementToolbarButton]:visible").first).to_be_visible()
    expect(page.get_by_role("button", name="Download as CSV")).to_have_count(0)  # that one makes no formula harmless
    look_around("data")

    page.get_by_role("button", name="Prepare the data").click()
    answered(page, "features take part")
    choose(page, "prepare-preset", "Plain")
    answered(page, "All 17 features take part")
    look_around("prepare")

    page.get_by_role("button", name="Compare numbers of segments").click()
    answered(page, "segments are recommended")
    visitor.quiet()
    choose(page, "choose-k-k", "3")
    expect(page.get_by_role("button", name="Make 3 segments")).to_be_visible()
    page.get_by_role("tab", name="Stability").hover()
    expect(page.locator(".studio-meaning")).to_have_text(f"Stability: {GLOSSARY['stability']}")
    page.keyboard.press("Escape")
    expect(page.locator(".studio-meaning")).to_be_hidden()
    look_around("choose_k")

    page.get_by_role("button", name="Make 3 segments").click()
    answered(page, "into 3 personas")
    if source == REAL:
        for size in ("6,114", "1,561", "1,275"):
            expect(page.get_by_text(f"{size} customers").first).to_be_visible()
    look_around("segments")
    edit = page.get_by_role("button", name="Edit").first
    edit.focus()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Name", exact=True)).to_be_focused()
    visitor.quiet()  # all fields are there: on a busy machine they come one by one
    expect(page.get_by_label("Name", exact=True)).to_be_focused()
    page.keyboard.press("Control+A")
    page.keyboard.type("Named by keyboard")
    for _ in range(3):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Named by keyboard")).to_be_visible()
    expect(edit).to_be_focused()
    visitor.quiet()  # a list is made by the run that drew its button
    with page.expect_download() as download:
        page.get_by_role("button", name="Customers with their persona (CSV)").click()
    with open(download.value.path(), encoding="utf-8-sig", newline="") as file:
        customers = list(csv.DictReader(file))
    with open(source, encoding="utf-8", newline="") as file:
        given = list(csv.DictReader(file))
    assert [row["CUST_ID"] for row in customers] == [row["CUST_ID"] for row in given]
    assert len({row["persona"] for row in customers}) == 3
    assert download.value.suggested_filename == f"{source.stem.replace('_', ' ')} customers with personas.csv"
    chart = page.locator(".stPlotlyChart").first
    chart.hover()
    with page.expect_download() as picture:
        chart.get_by_role("button", name="Download plot as an SVG").click()
    assert picture.value.suggested_filename == f"{source.stem.replace('_', ' ')} persona sizes.svg"
    drawn = Path(picture.value.path()).read_text("utf-8")
    assert drawn.startswith("<svg")
    assert "How large each persona is" in drawn

    profile = page.locator(".st-key-segments-profile")
    for _ in range(2):  # the same figure again, once its list was closed
        profile.scroll_into_view_if_needed()
        visitor.quiet()
        cell: Any = {"x": (profile.bounding_box() or {"width": 0})["width"] * 0.75, "y": 90}
        profile.hover(position=cell)
        profile.click(position=cell)
        expect(page.get_by_role("dialog")).to_contain_text("customers shown")
        visitor.quiet()
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_have_count(0)
    visitor.quiet()

    page.get_by_label("Name of the model").fill("Card customers")
    page.get_by_role("button", name="Save as a new version").click()
    expect(page.get_by_text("Saved as Card customers/v1.")).to_be_visible()
    expect(page.locator(".st-key-status")).to_contain_text("model Card customers/v1")

    page.get_by_role("button", name="Score a customer").click()
    choose(page, "score-way", "Look up an id")
    page.get_by_label("Customer id").fill(given[7]["CUST_ID"])
    page.keyboard.press("Enter")
    answered(page, customers[7]["persona"])
    look_around("score")
    assert barriers == []

    later = visit()
    page = later.open("score")
    later.quiet()
    choose(page, "score-way", "Paste a row")
    columns = list(given[7])
    page.get_by_label("One row").fill("\t".join(columns) + "\n" + "\t".join(given[7].values()))
    page.keyboard.press("Control+Enter")
    answered(page, customers[7]["persona"])


def test_a_change_upstream_clears_what_came_of_it_and_says_so(visit) -> None:
    visitor = visit()
    page = visitor.open()
    page.locator(".st-key-sample-income_spending button:visible").click()
    answered(page, "customers with 3")
    for key, words in (("prepare", "take part"), ("choose_k", "recommended"), ("segments", "personas")):
        visitor.step(key)
        answered(page, words)
        visitor.quiet()
    visitor.step("prepare")
    choose(page, "prepare-preset", "Plain")
    said = "The preparation changed, so the comparison of numbers of segments and the segments were cleared."
    expect(page.get_by_text(said)).to_be_visible()
    expect(page.get_by_role("link", name="Segments cleared by an earlier change").first).to_be_visible()
    visitor.step("choose_k")
    answered(page, "recommended")
    expect(page.get_by_text(said)).to_have_count(0)
