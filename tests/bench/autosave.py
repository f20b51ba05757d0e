"""What keeping the work costs: reruns with it switched on and off by turns, and the page while a large table is saved.

python -m tests.bench.autosave                 on a quiet machine; writes its part of docs/speed.md
python -m tests.bench.autosave --print         only says what it measured
python -m tests.bench.autosave --rounds 1 --drops 1 --rows 20000 --print    a quick look

Two visitors of one server, one of whom has "Keep my work on this machine" switched off, choose another number of groups
by turns, ten times each a round: every such choice is a step that is written. Then new visitors drop a large table,
kept and not by turns, and go on clicking while it is written; when the writing ended is looked up beside the server.
`tests/pages/test_projects.py` shows without a clock that no page waits for the writer.
"""

from __future__ import annotations

import argparse
import re
import shutil
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd
from playwright.sync_api import Browser, expect, sync_playwright

from tests.bench.browser import FILE, drawn_again, timed, visitor
from tests.bench.speed_report import busy_words, write_part
from tests.e2e.conftest import ARGUMENTS, BROWSERS, ROOT, Product, Visitor

TURN = 10
COLUMNS = 20
SHOWN, AGAIN = "from the drop to the table on the screen", "the page drawn again straight after"
NUMBERS = (3, 4)
"""The numbers of groups between which the visitors go back and forth."""


def at_the_choice(browser: Browser, address: str, *, keeps: bool) -> Visitor:
    """A visitor with the credit-card data on the page of the number of groups, whose evidence is finished."""
    visiting = visitor(browser, address)
    page = visiting.open()
    visiting.quiet()
    if not keeps:
        page.locator(".st-key-keeping label").filter(has_text="Keep my work").first.click()
        visiting.quiet()
    visiting.step("data")
    page.locator("input[type=file]").first.set_input_files(FILE)
    expect(page.locator(".st-key-answer")).to_contain_text("customers with", timeout=60_000)
    visiting.step("prepare")
    visiting.step("choose_k")
    expect(page.get_by_role("button", name=re.compile(r"^Make [0-9]+ "))).to_be_visible(timeout=120_000)
    expect(page.locator(".st-key-job-evidence")).to_have_count(0, timeout=120_000)
    choices(visiting, 4)
    return visiting


def choices(visiting: Visitor, times: int) -> list[float]:
    """Seconds from the press of another number of groups to the last change of the page, so many times."""
    seconds = []
    for turn in range(times):
        name = re.compile(rf"^{NUMBERS[turn % 2]}\b")
        seconds.append(
            timed(visiting.page, visiting.page.locator(".st-key-choose-k-k").get_by_role("radio", name=name).click)
        )
    return seconds


def by_turns(browser: Browser, address: str, rounds: int) -> dict[str, list[float]]:
    """Kept or not → seconds of every rerun; whoever went first in one round goes second in the next."""
    visitors = {words: at_the_choice(browser, address, keeps=words == "yes") for words in ("yes", "no")}
    seconds: dict[str, list[float]] = {"yes": [], "no": []}
    for turn in range(rounds):
        for words in sorted(visitors, reverse=turn % 2 == 0):
            seconds[words] += choices(visitors[words], TURN)
            print(words, [round(each, 3) for each in seconds[words][-TURN:]], flush=True)
    return seconds


def table(path: Path, rows: int) -> Path:
    """A CSV file of customers with 20 columns of numbers."""
    rng = np.random.default_rng(14)
    frame = pd.DataFrame(rng.lognormal(3, 1, (rows, COLUMNS)).round(2), columns=[f"f{n + 1}" for n in range(COLUMNS)])
    frame.insert(0, "customer_id", [f"C{number:06d}" for number in range(rows)])
    frame.to_csv(path, index=False)
    return path


