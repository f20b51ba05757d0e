"""The speed benchmark: the comparison against what people do today, in one run, written to docs/speed.md.

python -m tests.bench                                        the credit-card data (needs it beside the project)
python -m tests.bench --sizes credit 50000 200000 1000000    generated tables as well
python -m tests.bench --yellowbrick old/bin/python           Yellowbrick, with the older scikit-learn that it needs
"""

from __future__ import annotations

import argparse
import json
import platform
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from segmentation.core.parallel import workers
from segmentation.evaluation.choose_k.search import FULL_ROWS
from tests.bench.speed_report import busy_words, write_report
from tests.bench.tasks import KS, data, run

ROOT = Path(__file__).resolve().parents[2]
STORE = ROOT / ".bench" / "speed.json"
ALL_PEERS = 10_000
"""Up to so many rows the peers run in full; above, at one k."""

LONG = 60.0
"""Seconds from which a task is not repeated."""


def tasks_for(name: str, yellowbrick: str) -> list[str]:
    """What is timed on a data set."""
    if name == "credit" or int(name) <= ALL_PEERS:
        peers = ["notebook, 1 thread", "notebook, default threads", *(["Yellowbrick"] if yellowbrick else [])]
        return ["comparison", *peers, "silhouette pass"]
    if int(name) <= FULL_ROWS:
        return ["comparison", "notebook, one k"]
    return ["comparison", "one k fitted in full", *(["notebook, one k, fits only"] if int(name) <= 200_000 else [])]


def measured(task: str, name: str, yellowbrick: str) -> dict[str, Any]:
    """One task in a process of its own."""
    command = [sys.executable, "-m", "tests.bench", "--one", task, name]
    with tempfile.TemporaryDirectory() as folder:
        if task == "Yellowbrick":
            matrix = Path(folder) / "matrix.npy"
            np.save(matrix, data(name))
            script = ROOT / "tests" / "bench" / "yellowbrick_elbow.py"
            command = [yellowbrick, "-W", "ignore", str(script), str(matrix), str(KS[0]), str(KS[-1])]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        return {"error": done.stderr.strip().splitlines()[-1] if done.stderr.strip() else "failed"}
    return json.loads(done.stdout)


def fastest(task: str, name: str, yellowbrick: str, times: int) -> dict[str, Any]:
    """The fastest of some repetitions; what takes longer than `LONG` seconds runs only once."""
    best: dict[str, Any] = {}
    for _ in range(times):
        found = measured(task, name, yellowbrick)
        if "error" in found or found["seconds"] < best.get("seconds", np.inf):
            best = found
        if "error" in found or found["seconds"] > LONG:
            break
    return best


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", nargs="+", default=["credit"], help="credit, or a number of rows")
    parser.add_argument("--one", nargs=2, help=argparse.SUPPRESS)
    parser.add_argument("--repeat", type=int, default=3, help="repetitions of what is quick; the fastest counts")
    own = sys.executable if find_spec("yellowbrick") else ""
    parser.add_argument("--yellowbrick", default=own, metavar="PYTHON", help="a Python that can import Yellowbrick")
    chosen = parser.parse_args()
    if chosen.one:
        print(json.dumps(run(*chosen.one)))
        return
    busy = busy_words()
    kept = json.loads(STORE.read_text(encoding="utf-8")) if STORE.exists() else {}
    for name in chosen.sizes:
        results = kept.setdefault(name, {})
        for task in tasks_for(name, chosen.yellowbrick):
            results[task] = fastest(task, name, chosen.yellowbrick, chosen.repeat)
            print(f"{name:>9}  {task:<28} {_words(results[task])}", flush=True)
        STORE.parent.mkdir(exist_ok=True)
        STORE.write_text(json.dumps(kept), encoding="utf-8")
    machine = f"{workers()} cores, Python {platform.python_version()}, numpy {np.__version__}"
    write_report(kept, ROOT / "docs" / "speed.md", machine, busy)


def _words(result: dict[str, Any]) -> str:
    if "error" in result:
        return str(result["error"])
    return f"{result['seconds']:8.2f} s   {result['memory']:6.0f} MB"


if __name__ == "__main__":
    main()
