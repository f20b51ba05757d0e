"""What every test may ask for: the real data, a stand-in for it, and any page of the browser without a browser."""

from __future__ import annotations

import functools
import gc
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, settings
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest

from segmentation.core import own_process

# A busy machine must not fail a property: only wrong answers do. The same code gets the same examples, so a change is
# not refused for what stood there before; `make test-hostile` looks for new ones each time.
settings.register_profile(
    "steady",
    deadline=None,
    derandomize=True,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
    max_examples=40,
)
settings.register_profile("explore", settings.get_profile("steady"), derandomize=False, max_examples=100)
EXPLORE = bool(os.environ.get("SEGMENTATION_EXPLORE"))
settings.load_profile("explore" if EXPLORE else "steady")

ROOT = Path(__file__).resolve().parents[1]


def cases(few: int, many: int) -> int:
    """How many cases of one kind a test takes: few in every run, many in `make test-hostile`."""
    return many if EXPLORE else few


os.environ.setdefault(
    "SEGMENTATION_KEY", str(Path(tempfile.gettempdir()) / f"studio-tests-{os.getpid()}" / "models.key")
)

# Streamlit looks through every installed package for components each time an AppTest begins; they stay what they are.
manifest_scanner.scan_component_manifests = functools.cache(manifest_scanner.scan_component_manifests)

# A process that has read a file waits for the next one, as behind a server: to start one takes longer than to read.
own_process._CREW._warm = 4

EXTRAS = {
    "embedding": ("torch", "PyTorch is not installed (requirements-embedding.txt)"),
    "spark": ("pyspark", "Spark is not installed (requirements-spark.txt)"),
}
"""Marks of tests that need what only an extra installs; `make test-embedding` and `make test-spark` have it."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip the tests of an extra that is not installed."""
    lacking = {mark: reason for mark, (package, reason) in EXTRAS.items() if find_spec(package) is None}
    for item in items:
        for mark, reason in lacking.items():
            if item.get_closest_marker(mark):
                item.add_marker(pytest.mark.skip(reason=reason))


def pytest_collection_finish() -> None:
    """What was imported stays until the end: the collector need not look through it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


def pytest_unconfigure() -> None:
    """At the end everything goes as ever."""
    gc.unfreeze()


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real data beside the project; the test is skipped where it is absent."""
    folder = (ROOT / "../shared/data").resolve()
    if not folder.is_dir():
        pytest.skip("the real data (../shared/data) is not on this machine")
    return folder


@pytest.fixture(scope="session")
def fast() -> pd.DataFrame:
    """A small stand-in for the credit-card table: 240 customers, id, eight features, two with missing values."""
    rng = np.random.default_rng(7)
    kind = np.repeat([0, 1, 2], [120, 70, 50])
    size = len(kind)
    frame = pd.DataFrame({"CUST_ID": [f"C{10001 + row}" for row in range(size)]})
    frame["BALANCE"] = np.array([300.0, 900.0, 3200.0])[kind] * rng.lognormal(0, 0.3, size)
    frame["PURCHASES"] = np.array([250.0, 3200.0, 120.0])[kind] * rng.lognormal(0, 0.4, size)
    frame["CASH_ADVANCE"] = np.array([20.0, 10.0, 2900.0])[kind] * rng.lognormal(0, 0.5, size)
    frame["PURCHASES_FREQUENCY"] = np.clip(np.array([0.4, 0.95, 0.15])[kind] + rng.normal(0, 0.05, size), 0, 1)
    frame["PURCHASES_TRX"] = rng.poisson(np.array([5, 45, 2])[kind]).astype(float)
    frame["CREDIT_LIMIT"] = np.array([2500.0, 8000.0, 5000.0])[kind] + rng.normal(0, 400, size).round(0)
    frame["MINIMUM_PAYMENTS"] = np.array([200.0, 400.0, 1500.0])[kind] * rng.lognormal(0, 0.4, size)
    frame["TENURE"] = rng.choice([6.0, 11.0, 12.0], size, p=[0.1, 0.1, 0.8])
    frame.loc[[3, 77, 150], "MINIMUM_PAYMENTS"] = np.nan
    frame.loc[11, "CREDIT_LIMIT"] = np.nan
    return frame.round(4)


@pytest.fixture
def app() -> Callable[..., AppTest]:
    """`app("prepare")` opens a page through the router, as a visitor does; returns the AppTest after its first run."""

    def open_page(key: str = "start", **studio: object) -> AppTest:
        test = AppTest.from_file(str(ROOT / "pages/ui/main.py"), default_timeout=120).run()
        if studio:
            from pages.ui.state import Studio

            test.session_state["studio"] = Studio(**studio)  # type: ignore[arg-type]
        if key != "start" or studio:
            test.switch_page(str(ROOT / f"pages/{key}.py")).run()
        return test

    return open_page


@pytest.fixture(autouse=True)
def _work_ends() -> Iterator[None]:
    """What a test began in the background ends with it: the workers are shared by all tests of a process."""
    yield
    if (jobs := sys.modules.get("pages.ui.jobs")) is not None:
        for job in jobs.every_job():
            job.cancel.set()


@pytest.fixture
def settle() -> Callable[..., AppTest]:
    """`settle(test)` runs the page again until no job of the session is at work."""

    def wait(test: AppTest, seconds: float = 240.0) -> AppTest:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            jobs = test.session_state["jobs"] if "jobs" in test.session_state else {}  # noqa: SIM401 (it has no get)
            if all(job.finished for job in jobs.values()):
                return test.run()
            time.sleep(0.05)
        raise AssertionError("a job did not finish in time")

    return wait
