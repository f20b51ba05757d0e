"""The main job in a real browser: from a customer file to personas, a saved model and one scored customer."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import expect

ROOT = Path(__file__).resolve().parents[2]
REAL = ROOT / "../shared/data/credit_card/CC GENERAL.csv"
SAMPLE = ROOT / "sample_data/credit_card.csv"


def test_from_a_file_to_one_scored_customer(visit) -> None:
    visitor = visit()
    barriers: list[str] = []

    def look_around(key: str) -> None:
        print(key, [round(seconds, 2) for seconds in visitor.rerun_seconds(key)])
        barriers.extend(visitor.in_every_look(key))

    page = visitor.open("data")
    page.locator("input[type=file]").first.set_input_files(REAL if REAL.exists() else SAMPLE)
    expect(page.locator(".st-key-answer")).to_contain_text("customers with 17")
    look_around("data")

    visitor.step("prepare")
    look_around("prepare")
    assert barriers == []
