"""A file told apart by its text, in a real browser: from the sample to personas, one customer by the form, a report."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.e2e.test_compare_browser import compared
from tests.e2e.test_main_journey import answered, choose
from tests.e2e.test_pack import fetched

TYPED = {"tenure": "3", "MonthlyCharges": "74", "TotalCharges": "220"}
CHOSEN = {
    "InternetService": "Fiber optic",
    "OnlineSecurity": "No",
    "TechSupport": "No",
    "Contract": "Month-to-month",
    "PaymentMethod": "Electronic check",
}


def choose_level(page: Page, column: str, level: str) -> None:
    """Choose one of the levels that the form offers for a category."""
    box = page.locator(f".st-key-score-form [class*='-v1-{column}']").get_by_role("combobox")
    box.scroll_into_view_if_needed()
    box.click()  # as a person does: `fill` leaves one box and fills the next in one step, and the first forgets
    page.wait_for_timeout(300)
    page.keyboard.type(level, delay=20)
    page.wait_for_timeout(300)
    page.keyboard.press("Enter")
    expect(box).to_have_value(level)


def test_from_a_file_of_categories_to_personas_one_customer_by_the_form_and_a_report(visit, tmp_path: Path) -> None:
    visitor = visit()
    barriers: list[str] = []
    page = visitor.open()
    page.locator(".st-key-sample-telecom button:visible").click()
    answered(page, "2,400 customers with 17")
    visitor.step("prepare")
    answered(page, "17 features take part")
    visitor.step("choose_k")
    answered(page, "4 latent classes are recommended")
    barriers += visitor.in_every_look("categories-choose-k")

    page.get_by_role("button", name="Compare with the latent classes of 4").click()
    compared(page, "Latent classes, 4 segments")
    visitor.quiet()
    barriers += visitor.in_every_look("categories-compare")
    expect(page.get_by_text("latent classes found the groups more surely")).to_be_visible()
    page.get_by_role("button", name="Make these the segments").click()
    page.get_by_role("button", name="See who they are").click()
    answered(page, "into 4 personas")
    expect(page.get_by_role("heading", name=re.compile("Internet service: No"))).to_have_count(1)
    expect(page.get_by_text("have No internet service as")).to_have_count(0)  # the same fact in six more columns
    visitor.quiet()
    barriers += visitor.in_every_look("categories-segments")
    page.get_by_label("Name of the model").fill("Subscribers")
    page.get_by_role("button", name="Save as a new version").click()
    expect(page.get_by_text("Saved as Subscribers/v1.")).to_be_visible()

    page.get_by_role("button", name="Score a customer").click()
    visitor.quiet()
    choose(page, "score-way", "Type the values")
    for column, level in CHOSEN.items():
        visitor.quiet()
        choose_level(page, column, level)
    for column, value in TYPED.items():
        page.locator(f".st-key-score-form [class*='-v1-{column}'] input").fill(value)
        page.keyboard.press("Tab")
    visitor.quiet()
    answered(page, "Month-to-month")
    expect(page.get_by_text("8 of 17 values").first).to_be_visible()
    for column, level in CHOSEN.items():
        expect(page.locator(f".st-key-score-form [class*='-v1-{column}'] [role=combobox]")).to_have_value(level)
    barriers += visitor.in_every_look("categories-score")
    assert barriers == []

    visitor.step("share")
    report = fetched(page, "report", tmp_path).read_text("utf-8")
    assert "Month-to-month" in report
    assert "no internet service" not in report.casefold().split("<table")[0]
