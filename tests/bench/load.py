"""Many people at once: browsers that walk the whole journey, and what the server gives back when they have gone.

python -m tests.bench.load                             8 browsers for 15 minutes, then two minutes of rest (make load)
python -m tests.bench.load --browsers 4 --minutes 3    shorter
python -m tests.bench.load --clients 8 --minutes 15    the same without browsers, as if they ran on other machines
python -m tests.bench.load --memory                    10 sessions with 8,950 customers each, all at once
python -m tests.bench.load --hostile                   how soon others are answered while hostile files are read

Writes its part of docs/load.md. Browsers stand for other people's machines: they share this one with the server, so
they run at a lower priority than it (nice 5), and what the server took is told beside what the screen showed.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import psutil
from playwright.async_api import async_playwright, expect

from tests.bench.load_clients import clients
from tests.bench.load_report import write_part
from tests.bench.load_visitors import Seen, chromium_path, crowd
from tests.e2e.conftest import ARGUMENTS, ROOT, Product
from tests.hostile.test_bombs import BOMBS
from tests.hostile.test_door import ask, visit
from tests.hostile.test_door import page as page_cookie

REAL = ROOT / "../shared/data/credit_card/CC GENERAL.csv"
SAMPLE = ROOT / "sample_data/credit_card.csv"
REST = 120.0
BROWSERS_STAND_BACK = 5
SMALL = {"MALLOC_ARENA_MAX": "2", "MALLOC_TRIM_THRESHOLD_": "131072"}
"""What `make app` sets."""


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
            if os.nice(0) < BROWSERS_STAND_BACK:
                os.nice(BROWSERS_STAND_BACK - os.nice(0))
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


def browse(address: str, file: Path, number: int, seconds: float, seen: Seen) -> None:
    """So many browsers at once."""
    asyncio.run(crowd(address, file, number, seconds, seen))


def load(file: Path, number: int, minutes: float, visit_all: Callable[..., None]) -> dict[str, object]:
    """Many visitors at once, such as `browse` → figures."""
    seen = Seen()
    with product(SMALL) as server:
        assert server.process is not None
        visit_all(server.address, SAMPLE, 1, 0, Seen())  # what is imported at the first visit is there
        time.sleep(20)
        start = megabytes(server.process)
        visit_all(server.address, file, number, 60 * minutes, seen)
        busy = megabytes(server.process)
        time.sleep(REST)
        after = megabytes(server.process)
    compared = seen.waits.get("numbers of segments compared", {})
    return {
        "busy": busy_cores(),
        "browsers": number,
        "minutes": minutes,
        "cores": os.cpu_count(),
        "file": file.name,
        "journeys": seen.journeys,
        "errors": seen.errors,
        "slow": seen.slow,
        "clicks": len(seen.clicks),
        "click": _percentiles(seen.clicks),
        "click on the wire": _percentiles(seen.wires),
        "waits": {step: float(np.median(np.concatenate(list(by.values())))) for step, by in seen.waits.items()},
        "fair": [float(np.median(times)) for _, times in sorted(compared.items())],
        "memory": [start, busy, after],
    }


def _percentiles(seconds: list[float]) -> list[float] | None:
    """The 50th and the 95th percentile."""
    return [float(share) for share in np.percentile(seconds, (50, 95))] if seconds else None


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
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=chromium_path(), args=list(ARGUMENTS))
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
    parser.add_argument("--clients", type=int, default=0, help="so many visitors without a browser instead")
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
    elif args.clients:
        write_part("clients", load(file, args.clients, args.minutes, clients))
    else:
        write_part("load", load(file, args.browsers, args.minutes, browse))


if __name__ == "__main__":
    main()
