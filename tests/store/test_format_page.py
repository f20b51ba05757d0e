"""The page on the format is made from the shape that models are checked by."""

from __future__ import annotations

from pathlib import Path

from segmentation.store.format_page import format_page

PAGE = Path(__file__).resolve().parents[2] / "docs/model_format.md"


def test_the_page_is_that_of_the_shape() -> None:
    said = "out of date: python -m segmentation.store.format_page"
    assert PAGE.read_text(encoding="utf-8") == format_page(), said


def test_every_key_is_there_with_its_kind() -> None:
    page = format_page()
    for line in (
        "| `features[].percentiles` | list of at most 200,000: number |",
        "| `recipe.features[].low` | number, or null |",
        "| `personas[].claims[].effect` | number, or null |",
        "| `crowd` | named values, no others, or null; may be absent |",
        "| `centres` | list of at most 200,000: list of at most 200,000: number |",
    ):
        assert line in page.splitlines()
