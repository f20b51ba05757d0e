"""The speed benchmark: the board against what people do today, in one run, written to docs/speed.md.

python -m tests.bench                                the credit-card data (needs the real data beside the project)
python -m tests.bench --sizes credit 50000 200000    generated tables as well
"""

from __future__ import annotations

import argparse
import json
import platform
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from segmentation.parallel import workers
from tests.bench.speed_report import write_report
from tests.bench.tasks import run

ROOT = Path(__file__).resolve().parents[2]
STORE = ROOT / ".bench" / "speed.json"
ALL_PEERS = 10_000
"""Up to so many rows the peers run in full; above, at one k."""


def tasks_for(name: str) -> list[str]:
    """What is timed on a data set."""
    if name == "credit" or int(name) <= ALL_PEERS:
        peers = ["notebook, 1 thread", "notebook, default threads"]
        return ["board", *peers, *(["Yellowbrick"] if find_spec("yellowbrick") else []), "silhouette pass"]
    return ["board", "notebook, one k"] if int(name) <= 50_000 else ["board", "notebook, one k, fits only"]


def measured(task: str, name: str) -> dict[str, Any]:
    """One task in a process of its own."""
    command = [sys.executable, "-m", "tests.bench", "--one", task, name]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        return {"error": done.stderr.strip().splitlines()[-1] if done.stderr.strip() else "failed"}
    return json.loads(done.stdout)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", nargs="+", default=["credit"], help="credit, or a number of rows")
    parser.add_argument("--one", nargs=2, help=argparse.SUPPRESS)
    parser.add_argument("--repeat", type=int, default=3, help="repetitions of our board; the median counts")
    chosen = parser.parse_args()
    if chosen.one:
        print(json.dumps(run(*chosen.one)))
        return
    kept = json.loads(STORE.read_text(encoding="utf-8")) if STORE.exists() else {}
    for name in chosen.sizes:
        results = kept.setdefault(name, {})
        for task in tasks_for(name):
            times = chosen.repeat if task == "board" and name == "credit" else 1
            found = sorted((measured(task, name) for _ in range(times)), key=lambda one: one.get("seconds", np.inf))
            results[task] = found[len(found) // 2]
            print(f"{name:>9}  {task:<28} {_words(results[task])}", flush=True)
        STORE.parent.mkdir(exist_ok=True)
        STORE.write_text(json.dumps(kept), encoding="utf-8")
    machine = f"{workers()} cores, Python {platform.python_version()}, numpy {np.__version__}"
    write_report(kept, ROOT / "docs" / "speed.md", machine)


def _words(result: dict[str, Any]) -> str:
    if "error" in result:
        return str(result["error"])
    return f"{result['seconds']:8.2f} s   {result['memory']:6.0f} MB"


if __name__ == "__main__":
    main()
