"""More customers than are compared in full, the short way: from the file to segments made of all of them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from playwright.sync_api import expect

CUSTOMERS = 60_000


def _three_crowds(path: Path) -> None:
    rng = np.random.default_rng(0)
    crowd = np.array([[0, 0, 0], [9, 0, 4], [0, 9, 8]])[rng.choice(3, CUSTOMERS, p=(0.5, 0.3, 0.2))]
    values = (50 + crowd + rng.normal(size=(CUSTOMERS, 3))).round(3)
    frame = pd.DataFrame(values, columns=["basket_value", "items_bought", "nights_stayed"])
    frame.insert(0, "customer_id", [f"C{number:06}" for number in range(CUSTOMERS)])
    frame.to_csv(path, index=False)


def test_the_short_way_with_more_customers_than_are_compared_in_full(visit, tmp_path: Path) -> None:
    _three_crowds(tmp_path / "many.csv")
    visitor = visit()
    page = visitor.open("data")
    answer = page.locator(".st-key-answer")
    page.locator("input[type=file]").first.set_input_files(tmp_path / "many.csv")
    expect(answer).to_contain_text("60,000 customers with 3", timeout=60_000)
    page.get_by_role("button", name="Straight to how many groups").click()
    expect(answer).to_contain_text("fall into 3 groups", timeout=120_000)
    expect(page.get_by_text("All 3 features take part").first).to_be_visible()
    page.get_by_role("button", name="Make 3 segments").click()
    expect(answer).to_contain_text("into 3 personas", timeout=120_000)
    visitor.quiet()
    expect(page.get_by_text("Fitting 3 segments")).to_have_count(0)
    visitor.step("score")
    expect(page.get_by_role("button", name="Share the personas")).to_be_visible()
