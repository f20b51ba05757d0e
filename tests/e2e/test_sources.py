"""Files that are not one row a customer, in a real browser: dropped, recognised, built, readable in every look."""

from __future__ import annotations

import gzip
import shutil
import time
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

ROOT = Path(__file__).resolve().parents[2]
RETAIL = ROOT / "../shared/data/online_retail/online_retail.csv.gz"
BANK = ROOT / "../shared/data/berka"


def answered(page: Page, words: str) -> None:
    expect(page.locator(".st-key-answer")).to_contain_text(words, timeout=150_000)


@pytest.mark.skipif(not RETAIL.exists(), reason="the real data (../shared/data) is not on this machine")
def test_46_megabytes_of_invoice_lines_become_customers_without_a_click(visit, tmp_path: Path) -> None:
    file = tmp_path / "online_retail.csv"
    with gzip.open(RETAIL) as packed, file.open("wb") as plain:
        shutil.copyfileobj(packed, plain)
    page = visit().open("data")
    began = time.monotonic()
    page.locator("input[type=file]").first.set_input_files(file)
    expect(page.get_by_role("progressbar").first).to_be_visible(timeout=60_000)
    answered(page, "4,338 customers with 3 usable features")
    print(f"{time.monotonic() - began:.1f} s from dropped file to features")
    said = "397,884 of 541,909 lines are purchases of 4,338 customers. Days are counted up to 2011-12-10 12:50:00."
    expect(page.get_by_text(said)).to_be_visible()


@pytest.mark.skipif(not BANK.is_dir(), reason="the real data (../shared/data) is not on this machine")
def test_the_tables_of_a_bank_are_joined_and_readable_in_every_look(visit) -> None:
    visitor = visit()
    page = visitor.open("data")
    files = [BANK / f"{name}.csv" for name in ("account", "order", "disp", "loan")]
    page.locator("input[type=file]").first.set_input_files(files)
    answered(page, "4,500 customers")
    assert visitor.in_every_look("data-related") == []


def test_the_samples_of_a_shop_and_an_app_are_readable_in_every_look(visit) -> None:
    visitor = visit()
    page = visitor.open("data")
    page.get_by_role("button", name="A shop's transactions").click()
    answered(page, "3,000 customers with 3 usable features")
    page.locator("summary").filter(has_text="Classic RFM segments").click()
    barriers = visitor.in_every_look("data-transactions")
    visitor.quiet()
    page.locator("summary").filter(has_text="Load other data").click()
    visitor.quiet()
    page.get_by_role("button", name="A fintech app's five tables").click()
    answered(page, "4,000 customers with 24 usable features")
    barriers += visitor.in_every_look("data-fintech")
    assert barriers == []
