"""The main job in a real browser: from a customer file to personas, a saved model and one scored customer."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

ROOT = Path(__file__).resolve().parents[2]
REAL = ROOT / "../shared/data/credit_card/CC GENERAL.csv"
SAMPLE = ROOT / "sample_data/credit_card.csv"


def upload(visitor, path: Path) -> None:
    page = visitor.open("data")
    page.locator("input[type=file]").first.set_input_files(path)
    expect(page.locator(".st-key-answer")).to_contain_text("customers")
    visitor.quiet()


@pytest.mark.parametrize("look", ["light"])
def test_from_a_file_to_one_scored_customer(look, visit) -> None:
    visitor = visit(look)
    upload(visitor, REAL if REAL.exists() else SAMPLE)
    print("data", visitor.rerun_seconds("data"))
    visitor.step("prepare")
    print("prepare", visitor.rerun_seconds("prepare"))
