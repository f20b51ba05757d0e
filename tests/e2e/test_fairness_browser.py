"""The audit of sensitive columns in a real browser: from the sample to a file without hidden counts, in every look."""

from __future__ import annotations

import csv
import re
from pathlib import Path

from playwright.sync_api import expect

from tests.e2e.test_main_journey import answered


def test_the_sample_is_audited_and_the_file_hides_what_the_page_hides(visit) -> None:
    visitor = visit()
    page = visitor.open()
    page.locator(".st-key-sample-income_spending button:visible").click()
    answered(page, "customers with 3")
    for key, words in (("prepare", "take part"), ("choose_k", "recommended"), ("segments", "personas")):
        visitor.step(key)
        answered(page, words)
    visitor.quiet()
    page.get_by_role("tab", name="Sensitive columns").click()
    expect(page.get_by_text("The association of age with the personas is")).to_be_visible()
    expect(page.get_by_text("cells are hidden: fewer than 10 customers")).to_be_visible()
    expect(page.locator(".st-key-segments-audit-picture .main-svg").first).to_be_visible()
    assert visitor.in_every_look("segments-sensitive") == []
    visitor.quiet()
    with page.expect_download() as download:
        page.get_by_role("button", name="All figures of the sensitive columns (CSV)").click()
    assert page.request.get(download.value.url).ok
    assert visit().page.request.get(download.value.url).status == 404  # its address, passed on to one who is not here
    with Path(download.value.path()).open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["column"] for row in rows} == {"age", "gender"}
    hidden = [row for row in rows if row["hidden"]]
    assert len(hidden) >= 4
    assert all(row["count"] == row["share"] == row["lift"] == "" for row in hidden)
    assert all(float(row["count"]) >= 10 for row in rows if not row["hidden"])
    address, _, asked = page.url.partition("?")
    assert address.endswith("/segments")
    assert re.fullmatch(r"project=[0-9a-f]{20}", asked)  # which work it is, and nothing of what is in it
