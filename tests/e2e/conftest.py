"""A real server and a real browser: what a visitor meets, and what must never happen while one looks."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Error, Page, expect, sync_playwright

from pages.ui.sitemap import page_of

ROOT = Path(__file__).resolve().parents[2]
SHOTS = ROOT / "tests/e2e/shots"
LOOKING = os.environ.get("SEGMENTATION_SHOTS") == "1"
"""Pictures and times are taken for somebody who looks at them; what is checked is checked in any case."""
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
LOOKS: dict[str, dict[str, Any]] = {
    "light": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "light"},
    "dark": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "dark"},
    "phone": {"viewport": {"width": 390, "height": 844}, "color_scheme": "light", "has_touch": True},
}

expect.set_options(timeout=20_000)

AT_REST = """
() => {
  const ended = document.querySelector('[data-testid=stApp]')?.dataset.testScriptState === 'notRunning';
  window.restsSince = ended ? (window.restsSince ?? performance.now()) : null;
  return ended && performance.now() - window.restsSince > 300;
}
"""
STOPWATCH = """
window.scriptRuns = [];
let began = null;
new MutationObserver(() => {
  const state = document.querySelector('[data-testid=stApp]')?.dataset.testScriptState;
  if (state === 'running' && began === null) began = performance.now();
  if (state === 'notRunning' && began !== null) { window.scriptRuns.push(performance.now() - began); began = null; }
}).observe(document, {subtree: true, childList: true, attributes: true, attributeFilter: ['data-test-script-state']});
"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder needs a browser."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker("e2e")


