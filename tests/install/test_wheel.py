"""The wheel, installed in a fresh environment outside the checkout: the command, the library, and the browser's side.

The packages that it needs are those of the environment of the tests, so that it takes seconds; `make test-install`
sets SEGMENTATION_FULL_INSTALL, and they are installed for real.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import sysconfig
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

pytestmark = pytest.mark.install

ROOT = Path(__file__).resolve().parents[2]
FULL = bool(os.environ.get("SEGMENTATION_FULL_INSTALL"))
LATER = "make test-install runs it"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]

TEN_LINES = """
import sys
import segmentation as seg
customers = seg.features(seg.read(seg.sample("income_spending")))
recipe = seg.prepare(customers, "recommended")
choice = seg.choose_k(customers, recipe, (2, 5), fast=True)
segments = seg.fit(customers, recipe, k=choice.recommended_k)
personas = seg.describe(segments, customers)
print(segments.predict(customers)[:3], len(segments.assign(customers)), segments.explain(customers.frame.iloc[0]))
print(seg.save(segments, personas, "income"), seg.load("income/v1"), seg.models()["ref"].tolist())
for ending in ("pptx", "xlsx", "html"): seg.report(segments, personas, customers, f"income.{ending}")
print(seg.__file__, "pandas" in sys.modules, seg.choose_k.__module__)
"""


@dataclass(frozen=True)
class Installed:
    """A fresh environment with the wheel in it, and an empty folder to work in."""

    environment: Path
    folder: Path

    @property
    def bin(self) -> Path:
        return self.environment / ("Scripts" if os.name == "nt" else "bin")

    @property
    def variables(self) -> dict[str, str]:
        home = {"XDG_DATA_HOME": str(self.folder / "data"), "HOME": str(self.folder)}
        unwanted = ("PYTHONPATH", "SEGMENTATION_MODELS", "SEGMENTATION_PROJECTS", "VIRTUAL_ENV")
        return {name: value for name, value in os.environ.items() if name not in unwanted} | home

    def run(self, *command: str | Path, code: int = 0) -> str:
        """Run a program of the environment; what it said."""
        made = subprocess.run(
            [self.bin / command[0], *map(str, command[1:])],
            cwd=self.folder,
            env=self.variables,
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert made.returncode == code, made.stdout + made.stderr
        return made.stdout + made.stderr


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """The wheel built from this tree, in an environment of its own."""
    home = tmp_path_factory.mktemp("elsewhere")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(home / "dist")]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True, timeout=120)
    (wheel,) = (home / "dist").glob("*.whl")
    environment = home / "environment"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(environment)], check=True, timeout=120)
    folder = home / "empty"
    folder.mkdir()
    made = Installed(environment, folder)
    python = made.bin / ("python.exe" if os.name == "nt" else "python")
    pip = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet", "--disable-pip-version-check"]
    needed = [] if FULL else ["--no-deps", "--no-index"]
    subprocess.run([*pip, *needed, str(wheel)], check=True, cwd=home, timeout=900)
    site = Path(sysconfig.get_path("purelib", vars={"base": str(environment), "platbase": str(environment)}))
    if not FULL:
        (site / "of_the_tests.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    return made


def test_nothing_but_the_library_lands_among_other_packages(installed: Installed) -> None:
    (wheel,) = (installed.folder.parent / "dist").glob("*.whl")
    site = next(installed.environment.rglob("site-packages"))
    record = next(site.glob("customer_segmentation_studio-*/RECORD")).read_text(encoding="utf-8")
    tops = {line.split(",")[0].split("/")[0] for line in record.splitlines()}
    assert {top for top in tops if not top.endswith(".dist-info") and top != ".."} == {"segmentation"}
    assert wheel.stat().st_size < 3_000_000
    there = {path.relative_to(site).as_posix() for path in site.glob("segmentation/**/*")}
    for tracked in ("app.py", "pages", "sample_data", ".streamlit/config.toml"):
        known = subprocess.run(
            ["git", "ls-files", tracked], cwd=ROOT, capture_output=True, text=True, check=True
        ).stdout.split()
        assert known
        assert {f"segmentation/_app/{name}" for name in known} <= there


def test_the_version_is_that_of_the_library(installed: Installed) -> None:
    import segmentation

    assert installed.run("segmentation", "--version").strip() == f"segmentation {segmentation.__version__}"
    ask = "import importlib.metadata as m; print(m.version('customer-segmentation-studio'))"
    assert installed.run("python", "-c", ask).strip() == segmentation.__version__


@pytest.mark.skipif(not FULL, reason=LATER)
def test_the_command_compares_fits_and_keeps_models_in_the_folder_of_the_user(installed: Installed) -> None:
    sample = installed.run("python", "-c", "import segmentation; print(segmentation.sample('credit_card'))").strip()
    assert str(installed.environment) in sample
    said = json.loads(installed.run("segmentation", "choose-k", sample, "--k", "2:5", "--fast", "--json"))
    assert said["recommended_k"] in range(2, 6)
    assert len(said["columns"]["used"]) == 17
    installed.run("segmentation", "fit", sample, "--k", "4", "--name", "cards", "--report", "cards.html")
    assert (installed.folder / "cards.html").is_file()
    if sys.platform == "linux":
        kept = installed.folder / "data/customer-segmentation-studio/models/cards/v1/params.json"
        assert kept.is_file()
    assert "cards/v1: 4 segments" in installed.run("segmentation", "models")
    other = installed.folder / "others"
    installed.run("segmentation", "fit", sample, "--k", "3", "--name", "cards", "--models", other)
    assert (other / "cards/v1/params.json").is_file()
    assert "There is no file" in installed.run("segmentation", "choose-k", "nowhere.csv", code=2)


@pytest.mark.skipif(not FULL, reason=LATER)
def test_the_ten_lines_of_the_documentation_run(installed: Installed) -> None:
    said = installed.run("python", "-c", TEN_LINES)
    assert "income/v1 SavedModel(income/v1: K-means, 4 segments of 2,000 customers" in said
    assert str(installed.environment) in said
    assert all((installed.folder / f"income.{ending}").stat().st_size > 5_000 for ending in ("pptx", "xlsx", "html"))


def test_work_in_a_process_of_its_own_finds_the_library(installed: Installed) -> None:
    ask = (
        "from segmentation.core.own_process import run_apart\n"
        "print(run_apart(sorted, [3, 1, 2], seconds=9.0, progress=lambda share, text: None, text='Sorting'))"
    )
    assert installed.run("python", "-c", ask).strip() == "[1, 2, 3]"


@pytest.fixture(scope="module")
def address(installed: Installed) -> Iterator[str]:
    """The address of `segmentation app`, started in the empty folder."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = installed.folder / "server.log"
    with log.open("w") as output:
        server = subprocess.Popen(
            [installed.bin / "segmentation", "app", "--port", str(port), "--no-browser"],
            cwd=installed.folder,
            env=installed.variables,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            _wait(f"http://127.0.0.1:{port}/_stcore/health", server, log)
            yield f"http://127.0.0.1:{port}"
        finally:
            os.killpg(server.pid, signal.SIGINT)  # as Ctrl+C does
            server.wait(30)
    said = log.read_text()
    assert "Traceback" not in said, said[-3000:]
    assert "A page failed" not in said, said[-3000:]


@pytest.mark.skipif(os.name == "nt", reason="ends the server with a signal that Windows does not know")
def test_the_app_answers_with_its_own_settings(installed: Installed, address: str) -> None:
    with urllib.request.urlopen(address, timeout=30) as answer:
        assert answer.status == 200
        assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
    said = (installed.folder / "server.log").read_text()
    assert f"URL: {address}" in said  # the settings beside app.py are in force: it listens on this machine only
    assert "Network URL" not in said


@pytest.mark.e2e
@pytest.mark.skipif(not FULL, reason=LATER)
@pytest.mark.skipif(os.name == "nt", reason="ends the server with a signal that Windows does not know")
def test_the_app_opens_in_a_browser_and_reads_a_sample(address: str) -> None:
    with ThreadPoolExecutor(1) as apart:  # tests in a browser may already run a loop of their own in this thread
        apart.submit(_open_and_read, address).result()


def _open_and_read(address: str) -> None:
    from playwright.sync_api import Error, expect, sync_playwright

    system = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(executable_path=system, args=ARGUMENTS)
        except Error:
            pytest.skip("no Chromium on this machine (Debian: apt install chromium; else: playwright install chromium)")
        page = browser.new_page()
        page.goto(f"{address}/data")
        page.get_by_role("button", name="Income, spending and credit score").click(timeout=60_000)
        expect(page.get_by_text("2,000 customers").first).to_be_visible(timeout=60_000)
        browser.close()


def _wait(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        assert server.poll() is None, log.read_text()[-3000:]
        try:
            with urllib.request.urlopen(address, timeout=2):
                return
        except OSError:
            time.sleep(0.2)
    raise AssertionError(f"the server did not answer: {log.read_text()[-3000:]}")
