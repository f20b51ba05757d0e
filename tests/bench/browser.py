"""The speed in the browser: from a dropped file to the first elbow, and how long every page takes to be drawn again.

python -m tests.bench.browser               starts the product, measures it in Chromium, writes docs/speed.md
python -m tests.bench.browser --reruns 5    fewer reruns, quicker
python -m tests.bench.browser --customers 1000000    the pages with so many customers
"""

from __future__ import annotations

import argparse
import contextlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import psutil
from playwright.sync_api import Browser, Page, sync_playwright

from tests.bench.files import customers
from tests.bench.speed_report import busy_words, write_part
from tests.e2e.conftest import ARGUMENTS, BROWSERS, LOOKS, ROOT, Visitor, _wait_for

DOCUMENT = ROOT / "docs" / "speed.md"
FILE = ROOT / "../shared/data/credit_card/CC GENERAL.csv"
Steps = dict[str, list[float]]
"""What is done → seconds each time."""
_CHOOSING = 2.0
"""Seconds that a visitor takes to find the file, while the browser fetches what draws tables and pictures."""
_REST = 0.1
"""Seconds of computing within one second, below which a server is at rest."""
PAGES = ("start", "data", "prepare", "choose_k", "segments", "score", "share", "present")

# From the press of the button to the last change of the page, once its script has ended and nothing moved for 0.3 s.
STOPWATCH = """
(() => {
  let pressed = null, changed = null;
  window.drawn = [];
  window.addEventListener('pointerdown', () => { pressed = changed = performance.now(); }, true);
  new MutationObserver(() => { changed = performance.now(); })
    .observe(document, {subtree: true, childList: true, attributes: true, characterData: true});
  setInterval(() => {
    const ended = document.querySelector('[data-testid=stApp][data-test-script-state=notRunning]');
    if (pressed === null || !ended || performance.now() - changed < 300) return;
    window.drawn.push(changed - pressed);
    pressed = null;
  }, 20);
})();
"""