@dataclass
class Product:
    """A server of the product with folders of its own: models, projects, and what it logs."""

    home: Path
    port: int = 0
    process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        """Where a browser finds it."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        """What it said."""
        return self.home / "server.log"

    def start(self) -> None:
        """Start it, and wait until it answers; again on the same port when it ran before."""
        if not self.port:
            with socket.socket() as free:
                free.bind(("127.0.0.1", 0))
                self.port = free.getsockname()[1]
        folders = {"SEGMENTATION_MODELS": str(self.home), "SEGMENTATION_PROJECTS": str(self.home / "projects")}
        command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(self.port)]
        with self.log.open("a") as output:
            self.process = subprocess.Popen(
                [*command, "--server.headless", "true"],
                cwd=ROOT,
                stdout=output,
                stderr=subprocess.STDOUT,
                env={**os.environ, **folders},
            )
        _wait_for(f"{self.address}/_stcore/health", self.process, self.log)

    def end(self, *, at_once: bool = False) -> None:
        """End it as a user does, or kill it (SIGKILL)."""
        if self.process is not None:
            self.process.kill() if at_once else self.process.terminate()
            self.process.wait(20)

    def said(self) -> None:
        """Fail where it logged an error."""
        text = self.log.read_text()
        assert "Traceback" not in text, text[-4000:]
        assert "A page failed" not in text, text[-4000:]
        assert "A project was not" not in text, text[-4000:]


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Address of a product with folders of its own, which ends with the block and must have logged no error."""
    product = Product(folder)
    try:
        product.start()
        yield product.address
    finally:
        product.end()
    product.said()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of the product, with folders of its own."""
    with served(tmp_path_factory.mktemp("product")) as address:
        yield address


@pytest.fixture(scope="package")  # Playwright keeps its loop running until it ends; other tests begin their own
def browser() -> Iterator[Browser]:
    """Chromium: the system's own, else Playwright's; the tests are skipped where there is neither."""
    system = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    with sync_playwright() as playwright:
        try:
            chromium = playwright.chromium.launch(executable_path=system, args=list(ARGUMENTS))
        except Error:
            pytest.skip("no Chromium on this machine (Debian: apt install chromium; else: playwright install chromium)")
        yield chromium
        chromium.close()


@dataclass
class Visitor:
    """One visitor with one tab: opens pages, and remembers everything that must not happen."""

    page: Page
    address: str
    look: str
    errors: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)

    def open(self, key: str = "start") -> Page:
        """Go to a page by its address, as a deep link does: a new session."""
        path = "" if key == "start" else page_of(key).address
        self.page.goto(f"{self.address}/{path}")
        expect(self.page.get_by_role("heading", level=1)).to_be_visible()
        return self.page

    def step(self, key: str) -> Page:
        """Go to a page by the journey line, in the same session, once the page before has come to rest."""
        self.quiet()
        self.page.locator(f".st-key-journey [class*='st-key-step-{key}-'] a:visible").first.click()
        expect(self.page.get_by_role("heading", level=1, name=page_of(key).question)).to_be_visible()
        return self.quiet()

    def quiet(self) -> Page:
        """Wait until the script has ended and stays so."""
        self.page.evaluate("() => { window.restsSince = null; }")
        self.page.wait_for_function(AT_REST, timeout=90_000, polling=50)
        return self.page

    def rerun_seconds(self, key: str, times: int = 3) -> list[float]:
        """How long each of some reruns of the page took that compute nothing new, as the browser saw it."""
        if not LOOKING:
            return []
        self.quiet()
        before = self.page.evaluate("window.scriptRuns.length")
        for _ in range(times):
            self.step(key)
        return [ms / 1000 for ms in self.page.evaluate("window.scriptRuns")[before:]]

    def shot(self, name: str) -> None:
        """Keep a picture of the whole page, however long, in tests/e2e/shots (not in git), when somebody looks."""
        if not LOOKING:
            return
        SHOTS.mkdir(exist_ok=True)
        view = LOOKS[self.look]["viewport"]
        height = self.page.evaluate("document.querySelector('[data-testid=stMain]').scrollHeight")
        self.page.set_viewport_size({"width": view["width"], "height": max(view["height"], min(height, 12_000))})
        self.page.wait_for_timeout(400)
        self.page.screenshot(path=SHOTS / f"{name}-{self.look}.png")
        self.page.set_viewport_size(view)

    def in_every_look(self, name: str) -> list[str]:
        """Keep a picture of the page as it is in light, dark and on a phone; what axe finds serious in each."""
        first, found = self.look, []
        for look, options in LOOKS.items():
            self.look = look
            self.page.emulate_media(color_scheme=options["color_scheme"])
            self.page.set_viewport_size(options["viewport"])
            self.quiet()
            self.shot(name)
            found += [f"{name}, {look}: {line}" for line in self.barriers()]
            if self.page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth > innerWidth"):
                found.append(f"{name}, {look}: the page is wider than the screen")
        self.look = first
        self.page.emulate_media(color_scheme=LOOKS[first]["color_scheme"])
        self.page.set_viewport_size(LOOKS[first]["viewport"])
        return found

    def barriers(self) -> list[str]:
        """Serious and critical findings of axe on the page as it is, one line each."""
        from axe_playwright_python.sync_playwright import Axe

        found = Axe().run(self.page, options={"resultTypes": ["violations"]}).response["violations"]
        return [
            f"{item['id']}: {item['help']} {[node['target'] for node in item['nodes']][:3]}"
            for item in found
            if item["impact"] in ("serious", "critical")
        ]


@pytest.fixture
def visit(server: str, browser: Browser) -> Iterator[Callable[..., Visitor]]:
    """`visit("dark")` opens a tab; after the test: no error in its console, nothing left the machine, no traceback."""
    visitors: list[Visitor] = []

    def start(look: str = "light", **options: Any) -> Visitor:
        context = browser.new_context(**{**LOOKS[look], "reduced_motion": "reduce", **options})
        context.add_init_script(STOPWATCH)
        visitor = Visitor(context.new_page(), server, look)
        _listen(visitor)
        visitors.append(visitor)
        return visitor

    yield start
    for visitor in visitors:
        text = visitor.page.locator("body").inner_text() if visitor.page.url.startswith("http") else ""
        visitor.page.context.close()
        assert "Traceback" not in text
        assert "Something went wrong on this page" not in text
        assert visitor.errors == []
        assert visitor.outside == []


def _listen(visitor: Visitor) -> None:
    def console(message: Any) -> None:
        # On a deep link Streamlit asks for its own address below the page first; that answer is 404 by design.
        url = message.location.get("url", "")
        if message.type == "error" and "/_stcore/" not in url:
            visitor.errors.append(f"{message.text} ({url})")

    def request(asked: Any) -> None:
        if not asked.url.startswith((visitor.address, "data:", "blob:")):
            visitor.outside.append(asked.url)

    visitor.page.on("console", console)
    visitor.page.on("pageerror", lambda error: visitor.errors.append(str(error)))
    visitor.page.context.on("request", request)


def _wait_for(address: str, process: subprocess.Popen[bytes], log: Path, seconds: float = 60.0) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until and process.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=1):
                return
        except OSError:
            time.sleep(0.2)
    raise AssertionError(f"the server did not start: {log.read_text()[-2000:]}")
