"""Bad and hostile files in a real browser: one plain sentence each, nothing lost, no traceback, nothing fetched."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

ROWS = "".join(f"{row},{row % 7},{row * 3 % 11}\n" for row in range(60))
GOOD = ("good.csv", ("id,visits,spend\n" + ROWS).encode())
BAD = {
    "empty": b"",
    "only a header": b"id,visits,spend\n",
    "a picture called csv": b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40,
    "one column": b"id\n" + b"".join(b"C%d\n" % row for row in range(50)),
    "text where numbers belong": b"id,note\n" + b"".join(b"C%d,word %d\n" % (row, row % 5) for row in range(50)),
    "600 columns": (",".join(f"c{number}" for number in range(600)) + "\n" + ",".join("1" * 600) + "\n").encode(),
}
HOSTILE = "![x](http://outside.example/a.png)"
SCRIPT = "<img src=http://outside.example/b.png onerror=alert(1)>"


def give(page, name: str, data: bytes) -> None:
    page.locator("input[type=file]").first.set_input_files([{"name": name, "mimeType": "text/csv", "buffer": data}])


@pytest.mark.parametrize("case", BAD)
def test_a_bad_file_ends_as_a_sentence_with_a_remedy(case, visit) -> None:
    visitor = visit()
    page = visitor.open("data")
    give(page, f"{case}.csv", BAD[case])
    said = page.get_by_test_id("stAlert").first
    expect(said).to_be_visible()
    visitor.quiet()
    text = said.inner_text()
    print(case, "→", text)
    assert text.strip().endswith(".")
    assert "Error" not in text
    assert len(text) < 600


def test_a_bad_file_after_a_good_one_loses_nothing(visit) -> None:
    visitor = visit()
    page = visitor.open("data")
    give(page, *GOOD)
    expect(page.locator(".st-key-answer")).to_contain_text("60 customers")
    page.get_by_text("Load other data").click()
    give(page, "broken.csv", BAD["a picture called csv"])
    expect(page.get_by_test_id("stAlert").first).to_be_visible()
    visitor.quiet()
    expect(page.locator(".st-key-answer")).to_contain_text("60 customers")


def test_hostile_names_and_cells_stay_text_on_every_page(visit) -> None:
    visitor = visit()
    page = visitor.open("data")
    header = f'"{HOSTILE}","{SCRIPT}","$\\frac{{1}}{{2}}$ :material/bug:",region\n'
    rows = "".join(f"C{row},{row % 7},{row * 3 % 11},{HOSTILE}\n" for row in range(60))
    give(page, f"{HOSTILE[:4]}.csv", (header + rows).encode())
    expect(page.locator(".st-key-answer")).to_contain_text("60 customers")
    for key in ("prepare", "choose_k", "segments", "score"):
        visitor.step(key)
        assert page.locator("img[src*='outside.example']").count() == 0
    assert visitor.outside == []