@contextlib.contextmanager
def product() -> Iterator[tuple[str, psutil.Process]]:
    """The address of a server of our own, with a models folder of its own, and its process."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as home:
        log = Path(home) / "server.log"
        command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)]
        with log.open("w") as output:
            process = subprocess.Popen(
                [*command, "--server.headless", "true", "--server.fileWatcherType", "none"],
                cwd=ROOT,
                stdout=output,
                stderr=subprocess.STDOUT,
                env={**os.environ, "SEGMENTATION_MODELS": home, "MALLOC_ARENA_MAX": "2"},
            )
            try:
                _wait_for(f"http://127.0.0.1:{port}/_stcore/health", process, log)
                yield f"http://127.0.0.1:{port}", psutil.Process(process.pid)
            finally:
                process.terminate()
                process.wait(20)


def at_rest(server: psutil.Process) -> None:
    """Wait until nothing is computed any more: the evidence of a visitor who left goes on for some seconds."""
    until, before = time.monotonic() + 120, -np.inf
    while (now := _computed(server)) - before > _REST and time.monotonic() < until:
        before = now
        time.sleep(1.0)


def _computed(server: psutil.Process) -> float:
    """Seconds of computing so far, with the processes that read."""
    seconds = 0.0
    for process in (server, *server.children(recursive=True)):
        with contextlib.suppress(psutil.Error):
            seconds += sum(process.cpu_times()[:2])
    return seconds


def visitor(browser: Browser, address: str) -> Visitor:
    """A new visitor with an empty session."""
    context = browser.new_context(**LOOKS["light"], reduced_motion="reduce")
    context.add_init_script(STOPWATCH)
    return Visitor(context.new_page(), address, "light")


def first_elbow(visiting: Visitor, file: Path, *, straight: bool) -> dict[str, float]:
    """From the dropped file to the elbow on the screen, always pressing on at once → seconds since the file.

    straight: from the Data page to How many groups, by its second button, instead of by way of Prepare.
    """
    page = visiting.open("data")
    visiting.quiet()
    page.wait_for_timeout(_CHOOSING * 1000)
    times, start = {}, time.perf_counter()

    def reached(what: str) -> None:
        times[what] = time.perf_counter() - start

    page.locator("input[type=file]").first.set_input_files(file)
    answered(page, "customers with")
    reached("statistics on the Data page")
    if straight:
        press(page, "Straight to how many groups")
    else:
        press(page, "Prepare the data")
        answered(page, "features take part")
        reached("recipe on the Prepare page")
        press(page, "Compare numbers of segments")
    answered(page, "recommended")
    reached("recommendation on the Choose k page")
    page.wait_for_selector('[aria-label^="Inertia by number of segments"]', timeout=90_000)
    reached("the elbow on the screen")
    return times


def answered(page: Page, words: str) -> None:
    """Wait until the answer of the page has these words, by one look a frame; `expect` costs the page 0.2 s."""
    seen = "words => document.querySelector('.st-key-answer')?.textContent.includes(words)"
    page.wait_for_function(seen, arg=words, timeout=300_000)


def press(page: Page, name: str) -> None:
    """Press a button as soon as it can be pressed."""
    page.get_by_role("button", name=name).click(timeout=60_000)


def drawn_again(visiting: Visitor, key: str, times: int) -> list[float]:
    """Seconds that each of some reruns of the page in view took, from the press of its link."""
    link = visiting.page.locator(f".st-key-journey [class*='st-key-step-{key}-'] a:visible").first
    return [timed(visiting.page, link.click) for _ in range(times)]


def timed(page: Page, action: object) -> float:
    """Seconds from an action that presses something to the last change of the page."""
    before = page.evaluate("window.drawn.length")
    action()  # type: ignore[operator]
    page.wait_for_function("before => window.drawn.length > before", arg=before, polling=50, timeout=90_000)
    return float(page.evaluate("window.drawn.at(-1)")) / 1000


def every_page(visiting: Visitor, times: int) -> Steps:
    """What is done → seconds each; the visitor stands on Choose k with a finished comparison."""
    page, found = visiting.page, {}

    def again(key: str, words: str) -> None:
        found[f"{words}, drawn again"] = drawn_again(visiting, key, times)
        print(words, [round(seconds, 2) for seconds in found[f"{words}, drawn again"]], flush=True)

    visiting.step("start")
    again("start", "Start")
    visiting.step("data")
    again("data", "Data")
    visiting.step("prepare")
    again("prepare", "Prepare")
    visiting.step("choose_k")
    again("choose_k", "Choose k")
    numbers = page.locator(".st-key-choose-k-k").get_by_role("radio")
    for words in ("another number for the first time", "another number again"):
        each = [timed(page, numbers.nth(place).click) for place in range(numbers.count())]
        found[f"Choose k, {words}"] = each
        print(words, [round(seconds, 2) for seconds in each], flush=True)
    numbers.nth(1).click()
    press(page, "Make 3 segments")
    answered(page, "personas")
    visiting.quiet()
    again("segments", "Segments")
    visiting.step("score")
    again("score", "Score")
    visiting.step("share")
    again("share", "Share")
    press(page, "Present on this screen")
    visiting.quiet()
    page.wait_for_timeout(500)
    ways = [page.get_by_role("button", name=name).first for name in ("Next", "Back")]
    screens = [timed(page, ways[turn % 2].click) for turn in range(times)]
    found["Present, next screen"] = screens
    print("Present", [round(seconds, 2) for seconds in screens], flush=True)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--reruns", type=int, default=20, help="reruns of every page")
    parser.add_argument("--files", type=int, default=5, help="times that the file is dropped")
    parser.add_argument("--customers", type=int, help="instead, once, so many generated customers")
    chosen = parser.parse_args()
    if not chosen.customers:
        ways, pages, busy = measure(FILE, chosen.files, chosen.reruns)
        return write_part(DOCUMENT, "browser", _document(ways, pages, busy))
    with tempfile.TemporaryDirectory() as folder:
        customers(chosen.customers, file := Path(folder) / "customers.csv")
        _, pages, busy = measure(file, 1, chosen.reruns)
    return write_part(DOCUMENT, "browser, many", _many(chosen.customers, pages, busy))


def measure(file: Path, files: int, reruns: int) -> tuple[tuple[Steps, Steps], Steps, str]:
    """So many new visitors who drop the file, each way, and so many reruns of each page by the last of them."""
    system = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    ways: tuple[Steps, Steps] = ({}, {})
    busy = busy_words()
    with product() as (address, server), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=system, args=list(ARGUMENTS))
        for turn in range(2 * files):
            at_rest(server)
            visiting, steps = visitor(browser, address), ways[turn % 2]
            for what, seconds in first_elbow(visiting, file, straight=bool(turn % 2)).items():
                steps.setdefault(what, []).append(seconds)
            print({what: round(each[-1], 2) for what, each in steps.items()}, flush=True)
            if turn < 2 * files - 1:
                visiting.page.context.close()
        at_rest(server)
        pages = every_page(visiting, reruns)
        browser.close()
    return ways, pages, busy


def _document(ways: tuple[Steps, Steps], pages: Steps, busy: str) -> list[str]:
    many = len(next(iter(ways[0].values())))
    return [
        "## In the browser",
        "",
        "Written by `python -m tests.bench.browser`: Chromium and the product on the same machine, credit-card data",
        f"(8,950 × 17).{busy}",
        f"First, {many} new visitors, each of whom drops the file {_CHOOSING:.0f} s after the Data page was there and",
        "presses every button as soon as it is there, each once the server was at rest from the one before:",
        "",
        *_steps(ways[0]),
        "As many who go straight from the data to how many groups, with the recommended preparation:",
        "",
        *_steps(ways[1]),
        "Then each page again, from the press to the last change on the screen:",
        "",
        *_pages(pages),
    ]


def _steps(steps: Steps) -> list[str]:
    return [
        "| since the file was dropped | median (s) | slowest (s) |",
        "|---|---|---|",
        *(f"| {what} | {np.median(each):.2f} | {max(each):.2f} |" for what, each in steps.items()),
        "",
    ]


def _many(number: int, pages: Steps, busy: str) -> list[str]:
    return [
        f"The same pages with {number:,} generated customers of 17 features, two minutes later at the most",
        f"(`python -m tests.bench.browser --customers {number}`).{busy}",
        "",
        *_pages(pages),
    ]


def _pages(pages: Steps) -> list[str]:
    return [
        "| what | times | p50 (s) | p95 (s) |",
        "|---|---|---|---|",
        *(
            f"| {what} | {len(each)} | {np.percentile(each, 50):.2f} | {np.percentile(each, 95):.2f} |"
            for what, each in pages.items()
        ),
        "",
    ]


if __name__ == "__main__":
    main()
