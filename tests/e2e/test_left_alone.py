"""Work ends when nobody looks any more: ten seconds after the last tab is closed the server computes nothing."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import psutil
import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.conftest import LOOKS, Product, Visitor

ROWS = 60_000


@pytest.fixture
def product(tmp_path: Path) -> Iterator[Product]:
    made = Product(tmp_path)
    try:
        made.start()
        yield made
    finally:
        made.end()
    assert "A page failed" not in made.log.read_text()  # Streamlit itself tells of a tab closed in the middle of work


def computing(product: Product, seconds: float) -> float:
    """The share of one core that the server and its processes use, over some seconds."""
    assert product.process is not None
    server = psutil.Process(product.process.pid)

    def used() -> float:
        total = 0.0
        for one in (server, *server.children(recursive=True)):
            try:
                total += sum(one.cpu_times()[:2])
            except psutil.NoSuchProcess:
                continue
        return total

    before, began = used(), time.monotonic()
    time.sleep(seconds)
    return (used() - before) / (time.monotonic() - began)


def test_work_ends_within_ten_seconds_of_the_last_tab(product: Product, browser: Browser, tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    values = (rng.normal(size=(ROWS, 8)) + 6 * rng.integers(0, 4, ROWS)[:, None]).round(3)
    pd.DataFrame(values).add_prefix("f").to_csv(tmp_path / "many.csv", index=False)
    context = browser.new_context(**{**LOOKS["light"], "reduced_motion": "reduce"})
    tab = Visitor(context.new_page(), product.address, "light")
    page = tab.open("data")
    page.locator("input[type=file]").first.set_input_files(tmp_path / "many.csv")
    page.get_by_role("button", name="Prepare the data").click(timeout=90_000)
    page.get_by_role("button", name="Compare numbers of segments").click(timeout=90_000)
    job = page.locator("[class*='st-key-job-']").first
    expect(job).to_be_visible(timeout=60_000)
    page.wait_for_timeout(1_500)
    assert job.is_visible(), "the work ended by itself: the test proves nothing"
    assert computing(product, 1.0) > 0.05  # it is at work (on a busy machine with a small part of a core)
    context.close()
    time.sleep(10)
    assert computing(product, 3.0) < 0.15