def large_table(
    browser: Browser, product: Product, rows: int, drops: int
) -> tuple[dict[str, list[float]], list[float]]:
    """What → seconds, with the work kept and not; and how long after the table was there its last part was written.

    Every drop is a visitor of its own, by turns. The Data page is drawn again straight after, while the writer works.
    """
    seconds: dict[str, list[float]] = {
        f"{what}, kept: {words}": [] for what in (SHOWN, AGAIN) for words in ("yes", "no")
    }
    written, file = [], table(product.home / "large.csv", rows)
    for turn in range(2 * drops):
        words = "yes" if turn % 2 == 0 else "no"
        visiting = visitor(browser, product.address)
        page = visiting.open()
        visiting.quiet()
        if words == "no":
            page.locator(".st-key-keeping label").filter(has_text="Keep my work").first.click()
            visiting.quiet()
        visiting.step("data")
        began = time.time()
        page.locator("input[type=file]").first.set_input_files(file)
        expect(page.locator(".st-key-answer")).to_contain_text("customers with", timeout=120_000)
        shown = time.time()
        seconds[f"{SHOWN}, kept: {words}"].append(shown - began)
        seconds[f"{AGAIN}, kept: {words}"] += drawn_again(visiting, "data", TURN // 2)
        page.context.close()
        last = last_write(product)
        if words == "yes":
            written.append(last - shown)
        print({what: [round(one, 2) for one in each] for what, each in seconds.items()}, flush=True)
    return seconds, written


def last_write(product: Product) -> float:
    """When the newest file of all projects was written, once none has come for three seconds."""
    while True:
        last = max((path.stat().st_mtime for path in (product.home / "projects").rglob("*.*")), default=0.0)
        if time.time() - last > 3:
            return last
        time.sleep(0.2)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=4, help=f"rounds of {TURN} reruns each, kept and not")
    parser.add_argument("--rows", type=int, default=100_000, help="customers of the large table")
    parser.add_argument("--drops", type=int, default=3, help="times that the table is dropped, kept and not")
    parser.add_argument("--print", action="store_true", help="do not write docs/speed.md")
    chosen = parser.parse_args()
    busy = busy_words()
    system = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    with tempfile.TemporaryDirectory() as home, sync_playwright() as playwright:
        product = Product(Path(home))
        product.start()
        try:
            browser = playwright.chromium.launch(executable_path=system, args=list(ARGUMENTS))
            seconds = by_turns(browser, product.address, chosen.rounds)
            large, written = large_table(browser, product, chosen.rows, chosen.drops)
            browser.close()
        finally:
            product.end()
    lines = document(seconds, large, written, chosen.rows, busy)
    print("\n".join(lines))
    if not chosen.print:
        write_part(ROOT / "docs" / "speed.md", "autosave", lines)


def document(
    seconds: dict[str, list[float]], large: dict[str, list[float]], written: list[float], rows: int, busy: str
) -> list[str]:
    """The measured part of docs/speed.md."""
    ratio = np.percentile(seconds["yes"], 95) / np.percentile(seconds["no"], 95)
    return [
        "## What keeping the work costs",
        "",
        "Written by `python -m tests.bench.autosave`: two visitors of one server, one with *Keep my work on this",
        "machine* switched off, choose another number on “How many groups” by turns. Every such choice is a step that",
        f"is written. From the press to the last change on the screen.{busy}",
        "",
        "| kept | times | p50 (s) | p95 (s) |",
        "|---|---|---|---|",
        *(_row(words, each) for words, each in seconds.items()),
        "",
        f"p95 with it is {ratio:.2f} × that without.",
        "",
        f"A table of {rows:,} × {COLUMNS} is dropped by new visitors. Its last part was written",
        f"{max(written):.1f} s at the most after it was on the screen (below 0: before). Meanwhile:",
        "",
        "| | times | p50 (s) | p95 (s) |",
        "|---|---|---|---|",
        *(_row(words, each) for words, each in large.items()),
    ]


def _row(words: str, seconds: list[float]) -> str:
    if not seconds:
        return f"| {words} | 0 | – | – |"
    return f"| {words} | {len(seconds)} | {np.median(seconds):.3f} | {np.percentile(seconds, 95):.3f} |"


if __name__ == "__main__":
    main()
