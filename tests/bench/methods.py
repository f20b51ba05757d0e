"""What every method costs: computing time, memory, how long Cancel waits; written to docs/methods.md.

python -m tests.bench.methods                      all methods on both data sets (half an hour or more)
python -m tests.bench.methods --only dbscan graph  these again; the figures of the others are kept
python -m tests.bench.methods --only               none: the document is written anew
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

from segmentation.charts.aids import AIDS
from segmentation.clustering.methods import METHODS
from segmentation.clustering.methods.describe import settings_text
from segmentation.core.errors import SegmentationError
from segmentation.core.text import count_text, number_text, share_text
from segmentation.evaluation.final import reproduced_share
from tests.bench.speed_report import busy_words, write_part
from tests.matrices import blobs, credit_card

ROOT = Path(__file__).resolve().parents[2]
STORE = ROOT / ".bench" / "methods.json"
LOOKS = 0.2
"""Seconds between two looks at Cancel while the work runs in a process of its own."""

DATA = {
    "credit": "Credit card, 8,950 × 17, plain preparation",
    "generated": "Generated, 100,000 × 10: four round groups, centres 8.5 standard deviations apart",
}
CASES: dict[str, list[tuple[str, dict[str, Any]]]] = {
    "credit": [
        ("kmeans", {}),
        ("mixture", {}),
        *(("agglomerative", {"linkage": linkage}) for linkage in ("ward", "average", "complete", "single")),
        ("dbscan", {"eps": 2.5, "min_samples": 8}),
        ("hdbscan", {}),
        ("spectral", {}),
        ("graph", {}),
        ("autoencoder", {}),
        ("contrastive", {}),
    ],
    "generated": [
        ("kmeans", {}),
        ("mixture", {}),
        *(("agglomerative", {"linkage": linkage}) for linkage in ("ward", "single")),
        ("dbscan", {"eps": 2.0}),
        ("dbscan", {"eps": 6.0}),
        ("hdbscan", {"min_cluster_size": 500}),
        ("spectral", {}),
        ("graph", {}),
        ("autoencoder", {}),
        ("contrastive", {}),
    ],
}


def one(data: str, place: int) -> dict[str, Any]:
    """One case in this process → figures of the fit, seconds of computing, MB, and the longest way to Cancel."""
    name, values = CASES[data][place]
    method = METHODS[name]
    Z = credit_card() if data == "credit" else blobs(100_000, 4, features=10, apart=6.0)[0]
    settings = method.choose(values)
    told = [time.process_time()]
    began, before = time.perf_counter(), _computing()
    try:
        fit = method.run(Z, settings, lambda share, text: told.append(time.process_time()))
    except SegmentationError as problem:
        return {"refused": str(problem), "computing": _computing() - before, "memory": _memory()}
    told.append(time.process_time())
    found = {"seconds": time.perf_counter() - began, "computing": _computing() - before, "memory": _memory()}
    # What another process computed is waited for in short steps; in this one, nothing is asked while it computes.
    found["silence"] = max(float(np.diff(told).max()), LOOKS)
    fitted = len(Z) if fit.rows is None else len(fit.rows)
    placed = (fit.labels if fit.rows is None else fit.labels[fit.rows]) == 0
    return found | {
        "k": fit.k,
        "noise": float(placed.mean()),
        "fitted": fitted,
        "reproduced": reproduced_share(Z, fit),
        "points": len(getattr(fit.rule, "points", ())),
    }


def _computing() -> float:
    """Seconds that this process and those it started have computed: what other work on the machine hardly changes."""
    own, started = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + started.ru_utime + started.ru_stime


def _memory() -> float:
    """MB that the larger of this process and those it started had at most, Python and its packages with it."""
    most = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return most / (1024 if sys.platform == "linux" else 1024**2)


def key(data: str, place: int) -> str:
    name, values = CASES[data][place]
    return f"{data} {name} {json.dumps(values)}"


def _kept() -> dict[str, dict[str, Any]]:
    return json.loads(STORE.read_text(encoding="utf-8")) if STORE.exists() else {}


def entries() -> list[str]:
    """What `METHODS` says about each method, as Markdown."""
    lines = ["| method | what it does | number of segments | aid | a new customer belongs to | customers |"]
    lines += ["|---|---|---|---|---|---|"]
    for name, method in METHODS.items():
        rows = f"up to {count_text(method.most_rows)}" if method.most_rows else "any number"
        rows += f", above {count_text(method.sample_rows)} by a sample" if method.sample_rows else ""
        rows += f"; needs `{method.extra}`" if method.needs else ""
        aid = AIDS[name].title if name in AIDS else "–"
        number = "finds it" if method.finds_k else "chosen"
        lines.append(
            f"| **{method.label}** (`{name}`) | {method.help} | {number} | {aid} | {method.assignment} | {rows} |"
        )
    return [*lines, ""]


def table(kept: dict[str, dict[str, Any]]) -> list[str]:
    """The figures of both data sets as Markdown."""
    lines = [next((found["busy"].strip() for found in kept.values() if found.get("busy")), ""), ""]
    for data, title in DATA.items():
        lines += [
            f"{title}:",
            "",
            "| method | segments | noise | reproduced | points | computing (s) | memory (MB) | Cancel within (s) |",
            "|---|---|---|---|---|---|---|---|",
        ]
        for place, (name, values) in enumerate(CASES[data]):
            found = kept.get(key(data, place))
            if found is not None:
                lines.append(f"| {_row(METHODS[name].label, settings_text(METHODS[name], values), found)} |")
        lines.append("")
    return lines


def _row(label: str, said: str, found: dict[str, Any]) -> str:
    title = f"{label} ({said})" if said else label
    costs = f"{found['computing']:,.1f} | {found['memory']:,.0f}"
    if "refused" in found:
        return f"{title} | refused: “{found['refused']}” | | | | {costs} | "
    rows = found["fitted"]
    title += f", on a sample of {count_text(rows)}" if rows in (10_000, 20_000) else ""
    points = count_text(found["points"]) if found["points"] else "–"
    return (
        f"{title} | {found['k']} | {share_text(found['noise']) if found['noise'] else '–'} "
        f"| {_reproduced(found['reproduced'])} | {points} | {costs} | {number_text(found['silence'])}"
    )


def _reproduced(share: float) -> str:
    """A share that is not all is never written as 100 %."""
    return "> 99.9 %" if 0.9995 <= share < 1 else share_text(share)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", nargs="*", choices=METHODS, default=list(METHODS), help="methods to measure again")
    parser.add_argument("--data", nargs="+", choices=DATA, default=list(DATA), help="data sets to measure again")
    parser.add_argument("--one", nargs=2, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.one:
        print(json.dumps(one(chosen.one[0], int(chosen.one[1]))))
        return
    busy = busy_words() if chosen.only else ""
    for data in chosen.data:
        for place, (name, values) in enumerate(CASES[data]):
            if name not in chosen.only:
                continue
            command = [sys.executable, "-m", "tests.bench.methods", "--one", data, str(place)]
            done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
            if done.returncode:
                print(done.stderr)
                continue
            found = json.loads(done.stdout) | {"busy": busy}
            print(f"{data:>9}  {name:<13} {values} {found}", flush=True)
            STORE.parent.mkdir(exist_ok=True)
            STORE.write_text(json.dumps(_kept() | {key(data, place): found}), encoding="utf-8")
    for part, lines in (("entries", entries()), ("costs", table(_kept()))):
        write_part(ROOT / "docs" / "methods.md", part, lines)


if __name__ == "__main__":
    main()
