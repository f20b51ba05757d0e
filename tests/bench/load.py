"""Many people at once: browsers that walk the whole journey, and what the server gives back when they have gone.

python -m tests.bench.load                             8 browsers for 15 minutes, then two minutes of rest (make load)
python -m tests.bench.load --browsers 4 --minutes 3    shorter
python -m tests.bench.load --memory                    10 sessions with 8,950 customers each, all at once
python -m tests.bench.load --hostile                   how soon others are answered while hostile files are read

Writes its part of docs/load.md. Server and browsers share the machine, so the times are those of a busy one.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import psutil
from playwright.async_api import Browser, Error, Locator, Page, async_playwright, expect

from pages.ui.sitemap import page_of
from tests.bench.load_report import write_part
from tests.e2e.conftest import ARGUMENTS, BROWSERS, LOOKS, ROOT, Product
from tests.hostile.test_bombs import BOMBS
from tests.hostile.test_door import ask, visit
from tests.hostile.test_door import page as page_cookie

REAL = ROOT / "../shared/data/credit_card/CC GENERAL.csv"
SAMPLE = ROOT / "sample_data/credit_card.csv"
LIGHT = ("data", "prepare", "choose_k", "segments", "score", "share")
REST = 120.0
THINKING = 1.0
SMALL = {"MALLOC_ARENA_MAX": "2", "MALLOC_TRIM_THRESHOLD_": "131072"}
"""What `make app` sets."""

expect.set_options(timeout=120_000)


@dataclass
class Seen:
    """What the browsers met. clicks: seconds of light clicks; waits: by step, seconds by browser; errors: lines."""

    clicks: list[float] = field(default_factory=list)
    waits: dict[str, dict[int, list[float]]] = field(default_factory=dict)
    journeys: int = 0
    errors: list[str] = field(default_factory=list)

    def waited(self, step: str, browser: int, seconds: float) -> None:
        """Note how long a browser waited for a step."""
        self.waits.setdefault(step, {}).setdefault(browser, []).append(seconds)


async def quiet(page: Page) -> None:
    """Wait until the script has ended and stays so for a moment."""
    ended = page.locator("[data-testid=stApp][data-test-script-state=notRunning]")
    await ended.wait_for(timeout=120_000)
    await page.wait_for_timeout(200)
    await ended.wait_for(timeout=120_000)


async def answer(page: Page, words: str) -> None:
    """Wait for the answer in the heading."""
    await expect(page.locator(".st-key-answer")).to_contain_text(re.compile(words))


def button(page: Page, name: str | re.Pattern[str]) -> Locator:
    """A button by its words."""
    return page.get_by_role("button", name=name).first


async def light_click(page: Page, key: str) -> float:
    """Go to a page by the journey line → seconds until it is drawn."""
    await quiet(page)
    began = time.perf_counter()
    await page.locator(f".st-key-journey [class*='st-key-step-{key}-'] a:visible").first.click()
    await expect(page.get_by_role("heading", level=1, name=page_of(key).question)).to_be_visible()
    await page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for(timeout=120_000)
    return time.perf_counter() - began


async def journey(page: Page, address: str, file: Path, number: int, seen: Seen) -> None:
    """From a dropped file to personas, a saved model and a shared page, with clicks back and forth."""

    async def timed(step: str, press: Locator | None, words: str) -> None:
        began = time.perf_counter()
        if press is not None:
            await press.click()
        await answer(page, words)
        seen.waited(step, number, time.perf_counter() - began)

    await page.goto(f"{address}/data")
    await page.locator("input[type=file]").first.set_input_files(file)
    await timed("file read", None, "customers with")
    await timed("prepared", button(page, "Prepare the data"), "features take part")
    await timed("numbers of segments compared", button(page, "Compare numbers of segments"), "recommended|[Nn]o ")
    await quiet(page)
    await timed("segments made", button(page, re.compile(r"Make \d+ segments")), "personas?")
    await quiet(page)
    await button(page, "Save as a new version").click()
    await expect(page.get_by_text("Saved as").or_(page.get_by_text("Nothing changed since")).first).to_be_visible()
    for _ in range(2):
        for key in LIGHT:
            seen.clicks.append(await light_click(page, key))
            await asyncio.sleep(THINKING)
    if await page.get_by_text("Something went wrong").count():
        seen.errors.append(f"browser {number}: the page said that something went wrong")
    seen.journeys += 1


async def one_browser(browser: Browser, address: str, file: Path, number: int, until: float, seen: Seen) -> None:
    """Journeys one after the other, each as a new visitor, until the time is over; at least one."""
    first = True
    while first or time.monotonic() < until:
        first = False
        context = await browser.new_context(**LOOKS["light"], reduced_motion="reduce")
        page = await context.new_page()
        page.on("pageerror", lambda error: seen.errors.append(f"browser {number}: {error}"))
        try:
            await journey(page, address, file, number, seen)
        except (Error, AssertionError) as error:
            seen.errors.append(f"browser {number}: {str(error).splitlines()[0]}")
        await context.close()


async def crowd(address: str, file: Path, browsers: int, seconds: float, seen: Seen) -> None:
    """All browsers at once."""
    system = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=system, args=list(ARGUMENTS))
        until = time.monotonic() + seconds
        visits = [one_browser(chromium, address, file, number, until, seen) for number in range(1, browsers + 1)]
        await asyncio.gather(*visits)
        await chromium.close()


def megabytes(process: subprocess.Popen[bytes]) -> float:
    """Resident memory of the server, with the processes that read files."""
    server = psutil.Process(process.pid)
    total = 0
    for one in (server, *server.children(recursive=True)):
        try:
            total += one.memory_info().rss
        except psutil.NoSuchProcess:
            continue
    return total / 2**20


@contextmanager
def product(environment: dict[str, str]) -> Iterator[Product]:
    """The server with folders of its own, and no settings of memory but those given."""
    with tempfile.TemporaryDirectory() as home:
        kept = {name: os.environ.pop(name, None) for name in SMALL}
        os.environ.update(environment)
        made = Product(Path(home))
        try:
            made.start()
            yield made
            made.said()
        finally:
            made.end()
            for name, value in kept.items():
                os.environ.pop(name, None)
                if value is not None:
                    os.environ[name] = value


def busy_cores() -> float:
    """How many processes wanted to compute in the last quarter of an hour, those that are measured among them."""
    return round(os.getloadavg()[2], 1)


def load(file: Path, browsers: int, minutes: float) -> dict[str, object]:
    """Many browsers at once → figures."""
    seen = Seen()
    with product(SMALL) as server:
        assert server.process is not None
        asyncio.run(crowd(server.address, SAMPLE, 1, 0, Seen()))  # what is imported at the first visit is there
        time.sleep(20)
        start = megabytes(server.process)
        asyncio.run(crowd(server.address, file, browsers, 60 * minutes, seen))
        busy = megabytes(server.process)
        time.sleep(REST)
        after = megabytes(server.process)
    compared = seen.waits.get("numbers of segments compared", {})
    return {
        "busy": busy_cores(),
        "browsers": browsers,
        "minutes": minutes,
        "cores": os.cpu_count(),
        "file": file.name,
        "journeys": seen.journeys,
        "errors": seen.errors,
        "clicks": len(seen.clicks),
        "click p50": float(np.percentile(seen.clicks, 50)) if seen.clicks else None,
        "click p95": float(np.percentile(seen.clicks, 95)) if seen.clicks else None,
        "waits": {step: float(np.median(np.concatenate(list(by.values())))) for step, by in seen.waits.items()},
        "fair": [float(np.median(times)) for _, times in sorted(compared.items())],
        "memory": [start, busy, after],
    }


def memory(file: Path, sessions: int, environment: dict[str, str]) -> list[float]:
    """Megabytes before, right after, and two minutes after so many sessions at once."""
    seen = Seen()
    with product(environment) as server:
        assert server.process is not None
        asyncio.run(crowd(server.address, SAMPLE, 1, 0, Seen()))
        time.sleep(20)
        figures = [megabytes(server.process)]
        asyncio.run(crowd(server.address, file, sessions, 0, seen))
        figures.append(megabytes(server.process))
        time.sleep(REST)
        figures.append(megabytes(server.process))
    if seen.errors:
        sys.exit("\n".join(seen.errors))
    return figures


async def upload_all(address: str, files: dict[str, bytes]) -> None:
    """One browser: every file, until each has its sentence or its table."""
    system = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=system, args=list(ARGUMENTS))
        for name, data in files.items():
            page = await (await chromium.new_context()).new_page()
            await page.goto(f"{address}/data")
            given = {"name": name, "mimeType": "application/octet-stream", "buffer": data}
            await page.locator("input[type=file]").first.set_input_files([given])
            await expect(page.get_by_test_id("stAlert").or_(page.locator(".st-key-answer")).first).to_be_visible()
            await page.context.close()
        await chromium.close()


def ask_all_the_time(port: int, done: threading.Event, asked: dict[str, list[float]]) -> None:
    """Somebody else, until `done`: is the server there, and the start page of a new visitor."""
    cookie = page_cookie(port)

    def visit_start() -> None:
        with visit(port, cookie):
            pass

    while not done.is_set():
        for name, question in {"is it there": lambda: ask(port, "/_stcore/health"), "start page": visit_start}.items():
            began = time.perf_counter()
            question()
            asked.setdefault(name, []).append(time.perf_counter() - began)
        time.sleep(0.2)


def hostile() -> dict[str, object]:
    """How soon others are answered while hostile files are read → figures."""
    folder = ROOT / "../shared/data/hostile"
    files = {path.name: path.read_bytes() for path in sorted(folder.glob("*")) if path.suffix != ".md"}
    files |= {name: make() for name, make in BOMBS.items()}
    asked: dict[str, list[float]] = {}
    with product(SMALL) as server:
        done = threading.Event()
        asking = threading.Thread(target=ask_all_the_time, args=(server.port, done, asked))
        asking.start()
        asyncio.run(upload_all(server.address, files))
        done.set()
        asking.join()
    return {
        "busy": busy_cores(),
        "files": len(files),
        "asked": {name: [len(times), float(np.median(times)), max(times)] for name, times in asked.items()},
    }


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--browsers", type=int, default=8)
    parser.add_argument("--minutes", type=float, default=15)
    parser.add_argument("--memory", action="store_true", help="what sessions leave behind instead")
    parser.add_argument("--hostile", action="store_true", help="others while hostile files are read instead")
    parser.add_argument("--sessions", type=int, default=10)
    args = parser.parse_args()
    file = REAL if REAL.is_file() else SAMPLE
    if args.hostile:
        write_part("hostile", hostile())
    elif args.memory:
        given = {"as `make app` starts it": memory(file, args.sessions, SMALL)}
        given["without its variables"] = memory(file, args.sessions, {})
        write_part("memory", {"file": file.name, "sessions": args.sessions, "figures": given})
    else:
        write_part("load", load(file, args.browsers, args.minutes))


if __name__ == "__main__":
    main()
